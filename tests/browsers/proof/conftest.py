"""The servers of the proof."""

from collections.abc import Iterator

import pytest

from browsers.site import Certificate

from .real import serving
from .scripted import Scripted


@pytest.fixture
def scripted(certificate: Certificate) -> Iterator[Scripted]:
    with serving(certificate.server) as scripted:
        yield scripted
