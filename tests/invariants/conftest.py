from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="module", autouse=True)
def silent() -> Iterator[None]:
    """Write no log of thousands of refusals, which would take longer than all the rest."""
    before = logging.root.manager.disable
    logging.disable()
    yield
    logging.disable(before)
