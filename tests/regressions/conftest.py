from __future__ import annotations

import pytest

from .doors import DOORS, Install


@pytest.fixture(params=DOORS)
def guarded(request: pytest.FixtureRequest) -> Install:
    """Put rules in force in front of an app that serves any path, at each door."""
    return DOORS[request.param]
