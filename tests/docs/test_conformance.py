"""What docs/conformance.md names is there: each place in the code, each test, each line."""

import ast
from functools import cache

import pytest
from decisions.table import TABLE

from .pages import DOCS, ROOT, codes, table

# What is there depends on no version.
pytestmark = pytest.mark.once

ROWS = [
    row
    for heading in ("## Requests", "## Answers", "## What the browser checks", "## Caches")
    for row in table(DOCS / "conformance.md", heading)
]
LINES = {str(case) for case in TABLE}
DEFINED = (ast.ClassDef, ast.FunctionDef)


@cache
def defined_in(path: str) -> set[str]:
    """Return the names of the functions and classes of a file, those of methods with both."""
    names = set()
    for node in ast.parse((ROOT / path).read_text()).body:
        if isinstance(node, DEFINED):
            members = node.body if isinstance(node, ast.ClassDef) else []
            methods = {each.name for each in members if isinstance(each, ast.FunctionDef)}
            names |= {node.name, *methods, *(f"{node.name}.{method}" for method in methods)}
    return names


def is_there(folder: str, named: str) -> bool:
    path, _, name = named.partition(" ")
    return path.endswith(".py") and name in defined_in(f"{folder}/{path}")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_what_a_step_names_is_there(row: list[str]) -> None:
    places, tests = codes(row[1]), codes(row[2])
    assert places
    assert tests
    assert [place for place in places if not is_there("flask_strictcors", place)] == []
    lines = {named for named in tests if named in LINES}
    assert [test for test in tests if test not in lines and not is_there("tests", test)] == []


def test_a_name_that_is_not_there_is_told() -> None:
    assert is_there("tests", "docs/test_conformance.py test_a_name_that_is_not_there_is_told")
    assert not is_there("tests", "docs/test_conformance.py test_another")
    assert "exact: no such line" not in LINES
