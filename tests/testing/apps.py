"""Apps to open pages in front of: ours, one of another library, and bare WSGI callables."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue

from flask_strictcors import StrictCORS

APP = "https://app.example.com"
EVIL = "https://evil.net"


def strict_app(**options: Any) -> Flask:
    """Return an app that admits APP, with `/users` for GET, POST and PUT."""
    app = Flask(__name__)
    app.testing = True
    StrictCORS(app, **({"origins": [APP], "credentials": True} | options))
    app.add_url_rule("/users", view_func=users, methods=["GET", "POST", "PUT"])
    app.add_url_rule("/broken", view_func=broken, methods=["GET", "PUT"])
    return app


def users() -> ResponseReturnValue:
    """Say what was asked, with a header that scripts may read and one that they may not."""
    answer = jsonify(
        method=request.method,
        host=request.host,
        scheme=request.scheme,
        type=request.content_type,
        body=request.get_data(as_text=True),
        query=request.query_string.decode(),
        cookies=dict(request.cookies),
        headers=dict(request.headers),
    )
    answer.headers["X-Total"] = "1"
    answer.set_cookie("visited", "yes", secure=True, samesite="None", max_age=60)
    return answer


def broken() -> ResponseReturnValue:
    raise LookupError("the view is broken")


def answering(
    headers: Callable[[WSGIEnvironment], Iterable[tuple[str, str]]] = lambda environ: (),
    status: str = "200 OK",
) -> WSGIApplication:
    """Return a bare app that answers everything alike, with headers that depend on the request."""

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response(status, [("Content-Type", "text/plain"), *headers(environ)])
        return [b"hello"]

    return app


def admitting(allows: Callable[[str], bool]) -> WSGIApplication:
    """Return an app that echoes each origin that a check lets through, on preflights, too."""

    def headers(environ: WSGIEnvironment) -> list[tuple[str, str]]:
        origin = environ.get("HTTP_ORIGIN")
        if origin is None or not allows(origin):
            return []
        return [
            ("Access-Control-Allow-Origin", origin),
            ("Access-Control-Allow-Methods", "GET, PUT"),
            ("Access-Control-Allow-Headers", "Content-Type"),
        ]

    return answering(headers)
