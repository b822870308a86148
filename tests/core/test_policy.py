"""Policy: a value that is valid, or an error with every problem."""

import copy
import pickle
from typing import Any

import pytest
from hypothesis import given

from flask_strictcors.core.errors import Code, PolicyError
from flask_strictcors.core.origins import OriginSet
from flask_strictcors.core.policy import POLICY_OPTIONS, DynamicOrigins, Policy

from .refusing import codes, problem_of, problems_of
from .strategies import policies, short

A = "https://a.com"


def anybody(origin: str) -> bool:
    return True


def nobody(origin: str) -> bool:
    return False


def test_origins_are_required() -> None:
    problem = problem_of()
    assert (problem.code, problem.field, problem.value) == (Code.ORIGINS_MISSING, "origins", None)
    assert problem.fix.startswith('origins=["https://')


def test_options_are_named() -> None:
    with pytest.raises(TypeError):
        Policy(A)  # type: ignore[call-arg]


ORIGINS = [
    ("*", "*"),
    (A, {A}),
    ([A, "https://*.b.com", A], {A, "https://*.b.com"}),
    ({A}, {A}),
    ((origin for origin in [A]), {A}),
    (OriginSet([A]), {A}),
]


@pytest.mark.parametrize(("given", "read"), ORIGINS)
def test_origins_read_back(given: Any, read: Any) -> None:
    origins = Policy(origins=given).origins
    assert origins == "*" if read == "*" else set(origins) == read
    assert Policy(origins=given if read == "*" else list(read)).is_any_origin == (read == "*")


@pytest.mark.parametrize("given", [["*"], ("*", A), {"*"}])
def test_a_wildcard_in_a_list_lets_nobody_in(given: Any) -> None:
    problem = problem_of(origins=given)
    assert (problem.code, problem.field) == (Code.ORIGIN_WILDCARD_IN_LIST, "origins")
    assert 'origins="*"' in problem.fix


def test_debug_origins_read_back() -> None:
    assert set(Policy(origins=A, debug_origins="http://localhost:*").debug_origins) == {
        "http://localhost:*"
    }
    assert problem_of(origins=A, debug_origins="*").field == "debug_origins"


def test_all_problems_come_at_once() -> None:
    problems = problems_of(
        Policy,
        origins=["null", "HTTPS://a.com", "http://b.com"],
        allowlist=[A],
        methods=["get", "TRACE"],
        allow_headers=["Cookie", "a b"],
        expose_headers=["Accept"],
        credentials=True,
        max_age=-1,
        debug_origins=["file:"],
        dangerously_allow_public_suffixes="no",
        supports_credentials=True,
    )
    assert sorted(codes(problems)) == sorted(
        [
            Code.OPTION_UNKNOWN,
            Code.ALLOWLIST_STRAY,
            Code.ORIGIN_NULL,
            Code.ORIGIN_CASE,
            Code.METHOD_CASE,
            Code.METHOD_FORBIDDEN,
            Code.HEADER_FORBIDDEN,
            Code.HEADER_SYNTAX,
            Code.HEADER_DIRECTION,
            Code.MAX_AGE_RANGE,
            Code.ORIGIN_SCHEME,
            Code.WRONG_TYPE,
            Code.CREDENTIALS_INSECURE_ORIGIN,
        ]
    )
    assert str(PolicyError(problems)).startswith("13 problems ")
    assert str(PolicyError(problems)).count("Instead: ") == 13


def test_a_policy_is_immutable() -> None:
    policy = Policy(origins=A)
    with pytest.raises(AttributeError):
        policy.credentials = True
    with pytest.raises((AttributeError, TypeError)):
        policy.new = 1  # type: ignore[attr-defined]
    with pytest.raises(AttributeError):
        del policy.origins
    assert not hasattr(policy, "__dict__")
    assert policy.credentials is False


def test_a_list_that_changes_later_changes_no_policy() -> None:
    origins, methods = [A], ["PUT"]
    policy = Policy(origins=origins, methods=methods)
    origins.append("https://evil.net")
    methods.append("DELETE")
    assert policy == Policy(origins=A, methods="PUT")


SAME = [
    ({"origins": [A, "https://b.com"]}, {"origins": ("https://b.com", A)}),
    ({"origins": A}, {"origins": [A], "credentials": False, "max_age": 600, "methods": None}),
    ({"origins": "*", "methods": ["GET"]}, {"origins": "*", "methods": ["GET", "HEAD"]}),
    (
        {"origins": anybody, "allowlist": [A]},
        {"origins": DynamicOrigins(anybody, allowlist=A)},
    ),
]

