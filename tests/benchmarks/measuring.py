"""Counts and measures in a process of its own: ``python -m benchmarks.measuring``.

Work is counted in Python's instructions and calls: clocks differ from machine to machine, and
these do not. What is printed is JSON, a figure for each name.
"""

from __future__ import annotations

import gc
import json
import logging
import sys
import time
import tracemalloc
from collections.abc import Callable
from types import FrameType
from typing import Any, NamedTuple
from wsgiref.types import WSGIApplication, WSGIEnvironment

from flask import Flask
from werkzeug.test import EnvironBuilder

from flask_strictcors import Policy, StrictCORS, cors
from flask_strictcors.wsgi import StrictCORSMiddleware

METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE")
HEADERS = ("Authorization", "Content-Type", "X-Requested-With")
ASKED = "authorization,content-type"
FOREIGN = "https://evil.example.net"
MANY, FEW = 100_000, 10_000


class Work(NamedTuple):
    """What was done: instructions of Python, and calls of functions written in Python."""

    opcodes: int
    calls: int


def work_of(app: WSGIApplication, environ: WSGIEnvironment) -> Work:
    """Count what a warm app does for one request."""
    # Set-up ends with the first request that is no preflight.
    serve(app, get())
    for _ in range(3):
        serve(app, environ.copy())
    # Python 3.12 counts no instructions until somebody has asked once.
    _counted(app, environ.copy())
    return _counted(app, environ.copy())


def _counted(app: WSGIApplication, environ: WSGIEnvironment) -> Work:
    opcodes = calls = 0

    def see(frame: FrameType, event: str, arg: object) -> Callable[..., Any]:
        nonlocal opcodes, calls
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        opcodes += event == "opcode"
        calls += event == "call"
        return see

    # A collection would run what it finds to finalize.
    gc.disable()
    sys.settrace(see)
    try:
        serve(app, environ)
    finally:
        sys.settrace(None)
        gc.enable()
    return Work(opcodes, calls)


def serve(app: WSGIApplication, environ: WSGIEnvironment) -> None:
    body = app(environ, lambda status, headers, exc_info=None: lambda text: None)
    for _ in body:
        pass
    close = getattr(body, "close", None)
    if close is not None:
        close()


# --- the apps and requests, as the benchmarks have them ------------------------------------------


def origins(number: int) -> list[str]:
    return [f"https://app{index:06}.example.com" for index in range(number)]


def policy(number: int = 10, patterns: int = 0) -> Policy:
    return Policy(
        origins=[*origins(number), *(f"https://*.t{n:04}.example.net" for n in range(patterns))],
        methods=METHODS,
        allow_headers=HEADERS,
        credentials=True,
    )


def flask_app(routes: int = 1, tag: Callable[[Any], Any] = lambda view: view) -> Flask:
    app = Flask(__name__)
    for route in range(routes):
        view = tag(lambda: b"hello")
        app.add_url_rule(f"/r{route:04}/item", f"view{route}", view, methods=["GET", "PUT"])
    return app


def governed(policy: Policy, routes: int = 1) -> Flask:
    """Make an app with one policy, or with a path rule for each of its routes."""
    app = flask_app(routes)
    if routes == 1:
        StrictCORS(app, policy)
    else:
        StrictCORS(app, rules={f"/r{route:04}/*": policy for route in range(routes)})
    return app


def tagged(policy: Policy, routes: int) -> Flask:
    """Make an app with a tag on each of its views."""
    app = flask_app(routes, cors(policy))
    StrictCORS(app)
    return app


def get(origin: str | None = None, route: int = 0) -> WSGIEnvironment:
    environ = EnvironBuilder(f"/r{route:04}/item", "https://api.example.com").get_environ()
    environ["HTTP_SEC_FETCH_SITE"] = "cross-site"
    return environ if origin is None else environ | {"HTTP_ORIGIN": origin}


def preflight(origin: str, route: int = 0, asked: str = ASKED) -> WSGIEnvironment:
    return get(origin, route) | {
        "REQUEST_METHOD": "OPTIONS",
        "HTTP_ACCESS_CONTROL_REQUEST_METHOD": "PUT",
        "HTTP_ACCESS_CONTROL_REQUEST_HEADERS": asked,
    }


def bare(environ: WSGIEnvironment, start_response: Any) -> list[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"hello"]


# --- what is counted -----------------------------------------------------------------------------


