"""The context that a preflight's callable gets: whatever fails in it, nothing of it is left.

No hook runs for a preflight; what Flask runs where a context begins and ends does.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from extension.wire import (
    APP,
    EVIL,
    PREFLIGHT_RULELESS,
    PREFLIGHT_SILENT,
    SILENT,
    actual,
    cors_headers,
    granted,
    heard,
    offered,
    preflight,
    reasons,
    route,
)
from flask import (
    Blueprint,
    Flask,
    appcontext_popped,
    appcontext_pushed,
    appcontext_tearing_down,
    g,
    request_tearing_down,
)
from werkzeug.routing import BaseConverter
from werkzeug.test import EnvironBuilder

from flask_strictcors import StrictCORS

from .points import (
    FAULTS,
    Trap,
    in_request_class,
    in_session,
    overriding,
    receiving,
)
from .traffic import contexts_left
from .worlds import in_own_context

LATER = "https://later.example.com"
OFFER = offered("GET, HEAD, PUT")
_Put = Callable[[Flask, Blueprint, Trap], Any]


def in_request_closing(app: Flask, shop: Blueprint, trap: Trap) -> None:
    class Asked(app.request_class):  # type: ignore[name-defined]
        def close(self) -> None:
            trap()
            super().close()

    app.request_class = Asked


# What runs before the callable, and what after it.
BEFORE: dict[str, _Put] = {
    "the request class": in_request_class,
    "the app's own request_context": overriding("request_context"),
    "appcontext_pushed": receiving(appcontext_pushed),
    "opening the session": in_session("open_session"),
}
AFTER: dict[str, _Put] = {
    "teardown_request": lambda app, shop, trap: app.teardown_request(trap),
    "teardown_appcontext": lambda app, shop, trap: app.teardown_appcontext(trap),
    "the app's own do_teardown_request": overriding("do_teardown_request"),
    "the app's own do_teardown_appcontext": overriding("do_teardown_appcontext"),
    "request_tearing_down": receiving(request_tearing_down),
    "appcontext_tearing_down": receiving(appcontext_tearing_down),
    "appcontext_popped": receiving(appcontext_popped),
    "closing the request": in_request_closing,
}
EXITS = {"exits": SystemExit, "is interrupted": KeyboardInterrupt, "is closed": GeneratorExit}
ENDS = {"raises", "aborts", "aborts with headers of CORS"}


class World:
    """An app whose callable admits one origin, and says what was in `g` when it was asked."""

    def __init__(self, put: _Put, fault: str) -> None:
        self.trap = Trap(FAULTS[fault])
        self.app = Flask("contexts", static_folder=None)
        self.app.secret_key = "k"
        self.found: list[dict[str, Any]] = []
        put(self.app, Blueprint("none", "contexts"), self.trap)
        StrictCORS(self.app, origins=self.ask, allowlist=[APP, EVIL, LATER])
        route(self.app, "/", "GET PUT", lambda: str(vars(g)))

    def ask(self, origin: str) -> bool:
        self.found.append(dict(vars(g)))
        g.origin = origin
        return origin == APP


@pytest.fixture(autouse=True)
def _silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logging.getLogger("flask_strictcors"), "disabled", True)


@pytest.mark.parametrize(("point", "fault"), [*product(BEFORE | AFTER, FAULTS)])
def test_a_preflight_is_answered_whatever_fails_around_its_callable(point: str, fault: str) -> None:
    in_own_context(check, point, fault)


def check(point: str, fault: str) -> None:
    world = World((BEFORE | AFTER)[point], fault)
    # What takes the place of a context may be none.
    is_none = point == "the app's own request_context" and fault in ("returns rubbish", "answers")
    is_asked = point in AFTER or not (fault in ENDS or fault in EXITS or is_none)
    for origin in (APP, EVIL, APP):
        sprung, asked = world.trap.sprung, len(world.found)
        world.trap.is_armed = True
        with heard(world.app) as signals:
            if fault in EXITS:
                with pytest.raises(EXITS[fault]):
                    preflight(world.app, origin=origin)
            else:
                check_answer(preflight(world.app, origin=origin), origin, is_asked=is_asked)
        assert reasons(signals) == refusals(origin, fault, is_asked=is_asked)
        assert contexts_left() == (False, False)
        assert (world.trap.sprung > sprung, len(world.found) - asked) == (True, is_asked)
        world.trap.is_armed = False
        check_afterwards(world)
    assert all(found == {} for found in world.found)


def check_answer(response: Any, origin: str, *, is_asked: bool) -> None:
    assert (response.status_code, response.data) == (204, b"")
    is_admitted = is_asked and origin == APP
    assert cors_headers(response) == (OFFER if is_admitted else PREFLIGHT_SILENT)


def refusals(origin: str, fault: str, *, is_asked: bool) -> list[tuple[str, str]]:
    if fault in EXITS:
        return []
    if not is_asked:
        return [("origin", "callable-failed")]
    return [] if origin == APP else [("origin", "callable-refused")]


def check_afterwards(world: World) -> None:
    """Check that what comes next in this thread is as in a fresh app."""
    assert cors_headers(preflight(world.app)) == OFFER
    assert cors_headers(preflight(world.app, origin=LATER)) == PREFLIGHT_SILENT
    response = actual(world.app, origin=None)
    # What is said of `g` is all that it holds.
    assert (response.data, cors_headers(response)) == (b"{}", SILENT)
    assert cors_headers(actual(world.app)) == granted()
    assert contexts_left() == (False, False)


def test_that_flask_itself_leaves_a_context_where_appcontext_pushed_fails() -> None:
    """Show whose fault it is for an actual request: what is left is the same without the rules."""
    assert in_own_context(left_by_an_actual_request, is_governed=False) == (True, False)
    assert in_own_context(left_by_an_actual_request, is_governed=True) == (True, False)


def left_by_an_actual_request(*, is_governed: bool) -> tuple[bool, bool]:
    app = Flask("contexts", static_folder=None)
    trap = Trap(FAULTS["raises"])
    trap.is_armed = True
    receiving(appcontext_pushed)(app, Blueprint("none", "contexts"), trap)
    if is_governed:
        StrictCORS(app, origins=[APP])
    # Flask loses the fault itself, too: it cannot pop what was never pushed.
    with pytest.raises(LookupError, match="request_ctx"):
        actual(app)
    return contexts_left()


def test_a_converter_that_fails_in_its_context_leaves_nothing() -> None:
    in_own_context(check_converter)


def check_converter() -> None:
    app = Flask("contexts", static_folder=None)

    class NeedsContext(BaseConverter):
        def to_python(self, value: str) -> str:
            return str(g.get(value, value))

    app.url_map.converters["needy"] = NeedsContext
    trap = Trap(FAULTS["raises"])
    receiving(appcontext_pushed)(app, Blueprint("none", "contexts"), trap)
    StrictCORS(app, origins=[APP])
    route(app, "/<needy:it>", "GET PUT")
    trap.is_armed = True
    with heard(app) as signals:
        assert cors_headers(preflight(app, "/x")) == PREFLIGHT_RULELESS
    assert reasons(signals) == [("origin", "no-rule")]
    assert contexts_left() == (False, False)
    trap.is_armed = False
    assert cors_headers(preflight(app, "/x")) == OFFER


def test_what_a_callable_pushes_and_does_not_pop_is_gone_with_its_preflight() -> None:
    in_own_context(check_pushing)


def check_pushing() -> None:
    app = Flask("contexts", static_folder=None)
    other = Flask("other")

    def ask(origin: str) -> bool:
        other.test_request_context().push()
        return origin == APP

    StrictCORS(app, origins=ask, allowlist=[APP, EVIL])
    route(app, "/", "GET PUT")
    assert cors_headers(preflight(app)) == OFFER
    assert cors_headers(preflight(app, origin=EVIL)) == PREFLIGHT_SILENT
    assert contexts_left() == (False, False)
    assert cors_headers(actual(app, origin=None)) == SILENT


def test_the_environ_of_a_preflight_is_as_it_came() -> None:
    world = World(BEFORE["opening the session"], "raises")
    world.trap.is_armed = True
    headers = {"Origin": APP, "Access-Control-Request-Method": "PUT"}
    environ = EnvironBuilder("/", method="OPTIONS", headers=headers).get_environ()
    came = dict(environ)
    for _ in range(2):
        list(world.app.wsgi_app(environ, lambda *_: None))
        assert environ == came
        world.trap.is_armed = False
