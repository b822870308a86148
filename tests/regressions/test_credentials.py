"""Any origin with credentials, and decisions that depended on credentials."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask, Response, request

from flask_strictcors import Policy, PolicyError, StrictCORS, cors
from flask_strictcors.cli import cors as group
from flask_strictcors.testing import Browser, CORSError

from .doors import (
    APP,
    EVIL,
    METHODS,
    Install,
    codes,
    flask_cors_6,
    get,
    preflight,
    through_flask,
    through_flask_cors,
    through_middleware,
)
from .test_matching import only


def yes(origin: str) -> bool:
    return True


def reflecting(*, with_cookies_only: bool = False) -> Flask:
    """Make an app that lets whoever asks read its token, cookies and all."""
    app = Flask(__name__, static_folder=None)
    app.add_url_rule("/token", "token", lambda: request.cookies.get("session", "nobody"))

    @app.after_request
    def reflect(response: Response) -> Response:
        origin = request.headers.get("Origin", "")
        is_named = "Cookie" in request.headers or not with_cookies_only
        response.headers["Access-Control-Allow-Origin"] = origin if is_named else "*"
        response.headers["Access-Control-Allow-Credentials"] = "true"
        return response

    @app.get("/login")
    def login() -> Response:
        response = Response()
        response.set_cookie("session", "secret", samesite="None", secure=True)
        return response

    return app


def steals(app: Flask) -> bool:
    """Report whether a page of others reads what a person's cookie opens."""
    browser = Browser(app, base_url="https://api.example.com")
    browser.open("https://api.example.com").fetch("/login", credentials="include")
    try:
        answer = browser.open(EVIL).fetch("/token", credentials="include")
    except CORSError:
        return False
    return answer.text == "secret"


class TestFlaskCors6_CredentialsForAnybody:
    """One option gave credentials to every origin, and to `null`."""

    @flask_cors_6
    @pytest.mark.parametrize("origin", [EVIL, "null", APP])
    def test_naively_everybody_is_reflected(self, origin: str) -> None:
        door = through_flask_cors(supports_credentials=True)
        assert door(get("/", origin)).is_readable_with_cookies(origin)

    @pytest.mark.parametrize(
        ("options", "code"),
        [
            ({"supports_credentials": True}, "option-unknown"),
            ({"credentials": True}, "origins-missing"),
            ({"origins": "*", "credentials": True}, "credentials-any-origin"),
            ({"origins": ["null"], "credentials": True}, "origin-null"),
            ({"origins": [APP], "credentials": "yes"}, "wrong-type"),
            ({"origins": [APP], "credentials": 1}, "wrong-type"),
        ],
    )
    def test_it_is_refused(self, options: dict[str, Any], code: str) -> None:
        assert code in codes(through_flask, **options)
        assert code in codes(cors, **options)
        assert code in codes(through_middleware, **options)
        assert code in codes(through_flask, rules={"/api/*": options})


