"""One fetch() without a network: what is sent, what is checked, what the script sees."""

import pytest

from flask_strictcors.browser import (
    LIKE,
    Outcome,
    Quirks,
    Received,
    Request,
    Sent,
    Step,
    UnreachableError,
    UserAgent,
)

from .server import API, APP, Server, allowing, granting, received

JSON = (("Content-Type", "application/json"),)


def fetch(
    server: Server, path: str = "/users", page: str | None = APP, **options: object
) -> Outcome:
    return server.page(page).fetch(Request(API + path, **options))


def test_an_allowed_answer_is_readable() -> None:
    server = Server()
    outcome = fetch(server)
    assert outcome.failure is None
    assert outcome.response is not None
    assert (outcome.response.type, outcome.response.status) == ("cors", 200)
    assert (outcome.response.body, outcome.response.url) == (b"seen", f"{API}/users")
    assert not outcome.response.redirected
    assert [(check.step, check.passed) for check in outcome.checks] == [(Step.ORIGIN, True)]
    assert server.last.headers == (
        ("Accept", "*/*"),
        ("Origin", APP),
        ("Referer", f"{APP}/"),
        ("Sec-Fetch-Site", "same-site"),
        ("Sec-Fetch-Mode", "cors"),
        ("Sec-Fetch-Dest", "empty"),
    )


def test_an_answer_of_the_pages_own_origin_needs_no_word_of_cors() -> None:
    server = Server(received(x_anything="1", set_cookie="a=b"))
    outcome = fetch(server, page=API)
    assert outcome.response is not None
    assert (outcome.response.type, outcome.checks) == ("basic", ())
    assert outcome.response.headers == (("X-Anything", "1"),)
    assert server.last.get("Origin") is None
    fetch(server, page=API, method="PUT")
    assert server.lines == ["GET /users", "PUT /users"]
    assert server.last.get("Origin") == API


# --- the CORS check -------------------------------------------------------------------------------

YES = {"access_control_allow_credentials": "true"}


@pytest.mark.parametrize(
    ("answer", "anonymous", "credentialed"),
    [
        (allowing(), None, Step.CREDENTIALS),
        (allowing(**YES), None, None),
        (allowing(origin="*"), None, Step.ORIGIN),
        (allowing(origin="*", **YES), None, Step.ORIGIN),
        (received(), Step.ORIGIN, Step.ORIGIN),
        (received(**YES), Step.ORIGIN, Step.ORIGIN),
        (allowing(origin="null", **YES), Step.ORIGIN, Step.ORIGIN),
        (allowing(origin=f"{APP}/", **YES), Step.ORIGIN, Step.ORIGIN),
        (allowing(origin="https://APP.example.com", **YES), Step.ORIGIN, Step.ORIGIN),
        (allowing(origin="https://other.example.com", **YES), Step.ORIGIN, Step.ORIGIN),
        (allowing(origin=f" {APP}\t", **YES), None, None),
        (received(access_control_allow_origin=[APP, APP], **YES), Step.ORIGIN, Step.ORIGIN),
        (allowing(access_control_allow_credentials="True"), None, Step.CREDENTIALS),
        (allowing(access_control_allow_credentials=["true", "true"]), None, Step.CREDENTIALS),
    ],
)  # fmt: skip
def test_the_cors_check(
    answer: Received, anonymous: Step | None, credentialed: Step | None
) -> None:
    for credentials, step in (("omit", anonymous), ("include", credentialed)):
        outcome = fetch(Server(answer), credentials=credentials)
        assert (outcome.failure and outcome.failure.step) == step
        assert (outcome.response is None) == (step is not None)


@pytest.mark.parametrize(
    ("answer", "options", "message", "fix"),
    [
        (received(), {}, "has no Access-Control-Allow-Origin", "add the origin to origins"),
        (allowing(origin=f"{APP}/"), {}, "no slash", APP),
        (allowing(origin="https://App.example.com"), {}, "case counts", APP),
        (allowing(origin="https://evil.net"), {}, "'https://evil.net'", APP),
        (allowing(origin=f"{APP}, {APP}"), {}, "more than one", "One author only"),
        (allowing(origin="*"), {"credentials": "include"}, "not hold beside credentials", APP),
        (allowing(), {"credentials": "include"}, "there is no such header", "credentials=True"),
        (
            allowing(access_control_allow_credentials="yes"),
            {"credentials": "include"},
            "must be exactly 'true', and there is 'yes'",
            "credentials=True",
        ),
        (received(), {"page": None}, "has no Access-Control-Allow-Origin", "must not be allowed"),
    ],
)
def test_what_a_console_would_say(
    answer: Received, options: dict[str, object], message: str, fix: str
) -> None:
    failure = fetch(Server(answer), **options).failure
    assert failure is not None
    assert message in failure.message
    assert fix in failure.fix


