"""Each line of the README's table beside Flask-CORS, with both packages at work."""

import tomllib
from collections.abc import Callable
from importlib.metadata import metadata, version
from typing import Any

import flask_cors
import pytest
from flask import Flask, abort
from flask_cors import CORS, cross_origin
from werkzeug.test import TestResponse

import flask_strictcors.wsgi
from flask_strictcors import PolicyError, StrictCORS, cors, origin_rejected

from .pages import README, ROOT, table

# The table is about this one; what the next one does is another table.
pytestmark = pytest.mark.skipif(
    not version("flask-cors").startswith("6."), reason="the README speaks of Flask-CORS 6"
)

APP = "https://app.example.com"
EVIL = "https://evil.net"
ALLOW_ORIGIN = "Access-Control-Allow-Origin"

Install = Callable[..., Any]


def app_with(install: Install, **options: Any) -> Flask:
    app = Flask(__name__, static_folder=None)
    # An exception that a view raises becomes a 500, as in production.
    app.config["PROPAGATE_EXCEPTIONS"] = False
    install(app, **options)
    app.add_url_rule("/orders", "orders", lambda: "orders")
    app.add_url_rule("/below/", "below", lambda: "below", methods=["PUT"])
    return app


def get(app: Flask, origin: str | None = APP, path: str = "/orders") -> TestResponse:
    return app.test_client().get(path, headers={} if origin is None else {"Origin": origin})


def preflight(app: Flask, path: str = "/orders", method: str = "GET", header: str = "x-any") -> Any:
    asked = {
        "Origin": APP,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": header,
    }
    return app.test_client().options(path, headers=asked)


def admits(app: Flask, origin: str, path: str = "/orders") -> bool:
    return get(app, origin, path).headers.get(ALLOW_ORIGIN) in (origin, "*")


def sends_credentials(app: Flask, origin: str) -> bool:
    response = get(app, origin)
    sent = response.headers.get("Access-Control-Allow-Credentials") == "true"
    return sent and response.headers[ALLOW_ORIGIN] == origin


def refused(**options: Any) -> str:
    with pytest.raises(PolicyError) as raised:
        app_with(StrictCORS, **options)
    (problem,) = raised.value.problems
    return problem.fix


def no_origins() -> None:
    assert admits(app_with(CORS), EVIL)
    assert not admits(app_with(StrictCORS), EVIL)


def misspelt_option() -> None:
    assert admits(app_with(CORS, orgins=[APP]), EVIL)
    assert refused(orgins=[APP]) == "origins"


def any_origin_with_credentials() -> None:
    reflecting = app_with(CORS, origins="*", supports_credentials=True)
    assert sends_credentials(reflecting, EVIL)
    assert sends_credentials(reflecting, "null")
    assert refused(origins="*", credentials=True)


def false_in_quotes() -> None:
    assert sends_credentials(app_with(CORS, origins=[APP], supports_credentials="False"), APP)
    assert refused(origins=[APP], credentials="False")


def trailing_slash() -> None:
    assert not admits(app_with(CORS, origins=[f"{APP}/"]), APP)
    assert refused(origins=[f"{APP}/"]) == APP


def open_regular_expression() -> None:
    expression = r"https://.*\.example\.com"
    assert admits(app_with(CORS, origins=[expression]), "https://a.example.com.evil.net")
    assert refused(origins=[expression])


def pattern_of_subdomains() -> None:
    pattern, inside = "https://*.example.com", APP
    assert not admits(app_with(CORS, origins=[pattern]), inside)
    assert admits(app_with(CORS, origins=[r"https://[a-z]+\.example\.com$"]), inside)
    assert admits(app_with(StrictCORS, origins=[pattern]), inside)


def function_as_origins() -> None:
    heard: list[str] = []

    def admit(origin: str) -> bool:
        heard.append(origin)
        return True

    assert not admits(app_with(CORS, origins=admit), APP)
    assert heard == []
    assert admits(app_with(StrictCORS, origins=admit, allowlist=[APP]), APP)
    assert heard == [APP]


def rule_for_a_path() -> None:
    loose = app_with(CORS, resources={"/api/*": {"origins": [APP]}})
    strict = app_with(StrictCORS, rules={"/api/*": {"origins": [APP]}})
    assert admits(loose, APP, "/apix")
    assert admits(strict, APP, "/api/x")
    assert not admits(strict, APP, "/apix")


def offered_methods() -> None:
    name = "Access-Control-Allow-Methods"
    loose = preflight(app_with(CORS, origins=[APP])).headers[name]
    assert len(loose.split(", ")) == 7
    strict = preflight(app_with(StrictCORS, origins=[APP])).headers[name]
    assert strict == "GET, HEAD"


def offered_headers() -> None:
    name = "Access-Control-Allow-Headers"
    assert preflight(app_with(CORS, origins=[APP])).headers[name] == "x-any"
    assert preflight(app_with(StrictCORS, origins=[APP])).headers[name] == "Content-Type"


def auth_hook() -> None:
    for install, status in ((CORS, 401), (StrictCORS, 204)):
        app = app_with(install, origins=[APP])
        app.before_request(lambda: abort(401))
        assert preflight(app).status_code == status


def slash_redirect() -> None:
    assert preflight(app_with(CORS, origins=[APP]), "/below", "PUT").status_code == 308
    answered = preflight(app_with(StrictCORS, origins=[APP]), "/below", "PUT")
    assert answered.status_code == 204
    assert answered.headers["Access-Control-Allow-Methods"] == "PUT"


