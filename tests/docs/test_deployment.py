"""What the pages on deployment say of hooks, wrappers, origins, caches and prefixes."""

import warnings
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask, request_started
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.test import Client

from flask_strictcors import StrictCORS, cors, origin_rejected
from flask_strictcors.wsgi import StrictCORSMiddleware

from .pages import DOCS, blocks

NGINX = DOCS / "nginx.md"
APP = "https://app.example.com"
API = "https://api.example.com"
PREFLIGHT = {"Origin": APP, "Access-Control-Request-Method": "GET"}
FORWARDED = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "api.example.com"}


class Counting:
    """Count the requests that pass on their way to an app."""

    def __init__(self, wsgi_app: Callable[..., Any]) -> None:
        self.wsgi_app = wsgi_app
        self.count = 0

    def __call__(self, environ: Any, start_response: Any) -> Any:
        self.count += 1
        return self.wsgi_app(environ, start_response)


def plain_app() -> Flask:
    app = Flask(__name__, static_folder=None)
    app.add_url_rule("/api/orders", "orders", lambda: "orders", methods=["GET", "POST"])
    return app


def test_hooks_and_request_started_see_no_preflight_but_those_of_exempt_routes() -> None:
    app = plain_app()
    StrictCORS(app, origins=[APP])
    seen: list[str] = []

    @app.get("/own")
    @cors.exempt
    def own() -> str:
        return ""

    @app.before_request
    def hook() -> None:
        seen.append("hook")

    def started(sender: Flask, **extra: Any) -> None:
        seen.append("request_started")

    with request_started.connected_to(started, app):
        assert app.test_client().options("/api/orders", headers=PREFLIGHT).status_code == 204
        assert seen == []
        app.test_client().options("/own", headers=PREFLIGHT)
        assert seen == ["request_started", "hook"]


def test_a_function_given_as_origins_runs_for_a_preflight() -> None:
    app = plain_app()
    heard: list[str] = []

    def admit(origin: str) -> bool:
        heard.append(origin)
        return True

    StrictCORS(app, origins=admit, allowlist=[APP])
    app.test_client().options("/api/orders", headers=PREFLIGHT)
    assert heard == [APP]


def test_a_wrapper_made_afterwards_sees_preflights_and_one_made_before_does_not() -> None:
    app = plain_app()
    inside = app.wsgi_app = Counting(app.wsgi_app)  # type: ignore[assignment]
    with pytest.warns(UserWarning, match="Counting already wraps"):
        StrictCORS(app, origins=[APP])
    around = app.wsgi_app = Counting(app.wsgi_app)  # type: ignore[assignment]
    app.test_client().options("/api/orders", headers=PREFLIGHT)
    assert (around.count, inside.count) == (1, 0)
    app.test_client().get("/api/orders")
    assert (around.count, inside.count) == (2, 1)


def test_nothing_warns_of_a_proxy_fix_unless_routes_depend_on_the_host() -> None:
    app = plain_app()
    app.wsgi_app = ProxyFix(app.wsgi_app)  # type: ignore[method-assign]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        StrictCORS(app, origins=[APP])

    hosts = Flask(__name__, static_folder=None, host_matching=True)
    hosts.wsgi_app = ProxyFix(hosts.wsgi_app)  # type: ignore[method-assign]
    with pytest.warns(UserWarning, match="ProxyFix already wraps"):
        StrictCORS(hosts, origins=[APP])


def own_post(app: Flask, **sent: str) -> tuple[int, list[str]]:
    """Post from the app's own origin, as behind a proxy that ends TLS."""
    details: list[str] = []

    def listen(sender: Flask, rejection: Any, **extra: Any) -> None:
        details.append(rejection.detail)

    headers = {"Origin": API, "Host": "api.example.com", **FORWARDED, **sent}
    with origin_rejected.connected_to(listen, app):
        status = app.test_client().post("/api/orders", headers=headers).status_code
    return status, details


