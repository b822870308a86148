"""The same calls of pages at many origins, to two apps: what a script may read of which."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from flask import Flask
from werkzeug.routing import Rule

from flask_strictcors.core.origins import host_of
from flask_strictcors.testing import Browser, CORSError

BASE = "https://api.example.net"
ALLOW_ORIGIN = "Access-Control-Allow-Origin"

_KINDS: list[dict[str, Any]] = [
    {},
    {"headers": {"X-Trace": "1"}},
    {"headers": {"Content-Type": "application/json"}},
    {"credentials": "include"},
    {"credentials": "include", "headers": {"X-Trace": "1"}},
]


class Call(NamedTuple):
    """One call of a script, and the page that it is on."""

    origin: str | None
    method: str
    path: str
    kind: int


def differences(
    before: Flask, after: Flask, asked: Iterable[Call], codes: set[str]
) -> tuple[list[Call], list[Call]]:
    """Return the calls that only the app as it is now lets read, and those that it let before."""
    opened: list[Call] = []
    closed: list[Call] = []
    for call in asked:
        # The one thing that is more than before, and that is said each time.
        if call.method == "HEAD" and "method-head" in codes:
            continue
        was, now = reads(before, call), reads(after, call)
        opened += [call] if now and not was else []
        closed += [call] if was and not now else []
    return opened, closed


def paths_of(app: Flask) -> list[str]:
    """Return some paths of each route."""
    rules = [rule.rule for rule in app.url_map.iter_rules()]
    values = ("7", "1", "apiary", "api/x", "api", "orders")
    return [*dict.fromkeys(_filled(rule, value) for value in values for rule in rules)]


def _filled(rule: str, value: str) -> str:
    literal, bracket, rest = rule.partition("<")
    return literal + (value + rest.partition(">")[2] if bracket else "")


def calls(app: Flask, origins: Iterable[str | None]) -> Iterator[Call]:
    """Give each method that is served, asked for in each way from each origin."""
    for origin in origins:
        for path in paths_of(app):
            for method in methods(app, path):
                yield from (Call(origin, method, path, kind) for kind in range(len(_KINDS)))


def telling(asked: Iterable[Call], first: str | None) -> Iterator[Call]:
    """Give the calls that tell most: all ways from one origin, and the extremes from others."""
    for call in asked:
        if call.method != "HEAD" and (call.origin == first or call.kind in (0, len(_KINDS) - 1)):
            yield call


def methods(app: Flask, path: str) -> list[str]:
    adapter = app.url_map.bind("api.example.net")
    every: set[str] = set()
    for rule in app.url_map.iter_rules():
        every |= rule.methods or set()
    return [m for m in sorted(every - {"OPTIONS"}) if serves(adapter, path, m)]


def serves(adapter: Any, path: str, method: str) -> Rule | bool:
    try:
        return bool(adapter.match(path, method))
    except Exception:
        return False


def reads(app: Flask, call: Call) -> bool:
    """Report whether the script of a call may read the answer, in a browser that knows nothing."""
    page = Browser(app, base_url=BASE).open(call.origin)
    try:
        page.fetch(call.path, method=call.method, **_KINDS[call.kind])
    except CORSError:
        return False
    return True


def pages(*named: str) -> list[str | None]:
    """Return some origins, that of a sandboxed page, and a stranger's."""
    return [*named, None, f"https://{host_of(named[0])}.evil.net"]


def admits(app: Flask, origin: str, path: str) -> bool:
    """Report whether an answer to a request with this value of Origin lets that one in."""
    answer = app.test_client().get(path, base_url=BASE, headers={"Origin": origin})
    return answer.headers.get(ALLOW_ORIGIN) in (origin, "*")
