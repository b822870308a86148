"""The preflight cache: when a server is asked again, and when it is not."""

import pytest

from flask_strictcors.browser import Received, Request, Sent, UserAgent

from .server import API, APP, Server, allowing, granting, received

YES = {"access_control_allow_credentials": "true"}


def call(server: Server, path: str = "/users", page: str | None = APP, **options: object) -> bool:
    """Fetch, and report whether the server was asked first."""
    before = len(server.seen)
    assert server.page(page).fetch(Request(API + path, **options)).response is not None
    return server.seen[before].is_preflight


def server(methods: str = "PUT, DELETE", names: str = "X-A, X-B", **headers: str) -> Server:
    answer = granting(methods, names, **{"access_control_max_age": "600", **YES, **headers})
    return Server(allowing(**YES), answer)


def test_a_server_is_asked_once_for_all_that_it_lists() -> None:
    api = server()
    assert call(api, method="PUT", headers=(("X-A", "1"),))
    assert not call(api, method="PUT", headers=(("X-A", "2"),))
    assert not call(api, method="DELETE", headers=(("x-b", "1"),))
    assert not call(api, headers=(("X-A", "1"), ("X-B", "2")))
    assert len(api.agent.cache) == 4


@pytest.mark.parametrize(
    "other",
    [
        {"path": "/users?page=2"},
        {"path": "/other"},
        {"page": "https://www.example.com"},
        {"credentials": "include"},
    ],
)
def test_it_is_asked_again_for_another(other: dict[str, str]) -> None:
    api = server()
    assert call(api, method="PUT")
    origin = other.get("page", APP)
    api.answer, api.preflight = allowing(origin=origin, **YES), granting("PUT", "", origin, **YES)
    assert call(api, method="PUT", **other)


def test_what_was_granted_with_credentials_holds_without() -> None:
    api = server()
    assert call(api, method="PUT", credentials="include")
    assert not call(api, method="PUT")
    assert not call(api, method="PUT", credentials="include")


@pytest.mark.parametrize(
    ("max_age", "like", "seconds"),
    [
        ("60", "standard", 60),
        ("90000", "standard", 86400),
        ("90000", "firefox", 86400),
        ("90000", "chromium", 7200),
        ("90000", "safari", 600),
    ],
)
def test_for_how_long_an_answer_holds(max_age: str, like: str, seconds: int) -> None:
    api = server(access_control_max_age=max_age)
    api = Server(api.answer, api.preflight, like=like)
    assert call(api, method="PUT")
    api.time += seconds - 1
    assert not call(api, method="PUT")
    api.time += 1
    assert call(api, method="PUT")


def test_five_seconds_where_the_server_says_nothing() -> None:
    api = Server(preflight=granting("PUT"))
    assert call(api, method="PUT")
    api.time += 4
    assert not call(api, method="PUT")
    api.time += 1
    assert call(api, method="PUT")


def test_zero_keeps_nothing() -> None:
    api = server(access_control_max_age="0")
    assert call(api, method="PUT")
    assert call(api, method="PUT")


@pytest.mark.parametrize("like", ["standard", "chromium"])
def test_a_star_is_kept_as_a_star_but_not_for_authorization(like: str) -> None:
    api = Server(preflight=granting("*", "*"), like=like)
    assert call(api, method="PUT", headers=(("X-A", "1"),))
    assert not call(api, method="DELETE", headers=(("X-Z", "1"),))
    api.preflight = granting("*", "*, Authorization")
    assert call(api, headers=(("Authorization", "x"),))


def test_with_credentials_a_star_is_only_a_name() -> None:
    api = server("*, PUT, DELETE", "*, X-A")
    assert call(api, method="PUT", credentials="include")
    api.preflight = granting("DELETE", "X-Z", **YES)
    assert call(api, method="DELETE", credentials="include", headers=(("X-Z", "1"),))


def test_a_later_answer_takes_the_place_of_an_earlier() -> None:
    api = server("PUT", access_control_max_age="100")
    assert call(api, method="PUT")
    api.preflight = granting("DELETE, PUT", access_control_max_age="10")
    assert call(api, method="DELETE")
    api.time += 50
    assert call(api, method="PUT")


def test_what_an_earlier_answer_allowed_is_kept_beside_a_later() -> None:
    api = server("PUT")
    assert call(api, method="PUT")
    api.preflight = granting("DELETE", access_control_max_age="600")
    assert call(api, method="DELETE")
    assert not call(api, method="PUT")


def test_a_request_that_fails_clears_what_was_kept() -> None:
    api = server()
    assert call(api, method="PUT")
    api.answer = received()
    assert api.page(APP).fetch(Request(f"{API}/users", method="PUT")).response is None
    api.answer = allowing()
    assert call(api, method="PUT")


def test_a_preflight_that_fails_clears_what_was_kept() -> None:
    api = server()
    assert call(api, method="PUT")
    assert api.page(APP).fetch(Request(f"{API}/users", method="PATCH")).response is None
    assert call(api, method="PUT")


