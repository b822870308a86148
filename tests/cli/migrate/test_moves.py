"""The printed code runs, and the same pages read the same, but for what the report says."""

from __future__ import annotations

from itertools import cycle

import pytest

from flask_strictcors.testing import hostile_origins

from .asking import admits, calls, differences, pages, paths_of, telling
from .moving import before_and_after
from .worlds import CASES, Case

EACH = pytest.mark.parametrize("case", CASES, ids=str)


@EACH
def test_an_app_leaves_just_these_decisions(case: Case) -> None:
    _, _, moved = before_and_after(case.make)
    assert moved.decisions == case.decisions


@EACH
def test_pages_read_the_same_or_less_where_the_report_says_so(case: Case) -> None:
    before, after, moved = before_and_after(case.make)
    asked = telling(calls(before, pages(*case.origins)), case.origins[0])
    opened, closed = differences(before, after, asked, moved.codes)
    assert opened == []
    assert case.decisions or closed == []


@EACH
def test_no_hostile_origin_is_let_in_that_was_not(case: Case) -> None:
    before, after, _ = before_and_after(case.make)
    paths = cycle(paths_of(before))
    # Each is tried on some app, and each app with a third of them.
    for hostile in hostile_origins(case.origins[0])[CASES.index(case) % 3 :: 3]:
        if hostile == "":
            continue  # that is no origin, and what everybody reads says so without looking
        path = next(paths)
        assert admits(before, hostile, path) or not admits(after, hostile, path), (hostile, path)
