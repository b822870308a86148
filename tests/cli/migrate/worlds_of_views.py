"""Apps with Flask-CORS around views."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask.views import MethodView, View

from .cases import APP, PARTNER, case, route, shop
from .moving import Author


@case(APP, PARTNER)
def views(author: Author) -> Flask:
    app = shop()
    both = author.view(origins=[APP], supports_credentials=True, allow_headers=["X-Trace"])(
        lambda: "both"
    )
    route(app, "/both", "GET PUT", both)
    route(app, "/again", "GET", both)

    @app.get("/prices")
    @author.view()
    def prices() -> str:
        return "prices"

    author.on(app, origins=PARTNER)
    return app


@case(APP, decisions="preflight-unanswered")
def view_classes(author: Author) -> Flask:
    app = shop()

    class Cart(MethodView):
        decorators = (author.view(origins=[APP]),)

        def get(self) -> str:
            return "cart"

        def put(self) -> str:
            return "cart"

    class Basket(MethodView):
        @author.view(origins=[APP])
        def get(self) -> str:
            return "basket"

        @author.view(origins="*")
        def put(self) -> str:
            return "basket"

    class Box(MethodView):
        @author.view(origins=[APP])
        def get(self) -> str:
            return "box"

        def options(self) -> str:
            return "box"

    class Bag(View):
        @author.view(origins=[APP])
        def dispatch_request(self) -> str:
            return "bag"

    app.add_url_rule("/cart", view_func=Cart.as_view("cart"))
    app.add_url_rule("/basket", view_func=Basket.as_view("basket"))
    app.add_url_rule("/box", view_func=Box.as_view("box"))
    app.add_url_rule("/bag", view_func=Bag.as_view("bag"))
    return app


@case(APP, PARTNER, decisions="preflight-unanswered")
def methods_of_classes_in_an_open_app(author: Author) -> Flask:
    app = shop()

    class Basket(MethodView):
        @author.view(origins=[APP])
        def get(self) -> str:
            return "basket"

        @author.view(origins=[APP], supports_credentials=True)
        def put(self) -> str:
            return "basket"

        def delete(self) -> str:
            return "basket"

    app.add_url_rule("/basket", view_func=Basket.as_view("basket"))
    author.on(app)
    return app


@case(APP, PARTNER, decisions="preflight-unanswered")
def a_decorator_without_options(author: Author) -> Flask:
    app = shop()

    @app.route("/prices", methods=["GET", "PUT"])
    @author.view(origins=[APP], automatic_options=False)
    def prices() -> str:
        return "prices"

    return app


@case(APP, PARTNER)
def two_decorators(author: Author) -> Flask:
    app = shop()

    @app.route("/prices", methods=["GET", "PUT"])
    @author.view(origins=[APP, PARTNER])
    @author.view(origins=[APP])
    def prices() -> str:
        return "prices"

    return app


@case(APP, decisions="option-unknown")
def a_misspelt_option(author: Author) -> Flask:
    app = shop()
    route(app, "/prices", "GET", author.view(orgins=[APP])(lambda: "prices"))
    return app


@case(APP, decisions="header-by-hand")
def headers_by_hand(author: Author) -> Flask:
    app = shop()

    @app.get("/own")
    def own() -> Any:
        return "own", {"X-Own": "1", "Access-Control-Max-Age": "5"}

    author.on(app, origins=[APP])
    return app


@case(APP, PARTNER)
def views_of_one_class(author: Author) -> Flask:
    app = shop()

    class Cart(MethodView):
        decorators = (author.view(origins=[APP]),)
        methods = ("GET", "OPTIONS")
        provide_automatic_options = False

        def get(self) -> str:
            return "cart"

    class Open(Cart):
        decorators = ()

    app.add_url_rule("/cart", view_func=Cart.as_view("cart"))
    app.add_url_rule("/basket", view_func=Cart.as_view("basket"))
    app.add_url_rule("/open", view_func=Open.as_view("open"))
    around = author.view(origins=[PARTNER], methods=["GET", "PUT", "DELETE", "POST", "HEAD"])
    app.add_url_rule("/around", view_func=around(Open.as_view("around")), methods=["GET"])
    return app


@case(APP, PARTNER, decisions="preflight-unanswered")
def a_method_that_is_inherited(author: Author) -> Flask:
    app = shop()

    class Cart(MethodView):
        @author.view(origins=[APP])
        def get(self) -> str:
            return "cart"

    class Own(Cart):
        def put(self) -> str:
            return "own"

    app.add_url_rule("/own", view_func=Own.as_view("own"))
    app.add_url_rule("/cart", view_func=Cart.as_view("cart"))
    return app


@case(APP, PARTNER, decisions="view-mixed")
def one_function_in_two_ways(author: Author) -> Flask:
    app = shop()

    def view() -> str:
        return "view"

    app.add_url_rule("/open", "open", author.view(origins=[APP])(view))
    app.add_url_rule("/other", "other", author.view(origins=[PARTNER])(view))
    app.add_url_rule("/closed", "closed", view)
    return app


@case(APP, PARTNER, decisions="preflight-unanswered")
def a_method_of_a_class_in_an_app_for_others(author: Author) -> Flask:
    app = shop()

    class Basket(MethodView):
        @author.view(origins=[APP])
        def put(self) -> str:
            return "basket"

    app.add_url_rule("/basket", view_func=Basket.as_view("basket"))
    author.on(app, origins=PARTNER)
    return app