def test_a_simple_request_that_fails_clears_nothing() -> None:
    api = server()
    assert call(api, method="PUT")
    api.answer = received()
    assert api.page(APP).fetch(Request(f"{API}/users")).response is None
    api.answer = allowing()
    assert not call(api, method="PUT")


def test_a_forced_preflight_is_kept_for_its_method() -> None:
    api = Server(preflight=granting("", ""))
    assert call(api, method="POST", use_cors_preflight=True)
    assert not call(api, method="POST", use_cors_preflight=True)
    assert call(api, method="GET", use_cors_preflight=True)


# --- where browsers leave the standard ------------------------------------------------------------


def like(browser: str, methods: str = "PUT, DELETE", names: str = "X-A", **headers: str) -> Server:
    return Server(allowing(**YES), granting(methods, names, **YES, **headers), like=browser)


@pytest.mark.parametrize("browser", ["standard", "chromium", "firefox"])
def test_after_a_request_that_failed_only_chromium_does_not_ask_again(browser: str) -> None:
    api = like(browser)
    assert call(api, method="PUT")
    api.answer = received()
    assert api.page(APP).fetch(Request(f"{API}/users", method="PUT")).response is None
    api.answer = allowing()
    assert call(api, method="PUT") is (browser != "chromium")


@pytest.mark.parametrize("browser", ["standard", "chromium", "firefox"])
def test_after_too_many_redirects_too(browser: str) -> None:
    api = like(browser)
    api.answer = allowing(307, location="/users")
    assert api.page(APP).fetch(Request(f"{API}/users", method="PUT")).response is None
    api.answer = allowing()
    assert call(api, method="PUT") is (browser != "chromium")


@pytest.mark.parametrize("browser", ["standard", "chromium", "firefox"])
def test_after_a_redirect_to_plain_http_only_firefox_does(browser: str) -> None:
    api = like(browser)
    api.answer = allowing(307, location="http://api.example.com/users")
    assert api.page(APP).fetch(Request(f"{API}/users", method="PUT")).response is None
    api.answer = allowing()
    assert call(api, method="PUT") is (browser == "firefox")


@pytest.mark.parametrize("browser", ["standard", "chromium", "firefox"])
def test_after_a_redirect_that_its_script_forbids_no_browser_does(browser: str) -> None:
    api = like(browser)
    api.answer = allowing(307, location="/new")
    request = Request(f"{API}/users", method="PUT", redirect="error")
    assert api.page(APP).fetch(request).response is None
    api.answer = allowing()
    assert call(api, method="PUT") is (browser == "standard")


@pytest.mark.parametrize("browser", ["standard", "chromium", "firefox"])
def test_after_a_preflight_that_failed_every_browser_asks_again(browser: str) -> None:
    api = like(browser)
    assert call(api, method="PUT")
    assert api.page(APP).fetch(Request(f"{API}/users", method="PATCH")).response is None
    assert call(api, method="PUT")


@pytest.mark.parametrize("browser", ["standard", "chromium", "firefox"])
def test_for_a_sandboxed_page_chromium_keeps_nothing(browser: str) -> None:
    api = Server(allowing(origin="*"), granting("PUT", "", "*"), like=browser)
    assert call(api, page=None, method="PUT")
    assert call(api, page=None, method="PUT") is (browser == "chromium")


@pytest.mark.parametrize("browser", ["standard", "chromium", "firefox"])
def test_behind_a_redirect_to_a_third_origin_chromium_keeps_nothing(browser: str) -> None:
    away = allowing(307, "*", location="https://cdn.test/users")
    api = Server(allowing(origin="*"), granting("PUT", "", "*"), {"/old": away}, like=browser)
    assert call(api, "/old", method="PUT")
    api.seen.clear()
    assert not call(api, "/old", method="PUT")
    preflights = [sent for sent in api.seen if sent.is_preflight]
    assert len(preflights) == (browser == "chromium")


@pytest.mark.parametrize("browser", ["standard", "chromium", "firefox"])
def test_firefox_keeps_no_star(browser: str) -> None:
    api = Server(preflight=granting("*", "*, X-B"), like=browser)
    assert call(api, method="PUT", headers=(("X-A", "1"),))
    assert call(api, method="PUT") is (browser == "firefox")
    assert call(api, headers=(("X-A", "1"),)) is (browser == "firefox")
    assert not call(api, headers=(("X-B", "1"),))


@pytest.mark.parametrize("browser", ["standard", "chromium", "firefox"])
def test_firefox_keeps_what_was_granted_with_credentials_apart(browser: str) -> None:
    api = like(browser)
    assert call(api, method="PUT", credentials="include")
    assert call(api, method="PUT") is (browser == "firefox")
    assert not call(api, method="PUT", credentials="include")


@pytest.mark.parametrize(
    ("browser", "is_asked"),
    [
        ("standard", {"GET": True, "HEAD": True, "POST": True}),
        ("chromium", {"GET": False, "HEAD": False, "POST": False}),
        ("firefox", {"GET": False, "HEAD": True, "POST": False}),
    ],
)
def test_browsers_keep_simple_methods_with_any_preflight(
    browser: str, is_asked: dict[str, bool]
) -> None:
    for method, expected in is_asked.items():
        api = like(browser)
        assert call(api, method="PUT")
        assert call(api, method=method, use_cors_preflight=True, body=None) is expected


