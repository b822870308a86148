"""An app that is governed and its bare twin, with the same trap at the same point of both."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import copy_context
from typing import Any, NamedTuple, ParamSpec, TypeVar

from extension.wire import APP
from flask import Blueprint, Flask, Response

from flask_strictcors import StrictCORS, cors

from .points import Point, Trap
from .traffic import BARRED, TRAFFIC, Call, Got, serve

P = ParamSpec("P")
T = TypeVar("T")


class Way(NamedTuple):
    """How an app is set up: the trap before the rules or after, in debug or not, with `enforce`."""

    is_before: bool = True
    is_debug: bool = False
    is_enforced: bool = False


class World(NamedTuple):
    """An app with a trap in it."""

    app: Flask
    trap: Trap


def governed(point: Point, fault: Callable[[], Any], way: Way) -> World:
    """Return an app under the rules of the table of traffic."""
    return _world(
        point, fault, way, lambda app: StrictCORS(app, origins=[APP], enforce=way.is_enforced)
    )


class Twin:
    """A bare app: where the rules would stand, it only notes who came by, and turns the barred off.

    `has_passed` says whether the last request came so far.
    """

    def __init__(self, point: Point, fault: Callable[[], Any], way: Way) -> None:
        self._is_enforced = way.is_enforced
        self.has_passed = False
        self._call: Call | None = None
        self.app, self.trap = _world(point, fault, way, self._stand_in)

    def serve(self, call: Call) -> Got:
        self.has_passed, self._call = False, call
        return serve(self.app, call)

    def serve_all(self, calls: list[Call]) -> list[tuple[Got, bool]]:
        return [(self.serve(call), self.has_passed) for call in calls]

    def _stand_in(self, app: Flask) -> None:
        app.before_request(self._pass)

    def _pass(self) -> Response | None:
        self.has_passed = True
        assert self._call is not None
        if self._is_enforced and self._call.is_barred:
            lines = [("Cache-Control", "no-store"), ("Content-Length", str(len(BARRED)))]
            return Response(BARRED, 403, [*lines, ("Content-Type", "text/plain; charset=utf-8")])
        return None


def _world(
    point: Point, fault: Callable[[], Any], way: Way, govern: Callable[[Flask], Any]
) -> World:
    trap = Trap(fault)
    app = Flask("faults", static_folder=None)
    app.debug = way.is_debug
    app.secret_key = "k"
    app.logger.disabled = True
    shop = Blueprint("shop", "faults")

    def view() -> Any:
        return point.view(trap)

    def public() -> Any:
        return point.view(trap)

    def listed() -> Any:
        return point.view(trap)

    shop.add_url_rule("/", "index", view, methods=["GET", "PUT"])
    shop.add_url_rule("/public", "public", cors(origins="*")(public))
    listed = cors(origins=[APP], methods=["GET"])(listed)
    shop.add_url_rule("/listed", "listed", listed, methods=["GET", "POST"])
    if not way.is_before:
        govern(app)
    if point.is_late:
        app.register_blueprint(shop)
    point.put(app, shop, trap)
    if not point.is_late:
        app.register_blueprint(shop)
    if way.is_before:
        govern(app)
    return World(app, trap)


def in_own_context(function: Callable[P, T], *given: P.args, **named: P.kwargs) -> T:
    """Call a function where nothing of other tests is left, and leave nothing to them."""
    return copy_context().run(function, *given, **named)


def rounds(number: int) -> list[Call]:
    """Return the traffic from another request on each time, so that each comes first somewhere."""
    start = number % len(TRAFFIC)
    return TRAFFIC[start:] + TRAFFIC[:start]
