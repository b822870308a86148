"""A Flask app with one view per need, and an ear for both of its signals."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from flask import Flask
from werkzeug.test import TestResponse

from flask_strictcors import Rejection, StrictCORS, cors, origin_rejected, preflight_rejected

SHOP = "https://shop.example"
EVIL = "https://evil.example"
OWN = "http://localhost"
YES, NO = (f"https://{name}.tenant.example" for name in ("yes", "no"))
ALLOWLIST = ["https://*.tenant.example"]


class Told(NamedTuple):
    """One signal as a receiver gets it."""

    signal: str
    sender: object
    rejection: Rejection
    extra: dict[str, Any]


@contextmanager
def listening(sender: object) -> Iterator[list[Told]]:
    told: list[Told] = []

    def on_origin(sender: object, rejection: Rejection, **extra: Any) -> None:
        told.append(Told("origin-rejected", sender, rejection, extra))

    def on_preflight(sender: object, rejection: Rejection, **extra: Any) -> None:
        told.append(Told("preflight-rejected", sender, rejection, extra))

    with (
        origin_rejected.connected_to(on_origin, sender=sender),
        preflight_rejected.connected_to(on_preflight, sender=sender),
    ):
        yield told


def shop(*, debug: bool = False, **options: Any) -> Flask:
    """Return an app whose policy admits one origin, unless the options say otherwise."""
    app = Flask(__name__)
    app.debug = debug
    app.secret_key = "not a secret"
    given = {"origins": [SHOP], "methods": ["GET", "PUT"]} | options
    StrictCORS(app, **{name: value for name, value in given.items() if value is not None})

    @app.route("/items/<int:item>", methods=["GET", "PUT", "POST"])
    def items(item: int) -> str:
        return str(item)

    @app.get("/auth")
    @cors.exempt
    def auth() -> str:
        return "exempt"

    return app


def get(app: Flask, origin: str | None, path: str = "/items/1", **environ: Any) -> TestResponse:
    return send(app, "GET", origin, path, **environ)


def send(
    app: Flask, method: str, origin: str | None, path: str = "/items/1", **environ: Any
) -> TestResponse:
    if origin is not None:
        environ["HTTP_ORIGIN"] = origin
    return app.test_client().open(path, method=method, environ_overrides=environ)


def ask(
    app: Flask,
    origin: str,
    wants: str = "PUT",
    path: str = "/items/1",
    headers: str | None = None,
    **environ: Any,
) -> TestResponse:
    environ["HTTP_ACCESS_CONTROL_REQUEST_METHOD"] = wants
    if headers is not None:
        environ["HTTP_ACCESS_CONTROL_REQUEST_HEADERS"] = headers
    return send(app, "OPTIONS", origin, path, **environ)


def admits(answer: TestResponse) -> bool:
    return "Access-Control-Allow-Origin" in answer.headers
