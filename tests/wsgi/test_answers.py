"""What goes out: the app's answer with our headers last, or ours in its place."""

import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment
from wsgiref.validate import validator

import pytest

from flask_strictcors.wsgi import StrictCORSMiddleware

from .server import EVIL, OWN, SHOP, Answer, App, environ, preflight, serve

OPTIONS: dict[str, Any] = {"origins": [SHOP], "methods": ["GET", "PUT"]}
ADMITTED = {"Access-Control-Allow-Origin": SHOP}


def guarded(*headers: tuple[str, str], **options: Any) -> tuple[StrictCORSMiddleware, App]:
    app = App(*headers)
    return StrictCORSMiddleware(app, **OPTIONS | options), app


# --- preflights and enforce ----------------------------------------------------------------------


def test_a_preflight_is_answered_before_the_app() -> None:
    middleware, app = guarded()
    answer = serve(middleware, preflight())
    assert (answer.starts[0][0], answer.body, app.calls) == ("204 No Content", b"", [])
    assert dict(answer.headers) == {
        "Access-Control-Allow-Origin": SHOP,
        "Access-Control-Allow-Methods": "GET, PUT, HEAD",
        "Access-Control-Allow-Headers": "Content-Type",
        "Access-Control-Max-Age": "600",
        "Vary": "Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
    }


@pytest.mark.parametrize(
    "missing", ["HTTP_ORIGIN", "HTTP_ACCESS_CONTROL_REQUEST_METHOD"], ids=["origin", "method"]
)
def test_any_other_options_is_the_apps_business(missing: str) -> None:
    middleware, app = guarded()
    answer = serve(middleware, preflight(**{missing: None}))
    assert (answer.status, answer.body, len(app.calls)) == (200, b"the app", 1)


@pytest.mark.parametrize("method", ["GET", "POST", "options"])
def test_a_requested_method_makes_no_preflight_of_another_method(method: str) -> None:
    middleware, app = guarded()
    asked = {"HTTP_ACCESS_CONTROL_REQUEST_METHOD": "PUT"}
    serve(middleware, environ(method=method, origin=SHOP, **asked))
    assert len(app.calls) == 1


@pytest.mark.parametrize(
    "request_",
    [
        environ(origin=EVIL),
        environ(origin=EVIL, method="POST"),
        environ(origin="null"),
        environ(origin=""),
        environ(origin="rubbish"),
        environ(origin=SHOP, method="DELETE"),
        preflight(EVIL),
        preflight("null"),
        preflight(SHOP, "POST"),
    ],
)
def test_enforce_answers_403_in_the_apps_place(request_: WSGIEnvironment) -> None:
    middleware, app = guarded(enforce=True)
    answer = serve(middleware, request_)
    assert (answer.starts[0][0], app.calls, answer.cors) == ("403 Forbidden", [], {})
    assert answer.body == b"Cross-origin request refused.\n"
    assert answer.all("Cache-Control") == ["no-store"]
    assert answer.all("Content-Type") == ["text/plain; charset=utf-8"]
    assert answer.all("Content-Length") == [str(len(answer.body))]
    assert "Origin" in answer.all("Vary")[0]


def test_the_answer_to_head_has_no_body() -> None:
    middleware, app = guarded(enforce=True)
    answer = serve(middleware, environ(origin=EVIL, method="HEAD"))
    assert (answer.status, answer.body, app.calls) == (403, b"", [])


@pytest.mark.parametrize(
    "request_",
    [
        environ(method="POST"),
        environ(origin=OWN, method="POST"),
        environ(origin=EVIL, method="POST", HTTP_SEC_FETCH_SITE="same-origin"),
        environ(origin="https://front.example", method="POST"),
        environ(
            origin="https://tls.example", HTTP_HOST="tls.example", **{"wsgi.url_scheme": "https"}
        ),
        environ(origin=OWN, HTTP_HOST="API.example:80"),
        environ(origin="http://api.example:8080", HTTP_HOST="api.example:8080"),
        environ(origin=SHOP),
    ],
)
def test_enforce_lets_the_rest_pass(request_: WSGIEnvironment) -> None:
    middleware, app = guarded(enforce=True, own_origins=["https://front.example"])
    answer = serve(middleware, request_)
    assert (answer.status, len(app.calls)) == (200, 1)
    assert answer.all("Vary") == ["Origin"]


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none", "Same-Origin", ""])
def test_no_other_word_of_the_browser_makes_a_request_same_origin(site: str) -> None:
    middleware, _ = guarded(enforce=True)
    assert serve(middleware, environ(origin=EVIL, HTTP_SEC_FETCH_SITE=site)).status == 403


@pytest.mark.parametrize("host", ["api.example", "bad host", "", ":", "[", None])
def test_an_origin_without_a_host_is_never_the_apps_own(host: str | None) -> None:
    middleware, _ = guarded(enforce=True)
    for origin in ("", "http", "http:", "http://", "://", "://" + (host or "")):
        request = environ(origin=origin, HTTP_HOST=host, SERVER_NAME="api.example")
        assert serve(middleware, request).status == 403, origin


