"""Whatever wraps `app.wsgi_app`, before us, after us, or in our place."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask, Response, abort
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from flask_strictcors import StrictCORS, cors

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
    reasons,
    route,
)


def failing() -> str:
    raise KeyError


def plain_app() -> Flask:
    app = Flask(__name__, static_folder=None)
    route(app, "/", "GET PUT")
    route(app, "/pinned", "GET PUT", tag=cors(origins=[PARTNER]))
    route(app, "/exempt", "GET", ("in", {"Access-Control-Allow-Origin": "mine"}), tag=cors.exempt)
    route(app, "/broken", "GET", failing)
    route(app, "/gone", "GET", lambda: abort(410))
    route(app, "/slash/", "GET PUT", tag=cors(origins=[PARTNER]))
    own = {"Access-Control-Allow-Origin": "*", "Vary": "Accept"}
    route(app, "/own", "GET", ("in", own))
    return app


EXCHANGES = [
    # path, method, origin, status, headers of the actual request, of its preflight
    ("/", "PUT", APP, 200, granted(), offered("GET, HEAD, PUT")),
    ("/", "PUT", EVIL, 200, SILENT, PREFLIGHT_SILENT),
    ("/", "GET", None, 200, SILENT, None),
    ("/pinned", "PUT", PARTNER, 200, granted(PARTNER), offered("GET, HEAD, PUT", PARTNER)),
    ("/pinned", "PUT", APP, 200, SILENT, PREFLIGHT_SILENT),
    ("/broken", "GET", APP, 500, granted(), offered("GET, HEAD")),
    ("/gone", "GET", APP, 410, granted(), offered("GET, HEAD")),
    ("/nowhere", "GET", APP, 404, granted(), offered("GET, HEAD, PUT")),
    ("/nowhere", "GET", EVIL, 404, SILENT, PREFLIGHT_SILENT),
    ("/broken", "POST", APP, 405, granted(), PREFLIGHT_SILENT),
    ("/slash", "PUT", PARTNER, 308, granted(PARTNER), offered("GET, HEAD, PUT", PARTNER)),
    ("/slash", "PUT", APP, 308, SILENT, PREFLIGHT_SILENT),
    ("/own", "GET", APP, 200, granted(Vary="Accept, Origin"), offered("GET, HEAD")),
    ("/own", "GET", EVIL, 200, {"Vary": "Accept, Origin"}, PREFLIGHT_SILENT),
    ("/exempt", "GET", EVIL, 200, {"Allow-Origin": "mine"}, {}),
]
each_exchange = pytest.mark.parametrize(
    ("path", "method", "origin", "status", "headers", "asked"), EXCHANGES
)


# --- where our wrapper is not in the way ----------------------------------------------------------


def replaced(app: Flask) -> Any:
    app.wsgi_app = Flask.wsgi_app.__get__(app)
    return app


def bypassed(app: Flask) -> Any:
    return Flask.wsgi_app.__get__(app)


def replaced_with_another_environ(app: Flask) -> Any:
    inner = Flask.wsgi_app.__get__(app)
    return lambda environ, start_response: inner(dict(environ), start_response)


@each_exchange
@pytest.mark.parametrize("replace", [replaced, bypassed, replaced_with_another_environ])
def test_hooks_alone_give_the_right_answers_too(
    replace: Callable[[Flask], Any],
    path: str,
    method: str,
    origin: str | None,
    status: int,
    headers: dict[str, str],
    asked: dict[str, str] | None,
) -> None:
    app = plain_app()
    StrictCORS(app, origins=[APP])
    served = replace(app)
    response = actual(served, path, method, origin)
    assert (response.status_code, cors_headers(response)) == (status, headers)
    if asked is not None and origin is not None:
        response = preflight(served, path, method, origin)
        assert cors_headers(response) == asked
        if path != "/exempt":
            assert (response.status_code, response.data) == (204, b"")


@each_exchange
def test_full_dispatch_request_called_directly(
    path: str,
    method: str,
    origin: str | None,
    status: int,
    headers: dict[str, str],
    asked: dict[str, str] | None,
) -> None:
    if status == 500:
        return  # the exception leaves full_dispatch_request: there is no answer
    app = plain_app()
    StrictCORS(app, origins=[APP])
    given = {"Origin": origin} if origin is not None else {}
    with app.test_request_context(path, method=method, headers=given):
        response = app.full_dispatch_request()
    assert (response.status_code, cors_headers(response)) == (status, headers)
    if asked is None:
        return
    given |= {"Access-Control-Request-Method": method}
    with app.test_request_context(path, method="OPTIONS", headers=given):
        response = app.full_dispatch_request()
    assert cors_headers(response) == asked


def test_a_refusal_is_told_once_where_only_hooks_are() -> None:
    app = plain_app()
    StrictCORS(app, origins=[APP])
    with heard(app) as signals:
        actual(bypassed(app), origin=EVIL)
        preflight(bypassed(app), origin=EVIL)
    assert reasons(signals) == [("origin", "not-allowed")] * 2
    assert [rejection.preflight for _, rejection in signals] == [False, True]


def test_enforce_where_only_hooks_are() -> None:
    app = plain_app()
    StrictCORS(app, origins=[APP], enforce=True)
    for response, expected in (
        (actual(bypassed(app), origin=EVIL), SILENT),
        (preflight(bypassed(app), origin=EVIL), PREFLIGHT_SILENT),
    ):
        assert (response.status_code, cors_headers(response)) == (403, expected)
        assert response.headers["Cache-Control"] == "no-store"


# --- what stands inside of our wrapper ------------------------------------------------------------


def passing_on(inner: Any) -> Any:
    def serve(environ: dict[str, Any], start_response: Any) -> Any:
        return inner(environ, start_response)

    return serve


def copying(inner: Any) -> Any:
    return lambda environ, start_response: inner(dict(environ), start_response)


def standard_keys(environ: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in environ.items() if not key.startswith("flask")}


def replacing(inner: Any) -> Any:
    return lambda environ, start_response: inner(standard_keys(environ), start_response)


def touching_request(inner: Any) -> Any:
    def serve(environ: dict[str, Any], start_response: Any) -> Any:
        Request(environ).headers.get("Origin")
        return inner(environ, start_response)

    return serve


def lazy(inner: Any) -> Any:
    def serve(environ: dict[str, Any], start_response: Any) -> Any:
        yield from inner(environ, start_response)

    return serve


def with_a_prefix(inner: Any) -> Any:
    def serve(environ: dict[str, Any], start_response: Any) -> Any:
        environ["SCRIPT_NAME"] = "/elsewhere"
        return inner(environ, start_response)

    return serve


def wrapped_inside(app: Flask, wrap: Callable[[Any], Any], **options: Any) -> Flask:
    app.wsgi_app = wrap(app.wsgi_app)
    with pytest.warns(UserWarning, match=r"wraps app\.wsgi_app"):
        StrictCORS(app, **{"origins": [APP]} | options)
    return app


@each_exchange
@pytest.mark.parametrize(
    "wrap",
    [passing_on, copying, replacing, touching_request, lazy, with_a_prefix],
)
def test_an_inner_wrapper_changes_nothing(
    wrap: Callable[[Any], Any],
    path: str,
    method: str,
    origin: str | None,
    status: int,
    headers: dict[str, str],
    asked: dict[str, str] | None,
) -> None:
    app = wrapped_inside(plain_app(), wrap)
    with heard(app) as signals:
        response = actual(app, path, method, origin)
    assert (response.status_code, cors_headers(response)) == (status, headers)
    assert len(signals) == (headers in (SILENT, {"Vary": "Accept, Origin"}) and origin is not None)
    if asked is not None and origin is not None:
        assert cors_headers(preflight(app, path, method, origin)) == asked


@pytest.mark.parametrize("wrap", [copying, replacing, lazy])
def test_an_inner_wrapper_and_hooks_that_fail(wrap: Callable[[Any], Any]) -> None:
    app = plain_app()

    @app.after_request
    def fail(response: Response) -> Response:
        raise RuntimeError

    wrapped_inside(app, wrap)
    response = actual(app, "/pinned", origin=PARTNER)
    assert (response.status_code, cors_headers(response)) == (500, granted(PARTNER))
    response = actual(app, "/pinned")
    assert (response.status_code, cors_headers(response)) == (500, SILENT)


def test_an_inner_wrapper_that_starts_again_with_what_went_wrong() -> None:
    error = KeyError("late")

    def starting_again(inner: Any) -> Any:
        def serve(environ: dict[str, Any], start_response: Any) -> Any:
            def start(status: str, headers: Any, exc_info: Any = None) -> Any:
                start_response(status, headers)
                return start_response("500 Late", headers, (KeyError, error, None))

            return inner(environ, start)

        return serve

    app = wrapped_inside(plain_app(), starting_again)
    started: list[tuple[str, dict[str, str], Any]] = []

    def start_response(status: str, headers: Any, exc_info: Any = None) -> Any:
        started.append((status, dict(headers), exc_info))

    list(app(EnvironBuilder("/", headers={"Origin": APP}).get_environ(), start_response))
    assert [(status, exc_info) for status, _, exc_info in started] == [
        ("200 OK", None),
        ("500 Late", (KeyError, error, None)),
    ]
    for _, headers, _ in started:
        assert headers["Access-Control-Allow-Origin"] == APP


def test_an_inner_wrapper_that_answers_by_itself_is_left_alone() -> None:
    def answering(inner: Any) -> Any:
        def serve(environ: dict[str, Any], start_response: Any) -> Any:
            if environ["PATH_INFO"] != "/health":
                return inner(environ, start_response)
            start_response("200 OK", [("Access-Control-Allow-Origin", "mine"), ("Vary", "A")])
            return [b"well"]

        return serve

    app = wrapped_inside(plain_app(), answering)
    response = actual(app, "/health", origin=EVIL)
    assert (response.data, cors_headers(response)) == (
        b"well",
        {"Allow-Origin": "mine", "Vary": "A"},
    )
    assert cors_headers(actual(app)) == granted()


@pytest.mark.parametrize("drops_keys", [False, True])
@pytest.mark.parametrize(("sent", "seen"), [(EVIL, APP), (EVIL, None), (APP, EVIL), (APP, None)])
def test_an_inner_wrapper_that_rewrites_the_origin_lets_nobody_in(
    sent: str, seen: str | None, drops_keys: bool
) -> None:
    def rewriting(inner: Any) -> Any:
        def serve(environ: dict[str, Any], start_response: Any) -> Any:
            environ = standard_keys(environ) if drops_keys else environ
            environ.pop("HTTP_ORIGIN")
            if seen is not None:
                environ["HTTP_ORIGIN"] = seen
            return inner(environ, start_response)

        return serve

    app = wrapped_inside(plain_app(), rewriting)
    headers = cors_headers(actual(app, origin=sent))
    # Never the origin that was not admitted.
    assert headers.get("Allow-Origin") in (None, APP)


def test_an_inner_wrapper_that_moves_the_path_moves_the_actual_request() -> None:
    def moving(inner: Any) -> Any:
        def serve(environ: dict[str, Any], start_response: Any) -> Any:
            environ["PATH_INFO"] = "/pinned"
            return inner(environ, start_response)

        return serve

    app = wrapped_inside(plain_app(), moving)
    assert cors_headers(actual(app, "/", origin=PARTNER)) == granted(PARTNER)
    assert cors_headers(actual(app, "/")) == SILENT


# --- the warning ----------------------------------------------------------------------------------


def test_a_wrapper_that_comes_later_is_no_reason_to_warn() -> None:
    app = plain_app()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        StrictCORS(app, origins=[APP])
        app.wsgi_app = copying(app.wsgi_app)
    assert cors_headers(actual(app)) == granted()
    assert cors_headers(preflight(app)) == offered("GET, HEAD, PUT")


def test_the_warning_names_the_wrapper_and_points_at_the_users_line() -> None:
    app = plain_app()
    app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {})
    with pytest.warns(UserWarning, match="DispatcherMiddleware") as caught:
        StrictCORS(app, origins=[APP])
    assert caught[0].filename == __file__


def test_the_warning_points_at_init_app() -> None:
    app, ext = plain_app(), StrictCORS(origins=[APP])
    app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {})
    with pytest.warns(UserWarning, match="DispatcherMiddleware") as caught:
        ext.init_app(app)
    assert caught[0].filename == __file__


@pytest.mark.parametrize(
    ("options", "warned"),
    [({}, False), ({"host_matching": True}, True), ({"subdomain_matching": True}, True)],
)
def test_proxyfix_inside_is_named_only_where_hosts_matter(
    options: dict[str, Any], warned: bool
) -> None:
    app = Flask(__name__, static_folder=None, **options)
    app.wsgi_app = ProxyFix(app.wsgi_app)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        StrictCORS(app, origins=[APP])
    assert [("ProxyFix" in str(warning.message)) for warning in caught] == [True] * warned


# --- a prefix -------------------------------------------------------------------------------------


@pytest.mark.parametrize("script_name", ["/mounted", "/mounted/deep"])
def test_an_app_under_a_prefix(script_name: str) -> None:
    app = plain_app()
    StrictCORS(app, origins=[APP], rules={"/nowhere": {"origins": [PARTNER]}, "/mounted": None})
    given = {"base_url": f"http://localhost{script_name}/"}
    for path, method, origin, status, headers, asked in EXCHANGES:
        if path == "/nowhere":
            continue
        response = actual(app, path, method, origin, **given)
        assert (response.status_code, cors_headers(response)) == (status, headers), path
        if asked is not None:
            assert cors_headers(preflight(app, path, method, origin, **given)) == asked
    # Path rules are relative to the app.
    with heard(app) as signals:
        assert cors_headers(actual(app, "/nowhere", origin=PARTNER, **given)) == granted(PARTNER)
        assert cors_headers(actual(app, "/nowhere", **given)) == SILENT
    assert signals[0].rejection.path == "/nowhere"


def test_proxyfix_that_gives_a_prefix() -> None:
    app = plain_app()
    StrictCORS(app, origins=[APP], rules={"/x": {"origins": [PARTNER]}})
    app.wsgi_app = ProxyFix(app.wsgi_app, x_prefix=1)
    given = {"headers": {"X-Forwarded-Prefix": "/api"}}
    assert cors_headers(actual(app, "/x", origin=PARTNER, **given)) == granted(PARTNER)
    assert cors_headers(preflight(app, "/x", "GET", PARTNER, **given)) == offered(
        "GET, HEAD, PUT", PARTNER
    )
    response = actual(app, "/slash", "PUT", PARTNER, **given)
    assert (response.status_code, cors_headers(response)) == (308, granted(PARTNER))