def test_a_sandboxed_page_has_the_origin_null() -> None:
    server = Server(allowing(origin="null"))
    assert server.page(None).origin == "null"
    assert fetch(server, page=None).response is not None
    assert server.last.get("Origin") == "null"
    assert server.last.get("Sec-Fetch-Site") == "cross-site"
    assert server.last.get("Referer") is None


# --- preflights -----------------------------------------------------------------------------------


def test_a_preflight_comes_first_and_says_exactly_what_is_meant() -> None:
    server = Server(preflight=granting("PUT", "Content-Type, X-B, X-A"))
    headers = (("X-B", "1"), ("X-A", "1"), *JSON)
    outcome = fetch(server, method="put", headers=headers, body=b"{}")
    assert outcome.response is not None
    assert server.lines == ["OPTIONS /users", "PUT /users"]
    preflight, request = server.seen
    assert preflight.is_preflight
    assert preflight.body is None
    assert preflight.headers == (
        ("Accept", "*/*"),
        ("Access-Control-Request-Method", "PUT"),
        ("Access-Control-Request-Headers", "content-type,x-a,x-b"),
        ("Origin", APP),
        ("Referer", f"{APP}/"),
        ("Sec-Fetch-Site", "same-site"),
        ("Sec-Fetch-Mode", "cors"),
        ("Sec-Fetch-Dest", "empty"),
    )
    assert (request.body, request.get("Content-Type")) == (b"{}", "application/json")
    assert [check.step for check in outcome.checks] == [
        Step.PREFLIGHT_STATUS,
        Step.PREFLIGHT_ORIGIN,
        Step.PREFLIGHT_METHOD,
        Step.PREFLIGHT_HEADERS,
        Step.ORIGIN,
    ]


@pytest.mark.parametrize(
    ("options", "is_asked"),
    [
        ({}, False),
        ({"method": "HEAD"}, False),
        ({"method": "POST", "body": b"x", "content_type": "text/plain"}, False),
        ({"method": "POST", "body": b"x", "content_type": "application/json"}, True),
        ({"method": "POST", "body": b"x"}, False),
        ({"headers": (("Accept-Language", "de"),)}, False),
        ({"headers": (("Authorization", "x"),)}, True),
        ({"method": "OPTIONS"}, True),
        ({"method": "patch"}, True),
        ({"use_cors_preflight": True}, True),
    ],
)
def test_when_a_server_is_asked(options: dict[str, object], is_asked: bool) -> None:
    server = Server(preflight=granting("*", "*, Authorization"))
    assert fetch(server, **options).response is not None
    assert (len(server.seen) == 2) is is_asked


@pytest.mark.parametrize(
    ("preflight", "options", "step"),
    [
        (granting("PUT"), {"method": "PUT"}, None),
        (granting("PUT"), {"method": "DELETE"}, Step.PREFLIGHT_METHOD),
        (granting("put"), {"method": "PUT"}, Step.PREFLIGHT_METHOD),
        (granting("PATCH"), {"method": "patch"}, Step.PREFLIGHT_METHOD),
        (granting("*"), {"method": "PUT"}, None),
        (granting(), {"method": "PUT"}, Step.PREFLIGHT_METHOD),
        (granting(), {"use_cors_preflight": True}, None),
        (granting("PUT", "content-type"), {"headers": JSON}, None),
        (granting("PUT", "X-Other"), {"headers": JSON}, Step.PREFLIGHT_HEADERS),
        (granting("PUT", "*"), {"headers": JSON}, None),
        (granting("PUT", "*"), {"headers": (("Authorization", "x"),)}, Step.PREFLIGHT_HEADERS),
        (granting("PUT", "*,authorization"), {"headers": (("Authorization", "x"),)}, None),
        (granting("PUT OR NOT"), {"method": "PUT"}, Step.PREFLIGHT_SYNTAX),
        (granting("PUT", "a b"), {"method": "PUT"}, Step.PREFLIGHT_SYNTAX),
        (received(204), {"method": "PUT"}, Step.PREFLIGHT_ORIGIN),
        (allowing(200), {"headers": JSON}, Step.PREFLIGHT_HEADERS),
        *((allowing(status), {"method": "PUT"}, Step.PREFLIGHT_STATUS) for status in
          (300, 301, 304, 400, 401, 403, 404, 405, 500, 501)),
        *((allowing(status, access_control_allow_methods="PUT"), {"method": "PUT"}, None)
          for status in (200, 204, 206, 299)),
    ],
)  # fmt: skip
def test_how_a_preflight_is_judged(
    preflight: Received, options: dict[str, object], step: Step | None
) -> None:
    server = Server(preflight=preflight)
    outcome = fetch(server, **options)
    assert (outcome.failure and outcome.failure.step) == step
    assert len(server.seen) == (2 if step is None else 1)


