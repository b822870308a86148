"""docs/testing.md: its tests are tests, and what it says of names and defaults is so."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

from flask_strictcors import testing
from flask_strictcors.browser import LIKE, Exchange
from flask_strictcors.testing import Browser, Page, hostile_origins

pytest_plugins = ["pytester"]

PAGE = Path(__file__).parents[2] / "docs" / "testing.md"
TEXT = PAGE.read_text()


def test_the_tests_of_the_page_run_and_pass(pytester: pytest.Pytester) -> None:
    (block,) = (
        block
        for block in re.findall(r"^```python\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)
        if "def test_" in block
    )
    pytester.makepyfile(block)
    result = pytester.runpytest_subprocess("-q", "-p", "no:randomly", "-W", "error")
    hostile = hostile_origins("https://app.example.com")
    result.assert_outcomes(passed=3 + 2 * len(hostile))


@pytest.mark.parametrize("name", testing.__all__)
def test_the_page_shows(name: str) -> None:
    assert name in TEXT


def rows(start: str) -> list[list[str]]:
    table = TEXT[TEXT.index(start) :].partition("\n\n")[0]
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in table.splitlines()[2:]]


def test_the_arguments_of_a_browser_are_in_the_table() -> None:
    named = [row[0].strip("`") for row in rows("| `Browser(")]
    assert named == list(inspect.signature(Browser).parameters)


def test_the_arguments_of_fetch_and_their_defaults_are_in_the_table() -> None:
    parameters = list(inspect.signature(Page.fetch).parameters.values())[2:]
    told = {row[0].strip("`"): row[2] for row in rows("| `page.fetch(")}
    assert told == {x.name: "none" if x.default is None else f'`"{x.default}"`' for x in parameters}


def test_each_browser_and_each_part_of_an_exchange_is_named() -> None:
    assert all(f'`"{like}"`' in TEXT for like in LIKE)
    assert all(f"`{name}`" in TEXT for name in Exchange.__dataclass_fields__)


def test_some_sixty_more_is_true() -> None:
    assert 60 <= len(hostile_origins("https://app.example.com")) - 5 < 70