CHANGES: list[dict[str, Any]] = [
    {"origins": "https://b.com"},
    {"origins": anybody, "allowlist": A},
    {"methods": "PUT"},
    {"allow_headers": ()},
    {"expose_headers": "X-Total"},
    {"credentials": True},
    {"max_age": None},
    {"debug_origins": "http://localhost:*"},
    {"dangerously_allow_insecure_origins": True},
    {"dangerously_allow_public_suffixes": True},
    {"dangerously_allow_unbounded_callable": True},
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_policies_that_say_the_same_are_equal(one: Any, other: Any) -> None:
    assert Policy(**one) == Policy(**other)
    assert hash(Policy(**one)) == hash(Policy(**other))


@pytest.mark.parametrize("change", CHANGES)
def test_policies_that_differ_are_not_equal(change: dict[str, Any]) -> None:
    policy = Policy(origins=A)
    changed = policy.replace(**change)
    assert changed == Policy(**({"origins": A} | change))
    assert changed != policy
    assert policy == Policy(origins=A)
    assert len({policy, changed, Policy(origins=A)}) == 2


def test_a_policy_equals_nothing_else() -> None:
    assert Policy(origins="*") != "*"
    assert Policy(origins="*") != {"origins": "*"}


def test_every_option_can_be_replaced() -> None:
    assert {name for change in CHANGES for name in change} == set(POLICY_OPTIONS)


DYNAMIC = Policy(origins=anybody, allowlist=[A], methods="PUT")

REPLACED: list[tuple[dict[str, Any], Any]] = [
    ({}, DynamicOrigins(anybody, A)),
    ({"max_age": 5}, DynamicOrigins(anybody, A)),
    ({"origins": nobody}, DynamicOrigins(nobody, A)),
    ({"allowlist": "*"}, DynamicOrigins(anybody, "*")),
    ({"allowlist": ["https://b.com"]}, DynamicOrigins(anybody, "https://b.com")),
    ({"origins": nobody, "allowlist": "*"}, DynamicOrigins(nobody, "*")),
    ({"origins": DynamicOrigins(nobody, "*")}, DynamicOrigins(nobody, "*")),
    ({"origins": "*"}, "*"),
    ({"origins": [A]}, OriginSet([A])),
]


@pytest.mark.parametrize(("change", "origins"), REPLACED)
def test_a_callable_and_its_allowlist_are_replaced_one_by_one(
    change: dict[str, Any], origins: Any
) -> None:
    changed = DYNAMIC.replace(**change)
    assert changed.origins == origins
    assert changed.methods == ("PUT",)


def test_a_copy_is_refused_as_the_original_would_be() -> None:
    assert codes(problems_of(Policy(origins="*").replace, credentials=True)) == [
        Code.CREDENTIALS_ANY_ORIGIN
    ]
    assert codes(problems_of(Policy(origins=A).replace, supports_credentials=True)) == [
        Code.OPTION_UNKNOWN
    ]
    assert codes(problems_of(Policy(origins=A).replace, allowlist=[A])) == [Code.ALLOWLIST_STRAY]
    assert codes(problems_of(DYNAMIC.replace, allowlist=None)) == [Code.ALLOWLIST_MISSING]


@pytest.mark.parametrize("change", [*CHANGES, {"origins": "*"}, {"methods": "*"}])
def test_a_policy_survives_pickling_and_copying(change: dict[str, Any]) -> None:
    policy = Policy(**({"origins": A} | change))
    assert pickle.loads(pickle.dumps(policy)) == policy
    assert copy.deepcopy(policy) == policy
    assert copy.copy(policy) == policy


@short
@given(policies())
def test_every_valid_policy_can_be_copied_unchanged(policy: Policy) -> None:
    assert policy.replace() == policy
    assert hash(policy.replace()) == hash(policy)


def test_a_policy_shows_what_is_not_the_default() -> None:
    assert repr(Policy(origins="*")) == "Policy(origins='*')"
    assert repr(Policy(origins=A, methods=["PUT"], credentials=True, max_age=None)) == (
        f"Policy(origins=OriginSet('{A}'), methods=('PUT',), credentials=True, max_age=None)"
    )
    assert "anybody" in repr(DYNAMIC)
    assert f"allowlist=OriginSet('{A}')" in repr(DYNAMIC)