@pytest.mark.parametrize(
    ("preflight", "options", "step"),
    [
        (granting("PUT", **YES), {"method": "PUT"}, None),
        (granting("PUT"), {"method": "PUT"}, Step.PREFLIGHT_CREDENTIALS),
        (granting("*", **YES), {"method": "PUT"}, Step.PREFLIGHT_METHOD),
        (granting("PUT", "*", **YES), {"headers": JSON}, Step.PREFLIGHT_HEADERS),
        (granting("PUT", "*", **YES), {"headers": (("*", "x"),)}, None),
    ],
)
def test_how_a_preflight_is_judged_with_credentials(
    preflight: Received, options: dict[str, object], step: Step | None
) -> None:
    outcome = fetch(Server(allowing(**YES), preflight), credentials="include", **options)
    assert (outcome.failure and outcome.failure.step) == step


@pytest.mark.parametrize(
    ("preflight", "options", "message", "fix"),
    [
        (granting("GET"), {"headers": (("X-Trace", "1"),)}, "X-Trace", "X-Trace to allow_headers"),
        (granting("GET", "*"), {"headers": (("Authorization", "1"),)}, "never covers", "Add"),
        (granting("GET"), {"method": "PUT"}, "is GET, without PUT", "Add PUT to methods"),
        (granting(), {"method": "PUT"}, "is missing or empty", "Add PUT"),
        (granting("PATCH"), {"method": "patch"}, "case counts", "write the method as PATCH"),
        (granting("a b"), {"method": "PUT"}, "'a b'", "commas"),
        (allowing(301), {"method": "PUT"}, "answered 301", "never redirected"),
        (received(401), {"method": "PUT"}, "answered 401", "no cookie and no Authorization"),
        (received(405), {"method": "PUT"}, "answered 405", "answer OPTIONS with 204"),
        (received(500), {"method": "PUT"}, "answered 500", "before any view"),
        (received(204), {"method": "PUT"}, "preflight has no Access-Control-Allow-Origin", APP),
    ],
)  # fmt: skip
def test_what_a_console_would_say_of_a_preflight(
    preflight: Received, options: dict[str, object], message: str, fix: str
) -> None:
    failure = fetch(Server(preflight=preflight), **options).failure
    assert failure is not None
    assert message in failure.message
    assert fix in failure.fix


@pytest.mark.parametrize(
    ("preflight", "options", "message"),
    [
        (granting("*", **YES), {"method": "PUT"}, "beside credentials, '*' is only a name"),
        (granting("*", "*", **YES), {"headers": JSON}, "beside credentials, '*' is only a name"),
    ],
)
def test_what_a_console_would_say_of_a_star(
    preflight: Received, options: dict[str, object], message: str
) -> None:
    failure = fetch(Server(preflight=preflight), credentials="include", **options).failure
    assert failure is not None
    assert message in failure.message


# --- what the script sees -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("exposed", "credentials", "names"),
    [
        ([], "omit", {"Content-Type"}),
        (["X-Total"], "omit", {"Content-Type", "X-Total"}),
        (["x-total, X-Secret"], "include", {"Content-Type", "X-Total", "X-Secret"}),
        (["*"], "omit", {"Content-Type", "X-Total", "X-Secret"}),
        (["*"], "include", {"Content-Type"}),
        (["X-Total, b@d"], "omit", {"Content-Type"}),
        (["Set-Cookie"], "omit", {"Content-Type"}),
    ],
)
def test_which_headers_a_script_reads(
    exposed: list[str], credentials: str, names: set[str]
) -> None:
    answer = allowing(
        content_type="text/plain",
        x_total="3",
        x_secret="s",
        set_cookie="a=b",
        access_control_expose_headers=exposed,
        **YES,
    )
    response = fetch(Server(answer), credentials=credentials).response
    assert response is not None
    cors = {"Access-Control-Allow-Origin", "Access-Control-Allow-Credentials"}
    cors.add("Access-Control-Expose-Headers")
    assert {name for name, _ in response.headers} - cors == names


# --- modes and redirects --------------------------------------------------------------------------


@pytest.mark.parametrize(("status", "body"), [(200, b"seen"), (205, b""), (206, b"seen")])
def test_some_statuses_have_no_body(status: int, body: bytes) -> None:
    response = fetch(Server(allowing(status))).response
    assert response is not None
    assert (response.status, response.body) == (status, body)


