"""Host and subdomain matching, trusted hosts, and converters that are hard to please."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask, Request, current_app, g, request
from werkzeug.routing import BaseConverter, MapAdapter, ValidationError
from werkzeug.test import EnvironBuilder

from flask_strictcors import StrictCORS, cors

from .wire import (
    APP,
    EVIL,
    PARTNER,
    PREFLIGHT_RULELESS,
    PREFLIGHT_SILENT,
    SILENT,
    actual,
    cors_headers,
    granted,
    heard,
    offered,
    preflight,
    reasons,
    route,
)


def by_host() -> Flask:
    app = Flask(__name__, host_matching=True, static_folder=None)
    route(
        app, "/x", "GET PUT", host="api.example.test", endpoint="api", tag=cors(origins=[PARTNER])
    )
    route(app, "/x", "GET", host="www.example.test", endpoint="www")
    route(app, "/x", "DELETE", host="<tenant>.example.test", endpoint="tenant")
    return app


def by_subdomain() -> Flask:
    app = Flask(__name__, subdomain_matching=True, static_folder=None)
    app.config["SERVER_NAME"] = "example.test"
    route(app, "/x", "GET PUT", subdomain="api", endpoint="api", tag=cors(origins=[PARTNER]))
    route(app, "/x", "GET", subdomain="www", endpoint="www")
    route(app, "/x", "DELETE", subdomain="<tenant>", endpoint="tenant")
    return app


@pytest.mark.parametrize("make", [by_host, by_subdomain])
def test_the_view_of_the_host_decides(make: Callable[[], Flask]) -> None:
    app = make()
    StrictCORS(app, origins=[APP])
    api, www, tenant = (
        {"base_url": f"http://{name}.example.test"} for name in ("api", "www", "acme")
    )
    assert cors_headers(preflight(app, "/x", "PUT", PARTNER, **api)) == offered(
        "GET, HEAD, PUT", PARTNER
    )
    assert cors_headers(preflight(app, "/x", "PUT", **api)) == PREFLIGHT_SILENT
    assert cors_headers(actual(app, "/x", "PUT", PARTNER, **api)) == granted(PARTNER)
    assert cors_headers(actual(app, "/x", "PUT", **api)) == SILENT
    assert cors_headers(preflight(app, "/x", "GET", **www)) == offered("GET, HEAD")
    assert cors_headers(preflight(app, "/x", "GET", PARTNER, **www)) == PREFLIGHT_SILENT
    assert cors_headers(actual(app, "/x", **www)) == granted()
    assert cors_headers(preflight(app, "/x", "DELETE", **tenant)) == offered("DELETE")
    assert cors_headers(actual(app, "/x", "DELETE", **tenant)) == granted()


@pytest.mark.parametrize("make", [by_host, by_subdomain])
def test_a_host_without_routes_is_a_404_like_others(make: Callable[[], Flask]) -> None:
    app = make()
    StrictCORS(app, origins=[APP])
    given = {"base_url": "http://a.b.elsewhere.test"}
    if make is by_subdomain:
        # What Flask says to a host that is none of the server's depends on its version.
        assert "Allow-Origin" not in cors_headers(preflight(app, "/x", "PUT", EVIL, **given))
        return
    response = actual(app, "/x", **given)
    assert (response.status_code, cors_headers(response)) == (404, granted())
    assert cors_headers(preflight(app, "/x", "PUT", **given)) == offered("DELETE, GET, HEAD, PUT")
    assert cors_headers(preflight(app, "/x", "PUT", EVIL, **given)) == PREFLIGHT_SILENT


@pytest.mark.parametrize("make", [by_host, by_subdomain])
def test_a_slash_redirect_on_its_host(make: Callable[[], Flask]) -> None:
    app = make()
    StrictCORS(app, origins=[APP])
    place = {"host": "api.example.test"} if make is by_host else {"subdomain": "api"}
    route(app, "/y/", "PUT", tag=cors(origins=[PARTNER]), endpoint="y", **place)
    given = {"base_url": "http://api.example.test"}
    response = preflight(app, "/y", "PUT", PARTNER, **given)
    assert (response.status_code, cors_headers(response)) == (204, offered("PUT", PARTNER))
    response = actual(app, "/y", "PUT", PARTNER, **given)
    assert (response.status_code, cors_headers(response)) == (308, granted(PARTNER))


def test_a_server_name_without_subdomain_matching() -> None:
    app = Flask(__name__, static_folder=None)
    app.config["SERVER_NAME"] = "example.test"
    StrictCORS(app, origins=[APP])
    route(app, "/x", "GET PUT")
    given = {"base_url": "http://example.test"}
    assert cors_headers(preflight(app, "/x", **given)) == offered("GET, HEAD, PUT")
    assert cors_headers(actual(app, "/x", **given)) == granted()


# --- trusted hosts --------------------------------------------------------------------------------


class Trusting(Request):
    trusted_hosts = ("api.example.com", ".trusted.example.com")


def trusting_by_class(app: Flask) -> None:
    app.request_class = Trusting


def trusting_by_config(app: Flask) -> None:
    app.config["TRUSTED_HOSTS"] = ["api.example.com", ".trusted.example.com"]


needs_config = pytest.mark.skipif(
    "TRUSTED_HOSTS" not in Flask.default_config, reason="this Flask has no TRUSTED_HOSTS"
)
by_config = pytest.param(trusting_by_config, marks=needs_config)


@pytest.mark.parametrize("trust", [trusting_by_class, by_config])
@pytest.mark.parametrize("host", ["api.example.com", "a.trusted.example.com"])
def test_a_trusted_host_is_served(trust: Callable[[Flask], None], host: str) -> None:
    app = Flask(__name__, static_folder=None)
    trust(app)
    StrictCORS(app, origins=[APP])
    route(app, "/x", "GET PUT", tag=cors(origins=[PARTNER]))
    given = {"base_url": f"http://{host}"}
    assert cors_headers(preflight(app, "/x", "PUT", PARTNER, **given)) == offered(
        "GET, HEAD, PUT", PARTNER
    )
    assert cors_headers(actual(app, "/x", "PUT", PARTNER, **given)) == granted(PARTNER)
    assert cors_headers(preflight(app, "/x", **given)) == PREFLIGHT_SILENT


@needs_config
@pytest.mark.parametrize("enforce", [False, True])
def test_an_untrusted_host_is_flasks_to_answer(enforce: bool) -> None:
    app = Flask(__name__, static_folder=None)
    trusting_by_config(app)
    StrictCORS(app, origins=[APP], enforce=enforce)
    route(app, "/x", "GET PUT")
    for host in ("evil.example.net", "api.example.com.evil.net"):
        given = {"base_url": f"http://{host}"}
        response = preflight(app, "/x", **given)
        assert response.status_code == 400
        assert actual(app, "/x", origin=None, **given).status_code == 400
        # The same host in an Origin is no reason to call the request same-origin.
        response = actual(app, "/x", origin=f"http://{host}", **given)
        assert "Allow-Origin" not in cors_headers(response)
        if enforce:
            assert response.status_code == 403


@needs_config
def test_decide_leaves_an_untrusted_host_to_flask() -> None:
    app = Flask(__name__, static_folder=None)
    trusting_by_config(app)
    ext = StrictCORS(app, origins=[APP])
    route(app, "/x")
    given = {"Origin": APP}
    for more in ({}, {"Access-Control-Request-Method": "GET"}):
        builder = EnvironBuilder("/x", base_url="http://evil.test", headers=given | more)
        builder.method = "OPTIONS" if more else "GET"
        with app.app_context():
            decision = ext.decide(Request(builder.get_environ()))
        assert (decision.allowed, decision.headers) == (False, ())


# --- apps that match in their own way -------------------------------------------------------------


def test_an_app_that_makes_its_own_adapter() -> None:
    class Tenants(Flask):
        def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
            if request is not None and request.host == "acme.test":
                return self.url_map.bind("acme.test", path_info="/acme" + request.path)
            return super().create_url_adapter(request)

    app = Tenants(__name__, static_folder=None)
    StrictCORS(app, origins=[APP])
    route(app, "/x", "GET PUT")
    assert cors_headers(actual(app, "/x", "PUT")) == granted()
    assert cors_headers(preflight(app, "/x")) == offered("GET, HEAD, PUT")


def test_an_app_whose_adapter_raises() -> None:
    class Broken(Flask):
        def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
            raise KeyError("no tenant")

    app = Broken(__name__, static_folder=None)
    StrictCORS(app, origins=[APP])
    route(app, "/x", "GET PUT")
    response = preflight(app, "/x")
    assert response.status_code == 204
    assert "Allow-Origin" not in cors_headers(response)


# --- converters -----------------------------------------------------------------------------------


class NeedsApp(BaseConverter):
    def to_python(self, value: str) -> str:
        return current_app.config["PREFIX"] + value


class NeedsRequest(BaseConverter):
    def to_python(self, value: str) -> str:
        return request.host + value


class NeedsG(BaseConverter):
    def to_python(self, value: str) -> str:
        g.seen = value
        return value


class AlwaysRaises(BaseConverter):
    def to_python(self, value: str) -> str:
        raise KeyError(value)


class Refuses(BaseConverter):
    def to_python(self, value: str) -> str:
        raise ValidationError


def converting(converter: type[BaseConverter], tag: Any = None, **options: Any) -> Flask:
    app = Flask(__name__, static_folder=None)
    app.config["PREFIX"] = "p-"
    app.url_map.converters["special"] = converter
    StrictCORS(app, **{"origins": [APP]} | options)
    route(app, "/x/<special:s>", "GET PUT", tag=tag)
    route(app, "/y", "GET PUT")
    return app


@pytest.mark.parametrize("converter", [NeedsApp, NeedsRequest, NeedsG])
def test_a_converter_that_needs_a_context_gets_one(converter: type[BaseConverter]) -> None:
    app = converting(converter, cors(origins=[PARTNER]))
    assert cors_headers(preflight(app, "/x/1", "PUT", PARTNER)) == offered(
        "GET, HEAD, PUT", PARTNER
    )
    assert cors_headers(preflight(app, "/x/1")) == PREFLIGHT_SILENT
    if converter is NeedsApp:
        assert cors_headers(actual(app, "/x/1", "PUT", PARTNER)) == granted(PARTNER)


def test_a_converter_that_always_raises_is_a_no(caplog: pytest.LogCaptureFixture) -> None:
    app = converting(AlwaysRaises, cors(origins="*"))
    with caplog.at_level(logging.ERROR, "flask_strictcors"), heard(app) as signals:
        response = preflight(app, "/x/1")
    assert (response.status_code, cors_headers(response)) == (204, PREFLIGHT_RULELESS)
    assert reasons(signals) == [("origin", "no-rule")]
    messages = [record.getMessage() for record in caplog.records]
    assert "Matching a request raised, so that it is refused." in messages
    assert cors_headers(preflight(app, "/y")) == offered("GET, HEAD, PUT")
    response = actual(app, "/x/1", origin=EVIL)
    assert (response.status_code, "Allow-Origin" in cors_headers(response)) == (500, False)


def test_decide_where_a_converter_always_raises() -> None:
    app = converting(AlwaysRaises, cors(origins="*"))
    ext = StrictCORS()
    headers = {"Origin": APP}
    for more in ({}, {"Access-Control-Request-Method": "PUT"}):
        builder = EnvironBuilder("/x/1", headers=headers | more)
        builder.method = "OPTIONS" if more else "GET"
        with app.app_context():
            decision = ext.decide(Request(builder.get_environ()))
        assert (decision.allowed, decision.reason, decision.rule) == (False, "no-rule", "none")


def test_a_converter_that_refuses_is_a_404() -> None:
    app = converting(Refuses, cors(origins=[PARTNER]))
    # Werkzeug would have matched another method's view, as far as anybody can tell from outside.
    assert cors_headers(preflight(app, "/x/1", "GET")) == offered("GET", Max_Age="0")
    response = actual(app, "/x/1")
    assert (response.status_code, cors_headers(response)) == (404, granted())


def test_a_converter_that_raises_with_enforce_bars_the_preflight() -> None:
    app = converting(AlwaysRaises, enforce=True)
    response = preflight(app, "/x/1")
    assert (response.status_code, cors_headers(response)) == (403, PREFLIGHT_SILENT)


def test_what_a_context_for_a_converter_tears_down_changes_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    app = converting(NeedsApp)

    @app.teardown_request
    def fail(error: BaseException | None) -> None:
        raise RuntimeError("cannot close")

    with caplog.at_level(logging.ERROR, "flask_strictcors"):
        response = preflight(app, "/x/1")
    assert (response.status_code, cors_headers(response)) == (204, offered("GET, HEAD, PUT"))
