"""A log that raises: no answer is another for it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from extension.wire import (
    APP,
    EVIL,
    PREFLIGHT_RULELESS,
    PREFLIGHT_SILENT,
    SILENT,
    actual,
    cors_headers,
    preflight,
    route,
)
from flask import Flask, Response, request
from flask.sessions import SecureCookieSessionInterface
from werkzeug.routing import BaseConverter

from flask_strictcors import StrictCORS, cors, origin_rejected

LOG = logging.getLogger("flask_strictcors")
Answer = tuple[int, dict[str, str]]


class Failing(logging.Filter):
    """Wants a request context, as filters that somebody wrote for views do."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0

    def filter(self, record: logging.LogRecord) -> bool:
        self.asked += 1
        raise RuntimeError(f"no user for {request.path if request else None}")


@pytest.fixture
def failing() -> Iterator[Failing]:
    put = Failing()
    LOG.addFilter(put)
    yield put
    LOG.removeFilter(put)


def made(**options: Any) -> Flask:
    app = Flask("log", static_folder=None)
    app.logger.disabled = True
    StrictCORS(app, **{"origins": [APP]} | options)
    route(app, "/", "GET PUT")
    return app


def faulty(*_: Any, **__: Any) -> Any:
    raise LookupError("a fault")


def unheard() -> Flask:
    return made()


def in_debug() -> Flask:
    app = made()
    app.debug = True
    return app


def heard_by_a_faulty_receiver() -> Flask:
    app = made()
    app.extensions["kept"] = faulty_receiver = lambda sender, rejection: faulty()
    origin_rejected.connect(faulty_receiver, sender=app)
    return app


def asking_a_faulty_callable() -> Flask:
    return made(origins=faulty, allowlist=[EVIL])


def asking_for_rubbish() -> Flask:
    return made(origins=lambda origin: 17, allowlist=[EVIL])


def with_a_teardown_that_raises() -> Flask:
    app = made(origins=lambda origin: False, allowlist=[EVIL])
    app.teardown_request(lambda error: faulty() if request.method == "OPTIONS" else None)
    return app


def with_a_session_that_does_not_open() -> Flask:
    app = made(origins=lambda origin: False, allowlist=[EVIL])
    app.session_interface = SecureCookieSessionInterface()
    app.session_interface.open_session = faulty  # type: ignore[method-assign]
    return app


def with_headers_of_a_view() -> Flask:
    app = made()

    @app.after_request
    def author(response: Response) -> Response:
        response.headers["Access-Control-Allow-Origin"] = "*"
        return response

    return app


def hiding(view: Callable[[], str]) -> Callable[[], str]:
    def wrapper() -> str:
        return view()

    return wrapper


def with_a_hidden_tag() -> Flask:
    app = made()
    app.view_functions["/"] = hiding(cors(origins="*")(lambda: "in"))
    return app


def with_a_converter_that_raises() -> Flask:
    class Faulty(BaseConverter):
        to_python = faulty

    app = made()
    app.url_map.converters["faulty"] = Faulty
    route(app, "/<faulty:it>")
    return app


SILENCE = ((200, SILENT), (204, PREFLIGHT_SILENT))
DENIED = ((200, {}), (204, PREFLIGHT_RULELESS))
FAILED = ((500, SILENT), (204, PREFLIGHT_SILENT))
SHOWN = {"StrictCORS-Decision": 'rule="app"; verdict=refused; reason=not-allowed'}

# The app, the path, and the answers to a stranger's request and to the preflight of one.
LOGGING: list[tuple[Callable[[], Flask], str, tuple[Answer, Answer]]] = [
    (unheard, "/", SILENCE),
    (in_debug, "/", ((200, SILENT | SHOWN), (204, PREFLIGHT_SILENT | SHOWN))),
    (heard_by_a_faulty_receiver, "/", SILENCE),
    (asking_a_faulty_callable, "/", SILENCE),
    (asking_for_rubbish, "/", SILENCE),
    (with_a_teardown_that_raises, "/", SILENCE),
    (with_a_session_that_does_not_open, "/", FAILED),
    (with_headers_of_a_view, "/", SILENCE),
    (with_a_hidden_tag, "/", DENIED),
    (with_a_converter_that_raises, "/x", ((500, {}), (204, PREFLIGHT_RULELESS))),
]


@pytest.mark.parametrize(("make", "path", "answers"), LOGGING)
def test_a_log_that_raises_changes_no_answer(
    make: Callable[[], Flask], path: str, answers: tuple[Answer, Answer], failing: Failing
) -> None:
    for ask, method, (status, headers) in zip(
        (actual, preflight), ("GET", "PUT"), answers, strict=True
    ):
        app, asked = make(), failing.asked
        response = ask(app, path, method, EVIL)
        assert (response.status_code, cors_headers(response)) == (status, headers)
        assert failing.asked > asked or ask is preflight


@pytest.mark.parametrize("shows", [True, False])
def test_what_a_log_raised_is_shown_as_logging_shows_it(
    shows: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    failing: Failing,
) -> None:
    monkeypatch.setattr(logging, "raiseExceptions", shows)
    assert preflight(unheard(), "/", "PUT", EVIL).status_code == 204
    assert failing.asked == 1
    assert ("RuntimeError: no user for None" in capsys.readouterr().err) is shows


class Closed:
    """A stderr whose terminal is gone."""

    def write(self, _: str) -> int:
        raise OSError("the terminal is gone")

    flush = write


def test_a_log_that_raises_changes_no_answer_where_nobody_could_be_told(
    monkeypatch: pytest.MonkeyPatch, failing: Failing
) -> None:
    monkeypatch.setattr("sys.stderr", Closed())
    assert preflight(unheard(), "/", "PUT", EVIL).status_code == 204
    assert failing.asked == 1


def test_a_line_of_the_log_names_who_said_it(caplog: pytest.LogCaptureFixture) -> None:
    actual(asking_a_faulty_callable(), origin=EVIL)
    names = [(record.funcName, record.exc_info is not None) for record in caplog.records]
    assert names == [("ask", True), ("_log", False)]
