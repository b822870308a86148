"""Who else writes CORS headers, and what else only views show."""

from __future__ import annotations

from functools import partial, update_wrapper, wraps
from typing import Any

import pytest
from flask import Blueprint, Flask, Response, after_this_request, make_response, request
from flask.views import MethodView
from flask_cors import CORS, cross_origin

from flask_strictcors import StrictCORS, cors

from .asking import APP, app_with, codes, findings, only, route, run

NAME = "Access-Control-Allow-Origin"


def by_item(response: Response) -> Response:
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def by_lower_case(response: Response) -> Response:
    response.headers.set("access-control-allow-origin", "*")
    return response


def by_mapping(response: Response) -> Response:
    response.headers.update({"X-Edition": "1", "Access-Control-Allow-Origin": "*"})
    return response


def by_attribute(response: Response) -> Response:
    response.access_control_allow_origin = "*"
    return response


def by_none(response: Response) -> Response:
    """Leave Access-Control-Allow-Origin alone."""
    response.headers["X-Note"] = "Access-Control-Allow-Origin is written by the rules"
    response.headers["Vary"] = request.headers.get("Access-Control-Request-Method", "")
    response.headers["X-Read"] = str(response.access_control_allow_origin)
    return response


class ByCall:
    def __call__(self, response: Response) -> Response:
        return by_item(response)

    def by_method(self, response: Response) -> Response:
        response.headers[NAME] = "*"
        response.headers["Access-Control-Max-Age"] = "5"
        return response


class ByOwnCall:
    def __call__(self, response: Response) -> Response:
        response.headers["Access-Control-Allow-Origin"] = "*"
        return response


def shop() -> Flask:
    app = app_with(origins=[APP])
    route(app, "/orders")
    return app


class TestHooks:
    @pytest.mark.parametrize(
        "hook",
        [by_item, by_lower_case, by_mapping, by_attribute, partial(by_item), ByOwnCall()],
    )
    def test_a_hook_that_sets_a_header_is_found(self, hook: Any) -> None:
        app = shop()
        app.after_request_funcs.setdefault(None, []).append(hook)
        found = only(app, "header-set-by-hand")
        assert found["place"] == "after_request hook of the app"
        assert found["message"].startswith(f"{NAME} by hand")

    def test_a_bound_method_is_looked_into(self) -> None:
        app = shop()
        app.after_request(ByCall().by_method)
        assert only(app, "header-set-by-hand")["message"].startswith("Access-Control-Max-Age by")

    @pytest.mark.parametrize("hook", [by_none, ByCall(), len])
    def test_a_hook_that_only_speaks_of_it_is_not(self, hook: Any) -> None:
        app = shop()
        app.after_request(hook)
        assert codes(app) == []

    def test_where_some_route_is_exempt_the_hook_may_be_for_that(self) -> None:
        app = shop()
        app.after_request(by_item)
        route(app, "/token", tag=cors.exempt)
        assert codes(app) == []

    def test_a_blueprints_hook_is_found(self) -> None:
        app = shop()
        prices = Blueprint("prices", __name__)
        route(prices, "/prices")
        prices.after_request(by_item)
        app.register_blueprint(prices)
        assert only(app, "header-set-by-hand")["place"] == (
            "after_request hook of blueprint prices"
        )

    def test_a_blueprints_hook_is_not_there_for_an_exempt_route_elsewhere(self) -> None:
        app = shop()
        prices = Blueprint("prices", __name__)
        route(prices, "/prices")
        prices.after_request(by_item)
        app.register_blueprint(prices)
        route(app, "/token", tag=cors.exempt)
        assert codes(app) == ["header-set-by-hand"]

    def test_an_exempt_blueprints_hook_is_its_own_affair(self) -> None:
        app = shop()
        auth = cors.exempt(Blueprint("auth", __name__))
        route(auth, "/token")
        auth.after_request(by_item)
        app.register_blueprint(auth)
        assert codes(app) == []

    def test_an_error_handler_is_found(self) -> None:
        app = shop()

        @app.errorhandler(404)
        def missing(error: Exception) -> Any:
            return "missing", 404, {"Access-Control-Allow-Origin": "*"}

        assert only(app, "header-set-by-hand")["place"] == "error handler of the app"

    def test_an_error_handler_that_sets_none_is_fine(self) -> None:
        app = shop()
        app.register_error_handler(ValueError, lambda error: ("wrong", 400))
        assert codes(app) == []

    def test_the_header_is_dropped_for_real(self) -> None:
        app = shop()
        app.after_request(by_item)
        assert NAME not in app.test_client().get("/orders").headers


