"""The tables of docs/performance.md, made of a recorded run."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from textwrap import fill
from typing import Final

from .figures import SIMPLE, WSGI, Figures

PAGE: Final = Path(__file__).parents[2] / "docs" / "performance.md"
PREFLIGHTS: Final = {
    "preflight": "preflight",
    "preflight-commas": "with 16 KiB of commas",
    "preflight-names": "with 16 KiB of header names",
}
SIZES: Final = {
    "actual": "10 origins, one route",
    "origins-1": "1 origin",
    "origins-100000": "100,000 origins",
    "patterns-1000": "1,000 patterns",
    "routes-1000": "1,000 routes, a rule for each",
    "routes-1000-preflight": "a preflight to one of these",
}
OURS: Final = "flask-strictcors"


def number(value: float) -> str:
    """Write a figure with no more digits than it deserves."""
    if value < 10:
        return f"{value:.1f}"
    return f"{value:,.0f}"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    rule = "|".join(["---", *["--:"] * (len(header) - 1)])
    lines = [f"| {' | '.join(line)} |" for line in (header, *rows)]
    return "\n".join([lines[0], f"|{rule}|", *lines[1:]]) + "\n"


def _totals(rows: dict[str, str], columns: dict[str, str], figures: Figures) -> str:
    def cell(scenario: str, contender: str) -> str:
        if not figures.has(scenario, contender):
            return "–"
        return number(figures.total(scenario, contender))

    return table(
        ["µs", *columns.values()],
        ([name, *(cell(scenario, c) for c in columns)] for scenario, name in rows.items()),
    )


def run(figures: Figures) -> str:
    options = figures.run["options"]
    resolved = max(abs(figures.overhead(scenario, "bare-again")) for scenario in SIMPLE)
    text = (
        f"{figures.run['environment']}. {options['processes']} processes of {options['rounds']} "
        f"rounds, CPU time, {figures.run['seconds']} s in all. The same bare app, measured twice "
        f"as two contenders, differs by {resolved:.1f} µs at most: so much a run cannot tell."
    )
    return fill(text, 100, break_long_words=False, break_on_hyphens=False) + "\n"


def requests(figures: Figures) -> str:
    columns = {
        "strictcors": "app's policy",
        "strictcors-views": "`@cors`",
        "strictcors-paths": "path rule",
        "floor-hooks": "written by hand",
        "flask-cors": "Flask-CORS",
        "flask-cors-decorator": "its decorator",
    }
    rows = (
        [
            name,
            *(number(figures.overhead(scenario, c)) for c in columns),
            number(figures.total(scenario, "bare")),
        ]
        for scenario, name in SIMPLE.items()
    )
    return table(["µs", *columns.values(), "bare Flask, in all"], rows)


def preflights(figures: Figures) -> str:
    columns = {
        "strictcors": OURS,
        "floor-wrap-routed": "written by hand",
        "bare": "Flask's own OPTIONS",
        "flask-cors": "Flask-CORS",
        "starlette-cors": "Starlette",
    }
    return _totals(PREFLIGHTS, columns, figures)


def sizes(figures: Figures) -> str:
    columns = {
        "strictcors": "app's policy",
        "strictcors-views": "`@cors`",
        "strictcors-paths": "path rules",
        "floor-hooks": "written by hand",
        "bare": "bare Flask",
        "flask-cors": "Flask-CORS",
    }
    return _totals(SIZES, columns, figures)


def wsgi(figures: Figures) -> str:
    columns = {
        "wsgi-strictcors": "`StrictCORSMiddleware`",
        "wsgi-hand": "written by hand",
        "wsgi": "the app alone",
    }
    return _totals(WSGI, columns, figures)


def memory(figures: Figures) -> str:
    names = {
        "strictcors": OURS,
        "hand-wsgi": "a frozenset, written by hand",
        "flask-cors": "Flask-CORS",
    }
    rows = [(c, figures.memory("100k origins", c)) for c in names]
    return table(
        ["100,000 origins", "MB kept", "ms to build"],
        ([names[c], number(row["mb"]), number(row["build_ms"])] for c, row in rows),
    )


def imports(figures: Figures) -> str:
    names = {"strictcors": OURS, "flask-cors": "Flask-CORS"}
    return table(
        ["import, over Flask's", "ms"],
        ([name, number(figures.imported(contender))] for contender, name in names.items()),
    )


def budgets(figures: Figures) -> str:
    return table(
        ["", "at most", "is"],
        (
            [b.name, f"{b.limit:g} {b.unit}", f"{b.measured:.2f}" + " **over**" * (not b.is_met)]
            for b in figures.budgets()
        ),
    )


TABLES: Final = (run, requests, preflights, sizes, wsgi, memory, imports, budgets)


def placed(page: str, figures: Figures) -> str:
    """Return a page with every table in its place: below its mark, up to the next empty line."""
    for make in TABLES:
        mark = f"<!-- figures: {make.__name__} -->\n\n"
        assert page.count(mark) == 1, f"the page has no place, or several, for {make.__name__}"
        text = mark + make(figures)
        page = re.sub(re.escape(mark) + r"(?:[^\n]+\n)*", lambda _, text=text: text, page)
    return page
