"""What browsers keep of a preflight."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Blueprint
from flask.views import MethodView

from flask_strictcors import Policy, cors

from .asking import APP, PARTNER, app_with, codes, findings, only, route

OTHER = cors(origins=[PARTNER])
WIDE = ["Content-Type", "X-Token"]


class TestMaxAge:
    @pytest.mark.parametrize("max_age", [7201, 86400])
    def test_more_than_chromium_keeps_is_told(self, max_age: int) -> None:
        app = app_with(origins=[APP], max_age=max_age)
        route(app, "/")
        found = only(app, "max-age-capped")
        assert found["message"].startswith(f"of {max_age} seconds, Chromium keeps")
        assert found["fix"] == "max_age=7200"

    @pytest.mark.parametrize("max_age", [None, 0, 600, 7200])
    def test_what_chromium_keeps_is_fine(self, max_age: int | None) -> None:
        app = app_with(origins=[APP], max_age=max_age)
        route(app, "/")
        assert codes(app) == []


class TestHeadersDiffer:
    def test_two_rules_on_one_url_cost_a_preflight_for_each_request(self) -> None:
        app = app_with(origins=[APP], allow_headers=WIDE)
        route(app, "/orders", "GET", tag=OTHER)
        route(app, "/orders", "DELETE PUT")
        found = only(app, "preflight-headers-differ")
        assert found["place"] == "DELETE /orders"
        assert found["message"] == (
            "rule 'app' allows X-Token here, and rule 'view _orders-GET' at GET /orders does not: "
            "browsers may keep no preflight of it (Max-Age 0), so that each request pays for one."
        )

    def test_with_the_same_headers_browsers_keep_it(self) -> None:
        app = app_with(origins=[APP], allow_headers=WIDE)
        route(app, "/orders", "GET", tag=cors(origins=[PARTNER], allow_headers=["x-token", *WIDE]))
        route(app, "/orders", "DELETE PUT")
        assert codes(app) == []

    def test_where_post_is_elsewhere_the_same_headers_would_not_be_enough(self) -> None:
        app = app_with(origins=[APP], allow_headers=WIDE)
        route(app, "/orders", "POST", tag=OTHER)
        route(app, "/orders", "DELETE")
        found = only(app, "preflight-headers-differ")
        assert found["fix"] == "one rule for both, or a URL for each"

    def test_on_two_urls_they_may_differ(self) -> None:
        app = app_with(origins=[APP], allow_headers=WIDE)
        route(app, "/orders", "GET", tag=OTHER)
        route(app, "/prices", "DELETE PUT")
        assert codes(app) == []

    @pytest.mark.parametrize("max_age", [0, None])
    def test_where_nothing_was_to_be_kept_nothing_is_lost(self, max_age: int | None) -> None:
        app = app_with(origins=[APP], allow_headers=WIDE, max_age=max_age)
        route(app, "/orders", "GET", tag=OTHER)
        route(app, "/orders", "DELETE")
        assert codes(app) == []

    def test_any_header_differs_from_some(self) -> None:
        app = app_with(origins=[APP], allow_headers="*")
        route(app, "/orders", "GET", tag=OTHER)
        route(app, "/orders", "PUT")
        assert codes(app, "--ignore", "headers-any-allowed") == ["preflight-headers-differ"]

    def test_routes_that_may_match_the_same_url_count(self) -> None:
        app = app_with(origins=[APP], allow_headers=WIDE)
        route(app, "/orders/new", "GET", tag=OTHER)
        route(app, "/orders/<name>", "DELETE")
        found = only(app, "preflight-headers-differ")
        assert found["place"] == "DELETE /orders/<name>"
        assert "at GET /orders/new does not" in found["message"]

    def test_two_methods_of_a_view_class_count(self) -> None:
        class Orders(MethodView):
            @cors(origins=[APP], allow_headers=WIDE)
            def get(self) -> str:
                return "orders"

            @cors(origins=[APP])
            def put(self) -> str:
                return "put"

        app = app_with(enforce=True)
        app.add_url_rule("/orders", view_func=Orders.as_view("orders"))
        found = only(app, "preflight-headers-differ")
        assert "'view orders (GET)' allows X-Token here" in found["message"]

    def test_each_rule_and_url_is_told_once(self) -> None:
        app = app_with(origins=[APP], allow_headers=WIDE)
        for path in ("/orders", "/prices"):
            route(app, path, "GET", tag=OTHER)
            route(app, path, "DELETE PATCH PUT")
        assert [one["place"] for one in findings(app)] == ["DELETE /orders", "DELETE /prices"]


class TestPostElsewhere:
    def test_where_another_rule_decides_post_each_put_pays(self) -> None:
        app = app_with(origins=[APP])
        route(app, "/orders", "POST", tag=OTHER)
        route(app, "/orders", "GET PUT")
        found = only(app, "preflight-post-elsewhere")
        assert found["place"] == "PUT /orders"
        assert "so that each PUT pays for one" in found["message"]

    def test_of_several_others_the_one_for_post_is_named(self) -> None:
        app = app_with(origins=[APP])
        route(app, "/orders", "GET", tag=cors(origins="*"))
        route(app, "/orders", "POST", tag=OTHER)
        route(app, "/orders", "PUT")
        message = only(app, "preflight-post-elsewhere")["message"]
        assert "rule 'view _orders-POST' at POST /orders: browsers" in message

    def test_where_one_rule_decides_both_none_does(self) -> None:
        app = app_with(origins=[APP])
        route(app, "/orders", "GET POST PUT")
        assert codes(app) == []

    def test_one_tag_on_two_views_is_one_rule(self) -> None:
        app = app_with(enforce=True)
        shop = cors(origins=[APP])(Blueprint("shop", __name__))
        route(shop, "/orders", "POST")
        route(shop, "/orders", "PUT")
        app.register_blueprint(shop)
        assert codes(app) == []

    def test_a_public_get_beside_a_post_pays_for_none(self) -> None:
        app = app_with(origins=[APP])
        route(app, "/orders", "GET", tag=cors(origins="*"))
        route(app, "/orders", "POST")
        assert codes(app) == []

    def test_an_exempt_post_is_elsewhere_too(self) -> None:
        app = app_with(origins=[APP])
        route(app, "/orders", "POST", tag=cors.exempt)
        route(app, "/orders", "DELETE")
        assert codes(app) == ["preflight-post-elsewhere"]

    def test_a_rule_for_the_path_is_one_for_all_methods(self) -> None:
        app = app_with(origins=[APP], rules={"/orders/*": Policy(origins=[PARTNER])})
        route(app, "/orders/<name>", "POST PUT")
        route(app, "/<any>/<name>", "DELETE")
        assert codes(app) == []

    @pytest.mark.parametrize("options", [{"max_age": 0}, {"max_age": None}])
    def test_where_nothing_was_to_be_kept_nothing_is_lost(self, options: Any) -> None:
        app = app_with(origins=[APP], **options)
        route(app, "/orders", "POST", tag=OTHER)
        route(app, "/orders", "PUT")
        assert codes(app) == []