def test_without_cors_the_answer_is_opaque() -> None:
    server = Server(received())
    outcome = fetch(server, mode="no-cors", method="POST", body=b"x", headers=(("X-A", "1"),))
    assert outcome.response is not None
    assert (outcome.response.type, outcome.response.status) == ("opaque", 0)
    assert (outcome.response.headers, outcome.response.body, outcome.response.url) == ((), b"", "")
    assert outcome.dropped == ("X-A",)
    assert server.last.get("X-A") is None
    assert server.last.get("Origin") == APP
    assert server.last.get("Sec-Fetch-Mode") == "no-cors"


def test_without_cors_a_get_does_not_even_tell_the_origin() -> None:
    server = Server(received())
    assert fetch(server, mode="no-cors").response is not None
    assert server.last.get("Origin") is None


def test_without_cors_a_page_over_https_tells_plain_http_nothing() -> None:
    server = Server(received())
    server.page(APP).fetch(Request("http://localhost/x", mode="no-cors", method="POST"))
    assert server.last.get("Origin") == "null"


@pytest.mark.parametrize(
    ("policy", "page", "step"),
    [
        ("same-origin", APP, Step.RESOURCE_POLICY),
        ("same-site", APP, None),
        ("same-site", "https://evil.net", Step.RESOURCE_POLICY),
        ("same-site", None, Step.RESOURCE_POLICY),
        ("same-site", "http://app.example.com", Step.RESOURCE_POLICY),
        ("cross-origin", "https://evil.net", None),
        ("Same-Origin", APP, None),
    ],
)
def test_a_resource_policy_bars_opaque_answers(
    policy: str, page: str | None, step: Step | None
) -> None:
    server = Server(received(cross_origin_resource_policy=policy))
    outcome = fetch(server, page=page, mode="no-cors")
    assert (outcome.failure and outcome.failure.step) == step


def test_a_resource_policy_bars_no_answer_by_cors() -> None:
    assert fetch(Server(allowing(cross_origin_resource_policy="same-origin"))).response is not None


def test_the_mode_same_origin_asks_nobody_else() -> None:
    server = Server()
    failure = fetch(server, mode="same-origin").failure
    assert failure is not None
    assert failure.step is Step.SAME_ORIGIN_MODE
    assert server.seen == []
    assert fetch(server, mode="same-origin", page=API).response is not None


def redirecting(to: str, status: int = 302, **headers: str) -> Received:
    return allowing(status, location=to, **headers)


def test_a_redirect_is_followed() -> None:
    server = Server(paths={"/old": redirecting("/new")})
    response = fetch(server, "/old").response
    assert response is not None
    assert (response.url, response.redirected) == (f"{API}/new", True)
    assert server.lines == ["GET /old", "GET /new"]
    assert server.last.get("Origin") == APP


def test_each_hop_needs_the_headers() -> None:
    outcome = fetch(Server(paths={"/old": received(302, location="/new")}), "/old")
    assert outcome.failure is not None
    assert outcome.failure.step is Step.ORIGIN


def test_behind_a_redirect_to_a_third_origin_the_pages_is_null() -> None:
    server = Server(allowing(origin="null"), paths={"/old": redirecting("https://cdn.test/new")})
    assert fetch(server, "/old").response is not None
    assert [sent.get("Origin") for sent in server.seen] == [APP, "null"]
    assert server.last.get("Sec-Fetch-Site") == "cross-site"


def test_authorization_stays_with_the_origin_that_it_was_for() -> None:
    server = Server(
        allowing(origin="*"),
        granting("GET", "Authorization, X-A"),
        {"/old": redirecting("/new"), "/new": redirecting("https://cdn.test/last", 307)},
    )
    server.preflight = received(
        204, access_control_allow_origin="*", access_control_allow_headers="Authorization, X-A"
    )
    fetch(server, "/old", headers=(("Authorization", "x"), ("X-A", "1")))
    told = [sent.get("Authorization") for sent in server.seen if not sent.is_preflight]
    assert told == ["x", "x", None]


@pytest.mark.parametrize(
    ("status", "method", "sent"),
    [
        (301, "POST", "GET"),
        (302, "POST", "GET"),
        (303, "POST", "GET"),
        (303, "PUT", "GET"),
        (303, "HEAD", "HEAD"),
        (301, "PUT", "PUT"),
        (307, "POST", "POST"),
        (308, "PUT", "PUT"),
    ],
)
def test_some_redirects_change_the_method(status: int, method: str, sent: str) -> None:
    server = Server(preflight=granting("PUT", "Content-Type"))
    server.paths["/old"] = redirecting("/new", status)
    body = None if method == "HEAD" else b"{}"
    assert fetch(server, "/old", method=method, headers=JSON, body=body).response is not None
    assert server.last.method == sent
    kept = None if sent == "GET" else body
    assert server.last.body == kept
    assert (server.last.get("Content-Type") is None) == (sent == "GET")


