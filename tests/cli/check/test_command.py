"""The command itself: exit statuses, options, and what it prints."""

from __future__ import annotations

import json

import pytest
from flask import Flask

from flask_strictcors import Policy
from flask_strictcors.cli.check.finding import CheckCode

from .asking import APP, app_with, codes, findings, route, run

TEXT = """\
method-unserved  app
  no route under this rule serves DELETE; they serve GET, HEAD, OPTIONS.
  Instead: methods=['GET'], or a route for it

max-age-capped  app
  of 86400 seconds, Chromium keeps a preflight for 7200 and Safari for 600; only Firefox keeps it \
longer, and with it a rule that became stricter since.
  Instead: max_age=7200

2 findings.
"""


@pytest.fixture
def odd() -> Flask:
    app = app_with(origins=[APP], methods=["GET", "DELETE"], max_age=86400)
    route(app, "/", "GET OPTIONS")
    return app


@pytest.fixture
def fine() -> Flask:
    app = app_with(origins=[APP])
    route(app, "/")
    return app


def test_nothing_found_is_one_line_and_exit_status_0(fine: Flask) -> None:
    result = run(fine)
    assert (result.exit_code, result.output) == (0, "Nothing found.\n")


def test_findings_are_told_with_what_to_type_and_exit_status_1(odd: Flask) -> None:
    result = run(odd)
    assert (result.exit_code, result.output) == (1, TEXT)


def test_json_has_the_findings_and_how_many_were_ignored(odd: Flask) -> None:
    result = run(odd, "--json", "--ignore", "method-unserved")
    assert result.exit_code == 1
    assert json.loads(result.stdout) == {
        "findings": [
            {
                "code": "max-age-capped",
                "place": "app",
                "message": TEXT.splitlines()[5].strip(),
                "fix": "max_age=7200",
            }
        ],
        "ignored": 1,
    }


def test_json_without_findings_is_json_too(fine: Flask) -> None:
    assert json.loads(run(fine, "--json").stdout) == {"findings": [], "ignored": 0}


def test_an_ignored_code_is_left_out_and_counted(odd: Flask) -> None:
    result = run(odd, "--ignore", "max-age-capped")
    assert result.exit_code == 1
    assert result.output.endswith("\n1 finding, and 1 ignored.\n")


def test_when_all_is_ignored_the_exit_status_is_0(odd: Flask) -> None:
    result = run(odd, "--ignore", "max-age-capped", "--ignore", "method-unserved")
    assert (result.exit_code, result.output) == (0, "Nothing found, and 2 ignored.\n")


def test_an_unknown_code_is_an_error_that_names_the_nearest(fine: Flask) -> None:
    result = run(fine, "--ignore", "max-age-caped")
    assert result.exit_code == 2
    assert result.stderr == (
        "Error: There is no code 'max-age-caped': type --ignore max-age-capped.\n"
    )


def test_an_unknown_code_that_is_near_to_none_gets_them_all(fine: Flask) -> None:
    result = run(fine, "--ignore", "7")
    assert result.exit_code == 2
    assert result.stderr == f"Error: There is no code '7': one of {', '.join(sorted(CheckCode))}.\n"


def test_a_code_is_not_known_in_another_case(fine: Flask) -> None:
    assert run(fine, "--ignore", "MAX-AGE-CAPPED").exit_code == 2


@pytest.mark.parametrize("text", ["api.example.com", "ftp://api.example.com", "https://", ""])
def test_where_the_app_is_served_must_be_a_url(fine: Flask, text: str) -> None:
    result = run(fine, "--served-at", text)
    assert result.exit_code == 2
    assert result.stderr == (
        f"Error: '{text}' is no URL of http or https: type --served-at https://api.example.com.\n"
    )


def test_bytes_that_are_no_text_are_no_url(fine: Flask) -> None:
    result = run(fine, "--served-at", "https://api.example.com/\udcff")
    assert result.exit_code == 2
    assert result.stderr == (
        "Error: 'https://api.example.com/\\udcff' is no URL of http or https: "
        "type --served-at https://api.example.com.\n"
    )


def test_an_option_that_is_not_there_is_bad_usage(fine: Flask) -> None:
    assert run(fine, "--strict").exit_code == 2


def test_an_app_without_strictcors_is_told_what_to_type() -> None:
    result = run(Flask("shop"))
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1
    assert "type StrictCORS(app, origins=" in result.stderr


def test_a_policy_among_several_is_named_by_its_place() -> None:
    app = app_with(rules={"/": [Policy(origins=[APP]), Policy(origins="*", max_age=9999)]})
    route(app, "/")
    assert findings(app)[0]["place"] == "path /, 2 of 2"


def test_checking_leaves_the_app_open_for_more_set_up(fine: Flask) -> None:
    assert codes(fine) == []
    route(fine, "/later")
    assert codes(fine) == []
    assert fine.test_client().get("/later", headers={"Origin": APP}).status_code == 200
