"""Threads under load share nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Lock
from typing import Any

import pytest
from flask import Blueprint, Flask, request

from flask_strictcors import Policy, StrictCORS, cors

from .wire import (
    APP,
    EVIL,
    PARTNER,
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

THREADS = 12
ROUNDS = 12

Case = tuple[Callable[..., Any], str, str, str, dict[str, str]]


def busy_app() -> Flask:
    app = Flask(__name__, static_folder=None)

    def tenant(origin: str) -> bool:
        # The answer is this request's, whatever other threads are asked meanwhile.
        return request.headers["Origin"] == origin and origin.startswith("https://t")

    StrictCORS(
        app,
        Policy(origins=[APP, "https://*.sub.example.com"], credentials=True),
        rules={"/open/*": {"origins": "*"}, "/tenants": {"origins": tenant, "allowlist": "*"}},
    )
    route(app, "/", "GET PUT")
    route(app, "/open/x", "GET")
    route(app, "/tenants", "GET")
    route(app, "/partner", "GET PUT", tag=cors(origins=[PARTNER], max_age=5))
    blueprint = cors(origins=[EVIL])(Blueprint("b", __name__))
    route(blueprint, "/blueprint", "GET")
    app.register_blueprint(blueprint)
    return app


def cases_of(number: int) -> list[Case]:
    """Return what one thread asks, under origins that only it has."""
    own = f"https://n{number}.sub.example.com"
    tenant = f"https://t{number}.example.org"
    full = {"Allow_Credentials": "true"}
    return [
        (actual, "/", "GET", own, granted(own, **full)),
        (actual, "/", "GET", f"https://n{number}.other.example.com", SILENT),
        (actual, "/open/x", "GET", own, granted("*")),
        (actual, "/tenants", "GET", tenant, granted(tenant)),
        (actual, "/tenants", "GET", own, SILENT),
        (actual, "/partner", "PUT", PARTNER, granted(PARTNER)),
        (actual, "/partner", "PUT", own, SILENT),
        (actual, "/blueprint", "GET", EVIL, granted(EVIL)),
        (actual, "/nowhere", "GET", own, granted(own, **full)),
        (preflight, "/", "PUT", own, offered("GET, HEAD, PUT", own, **full)),
        (preflight, "/", "PUT", EVIL, PREFLIGHT_SILENT),
        (preflight, "/partner", "PUT", PARTNER, offered("GET, HEAD, PUT", PARTNER, Max_Age="5")),
        (preflight, "/tenants", "GET", tenant, offered("GET, HEAD", tenant)),
        (preflight, "/blueprint", "GET", own, PREFLIGHT_SILENT),
    ]


def run_together(work: Callable[[int], None], threads: int = THREADS) -> None:
    """Let each thread do its work, all from the same moment on."""
    barrier = Barrier(threads, timeout=30)

    def start(number: int) -> None:
        barrier.wait()
        work(number)

    with ThreadPoolExecutor(threads) as pool:
        for future in [pool.submit(start, number) for number in range(threads)]:
            future.result()


def test_many_threads_with_many_origins_and_rules() -> None:
    app = busy_app()

    def work(number: int) -> None:
        cases = cases_of(number)
        for turn in range(ROUNDS):
            for ask, path, method, origin, expected in cases[turn:] + cases[:turn]:
                response = ask(app, path, method, origin)
                assert cors_headers(response) == expected, (path, method, origin)

    run_together(work)


@pytest.mark.parametrize("attempt", range(8))
@pytest.mark.parametrize("first", ["preflights", "requests", "both"])
def test_the_first_requests_racing(first: str, attempt: int) -> None:
    app = busy_app()
    kinds = {"preflights": [preflight], "requests": [actual], "both": [actual, preflight]}[first]

    def work(number: int) -> None:
        cases = [case for case in cases_of(number) if case[0] in kinds]
        for ask, path, method, origin, expected in cases[attempt:] + cases[:attempt]:
            assert cors_headers(ask(app, path, method, origin)) == expected, (path, method, origin)

    run_together(work)


def test_every_refusal_of_every_thread_is_told_once() -> None:
    app = busy_app()
    lock = Lock()
    told: Counter[str] = Counter()

    def work(number: int) -> None:
        for turn in range(ROUNDS):
            origin = f"https://n{number}-{turn}.evil.example"
            actual(app, "/", origin=origin)
            preflight(app, "/", origin=origin)

    with heard(app) as signals:
        run_together(work)
        with lock:
            told.update(rejection.origin for _, rejection in signals)
    assert len(told) == THREADS * ROUNDS
    assert set(told.values()) == {2}


def test_threads_in_two_apps() -> None:
    apps = [busy_app(), Flask("other", static_folder=None)]
    StrictCORS(apps[1], origins="*")
    route(apps[1], "/", "GET PUT")

    def work(number: int) -> None:
        for _ in range(ROUNDS):
            if number % 2:
                assert cors_headers(actual(apps[1], origin=EVIL)) == granted("*")
            else:
                assert cors_headers(actual(apps[0], origin=EVIL)) == SILENT

    run_together(work)