def vary() -> None:
    for origin in (APP, EVIL, None):
        assert "Vary" not in get(app_with(CORS, origins=[APP]), origin).headers
        assert get(app_with(StrictCORS, origins=[APP]), origin).headers["Vary"] == "Origin"


def header_of_a_view(caplog: pytest.LogCaptureFixture) -> None:
    for install, kept in ((CORS, True), (StrictCORS, False)):
        app = app_with(install, origins=[APP])
        app.add_url_rule("/own", "own", lambda: ("", {ALLOW_ORIGIN: EVIL}))
        assert admits(app, EVIL, "/own") is kept
    assert "Dropped Access-Control-Allow-Origin" in caplog.text


def refused_origin(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG", "flask_cors"):
        get(app_with(CORS, origins=[APP]), EVIL)
    about_it = [record for record in caplog.records if "does not match" in record.getMessage()]
    assert [record.levelname for record in about_it] == ["DEBUG"]
    caplog.clear()

    unheard = app_with(StrictCORS, origins=[APP])
    get(unheard, EVIL)
    assert [(r.levelname, "not-allowed" in r.getMessage()) for r in caplog.records] == [
        ("WARNING", True)
    ]

    strict = app_with(StrictCORS, origins=[APP])
    reasons: list[str] = []

    def listen(sender: Flask, rejection: Any, **extra: Any) -> None:
        reasons.append(rejection.reason)

    with origin_rejected.connected_to(listen, strict):
        get(strict, EVIL)
    assert reasons == ["not-allowed"]


def refusing_requests() -> None:
    assert get(app_with(CORS, origins=[APP]), EVIL).status_code == 200
    assert get(app_with(StrictCORS, origins=[APP], enforce=True), EVIL).status_code == 403


def error_answers() -> None:
    for install in (CORS, StrictCORS):
        app = app_with(install, origins=[APP])
        app.logger.disabled = True
        app.add_url_rule("/broken", "broken", lambda: 1 / 0)
        for path, status in {"/broken": 500, "/nowhere": 404}.items():
            response = get(app, APP, path)
            assert response.status_code == status
            assert response.headers[ALLOW_ORIGIN] == APP


def one_view() -> None:
    for install, pin in ((CORS, cross_origin), (StrictCORS, cors)):
        app = app_with(install, origins=[APP])
        app.add_url_rule("/pinned", "pinned", pin(origins=[EVIL])(lambda: "pinned"))
        if install is StrictCORS:
            assert admits(app, EVIL, "/pinned")
            assert not admits(app, APP, "/pinned")
        else:
            assert admits(app, EVIL, "/pinned")


def any_wsgi_app() -> None:
    assert not [name for name in dir(flask_cors) if "middleware" in name.lower()]
    assert flask_strictcors.wsgi.StrictCORSMiddleware


def regular_expressions() -> None:
    assert admits(app_with(CORS, origins=[r"https://[a-z]+\.example\.com$"]), APP)
    assert refused(origins=[r"https://[a-z]+\.example\.com$"])
    assert admits(app_with(CORS, resources={r"/ord.rs$": {"origins": [APP]}}), APP)
    assert not admits(app_with(StrictCORS, rules={r"/ord.rs$": {"origins": [APP]}}), APP)


def requirements() -> None:
    theirs = metadata("flask-cors")
    assert ">=3.9" in theirs["Requires-Python"]
    assert "flask>=0.9" in theirs.get_all("Requires-Dist", [])
    ours = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert ours["requires-python"] == ">=3.11"
    assert "flask>=3.0" in ours["dependencies"]


LINES: dict[str, Callable[..., None]] = {
    "No origins configured": no_origins,
    "A misspelt option, `orgins=[...]`": misspelt_option,
    '`origins="*"` with credentials': any_origin_with_credentials,
    '`"False"` as the switch for credentials': false_in_quotes,
    '`"https://app.example.com/"`': trailing_slash,
    r'`r"https://.*\.example\.com"`': open_regular_expression,
    "A pattern of subdomains": pattern_of_subdomains,
    "A function as `origins`": function_as_origins,
    "A rule for `/api/*`": rule_for_a_path,
    "Methods a preflight is offered": offered_methods,
    "Headers a preflight is offered": offered_headers,
    "An auth hook that answers 401 to everything": auth_hook,
    "A preflight to `/orders` where the route is `/orders/`": slash_redirect,
    "`Vary: Origin` where one named origin is allowed": vary,
    "A header `Access-Control-Allow-Origin` set by a view": header_of_a_view,
    "A refused origin": refused_origin,
    "Refusing requests, not only answers": refusing_requests,
    "404 and 500 carry the headers": error_answers,
    "A policy for one view": one_view,
    "In front of any WSGI app": any_wsgi_app,
    "Regular expressions for origins and paths": regular_expressions,
    "Python, Flask": requirements,
}


def test_every_line_of_the_table_is_checked() -> None:
    assert [row[0] for row in table(README, "## Beside Flask-CORS 6")] == [*LINES]


@pytest.mark.parametrize("check", LINES.values(), ids=LINES)
def test_a_line_is_true(check: Callable[..., None], caplog: pytest.LogCaptureFixture) -> None:
    check(*[caplog] * check.__code__.co_argcount)