@pytest.mark.parametrize(
    ("to", "page", "step"),
    [
        ("data:,x", APP, Step.REDIRECT),
        ("https://", APP, Step.REDIRECT),
        ("https://user:pw@api.example.com/new", APP, Step.REDIRECT),
        ("https://user:pw@api.example.com/new", API, None),
        ("https://user:pw@cdn.test/new", API, Step.REDIRECT),
        ("http://api.example.com/new", APP, Step.MIXED_CONTENT),
        ("https://api.example.com:6000/new", APP, Step.URL),
        ("/old", APP, Step.REDIRECT),
        ("/caf\xc3\xa9", APP, None),
        ("/\u20ac", APP, None),
    ],
)
def test_where_a_redirect_may_lead(to: str, page: str, step: Step | None) -> None:
    server = Server(paths={"/old": redirecting(to)})
    failure = fetch(server, "/old", page=page).failure
    assert (failure and failure.step) == step
    assert failure is None or "pw" not in failure.message


def test_a_redirect_in_a_circle_ends() -> None:
    server = Server(paths={"/old": redirecting("/old")})
    failure = fetch(server, "/old").failure
    assert failure is not None
    assert "more than 20 redirects" in failure.message
    assert len(server.seen) == 21


def test_the_bytes_of_a_location_are_read_as_utf_8() -> None:
    server = Server(paths={"/old": redirecting("/caf\xc3\xa9")})
    fetch(server, "/old")
    assert server.lines[-1] == "GET /caf%C3%A9"


def test_a_redirect_without_a_location_is_an_answer() -> None:
    response = fetch(Server(allowing(302))).response
    assert response is not None
    assert response.status == 302


@pytest.mark.parametrize("headers", [{}, {"location": ""}])
def test_only_chromium_takes_a_redirect_to_nowhere_for_an_answer(headers: dict[str, str]) -> None:
    for like, redirect, step in (
        ("chromium", "error", None),
        ("chromium", "follow", None),
        ("standard", "error", Step.REDIRECT),
        ("standard", "follow", Step.REDIRECT if headers else None),
    ):
        failure = fetch(Server(allowing(302, **headers), like=like), redirect=redirect).failure
        assert (failure.step if failure else None) is step
    response = fetch(Server(allowing(302, **headers), like="chromium"), redirect="manual").response
    assert response is not None
    assert response.type == "opaqueredirect"


@pytest.mark.parametrize(
    ("locations", "like", "leads"),
    [
        (["/new", "/new"], "standard", False),
        (["/new", "/new"], "chromium", True),
        (["/new", "/new"], "firefox", True),
        (["/new", "/other"], "chromium", False),
        (["/new", "/other"], "firefox", False),
    ],
)
def test_a_redirect_leads_to_one_place(locations: list[str], like: str, leads: bool) -> None:
    moved = allowing(302, location=locations)
    outcome = fetch(Server(paths={"/old": moved}, like=like), "/old")
    assert (outcome.response is not None) is leads
    assert leads or outcome.checks[-1].fix == "Send one Location."


@pytest.mark.parametrize("like", ["standard", "chromium", "firefox"])
def test_browsers_stop_at_two_locations_even_where_they_would_not_follow(like: str) -> None:
    server = Server(allowing(200, location=["/a", "/b"]), like=like)
    assert (fetch(server).response is not None) is (like == "standard")


def test_a_script_may_forbid_redirects_or_look_at_none() -> None:
    server = Server(paths={"/old": redirecting("/new")})
    failure = fetch(server, "/old", redirect="error").failure
    assert failure is not None
    assert (failure.step, "302" in failure.message) == (Step.REDIRECT, True)
    response = fetch(server, "/old", redirect="manual").response
    assert response is not None
    assert (response.type, response.status, response.url) == ("opaqueredirect", 0, f"{API}/old")
    assert server.lines == ["GET /old"] * 2


def test_without_cors_redirects_are_followed_or_nothing_is_sent() -> None:
    server = Server()
    for redirect in ("error", "manual"):
        failure = fetch(server, mode="no-cors", redirect=redirect).failure
        assert failure is not None
        assert failure.step is Step.REQUEST
    assert server.seen == []


# --- cookies --------------------------------------------------------------------------------------


def test_cookies_travel_by_the_credentials_mode() -> None:
    server = Server(allowing(set_cookie="a=b; Secure; SameSite=None", **YES))
    fetch(server)
    fetch(server, credentials="include")
    assert [sent.get("Cookie") for sent in server.seen] == [None, None]
    modes = ("omit", "same-origin", "include")
    for credentials in modes:
        fetch(server, credentials=credentials)
    assert [sent.get("Cookie") for sent in server.seen[2:]] == [None, None, "a=b"]
    for credentials in modes:
        fetch(server, page=API, credentials=credentials)
    assert [sent.get("Cookie") for sent in server.seen[5:]] == [None, "a=b", "a=b"]


