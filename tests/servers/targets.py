"""Request targets and methods: which path is judged, whatever was written."""

from __future__ import annotations

from typing import Final

from extension.wire import APP, PREFLIGHT_RULELESS, SILENT

from .asking import (
    ALLOW,
    GRANT,
    GRANTED,
    OFFER,
    OFFERED,
    OFFERED_ANY,
    OURS,
    SILENCE,
    Ask,
    Case,
    Outcome,
    asking,
    case,
    get,
)

_FOUND: Final = GRANTED, OFFERED
_NOT_FOUND: Final = Outcome(404, GRANT, None), OFFERED_ANY
# A route is near, of which nothing can be promised.
_NEAR: Final = (
    Outcome(404, GRANT, None),
    Outcome(204, OFFER | {"Allow-Methods": "PUT", "Max-Age": "0"}, b""),
)
_DENIED: Final = Outcome(404, {}, None, "no-rule"), Outcome(204, PREFLIGHT_RULELESS, b"", "no-rule")
_PARTNERS: Final = Outcome(200, SILENT, b"items", "not-allowed"), SILENCE
_PARTNERS_NOTHING: Final = Outcome(404, SILENT, None, "not-allowed"), SILENCE


def target(written: bytes, outcomes: tuple[Outcome, Outcome], refusing: str = "") -> Case:
    asks = Ask(get(written, OURS), outcomes[:1]), Ask(asking(written, OURS), outcomes[1:])
    return Case(f"target {written[:40]!r}", asks, refusing)


def method(name: bytes, outcome: Outcome, refusing: str = "") -> Case:
    return case(f"method {name!r}", get(b"/orders", OURS, method=name), outcome, refusing=refusing)


_REFUSED_METHOD: Final = Outcome(405, GRANT, None, more=ALLOW)

TARGETS: Final = [
    # --- forms ---
    target(b"http://shop/orders", _FOUND),
    target(APP.encode() + b"/orders", _FOUND),
    target(b"http://zq9.net/orders", _FOUND),
    target(b"HTTP://shop/orders", _FOUND),
    target(b"//orders", _FOUND),
    target(b"///orders", _FOUND, "werkzeug"),
    target(b"//shop/orders", _NOT_FOUND),
    target(b"orders", _FOUND, "gunicorn"),
    case("target OPTIONS *", asking(b"*", OURS), OFFERED_ANY),
    case("target GET *", get(b"*", OURS), _NOT_FOUND[0], refusing="gunicorn"),
    target(b"shop:80", _NOT_FOUND, "gunicorn"),
    target(b"/orders?x=/api/items", _FOUND),
    target(b"/orders#/api/items", _FOUND),
    target(b"/orders?", _FOUND),
    target(b"/zq9" + b"a" * 9_000, _NOT_FOUND, "gunicorn"),
    # --- escapes, decoded once by the server and never again ---
    target(b"/%6frders", _FOUND),
    target(b"/%6Frders", _FOUND),
    target(b"/orders%2f", _NEAR),
    target(b"/orders/", _NEAR),
    target(b"/%256frders", _DENIED),
    target(b"/orders%", _DENIED),
    target(b"/%ff", _DENIED),
    target(b"/\xff", _NOT_FOUND, "gunicorn"),
    target(b"/%c3%a9", _NOT_FOUND),
    target(b"/%00", _NOT_FOUND),
    target(b"/zq9%0d%0aINFO:%20forged", _NOT_FOUND),
    target(b"/zq9%0d%0aSet-Cookie:%20a=b", _NOT_FOUND),
    target(b"/zq9\tx", _NOT_FOUND, "gunicorn werkzeug"),
    target(b"/zq9 x", _NOT_FOUND, "gunicorn werkzeug"),
    # --- never past a narrower rule ---
    target(b"/api%2fitems", _PARTNERS),
    target(b"/%61pi/items", _PARTNERS),
    target(b"/api/items;x", _PARTNERS_NOTHING),
    target(b"/api/items%00", _PARTNERS_NOTHING),
    target(b"/api/items?/../orders", _PARTNERS),
    target(b"/API/items", _NOT_FOUND),
    target(b"/api/../orders", _DENIED),
    target(b"/api/%2e%2e/orders", _DENIED),
    target(b"/api/.%2e/orders", _DENIED),
    target(b"/api/%252e%252e/orders", _DENIED),
    target(b"/./orders", _DENIED),
    target(b"/orders/.", _DENIED),
    target(b"/api/auth/../items", _DENIED),
    target(b"/api/auth/..%2fitems", _DENIED),
    target(b"/api\\items", _DENIED),
    target(b"/api%5citems", _DENIED),
    target(b"/api//auth/items", _DENIED),
    case(
        "target /shelf, led on",
        get(b"/shelf", OURS),
        Outcome(308, GRANT, None, more={"Location": "http://shop/shelf/"}),
    ),
    case(
        "target /api//items, led on",
        get(b"/api//items", OURS),
        Outcome(308, SILENT, None, "not-allowed", {"Location": "http://shop/api/items"}),
    ),
    # --- methods ---
    method(b"HEAD", GRANTED._replace(body=b"")),
    method(b"POST", GRANTED),
    method(b"OPTIONS", Outcome(200, GRANT, b"", more=ALLOW)),
    *(
        method(name, _REFUSED_METHOD)
        for name in (b"DELETE", b"TRACE", b"CONNECT", b"PRI", b"ZQ9", b"F*O")
    ),
    # Flask puts methods in upper case, which gunicorn does not take in lower case.
    *(method(name, GRANTED, "gunicorn") for name in (b"get", b"Get", b"pUT")),
    method(b"options", Outcome(200, GRANT, b"", more=ALLOW), "gunicorn"),
    method(b"G@T", _REFUSED_METHOD, "gunicorn"),
    method(b"G\xcbT", _REFUSED_METHOD, "gunicorn"),
    method(b"ZQ9" * 20, _REFUSED_METHOD, "gunicorn"),
    method(b"", GRANTED, "gunicorn werkzeug"),
]
