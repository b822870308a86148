"""docs/performance.md shows the recorded run, and that one keeps its budgets."""

import json
import re
from pathlib import Path

import pytest

from . import harness
from .figures import Figures, recorded
from .harness import MissingHarnessError, need_harness
from .tables import PAGE, TABLES, number, placed

PICTURE = PAGE.with_suffix(".svg")


@pytest.fixture(scope="module")
def figures() -> Figures:
    """The recorded ones, in the place of what is measured now."""
    return recorded()


def test_every_answer_of_the_run_was_right(figures: Figures) -> None:
    assert figures.errors() == []
    assert {row["scenario"] for row in figures.run["times"]} == {*harness.SCENARIOS}


def test_every_budget_is_kept(figures: Figures) -> None:
    budgets = list(figures.budgets())
    assert len(budgets) > 15
    assert [budget.name for budget in budgets if not budget.is_met] == []


def test_the_page_shows_the_recorded_figures_and_no_others(figures: Figures) -> None:
    page = PAGE.read_text()
    assert placed(page, figures) == page
    # A figure that is no more the recorded one is found.
    for make in TABLES:
        digit = re.search(r"(?<=\| )\d", make(figures))
        if digit is not None:
            shown = make(figures)
            other = shown[: digit.start()] + str((int(digit[0]) + 1) % 10) + shown[digit.end() :]
            assert placed(page.replace(shown, other), figures) == page != page.replace(shown, other)


def test_the_picture_shows_them_too(figures: Figures) -> None:
    shown = set(re.findall(r">([\d,.]+)</text>", PICTURE.read_text()))
    for scenario in ("same-origin", "actual", "actual-foreign"):
        for contender in ("strictcors", "floor-hooks", "flask-cors"):
            assert f"{figures.overhead(scenario, contender):.1f}" in shown
    for scenario in ("preflight", "preflight-names", "preflight-commas"):
        for contender in ("strictcors", "floor-wrap-routed", "flask-cors"):
            assert f"{figures.total(scenario, contender):,.0f}" in shown
    assert PICTURE.stat().st_size < 50_000


def test_figures_are_written_with_as_many_digits_as_they_deserve() -> None:
    assert [number(value) for value in (0.449, 9.87, 12.3, 13967.4)] == [
        "0.4",
        "9.9",
        "12",
        "13,967",
    ]


def test_a_missing_harness_is_said_with_what_to_type(tmp_path: Path) -> None:
    with pytest.raises(MissingHarnessError, match=r"Type: make bench BENCH=FOLDER"):
        need_harness(tmp_path)
    (tmp_path / "corsbench").mkdir()
    (tmp_path / "corsbench" / "__main__.py").touch()
    need_harness(tmp_path)


MEMORY = """
### 100k origins

| contender | retained MB (tracemalloc) | bytes each | RSS MB | build CPU ms |
| --- | ---: | ---: | ---: | ---: |
| flask-cors | 8.60 | 86 | 10.4 | 101 |
| strictcors | 11.99 | 120 | 14.4 | 377 |
"""


def test_what_the_harness_prints_is_read() -> None:
    assert json.loads(json.dumps([*harness._memory(MEMORY)]))[1] == {
        "size": "100k origins",
        "contender": "strictcors",
        "mb": 11.99,
        "bytes_each": 120,
        "rss_mb": 14.4,
        "build_ms": 377,
    }