@pytest.mark.parametrize(("to", "is_kept"), [(f"{API}/new", False), (f"{APP}/new", True)])
def test_chromium_lets_no_redirect_tell_others_of_the_device(to: str, is_kept: bool) -> None:
    headers = (("DPR", "2"), ("Save-Data", "on"))
    for like in ("standard", "chromium"):
        moved = received(302, location=to)
        api = Server(allowing(), granting("", "dpr, save-data"), {"/old": moved}, like=like)
        assert api.page(APP).fetch(Request("/old", headers=headers)).response is not None
        assert api.last.get("Save-Data") == "on"
        assert (api.last.get("DPR") == "2") is (is_kept or like == "standard")


@pytest.mark.parametrize("like", ["standard", "firefox"])
def test_firefox_gives_back_on_the_next_hop_what_a_redirect_took_away(like: str) -> None:
    paths = {
        "/old": allowing(302, "*", location="https://cdn.test/new"),
        "/new": allowing(307, "*", location="/last"),
    }
    preflight = granting("", "Authorization, Content-Type", "*")
    api = Server(allowing(origin="*"), preflight, paths, like=like)
    headers = (*JSON, ("Authorization", "secret"))
    assert fetch(api, "/old", method="POST", headers=headers).response is not None
    old, new, last = [sent for sent in api.seen if not sent.is_preflight]
    assert (old.method, old.get("Authorization")) == ("POST", "secret")
    assert (new.method, new.get("Authorization"), new.get("Content-Type")) == ("GET", None, None)
    restored = ("secret", "application/json") if like == "firefox" else (None, None)
    assert (last.get("Authorization"), last.get("Content-Type")) == restored


def test_firefox_gives_nothing_back_that_the_first_method_loses_but_asks_for_it() -> None:
    paths = {
        "/old": allowing(302, "*", location="/new"),
        "/new": allowing(301, "*", location="/last"),
    }
    api = Server(allowing(), granting("", "Content-Type"), paths, like="firefox")
    assert fetch(api, "/old", method="POST", headers=JSON).response is not None
    asked = [sent.get("Access-Control-Request-Headers") for sent in api.seen if sent.is_preflight]
    assert asked == ["content-type", None, "content-type"]
    assert (api.last.method, api.last.get("Content-Type")) == ("GET", None)


@pytest.mark.parametrize(
    ("headers", "like", "step"),
    [
        ({"access_control_allow_credentials": ["true", ""]}, "standard", Step.CREDENTIALS),
        ({"access_control_allow_credentials": ["true", ""]}, "chromium", Step.CREDENTIALS),
        ({"access_control_allow_credentials": ["", "true"]}, "firefox", None),
        ({"access_control_allow_credentials": " "}, "firefox", Step.CREDENTIALS),
        ({"access_control_allow_origin": [APP, ""], **YES}, "firefox", Step.ORIGIN),
    ],
)
def test_firefox_takes_in_no_empty_lines_but_of_the_origin(
    headers: dict[str, str | list[str]], like: str, step: Step | None
) -> None:
    answer = received(**{"access_control_allow_origin": APP, "x_two": ["", "2"], **headers})
    failure = fetch(Server(answer, like=like), credentials="include").failure
    assert (failure.step if failure else None) is step
    own = fetch(Server(answer, like=like), page=API).response
    assert own is not None
    assert (("X-Two", "") in own.headers) is (like != "firefox")
    assert ("X-Two", "2") in own.headers


@pytest.mark.parametrize(
    ("location", "is_odd"),
    [("https://", True), ("//a:99999/", True), ("mailto:somebody", False), ("/new", False)],
)
def test_chromium_wants_even_the_redirect_that_it_does_not_follow_to_lead_to_a_url(
    location: str, is_odd: bool
) -> None:
    for like in ("standard", "chromium"):
        server = Server(allowing(302, location=location), like=like)
        response = fetch(server, redirect="manual").response
        assert (response is None) is (is_odd and like == "chromium")


@pytest.mark.parametrize("like", ["standard", "chromium"])
def test_without_cors_chromium_hides_the_origin_behind_the_first_foreign_redirect(
    like: str,
) -> None:
    paths = {"/old": received(307, location="/new"), "/new": received(307, location=f"{API}/last")}
    server = Server(received(), paths=paths, like=like)
    assert server.page(APP).fetch(Request("/old", method="POST", mode="no-cors")).response
    told = [sent.get("Origin") for sent in server.seen]
    assert told == [APP, APP, "null" if like == "chromium" else APP]


