"""docs/problems.md names every code and every reason, and each example gives its code."""

import ast
from typing import Any

import pytest
from flask import Flask

from flask_strictcors import Policy, PolicyError, Reason, StrictCORS
from flask_strictcors.core.errors import Code
from flask_strictcors.wsgi import StrictCORSMiddleware

from .pages import DOCS, blocks, code, table

PAGE = DOCS / "problems.md"
ORIGINS = table(PAGE, "## Origins and patterns")
OTHERS = [
    row
    for heading in (
        "## The options of a policy",
        "## Beside credentials",
        "## Several policies, rules and apps",
    )
    for row in table(PAGE, heading)
]
SHOWN_BELOW = {
    block.mark.removeprefix("gives: ") for block in blocks(PAGE) if block.mark.startswith("gives: ")
}
EXPRESSIONS = [row for row in OTHERS if code(row[0]) not in SHOWN_BELOW]
REASONS = table(PAGE, "## Reasons")


async def is_tenant_async(origin: str) -> bool:
    return True


def evaluate(expression: str) -> object:
    names: dict[str, Any] = {
        "APP": "https://app.example.com",
        "Policy": Policy,
        "StrictCORS": StrictCORS,
        "StrictCORSMiddleware": StrictCORSMiddleware,
        "app": Flask(__name__),
        "is_tenant": lambda origin: True,
        "is_tenant_async": is_tenant_async,
    }
    return eval(expression, names)


def is_python(text: str) -> bool:
    try:
        ast.parse(text, mode="eval")
    except SyntaxError:
        return False
    return True


def code_of(row: list[str]) -> str:
    return code(row[0])


def test_every_code_has_its_row_and_no_row_has_another() -> None:
    rows = [code_of(row) for row in [*ORIGINS, *OTHERS]]
    assert len(rows) == len(set(rows))
    assert set(rows) == set(Code)


def test_the_rows_of_each_table_are_in_alphabetical_order() -> None:
    rows = [code_of(row) for row in ORIGINS]
    assert rows == sorted(rows)


def test_every_reason_has_its_row_and_each_is_told_by_its_signal() -> None:
    signals = {code(reason): code(signal) for reason, signal, *_ in REASONS}
    assert signals == {
        reason: "origin_rejected" if reason.is_about_origin else "preflight_rejected"
        for reason in Reason
    }


def test_the_first_six_reasons_are_about_the_origin() -> None:
    assert [code(row[1]) for row in REASONS].index("preflight_rejected") == 6


def test_no_cell_is_empty() -> None:
    assert all(cell for row in [*ORIGINS, *OTHERS, *REASONS] for cell in row)


@pytest.mark.parametrize("row", ORIGINS, ids=code_of)
def test_an_origin_is_refused_with_its_code(row: list[str]) -> None:
    with pytest.raises(PolicyError) as raised:
        Policy(origins=[code(row[1])])
    assert [problem.code for problem in raised.value.problems] == [code_of(row)]


@pytest.mark.parametrize(
    "row", [row for row in ORIGINS if row[3].startswith(("`http", "`["))], ids=code_of
)
def test_what_to_write_instead_of_an_origin_is_accepted(row: list[str]) -> None:
    instead = code(row[3])
    Policy(origins=ast.literal_eval(instead) if instead.startswith("[") else [instead])


@pytest.mark.parametrize("row", EXPRESSIONS, ids=code_of)
def test_an_example_is_refused_with_its_code(
    row: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    if code_of(row) == Code.ASYNC_WITHOUT_ASGIREF:
        monkeypatch.setattr("flask_strictcors.asking.find_spec", lambda name: None)
    with pytest.raises(PolicyError) as raised:
        evaluate(code(row[1]))
    assert [problem.code for problem in raised.value.problems] == [code_of(row)]


@pytest.mark.parametrize(
    "row", [row for row in OTHERS if "`" in row[3] and is_python(code(row[3]))], ids=code_of
)
def test_what_to_write_instead_of_an_example_is_accepted(row: list[str]) -> None:
    evaluate(code(row[3]))


def test_only_what_one_expression_cannot_show_is_shown_below() -> None:
    assert {Code.FLASK_CORS_PRESENT, Code.STRICTCORS_TWICE, Code.TAG_HIDDEN} == SHOWN_BELOW
