"""Versions, bodies, and several requests on one connection."""

from __future__ import annotations

from typing import Final

from extension.wire import SILENT

from .asking import (
    GRANT,
    GRANTED,
    OFFERED,
    OURS,
    PRICES,
    REFUSED,
    SILENCE,
    THEIRS,
    UNASKED,
    Outcome,
    asking,
    case,
    get,
    request,
)

_ORDERS: Final = b"/orders"
_WANTED: Final = b"Access-Control-Request-Method: PUT"
_CHUNKED: Final = b"Transfer-Encoding: chunked"
_CHUNKS: Final = b"5\r\nhello\r\n4;zq9=1\r\n wor\r\n0\r\nX-Zq9: trailer\r\n\r\n"
# What a server that loses count would take for the next request.
_HIDDEN: Final = get(b"/prices", THEIRS, b"X: zq9")


def _length(body: bytes) -> bytes:
    return b"Content-Length: %d" % len(body)


FRAMING: Final = [
    # --- versions ---
    case("HTTP/1.0", request(b"GET /orders HTTP/1.0", OURS, host=None), GRANTED),
    case(
        "HTTP/1.0, kept open",
        request(b"GET /orders HTTP/1.0", OURS, b"Connection: keep-alive"),
        GRANTED,
    ),
    case(
        "HTTP/1.0, asked", request(b"OPTIONS /orders HTTP/1.0", OURS, _WANTED, host=None), OFFERED
    ),
    case("HTTP/1.0, refused", request(b"GET /orders HTTP/1.0", THEIRS, host=None), REFUSED),
    case(
        "HTTP/1.0, streamed",
        request(b"GET /stream HTTP/1.0", OURS, host=None),
        Outcome(200, GRANT, b"one two three"),
    ),
    case("HTTP/1.9", request(b"GET /orders HTTP/1.9", OURS), GRANTED, refusing="gunicorn"),
    case("HTTP/2.0", request(b"GET /orders HTTP/2.0", OURS), GRANTED, refusing="gunicorn werkzeug"),
    case("HTTP/0.9", b"GET /orders\r\n\r\n", Outcome(0, {}, b"orders"), refusing="gunicorn"),
    case("no Host", request(b"GET /orders HTTP/1.1", OURS, host=None), GRANTED),
    # --- who the app takes itself for ---
    case("own origin", get(_ORDERS, b"Origin: http://shop"), UNASKED),
    case(
        "own origin by a second Host",
        get(_ORDERS, b"Origin: http://zq9.net", b"Host: zq9.net"),
        REFUSED,
        refusing="gunicorn",
    ),
    case(
        "own origin, a long Host",
        get(_ORDERS, b"Origin: http://" + b"zq9" * 2_000, host=b"zq9" * 2_000),
        Outcome(400, SILENT, None, "malformed-origin"),
    ),
    case(
        "own origin, forwarded",
        get(_ORDERS, b"Origin: http://zq9.net", b"X-Forwarded-Host: zq9.net"),
        REFUSED,
    ),
    case(
        "same-origin, says the browser",
        get(_ORDERS, THEIRS, b"Sec-Fetch-Site: same-origin"),
        UNASKED,
    ),
    case(
        "same-origin, by another name",
        get(_ORDERS, THEIRS, b"Sec_Fetch_Site: same-origin"),
        REFUSED,
    ),
    case(
        "same-origin and not",
        get(_ORDERS, THEIRS, b"Sec-Fetch-Site: same-origin", b"Sec-Fetch-Site: none"),
        REFUSED,
    ),
    case(
        "Vary in a request",
        get(_ORDERS, OURS, b"Vary: zq9", b"Access-Control-Allow-Origin: *"),
        GRANTED,
    ),
    case("Origin folded into Host", get(_ORDERS, b" " + OURS), UNASKED, refusing="gunicorn"),
    # --- bodies, which nobody reads where we answer ---
    case("preflight with a body", asking(_ORDERS, OURS, _length(b"hello"), body=b"hello"), OFFERED),
    case(
        "preflight with a request in its body",
        asking(_ORDERS, OURS, _length(_HIDDEN), body=_HIDDEN),
        OFFERED,
    ),
    case("preflight with chunks", asking(_ORDERS, OURS, _CHUNKED, body=_CHUNKS), OFFERED),
    case(
        "preflight with a request in a chunk",
        asking(_ORDERS, OURS, _CHUNKED, body=b"%x\r\n%s\r\n0\r\n\r\n" % (len(_HIDDEN), _HIDDEN)),
        OFFERED,
    ),
    case(
        "preflight with a long body",
        asking(_ORDERS, OURS, _length(b"a" * 9_000), body=b"a" * 9_000),
        OFFERED,
    ),
    case(
        "preflight with two lengths",
        asking(_ORDERS, OURS, _CHUNKED, b"Content-Length: 5", body=_CHUNKS),
        OFFERED,
        refusing="gunicorn",
    ),
    case(
        "refused, with a body",
        get(_ORDERS, THEIRS, _length(_HIDDEN), method=b"PUT", body=_HIDDEN),
        REFUSED,
    ),
    case(
        "barred, with a body",
        get(_ORDERS, THEIRS, _length(_HIDDEN), method=b"PUT", host=b"enforced", body=_HIDDEN),
        Outcome(
            403,
            SILENT,
            b"Cross-origin request refused.\n",
            "not-allowed",
            {"Cache-Control": "no-store"},
        ),
    ),
    # --- several requests: servers that close read the first one only ---
    case(
        "preflight and what it was for",
        asking(_ORDERS, OURS) + get(_ORDERS, OURS, method=b"PUT"),
        OFFERED,
        GRANTED,
    ),
    case(
        "each with its own origin",
        get(_ORDERS, OURS) + get(_ORDERS, THEIRS) + get(b"/prices", THEIRS) + get(_ORDERS),
        GRANTED,
        REFUSED,
        PRICES,
        UNASKED,
    ),
    case(
        "preflights in a row",
        asking(_ORDERS, THEIRS) + asking(_ORDERS, OURS) + asking(_ORDERS, THEIRS),
        SILENCE,
        OFFERED,
        SILENCE,
    ),
    case(
        "preflight with a body, and another",
        asking(_ORDERS, OURS, _length(_HIDDEN), body=_HIDDEN) + asking(_ORDERS, THEIRS),
        OFFERED,
        SILENCE,
    ),
    case(
        "preflight with chunks, and another",
        asking(_ORDERS, OURS, _CHUNKED, body=_CHUNKS) + get(_ORDERS, OURS),
        OFFERED,
        GRANTED,
    ),
    case(
        "barred, with a body, and another",
        get(_ORDERS, THEIRS, _length(_HIDDEN), method=b"POST", host=b"enforced", body=_HIDDEN)
        + get(_ORDERS, OURS),
        Outcome(
            403,
            SILENT,
            b"Cross-origin request refused.\n",
            "not-allowed",
            {"Cache-Control": "no-store"},
        ),
        GRANTED,
    ),
    # --- what a client expects, or would rather speak ---
    case(
        "preflight that waits",
        asking(_ORDERS, OURS, b"Expect: 100-continue", _length(b"hello"), body=b"hello"),
        OFFERED,
    ),
    case(
        "request that waits",
        get(
            _ORDERS,
            THEIRS,
            b"Expect: 100-continue",
            _length(b"hello"),
            method=b"PUT",
            body=b"hello",
        ),
        REFUSED,
    ),
    case(
        "preflight that expects zq9",
        asking(_ORDERS, OURS, b"Expect: zq9"),
        OFFERED,
        refusing="gunicorn",
    ),
    case(
        "preflight for WebSocket",
        asking(_ORDERS, OURS, b"Connection: Upgrade", b"Upgrade: websocket"),
        OFFERED,
    ),
    case(
        "handshake of a WebSocket",
        get(_ORDERS, THEIRS, b"Connection: Upgrade", b"Upgrade: websocket"),
        Outcome(400, SILENT, None, "not-allowed"),
    ),
    case(
        "preflight for h2c",
        asking(
            _ORDERS,
            OURS,
            b"Connection: Upgrade, HTTP2-Settings",
            b"Upgrade: h2c",
            b"HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA",
        ),
        OFFERED,
    ),
    case("preflight that closes", asking(_ORDERS, OURS, b"Connection: close"), OFFERED),
]
