"""Under Werkzeug's debugger: who reads of an exception, who gets its page, and when neither."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask, Response, request
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.wrappers import Request

from flask_strictcors import DynamicOrigins, Policy, StrictCORS, cors
from flask_strictcors.wsgi.debugger import WITHHELD

from .debugging import RAISED, SHOWN, developed, failing, told
from .wire import APP, EVIL, actual, cors_headers, granted, route

OWN = "http://localhost"
DANGEROUSLY = {
    "credentials": True,
    "dangerously_allow_insecure_origins": True,
    "dangerously_allow_public_suffixes": True,
    "dangerously_allow_unbounded_callable": True,
}


# --- who reads what -------------------------------------------------------------------------------


@pytest.mark.parametrize("evalex", [True, False])
@pytest.mark.parametrize("method", ["GET", "POST", "HEAD"])
def test_a_script_of_an_allowed_origin_reads_the_traceback(method: str, evalex: bool) -> None:
    response, log = told(developed(), method=method, evalex=evalex)
    assert response.status == "500 INTERNAL SERVER ERROR"
    assert cors_headers(response) == granted() | SHOWN
    assert log.startswith("Traceback (most recent call last):\n")
    assert log.endswith(RAISED)
    assert log.count("Traceback") == 1
    assert response.text == ("" if method == "HEAD" else log)
    assert response.headers["Content-Length"] == str(len(log.encode()))
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert response.headers["Cache-Control"] == "no-store"


def test_all_lines_of_the_rule_go_with_it() -> None:
    app = developed(credentials=True, expose_headers=["X-Total"])
    expected = granted(Allow_Credentials="true", Expose_Headers="X-Total") | SHOWN
    assert cors_headers(told(app).response) == expected


@pytest.mark.parametrize(
    ("origin", "mode", "method"),
    [
        pytest.param(EVIL, "cors", "GET", id="stranger"),
        pytest.param("null", "cors", "GET", id="null"),
        pytest.param(f"{APP}/", "cors", "GET", id="malformed"),
        pytest.param(None, "navigate", "GET", id="person"),
        pytest.param(None, None, "GET", id="no browser"),
        pytest.param(APP, "navigate", "POST", id="form of the allowed origin"),
        pytest.param(APP, "websocket", "GET", id="handshake"),
        pytest.param(OWN, "cors", "POST", id="own page"),
    ],
)
@pytest.mark.parametrize("own", [[APP], [APP, OWN]], ids=["", "own origin listed"])
def test_everybody_else_gets_the_page_of_the_debugger_and_no_header(
    origin: str | None, mode: str | None, method: str, own: list[str]
) -> None:
    headers = {"Sec-Fetch-Mode": mode} if mode else {}
    assert told(developed(origins=own), method=method, origin=origin, headers=headers).is_page


def test_a_page_of_the_own_origin_gets_the_page_also_where_only_the_browser_knows() -> None:
    headers = {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors"}
    assert told(developed(), headers=headers).is_page


@pytest.mark.parametrize("mode", ["cors", None])
def test_a_script_is_known_by_its_mode_where_the_browser_says_one(mode: str | None) -> None:
    assert told(developed(), headers={"Sec-Fetch-Mode": mode} if mode else {}).is_readable


def test_a_method_that_is_not_listed_gets_the_page() -> None:
    app = developed(methods=["GET"])
    assert told(app, method="POST").is_page
    assert told(app).is_readable


def test_an_exempt_route_gets_the_page() -> None:
    app = developed()
    route(app, "/free", "GET", failing, tag=cors.exempt)
    assert told(app, "/free").is_page


@pytest.mark.parametrize("origin", [EVIL, "null", APP])
def test_who_may_be_anybody_reads_a_500_without_the_traceback(origin: str) -> None:
    response, log = told(developed(origins="*"), origin=origin)
    assert (response.status_code, response.data) == (500, WITHHELD)
    assert response.headers["Content-Length"] == str(len(WITHHELD))
    assert cors_headers(response) == granted("*") | SHOWN
    assert log.count(RAISED) == 1


@pytest.mark.parametrize("origin", [None, OWN])
def test_where_anybody_reads_a_person_and_an_own_page_get_the_page(origin: str | None) -> None:
    response, _ = told(developed(origins="*"), origin=origin)
    assert "SECRET" in response.text
    assert "Allow-Origin" not in cors_headers(response)


@pytest.mark.parametrize(
    ("options", "is_named"),
    [
        ({"origins": [APP]}, True),
        ({"origins": ["https://*.example.com"]}, True),
        ({"origins": ["https://elsewhere.example.com"], "debug_origins": [APP]}, True),
        ({"origins": DynamicOrigins(lambda origin: True, [APP])}, True),
        ({"origins": [APP], "allow_headers": "*", "expose_headers": "*"}, True),
        ({"origins": lambda origin: True, "allowlist": "*"}, False),
        ({"origins": ["https://*.com"]}, False),
        ({"origins": [APP, "https://*.github.io"]}, False),
        ({"origins": [APP, "http://app.example.com"]}, False),
        ({"origins": [APP], "debug_origins": ["http://192.168.0.17:5173"]}, False),
        ({"origins": [APP, "https://*.github.io"]} | DANGEROUSLY, False),
        ({"origins": [APP, "http://elsewhere.example.com"]} | DANGEROUSLY, False),
        ({"origins": lambda origin: True, "allowlist": "*"} | DANGEROUSLY, False),
        ({"origins": [APP]} | DANGEROUSLY, True),
    ],
)
def test_the_traceback_goes_where_credentials_could_go_without_any_danger(
    options: dict[str, Any], is_named: bool
) -> None:
    response, log = told(developed(**options))
    assert granted().items() <= cors_headers(response).items()
    assert response.data == (log.encode() if is_named else WITHHELD)


def test_each_tier_is_looked_at_for_itself() -> None:
    app = Flask(__name__, static_folder=None)
    app.debug = True
    StrictCORS(app, Policy(origins=[APP]), Policy(origins="*"))
    route(app, "/x", "GET", failing)
    assert told(app).is_readable
    assert told(app, origin=EVIL).response.data == WITHHELD


def test_what_no_encoding_has_is_escaped() -> None:
    def odd() -> str:
        raise RuntimeError("\ud800\r\nSet-Cookie: a=b")

    app = developed()
    route(app, "/odd", "GET", odd)
    response, log = told(app, "/odd")
    assert response.data == log.encode("utf-8", "backslashreplace")
    assert log.endswith("RuntimeError: \ud800\r\nSet-Cookie: a=b\n")
    assert "Set-Cookie" not in response.headers


# --- when -----------------------------------------------------------------------------------------


def test_without_a_debugger_it_goes_on_as_flask_has_it() -> None:
    app = developed()
    with pytest.raises(KeyError):
        actual(app, "/x")
    # Such a client leaves what looks like a debugger in the environ.
    with app.test_client() as client, pytest.raises(KeyError):
        client.get("/x", headers={"Origin": APP})


def test_who_asks_for_exceptions_gets_them() -> None:
    app = developed()
    app.config["PROPAGATE_EXCEPTIONS"] = True
    assert told(app).is_page
    app.debug = False
    assert told(app).is_page
    app.config |= {"PROPAGATE_EXCEPTIONS": None, "TESTING": True}
    assert told(app).is_page


def test_who_does_not_let_them_go_has_the_answer_of_flask() -> None:
    app = developed()
    app.config["PROPAGATE_EXCEPTIONS"] = False
    assert "Traceback" not in told(app).response.text
    app = developed()
    app.debug = False
    response, log = told(app)
    assert (response.status_code, cors_headers(response)) == (500, granted())
    assert "Traceback" not in response.text + log


def test_a_client_of_a_test_gets_them_also_where_a_debugger_is_around_it() -> None:
    app, raised = developed(), []
    app.testing = True

    @app.get("/asking")
    def asking() -> str:
        with pytest.raises(KeyError) as caught:
            app.test_client().get("/x", headers={"Origin": APP})
        raised.append(caught.value)
        return "asked"

    assert told(app, "/asking").response.text == "asked"
    assert len(raised) == 1


def test_a_client_in_a_wrapper_gets_them_too() -> None:
    app = developed()

    @Request.application
    def wrapper(_: Request) -> Any:
        with pytest.raises(KeyError):
            actual(app, "/x")
        return Response("caught")

    assert told(wrapper).response.text == "caught"


def test_an_app_in_a_view_of_another_gives_it_what_it_raises() -> None:
    inner, outer = developed(), developed(origins=[EVIL])

    @outer.get("/mounted")
    def mounted() -> Any:
        with pytest.raises(KeyError):
            Response.from_app(inner, {**request.environ, "PATH_INFO": "/x"})
        return "caught"

    assert told(outer, "/mounted").response.text == "caught"


def test_a_mounted_app_is_readable_below_another() -> None:
    outer = Flask(__name__, static_folder=None)
    outer.debug = True
    outer.wsgi_app = DispatcherMiddleware(  # type: ignore[method-assign]
        outer.wsgi_app, {"/inner": developed()}
    )
    with pytest.warns(UserWarning, match="already wraps"):
        StrictCORS(outer, origins=[EVIL])
    assert told(outer, "/inner/x").is_readable
    assert told(outer, "/inner/x", origin=EVIL).is_page


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_who_is_told_to_stop_stops(kind: type[BaseException]) -> None:
    def stopping() -> str:
        raise kind

    app = developed()
    route(app, "/stop", "GET", stopping)
    with pytest.raises(kind):
        told(app, "/stop")
