"""Requests that no preflight stops, where the server was to stop them by itself."""

from __future__ import annotations

from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from flask import Flask

from flask_strictcors import Policy, StrictCORS
from flask_strictcors.testing import Browser
from flask_strictcors.wsgi import StrictCORSMiddleware

from .doors import APP, EVIL, METHODS, Answer, Door, get, preflight, send
from .test_matching import only

BARRED = b"Cross-origin request refused.\n"
# What a page sends without asking first.
SIMPLE = (
    {"CONTENT_TYPE": "text/plain"},
    {"CONTENT_TYPE": "application/x-www-form-urlencoded"},
    {"CONTENT_TYPE": "multipart/form-data; boundary=x"},
    {},
    {"CONTENT_TYPE": "application/json"},
    {"HTTP_SEC_FETCH_SITE": "cross-site", "HTTP_SEC_FETCH_MODE": "no-cors"},
    {"HTTP_SEC_FETCH_SITE": "same-site"},
    {"HTTP_SEC_FETCH_SITE": "none"},
    {"HTTP_X_HTTP_METHOD_OVERRIDE": "DELETE"},
    {"HTTP_COOKIE": "session=1"},
)


def yes(origin: str) -> bool:
    return True


def local_app(ran: list[str], **options: Any) -> Flask:
    """Make a server of the kind that runs on people's own machines."""
    app = Flask(__name__, static_folder=None)

    @app.route("/run", methods=METHODS)
    def run() -> str:
        ran.append("run")
        return "ran"

    if options:
        StrictCORS(app, **options)
    return app


def local_wsgi(ran: list[str], **options: Any) -> StrictCORSMiddleware:
    def run(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        ran.append("run")
        start_response("200 OK", [])
        return [b"ran"]

    return StrictCORSMiddleware(run, **options)


def both(**options: Any) -> list[tuple[Door, list[str]]]:
    """Return an app of Flask's and one behind the middleware, each with what ran."""
    made: list[tuple[Door, list[str]]] = []
    for make in (local_app, local_wsgi):
        ran: list[str] = []
        app: Any = make(ran, **options)
        made.append((lambda environ, app=app: send(app, environ), ran))
    return made


def check_barred(answer: Answer) -> None:
    assert (answer.status, answer.body, answer.cors) == (403, BARRED, {})
    assert answer.get("Cache-Control") == "no-store"


class TestCVE_2024_1727_SimplePostsOfAnySite:
    """A page of any site could send a simple POST to a server on the reader's own machine."""

    @pytest.mark.parametrize("options", [{}, {"origins": [APP]}])
    def test_naively_the_view_runs_though_nobody_may_read(self, options: dict[str, Any]) -> None:
        ran: list[str] = []
        app = local_app(ran, **options)
        assert send(app, get("/run", EVIL, REQUEST_METHOD="POST")).cors == {}
        Browser(app).open(EVIL).submit("/run", data={"code": "1"})
        assert ran == ["run", "run"]

    @pytest.mark.parametrize("sent", SIMPLE)
    @pytest.mark.parametrize("method", ["POST", "GET", "PUT"])
    def test_with_enforce_it_does_not(self, sent: dict[str, str], method: str) -> None:
        for door, ran in both(**only(APP), enforce=True):
            for origin in (EVIL, f"{APP}.evil.net", "http://localhost:3000", "http://127.0.0.1"):
                check_barred(door(get("/run", origin, REQUEST_METHOD=method, **sent)))
            assert ran == []

    def test_neither_does_a_form_run_it(self) -> None:
        ran: list[str] = []
        app = local_app(ran, origins=[APP], enforce=True)
        # From https to http, a form would not tell its origin.
        browser = Browser(app, base_url="https://api.example.com")
        assert browser.open(EVIL).submit("/run", data={"code": "1"}).status_code == 403
        assert browser.open(None).submit("/run", data={"code": "1"}).status_code == 403
        assert ran == []
        assert browser.open("https://api.example.com").submit("/run").status_code == 200
        assert browser.open(APP).submit("/run").status_code == 200
        assert ran == ["run", "run"]


NOBODY = (
    "null",
    "",
    " ",
    "NULL",
    "*",
    "https://",
    f"{APP}/",
    f"{APP}, {APP}",
    "\x00",
    "evil",
    "\xff",
)


class TestCVE_2022_4147_SimpleAndNullInBlockingMode:
    """A mode that was to block strangers let simple requests through, or `null`."""

    def test_naively_null_and_nothing_are_not_strangers(self) -> None:
        def blocks(origin: str) -> bool:
            return origin not in ("", "null") and origin.strip("/ ") != APP

        passed = [origin for origin in NOBODY if not blocks(origin)]
        assert len(passed) >= 3
        assert blocks(EVIL)

    @pytest.mark.parametrize("origin", NOBODY)
    @pytest.mark.parametrize("method", METHODS)
    @pytest.mark.parametrize(
        "options",
        [
            only(APP),
            {},
            only(APP) | {"origins": yes, "allowlist": "*"},
            only("https://*.example.com", credentials=True),
            {"rules": {"/run": only(APP)}, "origins": "*", "methods": METHODS},
        ],
        ids=["a list", "no rule", "a callable", "a pattern", "a path"],
    )
    def test_nobody_in_particular_is_refused(
        self, origin: str, method: str, options: dict[str, Any]
    ) -> None:
        for door, ran in both(**options, enforce=True):
            check_barred(door(get("/run", origin, REQUEST_METHOD=method)))
            check_barred(door(preflight("/run", method, origin)))
            assert ran == []

    @pytest.mark.parametrize("path", ["/run", "/nowhere", "/run/", "//run"])
    def test_also_where_no_view_answers(self, path: str) -> None:
        ran: list[str] = []
        app = local_app(ran, origins=[APP], enforce=True)
        check_barred(send(app, get(path, "null", REQUEST_METHOD="POST")))
        assert ran == []

    def test_everybody_as_the_last_of_several_is_no_stranger(self) -> None:
        tiers = [Policy(**only(APP)), Policy(origins="*", methods=["GET"])]
        for door, ran in both(rules={"/run": tiers}, enforce=True):
            assert door(get("/run", "null")).status == 200
            assert ran == ["run"]
            check_barred(door(get("/run", "null", REQUEST_METHOD="POST")))
