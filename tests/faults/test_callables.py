"""Callables of dynamic origins and receivers of the signals, with every fault that they may have.

Each is tried on requests and preflights, with `enforce` and without, in debug and not; then what
comes next is asked, in this thread and in another.
"""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import product
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
from flask import Flask, abort, g, request
from werkzeug.test import TestResponse

from flask_strictcors import StrictCORS, origin_rejected
from flask_strictcors.wsgi import StrictCORSMiddleware

from .traffic import BARRED, DECISION, contexts_left
from .worlds import in_own_context

OFFER = offered("GET, HEAD, PUT")
ASKS = (actual, preflight)
SHOWN = 'rule="app"; verdict=allowed; reason=none'


@pytest.fixture(autouse=True)
def _silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logging.getLogger("flask_strictcors"), "disabled", True)


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as pool:
        yield pool


def bare(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """Answer as an app does in which nothing is left of other requests."""
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "2")])
    return [b"{}"]


class World:
    """An app with one tenant, whom a callable admits until something happens to it.

    `faulty` is what the callable does for `APP`; `receive` what a receiver does first.
    """

    def __init__(self, kind: str, *, is_enforced: bool = False, is_debug: bool = False) -> None:
        self.tenants = {APP, PARTNER}
        self.faulty: Callable[[World], Any] | None = None
        self.receive: Callable[[World], Any] | None = None
        self.told: list[str] = []
        self.is_enforced, self.is_debug = is_enforced, is_debug
        self.app = self.flask(kind) if kind != "wsgi" else self.middleware()
        self.first = self.hear_async if kind == "async" else self.hear
        origin_rejected.connect(self.first, sender=self.app)
        origin_rejected.connect(self.second, sender=self.app)

    def flask(self, kind: str) -> Any:
        app = Flask("callables", static_folder=None)
        app.debug = self.is_debug
        asked = self.ask_async if kind == "async" else self.ask
        StrictCORS(app, origins=asked, allowlist=[APP, PARTNER], enforce=self.is_enforced)
        route(app, "/", "GET PUT", lambda: str(vars(g)))
        return app

    def middleware(self) -> Any:
        return StrictCORSMiddleware(
            bare,
            origins=self.ask,
            allowlist=[APP, PARTNER],
            methods=["GET", "PUT"],
            enforce=self.is_enforced,
            debug=self.is_debug,
        )

    def ask(self, origin: str) -> Any:
        if self.faulty is not None and origin == APP:
            return self.faulty(self)
        return origin in self.tenants

    async def ask_async(self, origin: str) -> Any:
        return await finished(self.ask(origin))

    def hear(self, sender: Any, rejection: Any) -> Any:
        self.told.append("first")
        return self.receive(self) if self.receive is not None else None

    async def hear_async(self, sender: Any, rejection: Any) -> None:
        await finished(self.hear(sender, rejection))

    def second(self, sender: Any, rejection: Any) -> None:
        self.told.append("second")

    def third(self, sender: Any, rejection: Any) -> None:
        self.told.append("third")

    def check(self, response: TestResponse, *, is_allowed: bool, is_preflight: bool) -> None:
        headers = cors_headers(response)
        assert (headers.pop(DECISION, None) is not None) is self.is_debug
        if is_allowed:
            assert headers == (OFFER if is_preflight else granted())
            assert response.status_code == (204 if is_preflight else 200)
            return
        assert headers == (PREFLIGHT_SILENT if is_preflight else SILENT)
        if self.is_enforced:
            assert (response.status_code, response.data) == (403, BARRED)
        else:
            assert response.status_code == (204 if is_preflight else 200)

    def check_afterwards(self) -> None:
        """Check that strangers, tenants and those without an origin get what they always get."""
        self.told.clear()
        partner = cors_headers(actual(self.app, origin=PARTNER))
        assert partner.pop(DECISION, SHOWN) == SHOWN
        assert partner == granted(PARTNER)
        for ask in ASKS:
            self.check(ask(self.app, origin=EVIL), is_allowed=False, is_preflight=ask is preflight)
        assert actual(self.app, origin=None).data == b"{}"
        assert self.told.count("second") == 2
        assert contexts_left() == (False, False)


