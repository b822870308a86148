"""A fix that is a value to type: whoever types it is rid of that problem, and gets no worse one."""

import ast
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flask_strictcors.core.errors import Code, PolicyError, Problem
from flask_strictcors.core.origins import parse_entry
from flask_strictcors.core.policy import POLICY_OPTIONS, Policy, read_own_origins
from flask_strictcors.core.rules import read_rules

from .strategies import entries, mutated, origins, short

A = "https://a.com"


def yes(origin: str) -> bool:
    return True


# --- what there is to type -----------------------------------------------------------------------


def typed(problem: Problem) -> Any:
    """Return the value that the fix says to type; None where it says what to do."""
    if problem.code in (Code.METHOD_CASE, Code.CREDENTIALS_INSECURE_ORIGIN):
        return problem.fix
    if problem.code.startswith("origin-") and parse_entry(problem.fix):
        return problem.fix
    text = problem.fix.removeprefix(f"{problem.field}=")
    try:
        return ast.literal_eval(text)
    except (SyntaxError, ValueError):
        return None


def mended(options: dict[str, Any], problem: Problem) -> dict[str, Any]:
    """Return the options with the fix of one problem typed in."""
    value, field = typed(problem), problem.field
    if problem.code is Code.OPTION_UNKNOWN:
        return {problem.fix if name == field else name: v for name, v in options.items()}
    given = options.get(field)
    if value == "*" or given == problem.value or not isinstance(given, list):
        return options | {field: value}
    others = value if isinstance(value, list) else [value]
    # Not by `==` alone: 1 == True. Of origins that are named twice there is one problem.
    wrong = (type(problem.value), problem.value)
    typed_in = [others if (type(item), item) == wrong else [item] for item in given]
    return options | {field: [item for items in typed_in for item in items]}


def problems_of(options: dict[str, Any]) -> tuple[Problem, ...]:
    try:
        Policy(**options)
    except PolicyError as error:
        return error.problems
    return ()


def is_to_type(problem: Problem) -> bool:
    if problem.code is Code.OPTION_UNKNOWN:
        return problem.fix in POLICY_OPTIONS
    return typed(problem) is not None


# --- what goes wrong -----------------------------------------------------------------------------

NAMES = st.text("ABab-é:,* \t", max_size=4) | st.sampled_from(
    [
        "GET",
        "put",
        "Delete",
        "TRACE",
        "Cookie",
        "ETag",
        "X-A",
        "GET, put",
        "X-A X-B",
        "X-A, Set-Cookie",
    ]
)
ENTRIES = st.one_of(
    origins().flatmap(mutated),
    entries().flatmap(mutated),
    st.lists(origins().flatmap(mutated), min_size=2, max_size=3).map(", ".join),
    st.sampled_from(["http://a.com", "http://*.a.com:*", "http://a.com:443", b"https://b.com"]),
)
AGES = st.sampled_from([-1, 10**6, "600", 1.5, True, None, 600])
ANYTHING = st.sampled_from([None, 3, "", [], b"*", {"a": 1}])
LISTS = st.lists(ENTRIES, max_size=3)
POOL = {
    "origins": LISTS | ENTRIES | ANYTHING | st.just(yes),
    "allowlist": st.none() | LISTS,
    "methods": st.lists(NAMES, max_size=3) | NAMES | ANYTHING,
    "allow_headers": st.lists(NAMES, max_size=3) | NAMES | ANYTHING,
    "expose_headers": st.lists(NAMES, max_size=3) | NAMES | ANYTHING,
    "credentials": st.booleans() | ANYTHING,
    "max_age": AGES,
    "debug_origins": LISTS,
    "orgins": LISTS,
    "supports_credentials": st.booleans(),
    "allow_origin_regex": st.just(".*"),
}


@short
@given(st.fixed_dictionaries({}, optional=POOL))
def test_whoever_types_a_fix_is_rid_of_the_problem(options: dict[str, Any]) -> None:
    before = problems_of(options)
    for problem in filter(is_to_type, before):
        after = problems_of(mended(options, problem))
        key = (problem.code, problem.field, problem.value)
        was, still = (
            sum((p.code, p.field, p.value) == key for p in found) for found in (before, after)
        )
        assert still < was, (options, problem)


@short
@given(st.fixed_dictionaries({}, optional=POOL))
def test_a_value_that_a_fix_offers_has_no_problem_of_its_own(options: dict[str, Any]) -> None:
    for problem in filter(is_to_type, problems_of(options)):
        # Of bytes, only the type is mended; an option's value stays what it was.
        if isinstance(problem.value, bytes) or problem.code is Code.OPTION_UNKNOWN:
            continue
        who = {"origins": yes} if problem.field == "allowlist" else {"origins": [A]}
        assert not problems_of(who | {problem.field: typed(problem)}), problem


PATHS = st.one_of(st.text("/a*.%\\?\n", max_size=6), st.text(max_size=4).map("/".__add__))


@short
@given(PATHS)
def test_a_path_that_a_fix_offers_is_accepted(path: str) -> None:
    problems: list[Problem] = []
    read_rules({path: None}, problems)
    for problem in problems:
        if problem.fix.startswith("/"):
            assert read_rules({problem.fix: None}, again := [])
            assert not again


@short
@given(ENTRIES)
def test_an_own_origin_that_a_fix_offers_is_accepted(entry: str | bytes) -> None:
    problems: list[Problem] = []
    read_own_origins([entry], problems)
    for problem in problems:
        if isinstance(entry, str) and is_to_type(problem):
            fixed = typed(problem)
            read_own_origins(fixed, again := [])
            # A pattern of own origins is another matter, and has its own problem.
            assert {p.code for p in again} <= {Code.ORIGIN_PATTERN_NOT_ALLOWED}


@pytest.mark.parametrize(
    ("options", "value"),
    [
        ({"origins": ["https://a.com/"]}, "https://a.com"),
        ({"origins": ["https://a.com, b.com"]}, None),
        ({"origins": ["https://a.com https://b.com"]}, ["https://a.com", "https://b.com"]),
        ({"origins": A, "methods": ["get"]}, "GET"),
        ({"origins": A, "methods": "GET PUT"}, ["GET", "PUT"]),
        ({"origins": A, "methods": ["GET", "*"]}, "*"),
        ({"origins": A, "max_age": -5}, 0),
        ({"origins": A, "allow_headers": ["Cookie"]}, None),
        ({"origins": yes}, ["https://*.example.com"]),
        ({}, ["https://app.example.com"]),
        ({"origins": ["http://a.com:8443"], "credentials": True}, "https://a.com:8443"),
    ],
)
def test_fixes_are_told_from_advice(options: dict[str, Any], value: object) -> None:
    (problem,) = problems_of(options)
    assert typed(problem) == value
    assert is_to_type(problem) == (value is not None)
