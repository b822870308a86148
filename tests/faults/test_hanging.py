"""What hangs for one request keeps no other waiting: no lock is held while others' code runs."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from extension.wire import (
    APP,
    EVIL,
    PARTNER,
    PREFLIGHT_SILENT,
    SILENT,
    actual,
    cors_headers,
    granted,
    offered,
    preflight,
    route,
)
from flask import Flask, Response
from werkzeug.routing import BaseConverter

from flask_strictcors import StrictCORS, cors, origin_rejected

LOG = logging.getLogger("flask_strictcors")
LONG_ENOUGH = 20
OFFER = offered("GET, HEAD, PUT")


class Gate:
    """Holds whoever comes until it is opened; `reached` tells that somebody has come."""

    def __init__(self) -> None:
        self.reached, self.opened = Event(), Event()

    def __call__(self, *_: Any, **__: Any) -> None:
        self.reached.set()
        assert self.opened.wait(LONG_ENOUGH), "nobody opened the gate"


@pytest.fixture
def gate() -> Iterator[Gate]:
    made = Gate()
    yield made
    made.opened.set()


@pytest.fixture
def pool(gate: Gate) -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as threads:
        yield threads
        gate.opened.set()


def governed(**options: Any) -> Flask:
    app = Flask("hanging", static_folder=None)
    StrictCORS(app, **{"origins": [APP, PARTNER]} | options)
    route(app, "/", "GET PUT")
    return app


# --- what hangs -----------------------------------------------------------------------------------


def in_a_callable(gate: Gate) -> Flask:
    def ask(origin: str) -> bool:
        if origin == APP:
            gate()
        return True

    return governed(origins=ask, allowlist=[APP, PARTNER])


def in_an_async_callable(gate: Gate) -> Flask:
    async def ask(origin: str) -> bool:
        if origin == APP:
            gate()
        return True

    return governed(origins=ask, allowlist=[APP, PARTNER])


def in_the_context_of_a_callable(gate: Gate) -> Flask:
    app = governed(origins=lambda origin: True, allowlist=[APP, PARTNER])
    app.teardown_request(lambda error: None if gate.reached.is_set() else gate())
    return app


def in_a_view(gate: Gate) -> Flask:
    app = governed()
    app.view_functions["/"] = lambda: "in" if gate.reached.is_set() else gate() or "in"
    return app


def in_a_hook(gate: Gate) -> Flask:
    app = governed()
    app.before_request(lambda: None if gate.reached.is_set() else gate())
    return app


def in_a_converter(gate: Gate) -> Flask:
    class Slow(BaseConverter):
        def to_python(self, value: str) -> str:
            if not gate.reached.is_set():
                gate()
            return value

    app = governed()
    app.url_map.converters["slow"] = Slow
    route(app, "/slow/<slow:it>", "GET PUT")
    return app


BOTH = (actual, preflight)
HANGING: list[tuple[Callable[[Gate], Flask], str, tuple[Any, ...]]] = [
    (in_a_callable, "/", BOTH),
    (in_an_async_callable, "/", BOTH),
    (in_the_context_of_a_callable, "/", BOTH),
    (in_a_view, "/", (actual,)),
    (in_a_hook, "/", (actual,)),
    (in_a_converter, "/slow/x", BOTH),
]


@pytest.mark.parametrize("is_first", [True, False])
@pytest.mark.parametrize(
    ("make", "path", "ask"), [(make, path, ask) for make, path, asks in HANGING for ask in asks]
)
def test_what_hangs_for_one_origin_keeps_no_other_waiting(
    make: Callable[[Gate], Flask],
    path: str,
    ask: Any,
    is_first: bool,
    gate: Gate,
    pool: ThreadPoolExecutor,
) -> None:
    app = make(gate)
    if not is_first:
        assert cors_headers(preflight(app, "/nowhere", origin=EVIL)) == PREFLIGHT_SILENT
        assert cors_headers(preflight(app, "/nowhere", origin=EVIL)) == PREFLIGHT_SILENT
    hanging = pool.submit(ask, app, path)
    assert gate.reached.wait(LONG_ENOUGH)
    check_others(pool, app)
    assert not hanging.done()
    gate.opened.set()
    assert cors_headers(hanging.result(LONG_ENOUGH)) == (OFFER if ask is preflight else granted())


def check_others(pool: ThreadPoolExecutor, app: Flask) -> None:
    """Check the answers to others, each of which must come while one request hangs."""
    for ask, origin, expected in (
        (preflight, PARTNER, OFFER | {"Allow-Origin": PARTNER}),
        (preflight, EVIL, PREFLIGHT_SILENT),
        (actual, PARTNER, granted(PARTNER)),
        (actual, EVIL, SILENT),
        (actual, None, SILENT),
    ):
        future: Future[Any] = pool.submit(ask, app, "/", origin=origin)
        assert cors_headers(future.result(LONG_ENOUGH)) == expected


# --- who is told ----------------------------------------------------------------------------------


@pytest.mark.parametrize("ask", BOTH)
def test_a_receiver_that_hangs_keeps_nobody_waiting_but_whom_it_was_called_for(
    ask: Any, gate: Gate, pool: ThreadPoolExecutor
) -> None:
    app = governed()

    def receive(sender: Any, rejection: Any) -> None:
        if rejection.origin == "https://first.example.net":
            gate()

    with origin_rejected.connected_to(receive, sender=app):
        hanging = pool.submit(ask, app, origin="https://first.example.net")
        assert gate.reached.wait(LONG_ENOUGH)
        check_others(pool, app)
        assert not hanging.done()
        gate.opened.set()
        silent = PREFLIGHT_SILENT if ask is preflight else SILENT
        assert cors_headers(hanging.result(LONG_ENOUGH)) == silent


class Hanging(logging.Handler):
    """Hangs at the first line. Without a lock: logging's own is not what is tried here."""

    def __init__(self, gate: Gate) -> None:
        super().__init__()
        self.gate = gate

    def handle(self, record: logging.LogRecord) -> bool:
        if not self.gate.reached.is_set():
            self.gate()
        return True


