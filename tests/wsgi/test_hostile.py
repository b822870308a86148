"""Whatever a client sends: no exception, bounded work, and nothing of it is echoed."""

import pytest

from flask_strictcors import Policy
from flask_strictcors.wsgi import StrictCORSMiddleware

from .server import SHOP, App, environ, preflight, serve

KEYS = [
    "HTTP_ORIGIN",
    "HTTP_HOST",
    "HTTP_SEC_FETCH_SITE",
    "HTTP_ACCESS_CONTROL_REQUEST_METHOD",
    "HTTP_ACCESS_CONTROL_REQUEST_HEADERS",
    "HTTP_COOKIE",
    "PATH_INFO",
    "QUERY_STRING",
    "REQUEST_METHOD",
    "SCRIPT_NAME",
    "SERVER_NAME",
    "SERVER_PORT",
    "wsgi.url_scheme",
]
VALUES = {
    "empty": "",
    "NUL": "\x00",
    "line breaks": "a\r\nSet-Cookie: x=y",
    "escapes": "\x1b[31m\x7f\x9b",
    "latin-1": "".join(map(chr, range(256))),
    "no UTF-8": "/\xc3\x28\xff",
    "surrogates in UTF-8": "/\xed\xa0\x80",
    "64 KiB": "a" * 65_536,
    "64 KiB of dots": "https://" + "a." * 32_768,
    "64 KiB of slashes": "/" * 65_536,
    "64 KiB of commas": "," * 65_536,
    "64 KiB of blanks": " " * 65_536,
    "64 KiB of brackets": "https://" + "[" * 65_536,
    "64 KiB of ports": SHOP + ":" + "1" * 65_536,
    "many origins": f"{SHOP} " * 5000,
    "a format": "%s%n{0}{rule}${jndi:x}",
}


def asked(origin: str) -> bool:
    return False


def middlewares() -> list[StrictCORSMiddleware]:
    exact = Policy(origins=[SHOP, "https://*.shop.example:*"], methods=["GET", "PUT"])
    dynamic = Policy(origins=asked, allowlist="*", methods=["GET", "PUT"])
    anybody = Policy(origins="*", methods=["GET", "PUT"], allow_headers="*")
    rules = {"/api/*": exact, "/auth/*": None}
    return [
        StrictCORSMiddleware(App(), *policies, rules=rules, enforce=enforce, debug=enforce)
        for policies in ((exact,), (dynamic, anybody), (anybody,), ())
        for enforce in (False, True)
    ]


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
def test_no_value_of_an_environ_raises_or_comes_back(key: str, value: str) -> None:
    for middleware in middlewares():
        for request in (
            environ("/api/x", origin=SHOP, **{key: value}),
            environ("/api/x", **{"HTTP_ORIGIN": None, key: value}),
            preflight(SHOP, path="/api/x", **{key: value}),
        ):
            answer = serve(middleware, request)
            assert answer.status in (200, 204, 403)
            if value not in ("", "\x00") and key != "HTTP_ORIGIN":
                assert not any(value in text for _, text in answer.headers)


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
def test_no_rubbish_is_echoed_as_an_origin(value: str) -> None:
    for middleware in middlewares():
        for request in (environ(origin=value), preflight(value)):
            allowed = serve(middleware, request).cors.get("Access-Control-Allow-Origin", "*")
            assert allowed == "*"


@pytest.mark.parametrize(
    "key",
    [
        "HTTP_HOST",
        "SERVER_NAME",
        "SERVER_PORT",
        "PATH_INFO",
        "SCRIPT_NAME",
        "QUERY_STRING",
        "wsgi.url_scheme",
    ],
)
def test_an_environ_without_it_is_judged_all_the_same(key: str) -> None:
    for middleware in middlewares():
        serve(middleware, environ("/api/x", origin="https://evil.example", **{key: None}))
        serve(middleware, preflight("https://evil.example", path="/api/x", **{key: None}))


@pytest.mark.parametrize("port", ["", ":80"])
@pytest.mark.parametrize("named", ["HTTP_HOST", "SERVER_NAME"])
def test_an_origin_is_not_cut_before_it_is_compared(named: str, port: str) -> None:
    host = "a" * 313
    there = {"HTTP_HOST": None, "SERVER_PORT": "80", named: host + port * (named == "HTTP_HOST")}
    served = StrictCORSMiddleware(App(), origins=[SHOP], methods=["GET"], enforce=True)
    for origin, status in [(f"http://{host}", 200), (f"http://{host}.ev", 403)]:
        assert serve(served, environ(origin=origin, **there)).status == status


@pytest.mark.parametrize("origin", [f"http://{'a' * 314}", "http://http://api.example"])
def test_what_can_be_no_origin_is_not_the_apps_own(origin: str) -> None:
    there = {"HTTP_HOST": None, "SERVER_PORT": "80", "SERVER_NAME": origin.rpartition("/")[2]}
    served = StrictCORSMiddleware(App(), origins=[SHOP], methods=["GET"], enforce=True)
    assert serve(served, environ(origin=origin, **there)).status == 403


@pytest.mark.parametrize("path", ["/\u20ac", "/\udcff", "/\U0001f600"])
def test_a_path_that_no_server_should_pass_on_is_denied_and_does_not_raise(path: str) -> None:
    middleware = StrictCORSMiddleware(
        App(), origins="*", methods=["GET"], rules={"/api/*": Policy(origins="*", methods=["GET"])}
    )
    assert serve(middleware, environ(path, origin=SHOP)).cors == {}
