"""Many threads on the first request: all compile the same rules, and all is told once."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from typing import Any

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
    route,
)
from flask import Blueprint, Flask, Response
from werkzeug.routing import Rule

from flask_strictcors import Policy, StrictCORS, cors
from flask_strictcors.extension.hidden import hidden_tags

LOG = logging.getLogger("flask_strictcors")
THREADS = 8
ROUNDS = 10
OFFER = offered("GET, HEAD, PUT")

Case = tuple[Callable[..., Any], str, str, str | None, dict[str, str]]


@pytest.fixture(autouse=True)
def _switching() -> Iterator[None]:
    """Let threads take turns as often as they can."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


@pytest.fixture(scope="module")
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(THREADS) as threads:
        yield threads


class Lines(logging.Handler):
    """Keeps what is logged."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Lines:
    lines = Lines()
    monkeypatch.setattr(LOG, "handlers", [lines])
    monkeypatch.setattr(LOG, "propagate", False)
    return lines


def together(pool: ThreadPoolExecutor, threads: int, work: Callable[[int], Any]) -> None:
    """Let threads do their work, all from the same moment on."""
    barrier = Barrier(threads, timeout=30)

    def start(number: int) -> None:
        barrier.wait()
        work(number)

    for future in [pool.submit(start, number) for number in range(threads)]:
        future.result(30)


def hiding(view: Callable[..., str]) -> Callable[..., str]:
    return lambda: view()  # noqa: PLW0108  what hides the tag


def made() -> Flask:
    app = Flask("first", static_folder=None)
    rules = {"/open/*": Policy(origins="*"), "/free": None}
    StrictCORS(app, origins=[APP], rules=rules)
    route(app, "/", "GET PUT")
    route(app, "/open/x")
    route(app, "/partner", "GET PUT", tag=cors(origins=[PARTNER], max_age=5))
    blueprint = cors(origins=[EVIL])(Blueprint("b", __name__))
    route(blueprint, "/blueprint")
    app.register_blueprint(blueprint)
    app.add_url_rule("/hidden", "hidden", hiding(cors(origins="*")(lambda: "in")))
    app.logger.disabled = True
    return app


PARTNERS = offered("GET, HEAD, PUT", PARTNER, Max_Age="5")
CASES: list[Case] = [
    (actual, "/", "GET", APP, granted()),
    (preflight, "/", "PUT", APP, OFFER),
    (actual, "/", "GET", EVIL, SILENT),
    (preflight, "/", "PUT", EVIL, PREFLIGHT_SILENT),
    (actual, "/open/x", "GET", EVIL, granted("*")),
    (preflight, "/partner", "PUT", PARTNER, PARTNERS),
    (actual, "/partner", "GET", APP, SILENT),
    (actual, "/blueprint", "GET", EVIL, granted(EVIL)),
    (actual, "/hidden", "GET", APP, {}),
    (preflight, "/hidden", "GET", APP, PREFLIGHT_RULELESS),
    (actual, "/", "GET", None, SILENT),
]


def check(app: Flask, cases: list[Case]) -> None:
    for ask, path, method, origin, expected in cases:
        response = ask(app, path, method, origin)
        assert response.status_code == (204 if ask is preflight else 200)
        assert cors_headers(response) == expected, (ask.__name__, path, method, origin)


@pytest.mark.parametrize("threads", [2, THREADS])
def test_each_answer_is_right_whoever_comes_first(
    threads: int, pool: ThreadPoolExecutor, log: Lines
) -> None:
    for turn in range(ROUNDS):
        app = made()

        def work(number: int, turn: int = turn, app: Flask = app) -> None:
            start = (turn + number * (turn % 3)) % len(CASES)
            check(app, CASES[start:] + CASES[:start])

        log.lines.clear()
        together(pool, threads, work)
        hidden = [line for line in log.lines if "hides the policy" in line]
        assert len(hidden) == 1, f"{len(hidden)} lines about the hidden tag"


def test_what_was_frozen_first_and_last_is_the_same(pool: ThreadPoolExecutor) -> None:
    for _ in range(ROUNDS):
        app = made()
        together(pool, THREADS, lambda number, app=app: check(app, [CASES[0]]))
        judging = app.extensions["strictcors"].judging
        frozen = judging.table()
        check(app, CASES)
        assert judging.table() is frozen


def test_a_view_that_is_registered_between_preflights_has_its_own_rule(
    pool: ThreadPoolExecutor,
) -> None:
    late = offered("GET, HEAD, PUT", PARTNER)
    for _ in range(ROUNDS):
        app = made()

        def work(number: int, app: Flask = app) -> None:
            if number == 0:
                route(app, "/late", "GET PUT", tag=cors(origins=[PARTNER]))
            for ask, path, method, origin, expected in CASES:
                if ask is preflight:
                    assert cors_headers(ask(app, path, method, origin)) == expected

        together(pool, THREADS, work)
        assert cors_headers(preflight(app, "/late", "PUT", PARTNER)) == late
        # Then the first request freezes what there is, for all threads.
        together(pool, THREADS, lambda number, app=app: check(app, CASES[:2]))
        assert cors_headers(preflight(app, "/late", "PUT", PARTNER)) == late
        assert cors_headers(actual(app, "/late", "GET", PARTNER)) == granted(PARTNER)
        assert cors_headers(actual(app, "/late", "GET", APP)) == SILENT


def test_a_refusal_that_nobody_listens_to_is_logged_once(
    pool: ThreadPoolExecutor, log: Lines
) -> None:
    for _ in range(ROUNDS):
        app = made()
        log.lines.clear()
        together(pool, THREADS, lambda number, app=app: check(app, CASES[2:4]))
        refusals = [line for line in log.lines if "CORS refused" in line]
        assert len(refusals) == 1, refusals


def test_a_header_that_is_dropped_is_reported_once(pool: ThreadPoolExecutor, log: Lines) -> None:
    headers = {"Access-Control-Allow-Origin": "*"}
    for _ in range(ROUNDS):
        app = made()
        app.view_functions["/"] = lambda: Response("in", headers=headers)
        log.lines.clear()
        together(pool, THREADS, lambda number, app=app: check(app, CASES[:1]))
        dropped = [line for line in log.lines if line.startswith("Dropped")]
        assert len(dropped) == 1, dropped


def test_each_refusal_is_told_once_also_by_the_first_requests(pool: ThreadPoolExecutor) -> None:
    for _ in range(ROUNDS):
        app = made()
        with heard(app) as signals:
            together(pool, THREADS, lambda number, app=app: check(app, CASES[2:4]))
        assert len(signals) == 2 * THREADS


class Registering:
    """A view at which nobody can look without another view's being registered."""

    def __init__(self, app: Flask) -> None:
        self.app, self.number = app, 0

    def __getattr__(self, name: str) -> Any:
        if self.number < 3:
            self.number += 1
            route(self.app, f"/late/{self.number}", "GET PUT", tag=cors(origins=[PARTNER]))
        raise AttributeError(name)

    def __call__(self) -> str:
        return "in"


