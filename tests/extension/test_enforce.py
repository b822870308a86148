"""With `enforce`, what is refused does not reach the view."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask, abort

from flask_strictcors import Policy, StrictCORS, cors

from .wire import (
    APP,
    ASKING_VARY,
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

STRANGERS = [
    (EVIL, "not-allowed"),
    ("https://app.example.com.evil.net", "not-allowed"),
    ("http://app.example.com", "not-allowed"),
    ("null", "null-origin"),
    ("", "malformed-origin"),
    ("https://app.example.com/", "malformed-origin"),
    ("https://app.example.com, https://app.example.com", "malformed-origin"),
    ("app.example.com", "malformed-origin"),
    ("*", "malformed-origin"),
    ("NULL", "malformed-origin"),
    ("https://APP.example.com", "malformed-origin"),
]


class Counting:
    """A view that knows how often it ran."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self) -> str:
        self.calls += 1
        return "ran"


def enforcing(**options: Any) -> tuple[Flask, Counting]:
    app, view = Flask(__name__), Counting()
    StrictCORS(app, **{"origins": [APP], "enforce": True} | options)
    route(app, "/", "GET POST PUT", view)
    return app, view


def assert_barred(response: Any) -> None:
    assert response.status_code == 403
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Content-Type"].startswith("text/plain")
    assert len(response.data) == int(response.headers["Content-Length"]) > 0


@pytest.mark.parametrize(("origin", "reason"), STRANGERS)
def test_a_refused_origin_gets_403_before_the_view(origin: str, reason: str) -> None:
    app, view = enforcing()
    bodies = set()
    for ask in (actual, preflight):
        for method in ("GET", "POST", "PUT"):
            with heard(app) as signals:
                response = ask(app, method=method, origin=origin)
            assert_barred(response)
            bodies.add(response.data)
            expected = SILENT if ask is actual else PREFLIGHT_SILENT
            assert cors_headers(response) == expected
            assert reasons(signals) == [("origin", reason)]
    assert view.calls == 0
    assert len(bodies) == 1


def test_the_body_is_constant_whatever_was_asked() -> None:
    app, _ = enforcing()
    bodies = {
        actual(app, origin="<script>alert(1)</script>").data,
        actual(app, "/nowhere?<b>", origin=EVIL, headers={"X": "<b>"}).data,
        preflight(app, method="<b>", origin=EVIL, asks="<b>").data,
    }
    assert len(bodies) == 1
    assert b"<" not in bodies.pop()


def test_head_gets_403_too() -> None:
    app, view = enforcing()
    response = actual(app, method="HEAD", origin=EVIL)
    assert (response.status_code, cors_headers(response)) == (403, SILENT)
    assert view.calls == 0


def test_who_is_let_in_is_let_in() -> None:
    app, _ = enforcing()
    response = actual(app)
    assert (response.status_code, response.data, cors_headers(response)) == (200, b"ran", granted())
    response = preflight(app)
    assert (response.status_code, cors_headers(response)) == (204, offered("GET, HEAD, POST, PUT"))


@pytest.mark.parametrize(
    "given",
    [
        {"origin": None},
        {"origin": "http://localhost"},
        {"origin": EVIL, "headers": {"Sec-Fetch-Site": "same-origin"}},
        {"origin": "null", "headers": {"Sec-Fetch-Site": "same-origin"}},
        {"origin": "https://own.example.com"},
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
def test_what_is_not_cross_origin_passes(given: dict[str, Any], method: str) -> None:
    app, view = enforcing(own_origins=["https://own.example.com"])
    with heard(app) as signals:
        response = actual(app, method=method, **given)
    assert (response.status_code, cors_headers(response)) == (200, SILENT)
    assert signals == []
    assert view.calls == 1


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none", "SAME-ORIGIN", ""])
def test_other_words_of_sec_fetch_site_change_nothing(site: str) -> None:
    app, _ = enforcing()
    assert_barred(actual(app, origin=EVIL, headers={"Sec-Fetch-Site": site}))


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_a_method_that_is_not_listed_gets_403(method: str) -> None:
    app, view = enforcing(methods=["OPTIONS"])
    with heard(app) as signals:
        response = actual(app, method=method)
    assert_barred(response)
    assert cors_headers(response) == SILENT
    assert reasons(signals) == [("preflight", "method-not-allowed")]
    assert view.calls == 0


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "put", "", "a b"])
def test_a_preflight_for_a_method_that_is_not_listed_gets_403(method: str) -> None:
    app, _ = enforcing(methods=["OPTIONS"])
    response = preflight(app, method=method)
    assert_barred(response)


