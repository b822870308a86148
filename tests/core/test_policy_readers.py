"""Values of options: bare strings, wrong types, switches, seconds."""

from datetime import timedelta
from typing import Any

import pytest

from flask_strictcors.core.errors import Code, Problem
from flask_strictcors.core.policy import (
    POLICY_OPTIONS,
    Policy,
    read_flag,
    read_own_origins,
    read_policies,
    read_strings,
)
from flask_strictcors.core.rules import read_rules

from .refusing import codes, problem_of, problems_of

STRINGS = [
    ("a.com", ["a.com"]),
    ("", [""]),
    (["a", "b"], ["a", "b"]),
    (("a",), ["a"]),
    ({"a"}, ["a"]),
    (frozenset({"a"}), ["a"]),
    ({"a": 1}.keys(), ["a"]),
    ((letter for letter in "ab"), ["a", "b"]),
    ([], []),
]


@pytest.mark.parametrize(("given", "read"), STRINGS)
def test_a_bare_string_is_one_item_and_never_its_letters(given: object, read: list[str]) -> None:
    problems: list[Problem] = []
    assert read_strings("origins", given, problems) == read
    assert not problems


@pytest.mark.parametrize("given", [None, 1, True, b"a.com", bytearray(b"a"), {"a": 1}, object()])
def test_no_list_of_strings_is_a_problem(given: object) -> None:
    problems: list[Problem] = []
    assert read_strings("origins", given, problems) == []
    (problem,) = problems
    assert (problem.code, problem.value) == (Code.WRONG_TYPE, given)
    assert "list of strings" in problem.fix


def test_each_item_that_is_no_string_is_a_problem() -> None:
    problems: list[Problem] = []
    given = ["https://a.com", None, b"https://b.com", 3, ["https://c.com"]]
    assert read_strings("origins", given, problems) == ["https://a.com"]
    assert [problem.value for problem in problems] == given[1:]
    assert set(codes(problems)) == {Code.WRONG_TYPE}
    assert problems[1].fix == "'https://b.com'"


def test_a_huge_value_is_not_shown_whole() -> None:
    problems: list[Problem] = []
    read_strings("origins", [["https://a.com"] * 10_000], problems)
    assert len(problems[0].message) < 300


LISTS = ["origins", "allow_headers", "expose_headers", "debug_origins"]


@pytest.mark.parametrize("option", LISTS)
@pytest.mark.parametrize("value", [None, 3, b"*", {"*": True}])
def test_a_list_of_the_wrong_type_is_a_problem(option: str, value: object) -> None:
    problems = problems_of(Policy, **({"origins": "*"} | {option: value}))
    assert Code.WRONG_TYPE in codes(problems)
    assert problems[0].field == option


@pytest.mark.parametrize("value", [3, b"GET", {"GET": True}, True])
def test_methods_of_the_wrong_type_are_a_problem(value: object) -> None:
    problem = problem_of(origins="*", methods=value)
    assert (problem.code, problem.field) == (Code.WRONG_TYPE, "methods")


SWITCHES = ["credentials"] + [name for name in POLICY_OPTIONS if name.startswith("danger")]


@pytest.mark.parametrize("option", SWITCHES)
@pytest.mark.parametrize("value", ["yes", "False", "True", "", 1, 0, None, 1.0, [], b"1"])
def test_only_a_bool_is_a_switch(option: str, value: object) -> None:
    problem = problem_of(origins="*", **{option: value})
    assert (problem.code, problem.field, problem.value) == (Code.WRONG_TYPE, option, value)
    assert repr(value) in problem.message
    assert problem.fix.startswith("True or False")


@pytest.mark.parametrize("value", [True, False])
def test_a_bool_is_a_switch(value: bool) -> None:
    problems: list[Problem] = []
    assert read_flag("credentials", value, problems) is value
    assert not problems


AGES = [
    (0, 0),
    (1, 1),
    (86400, 86400),
    (None, None),
    (timedelta(minutes=10), 600),
    (timedelta(0), 0),
    (timedelta(days=1), 86400),
]


