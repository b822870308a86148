"""Every kind of answer has its headers, and only the rules write them."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, Response, redirect, send_from_directory, stream_with_context

from flask_strictcors import Policy, StrictCORS, cors

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


def rich_app(tmp_path: Path, *policies: Policy, **options: Any) -> Flask:
    """Make an app with every kind of answer."""
    (tmp_path / "font.woff2").write_bytes(b"glyphs")
    app = Flask(__name__, static_folder=str(tmp_path), static_url_path="/static")
    StrictCORS(app, *policies, **options)

    route(app, "/")
    route(app, "/", "POST", ("made", 201), endpoint="make")
    route(app, "/away", "GET", lambda: redirect("https://elsewhere.example.com/"))
    route(app, "/empty", "GET", ("", 204))

    @app.get("/stream")
    def stream() -> Response:
        def lines() -> Iterator[str]:
            yield "one\n"
            yield "two\n"

        return Response(stream_with_context(lines()))

    @app.get("/unchanged")
    def unchanged() -> Response:
        return Response(status=304, headers={"ETag": '"v1"'})

    route(app, "/sent", "GET", lambda: send_from_directory(tmp_path, "font.woff2"))
    return app


ANSWERS = [
    ("GET", "/", {}, 200),
    ("HEAD", "/", {}, 200),
    ("POST", "/", {}, 201),
    ("GET", "/empty", {}, 204),
    ("GET", "/away", {}, 302),
    ("GET", "/unchanged", {}, 304),
    ("GET", "/stream", {}, 200),
    ("HEAD", "/stream", {}, 200),
    ("GET", "/static/font.woff2", {}, 200),
    ("HEAD", "/static/font.woff2", {}, 200),
    ("GET", "/static/font.woff2", {"If-Modified-Since": "Wed, 01 Jan 2070 00:00:00 GMT"}, 304),
    ("GET", "/static/font.woff2", {"Range": "bytes=0-2"}, 206),
    ("GET", "/static/missing", {}, 404),
    ("GET", "/sent", {}, 200),
    ("GET", "/nowhere", {}, 404),
    ("POST", "/empty", {}, 405),
    ("OPTIONS", "/", {}, 200),
]


@pytest.mark.parametrize(("method", "path", "headers", "status"), ANSWERS)
def test_every_kind_of_answer_carries_the_rules_headers(
    method: str, path: str, headers: dict[str, str], status: int, tmp_path: Path
) -> None:
    app = rich_app(tmp_path, origins=[APP], credentials=True, expose_headers=["ETag", "X-Total"])
    full = granted(Allow_Credentials="true", Expose_Headers="ETag, X-Total")
    for origin, expected in ((APP, full), (EVIL, SILENT), (None, SILENT), ("null", SILENT)):
        response = actual(app, path, method, origin, headers)
        assert (response.status_code, cors_headers(response)) == (status, expected)


@pytest.mark.parametrize(("method", "path", "headers", "status"), ANSWERS)
@pytest.mark.parametrize("origin", [APP, "null", "", "no origin at all", None])
def test_a_rule_for_everybody_never_looks_at_the_origin(
    method: str,
    path: str,
    headers: dict[str, str],
    status: int,
    origin: str | None,
    tmp_path: Path,
) -> None:
    app = rich_app(tmp_path, origins="*", expose_headers="*")
    with heard(app) as signals:
        response = actual(app, path, method, origin, headers)
    assert (response.status_code, cors_headers(response)) == (
        status,
        granted("*", Expose_Headers="*"),
    )
    assert signals == []


@pytest.mark.parametrize(("method", "path", "headers", "status"), ANSWERS)
def test_without_any_rule_nobody_is_let_in(
    method: str, path: str, headers: dict[str, str], status: int, tmp_path: Path
) -> None:
    app = rich_app(tmp_path)
    with heard(app) as signals:
        response = actual(app, path, method, APP, headers)
    assert (response.status_code, cors_headers(response)) == (status, {})
    assert reasons(signals) == [("origin", "no-rule")]
    assert signals[0].rejection.rule == "none"


@pytest.mark.parametrize("path", ["/", "/nowhere"])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_a_preflight_without_any_rule_gets_nothing(path: str, method: str, tmp_path: Path) -> None:
    app = rich_app(tmp_path)
    with heard(app) as signals:
        response = preflight(app, path, method)
    assert (response.status_code, response.data) == (204, b"")
    assert cors_headers(response) == PREFLIGHT_RULELESS
    assert reasons(signals) == [("origin", "no-rule")]


def test_tiers_depend_on_the_origin_also_where_the_last_is_everybody(tmp_path: Path) -> None:
    app = rich_app(
        tmp_path, Policy(origins=[PARTNER], credentials=True), Policy(origins="*", max_age=None)
    )
    everybody = {"Allow-Origin": "*", "Vary": "Origin"}
    for origin, expected in (
        (PARTNER, granted(PARTNER, Allow_Credentials="true")),
        (EVIL, everybody),
        ("null", everybody),
        ("not an origin", everybody),
        # Without Origin a request is nobody's: what goes out must only vary.
        (None, SILENT),
    ):
        assert cors_headers(actual(app, origin=origin)) == expected, origin
    assert cors_headers(preflight(app, method="POST", origin=PARTNER)) == offered(
        "GET, HEAD, POST", PARTNER, Allow_Credentials="true"
    )
    assert cors_headers(preflight(app, method="POST", origin=EVIL)) == {
        "Allow-Origin": "*",
        "Allow-Methods": "GET, HEAD, POST",
        "Allow-Headers": "Content-Type",
        "Vary": PREFLIGHT_SILENT["Vary"],
    }


@pytest.mark.parametrize(
    ("options", "asks", "reason", "expected"),
    [
        ({}, None, None, offered("GET, HEAD, POST")),
        ({}, "content-type", None, offered("GET, HEAD, POST")),
        ({}, "x-token", "header-not-allowed", offered("GET, HEAD, POST")),
        ({}, "content-type,x-token", "header-not-allowed", offered("GET, HEAD, POST")),
        (
            {"allow_headers": ["X-Token"]},
            "x-token",
            None,
            offered("GET, HEAD, POST", APP, "X-Token"),
        ),
        (
            {"allow_headers": ()},
            "x-token",
            "header-not-allowed",
            offered("GET, HEAD, POST", APP, ""),
        ),
        ({"allow_headers": "*"}, "x", None, offered("GET, HEAD, POST", APP, "*, Authorization")),
        ({"methods": "*"}, None, None, offered("GET, HEAD, POST")),
        ({"methods": ["POST"]}, None, None, offered("POST")),
        ({"methods": ["POST", "PUT"]}, None, None, offered("POST")),
        ({"methods": ["GET", "POST"]}, None, None, offered("GET, HEAD, POST")),
        ({"max_age": 0}, None, None, offered("GET, HEAD, POST", Max_Age="0")),
        ({"expose_headers": ["ETag"]}, None, None, offered("GET, HEAD, POST")),
        (
            {"credentials": True},
            None,
            None,
            offered("GET, HEAD, POST", Allow_Credentials="true"),
        ),
    ],
)
def test_a_preflight_gets_the_whole_truth(
    options: dict[str, Any],
    asks: str | None,
    reason: str | None,
    expected: dict[str, str],
    tmp_path: Path,
) -> None:
    app = rich_app(tmp_path, origins=[APP], **options)
    with heard(app) as signals:
        response = preflight(app, method="POST", asks=asks)
    assert (response.status_code, response.data) == (204, b"")
    assert cors_headers(response) == expected
    assert reasons(signals) == ([("preflight", reason)] if reason else [])


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        # These pass a browser's check whatever the list says.
        ("GET", PREFLIGHT_SILENT),
        ("HEAD", PREFLIGHT_SILENT),
        ("POST", PREFLIGHT_SILENT),
        ("PATCH", offered("PUT")),
        ("DELETE", offered("PUT")),
        ("OPTIONS", offered("PUT")),
        ("put", offered("PUT")),
        ("Put", offered("PUT")),
    ],
)
def test_a_preflight_for_a_method_that_is_not_listed(method: str, expected: dict[str, str]) -> None:
    app = Flask(__name__)
    StrictCORS(app, origins=[APP], methods=["PUT"])
    route(app, "/", "GET POST PUT PATCH")
    with heard(app) as signals:
        response = preflight(app, method=method)
    assert (response.status_code, cors_headers(response)) == (204, expected)
    assert reasons(signals) == [("preflight", "method-not-allowed")]
    assert signals[0].rejection.method == method
    assert signals[0].rejection.preflight


@pytest.mark.parametrize(
    ("methods", "method", "expected"),
    [
        (["GET"], "GET", granted()),
        (["GET"], "HEAD", granted()),
        (["HEAD"], "GET", SILENT),
        (["GET"], "POST", SILENT),
        (["POST"], "GET", SILENT),
        (None, "POST", granted()),
        ("*", "POST", granted()),
        ("*", "DELETE", granted()),
        (None, "DELETE", granted()),
    ],
)
def test_an_actual_request_with_a_method_that_is_not_listed(
    methods: Any, method: str, expected: dict[str, str]
) -> None:
    app = Flask(__name__)
    StrictCORS(app, origins=[APP], methods=methods)
    route(app, "/", "GET POST")
    with heard(app) as signals:
        response = actual(app, method=method)
    assert cors_headers(response) == expected
    assert reasons(signals) == ([("preflight", "method-not-allowed")] if expected == SILENT else [])
    assert all(not rejection.preflight for _, rejection in signals)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        # No route there: the policy's methods, or every method that any route serves.
        ({}, offered("DELETE, GET, HEAD, POST")),
        ({"methods": "*"}, offered("DELETE, GET, HEAD, POST")),
        ({"methods": ["PUT", "DELETE"]}, offered("DELETE, PUT")),
    ],
)
def test_a_preflight_where_no_route_is(options: dict[str, Any], expected: dict[str, str]) -> None:
    app = Flask(__name__)
    StrictCORS(app, origins=[APP], **options)
    route(app, "/", "GET POST")
    route(app, "/item", "DELETE")
    assert cors_headers(preflight(app, "/nowhere", "DELETE")) == expected


def test_a_preflight_for_a_405_is_told_what_is_served() -> None:
    app = Flask(__name__)
    StrictCORS(app, origins=[APP])
    route(app, "/")
    with heard(app) as signals:
        assert cors_headers(preflight(app, method="DELETE")) == offered("GET, HEAD")
        assert cors_headers(preflight(app, method="POST")) == PREFLIGHT_SILENT
    assert reasons(signals) == [("preflight", "method-not-allowed")] * 2


@pytest.mark.parametrize(
    ("headers", "reaches"),
    [
        ({}, True),
        ({"Origin": APP}, True),
        ({"Access-Control-Request-Method": "PUT"}, True),
        ({"Access-Control-Request-Headers": "x", "Origin": APP}, True),
        ({"Origin": APP, "Access-Control-Request-Method": "PUT"}, False),
    ],
)
def test_any_options_request_that_is_no_preflight_is_the_apps(
    headers: dict[str, str], reaches: bool
) -> None:
    app = Flask(__name__)
    StrictCORS(app, origins=[APP])
    route(app, "/", "PUT OPTIONS", "the app's")
    response = actual(app, "/", "OPTIONS", None, headers)
    assert (response.data == b"the app's") == reaches
    if reaches:
        assert cors_headers(response) == (granted() if "Origin" in headers else SILENT)


# --- the sole author ------------------------------------------------------------------------------

FOREIGN = {
    "Access-Control-Allow-Origin": "*",
    "access-control-allow-credentials": "true",
    "ACCESS-CONTROL-EXPOSE-HEADERS": "X-Secret",
    "Access-Control-Allow-Private-Network": "true",
    "Access-Control-Anything": "1",
}


def outspoken_app(**options: Any) -> Flask:
    """Make an app whose views write CORS headers themselves."""
    app = Flask(__name__)
    StrictCORS(app, **options)
    route(app, "/", "GET", ("in", FOREIGN))
    route(app, "/other", "GET", ("in", FOREIGN))
    route(app, "/exempt", "GET", ("in", FOREIGN), tag=cors.exempt)
    return app


@pytest.mark.parametrize(
    ("options", "origin", "expected"),
    [
        ({"origins": [APP]}, APP, granted()),
        ({"origins": [APP]}, EVIL, SILENT),
        ({"origins": [APP]}, None, SILENT),
        ({"origins": "*"}, EVIL, granted("*")),
        ({}, APP, {}),
        ({}, None, {}),
    ],
)
def test_what_a_view_writes_itself_is_dropped(
    options: dict[str, Any], origin: str | None, expected: dict[str, str]
) -> None:
    assert cors_headers(actual(outspoken_app(**options), origin=origin)) == expected


def test_what_a_view_writes_itself_is_reported_once_for_each_endpoint(
    caplog: pytest.LogCaptureFixture,
) -> None:
    app = outspoken_app(origins=[APP])
    with caplog.at_level(logging.WARNING, "flask_strictcors"):
        for _ in range(3):
            actual(app)
            actual(app, "/other")
            actual(app, "/exempt")
    first, second = (r.getMessage() for r in caplog.records)
    assert first == (
        "Dropped ACCESS-CONTROL-EXPOSE-HEADERS, Access-Control-Allow-Origin, "
        "Access-Control-Allow-Private-Network, Access-Control-Anything, "
        "access-control-allow-credentials, set beside the rules for endpoint /: only the rules "
        "write CORS headers. Give the view @cors(...), or @cors.exempt to let it speak for itself."
    )
    assert "for endpoint /other: " in second


@pytest.mark.parametrize("is_replaced", [False, True])
def test_it_is_reported_too_where_the_wrapper_is_not_in_the_way(
    is_replaced: bool, caplog: pytest.LogCaptureFixture
) -> None:
    app = outspoken_app(origins=[APP])
    inner = Flask.wsgi_app.__get__(app)
    if is_replaced:
        guard = app.extensions["strictcors"]
        # An environ of its own making: the hooks do not know of the wrapper, nor it of what they
        # have dropped.
        guard.inner = lambda environ, start: inner(
            {k: v for k, v in environ.items() if not k.startswith("flask")}, start
        )
    served = app if is_replaced else inner
    with caplog.at_level(logging.WARNING, "flask_strictcors"):
        for _ in range(3):
            assert cors_headers(actual(served)) == granted()
    (said,) = (r.getMessage() for r in caplog.records)
    assert said.startswith("Dropped ACCESS-CONTROL-EXPOSE-HEADERS, Access-Control-Allow-Origin, ")
    assert "for endpoint /: " in said


def test_an_exempt_view_keeps_what_it_writes() -> None:
    response = actual(outspoken_app(origins=[APP]), "/exempt", origin=EVIL)
    for name, value in FOREIGN.items():
        assert response.headers.getlist(name) == [value]
    assert "Vary" not in response.headers


def test_the_views_own_response_object_is_not_changed() -> None:
    app = Flask(__name__)
    StrictCORS(app, origins=[APP])
    shared = Response("shared", headers={"X-Kept": "1"})
    route(app, "/", "GET", lambda: shared)
    for origin in (APP, EVIL, None):
        actual(app, origin=origin)
    assert sorted(shared.headers.keys()) == ["Content-Length", "Content-Type", "X-Kept"]


def test_other_headers_and_cookies_come_through_in_order() -> None:
    app = Flask(__name__)
    StrictCORS(app, origins=[APP])

    @app.get("/")
    def index() -> Response:
        response = Response("in")
        response.set_cookie("a", "1")
        response.set_cookie("b", "2")
        response.headers["Age"] = "3"
        response.headers["Via"] = "1.1 cache"
        return response

    response = actual(app)
    assert [c.partition("=")[0] for c in response.headers.getlist("Set-Cookie")] == ["a", "b"]
    assert (response.headers["Age"], response.headers["Via"]) == ("3", "1.1 cache")
    assert cors_headers(response) == granted()
