"""What the results of a run amount to."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from .judging import Change, Mutant, complaints, table

CHANGE = Change("core.rules.find", "a = b", "a = None")
OTHER = Change("core.rules.find", "a = b", "a = c")
ELSEWHERE = Change("signals.send", "a = b", "a = None")
KILLED = [Mutant(f"core.rules.x_find__mutmut_{n}", "core.rules.find") for n in range(19)]
SURVIVOR = Mutant("core.rules.x_find__mutmut_20", "core.rules.find", CHANGE)


def words(mutants: Sequence[Mutant], *listed: Change) -> str:
    return "\n".join(complaints(mutants, listed))


def test_all_killed_is_right() -> None:
    assert words(KILLED) == ""


def test_a_survivor_that_is_listed_is_right() -> None:
    assert words([*KILLED, SURVIVOR], CHANGE) == ""


@pytest.mark.parametrize("listed", [(), (OTHER,), (CHANGE._replace(function="core.find"),)])
def test_a_survivor_that_is_not_listed_is_wrong_and_shown(listed: tuple[Change, ...]) -> None:
    said = words([*KILLED, SURVIVOR], *listed)
    assert SURVIVOR.name in said
    assert "  core.rules.find\n  - a = b\n  + a = None" in said


@pytest.mark.parametrize(
    ("becomes", "is_right"),
    [
        ('cast("X", a) or b', True),
        ("cast(None, a) or b", True),
        ("cast(a) or b", False),
        ('cast("A", None) or b', False),
        ('cast("X", a) and b', False),
    ],
)
def test_what_only_type_checkers_see_needs_no_listing(becomes: str, is_right: bool) -> None:
    change = Change("core.rules.find", 'cast("A", a) or b', becomes)
    assert (words([*KILLED, SURVIVOR._replace(survived=change)]) == "") is is_right


def test_a_change_that_is_listed_but_killed_is_wrong() -> None:
    assert "it is killed, or not made any more:\n  core.rules.find" in words(KILLED, CHANGE)


def test_what_is_listed_for_other_functions_is_not_judged() -> None:
    assert words(KILLED, ELSEWHERE) == ""


def test_fewer_than_the_share_is_wrong_though_each_survivor_is_listed() -> None:
    assert words([*KILLED[1:], SURVIVOR], CHANGE) == (
        "94.7% of the mutants are killed; it must be 95%."
    )


def test_no_mutants_at_all_are_wrong() -> None:
    assert "0.0% of the mutants" in words([])


def test_the_table_counts_by_part() -> None:
    head, *rows = table([*KILLED, SURVIVOR, Mutant("signals.x_send__mutmut_1", "signals.send")])
    assert head.split() == ["mutants", "killed", "survive"]
    assert [row.split() for row in rows] == [
        ["core.rules", "20", "19", "1", "95.0%"],
        ["signals", "1", "1", "0", "100.0%"],
        ["all", "21", "20", "1", "95.2%"],
    ]