LAX = "a=b; SameSite=Lax"


@pytest.mark.parametrize("like", ["standard", "chromium", "firefox"])
def test_for_firefoxs_cookies_http_and_https_are_one_site(like: str) -> None:
    page = "http://app.example.com"
    api = Server(allowing(origin=page, set_cookie=LAX, **YES), like=like)
    for _ in range(2):
        assert fetch(api, page=page, credentials="include").response is not None
    assert api.last.get("Cookie") == ("a=b" if like == "firefox" else None)
    assert api.last.get("Sec-Fetch-Site") == "cross-site"
    third = Server(
        allowing(origin=page, set_cookie=f"{LAX[:3]}; SameSite=None; Secure", **YES), like=like
    )
    for _ in range(2):
        assert fetch(third, page=page, credentials="include").response is not None
    assert third.last.get("Cookie") == (None if like == "chromium" else "a=b")


@pytest.mark.parametrize("like", ["standard", "chromium", "firefox"])
def test_firefoxs_cookies_stay_at_home_behind_a_redirect_of_another_site(like: str) -> None:
    back = allowing(302, location=f"{API}/users", **YES)
    api = Server(allowing(set_cookie=LAX, **YES), paths={"/back": back}, like=like)
    fetch(api, credentials="include")
    api.answer = allowing(origin="null", set_cookie="c=d; SameSite=Lax", **YES)
    request = Request("https://cdn.test/back", credentials="include")
    assert api.page(APP).fetch(request).response is not None
    assert api.last.get("Cookie") == (None if like == "firefox" else "a=b")
    fetch(api, credentials="include")
    assert api.last.get("Cookie") == "a=b; c=d"


def test_a_cookie_is_stored_though_the_answer_is_not_readable() -> None:
    server = Server(received(set_cookie="a=b; Secure; SameSite=None"))
    assert fetch(server, credentials="include").response is None
    fetch(server, credentials="include")
    assert server.last.get("Cookie") == "a=b"
    assert [cookie.name for cookie in server.agent.jar] == ["a"]


def test_a_preflight_carries_no_cookie() -> None:
    server = Server(allowing(set_cookie="a=b; Secure", **YES), granting("PUT", **YES))
    fetch(server, credentials="include")
    fetch(server, credentials="include", method="PUT")
    assert [sent.get("Cookie") for sent in server.seen] == [None, None, "a=b"]


# --- what a script cannot ask, and what does not answer -------------------------------------------


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"method": "TRACE"}, "cannot send 'TRACE'"),
        ({"method": "connect"}, "cannot send 'connect'"),
        ({"method": "a b"}, "cannot send 'a b'"),
        ({"method": ""}, "cannot send ''"),
        ({"headers": (("a b", "1"),)}, "cannot be a header"),
        ({"headers": (("X-A", "a\nb"),)}, "cannot be a header"),
        ({"body": b"x"}, "cannot send a body with GET"),
        ({"mode": "no-cors", "method": "PUT"}, "cannot send PUT without CORS"),
        ({"mode": "navigate"}, "no mode 'navigate'"),
        ({"credentials": True}, "no credentials True"),
        ({"redirect": "no"}, "no redirect 'no'"),
    ],
)
def test_what_throws_at_once(options: dict[str, object], message: str) -> None:
    server = Server()
    outcome = fetch(server, **options)
    assert outcome.failure is not None
    assert outcome.failure.step is Step.REQUEST
    assert message in outcome.failure.message
    assert outcome.failure.fix.startswith("In the script: ")
    assert (outcome.response, outcome.exchanges, server.seen) == (None, (), [])


@pytest.mark.parametrize("url", ["ftp://api.example.com", "https://", "https://u@api.example.com"])
def test_what_is_no_url_to_fetch(url: str) -> None:
    failure = Server().page(APP).fetch(Request(url)).failure
    assert failure is not None
    assert failure.step is Step.URL


def test_a_path_is_of_the_pages_own_origin() -> None:
    server = Server()
    server.page(APP).fetch(Request("/x"))
    assert str(server.last.url) == f"{APP}/x"
    assert server.page(None).fetch(Request("/x")).failure is not None


def test_forbidden_headers_are_left_out() -> None:
    server = Server()
    outcome = fetch(server, headers=(("Cookie", "a=b"), ("Host", "x"), ("Accept", "text/html")))
    assert outcome.dropped == ("Cookie", "Host")
    assert (server.last.get("Cookie"), server.last.get("Accept")) == (None, "text/html")


