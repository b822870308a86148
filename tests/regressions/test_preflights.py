"""Preflights that others answered, or that reached what they must not."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Blueprint, Flask, abort
from flask.views import MethodView
from flask_cors import CORS, cross_origin

from flask_strictcors import StrictCORS, cors

from .doors import (
    APP,
    EVIL,
    METHODS,
    PARTNER,
    Door,
    door_of,
    flask_cors_6,
    get,
    preflight,
)


class TestFlaskCors6_PreflightsBehindOtherHooks:
    """Preflights came after the hooks of others, to whichever view OPTIONS was routed to."""

    def behind_a_login(self, *, strictly: bool) -> Door:
        app = Flask(__name__, static_folder=None)

        def login() -> None:
            abort(401)

        app.before_request(login)
        app.add_url_rule("/orders", "orders", lambda: "orders", methods=METHODS)
        app.add_url_rule("/below/", "below", lambda: "below", methods=METHODS)
        StrictCORS(app, origins=[APP]) if strictly else CORS(app, origins=[APP])
        return door_of(app)

    def two_on_one_url(self, *, strictly: bool) -> Door:
        app = Flask(__name__, static_folder=None)
        pin = cors if strictly else cross_origin

        @app.route("/item", methods=["GET"])
        @pin(origins=[APP])
        def read() -> str:
            return "read"

        @app.route("/item", methods=["DELETE"])
        @pin(origins=[PARTNER])
        def delete() -> str:
            return "delete"

        if strictly:
            StrictCORS(app)
        return door_of(app)

    @flask_cors_6
    def test_naively_the_login_answers(self) -> None:
        assert self.behind_a_login(strictly=False)(preflight("/orders")).status == 401

    @flask_cors_6
    def test_naively_the_answer_is_a_redirect(self) -> None:
        app = Flask(__name__, static_folder=None)
        app.add_url_rule("/below/", "below", lambda: "below", methods=METHODS)
        CORS(app)
        assert door_of(app)(preflight("/below")).status == 308

    @flask_cors_6
    def test_naively_another_view_speaks_for_the_one_that_is_meant(self) -> None:
        door = self.two_on_one_url(strictly=False)
        assert not door(preflight("/item", "DELETE", PARTNER)).is_readable(PARTNER)

    @pytest.mark.parametrize("path", ["/orders", "/below/", "/below", "//orders", "/nowhere"])
    @pytest.mark.parametrize("method", METHODS)
    def test_no_hook_comes_before_and_nothing_is_redirected(self, path: str, method: str) -> None:
        answer = self.behind_a_login(strictly=True)(preflight(path, method))
        assert (answer.status, answer.body) == (204, b"")
        assert answer.is_readable(APP)
        assert answer.get("Location") is None

    def test_the_view_of_the_requested_method_judges(self) -> None:
        door = self.two_on_one_url(strictly=True)
        for method, origin, other in (("GET", APP, PARTNER), ("DELETE", PARTNER, APP)):
            assert door(preflight("/item", method, origin)).is_readable(origin)
            assert door(preflight("/item", method, other)).cors == {}
            listed = door(preflight("/item", method, origin)).cors["Access-Control-Allow-Methods"]
            assert set(listed.split(", ")) <= ({"GET", "HEAD"} if method == "GET" else {"DELETE"})


class TestSpringGh24327_PreflightsThatReachAHandler:
    """A preflight that no rule answered was taken for a request, and a handler ran."""

    def make(self, *, is_guarded: bool, **options: Any) -> tuple[Door, list[str]]:
        app, ran = Flask(__name__, static_folder=None), list[str]()
        note = ran.append

        class View(MethodView):
            def get(self) -> str:
                note("get")
                return "get"

            def options(self) -> str:
                note("options")
                return "options"

        blueprint = Blueprint("b", __name__)
        blueprint.before_request(lambda: note("before of a blueprint"))
        blueprint.add_url_rule("/b", "b", lambda: note("b") or "b", methods=["PUT", "OPTIONS"])
        app.register_blueprint(blueprint)
        app.add_url_rule("/view", view_func=View.as_view("view"))
        app.add_url_rule("/own", "own", lambda: note("own") or "own", methods=["OPTIONS", "PUT"])
        app.add_url_rule("/post", "post", lambda: note("post") or "post", methods=["POST"])
        app.before_request(lambda: note("before"))
        app.url_value_preprocessor(lambda endpoint, values: note("values"))
        app.teardown_request(lambda error: note("teardown"))
        app.register_error_handler(404, lambda error: note("404") or ("", 404))
        app.add_url_rule("/exempt", "exempt", cors.exempt(lambda: note("exempt") or "x"), None)
        if is_guarded:
            StrictCORS(app, **options)
        return door_of(app), ran

    PATHS = ("/view", "/own", "/post", "/b", "/nowhere", "/view/", "//own")

    @pytest.mark.parametrize("path", ["/view", "/own", "/b"])
    def test_naively_a_handler_runs(self, path: str) -> None:
        door, ran = self.make(is_guarded=False)
        assert door(preflight(path, "PUT", EVIL)).status == 200
        assert path[1:] in ran or "options" in ran

    @pytest.mark.parametrize("path", PATHS)
    @pytest.mark.parametrize("method", ["PUT", "POST", "OPTIONS", "BREW", "", "a b"])
    @pytest.mark.parametrize(
        "options", [{}, {"origins": [APP]}, {"origins": "*"}, {"enforce": True}]
    )
    def test_nothing_of_the_app_runs(self, path: str, method: str, options: dict[str, Any]) -> None:
        door, ran = self.make(is_guarded=True, **options)
        for origin in (APP, EVIL, "null", ""):
            assert door(preflight(path, method, origin)).status in (204, 403)
        assert ran == []

    def test_any_other_options_is_the_apps_and_so_is_an_exempt_route(self) -> None:
        door, ran = self.make(is_guarded=True, origins=[APP])
        assert door(get("/own", APP, REQUEST_METHOD="OPTIONS")).body == b"own"
        no_origin = preflight("/own")
        del no_origin["HTTP_ORIGIN"]
        assert door(no_origin).body == b"own"
        assert ran.count("own") == 2
        assert door(preflight("/exempt", "GET")).status == 200
        assert ran.count("before") == 3
