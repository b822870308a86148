"""From what a URL was matched to, to what is said: by the right judge, of the right methods."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.views import MethodView
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


def an_app(**options: Any) -> Flask:
    app = Flask(__name__, static_folder=None)
    StrictCORS(app, **{"origins": [APP]} | options)
    return app


@pytest.mark.parametrize("rules", [None, {"/elsewhere": None}])
@pytest.mark.parametrize("path", ["/view", "/slash"])
@pytest.mark.parametrize("ask", [actual, preflight])
def test_a_rejection_names_the_endpoint(ask: Callable[..., Any], path: str, rules: Any) -> None:
    app = an_app(rules=rules)
    route(app, "/view", "PUT", endpoint="view")
    route(app, "/slash/", "PUT", endpoint="slash")
    with heard(app) as signals:
        ask(app, path, "PUT", EVIL)
    assert [signal.rejection.endpoint for signal in signals] == [path.strip("/")]


def test_the_path_decides_also_where_the_host_matters() -> None:
    app = Flask(__name__, static_folder=None, host_matching=True)
    StrictCORS(app, origins=[APP], rules={"/partner": {"origins": [PARTNER]}})
    for path in ("/app", "/partner"):
        route(app, path, "PUT", host="localhost")
    assert cors_headers(preflight(app, "/app")) == offered("PUT")
    assert cors_headers(preflight(app, "/partner")) == PREFLIGHT_SILENT
    assert cors_headers(preflight(app, "/partner", origin=PARTNER)) == offered("PUT", PARTNER)
    assert cors_headers(actual(app, "/partner", "PUT", PARTNER)) == granted(PARTNER)


def test_a_redirect_to_a_view_class_is_judged_by_the_methods_own_rule() -> None:
    class Item(MethodView):
        def put(self) -> str:
            return "put"

        @cors(origins=[PARTNER])
        def delete(self) -> str:
            return "deleted"

    app = an_app()
    app.add_url_rule("/item/", view_func=Item.as_view("item"))
    assert cors_headers(preflight(app, "/item", "PUT")) == offered("PUT")
    assert cors_headers(preflight(app, "/item", "DELETE")) == PREFLIGHT_SILENT
    assert cors_headers(preflight(app, "/item", "DELETE", PARTNER)) == offered("DELETE", PARTNER)
    assert cors_headers(actual(app, "/item", "DELETE", PARTNER)) == granted(PARTNER)
    assert cors_headers(actual(app, "/item", "PUT", PARTNER)) == SILENT


def test_where_no_route_is_the_policys_methods_are_said_served_or_not() -> None:
    app = an_app(methods=["GET", "PATCH", "PUT"])
    route(app, "/x", "GET")
    assert cors_headers(preflight(app, "/nowhere")) == offered("GET, HEAD, PATCH, PUT")
    # Where there is one, no more than it serves.
    assert cors_headers(preflight(app, "/x", "GET")) == offered("GET, HEAD")


@pytest.mark.parametrize(
    ("method", "said"), [("DELETE", "DELETE"), ("PATCH", "PATCH"), ("BREW", None)]
)
def test_of_what_no_view_serves_a_method_is_said_back_that_others_know_too(
    method: str, said: str | None
) -> None:
    app = an_app()
    route(app, "/slash/", "PUT")
    route(app, "/elsewhere", "PATCH")
    headers = cors_headers(preflight(app, "/slash", method))
    assert (headers.get("Allow-Methods"), headers["Max-Age"]) == (said, "0")


def test_where_no_view_serves_the_method_the_path_decides_and_others_are_said() -> None:
    app = an_app(rules={"/partner/*": {"origins": [PARTNER]}})
    route(app, "/partner/x", "GET PUT")
    for path in ("/partner/x", "/partner/nowhere"):
        assert cors_headers(preflight(app, path, "DELETE")) == PREFLIGHT_SILENT
        said = cors_headers(preflight(app, path, "DELETE", PARTNER))
        assert said == offered("GET, HEAD, PUT", PARTNER)


@pytest.mark.parametrize("tag", [None, cors(origins=[APP])])
def test_nothing_but_the_method_is_said_of_where_a_redirect_leads_and_that_is_not_kept(
    tag: Any,
) -> None:
    app = an_app()
    route(app, "/new", "PUT DELETE", tag=tag)
    app.url_map.add(Rule("/old", redirect_to="/new"))
    assert cors_headers(preflight(app, "/old")) == offered("PUT", Max_Age="0")