def test_a_body_brings_its_type_unless_the_script_says_one() -> None:
    server = Server(preflight=granting("POST", "Content-Type"))
    fetch(server, method="POST", body=b"a=b", content_type="text/plain;charset=UTF-8")
    assert server.last.get("Content-Type") == "text/plain;charset=UTF-8"
    fetch(server, method="POST", body=b"{}", content_type="text/plain", headers=JSON)
    assert server.last.get("Content-Type") == "application/json"


def test_without_cors_a_body_brings_only_a_simple_type() -> None:
    server = Server()
    for content_type in ("application/json", "text/plain;charset=UTF-8"):
        fetch(server, method="POST", mode="no-cors", body=b"1", content_type=content_type)
    assert [sent.get("Content-Type") for sent in server.seen] == [None, "text/plain;charset=UTF-8"]


def test_a_server_that_gives_no_answer() -> None:
    def unreachable(sent: Sent) -> Received:
        raise UnreachableError("connection refused")

    page = UserAgent(unreachable, now=lambda: 0.0).open(APP)
    outcome = page.fetch(Request(API))
    assert outcome.failure is not None
    assert outcome.failure.step is Step.NETWORK
    assert outcome.failure.message == f"{API} gave no answer to GET: connection refused"
    (exchange,) = outcome.exchanges
    assert exchange.received is None


def test_mixed_content_is_not_sent() -> None:
    server = Server()
    failure = server.page(APP).fetch(Request("http://api.example.com")).failure
    assert failure is not None
    assert failure.step is Step.MIXED_CONTENT
    assert server.seen == []
    assert server.page(APP).fetch(Request("http://localhost:5000")).failure is None


def test_over_plain_http_nothing_is_said_of_the_page_but_its_origin() -> None:
    server = Server(allowing(origin="*"))
    server.page("http://app.test").fetch(Request("http://api.test"))
    assert [name for name, _ in server.last.headers] == ["Accept", "Origin", "Referer"]


# --- forms ----------------------------------------------------------------------------------------


def test_a_form_is_sent_and_no_script_reads_the_answer() -> None:
    server = Server(received(303, location="/done"), paths={"/done": received(x_a="1")})
    outcome = server.page(APP).submit(
        f"{API}/users", body=b"a=b", content_type="application/x-www-form-urlencoded"
    )
    assert outcome.response is not None
    assert (outcome.response.type, outcome.response.url) == ("navigation", f"{API}/done")
    assert server.lines == ["POST /users", "GET /done"]
    form, done = server.seen
    assert (form.get("Origin"), done.get("Origin")) == (APP, None)
    assert form.get("Sec-Fetch-Mode") == "navigate"
    assert form.get("Sec-Fetch-Dest") == "document"


def test_a_form_of_a_sandboxed_page_has_the_origin_null() -> None:
    server = Server()
    server.page(None).submit(f"{API}/users")
    assert server.last.get("Origin") == "null"


def test_a_form_by_get_tells_no_origin() -> None:
    server = Server()
    server.page(APP).submit(f"{API}/users", method="GET")
    assert server.last.get("Origin") is None


def test_a_form_carries_the_cookies_that_same_site_lets_it() -> None:
    lines = ["strict=1; Secure; SameSite=Strict", "lax=1; Secure", "none=1; Secure; SameSite=None"]
    server = Server(received(set_cookie=lines))
    server.page(API).fetch(Request(API))
    server.page("https://evil.net").submit(f"{API}/users")
    assert server.last.get("Cookie") == "none=1"
    server.page("https://evil.net").submit(f"{API}/users", method="GET")
    assert server.last.get("Cookie") == "lax=1; none=1"
    server.page(APP).submit(f"{API}/users")
    assert server.last.get("Cookie") == "strict=1; lax=1; none=1"


def test_a_form_for_no_url() -> None:
    outcome = Server().page(APP).submit("javascript:alert(1)")
    assert outcome.failure is not None
    assert outcome.failure.step is Step.URL


# --- browsers -------------------------------------------------------------------------------------


def test_an_unknown_browser_is_refused() -> None:
    with pytest.raises(ValueError, match="standard, chromium, firefox, safari"):
        UserAgent(Server(), "netscape", now=lambda: 0.0)


def test_quirks_may_be_given_one_by_one() -> None:
    agent = UserAgent(Server(), Quirks("mine", max_age_cap=1), now=lambda: 0.0)
    assert agent.open(APP).fetch(Request(API)).response is not None


@pytest.mark.parametrize(
    ("like", "is_allowed"), [(name, name in ("chromium", "firefox")) for name in LIKE]
)
def test_a_star_covers_authorization_in_some_browsers(like: str, is_allowed: bool) -> None:
    server = Server(preflight=granting("GET", "*"), like=like)
    outcome = fetch(server, headers=(("Authorization", "x"),))
    assert (outcome.response is not None) is is_allowed
