"""Apps with Flask-CORS that differ in methods, headers and switches."""

from __future__ import annotations

from flask import Flask

from .cases import APP, PARTNER, case, shop
from .moving import Author


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
