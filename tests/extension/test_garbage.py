"""Nothing that a request says makes the extension raise, or opens anything."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask, Response
from werkzeug.test import EnvironBuilder, run_wsgi_app

from flask_strictcors import StrictCORS, cors

from .wire import (
    APP,
    EVIL,
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

ORIGINS = [
    "",
    " ",
    "null",
    "NULL",
    "*",
    "https://",
    "https:///",
    "://",
    "//app.example.com",
    "app.example.com",
    "https://app.example.com/",
    "https://app.example.com/path",
    "https://app.example.com?x",
    "https://app.example.com#x",
    "https://app.example.com:443",
    "https://app.example.com:",
    "https://app.example.com:99999",
    "https://app.example.com:-1",
    "https://app.example.com:80:80",
    "https://user@app.example.com",
    "https://user:pw@app.example.com",
    "HTTPS://app.example.com",
    "https://App.example.com",
    " https://app.example.com",
    "https://app.example.com ",
    "https://app.example.com\t",
    "https://app.example.com, https://app.example.com",
    "https://app.example.com https://evil.example.net",
    "https://app.example.com.evil.net",
    "https://app.example.com.",
    "https://xapp.example.com",
    "https://app_example.com",
    "https://app.example.com%00.evil.net",
    "https://app.example.com\x00",
    "https://app.example.com\r\nX: y",
    "https://[::1",
    "https://[::1]]",
    "https://::1",
    "https://[:::::]",
    "https://999.999.999.999",
    "https://0x7f.1",
    "https://b\xfccher.example",
    "https://\xff\xfe",
    "https://" + "a" * 100_000,
    "https://" + "a." * 50_000,
    "https://*.example.com",
    "javascript:alert(1)",
    "data:text/html,x",
    "file://",
    "blob:https://app.example.com",
]


def simple_app(**options: Any) -> Flask:
    app = Flask(__name__, static_folder=None)
    StrictCORS(app, **{"origins": [APP, "https://*.sub.example.com"]} | options)
    route(app, "/", "GET PUT")
    return app


def raw(app: Flask, **environ: str) -> Any:
    """Send what no client would, since clients parse URLs and hosts themselves."""
    sent = EnvironBuilder("/").get_environ() | environ
    return Response(*run_wsgi_app(app, sent, buffered=True))


@pytest.mark.parametrize("origin", ORIGINS, ids=range(len(ORIGINS)))
@pytest.mark.parametrize("callable_", [False, True])
def test_an_origin_that_is_none_gets_nothing(origin: str, callable_: bool) -> None:
    asked: list[str] = []

    def admit(origin: str) -> bool:
        asked.append(origin)
        return True

    options: dict[str, Any] = {"origins": admit, "allowlist": [APP]} if callable_ else {}
    app = simple_app(**options)
    with heard(app) as signals:
        response = raw(app, HTTP_ORIGIN=origin)
        assert (response.status_code, cors_headers(response)) == (200, SILENT)
        response = raw(
            app,
            HTTP_ORIGIN=origin,
            REQUEST_METHOD="OPTIONS",
            HTTP_ACCESS_CONTROL_REQUEST_METHOD="PUT",
        )
        assert (response.status_code, cors_headers(response)) == (204, PREFLIGHT_SILENT)
    assert [signal for signal, _ in signals] == ["origin", "origin"]
    assert asked == []
    for _, rejection in signals:
        assert rejection.origin.isascii()
        assert rejection.origin.isprintable() or rejection.origin == ""
        assert len(rejection.origin) <= 200


@pytest.mark.parametrize(
    "method", ["", " ", "a b", "GET,PUT", "GET\n", "G\xcbT", "\x00", "PUT\r\nX", "{}", "x" * 10_000]
)
@pytest.mark.parametrize("origin", [APP, EVIL])
def test_a_requested_method_that_is_none_is_refused(method: str, origin: str) -> None:
    app = simple_app()
    with heard(app) as signals:
        response = raw(
            app,
            HTTP_ORIGIN=origin,
            REQUEST_METHOD="OPTIONS",
            HTTP_ACCESS_CONTROL_REQUEST_METHOD=method,
        )
    assert (response.status_code, response.data) == (204, b"")
    headers = cors_headers(response)
    assert {"Access-Control-Request-Headers", "Access-Control-Request-Method"} <= set(
        headers["Vary"].split(", ")
    )
    assert "Allow-Origin" not in headers
    assert len(signals) == 1
    assert len(signals[0].rejection.method) <= 200
    assert signals[0].rejection.method.isascii()


@pytest.mark.parametrize("method", ["get", "Put", "pUT", "patch", "delete", "Options", "propfind"])
def test_a_requested_method_is_compared_with_its_case(method: str) -> None:
    app = Flask(__name__, static_folder=None)
    StrictCORS(app, origins=[APP])
    route(app, "/", "GET PUT PATCH DELETE OPTIONS PROPFIND")
    with heard(app) as signals:
        headers = cors_headers(preflight(app, method=method))
    assert headers == offered("DELETE, GET, HEAD, OPTIONS, PATCH, PROPFIND, PUT")
    assert reasons(signals) == [("preflight", "method-not-allowed")]
    assert signals[0].rejection.method == method


@pytest.mark.parametrize(
    ("asks", "reason"),
    [
        ("", None),
        (",", None),
        (" , , ", None),
        ("content-type", None),
        ("Content-Type", None),
        ("content-type, content-type", None),
        ("content-type,", None),
        ("x-a", "header-not-allowed"),
        ("content-type,x-a,x-b", "header-not-allowed"),
        ("content type", "malformed-request-headers"),
        ("content-type;x", "malformed-request-headers"),
        ("\xff", "malformed-request-headers"),
        ("," * 1_000_000, "malformed-request-headers"),
        ("a" * 1_000_000, "malformed-request-headers"),
        (" " * 1_000_000, "malformed-request-headers"),
    ],
    ids=range(15),
)
def test_requested_headers_are_read_only_to_report_them(asks: str, reason: str | None) -> None:
    app = simple_app()
    with heard(app) as signals:
        response = raw(
            app,
            HTTP_ORIGIN=APP,
            REQUEST_METHOD="OPTIONS",
            HTTP_ACCESS_CONTROL_REQUEST_METHOD="PUT",
            HTTP_ACCESS_CONTROL_REQUEST_HEADERS=asks,
        )
    assert (response.status_code, cors_headers(response)) == (204, offered("GET, HEAD, PUT"))
    assert reasons(signals) == ([("preflight", reason)] if reason else [])
    for _, rejection in signals:
        assert all(len(name) <= 200 and name.isascii() for name in rejection.headers)


@pytest.mark.parametrize(
    "path_info",
    [
        "",
        "//",
        "///evil.example.net",
        "/\xff\xfe",
        "/%",
        "/%zz",
        "/\x00",
        "/\r\nX: y",
        "no-slash",
        "/" * 10_000,
        "/" + "a/" * 10_000,
        "/..",
        "\\",
        "/?",
        "/#",
        "http://evil.example.net/",
    ],
    ids=range(16),
)
@pytest.mark.parametrize("rules", [{}, {"/*": {"origins": [APP]}}])
def test_whatever_the_path_nobody_is_let_in_who_is_not(
    path_info: str, rules: dict[str, Any]
) -> None:
    app = simple_app(rules=rules)
    for origin in (APP, EVIL):
        for given in (
            {"HTTP_ORIGIN": origin},
            {
                "HTTP_ORIGIN": origin,
                "REQUEST_METHOD": "OPTIONS",
                "HTTP_ACCESS_CONTROL_REQUEST_METHOD": "PUT",
            },
        ):
            with heard(app) as signals:
                response = raw(app, PATH_INFO=path_info, **given)
            assert response.status_code < 500
            assert cors_headers(response).get("Allow-Origin") in (None, origin)
            if origin == EVIL:
                assert "Allow-Origin" not in cors_headers(response)
            for _, rejection in signals:
                assert rejection.path.isascii()
                assert rejection.path.isprintable()
                assert len(rejection.path) <= 200


@pytest.mark.parametrize(
    "host", ["", "a b", "evil/../x", "[::1", "x" * 10_000, "\xff", "a:b:c", "a@b"]
)
def test_whatever_the_host_nobody_is_let_in_who_is_not(host: str) -> None:
    app = simple_app()
    for method in ("GET", "OPTIONS"):
        response = raw(
            app,
            HTTP_HOST=host,
            HTTP_ORIGIN=EVIL,
            REQUEST_METHOD=method,
            HTTP_ACCESS_CONTROL_REQUEST_METHOD="PUT",
        )
        assert response.status_code < 500
        assert "Allow-Origin" not in cors_headers(response)


@pytest.mark.parametrize("method", ["", "get", "G T", "\xff", "CONNECT", "TRACE", "x" * 10_000])
def test_whatever_the_method_nobody_is_let_in_who_is_not(method: str) -> None:
    app = simple_app()
    for origin in (APP, EVIL):
        response = raw(app, HTTP_ORIGIN=origin, REQUEST_METHOD=method)
        assert response.status_code < 500
        assert ("Allow-Origin" in cors_headers(response)) <= (origin == APP)


def test_nothing_else_of_a_request_matters_or_comes_back() -> None:
    app = simple_app()
    route(app, "/everybody", tag=cors(origins="*"))
    noise = {
        "Cookie": "session=1",
        "Authorization": "Bearer x",
        "Vary": "X-Evil",
        "X-Forwarded-Host": "app.example.com",
        "X-Forwarded-Proto": "https",
        "Forwarded": "host=app.example.com;proto=https",
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Request-Private-Network": "true",
        "Referer": f"{APP}/page",
        "Sec-Fetch-Mode": "cors",
    }
    assert cors_headers(actual(app, headers=noise)) == granted()
    assert cors_headers(actual(app, origin=EVIL, headers=noise)) == SILENT
    assert cors_headers(actual(app, "/everybody", origin=EVIL, headers=noise)) == granted("*")
    assert cors_headers(preflight(app, headers=noise)) == offered("GET, HEAD, PUT")
    assert cors_headers(preflight(app, origin=EVIL, headers=noise)) == PREFLIGHT_SILENT
