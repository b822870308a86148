"""Invariants 1 to 5: what an answer may hold."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import example, given

from flask_strictcors import Policy

from .plans import APP, EVIL, Ask, Plan, View
from .reading import admitting, allow_origin, deciding, is_same_origin
from .strategies import ODD_PATHS, PATHS, plans, runs, some_asks
from .worlds import Answer, World, heard, send

NAMED = Policy(origins=[APP])
BARRED = (403, b"Cross-origin request refused.\n")
ASKED = {"access-control-request-method", "access-control-request-headers"}


def unconfigured(plan: Plan) -> Plan:
    """Return the plan without any policy and exemption; what the views author stays."""
    bare = tuple(
        replace(v, tag=None, by_method=v.by_method and tuple((m, None) for m, _ in v.by_method))
        for v in plan.views
    )
    groups = tuple(replace(group, tag=None) for group in plan.groups)
    return replace(plan, views=bare, groups=groups, rules={}, policies=())


@runs(40)
@given(plan=plans(), requests=some_asks)
def test_1_without_configuration_there_is_no_cors_header_ever(
    plan: Plan, requests: list[Ask]
) -> None:
    world = World(unconfigured(plan))
    for ask in requests:
        answer = send(world.app, ask.environ())
        assert answer.cors == {}
        assert ("origin" in answer.vary) == plan.enforce or "*" in answer.vary


@runs(50)
@given(plan=plans(), requests=some_asks)
@example(
    plan=Plan(rules={"/x/*": (NAMED,)}), requests=[Ask(path, origin=APP) for path in ODD_PATHS]
)
@example(plan=Plan(rules={"/X": (NAMED,)}), requests=[Ask(path, origin=APP) for path in PATHS])
def test_2_allow_origin_is_what_the_one_deciding_rule_says_of_this_origin(
    plan: Plan, requests: list[Ask]
) -> None:
    world = World(plan)
    for ask in requests:
        found = deciding(world, ask)
        if found.is_exempt:
            continue
        said = send(world.app, ask.environ()).cors.get("allow-origin")
        policy = admitting(found, ask, debug=plan.debug)
        if not ask.is_preflight:
            assert said == allow_origin(found, ask, debug=plan.debug)
        elif policy is None:
            assert said is None
        else:
            expected = "*" if policy.is_any_origin else ask.origin
            assert said == expected or said is None
            # Only these pass a browser's check without being listed, and are then told nothing.
            is_told = ask.wants not in ("GET", "HEAD", "POST", "") and not is_same_origin(ask)
            if is_told and not found.is_led:
                assert said == expected


@runs(40)
@given(plan=plans(), requests=some_asks)
def test_3_credentials_stand_only_beside_a_concrete_origin(plan: Plan, requests: list[Ask]) -> None:
    world = World(plan)
    for ask in requests:
        found = deciding(world, ask)
        if found.is_exempt:
            continue
        cors = send(world.app, ask.environ()).cors
        policy = admitting(found, ask, debug=plan.debug)
        if "allow-credentials" in cors:
            assert cors["allow-credentials"] == "true"
            assert cors["allow-origin"] == ask.origin
            assert policy is not None
        if "allow-origin" in cors:
            assert policy is not None
            assert policy.credentials == ("allow-credentials" in cors)


@runs(50)
@given(plan=plans(), requests=some_asks)
def test_4_a_refused_origin_gets_no_header_one_signal_and_a_constant_body(
    plan: Plan, requests: list[Ask]
) -> None:
    world = World(plan)
    for ask in requests:
        found = deciding(world, ask)
        with heard(world.app) as signals:
            answer = send(world.app, ask.environ())
        if found.is_exempt:
            assert signals == []
            continue
        assert len(signals) <= 1
        is_cross = ask.origin is not None and not is_same_origin(ask)
        is_refused = is_cross and admitting(found, ask, debug=plan.debug) is None
        assert is_refused == any(signal == "origin" for signal, _ in signals)
        if is_refused:
            assert answer.cors == {}
            check_refusal(plan, ask, answer)


def check_refusal(plan: Plan, ask: Ask, answer: Answer) -> None:
    if plan.enforce:
        empty = ask.method == "HEAD"
        assert (answer.status, answer.body) == (403, b"" if empty else BARRED[1])
        assert ("Cache-Control", "no-store") in answer.lines
    elif ask.is_preflight:
        assert (answer.status, answer.body) == (204, b"")


@runs(40)
@given(plan=plans(), requests=some_asks)
@example(
    plan=Plan((View("/x", ("GET",), answer="vary"), View("/y", ("GET",), answer="vary-star"))),
    requests=[Ask("/x"), Ask("/y", origin=EVIL)],
)
@example(
    plan=Plan((View("/x", ("GET",), (NAMED,), answer="vary"),)),
    requests=[Ask("/x", origin=origin) for origin in (None, APP, EVIL)],
)
def test_5_vary_loses_nothing_and_gains_nothing_but_ours(plan: Plan, requests: list[Ask]) -> None:
    world, bare = World(plan), World(plan, is_guarded=False)
    for ask in requests:
        found = deciding(world, ask)
        answer = send(world.app, ask.environ())
        before = send(bare.app, ask.environ())
        depends = (bool(found.policies) or plan.enforce) and not found.is_for_anybody
        ours = {"origin"} if depends and not found.is_exempt else set[str]()
        if found.is_exempt:
            assert answer.vary == before.vary
        elif ask.is_preflight:
            assert answer.vary == ASKED | ours
        elif (answer.status, answer.body) in (BARRED, (403, b"")) and before.status != 403:
            assert answer.vary == {"origin"}
        else:
            assert answer.vary == ({"*"} if "*" in before.vary else before.vary | ours)
            assert answer.status == before.status
