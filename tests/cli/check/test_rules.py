"""Methods, paths, blueprints and rules that decide nothing."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Blueprint, Flask
from flask.views import MethodView

from flask_strictcors import Policy, StrictCORS, cors

from .asking import APP, PARTNER, app_with, codes, findings, only, route

ONE = Policy(origins=[APP])
AS_SPELT = "the path as the routes spell it, from the app's own root"
PINNED = cors(origins=[PARTNER])


class TestMethods:
    def test_a_method_that_no_route_serves_is_dead(self) -> None:
        app = app_with(origins=[APP], methods=["GET", "POST", "DELETE"])
        route(app, "/orders", "GET POST")
        found = only(app, "method-unserved")
        assert found["message"].startswith("no route under this rule serves DELETE; they serve GET")
        assert found["fix"] == "methods=['GET', 'POST'], or a route for it"

    @pytest.mark.parametrize("methods", [None, "*", ["GET"], ["GET", "POST"], ["HEAD"]])
    def test_what_some_route_serves_is_fine(self, methods: Any) -> None:
        app = app_with(origins=[APP], methods=methods)
        route(app, "/orders", "GET")
        route(app, "/orders", "POST")
        assert codes(app) == []

    def test_a_head_that_only_get_brought_along_is_not_told(self) -> None:
        app = app_with(origins=[APP], methods=["GET", "POST"])
        route(app, "/orders", "POST")
        assert "serves GET; they" in only(app, "method-unserved")["message"]

    def test_a_rule_of_which_nothing_is_left_may_say_no_methods(self) -> None:
        app = app_with(origins=[APP], methods=["patch"])
        route(app, "/orders", "PATCH")
        assert only(app, "method-unserved")["fix"] == "a route for it, or no methods"

    def test_a_route_under_another_rule_does_not_count(self) -> None:
        app = app_with(origins=[APP], methods=["GET", "DELETE"])
        route(app, "/orders", "GET")
        route(app, "/orders/17", "DELETE", tag=PINNED)
        assert codes(app) == ["method-unserved"]

    def test_a_tag_of_a_view_class_is_looked_at_as_a_whole(self) -> None:
        @cors(origins=[APP], methods=["GET", "PUT", "DELETE"])
        class Orders(MethodView):
            def get(self) -> str:
                return "orders"

            def put(self) -> str:
                return "put"

        app = app_with(enforce=True)
        app.add_url_rule("/orders", view_func=Orders.as_view("orders"))
        found = only(app, "method-unserved")
        assert found["place"] == "view orders"
        assert found["fix"] == "methods=['GET', 'PUT'], or a route for it"

    def test_a_tag_of_one_method_is_named_by_it(self) -> None:
        class Orders(MethodView):
            @cors(origins=[APP], methods=["GET", "PUT"])
            def get(self) -> str:
                return "orders"

        app = app_with(enforce=True)
        app.add_url_rule("/orders", view_func=Orders.as_view("orders"))
        assert only(app, "method-unserved")["place"] == "view orders (GET)"

    def test_a_rule_without_routes_has_another_finding(self) -> None:
        app = app_with(rules={"/orders": ONE.replace(methods=["GET"])})
        route(app, "/prices")
        assert codes(app) == ["path-unmatched"]


class TestPaths:
    @pytest.mark.parametrize(
        ("path", "fix"),
        [
            ("/apis/*", "/api/*"),
            ("/api/order/*", "/api/orders/*"),
            ("/api/price", "/api/prices"),
            ("/api/orders/new", AS_SPELT),
            ("/api/orders/int:number", AS_SPELT),
            ("/api/orders/int:number/*", AS_SPELT),
            ("/elsewhere", AS_SPELT),
            ("/API/*", "/api/*"),
            ("/api/PRICES", "/api/prices"),
            ("/api", "/api/*"),
            ("/api/prices/", "/api/prices"),
            ("/api/orders/", "/api/orders/*"),
        ],
    )
    def test_a_path_that_no_route_matches_is_dead(self, path: str, fix: str) -> None:
        app = app_with(rules={path: ONE})
        route(app, "/api/orders/<int:number>")
        route(app, "/api/prices")
        found = only(app, "path-unmatched")
        assert found["place"] == f"path {path}"
        assert found["fix"] == fix

    @pytest.mark.parametrize(
        "path",
        [
            "/*",
            "/api/*",
            "/api/orders/*",
            "/api/orders/17",
            "/api/orders",
            "/api/prices",
            "/files/a/*",
        ],
    )
    def test_a_path_that_some_route_matches_is_alive(self, path: str) -> None:
        app = app_with(rules={path: ONE})
        route(app, "/api/orders")
        route(app, "/api/orders/<int:number>")
        route(app, "/api/prices/")
        route(app, "/api/prices")
        route(app, "/files/<path:name>")
        assert codes(app) == []

    def test_an_exempt_path_is_looked_at_too(self) -> None:
        app = app_with(origins=[APP], rules={"/auth/*": None})
        route(app, "/orders")
        assert codes(app) == ["path-unmatched"]
        route(app, "/auth/token")
        assert codes(app) == []

    def test_a_path_under_which_tags_decide_is_shadowed(self) -> None:
        app = app_with(rules={"/api/*": ONE})
        route(app, "/api/orders", tag=PINNED)
        found = only(app, "path-shadowed")
        assert found["place"] == "path /api/*"
        assert found["message"] == (
            "each route there is decided by another rule: view _api_orders-GET."
        )
        route(app, "/api/prices")
        assert codes(app) == []

    def test_a_path_under_which_narrower_ones_decide_is_shadowed(self) -> None:
        app = app_with(rules={"/api/*": ONE, "/api/orders/*": ONE, "/api/prices": ONE})
        route(app, "/api/orders/<int:number>")
        route(app, "/api/prices")
        assert only(app, "path-shadowed")["place"] == "path /api/*"
        route(app, "/api/<name>")
        assert codes(app) == []

    def test_the_host_of_a_route_is_no_matter(self) -> None:
        app = Flask(__name__, static_folder=None, host_matching=True)
        StrictCORS(app, rules={"/api/*": ONE})
        app.add_url_rule("/api/orders", "orders", PINNED(lambda: "orders"), host="api.test")
        assert codes(app) == ["path-shadowed"]


class TestBlueprints:
    def test_a_tag_that_each_view_outdoes_is_dead(self) -> None:
        app = app_with(enforce=True)
        shop = cors(origins=[APP])(Blueprint("shop", __name__))
        route(shop, "/orders", tag=PINNED)
        app.register_blueprint(shop)
        found = only(app, "blueprint-unused")
        assert found["place"] == "blueprint shop"

    def test_a_tag_that_decides_for_one_view_is_alive(self) -> None:
        app = app_with(enforce=True)
        shop = cors(origins=[APP])(Blueprint("shop", __name__))
        route(shop, "/orders", tag=PINNED)
        route(shop, "/prices")
        app.register_blueprint(shop)
        assert codes(app) == []

    def test_a_blueprint_without_a_tag_is_fine(self) -> None:
        app = app_with(origins=[APP])
        app.register_blueprint(Blueprint("empty", __name__))
        assert codes(app) == []

    def test_a_blueprint_around_another_is_looked_at(self) -> None:
        outer = cors(origins=[APP])(Blueprint("outer", __name__))
        inner = cors(origins=[PARTNER])(Blueprint("inner", __name__))
        route(inner, "/orders")
        outer.register_blueprint(inner)
        app = app_with(enforce=True)
        app.register_blueprint(outer)
        assert only(app, "blueprint-unused")["place"] == "blueprint outer"


class TestNoRule:
    def test_an_app_that_lets_nobody_in_and_turns_nobody_away_is_told(self) -> None:
        app = app_with()
        route(app, "/orders")
        assert only(app, "no-rule")["place"] == "app"

    @pytest.mark.parametrize(
        "options",
        [{"origins": [APP]}, {"enforce": True}, {"rules": {"/*": ONE}}, {"rules": {"/*": None}}],
    )
    def test_any_rule_or_enforce_will_do(self, options: Any) -> None:
        app = app_with(**options)
        route(app, "/orders")
        assert codes(app) == []

    @pytest.mark.parametrize("tag", [PINNED, cors.exempt])
    def test_a_tag_will_do(self, tag: Any) -> None:
        app = app_with()
        route(app, "/orders", tag=tag)
        route(app, "/prices")
        assert codes(app) == []


def test_findings_of_several_kinds_come_together() -> None:
    app = app_with(origins=[APP], methods=["PUT"], rules={"/nowhere": ONE})
    route(app, "/orders")
    assert {one["code"] for one in findings(app)} == {"path-unmatched", "method-unserved"}
