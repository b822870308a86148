"""docs/symptoms.md has what the consoles really say: each fault is made, each sentence is heard."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest
from docs.pages import DOCS, code, links_in, table
from flask import Flask, Response, request

from .browser import Browser
from .servers import Serve
from .site import Visit

PAGE = DOCS / "symptoms.md"
SENTENCES = {
    "chromium": table(PAGE, "## In Chrome and Edge"),
    "firefox": table(PAGE, "## In Firefox"),
}
ALLOW_ORIGIN, ALLOW_HEADERS = "Access-Control-Allow-Origin", "Access-Control-Allow-Headers"
ALLOW_METHODS = "Access-Control-Allow-Methods"
WITH_COOKIES = {"credentials": "include"}
TRACED = {"headers": {"X-Trace": "1"}}


class Fault(NamedTuple):
    """What a server says wrong to a call; `ORIGIN` stands for the page's."""

    headers: list[tuple[str, str]]
    call: Mapping[str, Any] = MappingProxyType({})
    status: int = 204


OK = (ALLOW_ORIGIN, "ORIGIN")
FAULTS = {
    "nobody-said-yes": Fault([]),
    "yes-to-somebody-else": Fault([(ALLOW_ORIGIN, "https://other.example.com")]),
    "two-authors": Fault([(ALLOW_ORIGIN, "*"), (ALLOW_ORIGIN, "*")]),
    "cookies-for-everybody": Fault([(ALLOW_ORIGIN, "*")], WITH_COOKIES),
    "no-cookies-here": Fault([OK], WITH_COOKIES),
    "the-preflight-was-not-answered": Fault([OK], {"method": "PUT"}, 401),
    "the-preflight-was-redirected": Fault([OK, ("Location", "/")], {"method": "PUT"}, 308),
    "another-method": Fault([OK, (ALLOW_METHODS, "GET, POST")], {"method": "PUT"}),
    "lower-case": Fault([OK, (ALLOW_METHODS, "GET, PATCH")], {"method": "patch"}),
    "another-header": Fault([OK, (ALLOW_HEADERS, "Content-Type")], TRACED),
    "a-list-that-is-none": Fault([OK, (ALLOW_HEADERS, "X-Trace X-Other")], TRACED),
}


def faulty() -> Flask:
    """Return an app that makes each fault at a path of its own."""
    app = Flask(__name__, static_folder=None)

    @app.route("/<name>", methods=["GET", "OPTIONS"], provide_automatic_options=False)
    def answer(name: str) -> Response:
        fault = FAULTS[name]
        headers = [
            (key, value.replace("ORIGIN", request.headers["Origin"]))
            for key, value in fault.headers
        ]
        return Response("", fault.status, headers)

    return app


def anchor_of(row: list[str]) -> str:
    (link,) = links_in(row[1])
    return link.removeprefix("#")


@pytest.mark.parametrize("rows", SENTENCES.values(), ids=SENTENCES)
def test_each_fault_has_its_row(rows: list[list[str]]) -> None:
    assert [anchor_of(row) for row in rows] == list(FAULTS)


def test_each_sentence_is_heard_for_its_fault(browser: Browser, visit: Visit, serve: Serve) -> None:
    page, api = visit(), serve(faulty())
    for row in SENTENCES[browser.name]:
        name = anchor_of(row)
        assert page.fetch(api.url(f"/{name}"), **FAULTS[name].call).is_blocked, name
        assert page.console_says(code(row[0])), name
