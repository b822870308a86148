"""Redirects of routing are judged by the view they lead to, and never answer a preflight."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask, redirect
from werkzeug.routing import Rule

from flask_strictcors import StrictCORS, cors

from .wire import (
    APP,
    EVIL,
    PARTNER,
    PREFLIGHT_SILENT,
    SILENT,
    actual,
    cors_headers,
    granted,
    heard,
    offered,
    preflight,
    route,
)


def slash(app: Flask, tag: Any) -> str:
    route(app, "/x/", "GET PUT", tag=tag, endpoint="x")
    return "/x"


def merged_slashes(app: Flask, tag: Any) -> str:
    route(app, "/x/y", "GET PUT", tag=tag, endpoint="x")
    return "/x//y"


def both(app: Flask, tag: Any) -> str:
    route(app, "/x/y/", "GET PUT", tag=tag, endpoint="x")
    return "/x//y"


def alias(app: Flask, tag: Any) -> str:
    route(app, "/x", "GET PUT", tag=tag, endpoint="x")
    app.url_map.add(Rule("/old", endpoint="x", methods=["GET", "PUT"], alias=True))
    return "/old"


def defaults(app: Flask, tag: Any) -> str:
    view = route(app, "/x/", "GET PUT", tag=tag, endpoint="x", defaults={"page": 1})
    app.add_url_rule("/x/page/<int:page>", "x", view, methods=["GET", "PUT"])
    return "/x/page/1"


def redirect_to(app: Flask, tag: Any) -> str:
    route(app, "/x", "GET PUT", tag=tag, endpoint="x")
    app.url_map.add(Rule("/old", endpoint="x", methods=["GET", "PUT"], redirect_to="/x"))
    return "/old"


every_redirect = pytest.mark.parametrize(
    "make", [slash, merged_slashes, both, alias, defaults, redirect_to]
)


@every_redirect
@pytest.mark.parametrize("script_name", ["", "/mounted/here"])
def test_a_redirect_of_routing_is_judged_by_its_target(make: Any, script_name: str) -> None:
    app = Flask(__name__, static_folder=None)
    StrictCORS(app, origins=[APP])
    path = make(app, cors(origins=[PARTNER]))
    base_url = f"http://localhost{script_name}"
    with heard(app) as signals:
        for method in ("GET", "PUT"):
            for origin, expected in ((PARTNER, granted(PARTNER)), (APP, SILENT), (None, SILENT)):
                response = actual(app, path, method, origin, base_url=base_url)
                assert response.status_code in (301, 302, 307, 308)
                assert cors_headers(response) == expected
    assert [r.rule for _, r in signals] == ["view x"] * 2


@every_redirect
def test_there_is_never_a_redirect_in_answer_to_a_preflight(make: Any) -> None:
    app = Flask(__name__, static_folder=None)
    StrictCORS(app, origins=[APP])
    path = make(app, cors(origins=[PARTNER]))
    for method in ("GET", "PUT"):
        response = preflight(app, path, method, PARTNER)
        assert (response.status_code, response.data) == (204, b"")
        # Only a slash leaves the URL the same; elsewhere nothing is known of its other methods.
        offer = offered("GET, HEAD, PUT", PARTNER)
        if make is not slash:
            offer = offered(method, PARTNER, Max_Age="0")
        assert cors_headers(response) == offer
        response = preflight(app, path, method)
        assert (response.status_code, cors_headers(response)) == (204, PREFLIGHT_SILENT)


@pytest.mark.parametrize(
    ("make", "target"), [(slash, "/x/"), (merged_slashes, "/x/y"), (alias, "/x"), (defaults, "/x/")]
)
def test_path_rules_are_compared_with_where_a_redirect_leads(make: Any, target: str) -> None:
    app = Flask(__name__, static_folder=None)
    path = make(app, None)
    rules = {"/*": {"origins": [EVIL]}, "/x/*": {"origins": [APP]}, target: {"origins": [PARTNER]}}
    if path == "/x":
        # The rule for exactly /x is not the one for where it leads.
        rules["/x"] = {"origins": [EVIL]}
    StrictCORS(app, rules=rules)
    assert cors_headers(actual(app, path, "PUT", PARTNER)) == granted(PARTNER)
    offer = offered("PUT", PARTNER, Max_Age="0")
    assert cors_headers(preflight(app, path, "PUT", PARTNER)) == offer
    for other in (APP, EVIL):
        assert cors_headers(actual(app, path, "PUT", other)) == SILENT
        assert cors_headers(preflight(app, path, "PUT", other)) == PREFLIGHT_SILENT


def test_a_redirect_of_a_method_leads_to_that_methods_view() -> None:
    app = Flask(__name__)
    StrictCORS(app, origins=[APP])
    route(app, "/x/", "GET", endpoint="get")
    route(app, "/x/", "PUT", tag=cors(origins=[PARTNER]), endpoint="put")
    assert cors_headers(preflight(app, "/x", "PUT", PARTNER)) == offered("PUT", PARTNER)
    assert cors_headers(preflight(app, "/x", "GET")) == offered("GET, HEAD")
    assert cors_headers(actual(app, "/x", "PUT", PARTNER)) == granted(PARTNER)
    assert cors_headers(actual(app, "/x", "GET")) == granted()


@pytest.mark.parametrize("method", ["BREW", "brew", "put", "X" * 256])
@pytest.mark.parametrize("path", ["/x", "//x/", "/old"])
def test_a_method_that_nothing_serves_is_not_said_back_where_a_redirect_stands(
    path: str, method: str
) -> None:
    app = Flask(__name__, static_folder=None)
    StrictCORS(app, origins=[APP])
    route(app, "/x/", "GET PUT")
    app.url_map.add(Rule("/old", redirect_to="/x/", methods=["GET", "PUT"]))
    with heard(app) as signals:
        headers = cors_headers(preflight(app, path, method))
    assert method not in headers.get("Allow-Methods", "").split(", ")
    assert [rejection.reason for _, rejection in signals] == ["method-not-allowed"]


def test_a_redirect_of_a_view_is_an_answer_like_others() -> None:
    app = Flask(__name__)
    StrictCORS(app, origins=[APP])
    route(app, "/old", "GET PUT", lambda: redirect("/new"), tag=cors(origins=[PARTNER]))
    response = actual(app, "/old", "PUT", PARTNER)
    assert (response.status_code, cors_headers(response)) == (302, granted(PARTNER))
    assert cors_headers(preflight(app, "/old", "PUT", PARTNER)) == offered(
        "GET, HEAD, PUT", PARTNER
    )


def test_a_redirect_out_of_the_app_is_no_answer_to_a_preflight() -> None:
    app = Flask(__name__, static_folder=None)
    StrictCORS(app, origins=[APP])
    away = "https://elsewhere.example.com/"
    app.url_map.add(Rule("/away", endpoint="away", redirect_to=away, methods=["GET", "PUT"]))
    app.view_functions["away"] = lambda: "in"
    for origin in (APP, EVIL):
        response = preflight(app, "/away", "PUT", origin)
        assert (response.status_code, response.location) == (204, None)
        assert ("Allow-Origin" in cors_headers(response)) == (origin == APP)
    response = actual(app, "/away", "GET")
    assert (response.location, cors_headers(response)) == (away, granted())


def test_redirects_in_a_circle_are_left_after_a_few_steps() -> None:
    app = Flask(__name__, static_folder=None)
    StrictCORS(app, origins=[APP])
    for here, there in (("/a", "/b"), ("/b", "/a")):
        app.url_map.add(Rule(here, endpoint="around", redirect_to=there, methods=["GET"]))
    app.view_functions["around"] = lambda: "in"
    for origin in (APP, EVIL):
        response = preflight(app, "/a", "GET", origin)
        assert response.status_code == 204
        assert ("Allow-Origin" in cors_headers(response)) == (origin == APP)
    assert cors_headers(actual(app, "/a")) == granted()
