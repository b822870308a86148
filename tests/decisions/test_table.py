"""Every line of the decision table holds, through every door."""

import pytest

from flask_strictcors import PolicyError, Reason
from flask_strictcors.wsgi import StrictCORSMiddleware

from .asking import BAD_METHOD, METHODS, VARY_ASKED, VARY_BOTH, Case, ask
from .doors import BODY, DOORS, FOREIGN, Seen, bare, through_core
from .rulesets import RULESETS, SHOP
from .table import TABLE

APPLICABLE = [
    pytest.param(case, door, id=f"{door}-{case}")
    for case in TABLE
    for door in DOORS
    if not (door == "wsgi" and RULESETS[case.under].needs_routes)
]
WITHOUT_ROUTES = [name for name, ruleset in RULESETS.items() if ruleset.needs_routes]


def expected_cors(case: Case, door: str) -> dict[str, str]:
    # Of what an exempt route sends itself, the core and decide() know nothing.
    if case.outcome.is_exempt and door not in ("core", "decide"):
        return FOREIGN
    return case.cors


def expected_status(case: Case) -> int:
    return case.status or (204 if case.request.is_preflight else 200)


def expected_body(case: Case, door: str) -> bytes | None:
    status = expected_status(case)
    if status == 403:
        return b"Cross-origin request refused.\n"
    if status == 204 or case.request.method == "HEAD":
        return b""
    if case.outcome.is_exempt and case.request.is_preflight:
        return BODY if door == "wsgi" else b""  # Flask answers OPTIONS by itself
    return BODY


def check_answer(seen: Seen, case: Case, door: str) -> None:
    assert seen.status == expected_status(case)
    assert seen.body == expected_body(case, door)
    names = {name.lower(): value for name, value in seen.lines}
    assert ("cache-control" in names) is (seen.status == 403)
    is_shown = RULESETS[case.under].debug and not case.outcome.is_exempt
    assert ("strictcors-decision" in names) is is_shown


def check_signal(seen: Seen, case: Case) -> None:
    assert seen.heard is not None
    signals = [signal for signal, _ in seen.heard]
    assert signals == ([case.outcome.signal] if case.outcome.signal else [])
    for _, rejection in seen.heard:
        assert rejection.reason is case.outcome.reason
        assert rejection.rule == RULESETS[case.under].label
        assert rejection.preflight is case.request.is_preflight
        assert rejection.path == "/thing"


@pytest.mark.parametrize(("case", "door"), APPLICABLE)
def test_a_request_gets_exactly_this(case: Case, door: str) -> None:
    seen = DOORS[door](case)
    assert seen.cors == expected_cors(case, door)
    assert seen.vary == case.vary
    if seen.allowed is not None:
        assert (seen.allowed, seen.reason) == (case.outcome.allowed, case.outcome.reason)
    if door == "core":
        assert (seen.status == 403) is (case.status == 403)
    if seen.heard is not None:
        check_answer(seen, case, door)
        check_signal(seen, case)


@pytest.mark.parametrize("wants", ["", "P UT", "PUT,GET", "\x00", "P\xfcT", "P" * 65_000])
@pytest.mark.parametrize("under", ["exact", "anybody", "enforced, anybody"])
@pytest.mark.parametrize("door", DOORS)
def test_a_method_that_is_none_is_refused_and_not_listed(door: str, under: str, wants: str) -> None:
    # Whether the rule's own list is offered beside it is of no use to any browser.
    seen = DOORS[door](Case(under, "no token", ask(wants, SHOP), BAD_METHOD, {}, frozenset()))
    assert seen.status in (None, 204)
    assert seen.cors.get(METHODS, "GET, HEAD, PUT") == "GET, HEAD, PUT"
    assert seen.vary == (VARY_BOTH if under == "exact" else VARY_ASKED)
    if seen.heard is None:
        assert seen.reason is BAD_METHOD.reason
    else:
        assert [signal for signal, _ in seen.heard] == [BAD_METHOD.signal]


@pytest.mark.parametrize("name", WITHOUT_ROUTES)
def test_the_middleware_refuses_each_rule_that_is_not_driven_through_it(name: str) -> None:
    ruleset = RULESETS[name]
    with pytest.raises(PolicyError) as caught:
        StrictCORSMiddleware(bare, *ruleset.policies, rules=ruleset.rules)
    assert {problem.code for problem in caught.value.problems} == {"methods-unnamed"}


def test_every_reason_is_produced() -> None:
    assert {through_core(case).reason for case in TABLE} == {None, *Reason}


def test_every_reason_is_produced_by_actual_requests_and_preflights_where_it_can_be() -> None:
    def reasons(*, preflight: bool) -> set[Reason | None]:
        return {c.outcome.reason for c in TABLE if c.request.is_preflight is preflight}

    only_asked = {Reason.HEADER_NOT_ALLOWED, Reason.MALFORMED_REQUEST_HEADERS}
    assert reasons(preflight=True) == {None, *Reason}
    assert reasons(preflight=False) == {None, *Reason} - only_asked


def test_every_rule_is_used_and_no_line_is_there_twice() -> None:
    assert {case.under for case in TABLE} == set(RULESETS)
    names = [str(case) for case in TABLE]
    assert len(names) == len(set(names))


def test_the_table_is_long_enough_to_be_a_specification() -> None:
    assert len(TABLE) >= 80
