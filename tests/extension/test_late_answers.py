"""Wrappers, hooks and late answers: whoever answers, and whenever, the rules write the headers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import flask
import pytest
from flask import Flask, Response, abort, has_app_context, request
from flask.sessions import SecureCookieSessionInterface
from werkzeug.routing import Rule
from werkzeug.test import EnvironBuilder, run_wsgi_app

from flask_strictcors import Policy, StrictCORS, cors
from flask_strictcors.wsgi import facts

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

BARRED = b"Cross-origin request refused.\n"


def wrapped_inside(app: Flask, wrap: Callable[[Any], Any], **options: Any) -> Flask:
    app.wsgi_app = wrap(app.wsgi_app)  # type: ignore[method-assign]
    with pytest.warns(UserWarning, match="already wraps"):
        StrictCORS(app, origins=[APP], **options)
    return app


# --- requests within requests ---------------------------------------------------------------------


def answering(inner: Any) -> Any:
    def serve(environ: dict[str, Any], start_response: Any) -> Any:
        if environ["PATH_INFO"] == "/inside":
            start_response("200 OK", [("Content-Type", "text/plain")])
            return [b""]
        return inner(environ, start_response)

    return serve


@pytest.mark.parametrize("origin", [APP, EVIL])
@pytest.mark.parametrize("outer", [APP, EVIL])
def test_an_answer_that_flask_did_not_make_has_nothing_of_the_request_around_it(
    outer: str, origin: str
) -> None:
    app = wrapped_inside(Flask(__name__), answering)
    inside: list[dict[str, str]] = []

    @app.get("/x")
    def view() -> str:
        response = app.test_client().get("/inside", headers={"Origin": origin})
        inside.append(cors_headers(response))
        return "in"

    headers = cors_headers(actual(app, "/x", origin=outer))
    assert headers == (granted() if outer == APP else SILENT)
    assert inside == [{}]


def test_an_answer_that_flask_did_not_make_may_be_asked_for_in_the_context_of_the_app() -> None:
    app = wrapped_inside(Flask(__name__), answering)
    with app.app_context():
        assert cors_headers(actual(app, "/inside")) == {}


@pytest.mark.parametrize(("outer", "inner"), [(APP, EVIL), (EVIL, APP), (APP, PARTNER)])
def test_a_request_within_a_request_is_judged_for_itself(outer: str, inner: str) -> None:
    app = Flask(__name__)
    StrictCORS(app, origins=[APP])
    inside: list[dict[str, str]] = []
    route(app, "/inside", tag=cors(origins=[PARTNER]))

    @app.get("/x")
    def view() -> str:
        inside.append(cors_headers(actual(app, "/inside", origin=inner)))
        return "in"

    headers = cors_headers(actual(app, "/x", origin=outer))
    assert headers == (granted() if outer == APP else SILENT)
    assert inside == [granted(PARTNER) if inner == PARTNER else SILENT]


def test_the_decision_is_shown_once_where_a_wrapper_makes_a_new_environ() -> None:
    def renewing(inner: Any) -> Any:
        def serve(environ: dict[str, Any], start_response: Any) -> Any:
            kept = {k: v for k, v in environ.items() if not k.startswith("flask_strictcors")}
            return inner(kept, start_response)

        return serve

    app = wrapped_inside(Flask(__name__), renewing)
    route(app, "/x")
    app.debug = True
    headers = cors_headers(actual(app, "/x"))
    assert headers.pop("StrictCORS-Decision") == 'rule="app"; verdict=allowed; reason=none'
    assert headers == granted()


# --- whoever answers first ------------------------------------------------------------------------


class Body:
    """A body that knows whether it was closed."""

    def __init__(self) -> None:
        self.closed = 0

    def __iter__(self) -> Iterator[bytes]:
        yield b"SIDE "
        yield b"EFFECT"

    def close(self) -> None:
        self.closed += 1


def early_app(body: Any, **options: Any) -> Flask:
    """Make an app in which a hook that came before ours answers."""
    app = Flask(__name__, static_folder=None)

    @app.before_request
    def early() -> Response:
        response = Response(body, 201, {"Access-Control-Allow-Origin": "*", "X-Made": "early"})
        response.set_cookie("session", "secret")
        return response

    StrictCORS(app, **{"origins": [APP], "enforce": True} | options)
    route(app, "/x", "GET POST")
    return app


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_what_a_hook_before_ours_answers_to_the_barred_is_replaced(method: str) -> None:
    body = Body()
    response = actual(early_app(body), "/x", method, EVIL)
    assert (response.status_code, response.data) == (403, BARRED)
    assert response.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in response.headers
    assert "X-Made" not in response.headers
    assert cors_headers(response) == SILENT
    assert body.closed == 1


def test_the_403_that_replaces_an_answer_to_head_has_no_body() -> None:
    body = Body()
    environ = EnvironBuilder("/x", method="HEAD", headers={"Origin": EVIL}).get_environ()
    chunks, status, headers = run_wsgi_app(early_app(body), environ, buffered=True)
    assert (status, b"".join(chunks)) == ("403 FORBIDDEN", b"")
    assert headers["Content-Length"] == str(len(BARRED))
    assert body.closed == 1


def test_a_body_that_cannot_be_closed_is_replaced_too() -> None:
    def flattening(inner: Any) -> Any:
        def serve(environ: dict[str, Any], start_response: Any) -> Any:
            return [b"".join(inner(environ, start_response))]

        return serve

    app = Flask(__name__, static_folder=None)
    app.before_request(lambda: "SIDE EFFECT")
    wrapped_inside(app, flattening, enforce=True)
    response = actual(app, "/x", "POST", EVIL)
    assert (response.status_code, response.data) == (403, BARRED)


@pytest.mark.parametrize("origin", [APP, None, "http://localhost"])
def test_what_a_hook_before_ours_answers_to_others_stays(origin: str | None) -> None:
    response = actual(early_app("early"), "/x", origin=origin)
    assert (response.status_code, response.data) == (201, b"early")
    assert "Set-Cookie" in response.headers
    assert cors_headers(response) == (granted() if origin == APP else SILENT)


def test_what_a_hook_before_ours_answers_stays_without_enforce() -> None:
    response = actual(early_app("early", enforce=False), "/x", origin=EVIL)
    assert (response.status_code, response.data) == (201, b"early")
    assert cors_headers(response) == SILENT


def test_what_a_hook_before_ours_answers_stays_where_the_view_is_exempt() -> None:
    app = early_app("early")
    route(app, "/free", "POST", tag=cors.exempt)
    response = actual(app, "/free", "POST", EVIL)
    assert (response.status_code, response.data) == (201, b"early")
    assert cors_headers(response) == {"Allow-Origin": "*"}


# --- hosts ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["a..b", "a" * 70 + ".example", "a b"])
@pytest.mark.parametrize("trusted", [None, ["good.example"]])
def test_a_host_that_cannot_exist_breaks_nothing(
    host: str, trusted: list[str] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def get_host(*_: Any) -> str:
        return f"{host}".encode("idna").decode()

    # As some versions of Werkzeug do.
    monkeypatch.setattr(facts, "get_host", get_host)

    class HostedRequest(flask.Request):
        trusted_hosts = trusted

    app = Flask(__name__)
    app.request_class = HostedRequest
    StrictCORS(app, origins=[APP])
    route(app, "/x", "GET PUT")
    origin = f"http://{host}"
    for ask, method in ((actual, "GET"), (preflight, "PUT")):
        response = ask(app, "/x", method, origin, headers={"Host": host})
        assert response.status_code < 500
        assert "Allow-Origin" not in cors_headers(response)


@pytest.mark.skipif(
    "TRUSTED_HOSTS" not in Flask.default_config, reason="this Flask has no TRUSTED_HOSTS"
)
def test_no_header_of_others_survives_where_the_host_is_not_trusted() -> None:
    class HostedRequest(flask.Request):
        trusted_hosts = ("good.example",)  # type: ignore[assignment]

    app = Flask(__name__)
    app.config["TRUSTED_HOSTS"] = ["good.example"]
    app.request_class = HostedRequest
    StrictCORS(app, origins=[APP])

    @app.after_request
    def widen(response: Response) -> Response:
        response.headers["Access-Control-Allow-Origin"] = "*"
        return response

    route(app, "/x", "GET PUT")
    for ask in (actual, preflight):
        response = ask(app, "/x", "PUT", EVIL, headers={"Host": "bad.example"})
        assert response.status_code == 400
        assert "Allow-Origin" not in cors_headers(response)


# --- paths ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("prefix", ["/a%20b", "/a?b", "/a#b", "//a", "/a"])
def test_a_redirect_under_any_prefix_is_judged_by_the_view_that_it_leads_to(prefix: str) -> None:
    app = Flask(__name__)
    app.config["SERVER_NAME"] = "localhost"
    StrictCORS(app, origins=[APP])
    route(app, "/x/", "GET PUT", tag=cors(origins=[PARTNER]))
    under = {"environ_overrides": {"SCRIPT_NAME": prefix}}
    response = actual(app, "/x", **under)
    assert (response.status_code, cors_headers(response)) == (308, SILENT)
    assert cors_headers(actual(app, "/x", origin=PARTNER, **under)) == granted(PARTNER)
    assert cors_headers(preflight(app, "/x", "PUT", **under)) == PREFLIGHT_SILENT


def test_a_redirect_that_needs_the_host_is_judged_by_the_view_that_it_leads_to() -> None:
    app = Flask(__name__, host_matching=True, static_host="localhost")
    StrictCORS(app, origins=[APP])
    app.url_map.add(Rule("/old", endpoint="old", host="localhost", redirect_to="/new"))
    route(app, "/new", "GET PUT", tag=cors(origins=[PARTNER]), host="localhost")
    assert cors_headers(actual(app, "/old")) == SILENT
    assert cors_headers(actual(app, "/old", origin=PARTNER)) == granted(PARTNER)


@pytest.mark.parametrize(("path", "allowed"), [("/admin/x", False), ("admin/x", False)])
def test_a_path_without_its_slash_falls_through_to_no_wider_policy(
    path: str, allowed: bool
) -> None:
    app = Flask(__name__)
    extension = StrictCORS(app, origins=[APP], rules={"/admin/*": Policy(origins=[PARTNER])})
    route(app, "/admin/x", endpoint="x")
    with app.app_context():
        assert extension.allows(APP, "x", path) is allowed
    under = {"environ_overrides": {"PATH_INFO": path}}
    assert cors_headers(actual(app, "/", **under)) == SILENT
    assert cors_headers(preflight(app, "/", "GET", **under)) == PREFLIGHT_SILENT


# --- contexts -------------------------------------------------------------------------------------


def test_a_callable_that_needs_a_context_leaves_none() -> None:
    app = Flask(__name__)
    StrictCORS(app, origins=lambda origin: request.path == "/x", allowlist=[APP])
    route(app, "/x", "GET PUT")
    assert cors_headers(preflight(app, "/x", "PUT")) == offered("GET, HEAD, PUT")
    assert not has_app_context()


# --- answers without a view -----------------------------------------------------------------------


class Broken(SecureCookieSessionInterface):
    def open_session(self, app: Flask, request: Any) -> Any:
        raise RuntimeError("no sessions today")


def test_an_error_before_routing_for_an_unserved_method_is_the_paths() -> None:
    app = Flask(__name__)
    app.session_interface = Broken()
    StrictCORS(app, origins=[APP])
    route(app, "/x", "GET", tag=cors(origins=[PARTNER]))
    response = actual(app, "/x", "DELETE")
    assert (response.status_code, cors_headers(response)) == (500, granted())


def test_no_adapter_at_all_leaves_the_answer_to_flask() -> None:
    class Unrouted(Flask):
        def create_url_adapter(self, request: Any) -> Any:
            return None

    app = Unrouted(__name__)
    app.before_request(lambda: abort(418))
    StrictCORS(app, origins=[APP])
    response = preflight(app, "/", "GET")
    assert (response.status_code, cors_headers(response)) == (418, {})


def test_a_callable_hears_of_a_preflight_for_no_method() -> None:
    app = Flask(__name__)
    asked: list[object] = []

    def admits(origin: str) -> bool:
        asked.append(request.url_rule)
        return True

    StrictCORS(app, origins=admits, allowlist=[APP])
    route(app, "/", "GET")
    with heard(app) as signals:
        assert "Allow-Origin" not in cors_headers(preflight(app, "/", "no token"))
    assert len(asked) == 1
    assert reasons(signals) == [("preflight", "method-not-allowed")]
