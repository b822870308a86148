"""docs/moving-from-flask-cors.md: codes, options and expressions as the command has them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask, Response
from flask_cors import CORS, cross_origin
from flask_cors.core import CONFIG_OPTIONS
from flask_cors.extension import make_after_request_function

from flask_strictcors import Policy
from flask_strictcors.cli import cors
from flask_strictcors.cli.migrate.codes import NOTICES, Code

from .pages import DOCS, blocks, code, table

PAGE = DOCS / "moving-from-flask-cors.md"
DECISIONS = table(PAGE, "## To decide")
KNOWN = table(PAGE, "## Worth knowing")
OPTIONS = table(PAGE, "## Options side by side")
EXPRESSIONS = table(PAGE, "## Expressions")
APP = "https://app.example.com"


def migrate(app: Flask, *arguments: str) -> str:
    result = app.test_cli_runner().invoke(cors, ["migrate", *arguments])
    assert result.exit_code in (0, 1), result.output
    return result.stdout


def code_of(row: list[str]) -> str:
    return code(row[0])


def made_by(statements: str) -> dict[str, Any]:
    """Return what is printed for an app with two routes that statements have set up."""
    app = Flask("shop", static_folder=None)

    def add_header(response: Response) -> Response:
        response.headers["Access-Control-Allow-Origin"] = APP
        return response

    names = {
        "APP": APP,
        "CORS": CORS,
        "add_header": add_header,
        "any_view": lambda name: name,
        "app": app,
        "cross_origin": cross_origin,
        "make_after_request_function": make_after_request_function,
        "view": lambda: "view",
    }
    app.add_url_rule("/orders", "orders", lambda: "orders", methods=["GET", "POST", "PUT"])
    exec(statements, names)
    made: dict[str, Any] = json.loads(migrate(app, "--json"))
    return made


def test_every_code_has_its_row_where_it_belongs() -> None:
    assert [code_of(row) for row in KNOWN] == sorted(NOTICES)
    assert [code_of(row) for row in DECISIONS] == sorted({*Code} - NOTICES)


@pytest.mark.parametrize("row", [*DECISIONS, *KNOWN], ids=code_of)
def test_an_app_is_told_its_code(row: list[str]) -> None:
    assert all(row)
    made = made_by(code(row[1]))
    assert code_of(row) in [remark["code"] for remark in made["remarks"]]


@pytest.mark.parametrize("row", EXPRESSIONS[:-1], ids=code_of)
def test_an_expression_comes_out_as_shown(row: list[str]) -> None:
    made = made_by(f"CORS(app, origins={code_of(row).replace(chr(92) + '|', '|')!r})")
    assert code(row[1]) in " ".join(made["code"].split()).replace("[ ", "[").replace(", ]", "]")


def test_an_expression_that_is_not_carried_over_stands_in_a_comment() -> None:
    expression = code_of(EXPRESSIONS[-1])
    assert f"#     {expression}\n" in made_by(f"CORS(app, origins=[APP, {expression!r}])")["code"]


def test_every_option_of_flask_cors_has_its_row() -> None:
    named = {code_of(row).partition("=")[0] for row in OPTIONS}
    assert named >= {key.removeprefix("CORS_").lower() for key in CONFIG_OPTIONS}


@pytest.mark.parametrize(
    "row", [row for row in OPTIONS if "..." not in "".join(row[:2]) and row[1]], ids=code_of
)
def test_an_option_and_its_counterpart_are_both_accepted(row: list[str]) -> None:
    theirs, ours = code_of(row), code(row[1])
    if "=" not in theirs:
        assert theirs.startswith("CORS_")
        return
    assert made_by(f"CORS(app, **(dict(origins=APP) | dict({theirs})))")
    assert eval(f"Policy(**(dict(origins=APP) | dict({ours})))", {"Policy": Policy, "APP": APP})


def test_the_app_that_is_shown_prints_what_is_shown() -> None:
    (shown,) = [block for block in blocks(PAGE) if block.language == "python"]
    (printed,) = [block for block in blocks(PAGE) if block.language == "console"]
    names: dict[str, Any] = {"__name__": "app"}
    exec(compile(shown.text, "app.py", "exec"), names)
    command, _, output = printed.text.partition("\n")
    assert command == "$ flask cors migrate"
    assert migrate(names["app"]) == output
