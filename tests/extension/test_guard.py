"""The guard where its hooks stand alone, or come too late, and what it leaves behind."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask, Response
from werkzeug.test import EnvironBuilder, TestResponse, run_wsgi_app

from flask_strictcors import StrictCORS, cors

from .wire import (
    APP,
    EVIL,
    PARTNER,
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

BARRED = b"Cross-origin request refused.\n"


def failing(response: Response) -> Response:
    raise LookupError


def wrapped_with(app: Flask, wrap: Any, **options: Any) -> None:
    app.wsgi_app = wrap(app.wsgi_app)  # type: ignore[method-assign]
    with pytest.warns(UserWarning, match="already wraps"):
        StrictCORS(app, origins=[APP], **options)


# --- the environ ---------------------------------------------------------------------------------


def test_nothing_is_left_in_the_environ_once_the_answer_is_there() -> None:
    app = Flask(__name__, static_folder=None)
    StrictCORS(app, origins=[APP])
    route(app, "/x")
    environ = EnvironBuilder("/x", headers={"Origin": APP}).get_environ()
    before = set(environ)
    assert list(app(environ, lambda status, headers: None)) == [b"in"]
    assert [key for key in set(environ) - before if not key.startswith("werkzeug.")] == []


def test_an_environ_that_somebody_has_emptied_breaks_nothing() -> None:
    def emptying(inner: Any) -> Any:
        def serve(environ: dict[str, Any], start_response: Any) -> Any:
            body = inner(environ, start_response)
            environ.clear()
            return body

        return serve

    app = Flask(__name__, static_folder=None)
    wrapped_with(app, emptying)
    route(app, "/x")
    environ = EnvironBuilder("/x", headers={"Origin": APP}).get_environ()
    chunks, status, headers = run_wsgi_app(app, environ)
    assert (b"".join(chunks), status) == (b"in", "200 OK")
    assert headers["Access-Control-Allow-Origin"] == APP


# --- where no hook of ours is reached ------------------------------------------------------------


def unreached(**options: Any) -> Flask:
    """Make an app in which a hook before ours answers, and one after it raises each time."""
    app = Flask(__name__, static_folder=None)
    app.before_request(lambda: "early")
    StrictCORS(app, **{"origins": [APP]} | options)
    app.after_request(failing)
    app.register_error_handler(500, lambda _: ("ours", 500, {"Access-Control-Max-Age": "9"}))
    route(app, "/x", "GET POST", tag=cors(origins=[PARTNER]))
    return app


def test_where_no_hook_is_reached_the_barred_get_their_403_all_the_same() -> None:
    app = unreached(enforce=True)
    with heard(app) as signals:
        response = actual(app, "/x", "POST", EVIL)
    assert (response.status_code, response.data) == (403, BARRED)
    assert cors_headers(response) == SILENT
    assert reasons(signals) == [("origin", "not-allowed")]
    response = actual(app, "/x", "POST", PARTNER)
    assert (response.status_code, response.data) == (500, b"ours")
    assert cors_headers(response) == granted(PARTNER)


def test_where_no_hook_is_reached_what_is_dropped_is_reported_of_its_endpoint(
    caplog: pytest.LogCaptureFixture,
) -> None:
    app = unreached()
    assert cors_headers(actual(app, "/x", "POST", PARTNER)) == granted(PARTNER)
    (said,) = (r.getMessage() for r in caplog.records if r.name == "flask_strictcors")
    assert said.startswith("Dropped Access-Control-Max-Age, set beside the rules for endpoint /x:")


def early_app(body: Any, **options: Any) -> Flask:
    app = Flask(__name__, static_folder=None)
    app.before_request(lambda: Response(body, 201, {"Access-Control-Allow-Origin": "*"}))
    StrictCORS(app, origins=[APP], **options)
    route(app, "/x", "GET POST")
    return app


def test_what_is_refused_behind_an_earlier_answer_is_told_once() -> None:
    app = early_app("early")
    with heard(app) as signals:
        assert cors_headers(actual(app, "/x", "POST", EVIL)) == SILENT
    assert reasons(signals) == [("origin", "not-allowed")]


# --- where only our hooks are --------------------------------------------------------------------


def hooks_alone(app: Flask, method: str, origin: str, *, asks: bool = False) -> TestResponse:
    bare = Flask.wsgi_app.__get__(app)
    return (preflight if asks else actual)(bare, "/x", method, origin)


class Body(list[bytes]):
    """A body that knows how often it was closed."""

    closed = 0

    def close(self) -> None:
        self.closed += 1


def test_hooks_alone_judge_what_an_earlier_hook_has_answered() -> None:
    app = early_app("early")
    for origin, expected in ((APP, granted()), (EVIL, SILENT)):
        response = hooks_alone(app, "POST", origin)
        assert (response.status_code, response.data) == (201, b"early")
        assert cors_headers(response) == expected


def test_hooks_alone_replace_what_an_earlier_hook_has_answered_to_the_barred() -> None:
    body = Body([b"SIDE EFFECT"])
    response = hooks_alone(early_app(body, enforce=True), "POST", EVIL)
    assert (response.status_code, response.data) == (403, BARRED)
    assert cors_headers(response) == SILENT
    response.close()
    assert body.closed == 1


def test_hooks_alone_replace_what_an_earlier_hook_has_answered_to_a_preflight() -> None:
    response = hooks_alone(early_app("early"), "POST", APP, asks=True)
    assert (response.status_code, response.data) == (204, b"")
    assert cors_headers(response) == offered("GET, HEAD, POST")


@pytest.mark.parametrize("is_wrapped", [False, True])
def test_what_others_make_of_a_403_stays(is_wrapped: bool) -> None:
    app = Flask(__name__, static_folder=None)
    StrictCORS(app, origins=[APP], enforce=True)
    route(app, "/x", "GET POST")

    @app.after_request
    def brand(response: Response) -> Response:
        response.headers["X-Frame-Options"] = "DENY"
        response.data = b"Ask us."
        return response

    response = actual(app, "/x", "POST", EVIL) if is_wrapped else hooks_alone(app, "POST", EVIL)
    assert (response.status_code, response.headers["X-Frame-Options"]) == (403, "DENY")
    assert (response.data, response.content_length) == (b"Ask us.", 7)
