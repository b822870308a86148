"""Cookies that travel from every site, and views that any form can post to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Blueprint, Flask, abort, request, session
from flask.views import MethodView
from flask_jwt_extended import JWTManager
from flask_wtf import CSRFProtect

from flask_strictcors import cors

from .asking import APP, app_with, codes, only, route

FOREIGN = {"SECRET_KEY": "k", "SESSION_COOKIE_SAMESITE": "None", "SESSION_COOKIE_SECURE": True}


def shop(config: dict[str, Any] = FOREIGN, **options: Any) -> Flask:
    app = app_with(**{"origins": [APP], "credentials": True} | options)
    app.config.update(config)
    return app


def post(**_: Any) -> str:
    session["posted"] = True
    return "posted"


def post_json() -> str:
    return str(request.get_json()["title"])


def post_json_by_attribute() -> str:
    return str(request.json)


def post_any_body_as_json() -> str:
    return str(request.get_json(force=True))


def post_json_or_nothing() -> str:
    return str(request.get_json(silent=True))


def post_json_or_form() -> str:
    return str(request.json if request.content_length else request.form)


def post_if_it_is_json() -> str:
    return str(request.get_json() if request.is_json else None)


def post_and_compare_tokens() -> str:
    if request.headers["X-CSRF-Token"] != session["token"]:
        abort(403)
    return "posted"


def look_at_origin() -> None:
    if request.origin != APP:
        abort(403)


def look_at_site() -> None:
    if request.headers.get("Sec-Fetch-Site") != "same-origin":
        abort(403)


class LooksAtReferer:
    def __call__(self) -> None:
        if not str(request.headers.get("Referer")).startswith(APP):
            abort(403)


def load_user() -> None:
    session.get("user")


def test_a_view_that_any_form_can_post_to_is_named() -> None:
    app = shop()
    route(app, "/orders", "GET POST", post)
    found = only(app, "csrf-undefended")
    assert found["place"] == "SESSION_COOKIE_SAMESITE"
    assert " post with it to _orders-GET_POST; " in found["message"]
    assert found["fix"].startswith("enforce=True")


@pytest.mark.parametrize(
    "view",
    [post_any_body_as_json, post_json_or_nothing, post_json_or_form],
)
def test_a_view_that_takes_other_bodies_than_json_is_open(view: Callable[[], str]) -> None:
    app = shop()
    route(app, "/orders", "POST", view)
    assert codes(app) == ["csrf-undefended"]


@pytest.mark.parametrize(
    "view", [post_json, post_json_by_attribute, post_if_it_is_json, post_and_compare_tokens]
)
def test_a_view_that_no_form_can_post_to_is_not(view: Callable[[], str]) -> None:
    app = shop()
    route(app, "/orders", "POST", view)
    assert codes(app) == []


@pytest.mark.parametrize("hook", [look_at_origin, look_at_site, LooksAtReferer()])
def test_a_hook_that_looks_where_a_request_comes_from_is_a_defence(hook: Any) -> None:
    app = shop()
    route(app, "/orders", "POST", post)
    app.before_request(hook)
    assert codes(app) == []


@pytest.mark.parametrize(
    "looked_at",
    [
        "request.content_type",
        "request.is_json",
        "request.mimetype",
        "request.origin",
        "request.referrer",
        "request.headers['Origin']",
        "request.headers['referer']",
        "request.headers['Sec-Fetch-Site']",
        "request.headers['X-Requested-With']",
        "session['_csrf_token']",
        "request.cookies['XSRF-TOKEN']",
        "check_csrf()",
    ],
)
def test_a_view_that_looks_at_what_no_form_can_choose_is_defended(looked_at: str) -> None:
    names: dict[str, Any] = {"request": request, "session": session}
    exec(f"def take(): return str({looked_at})", names)
    app = shop()
    route(app, "/orders", "POST", names["take"])
    assert codes(app) == []


def test_another_hook_is_none() -> None:
    app = shop()
    route(app, "/orders", "POST", post)
    app.before_request(load_user)
    assert codes(app) == ["csrf-undefended"]


def test_a_blueprints_hook_defends_what_is_in_it() -> None:
    outer, inner = Blueprint("outer", __name__), Blueprint("inner", __name__)
    route(inner, "/orders", "POST", post)
    outer.before_request(look_at_site)
    outer.register_blueprint(inner)
    app = shop()
    app.register_blueprint(outer)
    assert codes(app) == []
    route(app, "/prices", "POST", post)
    assert " to _prices-POST; " in only(app, "csrf-undefended")["message"]


def test_enforce_is_a_defence() -> None:
    app = shop(enforce=True)
    route(app, "/orders", "POST", post)
    assert codes(app) == []


def test_flask_wtf_is_a_defence() -> None:
    app = shop(FOREIGN | {"WTF_CSRF_SSL_STRICT": False}, allow_headers=["X-CSRFToken"])
    CSRFProtect(app)
    route(app, "/orders", "POST", post)
    assert codes(app) == []


@pytest.mark.parametrize("same_site", ["Lax", "Strict"])
def test_a_cookie_for_the_own_site_needs_none(same_site: str) -> None:
    app = shop(FOREIGN | {"SESSION_COOKIE_SAMESITE": same_site})
    route(app, "/orders", "POST", post)
    assert codes(app) == []


def test_methods_that_no_form_has_need_none() -> None:
    app = shop()
    route(app, "/orders", "GET PUT DELETE", post)
    assert codes(app) == []


def test_without_credentials_it_is_no_matter_of_cors() -> None:
    app = shop(credentials=False)
    route(app, "/orders", "POST", post)
    assert codes(app) == []


def test_an_exempt_view_speaks_for_itself() -> None:
    app = shop()
    route(app, "/prices")
    route(app, "/token", "POST", post, cors.exempt)
    assert codes(app) == []


def test_of_a_view_class_only_its_post_counts() -> None:
    class Orders(MethodView):
        def get(self) -> str:
            return str(request.args)

        def post(self) -> str:
            return str(request.get_json())

    class Prices(MethodView):
        def post(self) -> str:
            return "posted"

        def put(self) -> str:
            return str(request.get_json())

    app = shop()
    app.add_url_rule("/orders", view_func=Orders.as_view("orders"))
    assert codes(app) == []
    app.add_url_rule("/prices", view_func=Prices.as_view("prices"))
    assert " to prices; " in only(app, "csrf-undefended")["message"]


def test_jwts_in_cookies_bring_their_own_token_unless_it_is_off() -> None:
    config = {
        "JWT_SECRET_KEY": "k",
        "JWT_TOKEN_LOCATION": ["cookies"],
        "JWT_COOKIE_SAMESITE": "None",
        "JWT_COOKIE_SECURE": True,
    }
    app = shop(config, allow_headers=["X-CSRF-TOKEN"])
    JWTManager(app)
    route(app, "/orders", "POST", post)
    assert codes(app) == []
    app.config["JWT_COOKIE_CSRF_PROTECT"] = False
    assert only(app, "csrf-undefended")["place"] == "JWT_COOKIE_SAMESITE"
