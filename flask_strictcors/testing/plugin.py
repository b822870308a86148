"""The pytest plugin: one fixture, on top of the suite's own `app`; see docs/testing.md.

pytest imports this module in every run of everybody who has the package installed: it costs
next to nothing until a test asks for the fixture.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

    from flask_strictcors.testing import Browser


@pytest.fixture
def cors_browser(app: WSGIApplication) -> Browser:
    """Return a browser with a fresh profile, in front of what the suite's `app` fixture gives."""
    from flask_strictcors.testing import Browser

    return Browser(app)
