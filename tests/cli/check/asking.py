"""Small apps, and what `flask cors check` says of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from click.testing import Result
from flask import Flask

from flask_strictcors import StrictCORS
from flask_strictcors.cli import cors

APP = "https://app.example.com"
PARTNER = "https://partner.example.net"
API = "https://api.example.com"

View = Callable[..., Any]


def app_with(**options: Any) -> Flask:
    """Make an app without routes."""
    app = Flask(__name__, static_folder=None)
    StrictCORS(app, **options)
    return app


def answer(**_: Any) -> str:
    return "answer"


def route(app: Any, rule: str, methods: str = "GET", view: View = answer, tag: Any = None) -> None:
    """Let an app or a blueprint serve methods at a URL rule, under a tag or none."""

    # A function for each route, as a tag stays with the function.
    @wraps(view)
    def own(**arguments: Any) -> Any:
        return view(**arguments)

    endpoint = f"{rule}-{methods}".translate(str.maketrans("/<>:. ", "______"))
    app.add_url_rule(rule, endpoint, tag(own) if tag else own, methods=methods.split())


def run(app: Flask, *arguments: str, is_debug: bool = False) -> Result:
    # Flask's command line sets app.debug by this, whatever it was.
    env = {"FLASK_DEBUG": str(int(is_debug)), "NO_COLOR": "1"}
    return app.test_cli_runner().invoke(cors, ["check", *arguments], env=env)


def findings(app: Flask, *arguments: str, is_debug: bool = False) -> list[dict[str, str]]:
    """Return the findings, of which each has a code, a place, a message and a fix."""
    result = run(app, "--json", *arguments, is_debug=is_debug)
    assert result.exit_code in (0, 1), result.output
    found: list[dict[str, str]] = json.loads(result.stdout)["findings"]
    assert result.exit_code == bool(found)
    assert all(value and value == value.strip() for one in found for value in one.values())
    return found


def codes(app: Flask, *arguments: str, is_debug: bool = False) -> list[str]:
    return [one["code"] for one in findings(app, *arguments, is_debug=is_debug)]


def only(app: Flask, code: str, *arguments: str, is_debug: bool = False) -> dict[str, str]:
    """Return the only finding, which has the code."""
    (one,) = findings(app, *arguments, is_debug=is_debug)
    assert one["code"] == code
    return one