@pytest.fixture
def hanging_log(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LOG, "handlers", [Hanging(gate)])
    monkeypatch.setattr(LOG, "propagate", False)


def refusing(gate: Gate) -> Flask:
    return governed()


def hiding(view: Callable[[], str]) -> Callable[[], str]:
    return lambda: view()  # noqa: PLW0108  what hides the tag


def with_a_hidden_tag(gate: Gate) -> Flask:
    app = governed()
    app.add_url_rule("/hidden", "hidden", hiding(cors(origins="*")(lambda: "in")))
    return app


class Unreadable:
    """A view that is looked at once in vain."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def __getattr__(self, name: str) -> Any:
        self.names.append(name)
        raise LookupError(name) if len(self.names) == 1 else AttributeError(name)

    def __call__(self) -> str:
        return "in"


def with_views_that_cannot_be_read(gate: Gate) -> Flask:
    app = governed()
    app.add_url_rule("/odd", "odd")
    app.view_functions["odd"] = Unreadable()
    return app


def with_headers_of_a_view(gate: Gate) -> Flask:
    app = governed()
    headers = {"Access-Control-Allow-Origin": "*"}
    app.view_functions["/"] = lambda: Response("in", headers=headers)
    return app


@pytest.mark.usefixtures("hanging_log")
@pytest.mark.parametrize(
    ("make", "ask"),
    [
        (refusing, actual),
        (refusing, preflight),
        (with_a_hidden_tag, actual),
        (with_a_hidden_tag, preflight),
        (with_views_that_cannot_be_read, actual),
        (with_views_that_cannot_be_read, preflight),
        (with_headers_of_a_view, actual),
    ],
)
def test_a_log_that_hangs_keeps_nobody_waiting_but_who_caused_the_line(
    make: Callable[[Gate], Flask], ask: Any, gate: Gate, pool: ThreadPoolExecutor
) -> None:
    app = make(gate)
    hanging = pool.submit(ask, app, origin=EVIL)
    assert gate.reached.wait(LONG_ENOUGH)
    check_others(pool, app)
    assert not hanging.done()
    gate.opened.set()
    assert "Allow-Origin" not in cors_headers(hanging.result(LONG_ENOUGH))


def test_a_view_that_hangs_when_it_is_looked_at_keeps_nobody_waiting(
    gate: Gate, pool: ThreadPoolExecutor
) -> None:
    class Slow:
        def __getattr__(self, name: str) -> Any:
            if not gate.reached.is_set():
                gate()
            raise AttributeError(name)

        def __call__(self) -> str:
            return "in"

    app = governed()
    app.view_functions["slow"] = Slow()
    app.add_url_rule("/slow", "slow")
    hanging = pool.submit(actual, app)
    assert gate.reached.wait(LONG_ENOUGH)
    check_others(pool, app)
    gate.opened.set()
    assert cors_headers(hanging.result(LONG_ENOUGH)) == granted()
