"""Random apps with Flask-CORS: options that people write, and some that nobody should."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import Blueprint, Flask
from flask.views import MethodView
from hypothesis import strategies as st

from .moving import Author
from .worlds import APP, PARTNER, bare, route

ORIGINS = [
    APP,
    PARTNER,
    "HTTPS://APP.example.com",
    f"{APP}/",
    "http://app.example.com",
    "http://localhost:3000",
    "http://localhost:*",
    "https://*.example.com",
    "null",
    "*",
    r"https://.*\.example\.com",
    r"https://.*\.example\.com$",
    r"^https?://(.+\.)?example\.com(:\d+)?$",
    r"https?://localhost:\d+",
    r"https://[a-z]+\.example\.com$",
    r"https://(app|www)\.example\.com$",
    r".*example.com",
    r"https://a?pp\.example\.com$",
    r"https://[^.]{3}\.example\.(com|org)",
    r"https://(?!app).*",
    r"http.*",
    r"https://app\.example\.com|https://partner\.example\.org",
]
PAGES = [
    APP,
    PARTNER,
    "https://www.example.com",
    "https://example.com",
    "https://example.com:8443",
    "https://a.b.example.com",
    "http://app.example.com",
    "http://localhost",
    "http://localhost:3000",
    "https://evilexample.com",
    "https://app.example.com.evil.net",
    "https://appxexample.com",
    "https://evil.net",
    None,
]
PATHS = [
    "/*",
    "*",
    "/api/*",
    r"/api/.*",
    r"^/api/items$",
    "/api",
    "/api/items",
    r"/(api|v2)/.*",
    r"/v2.*",
    r"/ap.",
    r"/v\d/.*",
    r"/(?!api).*",
    "/api/i.+",
]
ROUTES = [
    ("/api", "GET"),
    ("/api/items", "GET POST"),
    ("/api/<name>", "GET PUT"),
    ("/apix", "GET"),
    ("/v2/a", "GET DELETE"),
    ("/<name>/a", "GET"),
    ("/<path:rest>", "GET"),
]

METHODS = ["get", "GET", "POST", "PUT", "DELETE", "HEAD", "*", "TRACE"]
HEADERS = ["Content-Type", "X-Trace", "x-trace", "Origin", "ETag", "X-.*", "*", "not a name"]


class Written(NamedTuple):
    """What somebody wrote: in the app, in a blueprint, around views."""

    routes: list[tuple[str, str]]
    app: list[dict[str, Any]]
    blueprint: list[dict[str, Any]]
    view: list[dict[str, Any]]
    methods: list[dict[str, Any]]

    def make(self, author: Author) -> Flask:
        app = bare()
        for rule, methods in self.routes:
            route(app, rule, methods)
        self._blueprint(author, app)
        self._view(author, app)
        self._class(author, app)
        for options in self.app:
            author.on(app, **options)
        return app

    def _blueprint(self, author: Author, app: Flask) -> None:
        blueprint = Blueprint("shop", __name__, url_prefix="/v2")
        for options in self.blueprint:
            author.on(blueprint, **options)
        route(blueprint, "/cart", "GET PUT")
        route(blueprint, "/<name>/cart", "GET")
        app.register_blueprint(blueprint)

    def _view(self, author: Author, app: Flask) -> None:
        def view() -> str:
            return "answer"

        made: Any = view
        for options in self.view:
            made = author.view(**options)(made)
        route(app, "/api/own", "GET PUT", made)

    def _class(self, author: Author, app: Flask) -> None:
        class Own(MethodView):
            def get(self) -> str:
                return "answer"

            def put(self) -> str:
                return "answer"

        for options in self.methods:
            Own.put = author.view(**options)(Own.put)  # type: ignore[method-assign]
        app.add_url_rule("/api/class", view_func=Own.as_view("own"))


def lists_of(items: list[str], most: int = 3) -> st.SearchStrategy[Any]:
    return st.lists(st.sampled_from(items), max_size=most) | st.sampled_from(items)


def options_of_views() -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {},
        optional={
            "origins": st.lists(st.sampled_from(ORIGINS), min_size=1, max_size=3),
            "methods": lists_of(METHODS),
            "allow_headers": lists_of(HEADERS),
            "expose_headers": lists_of([*HEADERS[:5], "*"]),
            "supports_credentials": st.booleans(),
            "max_age": st.sampled_from([None, 0, 5, "600", 99999, -1]),
            "vary_header": st.booleans(),
            "always_send": st.booleans(),
        },
    )


def options_of_apps() -> st.SearchStrategy[dict[str, Any]]:
    resources = st.dictionaries(st.sampled_from(PATHS), options_of_views(), max_size=3)
    either = resources | st.lists(st.sampled_from(PATHS), min_size=1, max_size=2)
    return st.builds(
        lambda options, paths: options | ({} if paths is None else {"resources": paths}),
        options_of_views(),
        st.none() | either,
    )


def written() -> st.SearchStrategy[Written]:
    return st.builds(
        Written,
        st.lists(st.sampled_from(ROUTES), unique=True, max_size=4),
        st.lists(options_of_apps(), max_size=2),
        st.lists(options_of_apps(), max_size=1),
        st.lists(options_of_views(), max_size=2),
        st.lists(options_of_views(), max_size=1),
    ).filter(lambda one: any(one[1:]))