def test_views_that_are_registered_while_views_are_looked_at_break_nothing() -> None:
    app = made()
    app.add_url_rule("/odd", "odd")
    app.view_functions["odd"] = odd = Registering(app)
    assert cors_headers(preflight(app, "/", "PUT")) == OFFER
    assert odd.number == 3
    for number in (1, 2, 3):
        path = f"/late/{number}"
        late = offered("GET, HEAD, PUT", PARTNER)
        assert cors_headers(preflight(app, path, "PUT", PARTNER)) == late
        assert cors_headers(preflight(app, path, "PUT")) == PREFLIGHT_SILENT
        assert cors_headers(actual(app, path, origin=PARTNER)) == granted(PARTNER)


@pytest.mark.parametrize("times", [1, 50])
def test_url_rules_that_are_added_while_they_are_listed_break_nothing(
    times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = made()
    fail_to_list(app, times, monkeypatch)
    check(app, [case for case in CASES if case[0] is preflight])
    fail_to_list(app, times, monkeypatch)
    check(app, CASES)


def test_where_url_rules_can_never_be_listed_no_preflight_is_granted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = made()
    fail_to_list(app, sys.maxsize, monkeypatch)
    assert cors_headers(preflight(app, "/partner", "PUT", PARTNER)) == PREFLIGHT_RULELESS
    assert cors_headers(actual(app, "/partner", origin=PARTNER)) == granted(PARTNER)
    assert cors_headers(actual(app, "/partner", origin=APP)) == SILENT


def fail_to_list(app: Flask, times: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Do as Werkzeug does while another thread adds a URL rule."""
    left = times
    listing = type(app.url_map).iter_rules

    def iter_rules() -> Any:
        nonlocal left
        left -= 1
        if left >= 0:
            raise RuntimeError("dictionary changed size during iteration")
        return listing(app.url_map)

    monkeypatch.setattr(app.url_map, "iter_rules", iter_rules)


def test_set_up_that_goes_on_during_the_first_request_is_seen_by_the_next() -> None:
    app = made()
    guard = app.extensions["strictcors"]
    view = app.view_functions["/"]
    app.view_functions["late"] = cors(origins=[PARTNER])(lambda: "in")

    class Late:
        """A view that, looked at, is late with its URL."""

        def __getattr__(self, name: str) -> Any:
            if "late" in app.view_functions and not is_there:
                is_there.append(True)
                app.url_map.add(Rule("/late", endpoint="late", methods=["GET", "PUT"]))
            raise AttributeError(name)

        def __call__(self) -> Any:
            return view()

    is_there: list[bool] = []
    app.view_functions["/"] = Late()
    assert cors_headers(actual(app)) == granted()
    assert (is_there, guard.judging.is_frozen) == ([True], False)
    assert cors_headers(actual(app, "/late", origin=PARTNER)) == granted(PARTNER)
    assert guard.judging.is_frozen
    assert cors_headers(actual(app, "/late", origin=APP)) == SILENT


def test_a_view_that_another_thread_registers_while_views_are_counted_is_no_fault() -> None:
    class Views(dict[str, Any]):
        def values(self) -> Any:
            begun = iter(super().values())
            self["/late"] = lambda: "late"
            return begun

    app = made()
    app.view_functions = Views(app.view_functions)
    assert cors_headers(preflight(app)) == OFFER
    assert cors_headers(actual(app)) == granted()


def test_a_registry_that_another_thread_fills_while_it_is_looked_at_is_no_fault() -> None:
    registry: dict[int, Callable[..., Any]] = dict.fromkeys(range(100), str)

    def listed() -> str:
        return str(len(registry))

    app = Flask(__name__, static_folder=None)
    app.add_url_rule("/", "/", listed)
    is_over = Event()

    def fill() -> None:
        while not is_over.is_set():
            registry[-1] = print
            del registry[-1]

    with ThreadPoolExecutor(1) as filling:
        filling.submit(fill)
        try:
            for _ in range(300):
                assert hidden_tags(app) == {}
        finally:
            is_over.set()
