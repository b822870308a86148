"""Header lists that are wider than any route needs, or name what needs no name."""

from __future__ import annotations

from typing import Any

import pytest

from flask_strictcors import cors

from .asking import APP, app_with, codes, findings, only, route


def test_any_header_is_wider_than_any_route_needs() -> None:
    app = app_with(origins="*", allow_headers="*")
    route(app, "/")
    assert only(app, "headers-any-allowed")["place"] == "app"


def test_any_exposed_header_is_wider_than_any_script_needs() -> None:
    app = app_with(origins=[APP], expose_headers="*")
    route(app, "/")
    assert only(app, "headers-any-exposed")["place"] == "app"


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"allow_headers": ["Content-Type", "X-Edition"], "expose_headers": ["X-Total-Count"]},
        {"allow_headers": [], "expose_headers": []},
        {"methods": "*"},
    ],
)
def test_what_is_named_is_fine_and_so_are_the_methods_of_the_route(options: Any) -> None:
    app = app_with(origins=[APP], **options)
    route(app, "/")
    assert codes(app) == []


def test_what_every_script_may_read_needs_no_name() -> None:
    app = app_with(origins=[APP], expose_headers=["content-length", "ETag", "Expires"])
    route(app, "/")
    found = only(app, "header-always-exposed")
    assert found["message"].startswith("every script may read content-length, Expires anyway")
    assert found["fix"] == "expose_headers=['ETag']"


def test_where_nothing_else_is_named_the_option_can_go() -> None:
    app = app_with(origins=[APP], expose_headers=["Content-Type"])
    route(app, "/")
    assert only(app, "header-always-exposed")["fix"] == "no expose_headers"


def test_each_rule_is_looked_at_once_and_named() -> None:
    app = app_with(origins=[APP], expose_headers="*")
    pinned = cors(origins=[APP], allow_headers="*")
    route(app, "/", "GET POST", tag=pinned)
    route(app, "/both", tag=pinned)
    found = [(one["code"], one["place"]) for one in findings(app)]
    assert found == [
        ("headers-any-exposed", "app"),
        ("headers-any-allowed", "view _-GET_POST and 1 more"),
    ]