class TestCVE_2018_20744_AnyOriginByDefault:
    """Any origin got credentials, often where nothing was configured at all."""

    ANY: tuple[Any, ...] = (
        "*",
        ["*"],
        [APP, "*"],
        ["https://*"],
        ["https://*", "http://*"],
        ["*://*"],
        ["https://*.com"],
        ["https://*.co.uk"],
        ["https://*.github.io"],
        ["http://*.example.com"],
        [".*"],
        [""],
    )

    def test_naively_whoever_asks_is_let_in(self) -> None:
        assert steals(reflecting())

    @pytest.mark.parametrize("origins", ANY)
    def test_any_origin_has_no_credentials_however_it_is_spelt(self, origins: Any) -> None:
        assert codes(Policy, origins=origins, credentials=True)
        assert codes(Policy, origins=yes, allowlist=origins, credentials=True)
        if origins != "*":
            assert codes(Policy, origins=[APP], debug_origins=origins, credentials=True)

    @pytest.mark.parametrize("text", ["*", "https://*", "null"])
    def test_nor_does_the_environment_give_it(
        self, text: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("FLASK_STRICTCORS_ORIGINS", text)
        monkeypatch.setenv("FLASK_STRICTCORS_CREDENTIALS", "true")
        app = Flask(__name__)
        app.config.from_prefixed_env()
        assert codes(StrictCORS, app)

    @pytest.mark.parametrize("origin", [EVIL, APP, "null", "http://localhost"])
    def test_by_default_nobody_is_let_in(self, guarded: Install, origin: str) -> None:
        door = guarded()
        assert door(get("/", origin)).cors == {}
        assert door(preflight("/", "PUT", origin)).cors == {}


class TestCVE_2026_54290_MakingTheStarWorkWithCredentials:
    """Since browsers refuse `*` beside credentials, a mend of that reflected every origin."""

    def test_naively_the_mend_works(self) -> None:
        assert steals(reflecting())

    def test_no_switch_makes_it_work(self) -> None:
        dangers = {name: True for name in dir(Policy) if name.startswith("dangerously_")}
        assert len(dangers) == 3
        found = codes(Policy, origins="*", credentials=True, **dangers)
        assert found == ["credentials-any-origin"]
        with pytest.raises(PolicyError):
            Policy(origins="*").replace(credentials=True)

    @pytest.mark.parametrize("field", ["HTTP_COOKIE", "HTTP_AUTHORIZATION", "REMOTE_USER"])
    @pytest.mark.parametrize("origin", [EVIL, "null", "", None])
    def test_a_star_stays_a_star_whatever_comes_with_the_request(
        self, guarded: Install, field: str, origin: str | None
    ) -> None:
        door = guarded(origins="*", methods=METHODS)
        cors_lines = door(get("/", origin, **{field: "session=1"})).cors
        assert cors_lines == {"Access-Control-Allow-Origin": "*"}

    def test_as_the_last_of_several_tiers_too(self, guarded: Install) -> None:
        tiers = [Policy(**only(APP), credentials=True), Policy(origins="*", methods=METHODS)]
        door = guarded(rules={"/*": tiers})
        answer = door(get("/", EVIL, HTTP_COOKIE="session=1"))
        assert answer.cors == {"Access-Control-Allow-Origin": "*"}
        assert door(get("/", APP)).is_readable_with_cookies(APP)


class TestCVE_2025_34291_ReflectedBesideACookieOfAnySite:
    """A reflected origin and a cookie that any site sends were enough to run code."""

    def guarded_app(self, **options: Any) -> Flask:
        app = reflecting()
        StrictCORS(app, **options)
        return app

    def test_naively_another_site_reads_the_token(self) -> None:
        assert steals(reflecting())

    @pytest.mark.parametrize(
        "options",
        [
            {},
            {"origins": [APP], "credentials": True},
            {"origins": "*"},
            {"origins": yes, "allowlist": ["https://*.example.com"], "credentials": True},
            {"rules": {"/token": {"origins": [APP], "credentials": True}}, "origins": "*"},
        ],
    )
    def test_it_reads_nothing_whatever_the_view_adds(self, options: dict[str, Any]) -> None:
        assert not steals(self.guarded_app(**options))

    def test_the_check_looks_at_cookies_too(self) -> None:
        app = self.guarded_app(origins=[APP], credentials=True)
        app.config.update(SECRET_KEY="k", SESSION_COOKIE_SAMESITE="None")
        found = app.test_cli_runner().invoke(group, ["check", "--json"])
        told = {one["code"] for one in json.loads(found.stdout)["findings"]}
        assert "cookie-none-not-secure" in told


class TestCVE_2024_47084_ChecksSkippedForCookies:
    """The origin was checked only where the request carried no cookie."""

    CREDENTIALS = (
        {"HTTP_COOKIE": "session=1"},
        {"HTTP_COOKIE": "access-token=1; a=b"},
        {"HTTP_COOKIE": ""},
        {"HTTP_AUTHORIZATION": "Bearer x"},
        {"HTTP_AUTHORIZATION": "Basic eDp5"},
        {"REMOTE_USER": "admin"},
        {"HTTP_X_API_KEY": "k"},
        {"HTTP_X_CSRF_TOKEN": "t"},
        {"HTTP_X_REQUESTED_WITH": "XMLHttpRequest"},
        {"HTTP_X_FORWARDED_FOR": "127.0.0.1", "REMOTE_ADDR": "127.0.0.1"},
    )

    def test_naively_a_cookie_is_enough(self) -> None:
        assert steals(reflecting(with_cookies_only=True))

    @pytest.mark.parametrize("sent", CREDENTIALS)
    @pytest.mark.parametrize("enforce", [True, False])
    def test_the_answer_is_the_same_with_credentials(
        self, guarded: Install, sent: dict[str, str], enforce: bool
    ) -> None:
        door = guarded(**only(APP, credentials=True), enforce=enforce)
        for origin in (EVIL, APP, "null"):
            for environ in (get("/", origin), preflight("/", "PUT", origin)):
                assert door(environ | sent) == door(environ)
