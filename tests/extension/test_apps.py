"""Several apps in one process share nothing, one inside the other included."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import pytest
from flask import Flask, current_app, request
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.test import Client
from werkzeug.wrappers import Response

from flask_strictcors import Policy, StrictCORS, cors

from .wire import (
    APP,
    EVIL,
    PARTNER,
    PREFLIGHT_SILENT,
    SILENT,
    actual,
    cors_headers,
    granted,
    heard,
    offered,
    preflight,
    route,
)


def an_app(name: str, **options: Any) -> Flask:
    app = Flask(name, static_folder=None)
    StrictCORS(app, **options)
    route(app, "/", "GET PUT", lambda: current_app.name)
    return app


def assert_lets_in(served: Any, path: str, origin: str, *others: str) -> None:
    assert cors_headers(actual(served, path, "PUT", origin)) == granted(origin)
    assert cors_headers(preflight(served, path, "PUT", origin)) == offered("GET, HEAD, PUT", origin)
    for other in others:
        assert cors_headers(actual(served, path, "PUT", other)) == SILENT
        assert cors_headers(preflight(served, path, "PUT", other)) == PREFLIGHT_SILENT


def test_two_apps_in_one_process() -> None:
    one, two = an_app("one", origins=[APP]), an_app("two", origins=[PARTNER])
    with heard(one) as of_one, heard(two) as of_two:
        for _ in range(2):
            assert_lets_in(one, "/", APP, PARTNER)
            assert_lets_in(two, "/", PARTNER, APP)
        actual(one, origin=EVIL)
    assert (len(of_one), len(of_two)) == (5, 4)


def test_one_view_in_two_apps() -> None:
    def view() -> str:
        return "in"

    cors(origins=[EVIL])(view)
    for own in (APP, PARTNER):
        app = an_app("app", origins=[own])
        app.add_url_rule("/x", "x", view, methods=["GET", "PUT"])
        assert_lets_in(app, "/x", EVIL, APP, PARTNER)
        assert_lets_in(app, "/", own, EVIL)


def test_one_extension_on_several_apps_of_a_factory() -> None:
    ext = StrictCORS(credentials=True)

    def create_app(origin: str) -> Flask:
        app = Flask(origin, static_folder=None)
        app.config["STRICTCORS_ORIGINS"] = origin
        ext.init_app(app)
        route(app, "/", "GET PUT")
        return app

    one, two = create_app(APP), create_app(PARTNER)
    for app, own, other in ((one, APP, PARTNER), (two, PARTNER, APP), (one, APP, PARTNER)):
        full = granted(own, Allow_Credentials="true")
        assert cors_headers(actual(app, origin=own)) == full
        assert cors_headers(actual(app, origin=other)) == SILENT
        assert cors_headers(preflight(app, origin=own)) == offered(
            "GET, HEAD, PUT", own, Allow_Credentials="true"
        )


def test_one_policy_in_several_places() -> None:
    policy = Policy(origins=[APP])
    one, two = Flask("one", static_folder=None), Flask("two", static_folder=None)
    StrictCORS(one, policy, rules={"/x": policy})
    StrictCORS(two, policy, enforce=True)
    for app in (one, two):
        route(app, "/", "GET PUT", tag=cors(policy))
        route(app, "/x", "GET PUT")
        assert_lets_in(app, "/", APP)
        assert_lets_in(app, "/x", APP)
    assert actual(two, origin=EVIL).status_code == 403
    assert actual(one, origin=EVIL).status_code == 200


def test_the_extension_keeps_no_app() -> None:
    ext = StrictCORS(origins=[APP])
    app = Flask("short-lived", static_folder=None)
    ext.init_app(app)
    route(app, "/", "GET PUT")
    assert cors_headers(actual(app)) == granted()
    assert cors_headers(preflight(app)) == offered("GET, HEAD, PUT")
    gone = weakref.ref(app)
    del app
    gc.collect()
    assert gone() is None


def test_an_instance_without_an_app_is_a_decorator_for_any() -> None:
    ext = StrictCORS(origins=[APP])

    @ext(origins=[PARTNER])
    def view() -> str:
        return "in"

    app = Flask("app", static_folder=None)
    ext.init_app(app)
    app.add_url_rule("/", "view", view, methods=["GET", "PUT"])
    assert_lets_in(app, "/", PARTNER, APP)


def test_an_app_mounted_beside_another() -> None:
    outer, inner = an_app("outer", origins=[APP]), an_app("inner", origins=[PARTNER])
    both = DispatcherMiddleware(outer, {"/inner": inner})
    assert_lets_in(both, "/", APP, PARTNER)
    assert_lets_in(both, "/inner/", PARTNER, APP)
    assert actual(both, "/inner/").data == b"inner"


def test_an_app_mounted_in_another_around_its_extension() -> None:
    outer, inner = an_app("outer", origins=[APP]), an_app("inner", origins=[PARTNER])
    outer.wsgi_app = DispatcherMiddleware(outer.wsgi_app, {"/inner": inner})
    assert_lets_in(outer, "/", APP, PARTNER)
    assert_lets_in(outer, "/inner/", PARTNER, APP)


def test_an_app_mounted_in_another_inside_its_extension_speaks_for_itself() -> None:
    outer, inner = Flask("outer", static_folder=None), an_app("inner", origins=[PARTNER])
    route(outer, "/", "GET PUT")
    outer.wsgi_app = DispatcherMiddleware(outer.wsgi_app, {"/inner": inner})
    with pytest.warns(UserWarning, match="DispatcherMiddleware"):
        StrictCORS(outer, origins=[APP])
    assert_lets_in(outer, "/", APP, PARTNER)
    # What the inner app answers is its own; preflights end at the outer one, as the warning says.
    assert cors_headers(actual(outer, "/inner/", "PUT", PARTNER)) == granted(PARTNER)
    assert cors_headers(actual(outer, "/inner/", "PUT", APP)) == SILENT


def test_an_app_without_rules_inside_one_with_rules() -> None:
    outer, inner = an_app("outer", origins="*"), an_app("inner")
    outer.wsgi_app = DispatcherMiddleware(outer.wsgi_app, {"/inner": inner})
    assert cors_headers(actual(outer, "/")) == granted("*")
    assert cors_headers(actual(outer, "/inner/")) == {}


def test_an_app_that_asks_another_while_it_answers() -> None:
    inner = an_app("inner", origins=[PARTNER])

    def ask() -> str:
        answer = Client(inner).get("/", headers={"Origin": EVIL})
        assert cors_headers(answer) == SILENT
        return answer.text

    outer = Flask("outer", static_folder=None)
    StrictCORS(outer, origins=[APP])
    route(outer, "/", "GET", ask)
    response = actual(outer)
    assert (response.data, cors_headers(response)) == (b"inner", granted())


def test_an_app_whose_view_answers_with_another_app() -> None:
    inner = an_app("inner", origins=[PARTNER])
    outer = Flask("outer", static_folder=None)
    StrictCORS(outer, origins=[APP])
    route(outer, "/", "GET", lambda: Response.from_app(inner, request.environ))
    # The outer app's rules are the author of what the outer app sends.
    assert cors_headers(actual(outer)) == granted()
    assert cors_headers(actual(outer, origin=PARTNER)) == SILENT


def test_an_app_that_calls_itself() -> None:
    app = Flask("app", static_folder=None)
    StrictCORS(app, origins=[APP])

    def ask() -> str:
        response = actual(app, "/inner", origin=EVIL)
        assert cors_headers(response) == SILENT
        assert cors_headers(preflight(app, "/inner", "GET", EVIL)) == PREFLIGHT_SILENT
        return response.text

    route(app, "/outer", "GET", ask)
    route(app, "/inner", "GET", tag=cors(origins=[PARTNER]))
    assert cors_headers(actual(app, "/outer")) == granted()


@pytest.mark.parametrize("late", [False, True])
def test_the_proxy_of_an_app_stands_for_the_app(late: bool) -> None:
    app, other = Flask("one", static_folder=None), Flask("other", static_folder=None)
    route(app, "/", "GET PUT", lambda: "hello")
    with app.app_context():
        if late:
            StrictCORS(origins=[APP]).init_app(current_app)  # type: ignore[arg-type]
        else:
            StrictCORS(current_app, origins=[APP])  # type: ignore[arg-type]
    with other.app_context():
        assert_lets_in(app, "/", APP, EVIL)
