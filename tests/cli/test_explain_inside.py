"""What is explained is what happens, and explaining it makes nothing happen."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import pytest
from click.testing import Result
from flask import Flask, g, request
from flask.sessions import SecureCookieSessionInterface
from werkzeug.routing import BaseConverter
from werkzeug.test import Client, create_environ, run_wsgi_app

from flask_strictcors import Policy, cors, origin_rejected, preflight_rejected
from flask_strictcors.browser import Outcome, Received, Request, Sent, UserAgent

from .apps import APP, EVIL, PARTNER, make, never_run, route

Typed = Callable[..., Result]


class Broken(SecureCookieSessionInterface):
    def open_session(self, app: Any, request: Any) -> Any:
        raise OSError("no store")


# --- the same as the app itself ------------------------------------------------------------------


def various(**options: Any) -> Flask:
    """Make an app whose views answer, with rules of many kinds."""
    app = make(
        Policy(origins=[APP], credentials=True, methods=["GET", "PUT"], expose_headers="X-Total"),
        Policy(origins=lambda origin: origin == PARTNER, allowlist=[PARTNER, EVIL]),
        rules={"/open/*": Policy(origins="*", allow_headers="*"), "/users/me": Policy(origins=APP)},
        **options,
    )

    def view(**view_args: object) -> str:
        return "answer"

    for rule, methods in [
        ("/users/<name>", ["GET", "PUT", "DELETE"]),
        ("/users/<name>", ["PATCH"]),
        ("/open/x", ["GET", "POST", "DELETE"]),
        ("/slash/", ["GET", "PUT"]),
        ("/nobody", ["GET", "DELETE"]),
    ]:
        endpoint = f"{rule} {methods[0]}".replace(".", "-")
        tagged = cors(origins=[PARTNER])(lambda: "") if rule == "/nobody" else view
        app.add_url_rule(rule, endpoint, tagged, methods=methods)
    return app


def live(app: Flask) -> Callable[[Sent], Received]:
    """Return a transport that really asks the app."""

    def send(sent: Sent) -> Received:
        environ = create_environ("/", sent.url.origin, sent.url.query, method=sent.method)
        # As it came: Werkzeug would read two slashes in front as a host.
        environ["PATH_INFO"] = unquote(sent.url.path, "latin-1")
        environ |= {f"HTTP_{n.upper().replace('-', '_')}": v for n, v in sent.headers}
        _, status, headers = run_wsgi_app(app, environ)
        return Received(int(status[:3]), tuple(headers.to_wsgi_list()))

    return send


def lived(app: Flask, asked: Request, origin: str | None) -> Outcome:
    return UserAgent(live(app), now=lambda: 0.0).open(origin).fetch(asked)


def shown(status: int, headers: Any) -> tuple[int, list[tuple[str, str]]]:
    """Return what CORS, caches and redirects read of an answer."""
    return status, sorted(
        (name, ", ".join(sorted(value.split(", "))))
        for name, value in headers
        if name in ("Location", "Vary") or name.startswith(("Access-Control-", "StrictCORS-"))
    )


PATHS = ["/users/me", "/users/x?a=b", "/users/%C3%A9", "/open/x", "/slash", "/slash/", "/nobody"]
MORE_PATHS = ["/nowhere", "/open/nowhere", "/users/a%2Fb", "/users/..%2f", "//users//x"]
METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "patch", "OPTIONS"]
ORIGINS = [APP, PARTNER, EVIL, None, "http://localhost"]


@pytest.mark.parametrize(("is_enforced", "is_debug"), [(False, False), (True, True)])
@pytest.mark.parametrize("path", PATHS + MORE_PATHS)
def test_what_is_explained_is_what_a_browser_lives(
    path: str, is_enforced: bool, is_debug: bool, typed: Typed
) -> None:
    app = various(enforce=is_enforced)
    for method in METHODS:
        for number, origin in enumerate(ORIGINS):
            words = ["--header", "X-A: 1"] if number % 2 else ["--credentials"]
            headers = (("X-A", "1"),) if number % 2 else ()
            result = typed(
                app,
                *("explain", method, path, "--origin", origin or "null", "--json", *words),
                debug=is_debug,
            )
            explained = json.loads(result.stdout)
            credentials = "same-origin" if number % 2 else "include"
            asked = Request(f"http://localhost{path}", method, headers, credentials=credentials)
            outcome = lived(app, asked, origin)
            assert [
                shown(one["answered"]["status"], one["answered"]["headers"])
                for one in explained["exchanges"]
            ] == [
                shown(one.received.status, one.received.headers)
                for one in outcome.exchanges
                if one.received
            ], (method, path, origin)
            failed = None if outcome.failure is None else outcome.failure.step
            assert (explained["failure"] or {}).get("step") == failed
            assert result.exit_code == (0 if failed is None else 1)
            checks = [check["step"] for one in explained["exchanges"] for check in one["checks"]]
            assert checks == [check.step for check in outcome.checks]


# --- callables -----------------------------------------------------------------------------------


def test_callables_are_asked_as_on_a_real_request(typed: Typed) -> None:
    seen: list[object] = []

    def decide(origin: str) -> bool:
        seen.append((request.method, request.url_rule and request.url_rule.rule, request.view_args))
        g.seen = seen
        return origin == PARTNER

    app = make(origins=decide, allowlist=[APP, PARTNER])
    route(app, "/users/<int:n>", "PUT")
    assert typed(app, "explain", "PUT", "/users/7", "--origin", PARTNER).exit_code == 0
    where = ("/users/<int:n>", {"n": 7})
    assert seen == [("OPTIONS", *where), ("PUT", *where)]
    assert typed(app, "explain", "PUT", "/users/7", "--origin", APP).exit_code == 1
    assert typed(app, "explain", "PUT", "/users/7", "--origin", EVIL).exit_code == 1
    assert len(seen) == 3


def test_a_callable_that_fails_is_told_with_its_reason(typed: Typed) -> None:
    def decide(origin: str) -> bool:
        raise RuntimeError("no database")

    app = make(origins=decide, allowlist=[APP])
    route(app, "/x", "GET")
    result = typed(app, "explain", "GET", "/x", "--origin", APP)
    assert result.exit_code == 1
    assert "(callable-failed)" in result.stdout


# --- the host, the browser, debug ----------------------------------------------------------------


with_trusted_hosts = pytest.mark.skipif(
    "TRUSTED_HOSTS" not in Flask.default_config, reason="this Flask has no TRUSTED_HOSTS"
)


@with_trusted_hosts
@pytest.mark.parametrize(("method", "status"), [("GET", 400), ("PUT", 400)])
def test_a_host_that_flask_refuses(method: str, status: int, typed: Typed) -> None:
    app = make(origins=[APP])
    app.config["TRUSTED_HOSTS"] = ["api.example.com"]
    route(app, "/x", "GET PUT")
    words = ["explain", method, "/x", "--origin", APP, "--json"]
    refused = json.loads(typed(app, *words).stdout)
    assert refused["exchanges"][0]["answered"]["status"] == status
    allowed = typed(app, *words, "--base-url", "https://api.example.com")
    assert allowed.exit_code == 0
    if method == "PUT":
        assert refused["failure"]["fix"].startswith("Flask refuses the host: type --base-url")


def test_an_app_that_opens_no_request_is_told(typed: Typed) -> None:
    app = make(origins=lambda origin: True, allowlist=[APP])
    app.session_interface = Broken()
    route(app, "/x")
    result = typed(app, "explain", "GET", "/x", "--origin", APP)
    assert result.exit_code == 1
    said = "http://localhost gave no answer to GET: the app opens no request: OSError: no store"
    assert f"Refused:    {said}" in result.stdout
    assert "To fix it:  Mend what raises there: a converter, the session's store" in result.stdout


@pytest.mark.parametrize(("path", "exit_code"), [("/me", 0), ("/other", 1)])
def test_a_converter_that_needs_a_context_gets_one(path: str, exit_code: int, typed: Typed) -> None:
    class Mine(BaseConverter):
        def to_python(self, value: str) -> str:
            if value != "me" or request.method != "GET":
                raise OSError("no such person")
            return value

    app = make(origins=[APP])
    app.url_map.converters["mine"] = Mine
    route(app, "/<mine:who>", endpoint="who")
    result = typed(app, "explain", "GET", path, "--origin", APP)
    assert result.exit_code == exit_code
    said = "the app opens no request: OSError: no such person"
    assert (said in " ".join(result.stdout.split())) is (path != "/me")


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_a_redirect_out_of_the_mount_is_asked_with_the_probe(method: str, typed: Typed) -> None:
    app = make(origins="*")
    app.add_url_rule(
        "/out", "out", redirect_to="http://api.example.com/x?a&b", methods=["GET", "PUT"]
    )
    base = ["--base-url", "http://api.example.com/shop"]
    words = ["explain", method, "/out", "--origin", "http://localhost", "--json"]
    assert json.loads(typed(app, *words, *base).stdout)["failure"]["fix"] == (
        "To ask a live server, type flask cors probe 'http://api.example.com/x?a&b' "
        f"--origin http://localhost --method {method}"
    )


@with_trusted_hosts
def test_a_refused_host_is_said_for_requests_without_a_preflight(typed: Typed) -> None:
    app = make(origins=[APP])
    app.config["TRUSTED_HOSTS"] = ["api.example.com"]
    route(app, "/x", tag=cors(origins="*"))
    result = typed(app, "explain", "GET", "/x", "--origin", EVIL, "--base-url", "https://a.test")
    assert result.exit_code == 1
    fix = "To fix it:  Flask refuses the host: type --base-url with one that it trusts."
    assert fix in result.stdout
    assert "not-allowed" not in result.stdout


LIKE = [("standard", 1), ("chromium", 0), ("firefox", 0), ("safari", 1)]


@pytest.mark.parametrize(("browser", "exit_code"), LIKE)
def test_each_browser_has_its_ways(browser: str, exit_code: int, typed: Typed) -> None:
    app = make(origins=[APP])
    route(app, "/x")
    words = ["explain", "GET", "/x", "--origin", APP, "--header", "Device-Memory: 8"]
    result = typed(app, *words, "--like", browser)
    assert result.exit_code == (0 if browser == "chromium" else 1)


def test_debug_origins_count_in_debug(typed: Typed) -> None:
    app = make(origins=[APP], debug_origins="http://localhost:3000")
    route(app, "/x")
    words = ["explain", "GET", "/x", "--origin", "http://localhost:3000", "--json"]
    assert typed(app, *words).exit_code == 1
    result = typed(app, *words, debug=True)
    assert result.exit_code == 0
    headers = dict(json.loads(result.stdout)["exchanges"][0]["answered"]["headers"])
    assert headers["StrictCORS-Decision"] == 'rule="app"; verdict=allowed; reason=none'


# --- nothing happens -----------------------------------------------------------------------------


@pytest.mark.parametrize("debug", [False, True])
def test_explaining_makes_nothing_happen(
    debug: bool, typed: Typed, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[object] = []

    def tell(sender: object, **extra: object) -> None:
        told.append(extra)

    app = make(origins=[APP], enforce=False, methods=["GET", "PUT"])
    route(app, "/x", "GET PUT DELETE POST")
    route(app, "/exempt", "GET POST", tag=cors.exempt)
    app.before_request(never_run)
    app.after_request(lambda response: never_run())
    app.url_value_preprocessor(lambda endpoint, values: never_run())
    app.session_interface = Broken()
    app.teardown_request(told.append)
    app.teardown_appcontext(told.append)
    app.register_error_handler(404, lambda error: never_run())
    caplog.set_level(logging.DEBUG)
    with origin_rejected.connected_to(tell), preflight_rejected.connected_to(tell):
        for method in METHODS:
            for path in ("/x", "/exempt", "/nowhere"):
                for origin in (APP, EVIL, "null"):
                    words = ("explain", method, path, "--origin", origin, "--header", "X-A")
                    assert typed(app, *words, debug=debug).exit_code in (0, 1)
    assert told == []
    assert [record for record in caplog.records if "flask" in record.name] == []
    # The app still takes what only set-up may add.
    route(app, "/late")
    app.before_request(never_run)
    assert typed(app, "explain", "GET", "/late", "--origin", APP).exit_code == 0


def test_what_nobody_has_heard_is_still_logged_once(
    typed: Typed, caplog: pytest.LogCaptureFixture
) -> None:
    app = make(origins=[APP])
    app.add_url_rule("/x", "x", lambda: "")
    typed(app, "explain", "GET", "/x", "--origin", EVIL)
    assert caplog.messages == []
    Client(app).get("/x", headers={"Origin": EVIL})
    assert [message.partition(" under")[0] for message in caplog.messages] == [
        f"CORS refused GET /x from {EVIL}"
    ]
