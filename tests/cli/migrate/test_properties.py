"""Whatever was written for Flask-CORS: the code runs, and opens nothing that was closed."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from invariants.strategies import runs

from .asking import calls, differences, telling
from .moving import before_and_after
from .strategies import PAGES, Written, written

pytestmark = pytest.mark.once


@pytest.fixture(scope="module", autouse=True)
def silent() -> Iterator[None]:
    before = logging.root.manager.disable
    logging.disable()
    yield
    logging.disable(before)


@runs(15)
@given(written(), st.lists(st.sampled_from(PAGES), min_size=3, max_size=3, unique=True))
def test_nothing_is_opened_and_what_is_closed_is_told(
    one: Written, pages: list[str | None]
) -> None:
    before, after, moved = before_and_after.__wrapped__(one.make)
    asked = telling(calls(before, pages), pages[0])
    opened, closed = differences(before, after, asked, moved.codes)
    assert opened == []
    assert moved.decisions or closed == []