@pytest.mark.parametrize("place", ["before", "after"])
def test_proxy_fix_tells_the_apps_own_posts_in_either_place(place: str) -> None:
    app = plain_app()
    if place == "before":
        app.wsgi_app = ProxyFix(app.wsgi_app, x_proto=1, x_host=1)  # type: ignore[method-assign]
    StrictCORS(app, origins=[APP], enforce=True)
    if place == "after":
        app.wsgi_app = ProxyFix(app.wsgi_app, x_proto=1, x_host=1)  # type: ignore[method-assign]
    assert own_post(app) == (200, [])


def test_own_origins_and_sec_fetch_site_tell_them_too() -> None:
    named = plain_app()
    StrictCORS(named, origins=[APP], own_origins=[API], enforce=True)
    assert own_post(named) == (200, [])

    unnamed = plain_app()
    StrictCORS(unnamed, origins=[APP], enforce=True)
    assert own_post(unnamed, **{"Sec-Fetch-Site": "same-origin"}) == (200, [])


@pytest.mark.parametrize(("enforce", "status"), [(True, 403), (False, 200)])
def test_with_none_of_these_they_count_as_refused_and_the_detail_says_what_is_missing(
    *, enforce: bool, status: int
) -> None:
    app = plain_app()
    StrictCORS(app, origins=[APP], enforce=enforce)
    answered, (detail,) = own_post(app)
    assert answered == status
    assert "ProxyFix or own_origins" in detail


@pytest.mark.parametrize("origin", [APP, "https://evil.net", None])
def test_a_rule_that_names_origins_varies_and_one_for_everybody_does_not(
    origin: str | None,
) -> None:
    headers = {} if origin is None else {"Origin": origin}
    named, everybody = plain_app(), plain_app()
    StrictCORS(named, origins=[APP])
    StrictCORS(everybody, origins="*")
    assert named.test_client().get("/api/orders", headers=headers).headers["Vary"] == "Origin"
    assert "Vary" not in everybody.test_client().get("/api/orders", headers=headers).headers


def test_a_preflights_answer_is_kept_for_600_seconds_unless_changed() -> None:
    app = plain_app()
    StrictCORS(app, origins=[APP])
    answered = app.test_client().options("/api/orders", headers=PREFLIGHT)
    assert answered.headers["Access-Control-Max-Age"] == "600"


def test_path_rules_are_relative_to_the_app_and_those_of_the_middleware_are_not() -> None:
    def admitted(wsgi_app: Any, prefix: str) -> bool:
        mounted = DispatcherMiddleware(Flask("nothing", static_folder=None), {"/shop": wsgi_app})
        response = Client(mounted).get("/shop/api/orders", headers={"Origin": APP})
        assert response.text == "orders"
        return response.headers.get("Access-Control-Allow-Origin") == APP

    def flask(prefix: str) -> Flask:
        app = plain_app()
        StrictCORS(app, rules={f"{prefix}/api/*": {"origins": [APP]}})
        return app

    def middleware(prefix: str) -> StrictCORSMiddleware:
        rules = {f"{prefix}/api/*": {"origins": [APP], "methods": ["GET"]}}
        return StrictCORSMiddleware(plain_app(), rules=rules)

    assert [admitted(flask(prefix), prefix) for prefix in ("", "/shop")] == [True, False]
    assert [admitted(middleware(prefix), prefix) for prefix in ("", "/shop")] == [False, True]


def test_each_process_logs_the_first_refusal_of_a_rule_and_reason(
    caplog: pytest.LogCaptureFixture,
) -> None:
    app = plain_app()
    StrictCORS(app, origins=[APP])
    for origin in ("https://evil.net", "https://evil.net", "null", "null"):
        app.test_client().get("/api/orders", headers={"Origin": origin})
    assert [record.levelname for record in caplog.records] == ["WARNING", "WARNING"]
    assert "not-allowed" in caplog.text
    assert "null-origin" in caplog.text


def test_the_proxy_that_is_shown_adds_nothing_of_its_own() -> None:
    shown = next(block.text for block in blocks(NGINX) if block.language == "nginx")
    assert "add_header" not in shown
    assert {f"proxy_set_header {name}" in shown for name in FORWARDED} == {True}
