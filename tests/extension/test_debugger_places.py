"""Under Werkzeug's debugger: wherever an exception is raised, and whoever stands around."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask, Response, abort, got_request_exception, request
from flask.sessions import SecureCookieSessionInterface

from flask_strictcors import PolicyError, StrictCORS, cors

from .debugging import RAISED, SHOWN, debugged, developed, failing, failing_with, sent, told
from .wire import APP, EVIL, SILENT, actual, cors_headers, granted, heard, reasons, route

# --- where ----------------------------------------------------------------------------------------


class Broken(SecureCookieSessionInterface):
    def open_session(self, app: Flask, request: Any) -> Any:
        failing()


async def failing_later() -> str:
    return failing()


PLACES: dict[str, Callable[[Flask], Any]] = {
    "a view": lambda app: None,
    "a hook before": lambda app: app.before_request(failing),
    "a hook after": lambda app: app.after_request(failing_with),
    "a preprocessor of URLs": lambda app: app.url_value_preprocessor(failing_with),
    "an error handler": lambda app: app.register_error_handler(Exception, failing_with),
    "the session": lambda app: setattr(app, "session_interface", Broken()),
}


def placed(name: str, *, is_first: bool) -> Flask:
    """Return an app in debug that raises there, put in place before ours or after."""
    app = developed(PLACES.get(name) if is_first else None)
    if name == "a hook after":
        app.view_functions["/x"] = lambda: "in"
    if name == "an async view":
        app.view_functions["/x"] = failing_later
    if not is_first:
        PLACES.get(name, PLACES["a view"])(app)
    return app


@pytest.mark.parametrize("is_first", [True, False], ids=["before ours", "after ours"])
@pytest.mark.parametrize("name", [*PLACES, "an async view"])
def test_wherever_it_is_raised_it_is_read_by_the_allowed_only(name: str, is_first: bool) -> None:
    app = placed(name, is_first=is_first)
    errors: list[Any] = []
    app.teardown_request(errors.append)

    def note(sender: Flask, exception: Exception, **_: Any) -> None:
        errors.append(exception)

    with got_request_exception.connected_to(note, app):
        assert told(app).is_readable
    # From the signal, and where the app is torn down.
    assert [type(error) for error in errors] == [KeyError, KeyError]
    assert told(app, origin=EVIL).is_page


def test_what_flask_traps_in_debug_is_readable() -> None:
    app = developed()
    route(app, "/form", "POST", lambda: request.form["name"])
    response, log = told(app, "/form", "POST")
    assert (response.status_code, response.text) == (500, log)
    assert "BadRequestKeyError" in log


def test_what_flask_answers_is_answered_as_always() -> None:
    app = developed()
    route(app, "/gone", "GET", lambda: abort(410))
    response, log = told(app, "/gone")
    assert (response.status_code, log) == (410, "")
    assert cors_headers(response) == granted() | SHOWN


def test_the_verdict_on_what_never_came_to_our_hook_is_made_inside_of_the_request() -> None:
    app = developed(origins=lambda origin: request.path == "/x", allowlist=[APP])
    route(app, "/y", "GET", failing)
    app.session_interface = Broken()
    with heard(app) as signals:
        assert told(app).is_readable
        assert told(app, "/y").is_page
    assert reasons(signals) == []


def test_such_a_verdict_is_of_the_configuration_of_that_time() -> None:
    app = Flask(__name__, static_folder=None)
    app.debug = True
    app.session_interface = Broken()
    extension = StrictCORS(app, origins=[EVIL])
    route(app, "/x", "GET")
    assert told(app).is_page
    extension.reconfigure(app, origins=[APP])
    assert told(app).is_readable
    assert told(app, origin=EVIL).is_page


@pytest.mark.parametrize("is_first", [True, False], ids=["alone", "behind another"])
def test_what_is_wrong_with_the_set_up_stays_for_the_developer(is_first: bool) -> None:
    app = developed()

    def hiding(view: Callable[[], str]) -> Callable[[], str]:
        return lambda: f"{view()}!"

    app.add_url_rule("/hidden", "hidden", hiding(cors(origins=[EVIL])(lambda: "in")))
    if not is_first:
        app.session_interface = Broken()
    response, log = told(app)
    assert "Allow-Origin" not in cors_headers(response)
    assert "SECRET" in response.text
    assert log.count("Traceback") == 1
    assert (PolicyError.__name__ in log, RAISED in log) == (is_first, not is_first)


def test_a_preflight_that_flask_is_to_answer_is_no_script() -> None:
    class Unrouted(Flask):
        def create_url_adapter(self, request: Any) -> Any:
            return None

    app = Unrouted(__name__)
    app.debug = True
    app.before_request(failing)
    StrictCORS(app, origins=[APP])
    asked = {"Access-Control-Request-Method": "GET"}
    assert told(app, method="OPTIONS", headers=asked).is_page


def test_the_signal_of_flask_may_be_sent_without_a_request() -> None:
    app = developed()
    got_request_exception.send(app, exception=KeyError())
    with app.test_request_context("/x", headers={"Origin": APP}):
        got_request_exception.send(app, exception=KeyError())


# --- answers that are begun -----------------------------------------------------------------------


def test_an_answer_that_is_begun_is_replaced() -> None:
    app = developed()
    app.teardown_request(failing_with)
    route(app, "/y", "GET", lambda: ("in", {"Set-Cookie": "a=b"}))
    answer, log = sent(app, "/y")
    assert answer.startswith("HTTP/1.0 500 INTERNAL SERVER ERROR\r\n")
    assert f"Access-Control-Allow-Origin: {APP}\r\n" in answer
    assert "Set-Cookie" not in answer
    assert answer.endswith(f"\r\n\r\n{log}")
    assert log.count(RAISED) == 1


def writing(inner: Any) -> Any:
    """Send some of the answer before the rest of it raises."""

    def serve(environ: Any, start_response: Any) -> Any:
        def start(*arguments: Any) -> Any:
            write = start_response(*arguments)
            write(b"sent ")
            return write

        return inner(environ, start)

    return serve


def test_what_is_sent_is_sent() -> None:
    app = Flask(__name__, static_folder=None)
    app.debug = True
    app.wsgi_app = writing(app.wsgi_app)  # type: ignore[method-assign]
    app.teardown_request(failing_with)
    with pytest.warns(UserWarning, match="already wraps"):
        StrictCORS(app, origins=[APP])
    route(app, "/y", "GET")
    answer, log = sent(app, "/y")
    assert answer.startswith("HTTP/1.0 200 OK\r\n")
    assert answer.endswith("\r\n\r\nsent ")
    assert f"Access-Control-Allow-Origin: {APP}\r\n" in answer
    assert "headers were already sent" in log
    assert log.count(RAISED) == 1


def test_an_exception_in_a_stream_comes_too_late() -> None:
    def stream() -> Iterator[str]:
        yield "begun "
        failing()

    app = developed()
    route(app, "/stream", "GET", lambda: Response(stream()))
    answer, log = sent(app, "/stream")
    assert answer.startswith("HTTP/1.0 200 OK\r\n")
    assert answer.endswith("\r\n\r\nbegun ")
    assert f"Access-Control-Allow-Origin: {APP}\r\n" in answer
    assert log.count(RAISED) == 1


# --- what stands around, and inside ---------------------------------------------------------------


def catching(inner: Any, caught: list[Exception]) -> Any:
    def serve(environ: Any, start_response: Any) -> Any:
        try:
            return inner(environ, start_response)
        except KeyError as error:
            caught.append(error)
            raise

    return serve


def test_what_stands_between_us_and_the_debugger_sees_what_no_script_reads() -> None:
    app, caught = developed(), []
    around = catching(app, caught)
    assert told(around).is_readable
    assert caught == []
    assert told(around, origin=EVIL).is_page
    assert [type(error) for error in caught] == [KeyError]


def test_the_page_of_a_debugger_inside_of_us_is_no_scripts() -> None:
    app = Flask(__name__, static_folder=None)
    app.debug = True
    app.wsgi_app = debugged(app.wsgi_app)  # type: ignore[method-assign]
    with pytest.warns(UserWarning, match="DebuggedApplication already wraps"):
        StrictCORS(app, origins=[APP], credentials=True, expose_headers=["X-Total"])
    route(app, "/x", "GET", failing)
    route(app, "/y", "GET")
    for around in (app, debugged(app)):
        for path in ("/x", "/console"):
            response = actual(around, path)
            assert "SECRET" in response.text
            assert not {n for n in cors_headers(response) if n.startswith(("Allow-", "Expose-"))}
        expected = granted(Allow_Credentials="true", Expose_Headers="X-Total") | SHOWN
        assert cors_headers(actual(around, "/y")) == expected


def apologizing(inner: Any) -> Any:
    """Answer for what leaves the app inside."""

    def serve(environ: Any, start_response: Any) -> Any:
        try:
            return inner(environ, start_response)
        except KeyError:
            start_response("500 SORRY", [])
            return [b"sorry"]

    return serve


@pytest.mark.parametrize("origin", ["http://localhost", APP])
def test_the_own_origin_is_not_refused_where_what_is_inside_answers_for_what_raised(
    origin: str,
) -> None:
    app = Flask(__name__, static_folder=None)
    app.debug = True
    app.session_interface = Broken()
    app.wsgi_app = apologizing(app.wsgi_app)  # type: ignore[method-assign]
    with pytest.warns(UserWarning, match="already wraps"):
        StrictCORS(app, origins=[APP])
    response = actual(app, method="POST", origin=origin)
    expected = granted() if origin == APP else SILENT
    assert (response.status, cors_headers(response)) == ("500 SORRY", expected | SHOWN)


def replacing(inner: Any) -> Any:
    """Answer in the place of what is inside."""

    def serve(environ: Any, start_response: Any) -> Any:
        list(inner(environ, lambda *_: None))
        start_response("200 OK", [("Access-Control-Allow-Origin", "*")])
        return [b"replaced"]

    return serve


def test_what_another_wrapper_inside_of_us_answers_is_still_ours() -> None:
    app = Flask(__name__, static_folder=None)
    app.debug = True
    app.wsgi_app = replacing(app.wsgi_app)  # type: ignore[method-assign]
    with pytest.warns(UserWarning, match="already wraps"):
        StrictCORS(app, origins=[APP])
    route(app, "/y", "GET")
    response = told(app, "/y").response
    assert (response.text, cors_headers(response)) == ("replaced", granted() | SHOWN)
