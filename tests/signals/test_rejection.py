"""A Rejection says what was refused: each of its fields, safe to log and bounded."""

from dataclasses import FrozenInstanceError, fields
from typing import Any

import pytest
from flask import Blueprint, Flask

from flask_strictcors import Policy, Reason, Rejection, StrictCORS, cors

from .listening import EVIL, SHOP, ask, get, listening, send, shop

FIELDS = [
    "reason",
    "origin",
    "method",
    "headers",
    "path",
    "endpoint",
    "rule",
    "preflight",
    "detail",
    "report_only",
]

HOSTILE = {
    "line breaks": "a\r\nWARNING forged line",
    "escapes": "\x1b[2J\x1b[31mred\x07\x7f",
    "C1 controls": "\x9b31m\x85",
    "NUL": "a\x00b",
    "latin-1": "".join(map(chr, range(160, 256))),
    "lone surrogates as bytes": "\xed\xa0\x80\xed\xbf\xbf",
    "right-to-left as bytes": "\xe2\x80\xae",
    "64 KiB": "a" * 65_536,
    "64 KiB of escapes": "\x1b" * 65_536,
    "64 KiB of backslashes": "\\" * 65_536,
}


def test_it_has_these_fields_and_cannot_be_changed() -> None:
    assert [field.name for field in fields(Rejection)] == FIELDS
    app = shop()
    with listening(app) as told:
        get(app, EVIL)
    with pytest.raises(FrozenInstanceError):
        told[0].rejection.origin = SHOP  # type: ignore[misc]


def test_an_origin_that_is_refused() -> None:
    app = shop()
    with listening(app) as told:
        send(app, "POST", EVIL, "/items/7?secret=1")
    ((signal, sender, rejection, extra),) = told
    assert (signal, sender, extra) == ("origin-rejected", app, {})
    assert isinstance(rejection, Rejection)
    assert rejection.reason is Reason.NOT_ALLOWED
    assert rejection.origin == EVIL
    assert rejection.method == "POST"
    assert rejection.headers == ()
    assert rejection.path == "/items/7"
    assert rejection.endpoint == "items"
    assert rejection.rule == "app"
    assert rejection.preflight is False
    assert "app" in rejection.detail


def test_a_preflight_whose_origin_is_refused() -> None:
    app = shop()
    with listening(app) as told:
        ask(app, EVIL, "PATCH", headers="x-a")
    ((signal, _, rejection, _),) = told
    assert signal == "origin-rejected"
    assert (rejection.reason, rejection.method) == (Reason.NOT_ALLOWED, "PATCH")
    assert rejection.preflight is True


def test_a_preflight_whose_method_is_refused() -> None:
    app = shop()
    with listening(app) as told:
        ask(app, SHOP, "POST", headers="x-a")
    ((signal, _, rejection, _),) = told
    assert signal == "preflight-rejected"
    assert (rejection.reason, rejection.method) == (Reason.METHOD_NOT_ALLOWED, "POST")
    assert rejection.headers == ()
    assert (rejection.endpoint, rejection.preflight) == ("items", True)


def test_a_requested_method_is_told_with_its_case() -> None:
    app = shop()
    with listening(app) as told:
        ask(app, SHOP, "put")
    assert told[0].rejection.method == "put"


def test_a_preflight_with_a_foreign_header_names_the_first_one() -> None:
    app = shop()
    with listening(app) as told:
        ask(app, SHOP, headers="content-type,x-first,x-second")
    ((signal, _, rejection, _),) = told
    assert signal == "preflight-rejected"
    assert rejection.reason is Reason.HEADER_NOT_ALLOWED
    assert rejection.headers == ("x-first",)


def test_a_preflight_with_a_malformed_list_of_headers() -> None:
    app = shop()
    with listening(app) as told:
        ask(app, SHOP, headers="content-type,\x00\r\n")
    ((signal, _, rejection, _),) = told
    assert signal == "preflight-rejected"
    assert rejection.reason is Reason.MALFORMED_REQUEST_HEADERS
    assert all(name.isprintable() for name in rejection.headers)


