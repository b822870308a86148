"""A same-origin request carries Origin too, and is not refused for it."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask, request
from werkzeug.middleware.proxy_fix import ProxyFix

from flask_strictcors import Policy, StrictCORS, cors

from .wire import (
    APP,
    EVIL,
    SILENT,
    actual,
    cors_headers,
    heard,
    reasons,
    route,
)

OWN = "https://api.example.com"
# What a TLS proxy makes of https://api.example.com/: plain http, with the Host of the browser.
BEHIND = {"base_url": "http://api.example.com"}
FORWARDED = {
    "base_url": "http://127.0.0.1:8000",
    "headers": {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "api.example.com"},
}


def own_app(**options: Any) -> Flask:
    app = Flask(__name__, static_folder=None)
    StrictCORS(app, **{"origins": [APP]} | options)
    route(app, "/", "GET POST")
    return app


def post(app: Any, origin: str, **given: Any) -> tuple[int, dict[str, str]]:
    response = actual(app, "/", "POST", origin, **given)
    return response.status_code, cors_headers(response)


@pytest.mark.parametrize(
    ("base_url", "origin"),
    [
        ("http://localhost", "http://localhost"),
        ("http://localhost:5000", "http://localhost:5000"),
        ("http://localhost:80", "http://localhost"),
        ("https://api.example.com", OWN),
        ("https://api.example.com:443", OWN),
        ("https://api.example.com:8443", f"{OWN}:8443"),
        ("https://API.example.com", OWN),
        ("http://[::1]:5000", "http://[::1]:5000"),
    ],
)
@pytest.mark.parametrize("enforce", [False, True])
def test_a_post_of_the_apps_own_page(base_url: str, origin: str, enforce: bool) -> None:
    app = own_app(enforce=enforce)
    with heard(app) as signals:
        assert post(app, origin, base_url=base_url) == (200, SILENT)
    assert signals == []


@pytest.mark.parametrize(
    ("base_url", "origin"),
    [
        ("http://localhost", "https://localhost"),
        ("http://localhost:5000", "http://localhost"),
        ("http://localhost", "http://localhost:5000"),
        ("http://localhost:5000", "http://127.0.0.1:5000"),
        ("https://api.example.com", "https://api.example.com."),
        ("https://api.example.com", "https://api.example.com:443"),
        ("https://api.example.com", "https://xapi.example.com"),
        ("https://api.example.com", "https://example.com"),
    ],
)
def test_nearly_the_same_is_another_origin(base_url: str, origin: str) -> None:
    app = own_app(enforce=True)
    with heard(app) as signals:
        assert post(app, origin, base_url=base_url) == (403, SILENT)
    assert [signal for signal, _ in signals] == ["origin"]


def test_behind_a_tls_proxy_the_scheme_is_wrong_and_the_refusal_says_what_to_do() -> None:
    app = own_app()
    with heard(app) as signals:
        assert post(app, OWN, **BEHIND) == (200, SILENT)
    ((_, rejection),) = signals
    assert rejection.reason == "not-allowed"
    assert "ProxyFix or own_origins" in rejection.detail


@pytest.mark.parametrize(
    ("origin", "given"),
    [(EVIL, BEHIND), ("https://example.com", BEHIND), (OWN, {}), ("null", BEHIND), ("", BEHIND)],
)
def test_other_refusals_do_not_speak_of_proxies(origin: str, given: dict[str, Any]) -> None:
    app = own_app()
    with heard(app) as signals:
        post(app, origin, **given)
    ((_, rejection),) = signals
    assert "ProxyFix" not in rejection.detail
    assert "own_origins" not in rejection.detail


def test_the_hint_is_in_the_log_and_in_decide_too(caplog: pytest.LogCaptureFixture) -> None:
    app = Flask(__name__, static_folder=None)
    ext = StrictCORS(app, origins=[APP])
    route(app, "/", "GET POST")
    post(app, OWN, **BEHIND)
    assert any("ProxyFix or own_origins" in record.getMessage() for record in caplog.records)
    with app.test_request_context("/", method="POST", headers={"Origin": OWN}, **BEHIND):
        assert "ProxyFix or own_origins" in ext.decide(request).detail


def test_with_enforce_the_refusal_is_a_403_that_says_what_to_do() -> None:
    app = own_app(enforce=True)
    with heard(app) as signals:
        assert post(app, OWN, **BEHIND) == (403, SILENT)
    assert "ProxyFix or own_origins" in signals[0].rejection.detail


@pytest.mark.parametrize("place", ["outside", "inside"])
@pytest.mark.parametrize("enforce", [False, True])
def test_with_proxyfix_the_app_sees_its_own_origin(place: str, enforce: bool) -> None:
    app = Flask(__name__, static_folder=None)
    route(app, "/", "GET POST")
    if place == "inside":
        app.wsgi_app = ProxyFix(app.wsgi_app, x_proto=1, x_host=1)
    StrictCORS(app, origins=[APP], enforce=enforce)
    if place == "outside":
        app.wsgi_app = ProxyFix(app.wsgi_app, x_proto=1, x_host=1)
    with heard(app) as signals:
        assert post(app, OWN, **FORWARDED) == (200, SILENT)
    assert signals == []
    status, headers = post(app, "http://127.0.0.1:8000", **FORWARDED)
    assert (status, headers) == (403 if enforce else 200, SILENT)


def test_forwarded_headers_that_nobody_vouches_for_are_nothing() -> None:
    app = own_app()
    with heard(app) as signals:
        assert post(app, OWN, **FORWARDED) == (200, SILENT)
    assert reasons(signals) == [("origin", "not-allowed")]


@pytest.mark.parametrize("enforce", [False, True])
def test_own_origins_are_not_cross_origin_and_gain_nothing(enforce: bool) -> None:
    app = own_app(own_origins=[OWN, "https://api.example.com:8443"], enforce=enforce)
    with heard(app) as signals:
        for origin in (OWN, "https://api.example.com:8443"):
            assert post(app, origin, **BEHIND) == (200, SILENT)
            assert post(app, origin, base_url="http://10.0.0.1") == (200, SILENT)
    assert signals == []
    status, headers = post(app, "http://10.0.0.2", base_url="http://10.0.0.1")
    assert (status, headers) == (403 if enforce else 200, SILENT)


@pytest.mark.parametrize("enforce", [False, True])
@pytest.mark.parametrize("origin", [OWN, EVIL, "null", ""])
def test_the_browsers_word_for_it_removes_a_refusal_and_adds_no_header(
    origin: str, enforce: bool
) -> None:
    app = own_app(enforce=enforce)
    given = BEHIND | {"headers": {"Sec-Fetch-Site": "same-origin"}}
    with heard(app) as signals:
        assert post(app, origin, **given) == (200, SILENT)
    assert signals == []


@pytest.mark.parametrize("site", ["same-site", "cross-site", "none", "Same-Origin", "same-origin,"])
def test_other_words_of_the_browser_remove_nothing(site: str) -> None:
    app = own_app(enforce=True)
    given = BEHIND | {"headers": {"Sec-Fetch-Site": site}}
    assert post(app, OWN, **given) == (403, SILENT)


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
def test_the_apps_own_scheme_and_host_are_its_own_whatever_else_is_said(site: str) -> None:
    app = own_app(enforce=True)
    given = {"base_url": OWN, "headers": {"Sec-Fetch-Site": site}}
    assert post(app, OWN, **given) == (200, SILENT)


def test_without_any_rule_the_apps_own_posts_pass_in_silence() -> None:
    app = Flask(__name__, static_folder=None)
    StrictCORS(app)
    route(app, "/", "GET POST")
    with heard(app) as signals:
        assert post(app, "http://localhost") == (200, {})
    assert signals == []


def test_a_method_that_is_not_listed_is_no_matter_of_the_apps_own_pages() -> None:
    app = own_app(methods=["GET"], origins=[APP, OWN], own_origins=[OWN], enforce=True)
    with heard(app) as signals:
        assert post(app, OWN) == (200, SILENT)
        assert post(app, "http://localhost") == (200, SILENT)
    assert signals == []


def test_tags_and_tiers_know_the_apps_own_pages_too() -> None:
    app = own_app(enforce=True)
    route(app, "/tag", "POST", tag=cors(Policy(origins=[APP]), Policy(origins=[EVIL])))
    with heard(app) as signals:
        response = actual(app, "/tag", "POST", "http://localhost")
    assert (response.status_code, cors_headers(response)) == (200, SILENT)
    assert signals == []