def added() -> dict[str, Work]:
    """Count what the extension adds to requests, and all of what a preflight takes."""
    allowed = origins(10)[-1]
    asked = {"GET": get(), "allowed GET": get(allowed), "refused GET": get(FOREIGN)}
    plain, ours = flask_app(), governed(policy())
    counted = {
        name: Work(*(a - b for a, b in zip(work_of(ours, e), work_of(plain, e), strict=True)))
        for name, e in asked.items()
    }
    counted["preflight"] = work_of(ours, preflight(allowed))
    middleware = StrictCORSMiddleware(bare, policy())
    for name, environ in (asked | {"preflight": preflight(allowed)}).items():
        counted[f"middleware, {name}"] = work_of(middleware, environ)
    return counted


Pair = tuple[tuple[WSGIApplication, WSGIEnvironment], tuple[WSGIApplication, WSGIEnvironment]]


def pairs() -> dict[str, Pair]:
    """Return requests where there is one of a kind, and where there are many."""
    one, last = origins(1)[0], origins(MANY)[-1]
    few, many = governed(policy(1)), governed(policy(MANY))
    pattern, patterns = governed(policy(1, 1)), governed(policy(1, 1000))
    rule, rules = governed(policy(1), 2), governed(policy(1), 1000)
    tag, tags = tagged(policy(1), 1), tagged(policy(1), 1000)
    names = ",".join(f"x-h{n:05}" for n in range(1638))
    refused, no_names = preflight(one, asked="x-a"), preflight(one, asked="x(")
    return {
        "100,000 origins": ((few, get(one)), (many, get(last))),
        "100,000 origins, preflight": ((few, preflight(one)), (many, preflight(last))),
        "100,000 origins, refused": ((few, get(FOREIGN)), (many, get(FOREIGN))),
        "1,000 patterns": (
            (pattern, get("https://shop.t0000.example.net")),
            (patterns, get("https://shop.t0999.example.net")),
        ),
        "1,000 path rules": ((rule, get(one, 1)), (rules, get(one, 999))),
        "1,000 path rules, preflight": ((rule, preflight(one, 1)), (rules, preflight(one, 999))),
        "1,000 tags": ((tag, get(one)), (tags, get(one, 999))),
        "1,000 tags, preflight": ((tag, preflight(one)), (tags, preflight(one, 999))),
        "16 KiB of commas": ((few, no_names), (few, preflight(one, asked="," * 16384))),
        "16 KiB of names": ((few, refused), (few, preflight(one, asked=names))),
    }


def microseconds(app: WSGIApplication, environ: WSGIEnvironment) -> float:
    """Return the CPU time of one request, at best: what C does is in no count of instructions."""
    serve(app, get())
    times = []
    for _ in range(10):
        begun = time.thread_time_ns()
        for _ in range(20):
            serve(app, environ.copy())
        times.append((time.thread_time_ns() - begun) / 20_000)
    return min(times)


def seconds_to_build(number: int) -> float:
    """Return the CPU seconds in which a policy of so many origins is made, at best."""
    named = origins(number)
    times = []
    for _ in range(2):
        begun = time.process_time()
        StrictCORS(flask_app(), Policy(origins=named, credentials=True))
        times.append(time.process_time() - begun)
    return min(times)


def bytes_kept(make: Callable[[], object]) -> int:
    """Return how many bytes are allocated, and not freed, where something is made."""
    gc.collect()
    tracemalloc.start()
    kept = make()
    gc.collect()
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    del kept
    return held


def governed_by_many() -> Flask:
    app = governed(policy(MANY))
    serve(app, get(origins(1)[0]))
    return app


def work() -> dict[str, Any]:
    """Return what is counted and timed."""
    modules = sorted({"publicsuffixlist", "idna"} & sys.modules.keys())
    compared = pairs()
    return {
        "modules": modules,
        "added": {name: work._asdict() for name, work in added().items()},
        "opcodes": {name: [work_of(*each).opcodes for each in p] for name, p in compared.items()},
        "us": {name: [microseconds(*each) for each in pair] for name, pair in compared.items()},
    }


def large() -> dict[str, Any]:
    """Return the seconds and bytes that a large policy takes."""
    return {
        "seconds": [seconds_to_build(number) for number in (FEW, MANY)],
        "kept": [bytes_kept(lambda: frozenset(origins(MANY))), bytes_kept(governed_by_many)],
    }


def main() -> None:
    """Print the figures."""
    logging.root.handlers[:] = [logging.NullHandler()]
    measure = {"work": work, "large": large}[sys.argv[1]]
    sys.stdout.write(json.dumps(measure(), indent=1))


if __name__ == "__main__":
    main()
