"""DynamicOrigins, and what the answer of a callable means."""

import pickle
from typing import Any

import pytest

from flask_strictcors.core.errors import Code
from flask_strictcors.core.origins import OriginSet
from flask_strictcors.core.policy import Answer, DynamicOrigins, Policy, interpret, is_async

from .refusing import codes, problems_of

A = "https://a.com"


def anybody(origin: str) -> bool:
    return True


async def somebody(origin: str) -> bool:
    return True


class Callables:
    def __call__(self, origin: str) -> bool:
        return True

    async def method(self, origin: str) -> bool:
        return True


class AsyncCallable:
    async def __call__(self, origin: str) -> bool:
        return True


def test_the_allowlist_bounds_the_callable() -> None:
    dynamic = DynamicOrigins(anybody, allowlist=["https://*.a.com", A])
    assert dynamic.function is anybody
    assert dynamic.covers("https://x.a.com")
    assert dynamic.covers(A)
    assert not dynamic.covers("https://evil.net")
    assert not dynamic.covers("null")


def test_a_bare_string_is_an_allowlist_of_one() -> None:
    assert DynamicOrigins(anybody, A) == DynamicOrigins(anybody, allowlist=[A])


def test_an_allowlist_may_cover_everybody() -> None:
    dynamic = DynamicOrigins(anybody, allowlist="*")
    assert dynamic.allowlist == "*"
    assert dynamic.covers("https://evil.net")


@pytest.mark.parametrize(
    "options",
    [
        lambda some: {"origins": anybody, "allowlist": some},
        lambda some: {"origins": DynamicOrigins(anybody, some)},
    ],
)
def test_an_allowlist_may_be_any_iterable(options: Any) -> None:
    expected = DynamicOrigins(anybody, allowlist=[A, "https://b.com"])
    for some in ([A, "https://b.com"], {A, "https://b.com"}, iter([A, "https://b.com"])):
        assert Policy(**options(some)).origins == expected


REFUSED = [
    ((anybody,), [Code.ALLOWLIST_MISSING]),
    ((anybody, None), [Code.ALLOWLIST_MISSING]),
    ((anybody, []), [Code.ORIGINS_EMPTY]),
    ((anybody, ["*"]), [Code.ORIGIN_WILDCARD_IN_LIST]),
    ((anybody, ["null", "a.com"]), [Code.ORIGIN_NULL, Code.ORIGIN_SCHEME_MISSING]),
    ((anybody, 3), [Code.WRONG_TYPE]),
    (("https://a.com", [A]), [Code.WRONG_TYPE]),
    ((None, ["null"]), [Code.WRONG_TYPE, Code.ORIGIN_NULL]),
]


@pytest.mark.parametrize(("arguments", "expected"), REFUSED)
def test_dynamic_origins_are_refused(arguments: tuple, expected: list[Code]) -> None:
    problems = problems_of(DynamicOrigins, *arguments)
    assert codes(problems) == expected
    assert all(problem.field in ("origins", "allowlist") for problem in problems)


def test_a_missing_allowlist_says_what_to_write() -> None:
    (problem,) = problems_of(Policy, origins=anybody)
    assert (problem.code, problem.field) == (Code.ALLOWLIST_MISSING, "allowlist")
    assert problem.fix.startswith('allowlist=["https://')


@pytest.mark.parametrize("origins", [A, "*", [A], DynamicOrigins(anybody, A)])
def test_an_allowlist_without_a_callable_to_bound_is_refused(origins: Any) -> None:
    (problem,) = problems_of(Policy, origins=origins, allowlist=[A])
    assert (problem.code, problem.field) == (Code.ALLOWLIST_STRAY, "allowlist")
    assert problem.fix == "remove it"


def test_a_policy_takes_a_callable_and_its_allowlist() -> None:
    policy = Policy(origins=anybody, allowlist=[A])
    assert policy == Policy(origins=DynamicOrigins(anybody, allowlist=[A]))
    assert policy.allowlist == OriginSet([A])


def test_every_problem_of_an_allowlist_is_told_also_beside_credentials() -> None:
    problems = problems_of(
        Policy, origins=anybody, allowlist=["http://a.com", "b.com"], credentials=True
    )
    assert codes(problems) == [Code.ORIGIN_SCHEME_MISSING, Code.CREDENTIALS_INSECURE_ORIGIN]


def test_dynamic_origins_are_immutable_values() -> None:
    dynamic = DynamicOrigins(anybody, allowlist=[A])
    with pytest.raises(AttributeError):
        dynamic.allowlist = "*"  # type: ignore[misc]
    with pytest.raises(AttributeError):
        del dynamic.allowlist
    assert not hasattr(dynamic, "__dict__")
    assert dynamic == DynamicOrigins(anybody, allowlist=[A])
    assert hash(dynamic) == hash(DynamicOrigins(anybody, allowlist=[A]))
    assert dynamic != DynamicOrigins(anybody, allowlist="*")
    assert dynamic != DynamicOrigins(somebody, allowlist=[A])
    assert dynamic != anybody
    assert repr(dynamic).endswith(f"allowlist=OriginSet('{A}'))")


@pytest.mark.parametrize("allowlist", ["*", [A, "https://*.b.com"]])
def test_dynamic_origins_survive_pickling(allowlist: Any) -> None:
    dynamic = DynamicOrigins(anybody, allowlist=allowlist)
    assert pickle.loads(pickle.dumps(dynamic)) == dynamic


@pytest.mark.parametrize("function", [somebody, AsyncCallable(), Callables().method])
def test_a_callable_that_gives_a_coroutine_is_async(function: object) -> None:
    assert is_async(function)


@pytest.mark.parametrize("function", [anybody, Callables(), lambda origin: True, Callables, "text"])
def test_other_callables_are_not(function: object) -> None:
    assert not is_async(function)


ANSWERS = [
    (True, Answer.ADMITTED),
    (False, Answer.REFUSED),
    (None, Answer.REFUSED),
    (A, Answer.ADMITTED),
    ("https://b.com", Answer.REFUSED),
    ("https://a.com/", Answer.REFUSED),
    ("https://a.com.evil.net", Answer.REFUSED),
    ("https://a.co", Answer.REFUSED),
    ("*", Answer.REFUSED),
    ("", Answer.REFUSED),
    ([A], Answer.ADMITTED),
    (("https://b.com", A), Answer.ADMITTED),
    ({A}, Answer.ADMITTED),
    (frozenset({A}), Answer.ADMITTED),
    ([], Answer.REFUSED),
    (set(), Answer.REFUSED),
    (["https://b.com"], Answer.REFUSED),
    (["*"], Answer.REFUSED),
    (["https://*.com"], Answer.REFUSED),
    ([A, None], Answer.FAILED),
    ([True], Answer.FAILED),
    ([[A]], Answer.FAILED),
    (1, Answer.FAILED),
    (0, Answer.FAILED),
    (1.0, Answer.FAILED),
    (A.encode(), Answer.FAILED),
    ({A: True}, Answer.FAILED),
    ({A: True}.keys(), Answer.FAILED),
    (iter([A]), Answer.FAILED),
    ((origin for origin in [A]), Answer.FAILED),
    (object(), Answer.FAILED),
    (anybody, Answer.FAILED),
    (NotImplemented, Answer.FAILED),
]


@pytest.mark.parametrize(("answer", "meaning"), ANSWERS)
def test_an_answer_means_one_thing(answer: object, meaning: Answer) -> None:
    assert interpret(answer, A) is meaning