def test_a_header_that_is_not_listed_is_the_browsers_to_refuse() -> None:
    app, _ = enforcing()
    response = preflight(app, asks="x-token")
    assert (response.status_code, cors_headers(response)) == (204, offered("GET, HEAD, POST, PUT"))


def test_no_rule_refuses_everybody_and_varies() -> None:
    app = Flask(__name__)
    StrictCORS(app, enforce=True)
    route(app, "/")
    for response in (actual(app), actual(app, "/nowhere")):
        assert_barred(response)
        assert cors_headers(response) == SILENT
    response = actual(app, origin=None)
    assert (response.status_code, cors_headers(response)) == (200, SILENT)
    response = preflight(app, method="GET")
    assert_barred(response)
    assert cors_headers(response) == PREFLIGHT_SILENT


@pytest.mark.parametrize("origin", [EVIL, "null", "", "garbage", None])
def test_a_rule_for_everybody_bars_nobody(origin: str | None) -> None:
    app, _ = enforcing(origins="*")
    response = actual(app, origin=origin)
    assert (response.status_code, cors_headers(response)) == (200, granted("*"))
    if origin is not None:
        response = preflight(app, origin=origin)
        assert cors_headers(response) == offered("GET, HEAD, POST, PUT", "*", Vary=ASKING_VARY)


def test_everybody_as_the_last_tier_bars_nobody_and_varies() -> None:
    app = Flask(__name__)
    StrictCORS(app, Policy(origins=[APP], credentials=True), Policy(origins="*"), enforce=True)
    route(app, "/")
    response = actual(app, origin="null")
    assert response.status_code == 200
    assert cors_headers(response) == {"Allow-Origin": "*", "Vary": "Origin"}


def test_a_method_that_a_rule_for_everybody_does_not_list() -> None:
    app, _ = enforcing(origins="*", methods=["GET"])
    response = actual(app, method="POST")
    assert cors_headers(response) == {}


@pytest.mark.parametrize("rule", ["tag", "path"])
@pytest.mark.parametrize("origin", [EVIL, "null", "", "garbage"])
def test_exempt_routes_take_posts_of_other_sites(rule: str, origin: str) -> None:
    app, view = Flask(__name__), Counting()
    rules = {"/callback": None} if rule == "path" else None
    StrictCORS(app, origins=[APP], enforce=True, rules=rules)
    route(app, "/callback", "POST", view, tag=cors.exempt if rule == "tag" else None)
    with heard(app) as signals:
        response = actual(app, "/callback", "POST", origin)
    assert (response.status_code, cors_headers(response)) == (200, {})
    assert (view.calls, signals) == (1, [])


def test_each_rule_bars_for_itself() -> None:
    app, _ = enforcing(rules={"/path": {"origins": [PARTNER]}})
    route(app, "/tag", tag=cors(origins=[PARTNER]))
    route(app, "/path")
    for path in ("/tag", "/path"):
        assert actual(app, path, origin=PARTNER).status_code == 200
        assert_barred(actual(app, path))


@pytest.mark.parametrize(
    ("path", "method"), [("/nowhere", "GET"), ("/", "DELETE"), ("/slash", "GET")]
)
def test_a_refused_origin_gets_403_where_no_view_answers(path: str, method: str) -> None:
    app, _ = enforcing()
    route(app, "/slash/")
    assert_barred(actual(app, path, method, EVIL))


@pytest.mark.parametrize("order", ["before", "after"])
def test_who_answers_first_does_not_matter(order: str) -> None:
    app, view = Flask(__name__), Counting()
    if order == "before":
        app.before_request(lambda: abort(401))
    StrictCORS(app, origins=[APP], enforce=True)
    if order == "after":
        app.before_request(lambda: abort(401))
    route(app, "/", "GET", view)
    assert_barred(actual(app, origin=EVIL))
    assert view.calls == 0
    response = actual(app)
    assert (response.status_code, cors_headers(response)) == (401, granted())


def test_what_hooks_add_to_a_403_is_kept_and_what_they_add_of_cors_is_not() -> None:
    app, _ = enforcing()

    @app.after_request
    def add(response: Any) -> Any:
        response.headers["X-Frame-Options"] = "DENY"
        response.headers["Access-Control-Allow-Origin"] = "*"
        return response

    response = actual(app, origin=EVIL)
    assert_barred(response)
    assert response.headers["X-Frame-Options"] == "DENY"
    assert cors_headers(response) == SILENT