def test_the_schemes_own_port_in_the_host_makes_no_other_origin() -> None:
    middleware, _ = guarded(enforce=True)
    for scheme, port in (("https", 443), ("http", 80)):
        there = {"HTTP_HOST": f"api.example:{port}", "wsgi.url_scheme": scheme}
        assert serve(middleware, environ(origin=f"{scheme}://api.example", **there)).status == 200


def test_own_origins_only_remove_a_refusal() -> None:
    middleware, _ = guarded(own_origins=["https://front.example"])
    answer = serve(middleware, environ(origin="https://front.example"))
    assert (answer.cors, answer.all("Vary")) == ({}, ["Origin"])


def test_the_longest_origin_that_there_is_may_be_an_own_one() -> None:
    host = ".".join("b" * length for length in (63, 63, 63, 61))
    longest = f"{'a' * 64}://{host}"
    middleware, _ = guarded(own_origins=[longest], enforce=True)
    assert serve(middleware, environ(origin=longest)).status == 200
    assert serve(middleware, environ(origin=f"a{longest}")).status == 403


def test_debug_shows_the_decision_and_counts_debug_origins() -> None:
    local = "http://localhost:3000"
    for debug, cors in ((True, {"Access-Control-Allow-Origin": local}), (False, {})):
        middleware, _ = guarded(debug_origins=["http://localhost:*"], debug=debug)
        answer = serve(middleware, environ(origin=local))
        assert answer.cors == cors
        assert bool(answer.all("StrictCORS-Decision")) is debug
        assert bool(serve(middleware, preflight(EVIL)).all("StrictCORS-Decision")) is debug


def test_the_shown_decision_has_rule_verdict_and_reason() -> None:
    middleware, _ = guarded(debug=True)
    (allowed,) = serve(middleware, environ(origin=SHOP)).all("StrictCORS-Decision")
    (refused,) = serve(middleware, environ(origin=EVIL)).all("StrictCORS-Decision")
    assert allowed == 'rule="app"; verdict=allowed; reason=none'
    assert refused == 'rule="app"; verdict=refused; reason=not-allowed'


# --- the headers ---------------------------------------------------------------------------------


def test_the_rules_are_the_sole_author() -> None:
    middleware, _ = guarded(
        ("Access-Control-Allow-Origin", "*"),
        ("access-control-allow-origin", EVIL),
        ("ACCESS-CONTROL-ALLOW-CREDENTIALS", "true"),
        ("Access-Control-Allow-Private-Network", "true"),
        ("Access-Control-Of-Tomorrow", "yes"),
        ("X-Access-Control", "stays"),
        ("Access-Control", "stays, too"),
    )
    admitted = serve(middleware, environ(origin=SHOP))
    assert admitted.headers == [
        ("Content-Type", "text/plain"),
        ("X-Access-Control", "stays"),
        ("Access-Control", "stays, too"),
        ("Access-Control-Allow-Origin", SHOP),
        ("Vary", "Origin"),
    ]
    assert serve(middleware, environ(origin=EVIL)).cors == {}
    assert serve(middleware, environ()).cors == {}


@pytest.mark.parametrize(
    ("lines", "merged"),
    [
        ([], {"origin"}),
        (["Accept-Encoding", "Cookie"], {"accept-encoding", "cookie", "origin"}),
        (["Accept, Cookie", "origin"], {"accept", "cookie", "origin"}),
        (["Content-Type"], {"content-type", "origin"}),
        (["ORIGIN"], {"origin"}),
        (["Origin-Like"], {"origin-like", "origin"}),
        ([""], {"origin"}),
        ([" , ,"], {"origin"}),
    ],
)
def test_vary_lines_are_merged_and_none_is_lost(lines: list[str], merged: set[str]) -> None:
    middleware, _ = guarded(*(("vary", line) for line in lines))
    for request in (environ(), environ(origin=SHOP), environ(origin=EVIL)):
        (vary,) = serve(middleware, request).all("Vary")
        members = vary.lower().split(", ")
        assert (set(members), len(members)) == (merged, len(merged))


def test_vary_star_is_left_as_it_is() -> None:
    middleware, _ = guarded(("Vary", "*"))
    assert serve(middleware, environ(origin=SHOP)).all("Vary") == ["*"]


def test_the_vary_of_an_answer_for_anybody_is_not_touched() -> None:
    middleware, _ = guarded(("Vary", "Accept"), ("Vary", "Cookie"), origins="*")
    assert serve(middleware, environ(origin=SHOP)).all("Vary") == ["Accept", "Cookie"]