def test_firefox_asks_for_head_with_a_header_each_time() -> None:
    for browser in ("standard", "firefox"):
        api = like(browser)
        assert call(api, method="HEAD", headers=(("X-A", "1"),))
        assert call(api, method="HEAD", headers=(("X-A", "1"),)) is (browser == "firefox")


@pytest.mark.parametrize("browser", ["standard", "chromium", "firefox"])
def test_chromium_hears_of_no_upload_without_a_body(browser: str) -> None:
    moved = Server(allowing(), granting(), {"/old": allowing(302, location="/new")}, like=browser)
    assert call(moved, "/old", method="POST", use_cors_preflight=True, body=b"")
    assert moved.lines == ["OPTIONS /old", "POST /old", "OPTIONS /new", "GET /new"]
    is_bare_asked = call(like(browser), method="POST", use_cors_preflight=True)
    assert is_bare_asked is (browser != "chromium")
    assert call(like(browser), method="POST", use_cors_preflight=True, body=b"")


@pytest.mark.parametrize("browser", ["standard", "chromium", "firefox"])
def test_browsers_want_the_method_of_an_upload_listed(browser: str) -> None:
    api = Server(preflight=granting(), like=browser)
    request = Request(f"{API}/users", method="PUT", use_cors_preflight=True, body=b"")
    assert (api.page(APP).fetch(request).response is not None) is (browser == "standard")


def test_firefox_asks_again_after_a_redirect_though_nothing_needs_it() -> None:
    moved = allowing(303, location="/new")
    for browser, lines in (
        ("standard", ["OPTIONS /old", "PUT /old", "GET /new"]),
        ("firefox", ["OPTIONS /old", "PUT /old", "OPTIONS /new", "GET /new"]),
    ):
        api = Server(allowing(), granting("PUT"), {"/old": moved}, like=browser)
        assert call(api, "/old", method="PUT")
        assert api.lines == lines
        asked = [sent.get("Access-Control-Request-Method") for sent in api.seen]
        assert ("GET" in asked) is (browser == "firefox")


def test_firefox_asks_even_for_a_header_that_the_redirect_took_away() -> None:
    moved = received(302, location=f"{API}/new")
    for browser, lines in (
        ("standard", ["GET /old", "GET /new"]),
        ("firefox", ["GET /old", "OPTIONS /new", "GET /new"]),
    ):
        api = Server(allowing(), granting("GET"), {"/old": moved}, like=browser)
        headers = (("Authorization", "x"),)
        assert api.page(APP).fetch(Request("/old", headers=headers)).response is not None
        assert api.lines == lines


@pytest.mark.parametrize("browser", ["standard", "chromium", "firefox"])
def test_browsers_preflights_forget_by_which_way_they_came(browser: str) -> None:
    back = allowing(307, "*", location=f"{APP}/new")
    api = Server(allowing(origin="*"), granting("PUT", "", "*"), {"/old": back}, like=browser)
    assert call(api, "/old", method="PUT")
    sites = [sent.get("Sec-Fetch-Site") for sent in api.seen]
    forgotten = "same-site" if browser == "standard" else "same-origin"
    assert sites == ["same-site", "same-site", forgotten, "same-site"]


@pytest.mark.parametrize("origin", [APP, "null", "*", "https://other.example.com"])
@pytest.mark.parametrize(("methods", "is_sent"), [("PUT", True), ("DELETE", False)])
def test_back_on_the_pages_own_origin_firefox_asks_what_and_not_who(
    origin: str, methods: str, is_sent: bool
) -> None:
    def transport(sent: Sent) -> Received:
        if sent.url.origin == API:
            return granting("PUT") if sent.is_preflight else allowing(307, location=f"{APP}/new")
        return granting(methods, "", origin) if sent.is_preflight else allowing(origin="null")

    page = UserAgent(transport, "firefox", now=lambda: 0.0).open(APP)
    outcome = page.fetch(Request(f"{API}/old", method="PUT"))
    assert (outcome.response is not None) is is_sent


@pytest.mark.parametrize("browser", ["standard", "chromium", "firefox"])
def test_browsers_ask_again_before_each_conditional_request(browser: str) -> None:
    api = like(browser, names="If-Modified-Since, X-A")
    for is_first in (True, False):
        is_asked = call(api, headers=(("If-Modified-Since", "0"),))
        assert is_asked is (is_first or browser != "standard")
    assert not call(api, headers=(("X-A", "1"),))


@pytest.mark.parametrize("browser", ["standard", "chromium", "firefox"])
def test_chromium_tells_the_mode_of_a_preflight_over_plain_http(browser: str) -> None:
    page = "http://app.test"
    api = Server(allowing(origin=page), granting("PUT", "", page), like=browser)
    assert api.page(page).fetch(Request("http://api.test", method="PUT")).response is not None
    told = [sent.get("Sec-Fetch-Mode") for sent in api.seen]
    assert told == ["cors" if browser == "chromium" else None, None]
    assert [sent.get("Sec-Fetch-Site") for sent in api.seen] == [None, None]
