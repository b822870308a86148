"""`ext.decide` and `ext.allows`: the same answer, without side effects."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from flask import Blueprint, Flask, request
from flask.views import MethodView
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from flask_strictcors import Decision, Policy, Reason, StrictCORS, cors

from .wire import (
    APP,
    EVIL,
    PARTNER,
    actual,
    cors_headers,
    heard,
    preflight,
    route,
)


def asked_app(**options: Any) -> tuple[Flask, StrictCORS]:
    app = Flask(__name__, static_folder=None)
    ext = StrictCORS(
        app,
        **{
            "origins": [APP],
            "expose_headers": ["ETag"],
            "rules": {"/open/*": {"origins": "*"}, "/exempt/*": None},
        }
        | options,
    )
    route(app, "/", "GET PUT", endpoint="index")
    route(app, "/open/x", "GET", endpoint="open")
    route(app, "/exempt/x", "GET", endpoint="exempt-path")
    route(app, "/tag", "GET PUT", tag=cors(origins=[PARTNER], methods=["PUT"]), endpoint="tag")
    route(app, "/exempt-tag", "GET", tag=cors.exempt, endpoint="exempt-tag")
    route(app, "/slash/", "GET PUT", tag=cors(origins=[PARTNER]), endpoint="slash")
    return app, ext


def sent(path: str, method: str, origin: str | None, asks: str | None = None) -> Request:
    headers = {} if origin is None else {"Origin": origin}
    if method.startswith("?"):
        headers |= {"Access-Control-Request-Method": method[1:]}
        if asks is not None:
            headers["Access-Control-Request-Headers"] = asks
        method = "OPTIONS"
    return Request(EnvironBuilder(path, method=method, headers=headers).get_environ())


@pytest.mark.parametrize(
    ("path", "method", "origin", "allowed", "reason", "rule"),
    [
        ("/", "GET", APP, True, None, "app"),
        ("/", "GET", EVIL, False, Reason.NOT_ALLOWED, "app"),
        ("/", "GET", "null", False, Reason.NULL_ORIGIN, "app"),
        ("/", "GET", "", False, Reason.MALFORMED_ORIGIN, "app"),
        ("/", "?PUT", APP, True, None, "app"),
        ("/", "?PUT", EVIL, False, Reason.NOT_ALLOWED, "app"),
        ("/", "?DELETE", APP, False, Reason.METHOD_NOT_ALLOWED, "app"),
        ("/open/x", "GET", "null", True, None, "path /open/*"),
        ("/open/x", "?GET", EVIL, True, None, "path /open/*"),
        ("/tag", "PUT", PARTNER, True, None, "view tag"),
        ("/tag", "GET", PARTNER, False, Reason.METHOD_NOT_ALLOWED, "view tag"),
        ("/tag", "PUT", APP, False, Reason.NOT_ALLOWED, "view tag"),
        ("/slash", "PUT", PARTNER, True, None, "view slash"),
        ("/slash", "?PUT", PARTNER, True, None, "view slash"),
        ("/nowhere", "GET", APP, True, None, "app"),
        ("/open/nowhere", "GET", EVIL, True, None, "path /open/*"),
    ],
)
def test_decide_says_what_the_answer_will_say(
    path: str, method: str, origin: str, allowed: bool, reason: Reason | None, rule: str
) -> None:
    app, ext = asked_app()
    with heard(app) as signals, app.app_context():
        decision = ext.decide(sent(path, method, origin))
    assert isinstance(decision, Decision)
    assert (decision.allowed, decision.reason, decision.rule) == (allowed, reason, rule)
    assert decision.detail
    assert signals == []
    asked = method.startswith("?")
    response = (preflight if asked else actual)(app, path, method.lstrip("?"), origin)
    named = {name.removeprefix("Access-Control-"): value for name, value in decision.headers}
    assert set(named) == set(cors_headers(response))
    for name, value in decision.headers:
        assert response.headers[name] == value


def test_decide_names_a_foreign_header_and_the_headers_that_go_out() -> None:
    app, ext = asked_app()
    with app.app_context():
        decision = ext.decide(sent("/", "?PUT", APP, "x-token"))
    assert (decision.allowed, decision.reason) == (False, Reason.HEADER_NOT_ALLOWED)
    assert decision.detail.endswith("It is 'x-token'.")
    assert ("Access-Control-Allow-Origin", APP) in decision.headers


@pytest.mark.parametrize(("path"), ["/exempt/x", "/exempt-tag"])
@pytest.mark.parametrize("method", ["GET", "?GET"])
def test_decide_where_the_route_speaks_for_itself(path: str, method: str) -> None:
    app, ext = asked_app()
    with app.app_context():
        decision = ext.decide(sent(path, method, APP))
    assert (decision.allowed, decision.reason, decision.headers) == (False, None, ())


def test_decide_without_an_origin() -> None:
    app, ext = asked_app()
    with app.app_context():
        decision = ext.decide(sent("/", "GET", None))
    assert (decision.allowed, decision.reason) == (True, None)
    assert decision.headers == (("Vary", "Origin"),)


def test_decide_inside_a_request_leaves_the_requests_own_answer_alone() -> None:
    app, ext = asked_app()
    decisions: list[Decision] = []

    def view() -> str:
        decisions.append(ext.decide(request))
        decisions.append(ext.decide(sent("/tag", "PUT", PARTNER)))
        return "in"

    route(app, "/asking", "GET", view)
    with heard(app) as signals:
        response = actual(app, "/asking", origin=EVIL)
    assert [decision.allowed for decision in decisions] == [False, True]
    assert cors_headers(response) == {"Vary": "Origin"}
    assert len(signals) == 1


def test_decide_tells_nobody_and_logs_nothing(caplog: pytest.LogCaptureFixture) -> None:
    app, ext = asked_app()
    with caplog.at_level(logging.DEBUG, "flask_strictcors"), app.app_context():
        ext.decide(sent("/", "GET", EVIL))
        ext.allows(EVIL, "index")
    assert caplog.records == []


def test_decide_on_garbage_never_raises() -> None:
    app, ext = asked_app()
    with app.app_context():
        for path in ("//", "/%", "/\u00ff", "/.."):
            for method in ("GET", "?", "?a b", "?PUT"):
                decision = ext.decide(sent(path, method, EVIL))
                assert not any(name.startswith("Access-Control") for name, _ in decision.headers)


def test_decide_and_allows_need_an_app_with_the_extension() -> None:
    ext = StrictCORS()
    with pytest.raises(RuntimeError):
        ext.allows(APP, "index")
    with Flask(__name__).app_context(), pytest.raises(RuntimeError, match="StrictCORS"):
        ext.allows(APP, "index")


def test_one_extension_answers_for_the_current_app() -> None:
    ext = StrictCORS()
    for own, other in ((APP, PARTNER), (PARTNER, APP)):
        app = Flask(__name__, static_folder=None)
        app.config["STRICTCORS_ORIGINS"] = own
        ext.init_app(app)
        route(app, "/", endpoint="index")
        with app.app_context():
            assert ext.allows(own, "index")
            assert not ext.allows(other, "index")
            assert ext.decide(sent("/", "GET", own)).allowed


# --- allows ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("origin", "endpoint", "path", "allowed"),
    [
        (PARTNER, "tag", None, True),
        (PARTNER, "tag", "/anything", True),
        (APP, "tag", None, False),
        ("null", "tag", None, False),
        ("", "tag", None, False),
        ("garbage", "tag", None, False),
        # An endpoint that only path rules could govern: by its path, or the strictest of all.
        (APP, "index", "/", True),
        (APP, "open", "/open/x", True),
        (EVIL, "open", "/open/x", True),
        (EVIL, "open", "/", False),
        (EVIL, "open", None, False),
        (APP, "index", None, False),
        (APP, "index", "/exempt/x", False),
        (APP, "index", "/open/../x", False),
        # What nobody knows, and what speaks for itself.
        (APP, "unknown", None, False),
        (APP, "unknown", "/", False),
        (APP, "exempt-tag", None, False),
        (APP, "exempt-path", "/exempt/x", False),
    ],
)
def test_allows(origin: str, endpoint: str, path: str | None, allowed: bool) -> None:
    app, ext = asked_app()
    with heard(app) as signals, app.app_context():
        assert ext.allows(origin, endpoint, path) is allowed
    assert signals == []


def test_allows_without_a_path_where_there_are_no_path_rules() -> None:
    app, ext = asked_app(rules=None)
    with app.app_context():
        assert ext.allows(APP, "index")
        assert not ext.allows(EVIL, "index")


def test_allows_without_a_path_is_the_strictest_of_all_path_rules() -> None:
    both = [APP, PARTNER]
    app, ext = asked_app(rules={"/a/*": {"origins": both}, "/b": {"origins": both}})
    with app.app_context():
        assert ext.allows(APP, "index")
        assert not ext.allows(PARTNER, "index")
        assert ext.allows(PARTNER, "index", "/a/x")


def test_allows_knows_blueprints_tiers_and_every_method_of_a_class() -> None:
    class Item(MethodView):
        @cors(origins=[APP, PARTNER])
        def get(self) -> str:
            return "got"

        @cors(origins=[APP])
        def put(self) -> str:
            return "put"

    app, ext = asked_app()
    app.add_url_rule("/item", view_func=Item.as_view("item"))
    blueprint = cors(Policy(origins=[PARTNER], credentials=True), Policy(origins=[EVIL]))(
        Blueprint("b", __name__)
    )
    route(blueprint, "/x", endpoint="x")
    app.register_blueprint(blueprint)
    with app.app_context():
        assert ext.allows(APP, "item")
        assert not ext.allows(PARTNER, "item")
        assert ext.allows(PARTNER, "b.x")
        assert ext.allows(EVIL, "b.x")
        assert not ext.allows(APP, "b.x")


def test_allows_asks_the_callable_and_its_fault_is_a_no() -> None:
    asked: list[str] = []

    def admit(origin: str) -> bool:
        asked.append(origin)
        if origin == EVIL:
            raise KeyError
        return origin == APP

    app, ext = asked_app(origins=admit, allowlist=[APP, PARTNER, EVIL], rules=None)
    with app.app_context():
        assert ext.allows(APP, "index")
        assert not ext.allows(PARTNER, "index")
        assert not ext.allows(EVIL, "index")
        assert not ext.allows("https://foreign.example.net", "index")
    assert asked == [APP, PARTNER, EVIL]


def test_allows_inside_a_request_of_the_apps_own_page() -> None:
    app, ext = asked_app()
    own = "http://localhost"
    with app.test_request_context("/", headers={"Origin": own}):
        assert ext.allows(own, "tag")
        assert not ext.allows(EVIL, "tag")
    # What the browser says of this request is not said of another origin.
    with app.test_request_context(
        "/", headers={"Origin": APP, "Sec-Fetch-Site": "same-origin"}, base_url="http://inside"
    ):
        assert ext.allows(APP, "tag")
        assert not ext.allows(EVIL, "tag")


def test_asking_does_not_freeze_the_set_up() -> None:
    app, ext = asked_app(rules=None)
    with app.app_context():
        assert ext.allows(APP, "index")
        assert not ext.allows(APP, "later")
    route(app, "/later", endpoint="later")
    with app.app_context():
        assert ext.allows(APP, "later")
        assert ext.decide(sent("/later", "GET", APP)).allowed
