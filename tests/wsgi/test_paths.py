"""Path rules are compared with SCRIPT_NAME + PATH_INFO, once, on whole segments."""

import pytest

from flask_strictcors import Policy
from flask_strictcors.wsgi import StrictCORSMiddleware

from .server import SHOP, App, environ, preflight, serve

APP, API, USERS, ONE, CAFE = (
    f"https://{name}.example" for name in ("app", "api", "users", "one", "cafe")
)
EVERY = [APP, API, USERS, ONE, CAFE]


def policy(origin: str) -> Policy:
    return Policy(origins=[origin], methods=["GET", "PUT"])


def middleware() -> StrictCORSMiddleware:
    rules = {
        "/api/*": policy(API),
        "/api/users/*": policy(USERS),
        "/api/users/1": policy(ONE),
        "/caf\xe9/*": policy(CAFE),
        "/api/auth/*": None,
    }
    return StrictCORSMiddleware(App(), policy(APP), rules=rules)


def admitted(path: str | None, script_name: str | None = "") -> list[str]:
    """Return which of the origins are admitted at a path."""
    wsgi_app = middleware()
    return [
        origin
        for origin in EVERY
        if serve(wsgi_app, environ(path, script_name=script_name, origin=origin)).cors
    ]


@pytest.mark.parametrize(
    ("script_name", "path", "origin"),
    [
        ("", "/", APP),
        ("", "", APP),
        ("", "/other", APP),
        ("", "/apis", APP),
        ("", "/API/x", APP),
        ("", "/api", API),
        ("", "/api/", API),
        ("", "/api/x/y", API),
        ("", "/api/users", USERS),
        ("", "/api/users/2", USERS),
        ("", "/api/users/1/", USERS),
        ("", "/api/users/1", ONE),
        ("", "/api/users1", API),
        ("/api", "", API),
        ("/api", "/", API),
        ("/api", "/users/1", ONE),
        ("/api/users", "/1", ONE),
        ("/api/users", "/api", USERS),
        ("/mounted", "/api/users", APP),
        # An environ may leave out what is empty.
        (None, "/api", API),
        ("/api", None, API),
        (None, None, APP),
        ("", "/caf\xc3\xa9/menu", CAFE),
        ("/caf\xc3\xa9", "/menu", CAFE),
    ],
)
def test_the_most_specific_rule_decides_alone(
    script_name: str | None, path: str | None, origin: str
) -> None:
    assert admitted(path, script_name) == [origin]


@pytest.mark.parametrize(
    "path",
    [
        "/api/../other",
        "/other/../api",
        "/api/./users",
        "/api/users/..",
        "/api//users",
        "//api/users",
        "/api\\users",
        "/api/users/%31",
        "/api%2Fusers",
        "/api/\xff",
        "/caf\xe9/menu",
        "/api/\xef\xbf\xbd",
        "/%",
        "api/users",
        "other",
    ],
)
def test_a_path_with_two_readings_is_denied_to_everybody(path: str) -> None:
    assert admitted(path) == []
    answer = serve(middleware(), preflight(APP, path=path))
    assert (answer.status, answer.cors) == (204, {})


def test_a_prefix_with_two_readings_is_denied_as_well() -> None:
    assert admitted("/users", script_name="/api/..") == []


def test_such_a_path_is_nothing_special_where_no_path_rules_are() -> None:
    wsgi_app = StrictCORSMiddleware(App(), policy(APP))
    assert serve(wsgi_app, environ("/a/../%2e\xff", origin=APP)).cors


def test_ten_thousand_segments_are_judged_like_two() -> None:
    assert admitted("/api" + "/x" * 10_000) == [API]


def test_an_exempt_path_is_left_alone() -> None:
    own = ("Access-Control-Allow-Origin", "https://by-the-app.example")
    app = App(own, ("Vary", "Accept"), ("Vary", "Cookie"))
    wsgi_app = StrictCORSMiddleware(
        app, policy(APP), rules={"/auth/*": None}, enforce=True, debug=True
    )
    for request in (
        environ("/auth/x", origin="null", method="POST"),
        preflight(SHOP, path="/auth"),
        environ("/auth/x"),
    ):
        answer = serve(wsgi_app, request)
        assert answer.starts == [
            (
                "200 OK",
                [("Content-Type", "text/plain"), own, ("Vary", "Accept"), ("Vary", "Cookie")],
                None,
            )
        ]
        assert answer.body == b"the app"
        assert app.calls.pop() is request


def test_a_more_specific_rule_inside_an_exempt_path_decides() -> None:
    rules = {"/auth/*": None, "/auth/keys": policy(API)}
    wsgi_app = StrictCORSMiddleware(App(), rules=rules)
    assert serve(wsgi_app, environ("/auth/keys", origin=API)).cors
    assert serve(wsgi_app, preflight(API, path="/auth/other")).status == 200