async def finished(value: Any) -> Any:
    return await value if asyncio.iscoroutine(value) else value


# --- callables -----------------------------------------------------------------------------------


def raising(world: World) -> Any:
    raise LookupError("a fault")


def aborting(world: World) -> Any:
    abort(401)


def recursing(world: World) -> Any:
    # What were collected down there, of whatever test, would fail for the depth.
    gc.disable()
    try:
        return descending(world)
    finally:
        gc.enable()


def descending(world: World) -> Any:
    return descending(world)


async def cancelled(world: World) -> bool:
    waiting = asyncio.ensure_future(asyncio.Event().wait())
    waiting.cancel()
    return await waiting is True


def deleting_its_tenant(world: World) -> bool:
    world.tenants.remove(APP)
    return True


def changing_what_it_is_given(world: World) -> bool:
    request.environ |= {"HTTP_ORIGIN": EVIL, "REQUEST_METHOD": "DELETE", "PATH_INFO": "/x"}
    g.origin = "left behind"
    return True


def asking_the_app(world: World) -> bool:
    assert cors_headers(actual(world.app, origin=PARTNER))["Allow-Origin"] == PARTNER
    assert "Allow-Origin" not in cors_headers(preflight(world.app, origin=EVIL))
    world.told.clear()
    return True


def unsubscribing_all(world: World) -> bool:
    origin_rejected.disconnect(world.first, sender=world.app)
    return False


class Unreadable:
    """Raises whatever it is asked."""

    @property  # type: ignore[misc]
    def __class__(self) -> Any:
        raise RuntimeError("there is none")

    def __eq__(self, other: object) -> bool:
        raise RuntimeError("unlike anything")

    __hash__ = object.__hash__


