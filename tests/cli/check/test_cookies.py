"""Cookies at odds with credentials."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask, sessions
from flask_jwt_extended import JWTManager
from flask_login import LoginManager

from flask_strictcors import Policy

from .asking import API, APP, PARTNER, app_with, codes, only, route

RIGHT = {"SECRET_KEY": "k", "SESSION_COOKIE_SAMESITE": "Lax", "SESSION_COOKIE_SECURE": True}
FOREIGN = {**RIGHT, "SESSION_COOKIE_SAMESITE": "None"}


def shop(config: dict[str, Any], origins: Any = (APP,), **options: Any) -> Flask:
    app = app_with(**{"origins": origins, "credentials": True} | options)
    app.config.update(config)
    route(app, "/orders")
    return app


class TestSecure:
    def test_none_without_secure_is_thrown_away(self) -> None:
        app = shop(FOREIGN | {"SESSION_COOKIE_SECURE": False})
        found = only(app, "cookie-none-not-secure")
        assert found["place"] == "SESSION_COOKIE_SECURE"
        assert found["fix"] == "SESSION_COOKIE_SECURE=True"

    def test_none_with_secure_is_fine(self) -> None:
        assert codes(shop(FOREIGN)) == []

    def test_none_is_known_in_any_case(self) -> None:
        app = shop(RIGHT | {"SESSION_COOKIE_SAMESITE": "none", "SESSION_COOKIE_SECURE": False})
        assert codes(app) == ["cookie-none-not-secure"]

    def test_a_cookie_that_is_not_secure_is_sent_over_http_too(self) -> None:
        only(shop(RIGHT | {"SESSION_COOKIE_SECURE": False}), "cookie-not-secure")

    def test_a_cookie_that_is_secure_is_fine(self) -> None:
        assert codes(shop(RIGHT)) == []

    def test_flasks_own_defaults_are_not_secure(self) -> None:
        assert codes(shop({"SECRET_KEY": "k"})) == ["cookie-not-secure"]

    def test_pages_on_loopback_need_no_secure_cookie(self) -> None:
        assert codes(shop({"SECRET_KEY": "k"}, ["http://localhost:*", "http://127.0.0.1"])) == []

    def test_apps_and_extensions_tell_nothing_of_cookies(self) -> None:
        assert codes(shop({"SECRET_KEY": "k"}, ["capacitor://app", "chrome-extension://abc"])) == []

    def test_an_app_served_over_http_needs_no_secure_cookie(self) -> None:
        app = shop(
            RIGHT | {"SESSION_COOKIE_SECURE": False},
            ["http://app.intra.test"],
            dangerously_allow_insecure_origins=True,
        )
        assert codes(app, "--ignore", "insecure-origin") == []

    @pytest.mark.parametrize("url", ["http://api.example.com", "http://10.0.0.1:8000"])
    def test_a_secure_cookie_does_not_travel_over_http(self, url: str) -> None:
        app = shop(FOREIGN)
        found = only(app, "cookie-needs-https", "--served-at", url)
        assert found["fix"] == "https, where the app is served"

    @pytest.mark.parametrize("url", [API, "http://localhost:5000"])
    def test_a_secure_cookie_travels_over_https_and_to_loopback(self, url: str) -> None:
        assert codes(shop(FOREIGN), "--served-at", url) == []

    def test_an_app_that_is_served_over_https_too_may_have_secure_cookies(self) -> None:
        arguments = ("--served-at", "http://api.example.com", "--served-at", API)
        assert codes(shop(FOREIGN), *arguments) == []

    def test_what_is_said_of_where_the_app_is_served_counts_before_the_pages(self) -> None:
        app = shop(RIGHT | {"SESSION_COOKIE_SECURE": False}, ["http://localhost", APP])
        app.config["SESSION_COOKIE_SAMESITE"] = "Lax"
        assert codes(app, "--served-at", "http://api.example.com") == ["cookie-not-sent"]


class TestWhoHasCookies:
    def test_without_credentials_cookies_are_no_matter(self) -> None:
        app = shop({"SECRET_KEY": "k"}, credentials=False)
        assert codes(app, "--served-at", PARTNER) == []

    def test_credentials_that_govern_no_route_are_no_matter(self) -> None:
        app = app_with(rules={"/orders": Policy(origins=[APP], credentials=True)})
        app.config.update(SECRET_KEY="k")
        route(app, "/prices")
        assert codes(app) == ["path-unmatched"]

    def test_without_a_secret_key_there_is_no_session(self) -> None:
        assert codes(shop({}), "--served-at", PARTNER) == []

    @pytest.mark.parametrize("config", [{"SESSION_COOKIE_SAMESITE": "None"}])
    def test_options_for_the_session_say_that_there_is_one(self, config: dict[str, Any]) -> None:
        assert codes(shop(config)) == ["cookie-none-not-secure"]

    def test_another_session_interface_says_that_there_is_one(self) -> None:
        class ServerSide(sessions.SecureCookieSessionInterface):
            pass

        app = shop({})
        app.session_interface = ServerSide()
        assert codes(app) == ["cookie-not-secure"]


class TestSites:
    @pytest.mark.parametrize("same_site", ["Lax", "Strict"])
    def test_a_cookie_for_the_own_site_does_not_travel_to_another(self, same_site: str) -> None:
        app = shop(RIGHT | {"SESSION_COOKIE_SAMESITE": same_site}, [APP, PARTNER])
        found = only(app, "cookie-not-sent", "--served-at", API)
        assert found["message"] == (
            f"{PARTNER}: admitted with credentials, and another site than {API}. The session "
            f"cookie has SameSite={same_site}, so browsers do not send it with scripts' requests "
            "from there."
        )
        assert found["place"] == "SESSION_COOKIE_SAMESITE"

    def test_without_samesite_chromium_takes_it_for_lax(self) -> None:
        app = shop(RIGHT | {"SESSION_COOKIE_SAMESITE": None}, [PARTNER])
        found = only(app, "cookie-not-sent", "--served-at", API)
        assert "no SameSite, which Chromium takes for Lax" in found["message"]

    def test_with_samesite_none_it_travels(self) -> None:
        assert codes(shop(FOREIGN, [PARTNER]), "--served-at", API) == []

    @pytest.mark.parametrize(
        "origin",
        [APP, "https://example.com:8443", "https://*.example.com", "https://example.com"],
    )
    def test_on_the_same_site_it_travels(self, origin: str) -> None:
        assert codes(shop(RIGHT, [origin]), "--served-at", f"{API}:8000/v1") == []

    def test_an_origin_on_the_same_public_suffix_is_another_site(self) -> None:
        app = shop(RIGHT, ["https://you.github.io"])
        assert codes(app, "--served-at", "https://me.github.io") == ["cookie-not-sent"]

    def test_a_pattern_of_another_site_is_another_site(self) -> None:
        app = shop(RIGHT, ["https://*.example.net"])
        assert codes(app, "--served-at", API) == ["cookie-not-sent"]

    def test_another_scheme_is_another_site(self) -> None:
        app = shop(RIGHT, ["http://app.example.com"], dangerously_allow_insecure_origins=True)
        assert "cookie-not-sent" in codes(app, "--served-at", API)

    def test_what_an_allowlist_may_admit_counts(self) -> None:
        app = shop(RIGHT, origins=lambda origin: True, allowlist=[PARTNER])
        assert codes(app, "--served-at", API) == ["cookie-not-sent"]

    def test_an_app_that_is_served_on_both_sites_is_fine(self) -> None:
        app = shop(RIGHT, [APP, PARTNER])
        assert codes(app, "--served-at", API, "--served-at", "https://api.example.net") == []

    def test_where_the_app_is_served_is_not_guessed(self) -> None:
        assert codes(shop(RIGHT, [APP, PARTNER])) == []

    def test_own_origins_say_where_the_app_is_served(self) -> None:
        assert codes(shop(RIGHT, [PARTNER], own_origins=[API])) == ["cookie-not-sent"]
        assert codes(shop(RIGHT, [APP], own_origins=[API])) == []

    def test_the_server_name_says_where_the_app_is_served(self) -> None:
        config = RIGHT | {"SERVER_NAME": "api.example.com"}
        assert codes(shop(config, [PARTNER])) == ["cookie-not-sent"]
        assert codes(shop(config, [APP])) == []

    def test_an_own_origin_on_loopback_says_nothing(self) -> None:
        assert codes(shop(RIGHT, [PARTNER], own_origins=["http://localhost:5000"])) == []

    def test_three_strangers_are_named(self) -> None:
        origins = [f"https://{name}.example.net" for name in "abc"]
        found = only(shop(RIGHT, origins), "cookie-not-sent", "--served-at", API)
        assert "https://c.example.net: admitted" in found["message"]

    def test_many_strangers_are_counted(self) -> None:
        origins = [f"https://{name}.example.net" for name in "abcde"]
        found = only(shop(RIGHT, origins), "cookie-not-sent", "--served-at", API)
        assert "https://c.example.net and 2 more: admitted" in found["message"]


class TestOtherCookies:
    def test_jwts_in_cookies_are_looked_at_instead_of_the_session(self) -> None:
        app = shop({"SECRET_KEY": "k", "JWT_TOKEN_LOCATION": "cookies"})
        JWTManager(app)
        assert only(app, "cookie-not-secure")["place"] == "JWT_COOKIE_SECURE"
        app.config.update(JWT_COOKIE_SECURE=True)
        assert codes(app) == []

    def test_a_session_beside_jwts_is_looked_at_when_it_has_options(self) -> None:
        config = {"JWT_TOKEN_LOCATION": ["cookies"], "JWT_COOKIE_SECURE": True}
        app = shop(config | RIGHT | {"SESSION_COOKIE_SECURE": False})
        JWTManager(app)
        assert only(app, "cookie-not-secure")["place"] == "SESSION_COOKIE_SECURE"

    def test_jwts_in_headers_have_no_cookie(self) -> None:
        app = shop({"JWT_SECRET_KEY": "k"})
        JWTManager(app)
        assert codes(app) == []

    def test_the_remember_cookie_is_looked_at_when_it_has_options(self) -> None:
        app = shop(RIGHT)
        LoginManager(app)
        assert codes(app) == []
        app.config.update(REMEMBER_COOKIE_SAMESITE="Lax")
        assert only(app, "cookie-not-secure")["place"] == "REMEMBER_COOKIE_SECURE"
        app.config.update(REMEMBER_COOKIE_SECURE=True)
        assert codes(app) == []
