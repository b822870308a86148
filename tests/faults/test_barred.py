"""The 403 of enforced rules: constant, whatever the app's own classes make of answers."""

from __future__ import annotations

import json
from typing import Any

import pytest
from extension.wire import (
    APP,
    EVIL,
    SILENT,
    actual,
    cors_headers,
    heard,
    preflight,
    reasons,
    route,
)
from flask import Flask, Response

from flask_strictcors import StrictCORS

from .traffic import BARRED


class Enveloping(Response):
    """Puts each body into an envelope."""

    def __init__(self, response: Any = None, *given: Any, **named: Any) -> None:
        super().__init__(json.dumps({"content": str(response)}), *given, **named)


class Typed(Response):
    """Takes what the app's own views return, and nothing else."""

    def __init__(self, response: str, status: int = 200) -> None:
        super().__init__(response, status)


class Faulty(Response):
    """Cannot be made."""

    def __init__(self, *given: Any, **named: Any) -> None:
        raise LookupError("a fault")


@pytest.mark.parametrize("response_class", [Enveloping, Typed, Faulty])
@pytest.mark.parametrize("is_debug", [False, True])
def test_the_403_is_constant_whatever_class_the_answers_have(
    response_class: type[Response], is_debug: bool
) -> None:
    app = Flask("barred", static_folder=None)
    app.response_class = response_class
    StrictCORS(app, origins=[APP], enforce=True)
    route(app, "/", "GET POST")
    app.testing = is_debug
    with heard(app) as signals:
        response = actual(app, "/", "POST", EVIL)
    assert (response.status_code, response.data) == (403, BARRED)
    assert response.headers["Cache-Control"] == "no-store"
    assert cors_headers(response) == SILENT
    assert reasons(signals) == [("origin", "not-allowed")]


@pytest.mark.parametrize("asked", ["GET", "HEAD", "PUT"])
def test_the_403_has_its_body_also_where_a_preflight_comes_late_and_asks_for_head(
    asked: str,
) -> None:
    app = Flask("barred", static_folder=None)
    app.config["TRUSTED_HOSTS"] = ["api.example.com"]
    app.before_request(lambda: "an early answer")
    route(app, "/", "GET PUT")
    inner = app.wsgi_app

    def with_the_host_of_the_proxy(environ: dict[str, Any], start_response: Any) -> Any:
        return inner(environ | {"HTTP_HOST": "api.example.com"}, start_response)

    app.wsgi_app = with_the_host_of_the_proxy  # type: ignore[method-assign]
    with pytest.warns(UserWarning, match="already wraps"):
        StrictCORS(app, origins=[APP], enforce=True)
    response = preflight(app, "/", asked, EVIL, base_url="http://internal.example.net")
    assert (response.status_code, response.data) == (403, BARRED)
    assert response.headers["Content-Length"] == str(len(BARRED))


def test_what_the_hooks_replace_is_closed_once() -> None:
    app = Flask("barred", static_folder=None)
    closed: list[str] = []

    @app.before_request
    def early() -> Response:
        response = Response("an early answer")
        response.call_on_close(lambda: closed.append("early"))
        return response

    bare = app.wsgi_app
    StrictCORS(app, origins=[APP], enforce=True)
    app.wsgi_app = bare  # type: ignore[method-assign]
    route(app, "/", "GET POST")
    response = actual(app, "/", "POST", EVIL)
    assert (response.status_code, response.data) == (403, BARRED)
    response.close()
    assert closed == ["early"]