class Unequal(str):
    """A text that cannot be compared."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        raise RuntimeError("unlike anything")

    __hash__ = str.__hash__


class Endless:
    """Goes on, when it is told to close, for as often as `times` says."""

    def __init__(self) -> None:
        self.times = 1

    async def wait(self) -> None:
        while True:
            try:
                await asyncio.sleep(0)
            except GeneratorExit:
                if not self.times:
                    raise
                self.times -= 1


def endless(world: World) -> Any:
    waiting = Endless().wait()
    waiting.send(None)
    return waiting


ADMITS: dict[str, Callable[[World], Any]] = {
    "deletes its tenant": deleting_its_tenant,
    "changes what it is given": changing_what_it_is_given,
    "asks the app": asking_the_app,
}
REFUSES: dict[str, Callable[[World], Any]] = {
    "raises": raising,
    "aborts": aborting,
    "recurses": recursing,
    "is cancelled": cancelled,
    "unsubscribes": unsubscribing_all,
    "returns what cannot be read": lambda world: Unreadable(),
    "returns what cannot be compared": lambda world: [Unequal(APP)],
    "returns a class": lambda world: type,
    "returns a generator": lambda world: (origin for origin in [APP]),
    "returns a coroutine that cannot be closed": endless,
    "returns itself": lambda world: world.ask,
    "returns a list in itself": lambda world: [[APP]],
}
WAYS = list(product([False, True], repeat=2))
# A loop that runs cannot be entered again; a middleware has no request of Flask's.
NOT_FOR = {
    "sync": {"is cancelled"},
    "async": {"asks the app", "returns a coroutine that cannot be closed"},
    "wsgi": {"is cancelled", "changes what it is given"},
}


def of_each_kind(names: Iterable[str]) -> list[tuple[str, str]]:
    return [(name, kind) for name, kind in product(names, NOT_FOR) if name not in NOT_FOR[kind]]


def ways(name: str, kind: str) -> list[tuple[bool, bool]]:
    """Return all ways, or of the loops of async ones, which take long to start, one by turns."""
    return WAYS if kind != "async" else [WAYS[len(name) % len(WAYS)]]


@pytest.mark.parametrize("ask", ASKS)
@pytest.mark.parametrize(("name", "kind"), of_each_kind(ADMITS | REFUSES))
def test_callables(name: str, kind: str, ask: Any, elsewhere: ThreadPoolExecutor) -> None:
    for is_enforced, is_debug in ways(name, kind):
        world = World(kind, is_enforced=is_enforced, is_debug=is_debug)
        in_own_context(check_callable, world, name, ask)
        in_own_context(world.check_afterwards)
        elsewhere.submit(world.check_afterwards).result()


def check_callable(world: World, name: str, ask: Any) -> None:
    world.faulty = (ADMITS | REFUSES)[name]
    response = ask(world.app)
    world.check(response, is_allowed=name in ADMITS, is_preflight=ask is preflight)
    assert world.told.count("second") == (name in REFUSES)
    world.faulty = None
    # The next decision knows nothing of the last one.
    is_tenant = APP in world.tenants
    for again in ASKS:
        world.check(again(world.app), is_allowed=is_tenant, is_preflight=again is preflight)


# --- receivers -----------------------------------------------------------------------------------


def unsubscribing_itself(world: World) -> None:
    origin_rejected.disconnect(world.first, sender=world.app)


def unsubscribing_the_other(world: World) -> None:
    origin_rejected.disconnect(world.second, sender=world.app)


def subscribing_another(world: World) -> None:
    origin_rejected.connect(world.third, sender=world.app)


# What the first of two receivers does, and who hears of the next refusal.
RECEIVERS: dict[str, tuple[Callable[[World], Any], list[str]]] = {
    "raises": (raising, ["first", "second"]),
    "aborts": (aborting, ["first", "second"]),
    "recurses": (recursing, ["first", "second"]),
    "is cancelled": (cancelled, ["first", "second"]),
    "unsubscribes itself": (unsubscribing_itself, ["second"]),
    "unsubscribes the other": (unsubscribing_the_other, ["first"]),
    "subscribes another": (subscribing_another, ["first", "second", "third"]),
    "returns rubbish": (lambda world: Unreadable(), ["first", "second"]),
}


@pytest.mark.parametrize("ask", ASKS)
@pytest.mark.parametrize(("name", "kind"), of_each_kind(RECEIVERS))
def test_receivers(name: str, kind: str, ask: Any) -> None:
    for is_enforced, is_debug in ways(name, kind):
        world = World(kind, is_enforced=is_enforced, is_debug=is_debug)
        in_own_context(check_receiver, world, name, ask)


def check_receiver(world: World, name: str, ask: Any) -> None:
    world.receive, heirs = RECEIVERS[name]
    for expected in (["first", "second"], heirs):
        world.told.clear()
        response = ask(world.app, origin=EVIL)
        world.check(response, is_allowed=False, is_preflight=ask is preflight)
        assert sorted(world.told) == expected
        world.receive = None
        assert contexts_left() == (False, False)
    for again in ASKS:
        world.check(again(world.app), is_allowed=True, is_preflight=again is preflight)


@pytest.mark.parametrize("kind", ["sync", "wsgi"])
@pytest.mark.parametrize("ask", ASKS)
@pytest.mark.parametrize("error", [SystemExit(3), KeyboardInterrupt(), GeneratorExit()])
def test_a_receiver_that_exits_is_let_go(error: BaseException, ask: Any, kind: str) -> None:
    world = World(kind)
    world.receive = lambda _: throw(error)
    with pytest.raises(type(error)) as caught:
        in_own_context(ask, world.app, origin=EVIL)
    assert caught.value is error
    world.receive = None
    world.check_afterwards()


def throw(error: BaseException) -> None:
    raise error


@pytest.mark.parametrize("ask", ASKS)
@pytest.mark.parametrize(("times", "told"), [(1, 2), (50, 2), (1_000_000, 0)])
def test_receivers_that_cannot_be_listed_while_others_subscribe(
    times: int, told: int, ask: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World("sync")
    left = times
    listing = origin_rejected.receivers_for

    def receivers_for(sender: Any) -> Any:
        nonlocal left
        left -= 1
        if left >= 0:
            raise RuntimeError("dictionary changed size during iteration")
        return listing(sender)

    monkeypatch.setattr(origin_rejected, "receivers_for", receivers_for)
    response = ask(world.app, origin=EVIL)
    world.check(response, is_allowed=False, is_preflight=ask is preflight)
    assert len(world.told) == told