def test_an_actual_request_whose_method_is_refused_is_no_preflight() -> None:
    app = shop()
    with listening(app) as told:
        send(app, "POST", SHOP)
    ((signal, _, rejection, _),) = told
    assert signal == "preflight-rejected"
    assert (rejection.reason, rejection.method) == (Reason.METHOD_NOT_ALLOWED, "POST")
    assert rejection.preflight is False


@pytest.mark.parametrize("asked", [False, True], ids=["actual", "preflight"])
def test_where_no_route_is_there_is_no_endpoint(asked: bool) -> None:
    app = shop()
    with listening(app) as told:
        ask(app, EVIL, path="/nowhere") if asked else get(app, EVIL, "/nowhere")
    ((_, _, rejection, _),) = told
    assert (rejection.endpoint, rejection.path) == (None, "/nowhere")


def governed() -> Flask:
    app = Flask(__name__)
    StrictCORS(app, rules={"/api/*": Policy(origins=[SHOP])})
    users = Blueprint("users", __name__, url_prefix="/users")
    cors(origins=[SHOP])(users)

    @users.get("/list")
    def every() -> str:
        return ""

    @users.get("/edit")
    @cors(origins=[SHOP])
    def edit() -> str:
        return ""

    app.register_blueprint(users)
    app.add_url_rule("/api/x", "x", lambda: "")
    app.add_url_rule("/y", "y", lambda: "")
    return app


@pytest.mark.parametrize(
    ("path", "rule", "endpoint"),
    [
        ("/users/edit", "view users.edit", "users.edit"),
        ("/users/list", "blueprint users", "users.every"),
        ("/api/x", "path /api/*", "x"),
        ("/y", "none", "y"),
    ],
)
def test_the_rule_is_named_for_people(path: str, rule: str, endpoint: str) -> None:
    app = governed()
    with listening(app) as told:
        get(app, EVIL, path)
        ask(app, EVIL, "GET", path)
    assert [t.rejection.rule for t in told] == [rule, rule]
    assert [t.rejection.endpoint for t in told] == [endpoint, endpoint]


def texts(rejection: Rejection) -> list[str]:
    return [
        rejection.origin,
        rejection.method,
        rejection.path,
        rejection.detail,
        *rejection.headers,
    ]


def is_safe(text: str, limit: int = 200) -> bool:
    return text.isascii() and text.isprintable() and len(text) <= limit


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("where", ["origin", "method", "headers", "path"])
def test_what_a_request_says_is_printable_and_short(where: str, value: str) -> None:
    app = shop()
    asked: dict[str, Any] = {"origin": EVIL, "headers": "content-type", "wants": "PUT"}
    if where == "origin":
        asked["origin"] = value
    elif where == "method":
        asked |= {"origin": SHOP, "wants": value}
    elif where == "headers":
        asked |= {"origin": SHOP, "headers": f"content-type,{value}"}
    else:
        asked["PATH_INFO"] = "/" + value
    with listening(app) as told:
        ask(app, **asked)
    (rejection,) = [t.rejection for t in told]
    for text in texts(rejection):
        # `detail` is ours, with at most one text of the request's in it.
        assert is_safe(text, 600 if text is rejection.detail else 200), text


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("debug", [False, True])
def test_no_line_of_the_log_can_be_forged(
    value: str, debug: bool, caplog: pytest.LogCaptureFixture
) -> None:
    app = shop(debug=debug)
    ask(app, value, value, headers=value, PATH_INFO="/" + value)
    ask(app, SHOP, headers=value, PATH_INFO="/" + value)
    get(app, value, PATH_INFO="/" + value)
    messages = [r.getMessage() for r in caplog.records if r.name == "flask_strictcors"]
    assert messages
    for message in messages:
        assert is_safe(message, 1600), message


def test_an_escape_cannot_be_forged_with_backslashes() -> None:
    app = shop()
    with listening(app) as told:
        get(app, "a\\x00\x00")
        get(app, "a\x00\\x00")
    one, other = (t.rejection.origin for t in told)
    assert one != other


def test_an_origin_of_exactly_200_characters_is_whole() -> None:
    app = shop()
    origins = ["https://" + "a" * count + ".example" for count in (184, 185)]
    with listening(app) as told:
        for origin in origins:
            get(app, origin)
    assert [len(origin) for origin in origins] == [200, 201]
    assert [t.rejection.origin for t in told] == [origins[0], origins[1][:200]]
