"""What views ask scripts for, and a rule does not let them send."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest
from flask import Blueprint, Flask, request
from flask.views import MethodView, View
from flask_jwt_extended import JWTManager, jwt_required, verify_jwt_in_request
from flask_wtf import CSRFProtect
from itsdangerous import URLSafeTimedSerializer

from flask_strictcors import StrictCORS, cors

from .asking import APP, answer, app_with, codes, findings, only, route

RELAXED = {"SECRET_KEY": "k", "SESSION_COOKIE_SECURE": True, "WTF_CSRF_SSL_STRICT": False}
IN_COOKIES = {"JWT_SECRET_KEY": "k", "JWT_TOKEN_LOCATION": ["cookies"], "JWT_COOKIE_SECURE": True}


class TestContentType:
    @staticmethod
    def take_json() -> str:
        return str(request.get_json())

    @staticmethod
    def take_json_or_form() -> str:
        return str(request.form or request.get_json())

    @staticmethod
    def take_form() -> str:
        return str(request.form)

    def test_json_cannot_be_sent_without_a_content_type(self) -> None:
        app = app_with(origins=[APP], allow_headers=["X-Edition"])
        route(app, "/orders", "POST", self.take_json)
        found = only(app, "content-type-missing")
        assert found["message"].startswith("POST /orders wants JSON")
        assert found["fix"] == "allow_headers=['X-Edition', 'Content-Type']"

    @pytest.mark.parametrize("headers", [["content-type"], ["Content-Type", "X-Edition"]])
    def test_with_it_json_can_be_sent(self, headers: list[str]) -> None:
        app = app_with(origins=[APP], allow_headers=headers)
        route(app, "/orders", "POST", self.take_json)
        assert codes(app) == []

    def test_a_form_needs_none(self) -> None:
        app = app_with(origins=[APP], allow_headers=["X-Edition"])
        route(app, "/books", "POST", self.take_json_or_form)
        route(app, "/orders", "POST", self.take_form)
        assert codes(app) == []

    @pytest.mark.parametrize(
        "name",
        ["content_type", "files", "form", "get_data()", "is_json", "mimetype", "values"],
    )
    def test_a_view_that_can_do_with_other_bodies_needs_none(self, name: str) -> None:
        names: dict[str, Any] = {"request": request}
        exec(f"def take_any(): return str(request.{name} or request.get_json())", names)
        app = app_with(origins=[APP], allow_headers=["X-Edition"])
        route(app, "/orders", "POST", names["take_any"])
        assert codes(app) == []

    def test_methods_that_the_rule_does_not_allow_need_none(self) -> None:
        app = app_with(origins=[APP], allow_headers=["X-Edition"], methods=["GET"])
        route(app, "/orders", "GET POST", self.take_json)
        assert codes(app) == []

    def test_methods_without_a_body_need_none(self) -> None:
        app = app_with(origins=[APP], allow_headers=["X-Edition"])
        route(app, "/orders", "GET DELETE", self.take_json)
        assert codes(app) == []


class TestFlaskWTF:
    @staticmethod
    def shop(config: dict[str, Any] = RELAXED, **options: Any) -> tuple[Flask, CSRFProtect]:
        app = app_with(**{"origins": [APP], "credentials": True} | options)
        app.config.update(config)
        return app, CSRFProtect(app)

    def test_a_header_for_the_token_is_missing(self) -> None:
        app, _ = self.shop()
        route(app, "/orders", "GET POST")
        found = only(app, "csrf-header-missing")
        assert found["place"] == "app"
        assert found["message"] == (
            "Flask-WTF asks for a CSRF token at POST /orders, and allow_headers has no X-CSRFToken "
            "or X-CSRF-Token to send it in."
        )
        assert found["fix"] == "allow_headers=['Content-Type', 'X-CSRFToken']"

    @pytest.mark.parametrize("name", ["X-CSRFToken", "x-csrf-token"])
    def test_either_header_will_do_in_any_case(self, name: str) -> None:
        app, _ = self.shop(allow_headers=[name])
        route(app, "/orders", "POST")
        assert codes(app) == []

    def test_a_header_of_the_apps_own_choice_is_the_one_to_allow(self) -> None:
        app, _ = self.shop(RELAXED | {"WTF_CSRF_HEADERS": ["X-Own"]}, allow_headers=["X-CSRFToken"])
        route(app, "/orders", "POST")
        assert only(app, "csrf-header-missing")["fix"] == "allow_headers=['X-CSRFToken', 'X-Own']"

    def test_methods_that_are_not_checked_need_none(self) -> None:
        app, _ = self.shop()
        route(app, "/orders", "GET")
        assert codes(app) == []

    def test_methods_that_the_rule_does_not_allow_need_none(self) -> None:
        app, _ = self.shop(methods=["GET"])
        route(app, "/orders", "GET POST")
        assert codes(app) == []

    def test_without_credentials_there_is_no_session_to_hold_a_token(self) -> None:
        app, _ = self.shop(credentials=False)
        route(app, "/orders", "POST")
        assert codes(app) == []

    @pytest.mark.parametrize("key", ["WTF_CSRF_ENABLED", "WTF_CSRF_CHECK_DEFAULT"])
    def test_what_is_switched_off_needs_none(self, key: str) -> None:
        app, _ = self.shop(RELAXED | {key: False})
        route(app, "/orders", "POST")
        assert codes(app) == []

    def test_exempt_views_and_blueprints_need_none(self) -> None:
        app, protect = self.shop()
        route(app, "/orders", "POST", protect.exempt(TestContentType.take_form))
        bare = Blueprint("bare", __name__)
        route(bare, "/prices", "POST")
        app.register_blueprint(protect.exempt(bare))
        assert codes(app) == []

    def test_an_extension_of_the_same_name_is_not_taken_for_it(self) -> None:
        app = app_with(origins=[APP], credentials=True)
        app.extensions["csrf"] = object()
        route(app, "/orders", "POST")
        assert codes(app) == []

    def test_its_look_at_the_referer_refuses_every_other_origin(self) -> None:
        app, _ = self.shop(RELAXED | {"WTF_CSRF_SSL_STRICT": True}, allow_headers=["X-CSRFToken"])
        route(app, "/orders", "POST")
        found = only(app, "csrf-referrer")
        assert found["fix"].startswith("WTF_CSRF_SSL_STRICT=False")

    def test_it_does_not_look_at_the_referer_over_http(self) -> None:
        app, _ = self.shop(
            RELAXED | {"WTF_CSRF_SSL_STRICT": True},
            origins=["http://localhost:3000"],
            allow_headers=["X-CSRFToken"],
        )
        route(app, "/orders", "POST")
        assert codes(app) == []

    def test_the_referer_is_refused_for_real(self) -> None:
        app, _ = self.shop(RELAXED | {"WTF_CSRF_SSL_STRICT": True})
        route(app, "/orders", "POST")
        client = app.test_client()
        with client.session_transaction() as session:
            session["csrf_token"] = "a token"
        token = URLSafeTimedSerializer("k", salt="wtf-csrf-token").dumps("a token")
        headers = {"X-CSRFToken": str(token), "Origin": APP, "Referer": f"{APP}/"}
        base = "https://localhost"
        answered = client.post("/orders", headers=headers, base_url=base)
        assert (answered.status_code, "referrer does not match" in answered.text) == (400, True)
        app.config["WTF_CSRF_SSL_STRICT"] = False
        assert client.post("/orders", headers=headers, base_url=base).status_code == 200


class TestJWTInCookies:
    @staticmethod
    def shop(config: dict[str, Any] = IN_COOKIES, **options: Any) -> Flask:
        app = app_with(**{"origins": [APP], "credentials": True} | options)
        app.config.update(config)
        JWTManager(app)
        return app

    def test_a_header_for_the_token_is_missing(self) -> None:
        app = self.shop()
        route(app, "/orders", "GET POST", jwt_required()(answer))
        found = only(app, "csrf-header-missing")
        assert (
            "Flask-JWT-Extended asks for a CSRF token beside its cookie, as at POST /orders,"
            in (found["message"])
        )
        assert found["fix"] == "allow_headers=['Content-Type', 'X-CSRF-TOKEN']"

    def test_with_the_header_the_token_can_be_sent(self) -> None:
        app = self.shop(allow_headers=["X-CSRF-Token"])
        route(app, "/orders", "POST", jwt_required()(answer))
        assert codes(app) == []

    def test_a_header_of_the_apps_own_choice_is_the_one_to_allow(self) -> None:
        names = {"JWT_ACCESS_CSRF_HEADER_NAME": "X-Own", "JWT_REFRESH_CSRF_HEADER_NAME": "X-New"}
        app = self.shop(IN_COOKIES | names)
        route(app, "/orders", "POST", jwt_required()(answer))
        assert "has no X-Own to send it in" in only(app, "csrf-header-missing")["message"]

    def test_a_view_that_asks_for_no_jwt_needs_none(self) -> None:
        app = self.shop()
        route(app, "/login", "POST")
        route(app, "/me", "GET", jwt_required()(answer))
        assert codes(app) == []

    def test_a_hook_that_verifies_asks_for_all(self) -> None:
        def verify() -> None:
            verify_jwt_in_request()

        app = self.shop()
        app.before_request(verify)
        route(app, "/orders", "DELETE")
        assert codes(app) == ["csrf-header-missing"]

    def test_where_nothing_is_seen_to_verify_all_are_taken_to(self) -> None:
        app = self.shop()
        route(app, "/orders", "POST")
        assert codes(app) == ["csrf-header-missing"]

    def test_without_its_protection_there_is_no_token(self) -> None:
        app = self.shop(IN_COOKIES | {"JWT_COOKIE_CSRF_PROTECT": False})
        route(app, "/orders", "POST", jwt_required()(answer))
        assert codes(app) == []

    def test_in_headers_there_is_no_token(self) -> None:
        app = self.shop({"JWT_SECRET_KEY": "k"}, allow_headers=["Authorization"])
        route(app, "/orders", "POST", jwt_required()(answer))
        assert codes(app) == []


class TestJWTInHeaders:
    @staticmethod
    def shop(config: dict[str, Any] | None = None, **options: Any) -> Flask:
        app = app_with(**{"origins": [APP]} | options)
        app.config.update({"JWT_SECRET_KEY": "k"} | (config or {}))
        JWTManager(app)
        return app

    def test_the_header_of_the_token_is_missing(self) -> None:
        app = self.shop()
        route(app, "/me", "GET", jwt_required()(answer))
        found = only(app, "auth-header-missing")
        assert found["message"].startswith("GET /me requires a JWT in Authorization")
        assert found["fix"] == "allow_headers=['Content-Type', 'Authorization']"

    def test_a_view_class_is_looked_into(self) -> None:
        class Me(MethodView):
            @jwt_required()
            def get(self) -> str:
                return "me"

            def post(self) -> str:
                return "new"

        class Them(View):
            decorators: ClassVar[list[Any]] = [jwt_required()]

            def dispatch_request(self) -> str:
                return "them"

        app = self.shop()
        app.add_url_rule("/me", view_func=Me.as_view("me"))
        app.add_url_rule("/them", view_func=Them.as_view("them"))
        assert "GET /me, GET /them" in only(app, "auth-header-missing")["message"]

    @pytest.mark.parametrize("headers", ["*", ["authorization"]])
    def test_with_the_header_the_token_can_be_sent(self, headers: Any) -> None:
        app = self.shop(allow_headers=headers)
        route(app, "/me", "GET", jwt_required()(answer))
        assert codes(app, "--ignore", "headers-any-allowed") == []

    def test_a_header_of_the_apps_own_choice_is_the_one_to_allow(self) -> None:
        app = self.shop({"JWT_HEADER_NAME": "X-Token"}, allow_headers=["Authorization"])
        route(app, "/me", "GET", jwt_required()(answer))
        assert "has no X-Token" in only(app, "auth-header-missing")["message"]

    @pytest.mark.parametrize(
        "decorator", [jwt_required(optional=True), jwt_required(locations=["cookies"])]
    )
    def test_a_token_that_may_be_missing_or_elsewhere_needs_none(self, decorator: Any) -> None:
        app = self.shop()
        route(app, "/me", "GET", decorator(answer))
        assert codes(app) == []

    def test_a_token_that_may_be_elsewhere_by_configuration_needs_none(self) -> None:
        app = self.shop({"JWT_TOKEN_LOCATION": ["headers", "query_string"]})
        route(app, "/me", "GET", jwt_required()(answer))
        assert codes(app) == []

    def test_a_view_without_the_decorator_needs_none(self) -> None:
        class Callable:
            def __call__(self) -> str:
                return "called"

        app = self.shop()
        route(app, "/prices")
        app.add_url_rule("/called", "called", Callable())
        assert codes(app) == []

    def test_only_the_rule_that_governs_the_view_is_named(self) -> None:
        app = self.shop()
        route(app, "/prices")
        route(app, "/me", "GET", jwt_required()(answer), cors(origins=[APP]))
        assert [one["place"] for one in findings(app)] == ["view _me-GET"]


def test_without_the_extensions_nothing_is_asked_of_them() -> None:
    app = Flask(__name__)
    StrictCORS(app, origins=[APP], credentials=True)
    route(app, "/orders", "GET POST PUT")
    assert codes(app) == []
