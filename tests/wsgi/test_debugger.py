"""Under Werkzeug's debugger: in debug, the middleware tells scripts what the extension tells."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from io import StringIO
from typing import Any

import pytest
from werkzeug.debug import DebuggedApplication

from flask_strictcors.wsgi import StrictCORSMiddleware
from flask_strictcors.wsgi.debugger import WITHHELD

from .server import EVIL, OWN, SHOP, Answer, environ, serve

RAISED = "KeyError: 'no such user'\n"
GRANTED = {"Access-Control-Allow-Origin": SHOP}


def failing(_: Any, start_response: Any) -> Iterable[bytes]:
    raise KeyError("no such user")


def begun(request: Any, start_response: Any) -> Iterable[bytes]:
    start_response("200 OK", [("Set-Cookie", "a=b")])
    return failing(request, start_response)


def guarded(
    app: Callable[..., Any] = failing, *, debug: bool = True, **options: Any
) -> StrictCORSMiddleware:
    given = {"origins": [SHOP], "methods": ["GET", "POST"]} | options
    return StrictCORSMiddleware(app, debug=debug, **given)


def told(middleware: Any, **overrides: Any) -> tuple[Answer, str]:
    """Return what comes back through the debugger, and what the terminal shows."""
    log = StringIO()
    request = environ(**{"origin": SHOP, "wsgi.errors": log} | overrides)
    return serve(DebuggedApplication(middleware, evalex=True), request), log.getvalue()


@pytest.mark.parametrize("method", ["GET", "POST", "HEAD"])
def test_a_script_of_an_allowed_origin_reads_the_traceback(method: str) -> None:
    answer, log = told(guarded(), method=method)
    assert (answer.status, answer.cors) == (500, GRANTED)
    assert answer.all("Vary") == ["Origin"]
    assert answer.body.decode() == ("" if method == "HEAD" else log)
    assert log.endswith(RAISED)
    assert [exc_info for *_, exc_info in answer.starts] == [None]


def test_the_traceback_is_plain_text_that_no_cache_keeps() -> None:
    answer, log = told(guarded())
    assert log.startswith("Traceback (most recent call last):\n  File ")
    assert answer.headers == [
        ("Cache-Control", "no-store"),
        ("Content-Length", str(len(answer.body))),
        ("Content-Type", "text/plain; charset=utf-8"),
        *GRANTED.items(),
        ("Vary", "Origin"),
        ("StrictCORS-Decision", 'rule="app"; verdict=allowed; reason=none'),
    ]


def test_an_answer_that_is_begun_is_replaced_as_pep_3333_has_it() -> None:
    answer, log = told(guarded(begun))
    assert (answer.status, answer.cors, answer.all("Set-Cookie")) == (500, GRANTED, [])
    assert answer.body.decode() == log
    assert [exc_info and exc_info[0] for *_, exc_info in answer.starts] == [None, KeyError]


def test_anybody_reads_a_500_without_the_traceback() -> None:
    answer, log = told(guarded(origins="*"), origin=EVIL)
    assert (answer.status, answer.body) == (500, WITHHELD)
    assert RAISED in log


@pytest.mark.parametrize("origin", [EVIL, OWN, None])
def test_everybody_else_gets_the_page_of_the_debugger(origin: str | None) -> None:
    answer, log = told(guarded(), method="POST", origin=origin, HTTP_ORIGIN=origin)
    assert (answer.status, answer.cors) == (500, {})
    assert b"SECRET" in answer.body
    assert log.count(RAISED) == 1


@pytest.mark.parametrize("origin", [SHOP, EVIL])
def test_without_debug_nothing_changes(origin: str) -> None:
    answer, _ = told(guarded(debug=False), origin=origin)
    assert (answer.status, answer.cors) == (500, {})
    assert b"SECRET" in answer.body


def test_without_a_debugger_it_goes_on() -> None:
    with pytest.raises(KeyError):
        serve(guarded(), environ(origin=SHOP))


@pytest.mark.parametrize("path", ["/", "/console"])
def test_the_pages_of_a_debugger_inside_are_no_scripts(path: str) -> None:
    inside = DebuggedApplication(failing, evalex=True)
    overrides = {"HTTP_HOST": "localhost", "wsgi.errors": StringIO()}
    answer = serve(guarded(inside), environ(path, origin=SHOP, **overrides))
    assert answer.cors == {}
    assert b"SECRET" in answer.body


def later(_: Any, start_response: Any) -> Iterable[bytes]:
    start_response("200 OK", [])
    yield b"in"


def test_an_answer_that_is_started_where_the_debugger_reads_it_is_not_the_debuggers() -> None:
    answer, log = told(guarded(later))
    assert (answer.status, answer.cors, answer.body, log) == (200, GRANTED, b"in", "")
