"""Every point at which other people's code runs, with every fault, under every kind of request.

The bare twin says what Flask makes of a fault, the decision table what the rules write on it.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import product

import pytest
from extension.wire import heard

from .points import FAULTS, FEW_FAULTS, POINTS
from .traffic import BARRED, TRAFFIC, Call, Got, promised, serve
from .worlds import Twin, Way, World, governed, in_own_context, rounds

# Else each case goes one way, so that each point and each fault goes all of them.
ALL_WAYS = "STRICTCORS_ALL_FAULTS" in os.environ
# How much of the traffic is sent once more, in the same thread and in another.
HALF, FEW_CALLS = len(TRAFFIC) // 2, 3
WAYS = [Way(*switches) for switches in product([True, False], repeat=3)]


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[ThreadPoolExecutor]:
    """Another thread, which has served nothing of the faulty requests."""
    with ThreadPoolExecutor(1) as pool:
        yield pool


@pytest.fixture(autouse=True)
def _silent(monkeypatch: pytest.MonkeyPatch) -> None:
    # What is logged has tests of its own, and takes longer than the rest.
    monkeypatch.setattr(logging.getLogger("flask_strictcors"), "disabled", True)


@pytest.mark.parametrize("fault", FAULTS if ALL_WAYS else FEW_FAULTS)
@pytest.mark.parametrize("point", POINTS)
def test_each_fault_at_each_point(point: str, fault: str, elsewhere: ThreadPoolExecutor) -> None:
    number = list(POINTS).index(point) + list(FEW_FAULTS | FAULTS).index(fault)
    for way in WAYS if ALL_WAYS else [WAYS[number % len(WAYS)]]:
        world = governed(POINTS[point], FAULTS[fault], way)
        in_own_context(check, point, fault, way, rounds(number), world)
        fresh = fresh_answers(point, way)[:FEW_CALLS]
        assert elsewhere.submit(answers, world, TRAFFIC[:FEW_CALLS]).result() == fresh


def check(point: str, fault: str, way: Way, calls: list[Call], world: World) -> None:
    twin = Twin(POINTS[point], FAULTS[fault], way)
    twin.trap.is_armed = True
    seen = in_own_context(twin.serve_all, [call for call in calls if not call.is_preflight])
    fresh = dict(zip((call.name for call in TRAFFIC), fresh_answers(point, way), strict=True))
    world.trap.is_armed = True
    for call in calls:
        sprung = world.trap.sprung
        with heard(world.app) as signals:
            got = serve(world.app, call)
        told = [signal for signal, _ in signals]
        case = f"{call.name}, {way}"
        if call.is_preflight:
            assert (got, world.trap.sprung, told) == (fresh[call.name], sprung, signal_of(call)), (
                case
            )
            continue
        control, has_passed = seen.pop(0)
        has_answer = control.status is not None
        assert got.left == control.left == (False, False), case
        assert chain(got.error) == chain(control.error), case
        assert told == (signal_of(call) if has_passed or has_answer else []), case
        check_answer(call, control, got, way, case, is_late=not has_passed)
    # In debug, exceptions leave the app before some points are reached.
    assert world.trap.sprung or way.is_debug
    world.trap.is_armed = False
    assert answers(world, calls[:HALF]) == [fresh[call.name] for call in calls[:HALF]]


def chain(error: BaseException | None) -> list[tuple[type, str]]:
    """Return an exception with those that it came from."""
    return [] if error is None else [(type(error), str(error)), *chain(error.__context__)]


def check_answer(call: Call, control: Got, got: Got, way: Way, case: str, *, is_late: bool) -> None:
    """Check what went out: the bare twin's answer with the table's headers, or the 403."""
    if control.status is None:
        assert got.status is None, case
        return
    if is_late and way.is_enforced and call.is_barred:
        # Somebody answered before the rules could.
        assert (got.status, got.body) == ("403 FORBIDDEN", BARRED), case
        assert got.cors == promised(call, None, is_debug=way.is_debug), case
        return
    assert (got.status, got.body, got.others) == (control.status, control.body, control.others), (
        case
    )
    assert got.cors == promised(call, control, is_debug=way.is_debug), case


def signal_of(call: Call) -> list[str]:
    return [] if call.signal is None else [call.signal]


@cache
def fresh_answers(point: str, way: Way) -> list[Got]:
    """Return what an app answers in which nothing was ever amiss."""
    if not way.is_before:
        # Where the trap lies makes no difference to who is not caught in it.
        return fresh_answers(point, way._replace(is_before=True))
    return answers(governed(POINTS[point], FAULTS["raises"], way), TRAFFIC)


def answers(world: World, calls: list[Call]) -> list[Got]:
    return [serve(world.app, call) for call in calls]
