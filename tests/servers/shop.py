"""What the servers serve: each kind of rule, in apps that the Host header tells apart."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from extension.wire import APP, PARTNER
from flask import Flask, Response, abort

from flask_strictcors import (
    Policy,
    Rejection,
    StrictCORS,
    cors,
    origin_rejected,
    preflight_rejected,
)
from flask_strictcors.wsgi import StrictCORSMiddleware

from .asking import LONG_VARY

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

shop = Flask("shop", static_folder=None)
StrictCORS(
    shop,
    origins=[APP],
    credentials=True,
    expose_headers=["X-Total"],
    rules={"/api/*": Policy(origins=[PARTNER]), "/api/auth/*": None},
)


@shop.route("/orders", methods=["GET", "PUT", "POST"])
def orders() -> str:
    return "orders"


@shop.get("/prices")
@cors(origins="*")
def prices() -> str:
    return "prices"


@shop.get("/feed")
@cors(Policy(origins=[PARTNER], credentials=True), Policy(origins="*"))
def feed() -> str:
    return "feed"


@shop.route("/api/items", methods=["GET", "DELETE"])
def items() -> str:
    return "items"


@shop.get("/api/auth/token")
def token() -> str:
    return "token"


@shop.route("/login", methods=["GET", "OPTIONS"])
@cors.exempt
def login() -> Response:
    return Response("login", headers={"Access-Control-Allow-Origin": PARTNER})


@shop.get("/broken")
def broken() -> str:
    raise RuntimeError("the view is broken")


@shop.get("/gone")
def gone() -> str:
    abort(410)


@shop.get("/stream")
def stream() -> Iterator[str]:
    yield from ("one ", "two ", "three")


@shop.get("/varying")
def varying() -> Response:
    answer = Response("varying")
    for value in ("Accept-Encoding", LONG_VARY, " , accept-encoding,"):
        answer.headers.add("Vary", value)
    return answer


@shop.get("/varying/any")
def varying_any() -> Response:
    return Response("varying", headers={"Vary": "*"})


@shop.get("/outspoken")
def outspoken() -> Response:
    return Response("outspoken", headers={"Access-Control-Allow-Origin": "*"})


@shop.get("/shelf/")
def shelf() -> str:
    return "shelf"


enforced = Flask("enforced", static_folder=None)
StrictCORS(enforced, origins=[APP], enforce=True)
enforced.add_url_rule("/orders", view_func=orders, methods=["GET", "PUT", "POST"])


def plain(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
    """Answer as an app does that knows nothing of CORS, and of routes."""
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "5")])
    return [b"plain"]


middleware = StrictCORSMiddleware(
    plain,
    origins=[APP],
    methods=["GET", "PUT"],
    rules={"/public": Policy(origins="*", methods=["GET"]), "/auth/*": None},
)

APPS: dict[str, WSGIApplication] = {"enforced": enforced, "plain": middleware}


def say(sender: object, rejection: Rejection) -> None:
    """Write each rejection to the server's log, before the answer goes out."""
    # In one piece: threads write side by side.
    sys.stderr.write(f"heard {rejection.reason} {rejection}\n")


origin_rejected.connect(say)
preflight_rejected.connect(say)


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Serve the app that the Host names, and the shop under any other name."""
    app = APPS.get(environ.get("HTTP_HOST", ""), shop)
    return app(environ, start_response)
