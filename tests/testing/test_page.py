"""Browser and Page: what a script sees of an app's answers, what it cannot, and what is sent."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from flask import Flask, Response, redirect, request, session
from flask.testing import FlaskClient
from flask_cors import CORS
from werkzeug.datastructures import Headers
from werkzeug.test import TestResponse
from werkzeug.wrappers import Response as PlainResponse

from flask_strictcors.browser import Step
from flask_strictcors.testing import Browser, CORSError, Page

from .apps import APP, EVIL, answering, strict_app


@pytest.fixture
def page() -> Page:
    return Browser(strict_app(expose_headers=["X-Total"])).open(APP)


# --- the promise of the first example ---


def test_a_script_puts_json_with_credentials_and_reads_json(page: Page) -> None:
    answer = page.fetch("/users", method="PUT", json={"name": "Ann"}, credentials="include")
    assert answer.json["method"] == "PUT"
    assert json.loads(answer.json["body"]) == {"name": "Ann"}
    assert answer.json["type"] == "application/json"
    assert len(page.preflights) == len(page.requests) == 1


def test_a_header_that_is_not_allowed_is_an_error_that_names_it_and_the_fix(page: Page) -> None:
    with pytest.raises(CORSError, match="X-Trace") as raised:
        page.fetch("/users", headers={"X-Trace": "1"})
    error = raised.value
    assert error.step is Step.PREFLIGHT_HEADERS
    assert error.fix == "Add X-Trace to allow_headers."
    assert error.origin == APP
    assert error.request == "GET http://localhost/users"
    assert error.exchanges == page.preflights
    assert str(error) == (
        "GET http://localhost/users from https://app.example.com failed (preflight-headers): "
        "Access-Control-Allow-Headers does not allow X-Trace.\n"
        "Add X-Trace to allow_headers."
    )


def test_an_origin_that_is_not_allowed_cannot_read() -> None:
    page = Browser(strict_app()).open(EVIL)
    with pytest.raises(CORSError) as raised:
        page.fetch("/users")
    assert raised.value.step is Step.ORIGIN
    assert "add the origin to origins" in raised.value.fix


# --- pages ---


@pytest.mark.parametrize(
    ("where", "origin"),
    [
        (APP, APP),
        (None, "null"),
        ("https://app.example.com/login?next=/", APP),
        ("capacitor://localhost", "capacitor://localhost"),
    ],
)
def test_a_page_is_opened_at(where: str | None, origin: str) -> None:
    assert Browser(strict_app()).open(where).origin == origin


@pytest.mark.parametrize("where", ["app.example.com", "", "null", "*"])
def test_no_page_is_opened_at(where: str) -> None:
    with pytest.raises(ValueError, match=r"write https://app\.example\.com, or None"):
        Browser(strict_app()).open(where)


@pytest.mark.parametrize("where", [1, b"https://app.example.com", strict_app()])
def test_a_page_is_opened_at_a_string(where: Any) -> None:
    with pytest.raises(TypeError, match="write a string, or None for a sandboxed page"):
        Browser(strict_app()).open(where)


def test_a_sandboxed_page_sends_null_and_is_refused() -> None:
    page = Browser(strict_app()).open(None)
    with pytest.raises(CORSError):
        page.fetch("/users")
    assert page.requests[0].sent.get("Origin") == "null"


def test_a_page_of_the_app_itself_sees_all_but_its_cookies() -> None:
    answer = Browser(strict_app()).open("http://localhost").fetch("/users")
    assert "X-Total" in answer.headers
    assert "Set-Cookie" not in answer.headers


# --- browsers ---


@pytest.mark.parametrize("like", ["standard", "chromium", "firefox", "safari"])
def test_a_browser_is_like(like: str) -> None:
    assert Browser(strict_app(), like=like).open(APP).fetch("/users").status_code == 200


def test_a_browser_that_nobody_knows_is_an_error() -> None:
    with pytest.raises(ValueError, match="standard, chromium, firefox, safari"):
        Browser(strict_app(), like="netscape")


def test_quirks_are_told_apart() -> None:
    app = answering(
        lambda environ: [
            ("Access-Control-Allow-Origin", "*"),
            ("Access-Control-Allow-Headers", "*"),
        ]
    )
    with pytest.raises(CORSError, match="Authorization"):
        Browser(app).open(APP).fetch("/", headers={"Authorization": "x"})
    page = Browser(app, like="chromium").open(APP)
    assert page.fetch("/", headers={"Authorization": "x"}).text == "hello"


@pytest.mark.parametrize("thing", [None, "app", strict_app().test_client()])
def test_what_is_no_app_is_a_type_error(thing: Any) -> None:
    with pytest.raises(TypeError, match="is no WSGI application: give the app itself"):
        Browser(thing)


@pytest.mark.parametrize(
    "base_url",
    ["localhost", "", "/", "http://localhost/api", "http://localhost?x", "http://u@localhost"],
)
def test_a_base_url_that_is_no_scheme_and_host_is_an_error(base_url: str) -> None:
    with pytest.raises(ValueError, match="write a scheme and a host: http://localhost"):
        Browser(strict_app(), base_url=base_url)


def test_a_base_url_that_is_no_string_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="base_url=None: write a string"):
        Browser(strict_app(), base_url=None)  # type: ignore[arg-type]


# --- where requests go ---


@pytest.mark.parametrize(
    ("base_url", "url", "expected"),
    [
        ("http://localhost", "/users", ("http", "localhost")),
        ("http://localhost", "users", ("http", "localhost")),
        ("https://api.example.com", "/users", ("https", "api.example.com")),
        ("https://api.example.com/", "/users", ("https", "api.example.com")),
        ("http://localhost:5000", "/users", ("http", "localhost:5000")),
        ("http://[::1]:5000", "/users", ("http", "[::1]:5000")),
        ("http://localhost", "https://other.example/users", ("https", "other.example")),
        ("https://a.example", "//other.example:8443/users", ("https", "other.example:8443")),
    ],
)
def test_a_url_reaches_the_app_under_its_own_host(
    base_url: str, url: str, expected: tuple[str, str]
) -> None:
    answer = Browser(strict_app(), base_url=base_url).open(APP).fetch(url)
    assert (answer.json["scheme"], answer.json["host"]) == expected


def test_the_server_names_of_the_environ_are_right_for_an_ipv6_address_too() -> None:
    found: list[tuple[str, str]] = []
    app = answering(lambda e: found.append((e["SERVER_NAME"], e["SERVER_PORT"])) or ())
    for base_url in ("http://[::1]:5000", "https://api.example.com"):
        Browser(app, base_url=base_url).open(APP).fetch("/", mode="no-cors")
    assert found == [("[::1]", "5000"), ("api.example.com", "443")]


@pytest.mark.parametrize(
    ("url", "path", "query", "raw"),
    [
        ("/a%2Fb?x=1&y=%20", "/a/b", "x=1&y=%20", "/a%2Fb?x=1&y=%20"),
        ("http://localhost//a//b", "//a//b", "", "//a//b"),
        ("/ü?ü#ü", "/Ã¼", "%C3%BC", "/%C3%BC?%C3%BC"),
        ("", "/", "", "/"),
        ("/a?", "/a", "", "/a?"),
    ],
)
def test_a_path_arrives_as_browsers_send_it(url: str, path: str, query: str, raw: str) -> None:
    seen: list[Any] = []
    app = answering(
        lambda e: seen.append((e["PATH_INFO"], e["QUERY_STRING"], e["REQUEST_URI"])) or ()
    )
    Browser(app).open(APP).fetch(url, mode="no-cors")
    assert seen == [(path, query, raw)]


def test_a_method_arrives_as_browsers_send_it() -> None:
    seen: list[str] = []
    app = answering(lambda environ: seen.append(environ["REQUEST_METHOD"]) or ())
    page = Browser(app, base_url="http://app.example.com").open("http://app.example.com")
    for method in ("put", "patch", "PATCH"):
        page.fetch("/", method=method)
    assert seen == ["PUT", "patch", "PATCH"]


# --- what a script may read ---


def test_a_script_reads_safelisted_and_exposed_headers_only(page: Page) -> None:
    answer = page.fetch("/users")
    assert sorted(answer.headers.keys()) == ["Content-Length", "Content-Type", "X-Total"]
    (exchange,) = page.requests
    assert exchange.received is not None
    assert exchange.received.get("Set-Cookie") is not None
    assert exchange.received.get("Vary") == "Origin"


def test_an_opaque_answer_has_nothing_to_read() -> None:
    page = Browser(strict_app()).open(EVIL)
    answer = page.fetch("/users", mode="no-cors")
    assert (answer.status_code, answer.text, list(answer.headers)) == (0, "", [])
    assert page.requests[0].received is not None
    assert page.requests[0].received.status == 200


def test_a_redirect_that_is_not_followed_has_nothing_to_read(page: Page) -> None:
    app = strict_app()
    app.add_url_rule("/old", view_func=lambda: redirect("/users"), endpoint="old")
    page = Browser(app).open(APP)
    answer = page.fetch("/old", redirect="manual")
    assert (answer.status_code, list(answer.headers)) == (0, [])
    with pytest.raises(CORSError) as raised:
        page.fetch("/old", redirect="error")
    assert raised.value.step is Step.REDIRECT
    assert page.fetch("/old").json["method"] == "GET"
    assert [exchange.sent.url.path for exchange in page.requests[2:]] == ["/old", "/users"]


def test_an_error_of_the_app_is_an_answer_like_any_other(page: Page) -> None:
    answer = page.fetch("/nowhere")
    assert (answer.status_code, answer.status) == (404, "404 NOT FOUND")


def test_the_status_line_is_the_apps_own() -> None:
    app = answering(lambda e: [("Access-Control-Allow-Origin", "*")], status="299 Fine Enough")
    assert Browser(app).open(APP).fetch("/").status == "299 Fine Enough"


def test_what_a_bare_app_does_not_say_is_not_made_up() -> None:
    def app(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Access-Control-Allow-Origin", "*")])
        return [b"{}"]

    answer = Browser(app).open(APP).fetch("/")
    assert type(answer) is TestResponse
    assert list(answer.headers) == []
    assert answer.data == b"{}"


def test_a_flask_app_answers_with_its_own_class_and_its_own_json() -> None:
    class Answer(Response):
        @property
        def first_word(self) -> str:
            return self.get_data(as_text=True).split()[0]

    app = strict_app()
    app.response_class = Answer
    app.json.loads = lambda text, **kwargs: {"from": "the app"}  # type: ignore[method-assign]
    answer = Browser(app).open(APP).fetch("/users")
    assert isinstance(answer, Answer)
    assert answer.first_word
    assert answer.json == {"from": "the app"}
    assert answer.request.path == "/users"


def test_what_an_apps_own_class_adds_to_each_answer_is_not_made_visible() -> None:
    class Answer(Response):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.headers["X-Secret"] = "1"

    app = strict_app()
    app.response_class = Answer
    page = Browser(app).open(APP)
    assert list(page.fetch("/users", mode="no-cors").headers) == []
    assert "X-Secret" not in page.fetch("/users").headers
    assert page.requests[-1].received is not None
    assert page.requests[-1].received.get("X-Secret") == "1"


@pytest.mark.parametrize("mode", ["cors", "no-cors"])
def test_the_request_of_an_answer_tells_a_script_nothing_new(mode: Any) -> None:
    app = strict_app()
    app.add_url_rule(
        "/old", view_func=lambda: redirect("/users?new=1"), methods=["POST"], endpoint="old"
    )
    browser = Browser(app, base_url="https://api.example.com")
    browser.open("https://api.example.com").fetch("/users")
    page = browser.open(APP)
    answer = page.fetch("/old", method="POST", data="a", credentials="include", mode=mode)
    assert page.requests[-1].sent.get("Cookie") == "visited=yes"
    assert {name for name, _ in answer.request.headers} == {"Host"}
    assert answer.request.cookies == {}
    assert answer.request.environ["werkzeug.request"] is answer.request
    assert answer.history == ()
    # A script sees where an answer comes from, but not of one that is opaque.
    last = "/users?new=1" if mode == "cors" else "/old?"
    assert (answer.request.method, answer.request.full_path) == ("POST", last)


def test_a_flask_app_is_asked_through_its_own_client() -> None:
    class Client(FlaskClient):
        def open(self, *args: Any, **kwargs: Any) -> TestResponse:
            self.application.config["ASKED"] = True
            return super().open(*args, **kwargs)

    app = strict_app()
    app.test_client_class = Client
    Browser(app).open(APP).fetch("/users")
    assert app.config["ASKED"]


def test_what_the_app_raises_comes_through_as_with_the_client(page: Page) -> None:
    with pytest.raises(LookupError, match="the view is broken"):
        page.fetch("/broken")


def test_outside_of_testing_a_script_reads_the_500() -> None:
    app = strict_app()
    app.testing = False
    assert Browser(app).open(APP).fetch("/broken").status_code == 500


def test_an_app_with_another_library_is_seen_as_a_browser_sees_it() -> None:
    app = Flask(__name__)
    app.add_url_rule("/", view_func=lambda: "hello", methods=["GET", "PUT"])
    CORS(app, origins=[APP], methods=["GET"])
    assert Browser(app).open(APP).fetch("/").text == "hello"
    with pytest.raises(CORSError, match="without PUT") as raised:
        Browser(app).open(APP).fetch("/", method="PUT")
    assert raised.value.step is Step.PREFLIGHT_METHOD


# --- what a script says ---


@pytest.mark.parametrize(
    ("call", "content_type", "body"),
    [
        ({"json": {"a": 1}}, "application/json", '{"a": 1}'),
        ({"json": 0}, "application/json", "0"),
        ({"json": {}, "headers": {"content-type": "text/plain"}}, "text/plain", "{}"),
        ({"data": "ü"}, "text/plain;charset=UTF-8", "ü"),
        ({"data": b"x"}, None, "x"),
        ({"data": {"a": "ü", "b": [1, 2]}}, None, "a=%C3%BC&b=1&b=2"),
        ({"data": "<a/>", "headers": [("Content-Type", "text/xml")]}, "text/xml", "<a/>"),
        ({"data": ""}, "text/plain;charset=UTF-8", ""),
        ({}, None, ""),
    ],
)
def test_a_body_has_the_type_that_a_script_would_give_it(
    page: Page, call: dict[str, Any], content_type: str | None, body: str
) -> None:
    answer = page.fetch("/users", method="POST", **call).json
    expected = content_type
    if isinstance(call.get("data"), dict):
        expected = "application/x-www-form-urlencoded;charset=UTF-8"
    assert (answer["type"], answer["body"]) == (expected, body)


def test_json_is_written_by_a_flask_apps_own_provider(page: Page) -> None:
    answer = page.fetch("/users", method="POST", json={"day": date(2030, 1, 2)})
    assert json.loads(answer.json["body"]) == {"day": "Wed, 02 Jan 2030 00:00:00 GMT"}


def test_json_for_a_bare_app_is_the_standards() -> None:
    page = Browser(answering()).open("http://localhost")
    page.fetch("/", method="POST", json=[1, None])
    assert page.requests[0].sent.body == b"[1, null]"


def test_a_json_body_needs_a_preflight_and_a_text_body_none(page: Page) -> None:
    page.fetch("/users", method="POST", data="{}")
    assert page.preflights == ()
    page.fetch("/users", method="POST", json={})
    (preflight,) = page.preflights
    assert preflight.sent.get("Access-Control-Request-Headers") == "content-type"


@pytest.mark.parametrize(
    "headers",
    [{"X-Token": "t"}, [("X-Token", "t")], Headers({"X-Token": "t"}), iter([("X-Token", "t")])],
)
def test_headers_are_a_mapping_or_pairs(headers: Any) -> None:
    page = Browser(strict_app(allow_headers=["X-Token"])).open(APP)
    assert page.fetch("/users", headers=headers).json["headers"]["X-Token"] == "t"


def test_headers_that_no_script_can_set_are_left_out_with_a_warning(page: Page) -> None:
    with pytest.warns(UserWarning, match="no script set Origin, Cookie: left out") as warned:
        answer = page.fetch("/users", headers={"Origin": EVIL, "Cookie": "a=b"})
    assert answer.json["headers"]["Origin"] == APP
    assert answer.json["cookies"] == {}
    assert warned[0].filename == __file__


@pytest.mark.parametrize(
    ("call", "text"),
    [
        ({"url": None}, "url=None: write a string"),
        ({"url": b"/users"}, "url=b'/users': write a string"),
        ({"method": None}, "method=None: write a string"),
        ({"headers": "X-Token: t"}, "write a mapping, or pairs, of strings"),
        ({"headers": {"X-Count": 1}}, "write a mapping, or pairs, of strings"),
        ({"headers": [("X-Token",)]}, "write a mapping, or pairs, of strings"),
        ({"headers": 1}, "write a mapping, or pairs, of strings"),
        ({"data": 1, "method": "POST"}, "data=1: write a string, bytes, or a mapping"),
        ({"data": "x", "json": 1, "method": "POST"}, "json or data, not both"),
        ({"metod": "PUT"}, "metod"),
    ],
)
def test_an_argument_of_the_wrong_type_is_a_type_error(
    page: Page, call: dict[str, Any], text: str
) -> None:
    with pytest.raises(TypeError) as raised:
        page.fetch(**({"url": "/users"} | call))
    assert text in str(raised.value)
    assert page.requests == ()


@pytest.mark.parametrize(
    ("call", "text"),
    [
        ({"url": "ftp://a.example/"}, "a path of the app, or a URL of http or https"),
        ({"url": "http://user:pass@a.example/"}, "without a password"),
        ({"url": "http://a b/"}, "is nothing that a script can fetch"),
        ({"method": "TRACE"}, "'TRACE'"),
        ({"method": "P UT"}, "'P UT'"),
        ({"data": "x"}, "body with GET"),
        ({"headers": {"X Y": "1"}}, "'X Y'"),
        ({"headers": {"X-Y": "1\n2"}}, "'X-Y'"),
        ({"credentials": "yes"}, "omit, same-origin, include"),
        ({"credentials": True}, "omit, same-origin, include"),
        ({"mode": "navigate"}, "cors, no-cors, same-origin"),
        ({"redirect": "never"}, "follow, error, manual"),
        ({"mode": "no-cors", "method": "PUT"}, "PUT without CORS"),
        ({"mode": "no-cors", "redirect": "manual"}, "cannot see or forbid redirects"),
    ],
)
def test_an_argument_that_means_nothing_is_a_value_error_and_no_error_of_cors(
    page: Page, call: dict[str, Any], text: str
) -> None:
    with pytest.raises(ValueError) as raised:  # noqa: PT011
        page.fetch(**({"url": "/users"} | call))
    assert text in str(raised.value)
    assert page.requests == ()


# --- one profile ---


def cookie_app(**options: Any) -> Flask:
    app = strict_app(**options)
    app.secret_key = "x"
    app.config.update(SESSION_COOKIE_SAMESITE="None", SESSION_COOKIE_SECURE=True)

    def login() -> str:
        session["user"] = "ann"
        return "in"

    app.add_url_rule("/login", view_func=login, methods=["POST"])
    app.add_url_rule("/me", view_func=lambda: session.get("user", "nobody"), endpoint="me")
    return app


def test_pages_of_one_browser_share_its_cookies_and_other_browsers_do_not() -> None:
    app = cookie_app(origins=[APP])
    browser = Browser(app, base_url="https://api.example.com")
    browser.open("https://api.example.com").fetch("/login", method="POST")
    page = browser.open(APP)
    assert page.fetch("/me", credentials="include").text == "ann"
    assert page.fetch("/me").text == "nobody"
    other = Browser(app, base_url="https://api.example.com").open(APP)
    assert other.fetch("/me", credentials="include").text == "nobody"


def test_cookies_expire_when_time_goes_on() -> None:
    browser = Browser(strict_app(), base_url="https://api.example.com")
    page = browser.open(APP)
    for seconds, cookies in ((0, {}), (59, {"visited": "yes"}), (61, {})):
        browser.advance(seconds)
        assert page.fetch("/users", credentials="include").json["cookies"] == cookies


def test_pages_of_one_origin_share_preflights_until_these_expire() -> None:
    browser = Browser(strict_app(max_age=100))
    first, second = browser.open(APP), browser.open(APP)
    first.fetch("/users", method="PUT")
    second.fetch("/users", method="PUT")
    browser.advance(99.9)
    second.fetch("/users", method="PUT")
    assert (len(first.preflights), len(second.preflights)) == (1, 0)
    browser.advance(0.1)
    second.fetch("/users", method="PUT")
    assert len(second.preflights) == 1


@pytest.mark.parametrize("seconds", [-1, float("nan")])
def test_time_does_not_go_back(seconds: float) -> None:
    with pytest.raises(ValueError, match="time goes on only"):
        Browser(strict_app()).advance(seconds)


# --- forms ---


def form_app() -> Flask:
    app = strict_app(origins="*", credentials=False)

    def pay() -> str:
        return f"{request.method} {request.full_path} {dict(request.form)} {request.origin}"

    app.add_url_rule("/pay", view_func=pay, methods=["GET", "POST"])
    return app


def test_a_form_is_posted_without_a_preflight_and_the_person_sees_the_answer() -> None:
    page = Browser(form_app(), base_url="https://api.example.com").open(EVIL)
    answer = page.submit("/pay", data={"to": "mallory", "sum": 1})
    assert answer.text == f"POST /pay? {{'to': 'mallory', 'sum': '1'}} {EVIL}"
    assert page.preflights == ()
    assert page.requests[0].sent.get("Sec-Fetch-Mode") == "navigate"


def test_a_form_of_get_puts_its_fields_into_the_query() -> None:
    page = Browser(form_app()).open(EVIL)
    assert page.submit("/pay?old=1", method="GET", data={"to": "me"}).text == (
        "GET /pay?to=me {} None"
    )


def test_a_form_without_fields_is_a_form() -> None:
    assert Browser(form_app()).open(None).submit("/pay").text == "POST /pay? {} null"


def test_a_refused_form_is_seen_to_be_refused() -> None:
    page = Browser(strict_app(enforce=True)).open(EVIL)
    assert page.submit("/users", data={"a": "b"}).status_code == 403


def test_a_form_that_arrives_nowhere_is_an_error() -> None:
    app = strict_app()
    app.add_url_rule("/loop", view_func=lambda: redirect("/loop"), endpoint="loop")
    with pytest.raises(CORSError) as raised:
        Browser(app).open(APP).submit("/loop", method="GET")
    assert raised.value.step is Step.REDIRECT


@pytest.mark.parametrize("method", ["PUT", "post", None])
def test_a_form_knows_two_methods(method: Any) -> None:
    with pytest.raises(ValueError, match="a form can be sent with GET or POST"):
        Browser(form_app()).open(APP).submit("/pay", method=method)


def test_a_form_has_fields() -> None:
    with pytest.raises(TypeError, match="write them as a mapping"):
        Browser(form_app()).open(APP).submit("/pay", data="a=b")  # type: ignore[arg-type]


def test_the_apps_answer_is_the_clients_own_class_for_a_bare_app_of_werkzeug() -> None:
    app = PlainResponse("hello", headers={"Access-Control-Allow-Origin": "*"})
    answer = Browser(app).open(APP).fetch("/")
    assert type(answer) is TestResponse
    assert answer.text == "hello"
