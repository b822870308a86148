"""The page of the recorded run says what such a page must say, and what is true."""

import re
from collections import Counter
from dataclasses import fields
from pathlib import Path

from flask_strictcors.browser import Quirks, Step

from .proving import SEVERAL, Findings
from .report import Recorded, written

PAGE = Path(__file__).parents[3] / "docs" / "proof.md"


def _rows(page: str) -> dict[str, list[str]]:
    found = re.findall(r"^\| ([^|]+?) \| ([^|]+?) \| ([^|]+?) \|$", page, re.MULTILINE)
    return {name.strip("`"): [chromium, firefox] for name, chromium, firefox in found}


def test_the_recorded_run_was_long_enough_and_found_no_disagreement() -> None:
    rows = _rows(PAGE.read_text())
    assert rows["disagreements"] == ["0", "0"]
    assert all(int(count) >= 1000 for count in rows["combinations"])
    assert all(len(seeds.split(",")) >= 3 for seeds in rows["seeds"])


def test_the_recorded_run_names_steps_and_quirks_that_there_are() -> None:
    page = PAGE.read_text()
    steps = {name.rpartition(":")[0] for name in _rows(page) if ": " in name}
    assert steps <= {*Step}
    quirks = set(_rows(page[page.index("| quirk |") :])) - {"quirk", SEVERAL}
    assert quirks <= {field.name for field in fields(Quirks)}


def test_a_page_holds_every_figure() -> None:
    findings = Findings("chromium", 7, 8, 9, 5, 1, disagreements=["one"])
    findings.steps, findings.ends = Counter({"origin: passed": 3}), Counter({"cors": 2})
    findings.quirks = Counter({SEVERAL: 4, "keeps_no_stars": 6})
    findings.add(Findings("chromium", 1, ends=Counter({"cors": 1})))
    other = Findings("firefox", 8)
    page = written(
        "2026-01-02",
        [Recorded(findings, "Chrome/1", [1, 2], 3.4), Recorded(other, "Firefox/2", [1, 2], 5)],
    )
    rows = _rows(page)
    assert rows["combinations"] == ["8", "8"]
    assert rows["version"] == ["Chrome/1", "Firefox/2"]
    assert rows["seeds"] == ["1, 2", "1, 2"]
    assert rows["disagreements"] == ["1", "0"]
    assert (rows["cors"], rows["origin: passed"]) == (["3", "0"], ["3", "0"])
    assert (rows["keeps_no_stars"], rows[SEVERAL]) == (["6", "0"], ["4", "0"])
