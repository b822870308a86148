"""docs/probe.md has each code of `flask cors probe`, with the words of the source."""

from __future__ import annotations

import pytest

from flask_strictcors.cli.probe import probe
from flask_strictcors.cli.probe.codes import Code, Weight
from flask_strictcors.cli.probe.findings import Finding

from .pages import DOCS, code, prose, table

PAGE = DOCS / "probe.md"
HEADINGS = {
    "## Critical": Weight.CRITICAL,
    "## Errors": Weight.ERROR,
    "## Notices": Weight.NOTICE,
}


@pytest.mark.parametrize("heading", HEADINGS)
def test_a_table_holds_the_codes_of_its_weight_in_the_words_of_the_source(heading: str) -> None:
    signs = {each: Finding(each, "", "").sign for each in Code}
    expected = [
        [f"`{each.value}`", sign.sign, sign.cause, sign.fix]
        for each, sign in signs.items()
        if sign.weight is HEADINGS[heading]
    ]
    assert [[cell.replace(r"\*", "*") for cell in row] for row in table(PAGE, heading)] == expected


def test_every_option_has_its_row_in_the_order_of_the_help() -> None:
    rows = [code(row[0]) for row in table(PAGE, "## What it sends")]
    options = [parameter.opts[0] for parameter in probe.params if parameter.opts[0][0] == "-"]
    assert rows == options


@pytest.mark.parametrize("page", ["nginx.md", "cdn.md"])
def test_the_codes_that_other_pages_name_exist(page: str) -> None:
    named = prose(DOCS / page).replace(")", "(").split("(")
    codes = {each.value for each in Code}
    listed = [text for text in named if text.startswith("`") and text.endswith("`")]
    assert listed
    for text in listed:
        assert {name.strip(" `\n") for name in text.split(",")} <= codes
