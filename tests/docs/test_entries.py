"""The tables of patterns, of paths and of cookies hold, cell by cell."""

from typing import Any

import pytest
from flask import Flask, Response

from flask_strictcors import Policy, PolicyError, StrictCORS
from flask_strictcors.core.rules import Rules, read_rules
from flask_strictcors.testing import Browser

from .pages import DOCS, code, codes, prose, table

ENTRIES = table(DOCS / "origins.md", "## Entries")
PATHS = table(DOCS / "rules.md", "## Path rules")
PREVIEWS = table(DOCS / "preview-deployments.md", "## What hosts call them")
NO_ORIGINS = ["null", "https://example.com/", "https://EXAMPLE.com", "https://a.net, https://b.net"]

IN_APPS = table(DOCS / "mobile-apps.md", "## Their origins")


def admits(entry: str, origin: str) -> bool:
    app = Flask(__name__, static_folder=None)
    StrictCORS(app, origins=[entry])
    app.add_url_rule("/", "home", lambda: "home")
    answer = app.test_client().get("/", headers={"Origin": origin})
    return answer.headers.get("Access-Control-Allow-Origin") == origin


@pytest.mark.parametrize("row", ENTRIES, ids=lambda row: code(row[0]))
def test_an_entry_lets_in_and_keeps_out_whom_it_says(row: list[str]) -> None:
    entry = code(row[0])
    assert codes(row[1])
    assert codes(row[2])
    assert [origin for origin in codes(row[1]) if not admits(entry, origin)] == []
    assert [origin for origin in codes(row[2]) if admits(entry, origin)] == []


@pytest.mark.parametrize("row", ENTRIES, ids=lambda row: code(row[0]))
def test_no_entry_lets_in_what_is_no_origin(row: list[str]) -> None:
    assert [origin for origin in NO_ORIGINS if admits(code(row[0]), origin)] == []


@pytest.mark.parametrize("row", PREVIEWS, ids=lambda row: row[0])
def test_a_preview_is_let_in_by_the_entry_beside_it(row: list[str]) -> None:
    origins, entries = codes(row[1]), codes(row[2])
    Policy(origins=[*origins, *entries], credentials=True)
    assert origins
    assert [origin for entry in entries for origin in origins if not admits(entry, origin)] == []


@pytest.mark.parametrize(
    "row", [row for row in PREVIEWS if not codes(row[2])], ids=lambda row: row[0]
)
def test_previews_without_an_entry_share_their_domain_with_strangers(row: list[str]) -> None:
    (domain,) = {origin.partition(".")[2] for origin in codes(row[1])}
    with pytest.raises(PolicyError, match="credentials-public-suffix"):
        Policy(origins=[f"https://*.{domain}"], credentials=True)


@pytest.mark.parametrize("row", IN_APPS, ids=lambda row: row[0])
def test_the_origin_of_a_page_in_an_app_gets_in_as_it_is_written_or_never(row: list[str]) -> None:
    if not codes(row[1]):
        assert row[1:] == ["none", "nothing to write"]
    elif row[2] == "never":
        with pytest.raises(PolicyError, match="origin-null"):
            Policy(origins=codes(row[1]))
    else:
        assert admits(code(row[2]), code(row[1]))


def governs(path_rule: str, path: str) -> bool:
    """Report whether a rule for one path governs another, where Flask has routed that."""
    policy = Policy(origins=["https://app.example.com"])
    problems: list[Any] = []
    rules = Rules((), read_rules({path_rule: policy}, problems))
    assert problems == []
    return rules.for_path(path).label == f"path {path_rule}"


@pytest.mark.parametrize("row", PATHS, ids=lambda row: code(row[0]))
def test_a_path_rule_governs_what_it_says(row: list[str]) -> None:
    rule = code(row[0])
    assert [path for path in codes(row[1]) if not governs(rule, path)] == []
    assert [path for path in codes(row[2]) if governs(rule, path)] == []


@pytest.mark.parametrize("row", table(DOCS / "cookies.md", "## Site and origin"), ids=str)
def test_a_cookie_travels_where_it_says(row: list[str]) -> None:
    attributes = codes(row[0])
    if not attributes:
        return  # browsers differ there, as the row says
    app = Flask(__name__, static_folder=None)
    StrictCORS(app, origins=["https://app.example.com", "https://example.org"], credentials=True)

    @app.get("/visit")
    def visit() -> Response:
        return Response("", headers={"Set-Cookie": f"seen=1; Path=/; {attributes[0]}"})

    browser = Browser(app, base_url="https://api.example.com")
    browser.open("https://api.example.com").fetch("/visit")
    for origin, cell in zip(
        ["https://app.example.com", "https://example.org"], row[1:], strict=True
    ):
        page = browser.open(origin)
        page.fetch("/visit", credentials="include")
        sent = page.requests[0].sent.get("Cookie")
        assert cell.startswith("travels" if sent else "stays"), cell


def test_the_page_on_origins_names_what_is_none() -> None:
    assert {*NO_ORIGINS[:3]} <= {*codes(prose(DOCS / "origins.md"))}