@pytest.mark.parametrize(("given", "seconds"), AGES)
def test_an_age_is_read_in_seconds(given: Any, seconds: int | None) -> None:
    age = Policy(origins="*", max_age=given).max_age
    assert age == seconds
    assert type(age) is type(seconds)


AGES_REFUSED = [
    (-1, Code.MAX_AGE_RANGE, "0"),
    (86401, Code.MAX_AGE_RANGE, "86400"),
    (10**30, Code.MAX_AGE_RANGE, "86400"),
    (timedelta(days=2), Code.MAX_AGE_RANGE, "86400"),
    (timedelta(seconds=-1), Code.MAX_AGE_RANGE, "0"),
    (True, Code.WRONG_TYPE, "600"),
    (False, Code.WRONG_TYPE, "600"),
    ("600", Code.WRONG_TYPE, "600"),
    (600.0, Code.WRONG_TYPE, "600"),
    (float("nan"), Code.WRONG_TYPE, "600"),
    (timedelta(milliseconds=1500), Code.WRONG_TYPE, "600"),
    ([600], Code.WRONG_TYPE, "600"),
]


@pytest.mark.parametrize(("given", "code", "fix"), AGES_REFUSED)
def test_an_age_is_refused(given: Any, code: Code, fix: str) -> None:
    problem = problem_of(origins="*", max_age=given)
    assert (problem.code, problem.field, problem.value) == (code, "max_age", given)
    assert problem.fix == fix


def test_an_empty_list_of_origins_lets_nobody_in_and_is_a_problem() -> None:
    problem = problem_of(origins=[])
    assert (problem.code, problem.field) == (Code.ORIGINS_EMPTY, "origins")
    assert problem.fix.startswith('origins=["https://')


def test_a_list_of_bad_origins_is_not_called_empty_too() -> None:
    assert codes(problems_of(Policy, origins=["null"])) == [Code.ORIGIN_NULL]


def test_own_origins_are_read_and_none_is_fine() -> None:
    problems: list[Problem] = []
    assert set(read_own_origins(["https://a.com"], problems)) == {"https://a.com"}
    assert not set(read_own_origins((), problems))
    assert not problems


def test_own_origins_are_single_origins() -> None:
    problems: list[Problem] = []
    read_own_origins(["https://*.a.com", "http://localhost:*", "https://b.com/"], problems)
    assert sorted(codes(problems)) == [
        Code.ORIGIN_PATTERN_NOT_ALLOWED,
        Code.ORIGIN_PATTERN_NOT_ALLOWED,
        Code.ORIGIN_TRAILING_SLASH,
    ]
    assert {problem.field for problem in problems} == {"own_origins"}


class Wordless:
    """Something whose repr() raises, as of a row whose session is closed."""

    def __repr__(self) -> str:
        raise LookupError


@pytest.mark.parametrize(
    ("value", "shown"),
    [(Wordless(), "<Wordless>"), (10**5000, "<int>"), ([10**5000], "<list>")],
    ids=["raises", "number", "list"],
)
def test_a_value_that_cannot_be_shown_is_a_problem_all_the_same(value: Any, shown: str) -> None:
    problems = [
        *problems_of(Policy, origins="*", credentials=value, max_age=[value], methods=[value]),
        *problems_of(Policy, origins={1: value}),
    ]
    read_policies([value], {}, problems)
    read_rules([(value, None)], problems)
    told = [str(problem) for problem in problems]
    assert len(told) == 6
    assert any(f"this is a switch, and {shown} is neither" in text for text in told)
    assert any(f"each item must be a string, and {shown} is not" in text for text in told)
    assert any(text.startswith(f"rules[{shown}]: ") for text in told)


def test_an_option_whose_name_is_a_number_of_five_thousand_digits_is_unknown() -> None:
    problems: list[Problem] = []
    read_policies([{10**5000: 1}], {}, problems)
    assert codes(problems) == [Code.OPTION_UNKNOWN]
