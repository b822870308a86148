"""Apps with Flask-CORS for some paths, and for blueprints."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, Flask
from flask.views import MethodView

from .cases import APP, PARTNER, case, route, shop
from .moving import Author


@case(APP, PARTNER)
def paths(author: Author) -> Flask:
    app = shop()
    route(app, "/apix/<name>")
    route(app, "/v2")
    route(app, "/v2/<int:number>", "GET PUT")
    route(app, "/feed.xml")
    author.on(
        app,
        origins=[APP],
        resources={
            r"/api/*": {},
            r"/v2/.*": {"origins": PARTNER},
            r"^/feed\.xml$": {"origins": "*"},
        },
    )
    return app


@case(APP, PARTNER)
def paths_as_a_list(author: Author) -> Flask:
    app = shop()
    route(app, "/v1/a")
    author.on(app, origins=[APP], resources=[r"/(api|v1)/.*", re.compile("/orders")])
    return app


@case(APP, PARTNER, decisions="view-mixed")
def a_view_for_every_path(author: Author) -> Flask:
    app = shop()
    route(app, "/<path:rest>")
    author.on(app, resources={r"/api/*": {"origins": APP}, "*": {"origins": PARTNER}})
    return app


@case(APP, PARTNER, decisions="view-mixed")
def a_view_for_every_path_beside_one_resource(author: Author) -> Flask:
    app = shop()
    route(app, "/<path:rest>")
    author.on(app, resources={r"/api/*": {"origins": APP}})
    return app


@case(APP, PARTNER, decisions="resource-dead")
def paths_that_hide_one_another(author: Author) -> Flask:
    app = shop()
    first = re.compile("/api/.*")
    author.on(app, resources={first: {"origins": APP}, r"/api/items/.*": {"origins": PARTNER}})
    return app


@case(APP, PARTNER, decisions="resource-unread view-mixed")
def a_path_that_nobody_can_read(author: Author) -> Flask:
    app = shop()
    route(app, "/v1/a")
    route(app, "/v<int:number>/b")
    resources = {r"/v\d+/(?=a|b)": {"origins": APP}, "/*": {"origins": PARTNER}}
    author.on(app, resources=resources)
    return app


def with_blueprint(author: Author, url_prefix: str = "/shop", **options: Any) -> Flask:
    app = shop()
    blueprint = Blueprint("my-shop", __name__, url_prefix=url_prefix)
    author.on(blueprint, **options)
    route(blueprint, "/cart", "GET PUT")
    route(blueprint, "/<int:number>/items", "GET")
    app.register_blueprint(blueprint)
    return app


@case(APP, PARTNER)
def a_blueprint(author: Author) -> Flask:
    return with_blueprint(author, origins=[APP], supports_credentials=False)


@case(APP, PARTNER, decisions="layers")
def a_blueprint_in_an_open_app(author: Author) -> Flask:
    app = with_blueprint(author, origins=[APP])
    author.on(app, origins="*")
    return app


@case(APP, PARTNER)
def some_paths_of_a_blueprint(author: Author) -> Flask:
    app = with_blueprint(author, resources={"/shop/cart": {"origins": APP}})
    author.on(app, origins=[PARTNER], resources=r"/orders")
    return app


@case(APP, PARTNER)
def a_blueprint_in_another(author: Author) -> Flask:
    app = shop()
    outer, inner = Blueprint("outer", __name__), Blueprint("inner", __name__)
    author.on(outer, origins=[APP])
    author.on(inner, origins="*")
    route(outer, "/outer", "GET PUT")
    route(inner, "/inner", "GET PUT")
    outer.register_blueprint(inner)
    app.register_blueprint(outer)
    return app


@case(APP, PARTNER, decisions="layers")
def two_hooks(author: Author) -> Flask:
    app = shop()
    author.on(app, origins=[APP])
    author.on(app, origins=[PARTNER], resources=r"/api/.*")
    return app


@case(APP, PARTNER)
def static_files(author: Author) -> Flask:
    app = Flask(__name__, static_url_path="/apistatic")
    author.on(app, resources={r"/api*": {"origins": APP}, r"/*": {"origins": PARTNER}})
    return app


@case(APP, PARTNER)
def a_blueprint_under_two_names(author: Author) -> Flask:
    app = shop()
    blueprint = Blueprint("shop", __name__)
    author.on(blueprint, origins=[APP])
    route(blueprint, "/cart")
    app.register_blueprint(blueprint, url_prefix="/one")
    app.register_blueprint(blueprint, url_prefix="/two", name="second")
    return app


@case(APP, PARTNER, decisions="view-mixed resource-dead")
def a_blueprint_that_differs_by_its_prefix(author: Author) -> Flask:
    app = shop()
    blueprint = Blueprint("shop", __name__)
    author.on(blueprint, resources={"/one/.*": {"origins": APP}, "/two/.*": {"origins": PARTNER}})
    route(blueprint, "/cart")
    app.register_blueprint(blueprint, url_prefix="/one")
    app.register_blueprint(blueprint, url_prefix="/two", name="second")
    return app


@case(APP, PARTNER, decisions="view-mixed")
def a_number_that_goes_on(author: Author) -> Flask:
    app = shop()
    route(app, "/v<int:number>/x")
    author.on(app, resources={"/v1.*": {"origins": APP}, "/*": {"origins": PARTNER}})
    return app


@case(APP, PARTNER, decisions="view-mixed")
def a_converter_with_words_of_its_own(author: Author) -> Flask:
    app = shop()
    route(app, "/<any(orders, api):one>/x")
    author.on(app, resources={"/orders.*": {"origins": APP}, "/*": {"origins": PARTNER}})
    return app


@case(APP, PARTNER, decisions="view-mixed")
def a_class_for_every_path(author: Author) -> Flask:
    app = shop()

    class Page(MethodView):
        def get(self, name: str) -> str:
            return name

    app.add_url_rule("/<name>", view_func=Page.as_view("page"))
    author.on(app, resources={"/api.*": {"origins": APP}, "/*": {"origins": PARTNER}})
    return app


@case(APP, PARTNER)
def a_view_for_every_path_beside_what_is_below_one(author: Author) -> Flask:
    app = shop()
    route(app, "/<path:rest>")
    author.on(app, resources={r"/v2/.*": {"origins": APP}})
    return app


@case(APP, PARTNER, decisions="resource-unread view-mixed")
def a_blueprint_with_a_path_that_nobody_can_read(author: Author) -> Flask:
    resources = {r"/shop/(?=5)": {"origins": APP}, "/*": {"origins": PARTNER}}
    return with_blueprint(author, resources=resources)


@case(APP, PARTNER, decisions="view-mixed")
def a_name_that_goes_on(author: Author) -> Flask:
    app = shop()
    route(app, "/<name>/a")
    author.on(app, resources=["/api/*"])
    return app