def test_the_apps_own_list_of_headers_is_not_changed() -> None:
    headers = [("Content-Type", "text/plain"), ("Access-Control-Allow-Origin", "*")]
    kept = list(headers)

    def app(_: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", headers)
        return []

    answer = serve(StrictCORSMiddleware(app, **OPTIONS), environ(origin=SHOP))
    assert headers == kept
    assert answer.headers is not headers


# --- the protocol --------------------------------------------------------------------------------


def test_start_response_called_again_with_exc_info_is_authored_again() -> None:
    seen: list[Any] = []

    def app(_: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        foreign = ("Access-Control-Allow-Origin", "*")
        start_response("200 OK", [("Content-Type", "text/plain"), foreign])
        try:
            raise LookupError("while it streams")
        except LookupError:
            seen.append(sys.exc_info())
            start_response("500 Oh", [("Content-Type", "text/html"), foreign], seen[0])
        return [b"sorry"]

    answer = serve(StrictCORSMiddleware(app, **OPTIONS), environ(origin=SHOP))
    assert [(status, exc_info) for status, _, exc_info in answer.starts] == [
        ("200 OK", None),
        ("500 Oh", seen[0]),
    ]
    for _, headers, _ in answer.starts:
        cors = [line for line in headers if line[0].startswith("Access-Control-")]
        assert cors == [("Access-Control-Allow-Origin", SHOP)]
    assert answer.body == b"sorry"


def test_a_start_response_that_knows_no_exc_info_will_do_where_there_is_none() -> None:
    started: list[str] = []

    def start_response(status: str, headers: Any) -> Any:
        started.append(status)

    middleware, _ = guarded()
    middleware(environ(origin=SHOP), start_response)
    assert started == ["200 OK"]


def test_what_the_servers_start_response_raises_reaches_the_app() -> None:
    def start_response(status: str, headers: Any, exc_info: Any = None) -> Any:
        raise exc_info[1]

    def app(_: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        try:
            raise LookupError("headers were sent")
        except LookupError:
            start_response("500 Oh", [], sys.exc_info())
        return []

    with pytest.raises(LookupError, match="headers were sent"):
        StrictCORSMiddleware(app, **OPTIONS)(environ(origin=SHOP), start_response)


def test_the_write_callable_is_passed_through() -> None:
    def app(_: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        write = start_response("200 OK", [("Content-Type", "text/plain")])
        write(b"one, ")
        write(b"two")
        return []

    answer = serve(StrictCORSMiddleware(app, **OPTIONS), environ(origin=SHOP))
    assert answer.written == [b"one, ", b"two"]
    assert answer.cors == ADMITTED


class Stream:
    """A body that counts what was read of it and whether it was closed."""

    def __init__(self, start: Callable[[], object]) -> None:
        self.start = start
        self.read = 0
        self.closed = 0

    def __iter__(self) -> Iterator[bytes]:
        self.start()
        for number in range(3):
            self.read += 1
            yield str(number).encode()

    def close(self) -> None:
        self.closed += 1


def test_a_streamed_body_is_neither_read_ahead_nor_wrapped_and_is_closed_once() -> None:
    streams: list[Stream] = []

    def app(_: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        streams.append(Stream(lambda: start_response("200 OK", [("Vary", "Cookie")])))
        return streams[0]

    answer = Answer()

    def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        answer.starts.append((status, headers, exc_info))

    body = StrictCORSMiddleware(app, **OPTIONS)(environ(origin=SHOP), start)
    assert answer.starts == []
    assert body is streams[0]
    body_iter = iter(body)
    assert (next(body_iter), streams[0].read) == (b"0", 1)
    assert answer.headers == [("Access-Control-Allow-Origin", SHOP), ("Vary", "Cookie, Origin")]
    assert serve(StrictCORSMiddleware(app, **OPTIONS), environ()).body == b"012"


def test_a_body_is_closed_once_also_where_it_fails() -> None:
    class Failing(Stream):
        def __iter__(self) -> Iterator[bytes]:
            self.start()
            raise LookupError("in the stream")

    made: list[Failing] = []

    def app(_: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        made.append(Failing(lambda: start_response("200 OK", [])))
        return made[0]

    with pytest.raises(LookupError, match="in the stream"):
        serve(StrictCORSMiddleware(app, **OPTIONS), environ(origin=SHOP))
    assert made[0].closed == 1


def test_an_exception_of_the_app_leaves_unchanged() -> None:
    def app(_: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        raise LookupError("in the app")

    with pytest.raises(LookupError, match="in the app"):
        serve(StrictCORSMiddleware(app, **OPTIONS), environ(origin=SHOP))


@pytest.mark.parametrize(
    "request_",
    [environ(), environ(origin=SHOP), environ(origin=EVIL), preflight(), preflight(EVIL)],
)
@pytest.mark.parametrize("enforce", [False, True])
@pytest.mark.parametrize("debug", [False, True])
def test_both_sides_of_the_protocol_are_kept(
    request_: WSGIEnvironment, enforce: bool, debug: bool
) -> None:
    middleware = StrictCORSMiddleware(validator(App()), **OPTIONS, enforce=enforce, debug=debug)
    # Werkzeug's builder leaves None where wsgiref wants a text stream.
    checked = dict(request_) | {"wsgi.errors": sys.stderr}
    serve(validator(middleware), checked)
