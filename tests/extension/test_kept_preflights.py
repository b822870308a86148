"""What may be kept of a preflight: no list opens a stricter view on the same URL."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.views import MethodView
from werkzeug.routing import Rule

from flask_strictcors import Policy, StrictCORS, cors
from flask_strictcors.core.decision import Judge, verdicts
from flask_strictcors.core.rules import Rule as CorsRule

from .wire import (
    APP,
    EVIL,
    PARTNER,
    PREFLIGHT_SILENT,
    SILENT,
    actual,
    cors_headers,
    granted,
    offered,
    preflight,
    route,
)

STRICT = cors(origins=[PARTNER])


def app_with(*register: Callable[[Flask], object], **options: Any) -> Flask:
    """Make an app of which some route serves DELETE, so that a list may name it."""
    app = Flask(__name__, static_folder=None)
    StrictCORS(app, **{"origins": [APP]} | options)
    route(app, "/elsewhere", "DELETE")
    for one in register:
        one(app)
    return app


def page_with_defaults(app: Flask) -> None:
    app.add_url_rule("/page", endpoint="page", defaults={"page": 1}, methods=["GET"])
    route(app, "/page/<int:page>", "GET PUT", endpoint="page", tag=STRICT)


def page_behind_a_slash(app: Flask) -> None:
    route(app, "/page/", "GET PUT", tag=STRICT)


def page_with_or_without_slash(app: Flask) -> None:
    route(app, "/page/", "GET PUT", tag=STRICT, strict_slashes=False)


def page_in_a_map_without_strict_slashes(app: Flask) -> None:
    app.url_map.strict_slashes = False
    route(app, "/page/", "GET PUT", tag=STRICT)


def page_that_is_exempt(app: Flask) -> None:
    route(app, "/page/", "GET PUT", tag=cors.exempt, strict_slashes=False)


def page_beside_a_redirect_out_of_the_app(app: Flask) -> None:
    route(app, "/page", "PUT", tag=STRICT)
    out = Rule("/page", endpoint="out", redirect_to=f"{PARTNER}/", methods=["DELETE"])
    app.url_map.add(out)


def page_beside_a_circle(app: Flask) -> None:
    route(app, "/page", "PUT", tag=STRICT)
    app.url_map.add(Rule("/page", endpoint="to", redirect_to="/again", methods=["DELETE"]))
    app.url_map.add(Rule("/again", endpoint="fro", redirect_to="/page", methods=["DELETE"]))


@pytest.mark.parametrize(
    ("register", "path"),
    [
        (page_with_defaults, "/page/1"),
        (page_behind_a_slash, "/page"),
        (page_with_or_without_slash, "/page"),
        (page_in_a_map_without_strict_slashes, "/page"),
        (page_that_is_exempt, "/page"),
        (page_beside_a_redirect_out_of_the_app, "/page"),
        (page_beside_a_circle, "/page"),
    ],
)
def test_a_method_that_no_view_serves_lends_its_list_to_no_other_view_of_the_url(
    register: Callable[[Flask], None], path: str
) -> None:
    app = app_with(register)
    headers = cors_headers(preflight(app, path, "DELETE"))
    assert "PUT" not in headers.get("Allow-Methods", "")
    assert headers.get("Max-Age", "0") == "0"
    refused = cors_headers(preflight(app, path, "PUT"))
    assert "Allow-Origin" not in refused


def test_what_is_led_elsewhere_is_listed_alone_where_path_rules_differ() -> None:
    everything = {"methods": "*"}
    rules = {
        "/x": Policy(origins=[PARTNER], **everything),  # type: ignore[arg-type]
        "/x/": Policy(origins=[APP], **everything),  # type: ignore[arg-type]
    }
    app = app_with(rules=rules, origins=[EVIL])
    route(app, "/x", "DELETE")
    route(app, "/x/", "PUT DELETE", endpoint="slash")
    assert cors_headers(preflight(app, "/x", "DELETE")) == PREFLIGHT_SILENT
    assert "DELETE" not in cors_headers(preflight(app, "/x", "PUT")).get("Allow-Methods", "")


def test_what_is_led_elsewhere_is_listed_alone_where_tags_differ() -> None:
    app = app_with(origins=[EVIL])
    route(app, "/old", "DELETE", tag=STRICT)
    app.url_map.add(Rule("/old", redirect_to="/new", methods=["PUT"]))
    route(app, "/new", "PUT DELETE", tag=cors(origins=[APP]))
    assert cors_headers(preflight(app, "/old", "PUT")) == offered("PUT", Max_Age="0")
    assert cors_headers(preflight(app, "/old", "DELETE")) == PREFLIGHT_SILENT


def test_what_is_led_to_where_nothing_serves_it_is_listed_alone() -> None:
    app = app_with()
    app.url_map.add(Rule("/old", redirect_to="/new"))
    route(app, "/new", "GET", tag=STRICT)
    assert cors_headers(preflight(app, "/old", "PUT")) == offered("PUT", Max_Age="0")
    assert cors_headers(preflight(app, "/old", "PUT", PARTNER)) == PREFLIGHT_SILENT


def test_a_redirect_without_an_endpoint_breaks_nothing() -> None:
    app = app_with()
    app.url_map.add(Rule("/old", redirect_to="/new"))
    route(app, "/new", "GET PUT", tag=STRICT)
    assert cors_headers(actual(app, "/old", origin=PARTNER)) == granted(PARTNER)
    assert cors_headers(actual(app, "/old")) == SILENT
    response = preflight(app, "/old", "PUT", PARTNER)
    assert response.status_code == 204
    assert cors_headers(response) == offered("PUT", PARTNER, Max_Age="0")
    assert cors_headers(preflight(app, "/old", "PUT")) == PREFLIGHT_SILENT
    assert cors_headers(actual(app, "/elsewhere", "DELETE")) == granted()


# --- how long ------------------------------------------------------------------------------------


def test_nothing_is_kept_where_another_rule_decides_post() -> None:
    app = app_with()
    route(app, "/x", "GET PUT", endpoint="read")
    route(app, "/x", "POST", endpoint="write", tag=STRICT)
    assert cors_headers(preflight(app, "/x", "PUT")) == offered("GET, HEAD, PUT", Max_Age="0")
    kept = cors_headers(preflight(app, "/x", "POST", PARTNER))
    assert kept == offered("POST", PARTNER)


def test_nothing_is_kept_where_a_neighbour_of_the_url_is_exempt_and_serves_post() -> None:
    app = app_with()
    route(app, "/x", "GET PUT", endpoint="read")
    route(app, "/x", "POST", endpoint="write", tag=cors.exempt)
    assert cors_headers(preflight(app, "/x", "PUT")) == offered("GET, HEAD, PUT", Max_Age="0")


def test_nothing_is_kept_where_a_neighbour_of_the_url_serves_any_method() -> None:
    app = app_with()
    route(app, "/x", "GET PUT", endpoint="read")
    app.url_map.add(Rule("/<name>", endpoint="any"))
    app.view_functions["any"] = STRICT(lambda name: "in")
    assert cors_headers(preflight(app, "/x", "PUT")) == offered("PUT", Max_Age="0")


def test_nothing_is_kept_where_a_method_of_a_neighbour_for_any_allows_fewer_headers() -> None:
    class AnyMethod(MethodView):
        @cors(origins=[APP], allow_headers=["X-Other"])
        def get(self, name: str) -> str:
            return name

    app = app_with(allow_headers=["X-Wide", "Content-Type"])
    route(app, "/x", "PUT")
    app.url_map.add(Rule("/<name>", endpoint="any"))
    app.view_functions["any"] = AnyMethod.as_view("any")
    headers = cors_headers(preflight(app, "/x", "PUT"))
    assert (headers["Allow-Methods"], headers["Max-Age"]) == ("PUT", "0")


def test_nothing_is_kept_where_another_rule_allows_fewer_headers() -> None:
    app = app_with(allow_headers=["X-Wide", "Content-Type"])
    route(app, "/x", "GET PUT", endpoint="read")
    route(app, "/x", "DELETE", endpoint="write", tag=cors(origins=[APP], allow_headers=["X-Other"]))
    headers = cors_headers(preflight(app, "/x", "PUT"))
    assert headers["Allow-Methods"] == "GET, HEAD, PUT"
    assert headers["Max-Age"] == "0"
    assert cors_headers(preflight(app, "/x", "DELETE"))["Max-Age"] == "0"


def test_nothing_is_kept_of_any_header_where_another_rule_names_them() -> None:
    app = app_with(allow_headers="*")
    route(app, "/x", "GET PUT", endpoint="read")
    route(app, "/x", "DELETE", endpoint="write", tag=cors(origins=[APP], allow_headers=["X-Other"]))
    assert cors_headers(preflight(app, "/x", "PUT"))["Max-Age"] == "0"
    # Whoever allows every header asks no less of what the other one lets through.
    assert cors_headers(preflight(app, "/x", "DELETE"))["Max-Age"] == "600"


def test_as_long_as_configured_is_kept_where_the_other_rule_allows_the_same_headers() -> None:
    app = app_with(max_age=60)
    route(app, "/x", "GET PUT", endpoint="read")
    route(app, "/x", "DELETE", endpoint="write", tag=STRICT)
    expected = offered("GET, HEAD, PUT", Max_Age="60")
    assert cors_headers(preflight(app, "/x", "PUT")) == expected
    assert cors_headers(preflight(app, "/x", "DELETE", PARTNER)) == offered("DELETE", PARTNER)


def test_case_does_not_tell_headers_apart() -> None:
    app = app_with(allow_headers=["X-One", "X-Two"])
    route(app, "/x", "GET PUT", endpoint="read")
    other = cors(origins=[PARTNER], allow_headers=["x-two", "x-one"])
    route(app, "/x", "DELETE", endpoint="write", tag=other)
    assert cors_headers(preflight(app, "/x", "PUT"))["Max-Age"] == "600"


def test_a_list_without_max_age_gets_none_where_all_may_be_kept() -> None:
    app = app_with(max_age=None)
    route(app, "/x", "GET PUT")
    assert "Max-Age" not in cors_headers(preflight(app, "/x", "PUT"))


def test_as_long_as_configured_is_kept_beside_an_exempt_neighbour_that_serves_no_post() -> None:
    app = app_with(allow_headers=())
    route(app, "/x", "GET PUT", endpoint="read")
    route(app, "/x", "DELETE", endpoint="write", tag=cors.exempt)
    headers = cors_headers(preflight(app, "/x", "PUT"))
    assert (headers["Allow-Methods"], headers["Max-Age"]) == ("GET, HEAD, PUT", "600")


# --- as much work as it is worth -----------------------------------------------------------------


def test_invented_methods_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verdicts, "_MOST_OFFERS", 20)
    judges: list[Judge] = []
    make = Judge.__init__

    def note(self: Judge, rule: CorsRule, *, enforce: bool) -> None:
        judges.append(self)
        make(self, rule, enforce=enforce)

    monkeypatch.setattr(Judge, "__init__", note)
    app = app_with()
    app.url_map.add(Rule("/any", endpoint="any"))
    app.view_functions["any"] = lambda: "in"

    def remembered() -> int:
        return sum(len(judge._verdicts._offers) for judge in judges)

    for number in range(100):
        preflight(app, "/any", f"M{number}")
        preflight(app, "/any", f"E{number}", EVIL)
    assert remembered() == 20
    # Whoever asks afterwards is answered as ever.
    methods = cors_headers(preflight(app, "/any", "PATCH"))["Allow-Methods"]
    assert "PATCH" in methods.split(", ")


def test_a_route_for_any_method_without_the_slash_is_not_nothing() -> None:
    app = Flask(__name__, static_folder=None)
    StrictCORS(app, origins=[APP])
    app.url_map.add(Rule("/any", endpoint="any"))
    app.view_functions["any"] = lambda: "in"
    assert cors_headers(preflight(app, "/any/", "BREW")) == offered("BREW", Max_Age="0")
