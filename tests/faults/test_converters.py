"""Converters that fail while a URL is matched, by Flask and by the rules: the answer is then no."""

from __future__ import annotations

import logging
from collections.abc import Callable
from itertools import product
from typing import Any, NamedTuple

import pytest
from extension.wire import (
    APP,
    EVIL,
    PARTNER,
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
from flask import Flask
from werkzeug.routing import BaseConverter, RequestRedirect, ValidationError

from flask_strictcors import StrictCORS, cors

from .points import FAULTS
from .traffic import BARRED, contexts_left
from .worlds import in_own_context


def not_valid() -> None:
    raise ValidationError


def leading_away() -> None:
    raise RequestRedirect("http://localhost/elsewhere")


class Fault(NamedTuple):
    """What a converter does, Flask's answer, and who judges: a rule, none, or that of the path."""

    fault: Callable[[], Any]
    status: int
    by: str
    times: int = 1_000_000


CONVERTERS = {
    "raises": Fault(FAULTS["raises"], 500, "nobody"),
    "raises once": Fault(FAULTS["raises"], 500, "view", 1),
    "aborts": Fault(FAULTS["aborts"], 418, "path"),
    "aborts with headers of CORS": Fault(FAULTS["aborts with headers of CORS"], 409, "path"),
    "says that it is not valid": Fault(not_valid, 404, "path"),
    "leads to nowhere": Fault(leading_away, 308, "path"),
    "returns rubbish": Fault(FAULTS["returns rubbish"], 200, "view"),
}
EXITS = {"exits": SystemExit, "is interrupted": KeyboardInterrupt, "is closed": GeneratorExit}
# Whom the rule of the view admits, and whom that of the path; nobody admits all.
ADMITTED = {"view": PARTNER, "path": APP, "nobody": None}
ORIGINS = [APP, PARTNER, EVIL, None]


class World:
    """An app with one view, which has a rule of its own and a converter that may fail."""

    def __init__(self, fault: Callable[[], Any], times: int, *, is_enforced: bool = False) -> None:
        self.fault, self.left = fault, times
        self.app = Flask("converters", static_folder=None)
        self.app.logger.disabled = True
        converter = type("Faulty", (BaseConverter,), {"to_python": self.convert})
        self.app.url_map.converters["faulty"] = converter
        StrictCORS(self.app, origins=[APP], enforce=is_enforced)
        route(self.app, "/x/<faulty:it>", "GET PUT", tag=cors(origins=[PARTNER]))
        route(self.app, "/", "GET PUT")

    def convert(self, value: str) -> Any:
        self.left -= 1
        return self.fault() if self.left >= 0 else value

    def check_afterwards(self) -> None:
        self.left = 0
        assert cors_headers(actual(self.app, "/x/y", origin=PARTNER)) == granted(PARTNER)
        assert cors_headers(actual(self.app)) == granted()
        assert cors_headers(preflight(self.app)) == offered("GET, HEAD, PUT")
        assert contexts_left() == (False, False)


@pytest.fixture(autouse=True)
def _silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logging.getLogger("flask_strictcors"), "disabled", True)


@pytest.mark.parametrize("is_enforced", [False, True])
@pytest.mark.parametrize("name", CONVERTERS)
def test_a_request_for_which_a_converter_fails(name: str, is_enforced: bool) -> None:
    in_own_context(check_requests, CONVERTERS[name], is_enforced=is_enforced)


def check_requests(case: Fault, *, is_enforced: bool) -> None:
    for origin in ORIGINS:
        world = World(case.fault, case.times, is_enforced=is_enforced)
        with heard(world.app) as signals:
            response = actual(world.app, "/x/y", origin=origin)
        is_refused = origin is not None and origin != ADMITTED[case.by]
        if is_refused and is_enforced:
            assert (response.status_code, response.data) == (403, BARRED)
        else:
            assert response.status_code == case.status
        is_silent = case.by == "nobody" and not is_enforced
        expected = {} if is_silent else SILENT
        theirs = {"Vary": "Accept, Origin"} if response.status_code == 409 else {}
        headers = cors_headers(response)
        assert headers == (expected if is_refused or origin is None else granted(origin)) | theirs
        assert len(signals) == is_refused
        world.check_afterwards()


@pytest.mark.parametrize("is_enforced", [False, True])
@pytest.mark.parametrize("name", CONVERTERS)
def test_a_preflight_for_which_a_converter_fails(name: str, is_enforced: bool) -> None:
    in_own_context(check_preflights, name, is_enforced=is_enforced)


def check_preflights(name: str, *, is_enforced: bool) -> None:
    case = CONVERTERS[name]
    offer = offers_of(name)
    for origin in ORIGINS[:3]:
        world = World(case.fault, case.times, is_enforced=is_enforced)
        with heard(world.app) as signals:
            response = preflight(world.app, "/x/y", origin=origin or "")
        is_refused = origin != ADMITTED[case.by]
        assert response.status_code == (403 if is_refused and is_enforced else 204)
        is_ruleless = case.by == "nobody" and not is_enforced
        silent = PREFLIGHT_RULELESS if is_ruleless else PREFLIGHT_SILENT
        assert cors_headers(response) == (silent if is_refused else offer)
        assert len(signals) == is_refused
        world.check_afterwards()


def offers_of(name: str) -> dict[str, str]:
    """Return what is said where the origin is admitted, with no more methods than are certain."""
    if CONVERTERS[name].by == "view":
        return offered("GET, HEAD, PUT", PARTNER)
    return offered("PUT", Max_Age="0")


@pytest.mark.parametrize(("ask", "name"), [*product([actual, preflight], EXITS)])
def test_a_converter_that_exits_is_let_go(ask: Any, name: str) -> None:
    world = World(FAULTS[name], 1)
    with heard(world.app) as signals, pytest.raises(EXITS[name]):
        in_own_context(ask, world.app, "/x/y", origin=EVIL)
    assert reasons(signals) == []
    world.check_afterwards()
