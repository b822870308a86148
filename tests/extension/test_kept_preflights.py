"""What a browser keeps of a preflight never lets through what another rule would refuse."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule

from flask_strictcors import Policy, StrictCORS, cors

from .wire import APP, EVIL, PARTNER, PREFLIGHT_SILENT, cors_headers, offered, preflight, route

STRICT = cors(origins=[PARTNER])


def app_with(*, rules: Any = None) -> Flask:
    app = Flask(__name__, static_folder=None)
    if rules is None:
        StrictCORS(app, origins=[APP])
        route(app, "/elsewhere", "DELETE")
    else:
        StrictCORS(app, rules=rules)
    return app


def test_another_page_of_a_url_with_defaults_lends_no_methods() -> None:
    app = app_with()
    view = route(app, "/page", "GET", tag=STRICT, endpoint="page", defaults={"page": 1})
    app.add_url_rule("/page/<int:page>", "page", view, methods=["GET", "PUT"])
    assert "Allow-Methods" not in cors_headers(preflight(app, "/page/1", "DELETE"))
    assert cors_headers(preflight(app, "/page/1", "PUT")) == PREFLIGHT_SILENT


def test_a_redirect_out_of_the_app_lends_no_methods() -> None:
    app = app_with()
    route(app, "/old", "PUT", tag=STRICT)
    away = Rule("/old", endpoint="away", redirect_to="https://else.test/", methods=["DELETE"])
    app.url_map.add(away)
    assert cors_headers(preflight(app, "/old", "DELETE")) == offered("DELETE", Max_Age="0")


def test_the_target_of_a_redirect_lends_no_methods_to_where_it_starts() -> None:
    app = app_with()
    route(app, "/old", "DELETE", tag=STRICT)
    app.url_map.add(Rule("/old", redirect_to="/new", methods=["PUT"]))
    route(app, "/new", "PUT DELETE")
    assert cors_headers(preflight(app, "/old", "PUT")) == offered("PUT", Max_Age="0")
    assert cors_headers(preflight(app, "/old", "DELETE")) == PREFLIGHT_SILENT


def test_path_rules_of_a_redirect_and_its_target_are_kept_apart() -> None:
    app = app_with(rules={"/x": Policy(origins=[PARTNER]), "/x/": Policy(origins=[APP])})
    route(app, "/x", "DELETE")
    route(app, "/x/", "PUT DELETE")
    assert cors_headers(preflight(app, "/x", "PUT")) == offered("PUT", Max_Age="0")
    assert cors_headers(preflight(app, "/x", "DELETE")) == PREFLIGHT_SILENT


@pytest.mark.parametrize(("strict_slashes", "asked"), [(False, "/a"), (True, "/a")])
def test_a_404_of_one_method_lends_none_of_a_slash_variant(
    strict_slashes: bool, asked: str
) -> None:
    app = app_with()
    route(app, "/a/", "GET PUT", tag=STRICT, strict_slashes=strict_slashes)
    assert cors_headers(preflight(app, "/a", "DELETE")) == offered("DELETE", Max_Age="0")
    assert cors_headers(preflight(app, "/a", "PUT")) == PREFLIGHT_SILENT


def test_a_route_for_any_method_is_there_whatever_is_asked() -> None:
    app = app_with()
    app.url_map.add(Rule("/any/", endpoint="any"))
    app.view_functions["any"] = lambda: "in"
    assert cors_headers(preflight(app, "/any/", "BREW")) == offered("BREW")


def test_a_route_for_any_method_without_the_slash_is_not_nothing() -> None:
    app = app_with()
    app.url_map.add(Rule("/any", endpoint="any"))
    app.view_functions["any"] = lambda: "in"
    assert cors_headers(preflight(app, "/any/", "BREW")) == offered("BREW", Max_Age="0")


@pytest.mark.parametrize(
    ("other", "age"),
    [
        ({"methods": ["PUT"]}, "600"),
        ({"methods": ["POST"]}, "0"),
        ({"methods": ["PUT"], "allow_headers": ()}, "0"),
        ({"methods": ["PUT"], "allow_headers": "*"}, "600"),
        ({"methods": ["PUT"], "allow_headers": ["Content-Type", "X-More"]}, "600"),
    ],
)
def test_nothing_is_kept_that_another_rule_would_ask_for(other: dict[str, Any], age: str) -> None:
    app = app_with()
    methods = other.pop("methods")
    route(app, "/x", "GET", endpoint="x")
    route(app, "/x", " ".join(methods), tag=cors(origins=[PARTNER], **other), endpoint="y")
    assert cors_headers(preflight(app, "/x", "GET")) == offered("GET, HEAD", Max_Age=age)


def test_an_exempt_neighbour_without_post_keeps_nothing_from_being_kept() -> None:
    app = app_with()
    route(app, "/x", "GET", endpoint="x")
    route(app, "/x", "PUT", tag=cors.exempt, endpoint="y")
    assert cors_headers(preflight(app, "/x", "GET")) == offered("GET, HEAD")


def test_invented_methods_are_not_remembered_for_ever() -> None:
    app = app_with()
    app.url_map.add(Rule("/any", endpoint="any"))
    app.view_functions["any"] = lambda: "in"
    for number in range(1100):
        assert cors_headers(preflight(app, "/any", f"M{number}")) == offered(f"M{number}")
    judging = app.extensions["strictcors"].judging
    verdicts = judging._current().table.for_path("/any")._verdicts
    assert len(verdicts._offers) <= 1000
    assert cors_headers(preflight(app, "/elsewhere", "DELETE")) == offered("DELETE")


def test_telling_many_routes_apart_takes_a_look_at_few() -> None:
    from flask_strictcors.extension.offering import Offering, routes_of

    looks = []
    for count in (200, 400):
        app = Flask(__name__, static_folder=None)
        for number in range(count):
            route(app, f"/<tenant>/r{number}/<int:x>", "GET", endpoint=f"r{number}")
        asked: list[str] = []

        def key_of(endpoint: str, method: str, asked: list[str] = asked) -> None:
            asked.append(endpoint + method)

        routes = routes_of(app)
        offering = Offering(routes, key_of, lambda key, other: True)
        for each in routes:
            assert offering.offered(each, None) == (("GET", "HEAD"), True)
            assert len(list(offering._near(each))) == 1
        looks.append(len(asked))
    assert looks[1] == 2 * looks[0]


def test_a_stranger_is_told_of_nothing_at_all_of_it() -> None:
    app = app_with()
    route(app, "/x", "GET", endpoint="x")
    route(app, "/x", "POST", tag=STRICT, endpoint="y")
    for method in ("GET", "POST", "DELETE"):
        assert cors_headers(preflight(app, "/x", method, EVIL)) == PREFLIGHT_SILENT
