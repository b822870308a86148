"""docs/checks.md names every code of `flask cors check`, and each example is found with it."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from click.testing import Result
from flask import Blueprint, Flask
from flask_cors import CORS
from flask_jwt_extended import JWTManager, jwt_required
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from flask_strictcors import Policy, StrictCORS, origin_rejected, preflight_rejected
from flask_strictcors.cli import cors
from flask_strictcors.cli.check.finding import CheckCode

from .pages import DOCS, README, Block, blocks, code, section, table

PAGE = DOCS / "checks.md"
SECTIONS = [
    table(PAGE, heading)
    for heading in (
        "## Cookies",
        "## Forged requests",
        "## Headers",
        "## What browsers keep of a preflight",
        "## Rules, methods and paths",
        "## Origins",
        "## Other authors, other wrappers",
    )
]
ROWS = [row for rows in SECTIONS for row in rows]


def check(app: Flask, *arguments: str) -> Result:
    env = {"FLASK_DEBUG": str(int(app.debug))}
    return app.test_cli_runner().invoke(cors, ["check", *arguments], env=env)


def code_of(row: list[str]) -> str:
    return code(row[0])


def found_in(statements: str) -> set[str]:
    """Return the codes of what is found in an app that statements have set up."""
    (prepared,) = [block.text for block in blocks(PAGE) if block.language == "python"]
    names: dict[str, Any] = {
        "__name__": "documented",
        "Blueprint": Blueprint,
        "CORS": CORS,
        "CSRFProtect": CSRFProtect,
        "JWTManager": JWTManager,
        "ProxyFix": ProxyFix,
        "jwt_required": jwt_required,
    }
    exec(prepared, names)
    with warnings.catch_warnings():
        # One example is warned of at start-up, too.
        warnings.simplefilter("ignore", UserWarning)
        exec(statements, names)
    app = names["app"]
    assert isinstance(app, Flask)
    found = json.loads(check(app, "--json").stdout)["findings"]
    return {finding["code"] for finding in found}


def test_every_code_has_its_row_and_no_row_has_another() -> None:
    rows = [code_of(row) for row in ROWS]
    assert len(rows) == len(set(rows))
    assert set(rows) == set(CheckCode)


def test_the_rows_of_each_table_are_in_alphabetical_order() -> None:
    for one in SECTIONS:
        rows = [code_of(row) for row in one]
        assert rows == sorted(rows)


def test_no_cell_is_empty() -> None:
    assert all(cell for row in ROWS for cell in row)


@pytest.mark.parametrize("row", ROWS, ids=code_of)
def test_an_example_is_found_with_its_code(row: list[str]) -> None:
    assert code_of(row) in found_in(code(row[1]))


@pytest.mark.parametrize("row", ROWS, ids=code_of)
def test_what_to_write_instead_is_not(row: list[str]) -> None:
    assert code_of(row) not in found_in(code(row[3]))


def test_the_lines_that_are_shown_are_printed() -> None:
    (shown,) = [block.text for block in blocks(PAGE) if block.language == "text"]
    app = Flask(__name__)
    policy = Policy(origins=["https://app.example.com"], methods=["GET", "POST", "DELETE"])
    StrictCORS(app, rules={"/api/*": policy})
    app.add_url_rule("/api/orders", "orders", lambda: "orders", methods=["GET", "POST"])
    result = check(app)
    assert (result.exit_code, result.output) == (1, shown)


def has_app(block: Block) -> bool:
    return block.language == "python" and not block.mark and "app = Flask(" in block.text


APPS = [
    block for page in (README, DOCS / "deployment.md") for block in blocks(page) if has_app(block)
]


@pytest.fixture
def namespace() -> Iterator[dict[str, Any]]:
    """Give a block a module of its own, and forget afterwards whom it made listen."""
    names: dict[str, Any] = {"__name__": "documented"}
    yield names
    for signal in (origin_rejected, preflight_rejected):
        for receiver in [*signal.receivers_for(names.get("app"))]:
            signal.disconnect(receiver)


def test_there_are_apps_to_check() -> None:
    assert len(APPS) >= 6


@pytest.mark.parametrize("block", APPS, ids=str)
def test_the_apps_of_the_other_pages_have_no_findings(
    block: Block, namespace: dict[str, Any]
) -> None:
    exec(block.text, namespace)
    app = namespace["app"]
    if block.text in section(README, "## Path rules"):
        # It is about the rules alone, and without routes they would decide nothing.
        for path in ("/api/orders", "/api/status", "/api/auth/token"):
            app.add_url_rule(path, path, lambda: "answer")
    result = check(app)
    assert (result.exit_code, result.output) == (0, "Nothing found.\n")
