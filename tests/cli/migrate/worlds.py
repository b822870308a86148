"""Apps as people have them with Flask-CORS, each with what is to decide when it moves."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Blueprint, Flask
from flask.views import MethodView, View

from .moving import Author, World

APP = "https://app.example.com"
PARTNER = "https://partner.example.org"


@dataclass(frozen=True)
class Case:
    """One app, the pages that are of interest, and the decisions that the report must leave."""

    make: World
    origins: tuple[str, ...]
    decisions: set[str]

    def __str__(self) -> str:
        return self.make.__name__


CASES: list[Case] = []


def case(*origins: str, decisions: str = "") -> Callable[[World], World]:
    def keep(make: World) -> World:
        CASES.append(Case(make, origins or (APP,), {*decisions.split()}))
        return make

    return keep


def answer(**_: Any) -> str:
    return "answer"


def route(on: Any, rule: str, methods: str = "GET", view: Any = None) -> None:
    """Let an app or a blueprint serve methods at a URL rule; each route has a view of its own."""
    if view is None:

        def view(**_: Any) -> str:
            return "answer"

    endpoint = f"{rule}-{methods}".translate(str.maketrans("/<>:. ", "______"))
    on.add_url_rule(rule, endpoint, view, methods=methods.split())


def bare() -> Flask:
    return Flask("shop", static_folder=None)


def shop() -> Flask:
    """Make an app with a few routes."""
    app = bare()
    route(app, "/orders", "GET POST PUT")
    route(app, "/api/items", "GET DELETE")
    return app


@case()
def everybody(author: Author) -> Flask:
    app = shop()
    author.on(app)
    return app


@case(APP, PARTNER)
def two_origins_with_credentials(author: Author) -> Flask:
    app = shop()
    author.on(
        app,
        origins=[APP, "HTTPS://Partner.example.org"],
        supports_credentials=True,
        allow_headers=["Content-Type", "X-Trace"],
        expose_headers=["X-Total"],
        max_age=timedelta(hours=1),
    )
    return app


@case(decisions="credentials-any-header credentials-any-origin")
def everybody_with_credentials(author: Author) -> Flask:
    app = shop()
    author.on(app, supports_credentials=True)
    return app


@case(APP, PARTNER, decisions="credentials-any-origin header-dropped")
def everybody_beside_one_with_credentials(author: Author) -> Flask:
    app = shop()
    author.on(
        app,
        origins=[APP, "*"],
        supports_credentials=True,
        allow_headers="Content-Type",
        expose_headers="*",
    )
    return app


@case(APP, "http://app.example.com", "http://localhost:3000", decisions="credentials-refused")
def plain_http_with_credentials(author: Author) -> Flask:
    app = shop()
    origins = [APP, "http://app.example.com", "http://localhost:3000"]
    author.on(app, origins=origins, supports_credentials=True, allow_headers=["X-Trace"])
    return app


@case("https://you.github.io", decisions="credentials-refused credentials-any-header")
def a_public_suffix_with_credentials(author: Author) -> Flask:
    app = shop()
    author.on(app, origins=r"https://.*\.github\.io$", supports_credentials=True)
    return app


@case(
    "https://pr-7.example.com",
    "https://shop-7.github.io",
    "https://app.example.com",
    decisions="credentials-refused",
)
def functions_with_and_without_credentials(author: Author) -> Flask:
    app = shop()
    origins = [r"https://pr-\d+\.example\.com$", r"https://shop-\d+\.github\.io$"]
    author.on(app, origins=origins, supports_credentials=True, allow_headers=["X-Trace"])
    return app


@case("https://a.example.com", "https://a.b.example.com")
def a_pattern_of_subdomains(author: Author) -> Flask:
    app = shop()
    author.on(app, origins=r"https://.*\.example\.com$")
    return app


@case("https://a.example.com", decisions="regex-unanchored")
def an_open_end(author: Author) -> Flask:
    app = shop()
    author.on(app, origins=[r"https://.*\.example\.com"])
    return app


@case("https://a.example.com", decisions="regex-dot")
def a_bare_dot(author: Author) -> Flask:
    app = shop()
    author.on(app, origins=[re.compile(r"^https://.*.example\.com$")])
    return app


@case("https://example.com", "https://a.example.com", decisions="regex-label regex-scheme")
def half_a_name(author: Author) -> Flask:
    app = shop()
    author.on(app, origins=[r".*example\.com$"])
    return app


@case("http://localhost:3000", "http://localhost", "https://localhost:8443")
def this_machine(author: Author) -> Flask:
    app = shop()
    author.on(app, origins=r"https?://localhost:\d+")
    return app


@case("http://localhost:3000", "http://localhost", decisions="regex-unanchored")
def this_machine_as_a_glob(author: Author) -> Flask:
    app = shop()
    author.on(app, origins=["http://localhost:*"])
    return app


@case("https://a.example.com", "https://xexample.com", decisions="nobody-left origin-glob")
def subdomains_as_a_glob(author: Author) -> Flask:
    app = shop()
    author.on(app, origins=["https://*.example.com"])
    return app


@case("https://pr-12.example.com", "https://pr-x.example.com", APP)
def previews(author: Author) -> Flask:
    app = shop()
    author.on(app, origins=[APP, r"^https://pr-\d+\.example\.com$"])
    return app


@case(APP, "https://www.example.com:8443", "https://example.com")
def a_choice_of_names(author: Author) -> Flask:
    app = shop()
    author.on(app, origins=r"^https://(?:(www|app)\.)?example\.com(:\d+)?$")
    return app


@case(APP, "https://evil.example.com", decisions="regex-unread")
def what_nobody_can_read(author: Author) -> Flask:
    app = shop()
    author.on(app, origins=[APP, r"https://(?!evil)\w+\.example\.com$"])
    return app


@case(APP, decisions="origin-never origin-null")
def what_no_browser_sends(author: Author) -> Flask:
    app = shop()
    origins = [APP, f"{APP}/", "app.example.com", "https://a.example.com:443", "null", r"^a\.b$"]
    author.on(app, origins=origins)
    return app


@case(decisions="nobody-left origin-never")
def nobody(author: Author) -> Flask:
    app = shop()
    author.on(app, resources={"/api/*": {"origins": f"{APP}/"}, "/*": {"origins": APP}})
    return app


@case(decisions="method-simple")
def some_methods(author: Author) -> Flask:
    app = shop()
    author.on(app, origins=APP, methods=["put", "delete"])
    return app


@case()
def get_without_head(author: Author) -> Flask:
    app = shop()
    author.on(app, origins=APP, methods="GET, POST, PUT", max_age="7200")
    return app


@case(decisions="method-dropped")
def a_wildcard_for_methods(author: Author) -> Flask:
    app = shop()
    author.on(app, origins=APP, methods="*")
    return app


@case()
def no_methods(author: Author) -> Flask:
    app = shop()
    author.on(app, origins=APP, methods=[])
    return app


@case(decisions="header-dropped header-regex")
def headers_that_are_none(author: Author) -> Flask:
    app = shop()
    author.on(
        app,
        origins=APP,
        allow_headers=["X-Trace", "Origin", "ETag", "X-.*"],
        expose_headers=["Set-Cookie", "Accept"],
        max_age=99999,
    )
    return app


@case(APP)
def switches(author: Author) -> Flask:
    app = shop()
    author.on(
        app,
        origins="*",
        send_wildcard=True,
        always_send=False,
        vary_header=False,
        automatic_options=False,
        intercept_exceptions=False,
        allow_private_network=True,
        max_age=-1,
        expose_headers="*",
    )
    return app


@case(APP, PARTNER)
def keys_of_the_configuration(author: Author) -> Flask:
    app = shop()
    app.config.update(CORS_ORIGINS=[APP], CORS_EXPOSE_HEADERS=["X-Total"], CORS_MAX_AGE=600)
    author.on(app, resources={r"/api/*": {"origins": PARTNER}, r"/orders": {}})
    return app


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


@case(APP, decisions="header-by-hand")
def headers_by_hand(author: Author) -> Flask:
    app = shop()

    @app.get("/own")
    def own() -> Any:
        return "own", {"X-Own": "1", "Access-Control-Max-Age": "5"}

    author.on(app, origins=[APP])
    return app


@case(APP, PARTNER)
def static_files(author: Author) -> Flask:
    app = Flask(__name__, static_url_path="/apistatic")
    author.on(app, resources={r"/api*": {"origins": APP}, r"/*": {"origins": PARTNER}})
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
    app.add_url_rule("/closed", "closed", view)
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
