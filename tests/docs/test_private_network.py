"""What the page on Private Network Access says of headers, and of a name that is not the app's."""

from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from flask_strictcors import StrictCORS

from .pages import DOCS, blocks

(PROGRAM,) = [
    block.text for block in blocks(DOCS / "private-network-access.md") if "TOKEN" in block.text
]
APP = "https://app.example.com"
ASK, ALLOW = "Access-Control-Request-Private-Network", "Access-Control-Allow-Private-Network"


def app_that_says_yes() -> Flask:
    app = Flask(__name__)
    StrictCORS(app, origins=[APP])
    app.add_url_rule("/", "home", lambda: ("home", {ALLOW: "true"}), methods=["GET", "PUT"])
    return app


def test_a_preflight_that_asks_for_the_private_network_gets_the_answer_of_any_other() -> None:
    client = app_that_says_yes().test_client()
    headers = {"Origin": APP, "Access-Control-Request-Method": "PUT"}
    usual = client.options("/", headers=headers)
    asked = client.options("/", headers={**headers, ASK: "true"})
    assert usual.headers["Access-Control-Allow-Origin"] == APP
    assert [*asked.headers] == [*usual.headers]
    assert ALLOW not in asked.headers


def test_a_view_that_allows_the_private_network_says_so_in_vain() -> None:
    answer = app_that_says_yes().test_client().get("/", headers={"Origin": APP})
    assert answer.headers["Access-Control-Allow-Origin"] == APP
    assert ALLOW not in answer.headers


def rebound(program: str, method: str) -> TestResponse:
    """Return what a page reads whose own name has come to point at the program's machine."""
    names: dict[str, Any] = {"__name__": "documented"}
    exec(program, names)
    evil = "http://evil.net:5005"
    headers = {"Authorization": f"Bearer {names['TOKEN']}"}
    if method == "POST":
        headers["Origin"] = evil  # as it is its own, a GET goes without
    return names["app"].test_client().open("/labels", base_url=evil, method=method, headers=headers)


@pytest.mark.skipif(
    "TRUSTED_HOSTS" not in Flask.default_config, reason="this Flask has no TRUSTED_HOSTS"
)
@pytest.mark.parametrize(("method", "status"), [("GET", 400), ("POST", 403)])
def test_a_program_that_knows_its_name_refuses_a_page_that_was_bound_to_it(
    method: str, status: int
) -> None:
    assert rebound(PROGRAM, method).status_code == status


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_without_that_the_page_is_of_the_programs_own_origin(method: str) -> None:
    (line,) = [line for line in PROGRAM.splitlines() if "TRUSTED_HOSTS" in line]
    assert rebound(PROGRAM.replace(line, ""), method).status_code == 200
