"""Problem, PolicyError, and the places that problems are found in."""

import pickle
from dataclasses import FrozenInstanceError

import pytest

from flask_strictcors.core.errors import Code, PolicyError, Problem, within

ONE = Problem(Code.ORIGIN_NULL, "origins", "null", "it is null.", "remove it")
OTHER = Problem(Code.WRONG_TYPE, "", 1, "it is a number.", "True or False")


def test_a_problem_says_what_where_and_what_instead() -> None:
    assert str(ONE) == "origins: it is null. Instead: remove it [origin-null]"


def test_an_error_lists_every_problem() -> None:
    error = PolicyError(iter([ONE, OTHER]))
    assert error.problems == (ONE, OTHER)
    first, *lines = str(error).splitlines()
    assert first == "2 problems in this CORS configuration:"
    assert lines == [f"  - {ONE}", f"  - {OTHER}"]


def test_one_problem_is_one_problem() -> None:
    assert str(PolicyError([ONE])).startswith("1 problem in ")


def test_an_error_is_a_value_error_and_survives_pickling() -> None:
    error = PolicyError([ONE, OTHER])
    assert isinstance(error, ValueError)
    assert pickle.loads(pickle.dumps(error)).problems == error.problems


def test_a_problem_is_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        ONE.field = "methods"  # type: ignore[misc]


def test_problems_are_placed_within_what_holds_them() -> None:
    placed = within("rules['/a']", [ONE, OTHER])
    assert [problem.field for problem in placed] == ["rules['/a'].origins", "rules['/a']"]
    assert [(p.code, p.value, p.message, p.fix) for p in placed] == [
        (p.code, p.value, p.message, p.fix) for p in (ONE, OTHER)
    ]


def test_codes_are_unique_and_named_like_their_members() -> None:
    assert all(code.value == code.name.lower().replace("_", "-") for code in Code)
    assert len({code.value for code in Code}) == len(Code.__members__)
