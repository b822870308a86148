"""Nothing of a request outlives it, whatever failed in it: no exchange, no context."""

from __future__ import annotations

import gc
import logging
from collections import Counter

import pytest
from flask.ctx import AppContext, RequestContext

from flask_strictcors.extension.exchange import Exchange

from .points import FAULTS, POINTS
from .traffic import TRAFFIC, serve
from .worlds import Way, governed, in_own_context

KINDS = (Exchange, RequestContext, AppContext)


def living() -> Counter[str]:
    gc.collect()
    return Counter(type(value).__name__ for value in gc.get_objects() if type(value) in KINDS)


@pytest.mark.parametrize("fault", ["raises", "exits"])
def test_no_request_is_kept_whatever_failed_in_it(
    fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger("flask_strictcors"), "disabled", True)
    before = living()
    worlds = [governed(point, FAULTS[fault], Way()) for point in POINTS.values()]
    for world in worlds:
        world.trap.is_armed = True
        in_own_context(lambda app: [serve(app, call).status for call in TRAFFIC], world.app)
    assert all(world.trap.sprung for world in worlds)
    assert living() == before
