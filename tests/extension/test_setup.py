"""Rules follow the set-up until the first request, and then are final."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Blueprint, Flask
from flask.views import MethodView
from werkzeug.routing import Rule

from flask_strictcors import StrictCORS, cors

from .wire import (
    APP,
    EVIL,
    PARTNER,
    PREFLIGHT_RULELESS,
    PREFLIGHT_SILENT,
    SILENT,
    actual,
    cors_headers,
    granted,
    offered,
    preflight,
    route,
)


def asked_app() -> Flask:
    """Make an app that has answered a preflight already, and no request."""
    app = Flask(__name__, static_folder=None)
    StrictCORS(app, origins=[APP])
    route(app, "/x", "GET PUT", endpoint="x")
    assert cors_headers(preflight(app, "/x")) == offered("GET, HEAD, PUT")
    return app


def test_a_view_that_comes_after_the_first_preflight() -> None:
    app = asked_app()
    route(app, "/y", "PUT", tag=cors(origins=[PARTNER]))
    assert cors_headers(preflight(app, "/y", "PUT", PARTNER)) == offered("PUT", PARTNER)
    assert cors_headers(preflight(app, "/y")) == PREFLIGHT_SILENT
    assert cors_headers(actual(app, "/y", "PUT", PARTNER)) == granted(PARTNER)


def test_a_view_of_a_known_url_that_comes_after_the_first_preflight() -> None:
    app = asked_app()
    route(app, "/x", "DELETE", endpoint="delete")
    assert cors_headers(preflight(app, "/x")) == offered("DELETE, GET, HEAD, PUT")


def test_a_tagged_view_of_a_known_url_that_comes_after_the_first_preflight() -> None:
    app = asked_app()
    route(app, "/<a>", "GET PUT", endpoint="any")
    assert cors_headers(preflight(app, "/y", "GET")) == offered("GET, HEAD, PUT")
    route(app, "/y", "PUT", tag=cors(origins=[PARTNER]))
    assert cors_headers(preflight(app, "/y", "GET")) == offered("GET, HEAD")


def test_a_second_url_of_a_known_view_that_comes_after_the_first_preflight() -> None:
    app = asked_app()
    app.add_url_rule("/also", "x", methods=["PUT"])
    assert cors_headers(preflight(app, "/also")) == offered("PUT")


def test_a_second_url_of_a_known_tagged_view_narrows_what_may_be_kept() -> None:
    app = Flask(__name__, static_folder=None)
    StrictCORS(app, origins=[APP])
    route(app, "/x/<a>", "GET PUT", endpoint="any")
    route(app, "/tagged", "PUT", tag=cors(origins=[PARTNER]), endpoint="tagged")
    assert cors_headers(preflight(app, "/x/special", "GET")) == offered("GET, HEAD, PUT")
    app.add_url_rule("/x/special", "tagged", methods=["PUT"])
    assert cors_headers(preflight(app, "/x/special", "GET")) == offered("GET, HEAD")
    actual(app, "/x/special")
    assert cors_headers(preflight(app, "/x/special", "GET")) == offered("GET, HEAD")


def test_a_view_that_is_replaced_after_the_first_preflight() -> None:
    app = Flask(__name__, static_folder=None)
    StrictCORS(app, origins=[EVIL])
    route(app, "/x", "GET", tag=cors(origins=[PARTNER]), endpoint="x")
    assert cors_headers(preflight(app, "/x", "GET", PARTNER)) == offered("GET, HEAD", PARTNER)
    app.view_functions["x"] = cors(origins=[APP])(lambda: "new")
    assert cors_headers(preflight(app, "/x", "GET")) == offered("GET, HEAD")
    assert cors_headers(preflight(app, "/x", "GET", PARTNER)) == PREFLIGHT_SILENT


def test_a_blueprint_that_comes_after_the_first_preflight() -> None:
    app = asked_app()
    blueprint = cors(origins=[PARTNER])(Blueprint("api", __name__))
    route(blueprint, "/y", "PUT")
    app.register_blueprint(blueprint)
    assert cors_headers(preflight(app, "/y", "PUT", PARTNER)) == offered("PUT", PARTNER)
    assert cors_headers(preflight(app, "/y")) == PREFLIGHT_SILENT


def test_a_tag_of_a_method_that_comes_after_the_first_preflight() -> None:
    class Item(MethodView):
        def put(self) -> str:
            return "put"

    app = asked_app()
    app.add_url_rule("/y", view_func=Item.as_view("y"))
    assert cors_headers(preflight(app, "/y")) == offered("PUT")
    cors(origins=[PARTNER])(Item.put)
    assert cors_headers(preflight(app, "/y")) == PREFLIGHT_SILENT


def late_view(app: Flask) -> str:
    app.url_map.add(Rule("/late", endpoint="late", methods=["GET", "PUT"]))
    app.view_functions["late"] = lambda: "in"
    return "/late"


def late_open_view(app: Flask) -> str:
    path = late_view(app)
    cors(origins="*")(app.view_functions["late"])
    return path


def late_exempt_view(app: Flask) -> str:
    path = late_view(app)
    cors.exempt(app.view_functions["late"])
    return path


@pytest.mark.parametrize("late", [late_view, late_open_view, late_exempt_view])
@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_what_comes_after_the_first_request_is_denied(late: Any, method: str) -> None:
    app = asked_app()
    assert cors_headers(actual(app, "/x")) == granted()
    path = late(app)
    response = actual(app, path, method)
    assert (response.status_code, cors_headers(response)) == (200, {})
    response = preflight(app, path, method)
    assert (response.status_code, cors_headers(response)) == (204, PREFLIGHT_RULELESS)
    # All others are as they were.
    assert cors_headers(actual(app, "/x")) == granted()
    assert cors_headers(preflight(app, "/x")) == offered("GET, HEAD, PUT")


def test_flask_itself_refuses_late_routes() -> None:
    app = asked_app()
    actual(app, "/x")
    with pytest.raises(AssertionError, match="setup method"):
        route(app, "/late")


def test_a_tag_that_is_pinned_after_the_first_request_changes_nothing() -> None:
    app = asked_app()
    actual(app, "/x")
    cors(origins=[EVIL])(app.view_functions["x"])
    assert cors_headers(actual(app, "/x")) == granted()
    assert cors_headers(actual(app, "/x", origin=EVIL)) == SILENT
    assert cors_headers(preflight(app, "/x", origin=EVIL)) == PREFLIGHT_SILENT


def test_a_late_url_of_a_known_view_is_never_wider() -> None:
    app = asked_app()
    actual(app, "/x")
    app.url_map.add(Rule("/late", endpoint="x", methods=["GET", "PUT"]))
    assert cors_headers(actual(app, "/late", origin=EVIL)) in (SILENT, {})
    assert "Allow-Origin" not in cors_headers(preflight(app, "/late", origin=EVIL))


def test_an_exception_in_the_first_request_freezes_too() -> None:
    app = Flask(__name__, static_folder=None)
    StrictCORS(app, origins=[APP])

    def fail() -> str:
        raise KeyError

    route(app, "/broken", "GET", fail)
    assert cors_headers(actual(app, "/broken")) == granted()
    late_open_view(app)
    assert cors_headers(actual(app, "/late")) == {}


def test_a_url_rule_without_a_view_is_judged_like_any() -> None:
    app = Flask(__name__, static_folder=None)
    StrictCORS(app, origins=[APP])
    app.add_url_rule("/x", "viewless", methods=["GET", "PUT"])
    assert cors_headers(preflight(app, "/x")) == offered("GET, HEAD, PUT")
    response = actual(app, "/x")
    assert (response.status_code, cors_headers(response)) == (500, granted())
