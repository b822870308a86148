"""Real apps with real mistakes, of Flask-CORS and written by hand: each is named, and no other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from wsgiref.types import WSGIApplication

import pytest
from flask import Flask, Response, abort, redirect, request
from flask_cors import CORS
from werkzeug.wrappers import Response as Answer

from flask_strictcors import StrictCORS

from .conftest import ask
from .scripted import PAGE

Serve = Callable[[WSGIApplication], str]
PUT = ("--method", "PUT", "--header", "Content-Type")


def make_app() -> Flask:
    app = Flask(__name__)

    @app.route("/users", methods=["GET", "PUT"])
    def users() -> dict[str, list[str]]:
        return {"users": ["ada"]}

    @app.get("/gone")
    def gone() -> str:
        abort(410)

    return app


# --- Flask-CORS ----------------------------------------------------------------------------------

# It says Vary only where it allows somebody, so that a cache may keep a refusal for everybody.
VARY = "vary-missing"
BOTH = [PAGE, "https://b.example.com"]

FLASK_CORS: list[tuple[str, dict[str, Any], tuple[str, ...], list[str]]] = [
    ("one origin", {"origins": [PAGE]}, PUT, [VARY]),
    ("two origins", {"origins": BOTH}, PUT, [VARY]),
    ("two origins and no Vary", {"origins": BOTH, "vary_header": False}, PUT, [VARY]),
    (
        "credentials alone",
        {"supports_credentials": True},
        (*PUT, "--credentials"),
        ["origin-reflected-with-credentials", "null-allowed", VARY],
    ),
    (
        "everybody with credentials",
        {"origins": "*", "supports_credentials": True},
        ("--credentials",),
        ["origin-reflected-with-credentials", "null-allowed", VARY],
    ),
    ("everybody, as by default", {}, PUT, ["origin-reflected", "null-allowed", VARY]),
    ("everybody, by name", {"origins": "*"}, PUT, ["origin-reflected", "null-allowed", VARY]),
    ("everybody, as *", {"origins": "*", "send_wildcard": True}, PUT, []),
    (
        "an expression without an end",
        {"origins": r"https://.*\.example\.com"},
        (),
        ["origin-prefix-admitted", VARY, "origin-sibling-admitted"],
    ),
    (
        "an expression whose dots fit any letter",
        {"origins": r"https://(app|shop).example.com$"},
        (),
        ["origin-dot-admitted", VARY],
    ),
    (
        "a * that is no label",
        {"origins": "https://*.example.com"},
        (),
        ["origin-suffix-admitted", VARY],
    ),
    ("null in the list", {"origins": [PAGE, "null"]}, (), ["null-allowed", VARY]),
    ("a slash", {"origins": [f"{PAGE}/"]}, (), ["allow-origin-altered", VARY]),
]


@pytest.mark.parametrize(
    ("options", "words", "codes"),
    [row[1:] for row in FLASK_CORS],
    ids=[row[0] for row in FLASK_CORS],
)
def test_flask_cors_shows_its_faults_and_no_others(
    options: dict[str, Any], words: tuple[str, ...], codes: list[str], serve: Serve
) -> None:
    app = make_app()
    CORS(app, **options)
    printed = ask(f"{serve(app)}/users", *words)
    assert printed.codes == codes, printed.out


# --- by hand -------------------------------------------------------------------------------------


def allowing(
    app: Flask, told: Callable[[str], str | None], *, vary: bool = True, **headers: str
) -> Flask:
    """Send the headers after each request, as people write it."""

    @app.after_request
    def allow(response: Response) -> Response:
        origin = told(request.headers.get("Origin", ""))
        if origin is not None:
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Access-Control-Allow-Headers"] = "Content-Type"
            response.headers["Access-Control-Allow-Methods"] = "GET, PUT"
        if vary:
            response.headers["Vary"] = "Origin"
        response.headers.extend({k.replace("_", "-"): v for k, v in headers.items()})
        return response

    return app


def reflecting(**headers: str) -> Flask:
    return allowing(make_app(), lambda origin: origin or None, **headers)


def with_login(app: Flask) -> Flask:
    """Ask everybody who they are, preflights too."""

    @app.before_request
    def login() -> None:
        if "Authorization" not in request.headers:
            abort(401)

    return app


def with_slash() -> Flask:
    app = Flask(__name__)
    app.add_url_rule("/users/", view_func=lambda: "users", methods=["GET", "PUT"])
    # Without this, Werkzeug redirects no OPTIONS.
    app.before_request(lambda: None if request.path.endswith("/") else redirect(f"{request.path}/"))
    return allowing(app, lambda origin: PAGE if origin == PAGE else None)


def with_errors_of_its_own() -> Flask:
    app = make_app()

    @app.get("/broken")
    def broken() -> Answer:
        return Response("fine", headers={"Access-Control-Allow-Origin": "*"})

    return app


def ending(ends: str) -> Flask:
    return allowing(make_app(), lambda origin: origin if origin.endswith(ends) else None)


def twice() -> Flask:
    app = make_app()

    @app.after_request
    def add(response: Response) -> Response:
        response.headers.add("Access-Control-Allow-Origin", PAGE)
        return response

    CORS(app, origins="*", send_wildcard=True)
    return app


def strict() -> Flask:
    app = make_app()
    StrictCORS(app, origins=[PAGE], credentials=True, allow_headers=["Content-Type"])
    return app


def only_there(origin: str) -> str | None:
    return PAGE if origin == PAGE else None


BY_HAND: list[tuple[str, Callable[[], Flask], tuple[str, ...], list[str], int]] = [
    ("StrictCORS", strict, (*PUT, "--credentials"), [], 0),
    ("StrictCORS for an admitted page, without credentials", strict, (), [], 0),
    ("reflecting", reflecting, PUT, ["origin-reflected", "null-allowed"], 1),
    (
        "reflecting with credentials",
        lambda: reflecting(Access_Control_Allow_Credentials="true"),
        (*PUT, "--credentials"),
        ["origin-reflected-with-credentials", "null-allowed"],
        1,
    ),
    (
        "reflecting without Vary",
        lambda: allowing(make_app(), lambda origin: origin or None, vary=False),
        (),
        ["origin-reflected", "null-allowed", "vary-missing"],
        1,
    ),
    (
        "a login before CORS",
        lambda: with_login(allowing(make_app(), only_there)),
        PUT,
        ["preflight-unauthorized"],
        1,
    ),
    (
        "endswith without the dot",
        lambda: ending("example.com"),
        (),
        ["origin-suffix-admitted", "origin-insecure-admitted", "origin-sibling-admitted"],
        1,
    ),
    (
        "endswith with the dot",
        lambda: ending(".example.com"),
        (),
        ["origin-insecure-admitted", "origin-sibling-admitted"],
        1,
    ),
    (
        "startswith",
        lambda: allowing(make_app(), lambda o: o if o.startswith(PAGE) else None),
        (),
        ["origin-prefix-admitted"],
        1,
    ),
    ("a redirect of the preflight", with_slash, PUT, ["preflight-redirected", "redirected"], 1),
    (
        "one origin for all, without Vary",
        lambda: allowing(make_app(), lambda o: PAGE, vary=False),
        PUT,
        [],
        0,
    ),
    (
        "everybody with credentials",
        lambda: allowing(make_app(), lambda o: "*", Access_Control_Allow_Credentials="true"),
        ("--credentials",),
        ["wildcard-with-credentials"],
        1,
    ),
    (
        "a list in one line",
        lambda: allowing(make_app(), lambda o: f"{PAGE}, https://b.example.com"),
        (),
        ["allow-origin-list"],
        1,
    ),
    (
        "an empty origin",
        lambda: allowing(make_app(), lambda o: ""),
        (),
        ["allow-origin-malformed"],
        1,
    ),
    ("two authors in one app", twice, (), ["allow-origin-doubled"], 1),
    ("headers in the view alone", with_errors_of_its_own, (), ["error-without-headers"], 0),
    ("nothing at all", make_app, PUT, [], 1),
]


@pytest.mark.parametrize(
    ("make", "words", "codes", "status"),
    [row[1:] for row in BY_HAND],
    ids=[row[0] for row in BY_HAND],
)
def test_an_app_shows_its_faults_and_no_others(
    make: Callable[[], Flask], words: tuple[str, ...], codes: list[str], status: int, serve: Serve
) -> None:
    path = "/broken" if make is with_errors_of_its_own else "/users"
    printed = ask(serve(make()) + path, *words)
    assert (printed.codes, printed.status) == (codes, status), printed.out
