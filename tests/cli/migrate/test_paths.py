"""Which paths a resource of Flask-CORS has, as far as path rules can say it."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from flask_strictcors.cli.migrate.expressions import Expression
from flask_strictcors.cli.migrate.found import Options, Resource
from flask_strictcors.cli.migrate.paths import (
    Span,
    borders,
    is_path,
    is_within_reach,
    sample_paths,
    spans_of,
)

from .worlds import route

NO_OPTIONS = Options((), (), (), (), False, None, {})

SPANS: dict[str, list[str] | None] = {
    "/*": ["/*"],
    ".*": ["/*"],
    "/.*": ["/*"],
    "^/": ["/*"],
    "/api/*": ["/api/*"],
    "/api.*": ["/api/*"],
    "/api/": ["/api/*"],
    "/api/.+": ["/api/*"],
    r"^/api/.*$": ["/api/*"],
    r"^/api/?$": ["/api", "/api/"],
    r"^/feed\.xml$": ["/feed.xml"],
    r"^/feed.xml$": ["/feed.xml"],
    r"/(api|v2)/.*": ["/api/*", "/v2/*"],
    r"/v[12]/items": ["/v1/items/*", "/v2/items/*"],
    r"/v\d+/items": None,
    r"/(?!api)": None,
    r"/a*b": None,
}


def resource(text: str) -> Resource:
    compiled = re.compile(text)
    matches = Expression(text, compiled.flags, lambda path: bool(compiled.match(path)))
    return Resource(matches, NO_OPTIONS)


@pytest.mark.parametrize("text", SPANS)
def test_an_expression_has_these_paths(text: str) -> None:
    spans = spans_of(resource(text))
    assert (None if spans is None else [span.rule for span in spans]) == SPANS[text]


def test_a_text_without_signs_is_one_path() -> None:
    (span,) = spans_of(Resource("/api", NO_OPTIONS)) or []
    assert (span, span.is_everything) == (Span("/api", is_exact=True), False)


def test_only_what_can_be_a_path_rule_is_one() -> None:
    assert [text for text in ("/api", "/api/*", "api", "/a*", "/a/../b") if is_path(text)] == [
        "/api",
        "/api/*",
    ]


def test_the_borders_of_everything_are_paths() -> None:
    assert borders(Span("/", is_exact=False)) == ["/", "/x", "/x/y"]


@pytest.mark.parametrize(
    ("text", "head", "is_near"),
    [
        (r"/v\d+/a", "/v", True),
        (r"/v\d+/a", "/v1/", True),
        (r"/v\d+/a", "/w/", False),
        (r"^/api*?\d", "/ap", True),
        (r"/api{2}\d", "/orders", False),
        (r"/a(?=b)|/orders", "/orders", True),
        (r"/orders\d+", "/", True),
        ("/orders-", "/orders-", True),
    ],
)
def test_an_expression_is_near_a_route_as_long_as_it_may_match(
    text: str, head: str, is_near: bool
) -> None:
    assert is_within_reach(text, head) is is_near


def test_the_paths_of_an_endpoint_are_routed_to_it() -> None:
    app = Flask("shop", static_folder=None)
    route(app, "/api/<int:number>", "GET PUT")
    route(app, "/apix")
    route(app, "/<name>")
    found = sample_paths(app, spans_of(resource("/api/*")) or [])
    one, other, catch_all = found.paths.values()
    assert (one, other) == (["/api/1", "/api/7"], ["/apix"])
    assert {"/x", "/1", "/api", "/api1"} <= {*catch_all}
    assert "/apix" not in catch_all
    assert found.opaque == set()


def test_a_variable_part_is_tried_with_what_a_resource_says_there() -> None:
    app = Flask("shop", static_folder=None)
    route(app, "/v<int:number>/<name>/end")
    spans = spans_of(resource("/v1.*")) or []
    (paths,) = sample_paths(app, spans).paths.values()
    assert {"/v1/x/end", "/v11/x/end"} <= {*paths}
    spans = spans_of(resource("/v7/a.b/.*")) or []
    (paths,) = sample_paths(app, spans).paths.values()
    assert {"/v7/a.b/end", "/v7/axb/end", "/v7/a.bx/end"} <= {*paths}


def test_where_the_host_matters_the_route_is_asked_at_its_own() -> None:
    app = Flask("shop", static_folder=None, host_matching=True)
    app.add_url_rule("/a", "a", lambda: "a", host="shop.example.com")
    assert sample_paths(app, []) == ({"a": ["/a"]}, set())


def test_a_rule_that_nothing_was_routed_to_is_opaque() -> None:
    app = Flask("shop", static_folder=None)
    app.add_url_rule("/<any(a, b):one>", "one", lambda one: one)
    assert sample_paths(app, []) == ({"one": ["/x"]}, {"one"})