class TestViews:
    def test_a_view_that_sets_a_header_is_found(self) -> None:
        def orders() -> Response:
            return by_item(make_response("orders", {"Access-Control-Allow-Origin": "*"}))

        app = app_with(origins=[APP])
        route(app, "/orders", view=orders)
        assert only(app, "header-set-by-hand")["place"] == "view _orders-GET"

    def test_a_function_inside_a_view_is_looked_into(self) -> None:
        def orders() -> str:
            @after_this_request
            def add(response: Response) -> Response:
                response.headers["Access-Control-Allow-Origin"] = "*"
                return response

            return "orders"

        app = app_with(origins=[APP])
        route(app, "/orders", view=orders)
        assert codes(app) == ["header-set-by-hand"]

    @pytest.mark.parametrize("is_wrapped", [True, False])
    def test_a_decorator_that_sets_a_header_is_found(self, is_wrapped: bool) -> None:
        def crossdomain(view: Any) -> Any:
            def wrapped() -> Response:
                response = make_response(view())
                response.headers["Access-Control-Allow-Origin"] = "*"
                return response

            return update_wrapper(wrapped, view) if is_wrapped else wrapped

        app = app_with(origins=[APP])
        app.add_url_rule("/orders", "orders", crossdomain(lambda: "orders"))
        assert only(app, "header-set-by-hand")["place"] == "view orders"

    def test_a_decorator_below_another_is_found(self) -> None:
        def plain(view: Any) -> Any:
            @wraps(view)
            def wrapped() -> Any:
                return view()

            return wrapped

        def orders() -> Any:
            return "orders", {"Access-Control-Allow-Origin": "*"}

        app = app_with(origins=[APP])
        app.add_url_rule("/orders", "orders", plain(plain(orders)))
        assert codes(app) == ["header-set-by-hand"]

    def test_a_method_of_a_view_class_is_found(self) -> None:
        class Orders(MethodView):
            def get(self) -> str:
                return "orders"

            def put(self) -> Any:
                return "put", {"Access-Control-Allow-Origin": "*"}

        app = app_with(origins=[APP])
        app.add_url_rule("/orders", view_func=Orders.as_view("orders"))
        assert only(app, "header-set-by-hand")["place"] == "view orders"

    def test_a_function_that_wraps_itself_ends_the_search(self) -> None:
        def orders() -> str:
            return "orders"

        orders.__wrapped__ = orders  # type: ignore[attr-defined]
        app = app_with(origins=[APP])
        app.add_url_rule("/orders", "orders", orders)
        assert codes(app) == []

    def test_an_exempt_view_speaks_cors_itself(self) -> None:
        def token() -> Any:
            return "token", {"Access-Control-Allow-Origin": "*"}

        app = shop()
        route(app, "/token", view=token, tag=cors.exempt)
        assert codes(app) == []

    def test_a_route_without_a_view_is_passed_over(self) -> None:
        app = shop()
        app.add_url_rule("/later", "later")
        assert codes(app) == []


class TestFlaskCORS:
    def test_flask_cors_that_came_later_is_found(self) -> None:
        app = shop()
        CORS(app)
        found = only(app, "flask-cors")
        assert "the after_request hook" in found["message"]

    def test_its_decorator_is_found(self) -> None:
        app = shop()
        route(app, "/prices", view=cross_origin()(lambda: "prices"))
        assert only(app, "flask-cors")["place"] == "app"

    def test_beside_it_other_findings_are_told(self) -> None:
        app = app_with(origins=[APP], max_age=9999)
        route(app, "/orders")
        CORS(app)
        assert codes(app) == ["flask-cors", "max-age-capped"]

    def test_in_debug_the_app_itself_is_refused(self) -> None:
        app = shop()
        CORS(app)
        result = run(app, is_debug=True)
        assert result.exit_code == 2
        assert "remove Flask-CORS" in result.stderr

    def test_on_another_app_it_is_no_matter(self) -> None:
        CORS(Flask("other"))
        assert codes(shop()) == []


def hiding(view: Any) -> Any:
    def wrapper() -> Any:
        return view()

    return wrapper


def test_a_tag_that_a_decorator_hides_is_found() -> None:
    app = app_with(origins=[APP])
    app.add_url_rule("/prices", "prices", hiding(cors(origins="*")(lambda: "prices")))
    found = only(app, "tag-hidden")
    assert found["place"] == "view prices"
    assert found["fix"].startswith("functools.wraps")


def test_a_tag_above_the_decorator_is_not() -> None:
    app = app_with(origins=[APP])
    app.add_url_rule("/prices", "prices", cors(origins="*")(hiding(lambda: "prices")))
    assert codes(app) == []


def test_a_view_named_twice_is_told_once() -> None:
    app = Flask(__name__)
    StrictCORS(app, origins=[APP])

    def orders() -> Any:
        return "orders", {"Access-Control-Allow-Origin": "*"}

    app.add_url_rule("/orders", view_func=orders)
    app.add_url_rule("/orders/all", view_func=orders, methods=["GET", "POST"])
    assert len(findings(app)) == 1
    assert run(app).output.count("header-set-by-hand") == 1
