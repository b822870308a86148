"""Which tests a mutant is tried by, and in which order."""

from __future__ import annotations

from .choosing import ENOUGH, likeliest

MODULE = "flask_strictcors.core.decision.judge"
NEAR = "tests/core/test_decision_judge.py::test_near"
TABLE = "tests/decisions/test_table.py::test_case"
FAR = "tests/wsgi/test_paths.py::test_far"


def test_near_files_come_first_by_the_words_of_their_names() -> None:
    seconds = {FAR: 0.1, TABLE: 0.2, NEAR: 0.3}
    assert likeliest(MODULE, seconds, seconds) == [NEAR, TABLE, FAR]


def test_one_case_of_each_test_comes_before_the_second_of_any() -> None:
    other = TABLE.replace("case", "other")
    seconds = {f"{TABLE}[a]": 0.01, f"{TABLE}[b]": 0.02, other: 0.03}
    assert likeliest(MODULE, seconds, seconds) == [f"{TABLE}[a]", other, f"{TABLE}[b]"]


def test_all_cases_that_are_quick_come_before_what_takes_long() -> None:
    seconds = {f"{TABLE}[a]": 0.02, f"{TABLE}[b]": 0.03, TABLE.replace("case", "other"): 3.0}
    assert likeliest(MODULE, seconds, seconds) == list(seconds)


def test_no_test_begins_when_there_were_enough() -> None:
    seconds = {f"{TABLE}[{letter}]": ENOUGH / 2 for letter in "abc"}
    assert likeliest(MODULE, seconds, seconds) == [f"{TABLE}[a]", f"{TABLE}[b]"]


def test_only_the_tests_that_were_given_are_chosen() -> None:
    assert likeliest(MODULE, [FAR], {NEAR: 0.1, FAR: 0.1}) == [FAR]
