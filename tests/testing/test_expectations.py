"""assert_allows and assert_refuses: they fail where they should, and say all that happened."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import pytest
from flask import Flask, abort, redirect, request
from flask_cors import CORS

from flask_strictcors.testing import assert_allows, assert_refuses

from .apps import APP, EVIL, admitting, answering, strict_app

Headers = Callable[[WSGIEnvironment], list[tuple[str, str]]]
OPEN: Headers = lambda environ: [("Access-Control-Allow-Origin", "*")]  # noqa: E731


def is_preflight(environ: WSGIEnvironment) -> bool:
    return "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in environ


# --- what is so ---


@pytest.mark.parametrize(
    "call",
    [
        {},
        {"credentials": "include"},
        {"method": "PUT", "json": {"a": 1}},
        {"method": "POST", "data": {"a": 1}, "headers": {"Accept": "text/html"}},
        {"like": "safari"},
        {"base_url": "https://api.example.com"},
    ],
)
def test_what_is_allowed_is_asserted_and_returned_as_a_script_sees_it(call: Any) -> None:
    answer = assert_allows(strict_app(), APP, "/users", **call)
    assert answer.json["method"] == call.get("method", "GET")
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("origin", [None, "null"])
def test_a_sandboxed_page_is_allowed_where_everybody_is(origin: str | None) -> None:
    assert_allows(strict_app(origins="*", credentials=False), origin, "/users")
    assert_refuses(strict_app(), origin, "/users")


@pytest.mark.parametrize("enforce", [False, True])
@pytest.mark.parametrize(
    ("origin", "call"),
    [
        (EVIL, {}),
        (EVIL, {"credentials": "include"}),
        (EVIL, {"method": "PUT", "json": {}}),
        (EVIL, {"method": "POST", "data": "x"}),
        (APP, {"headers": {"X-Trace": "1"}}),
        ("https://app.example.com/", {}),
        ("https://app.example.com/", {"method": "PUT"}),
        ("", {}),
    ],
)
def test_what_is_refused_is_asserted(origin: str, call: Any, enforce: bool) -> None:
    assert_refuses(strict_app(enforce=enforce), origin, "/users", **call)


def test_a_method_and_credentials_may_be_what_is_refused() -> None:
    app = strict_app(methods=["GET"], credentials=False)
    assert_refuses(app, APP, "/users", method="PUT")
    assert_refuses(app, APP, "/users", credentials="include")
    assert_allows(app, APP, "/users")


def test_an_app_that_never_heard_of_cors_refuses() -> None:
    app = Flask(__name__)
    app.add_url_rule("/", view_func=lambda: "hello", methods=["GET", "PUT"])
    assert_refuses(app, EVIL)
    assert_refuses(app, EVIL, method="PUT")
    assert_refuses(answering(), EVIL)


def test_another_library_is_judged_as_well() -> None:
    app = Flask(__name__)
    app.add_url_rule("/", view_func=lambda: "hello", methods=["GET", "PUT"])
    CORS(app, origins=[r"https://.*\.example\.com"], methods=["GET", "PUT"])
    assert_allows(app, APP, method="PUT")
    assert_refuses(app, EVIL, method="PUT")
    with pytest.raises(AssertionError, match="may read the answer, and should not"):
        assert_refuses(app, "https://a.example.com.evil.net", method="PUT")


# --- what is not so ---


def failure(assertion: Callable[..., Any], *args: Any, **call: Any) -> str:
    with pytest.raises(AssertionError) as raised:
        assertion(*args, **call)
    return str(raised.value)


def test_what_is_refused_is_not_allowed_and_the_story_is_told() -> None:
    assert failure(assert_allows, strict_app(), EVIL, "/users", method="PUT", json={}) == (
        "PUT http://localhost/users from https://evil.net: no script may read it "
        "(preflight-origin). The answer to the preflight has no Access-Control-Allow-Origin.\n"
        "Let the server send Access-Control-Allow-Origin: https://evil.net, and Vary: Origin: "
        "add the origin to origins.\n"
        "\n"
        "> OPTIONS http://localhost/users\n"
        ">   Access-Control-Request-Method: PUT\n"
        ">   Access-Control-Request-Headers: content-type\n"
        ">   Origin: https://evil.net\n"
        "< 204\n"
        "<   Vary: Origin, Access-Control-Request-Method, Access-Control-Request-Headers\n"
        "yes preflight-status: The preflight was answered 204.\n"
        "NO  preflight-origin: The answer to the preflight has no Access-Control-Allow-Origin."
    )


def test_what_is_allowed_is_not_refused_and_the_story_is_told() -> None:
    app = answering(OPEN)
    assert failure(assert_refuses, app, EVIL) == (
        "GET http://localhost/ from https://evil.net: its scripts may read the answer, and should "
        "not.\n"
        "\n"
        "> GET http://localhost/\n"
        ">   Origin: https://evil.net\n"
        "< 200\n"
        "<   Content-Type: text/plain\n"
        "<   Access-Control-Allow-Origin: *\n"
        "yes origin: The answer allows every origin."
    )


def test_an_empty_origin_is_named() -> None:
    assert "from an empty origin: " in failure(assert_refuses, answering(OPEN), "")


@pytest.mark.parametrize("origin", [EVIL, "https://EVIL.net", "*", "null", "\xff", "a b"])
@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_an_origin_goes_out_as_it_is_written(origin: str, method: str) -> None:
    assert "may read" in failure(
        assert_refuses, admitting(lambda sent: sent == origin), origin, method=method
    )


# --- what is no answer to the question ---


@pytest.mark.parametrize("assertion", [assert_allows, assert_refuses])
@pytest.mark.parametrize(
    ("status", "headers"), [("404 Not Found", []), ("405 No", []), ("500 Oh", []), ("503 No", [])]
)
def test_a_status_that_says_nothing_of_cors_fails(
    assertion: Callable[..., Any], status: str, headers: list[tuple[str, str]]
) -> None:
    allowed = OPEN if assertion is assert_allows else lambda environ: []
    text = failure(assertion, answering(allowed, status), EVIL)
    assert f"the app answers {status[:3]}, which says nothing of CORS." in text
    assert "See that the URL and the method are right" in text


@pytest.mark.parametrize("status", ["401 Who", "403 No", "200 OK", "304 Same", "204 None"])
def test_another_status_does_not(status: str) -> None:
    assert_refuses(answering(status=status), EVIL)
    assert assert_allows(answering(OPEN, status), EVIL).status == status


@pytest.mark.parametrize("enforce", [False, True])
@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_a_path_that_nothing_serves_is_not_refused(method: str, enforce: bool) -> None:
    text = failure(assert_refuses, strict_app(enforce=enforce), EVIL, "/user", method=method)
    assert "404, which says nothing" in text or "nothing is served there" in text


@pytest.mark.parametrize("enforce", [False, True])
@pytest.mark.parametrize("method", ["DELETE", "PATCH", "patch"])
def test_a_method_that_nothing_serves_is_not_refused(method: str, enforce: bool) -> None:
    text = failure(assert_refuses, strict_app(enforce=enforce), EVIL, "/users", method=method)
    assert "405, which says nothing" in text or "is served there" in text


def test_no_view_runs_to_find_out_what_is_served() -> None:
    app = strict_app()
    ran: list[str] = []

    @app.route("/orders", methods=["GET", "PUT", "DELETE"])
    def orders() -> str:
        ran.append(request.method)
        return "done"

    assert_refuses(app, EVIL, "/orders", method="DELETE")
    assert ran == []


@pytest.mark.parametrize(
    ("status", "passes"),
    [
        ("403 No", True),
        ("401 Who", False),
        ("308 There", False),
        ("500 Oh", False),
    ],
)
def test_a_preflight_refused_by_its_status(status: str, passes: bool) -> None:
    app = answering(status=status)
    if passes:
        assert_refuses(app, EVIL, method="PUT")
        return
    text = failure(assert_refuses, app, EVIL, method="PUT")
    assert "it failed, but CORS does not refuse it." in text
    assert f"The preflight was answered {status[:3]}" in text


@pytest.mark.parametrize("enforce", [False, True])
@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_a_host_that_the_app_does_not_trust_is_no_refusal(method: str, enforce: bool) -> None:
    app = strict_app(enforce=enforce, origins=[EVIL])
    app.config["TRUSTED_HOSTS"] = ["api.example.com"]
    with pytest.raises(AssertionError):
        assert_refuses(app, EVIL, "/users", method=method)
    assert_refuses(app, APP, "/users", method=method, base_url="https://api.example.com")


def test_a_bad_request_to_everybody_is_no_refusal() -> None:
    text = failure(assert_refuses, answering(status="400 No"), EVIL, method="PUT")
    assert "the app answers 400, also without an origin.\nSee that base_url is where" in text
    assert text.count("> OPTIONS http://localhost/") == 2


def test_a_preflight_may_be_refused_as_a_bad_request() -> None:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        start_response("400 No" if is_preflight(environ) else "200 OK", [])
        return []

    assert_refuses(app, EVIL, method="PUT")


def test_a_list_that_is_no_list_is_no_refusal() -> None:
    def headers(environ: WSGIEnvironment) -> list[tuple[str, str]]:
        return [*OPEN(environ), ("Access-Control-Allow-Methods", "GET; PUT")]

    assert "CORS does not refuse it" in failure(
        assert_refuses, answering(headers), EVIL, method="PUT"
    )


def test_what_a_browser_blocks_by_itself_is_no_refusal() -> None:
    text = failure(assert_refuses, strict_app(), EVIL, "/users", base_url="http://api.example.com")
    assert "CORS does not refuse it" in text


def test_a_preflight_that_is_granted_beside_a_refused_answer_is_no_refusal() -> None:
    def headers(environ: WSGIEnvironment) -> list[tuple[str, str]]:
        return OPEN(environ) if is_preflight(environ) else []

    text = failure(assert_refuses, answering(headers), EVIL)
    assert "the answer is refused, but its preflight is not." in text
    assert "> OPTIONS http://localhost/\n>   Access-Control-Request-Method: GET" in text


def test_a_redirect_is_followed() -> None:
    app = strict_app()
    app.add_url_rule("/old", view_func=lambda: redirect("/users"), endpoint="old")
    assert assert_allows(app, APP, "/old").json["method"] == "GET"
    assert_refuses(app, EVIL, "/old")


def test_a_login_before_everything_is_no_refusal_of_a_preflight() -> None:
    app = Flask(__name__)
    app.add_url_rule("/", view_func=lambda: "hello", methods=["PUT"])
    app.before_request(lambda: abort(401))
    assert "answered 401" in failure(assert_refuses, app, EVIL, method="PUT")


def test_what_the_app_raises_comes_through() -> None:
    for assertion in (assert_allows, assert_refuses):
        with pytest.raises(LookupError, match="the view is broken"):
            assertion(strict_app(origins="*", credentials=False), APP, "/broken")


# --- mistakes in the call ---


@pytest.mark.parametrize("assertion", [assert_allows, assert_refuses])
def test_the_apps_own_origin_is_an_error(assertion: Callable[..., Any]) -> None:
    with pytest.raises(ValueError, match="own origin, which needs no CORS: leave it out, or give"):
        assertion(strict_app(), "http://localhost", "/users")
    with pytest.raises(ValueError, match="is the app's own origin"):
        assertion(strict_app(), APP, f"{APP}/users")


@pytest.mark.parametrize("origin", ["https://app.example.com/", "*", "app.example.com", ""])
def test_only_an_origin_can_be_allowed(origin: str) -> None:
    with pytest.raises(ValueError, match=r"is no origin: write it as in https://app\.example\.com"):
        assert_allows(strict_app(), origin)


@pytest.mark.parametrize("assertion", [assert_allows, assert_refuses])
@pytest.mark.parametrize(
    ("call", "error"),
    [
        ({"like": "netscape"}, ValueError),
        ({"base_url": "api.example.com"}, ValueError),
        ({"url": "ftp://a.example"}, ValueError),
        ({"method": "TRACE"}, ValueError),
        ({"credentials": "yes"}, ValueError),
        ({"metod": "PUT"}, TypeError),
        ({"mode": "no-cors"}, TypeError),
        ({"redirect": "manual"}, TypeError),
        ({"headers": "X: 1"}, TypeError),
        ({"url": None}, TypeError),
    ],
)
def test_a_call_that_means_nothing_is_an_error_and_no_failure(
    assertion: Callable[..., Any], call: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        assertion(strict_app(), APP, **call)


@pytest.mark.parametrize("origin", ["https://\u0430pp.example.com", "a\nb", "a\0"])
def test_what_no_header_can_hold_is_an_error(origin: str) -> None:
    with pytest.raises(ValueError, match="cannot be sent: no header holds these characters"):
        assert_refuses(strict_app(), origin, "/users")


def test_blanks_around_an_origin_are_no_part_of_it_on_the_wire() -> None:
    assert "may read" in failure(assert_refuses, strict_app(), f" {APP}\t", "/users")


@pytest.mark.parametrize("assertion", [assert_allows, assert_refuses])
@pytest.mark.parametrize("origin", [1, b"https://app.example.com"])
def test_an_origin_that_is_no_string_is_a_type_error(
    assertion: Callable[..., Any], origin: Any
) -> None:
    app: WSGIApplication = strict_app()
    with pytest.raises(TypeError, match=r"write a string, or None for a sandboxed page"):
        assertion(app, origin)
