"""Which rule governs a request: what is asked of the app on the way, and how often."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import flask
import pytest
from flask import Flask, request
from werkzeug.routing import BaseConverter, Rule
from werkzeug.test import EnvironBuilder, run_wsgi_app
from werkzeug.wrappers import Request

from flask_strictcors import StrictCORS, cors

from .wire import (
    APP,
    EVIL,
    PARTNER,
    PREFLIGHT_RULELESS,
    actual,
    cors_headers,
    granted,
    heard,
    offered,
    preflight,
    reasons,
    route,
)

BY_PATH = {"/free/*": {"origins": "*"}, "/": {"origins": [PARTNER]}}


def plain(**options: Any) -> tuple[Flask, StrictCORS]:
    app = Flask(__name__, static_folder=None)
    return app, StrictCORS(app, **{"origins": [APP]} | options)


@pytest.mark.parametrize("rules", [None, BY_PATH])
def test_a_request_is_routed_once(rules: Any) -> None:
    app, _ = plain(rules=rules)
    converted: list[str] = []

    class Counting(BaseConverter):
        def to_python(self, value: str) -> str:
            converted.append(value)
            return value

    app.url_map.converters["counting"] = Counting
    route(app, "/x/<counting:it>", "GET PUT")
    for number in "12":
        assert cors_headers(actual(app, f"/x/{number}")) == granted()
        assert cors_headers(preflight(app, f"/x/{number}")) == offered("GET, HEAD, PUT")
    assert converted == ["1", "1", "2", "2"]


@pytest.mark.parametrize("more", [{}, {"Access-Control-Request-Method": "GET"}])
def test_a_request_without_path_info_is_for_the_root(more: dict[str, str]) -> None:
    app, ext = plain(rules=BY_PATH)
    route(app, "/")
    method = "OPTIONS" if more else "GET"
    builder = EnvironBuilder(method=method, headers={"Origin": PARTNER} | more)
    environ = builder.get_environ()
    # https://peps.python.org/pep-3333/#environ-variables: what is empty may be missing.
    del environ["PATH_INFO"]
    with app.app_context():
        assert ext.decide(Request(environ.copy())).rule == "path /"
    _, status, headers = run_wsgi_app(app, environ)
    assert (status[0], headers["Access-Control-Allow-Origin"]) == ("2", PARTNER)


def test_a_decision_where_the_host_matters_is_that_hosts() -> None:
    app = Flask(__name__, static_folder=None, host_matching=True)
    ext = StrictCORS(app, origins=[APP])
    for host, tag in (("one.test", cors(origins=[PARTNER])), ("two.test", cors(origins="*"))):
        route(app, "/x", endpoint=host.partition(".")[0], tag=tag, host=host)
    for host, rule in (("one.test", "view one"), ("two.test", "view two")):
        with app.app_context():
            environ = EnvironBuilder("/x", f"http://{host}").get_environ()
            assert ext.decide(Request(environ)).rule == rule


def test_a_decision_is_that_of_the_view_for_the_method() -> None:
    app, ext = plain()
    for method in ("GET", "PUT"):
        route(app, "/x", method, endpoint=method.lower(), tag=cors(origins=[PARTNER]))
    with app.app_context():
        for method in ("GET", "PUT"):
            asking = Request(EnvironBuilder("/x", method=method).get_environ())
            assert ext.decide(asking).rule == f"view {method.lower()}"


@pytest.mark.parametrize("path", ["/slash/", "/slash", "/old"])
def test_a_callable_hears_which_view_a_preflight_is_for(path: str) -> None:
    app = Flask(__name__, static_folder=None)
    heard_of: list[tuple[object, object]] = []

    def admits(origin: str) -> bool:
        heard_of.append((request.endpoint, request.view_args))
        return True

    StrictCORS(app, origins=admits, allowlist=[APP])
    route(app, "/<other>/", "GET OPTIONS", endpoint="other")
    route(app, "/<name>/", "PUT", endpoint="named")
    app.url_map.add(Rule("/old", redirect_to="/slash/", methods=["PUT"]))
    assert cors_headers(preflight(app, path))["Allow-Origin"] == APP
    assert heard_of == [("named", {"name": "slash"})]


def broken(app: Flask) -> None:
    class Breaking(BaseConverter):
        def to_python(self, value: str) -> str:
            raise KeyError(value)

    app.url_map.converters["breaking"] = Breaking
    route(app, "/x/<breaking:it>", "GET PUT", endpoint="broken")


def test_a_preflight_that_cannot_be_matched_is_answered_without_flask() -> None:
    app, _ = plain()
    broken(app)
    app.before_request(lambda: "never reached")
    response = preflight(app, "/x/1")
    assert (response.status_code, response.data) == (204, b"")
    assert cors_headers(response) == PREFLIGHT_RULELESS


def test_an_actual_request_that_cannot_be_matched_is_told_of() -> None:
    app, _ = plain()
    broken(app)
    with heard(app) as signals:
        response = actual(app, "/x/1")
    assert (response.status_code, cors_headers(response)) == (500, {})
    assert reasons(signals) == [("origin", "no-rule")]


def test_a_preflight_for_no_method_is_judged_by_its_path() -> None:
    app, _ = plain(rules=BY_PATH)
    with heard(app) as signals:
        assert preflight(app, "/free/x", "no token").status_code == 204
    assert [(str(s.rejection.reason), s.rejection.rule) for s in signals] == [
        ("method-not-allowed", "path /free/*")
    ]


def test_nobody_is_the_same_as_a_host_that_is_not_trusted() -> None:
    class Trusting(flask.Request):
        trusted_hosts = ("good.example",)  # type: ignore[assignment]

    app, _ = plain()
    app.request_class = Trusting
    route(app, "/x")
    for host, expected in (("good.example", []), ("bad.example", [("origin", "not-allowed")])):
        with heard(app) as signals:
            actual(app, "/x", origin=f"http://{host}", headers={"Host": host})
        assert reasons(signals) == expected


def test_nor_where_only_hooks_are_and_the_request_says_whom_it_trusts() -> None:
    class Trusting(flask.Request):
        def __init__(self, *arguments: Any, **named: Any) -> None:
            super().__init__(*arguments, **named)
            self.trusted_hosts = ["good.example"]

    app, _ = plain(enforce=True)
    app.request_class = Trusting
    route(app, "/x")
    alone = Flask.wsgi_app.__get__(app)
    for ask in (actual, preflight):
        with heard(app) as signals:
            response = ask(
                alone, "/x", "GET", "http://bad.example", headers={"Host": "bad.example"}
            )
        assert response.status_code == 403
        assert reasons(signals) == [("origin", "not-allowed")]


def test_a_request_that_no_adapter_can_route_is_answered_by_flask() -> None:
    class Unrouted(Flask):
        def create_url_adapter(self, request: Any) -> Any:
            return None

    app = Unrouted(__name__)
    StrictCORS(app, origins=[APP])
    app.before_request(lambda: "early")
    response = actual(app, "/")
    assert (response.status_code, response.data) == (200, b"early")
    assert cors_headers(response) == granted()


def test_a_rejection_that_is_no_report_says_so() -> None:
    app, _ = plain()
    route(app, "/")
    with heard(app) as signals:
        actual(app, origin=EVIL)
        preflight(app, origin=EVIL)
    assert [signal.rejection.report_only for signal in signals] == [False, False]


def test_what_is_wrong_is_logged_once_however_often_set_up_goes_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    app, _ = plain()

    def hiding(function: Callable[[], str]) -> Callable[[], str]:
        def wrapper() -> str:
            return function()

        return wrapper

    app.add_url_rule("/hidden", "hidden", hiding(cors(origins=[PARTNER])(lambda: "in")))
    with caplog.at_level(logging.ERROR, "flask_strictcors"):
        for number in range(3):
            route(app, f"/{number}", "PUT")
            assert cors_headers(preflight(app, f"/{number}")) == offered("PUT")
    assert len(caplog.records) == 1


def test_where_routes_cannot_be_read_enforce_holds_and_no_method_is_served() -> None:
    class Unreadable:
        def __call__(self) -> str:
            return "in"

        @property
        def view_class(self) -> object:
            raise RuntimeError("not to be read")

    app, _ = plain(enforce=True)
    app.view_functions["unreadable"] = Unreadable()
    assert actual(app, "/nowhere", origin=EVIL).status_code == 403
    assert actual(app, "/nowhere").status_code == 404
    headers = cors_headers(preflight(app, "/nowhere", "GET"))
    assert "Allow-Methods" not in headers
