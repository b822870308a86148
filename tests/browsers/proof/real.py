"""Runs combinations in a real browser."""

import ssl
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from browsers.browser import Browser, Context, Page
from browsers.servers import Server

from .combination import PLACES, Call, Combination, Map
from .observation import Observation, Seen
from .script import RUN
from .scripted import Scripted

AT_ONCE = 40
"""Combinations per command: a browser has to answer within the session's patience."""


@contextmanager
def serving(tls: ssl.SSLContext) -> Generator[Scripted]:
    """Serve one scripted application at every place."""
    app = Scripted()
    servers = {
        ("https", 0): Server(app, "app.example.test", tls),
        ("https", 1): Server(app, "app.example.test", tls),
        ("http", 0): Server(app, "app.example.test", None),
    }
    app.map = Map(
        {
            place: servers[scheme, which].origin_at(host)
            for place, (scheme, host, which) in PLACES.items()
        }
    )
    try:
        yield app
    finally:
        for server in servers.values():
            server.stop()


def observe(
    browser: Browser, app: Scripted, combinations: Sequence[Combination]
) -> list[Observation]:
    """Run all combinations in fresh profiles and return what each showed, in the same order."""
    found: dict[str, Observation] = {}
    for start in range(0, len(combinations), AT_ONCE):
        batch = combinations[start : start + AT_ONCE]
        context = browser.new_context()
        try:
            for page in sorted({combination.page for combination in batch}):
                here = [combination for combination in batch if combination.page == page]
                found.update(_observe_on(open_page(context, app.map, page), app, here))
        finally:
            context.close()
    return [found[combination.name] for combination in combinations]


def version_of(browser: Browser, app: Scripted) -> str:
    """Return the browser's name and version as it tells its pages."""
    context = browser.new_context()
    try:
        said = open_page(context, app.map, "app").run("() => navigator.userAgent")
    finally:
        context.close()
    words = (word.removeprefix("Headless") for word in said.split())
    return next(word for word in words if word.startswith(("Chrome/", "Firefox/")))


def open_page(context: Context, map_: Map, page: str) -> Page:
    """Open the page of that name in a tab of its own."""
    if page == "sandboxed":
        return context.open(map_.origins["app"] + "/sandboxed")
    return context.open(map_.origins[page] + "/page")


def _observe_on(
    page: Page, app: Scripted, combinations: list[Combination]
) -> Iterator[tuple[str, Observation]]:
    for combination in combinations:
        app.add(combination)
    calls = [[_plain(app.map, each, call) for call in each.calls] for each in combinations]
    answers = page.run(RUN, calls)
    for combination, answer in zip(combinations, answers, strict=True):
        seen = tuple(map(_seen, answer))
        yield combination.name, Observation(seen, app.take(combination))


def _plain(map_: Map, combination: Combination, call: Call) -> dict[str, Any]:
    plain = asdict(call)
    plain["url"] = map_.url(combination, call.stop)
    plain["headers"] = map_.filled(combination, call.headers)
    return plain


def _seen(answer: dict[str, Any]) -> Seen:
    if "headers" in answer:
        answer["headers"] = tuple((name, value) for name, value in answer["headers"])
    return Seen(**answer)
