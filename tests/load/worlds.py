"""Random apps from the invariants' plans, and what their naive reading says of each request.

It says who is admitted by which policy, so that each line of an answer to an actual request, and
of a refused preflight, follows. What an admitted preflight is offered is taken from an app that
was made for this one request and has served no other.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from decisions.asking import CREDENTIALS, EXPOSE, ORIGIN, VARY, VARY_ASKED
from decisions.doors import normalized
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.configuration import set_hypothesis_home_dir
from invariants.plans import Ask, Plan
from invariants.reading import admitting, allow_origin, deciding, is_same_origin
from invariants.strategies import plans, some_asks
from invariants.worlds import World, send

from .case import BARRED, Case, Expected

ROOT = Path(__file__).parents[2]
# Where the invariants' plain request is another than the table's.
OF_PLAIN = {
    "HTTP_HOST": "api.example.com",
    "PATH_INFO": "/",
    "SERVER_NAME": "api.example.com",
    "SERVER_PORT": "443",
    "wsgi.url_scheme": "https",
}


class Random(NamedTuple):
    """One app, and those requests to it about which nobody has to guess."""

    name: str
    app: Flask
    plan: Plan
    asks: list[Ask]


def worlds(count: int) -> Iterator[Random]:
    """Yield apps of random plans, the same ones each time."""
    drawn: list[tuple[Plan, list[Ask]]] = []
    # Else it would keep its notes in whatever folder a soak is started from.
    set_hypothesis_home_dir(ROOT / ".hypothesis")

    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(plan=plans(), asks=some_asks)
    def draw(plan: Plan, asks: list[Ask]) -> None:
        drawn.append((plan, asks))

    draw()
    for index, (plan, asks) in enumerate(drawn):
        yield Random(f"world {index}", _forgetful(plan).app, plan, asks)


def cases_of_worlds(world: Random) -> Iterator[Case]:
    """Yield the requests to one random app, each with its whole answer."""
    bare = World(world.plan, is_guarded=False)
    for ask in world.asks:
        name = f"{ask.method} {ask.path} {ask.wants or ''} {ask.origin}"
        yield Case(world.name, name, _sent(ask), _expected(world.plan, bare, ask))


def _forgetful(plan: Plan) -> World:
    """Make a world that notes nothing of what it serves."""
    world: Any = World(plan)
    world.ran = world.touched = world.faults = deque(maxlen=0)
    return world


def _sent(ask: Ask) -> dict[str, str]:
    environ, plain = ask.environ(), Ask().environ()
    changed = {n: v for n, v in environ.items() if isinstance(v, str) and plain.get(n) != v}
    return OF_PLAIN | changed


def _expected(plan: Plan, bare: World, ask: Ask) -> Expected:
    found = deciding(bare, ask)
    before = send(bare.app, ask.environ())
    if found.is_exempt:
        return Expected(before.status, *normalized(before.lines), None, None)
    policy = admitting(found, ask, debug=plan.debug)
    depends = (bool(found.policies) or plan.enforce) and not found.is_for_anybody
    vary = VARY if depends else frozenset[str]()
    is_cross = ask.origin is not None and not is_same_origin(ask)
    if ask.is_preflight:
        vary |= VARY_ASKED
        if policy is not None:
            fresh = send(World(plan).app, ask.environ())
            cors, _ = normalized(fresh.lines)
            assert cors.get(ORIGIN) in (None, "*" if policy.is_any_origin else ask.origin)
            return Expected(fresh.status, cors, vary, fresh.body, None)
        is_barred = plan.enforce and is_cross
        return Expected(403 if is_barred else 204, {}, vary, BARRED if is_barred else b"", None)
    said = allow_origin(found, ask, debug=plan.debug)
    if depends and plan.enforce and is_cross and said is None:
        return Expected(403, {}, VARY, b"" if ask.method == "HEAD" else BARRED, None)
    cors = {}
    if said is not None and policy is not None:
        cors = {ORIGIN: said} | ({CREDENTIALS: "true"} if policy.credentials else {})
        exposed = policy.expose_headers
        cors |= {EXPOSE: ", ".join(exposed)} if exposed else {}
    vary = before.vary if "*" in before.vary else before.vary | vary
    return Expected(before.status, cors, vary, None, None)
