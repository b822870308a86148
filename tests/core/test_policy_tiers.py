"""Several policies for one rule: how they are given, and tiers that are never reached."""

from typing import Any

import pytest

from flask_strictcors.core.errors import Code, Problem
from flask_strictcors.core.policy import Policy, read_policies, read_rule

from .refusing import codes

A = Policy(origins="https://a.com", credentials=True)
B = Policy(origins="https://b.com")
ANY = Policy(origins="*")


def nobody(origin: str) -> bool:
    return False


def read(*policies: object, **options: Any) -> tuple[tuple[Policy, ...], list[Problem]]:
    problems: list[Problem] = []
    return read_policies(policies, options, problems), problems


def test_nothing_given_is_no_policy() -> None:
    assert read() == ((), [])


def test_options_make_one_policy() -> None:
    assert read(origins="https://a.com", credentials=True) == ((A,), [])


def test_policies_keep_their_order() -> None:
    assert read(A, ANY) == ((A, ANY), [])


def test_a_mapping_is_a_policy_by_its_options() -> None:
    assert read({"origins": ["https://a.com"], "credentials": True}, ANY) == ((A, ANY), [])


def test_problems_of_options_keep_their_fields() -> None:
    tiers, problems = read(origins=["null"], credentials="yes")
    assert tiers == ()
    assert [problem.field for problem in problems] == ["origins", "credentials"]


def test_problems_of_a_tier_name_its_place() -> None:
    tiers, problems = read(A, {"origins": ["null"], "max_age": -1})
    assert tiers == (A,)
    assert [problem.field for problem in problems] == ["policies[1].origins", "policies[1].max_age"]


def test_policies_and_options_are_not_merged() -> None:
    _, (problem,) = read(A, methods=["PUT"], max_age=5)
    assert (problem.code, problem.field) == (Code.POLICIES_AND_OPTIONS, "policies")
    assert "max_age, methods" in problem.message
    assert "Policy(max_age, methods)" in problem.fix


@pytest.mark.parametrize("value", ["https://a.com", None, 1, True, Policy, ["https://a.com"], [A]])
def test_what_is_no_policy_is_refused(value: object) -> None:
    tiers, problems = read(A, value, "other")
    assert tiers == (A,)
    assert codes(problems) == [Code.NOT_A_POLICY] * 2
    assert (problems[0].field, problems[0].value) == ("policies[1]", value)
    assert problems[0].fix.startswith("Policy(origins=")


def policy(*origins: str, debug: list[str] | None = None, **options: Any) -> Policy:
    return Policy(origins=list(origins), debug_origins=debug or [], **options)


CALLABLE = Policy(origins=nobody, allowlist=["https://a.com"])
UNBOUNDED = Policy(origins=nobody, allowlist="*")

UNREACHABLE = [
    ([ANY, A], [1]),
    ([ANY, ANY], [1]),
    ([ANY, CALLABLE], [1]),
    ([ANY, UNBOUNDED], [1]),
    ([A, A], [1]),
    ([A, CALLABLE], [1]),
    ([policy("https://*.a.com"), policy("https://x.a.com")], [1]),
    ([policy("https://*.a.com"), policy("https://*.x.a.com")], [1]),
    ([policy("http://localhost:*"), policy("http://localhost:3000", "http://localhost")], [1]),
    ([B, policy("https://a.com", "https://b.com"), A], [2]),
    ([A, ANY, B], [2]),
    ([A, ANY, B, ANY], [2, 3]),
    # by several tiers together
    ([A, B, policy("https://a.com", "https://b.com")], [2]),
    ([policy("https://*.a.com"), B, policy("https://x.a.com", "https://b.com")], [2]),
    # debug origins admit in debug only, and the wider tier admits them always
    ([policy("https://*.a.com"), policy("https://x.a.com", debug=["https://y.a.com"])], [1]),
    (
        [
            policy("https://a.com", debug=["http://localhost:*"]),
            policy("https://a.com", debug=["http://localhost:3000"]),
        ],
        [1],
    ),
]

REACHABLE = [
    [A, B],
    [A, ANY],
    [B, A, ANY],
    [policy("https://x.a.com"), policy("https://*.a.com")],
    [policy("https://*.a.com"), policy("https://a.com")],
    [policy("https://*.a.com"), policy("http://x.a.com")],
    [policy("https://a.com", "https://b.com"), policy("https://b.com", "https://c.com")],
    [A, policy("https://a.com", debug=["http://localhost:*"])],
    [policy("https://b.com", debug=["https://a.com"]), A],
    # a callable may refuse whom a later tier admits
    [CALLABLE, A],
    [UNBOUNDED, A],
    [UNBOUNDED, UNBOUNDED],
    [UNBOUNDED, ANY],
    [A, UNBOUNDED],
]


@pytest.mark.parametrize(("tiers", "unreachable"), UNREACHABLE)
def test_a_tier_that_is_never_reached_is_a_problem(
    tiers: list[Policy], unreachable: list[int]
) -> None:
    read_back, problems = read(*tiers)
    assert read_back == tuple(tiers)
    assert set(codes(problems)) == {Code.TIER_UNREACHABLE}
    assert [problem.field for problem in problems] == [f"policies[{i}]" for i in unreachable]
    assert [problem.value for problem in problems] == [tiers[i] for i in unreachable]


@pytest.mark.parametrize("tiers", REACHABLE)
def test_a_tier_that_somebody_reaches_is_none(tiers: list[Policy]) -> None:
    assert read(*tiers) == (tuple(tiers), [])


RULES = [
    (A, (A,)),
    ({"origins": "*"}, (ANY,)),
    ([A, ANY], (A, ANY)),
    ((A, {"origins": "*"}), (A, ANY)),
]


@pytest.mark.parametrize(("value", "tiers"), RULES)
def test_a_rule_is_a_policy_its_options_or_several(value: object, tiers: tuple) -> None:
    problems: list[Problem] = []
    assert read_rule("rules['/a']", value, problems) == tiers
    assert not problems


RULES_REFUSED = [
    ([], Code.NOT_A_POLICY, "rules['/a'].policies"),
    ((), Code.NOT_A_POLICY, "rules['/a'].policies"),
    ("https://a.com", Code.NOT_A_POLICY, "rules['/a'].policies[0]"),
    (False, Code.NOT_A_POLICY, "rules['/a'].policies[0]"),
    ({}, Code.ORIGINS_MISSING, "rules['/a'].origins"),
    ({"origin": "*", "origins": "*"}, Code.OPTION_UNKNOWN, "rules['/a'].origin"),
    ([A, {"origins": ["null"]}], Code.ORIGIN_NULL, "rules['/a'].policies[1].origins"),
    ([ANY, A], Code.TIER_UNREACHABLE, "rules['/a'].policies[1]"),
]


@pytest.mark.parametrize(("value", "code", "field"), RULES_REFUSED)
def test_a_rule_that_is_none_is_refused_in_its_place(value: object, code: Code, field: str) -> None:
    problems: list[Problem] = []
    read_rule("rules['/a']", value, problems)
    assert [(problem.code, problem.field) for problem in problems] == [(code, field)]
