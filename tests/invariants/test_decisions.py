"""Invariants 6 and 8, the first half: what a decision depends on, and what it never does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import current_app
from hypothesis import given
from hypothesis import strategies as st

from flask_strictcors import Policy, StrictCORS

from .plans import APP, EVIL, OWN, Ask, Plan
from .reading import RANKS, deciding
from .strategies import GOOD_ORIGINS, PATHS, plans, runs, some_asks
from .worlds import Answer, World, heard, send

NOISE = {
    "HTTP_COOKIE": ["session=1", "; ;=", "a" * 5000],
    "HTTP_AUTHORIZATION": ["Bearer x", "Basic \xff"],
    "HTTP_X_FORWARDED_FOR": ["127.0.0.1"],
    "HTTP_X_FORWARDED_HOST": ["app.example.com", "evil.example.net"],
    "HTTP_X_FORWARDED_PROTO": ["https", "http"],
    "HTTP_X_FORWARDED_PREFIX": ["/x"],
    "HTTP_FORWARDED": [f"host={EVIL};proto=https"],
    "HTTP_VARY": ["Origin", "*"],
    "HTTP_REFERER": [APP, EVIL],
    "HTTP_X_HTTP_METHOD_OVERRIDE": ["PUT"],
    "HTTP_X_ORIGINAL_URL": ["/x"],
    "HTTP_ACCESS_CONTROL_ALLOW_ORIGIN": ["*"],
    "HTTP_ACCESS_CONTROL_REQUEST_PRIVATE_NETWORK": ["true"],
    "HTTP_SEC_FETCH_MODE": ["cors", "no-cors"],
    "HTTP_USER_AGENT": ["curl"],
    "QUERY_STRING": ["origin=https://evil.example.net", "%", "a=" * 500],
    "REMOTE_ADDR": ["127.0.0.1", "10.0.0.1"],
    "CONTENT_TYPE": ["application/json", "text/plain"],
}


@st.composite
def noise(draw: st.DrawFn) -> dict[str, str]:
    names = draw(st.lists(st.sampled_from(sorted(NOISE)), min_size=1, max_size=6, unique=True))
    return {name: draw(st.sampled_from(NOISE[name])) for name in names}


def decided(answer: Answer) -> tuple[object, ...]:
    """Return what the rules have a say in; a redirect of Flask's keeps the query, for one."""
    return answer.status, answer.cors, answer.vary


@runs(40)
@given(plan=plans(), requests=some_asks, more=noise())
def test_6_nothing_else_of_a_request_and_no_earlier_request_changes_an_answer(
    plan: Plan, requests: list[Ask], more: dict[str, str]
) -> None:
    quiet = World(plan)
    plain = [decided(send(quiet.app, ask.environ())) for ask in requests]
    noisy = World(plan)
    for ask, expected in reversed([*zip(requests, plain, strict=True)]):
        with heard(noisy.app) as signals:
            assert decided(send(noisy.app, ask.environ(**more))) == expected
        with heard(noisy.app) as again:
            assert decided(send(noisy.app, ask.environ())) == expected
        assert signals == again


@runs(40)
@given(plan=plans(), requests=some_asks)
def test_6_what_is_decided_is_what_is_answered(plan: Plan, requests: list[Ask]) -> None:
    world = World(plan)
    extension = extension_of(world)
    for ask in requests:
        with heard(world.app) as signals, world.app.app_context():
            request = current_app.request_class(ask.environ())
            decision = extension.decide(request)
        assert signals == []
        if deciding(world, ask).is_exempt:
            assert (decision.allowed, decision.headers) == (False, ())
            continue
        with heard(world.app) as signals:
            answer = send(world.app, ask.environ())
        said = {n.lower().removeprefix("access-control-"): v for n, v in decision.headers}
        said.pop("vary", None)
        assert answer.cors == said
        assert [r.reason for _, r in signals] == ([decision.reason] if decision.reason else [])


def extension_of(world: World) -> StrictCORS:
    # The extension keeps nothing of an app, so that any instance speaks for the current one.
    return StrictCORS()


WIDE = Policy(origins="*")
WIDE_WITH_CREDENTIALS = Policy(origins=GOOD_ORIGINS, credentials=True)


@runs(50)
@given(
    plan=plans(),
    requests=some_asks,
    rank=st.sampled_from(["app", "path"]),
    wide=st.sampled_from([WIDE, WIDE_WITH_CREDENTIALS]),
)
def test_8_a_wider_rule_lets_nobody_in_whom_a_narrower_one_refuses(
    plan: Plan, requests: list[Ask], rank: str, wide: Policy
) -> None:
    before = World(plan)
    wider: dict[str, Any] = {"policies": (wide,)}
    if rank == "path":
        wider = {"rules": {"/*": (wide,)} | plan.rules}
    after = World(replace(plan, **wider))
    for ask in requests:
        found = deciding(before, ask)
        if RANKS.index(found.rank) < RANKS.index(rank) or "/*" in plan.rules or found.is_exempt:
            continue
        if found.rank == rank == "app":
            continue
        admitted = [send(world.app, ask.environ()).cors for world in (before, after)]
        for header in ("allow-origin", "allow-credentials", "expose-headers"):
            assert admitted[0].get(header) == admitted[1].get(header)


@runs(40)
@given(
    plan=plans(),
    origin=st.sampled_from([*GOOD_ORIGINS, "null", f"{APP}/"]),
    path=st.none() | st.sampled_from(PATHS),
)
def test_8_nor_does_it_where_the_app_asks_before_a_handshake(
    plan: Plan, origin: str, path: str | None
) -> None:
    before, after = World(plan), World(replace(plan, policies=(WIDE,)))
    for endpoint in before.views:
        tags = tags_of(before, endpoint)
        allowed = [allows(world, origin, endpoint, path) for world in (before, after)]
        if None not in tags:
            assert allowed[0] == allowed[1]
        if path is not None and not any(tags) and not plan.rules and not plan.policies:
            assert allowed == [False, True]


def tags_of(world: World, endpoint: str) -> list[Any]:
    """Return for each method of a view the tag that decides, or None."""
    view = world.views[endpoint]
    outer: list[Any] = [view.tag]
    place = view.group
    while place is not None:
        outer.append(world.plan.groups[place].tag)
        place = world.plan.groups[place].parent
    own = dict(view.by_method or ())
    decided = [[own.get(method), *outer] for method in view.methods]
    return [next((tag for tag in tags if tag is not None), None) for tags in decided]


def allows(world: World, origin: str, endpoint: str, path: str | None) -> bool:
    assert origin != OWN
    with world.app.app_context():
        return StrictCORS().allows(origin, endpoint, path)
