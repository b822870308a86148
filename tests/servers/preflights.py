"""What preflights ask for, and how; and which rule answers."""

from __future__ import annotations

from typing import Final

from extension.wire import (
    PARTNER,
    PREFLIGHT_RULELESS,
    PREFLIGHT_SILENT,
    SILENT,
    granted,
    offered,
)

from .asking import (
    ALLOW,
    GRANT,
    LONG,
    LONG_VARY,
    NO_METHOD,
    OFFERED,
    OURS,
    SILENCE,
    THEIRS,
    UNASKED,
    Case,
    Outcome,
    asking,
    case,
    get,
)

_ORDERS: Final = b"/orders"
_METHOD: Final = b"Access-Control-Request-Method: "
_HEADERS: Final = b"Access-Control-Request-Headers: "
_LISTED: Final = OFFERED.but("method-not-allowed")
_NO_HEADER: Final = OFFERED.but("header-not-allowed")
_NO_LIST: Final = OFFERED.but("malformed-request-headers")
_OPTIONS: Final = Outcome(200, GRANT, b"", more=ALLOW)


def wants(method: bytes, outcome: Outcome, name: str = "", refusing: str = "") -> Case:
    sent = asking(_ORDERS, OURS, wants=method)
    return case(f"asks for {name or method!r}", sent, outcome, refusing=refusing)


def headers(name: str, outcome: Outcome, *fields: bytes, refusing: str = "") -> Case:
    return case(f"asks for {name}", asking(_ORDERS, OURS, *fields), outcome, refusing=refusing)


ASKED: Final = [
    # --- methods: compared with their case, as they came ---
    *(wants(method, OFFERED) for method in (b"GET", b"HEAD", b"POST", b"PUT")),
    *(wants(method, _LISTED) for method in (b"DELETE", b"PATCH", b"F*O", b"CONNECT", b"OPTIONS")),
    *(wants(method, _LISTED) for method in (b"get", b"Put", b"options", b"zq9")),
    *(wants(method, NO_METHOD) for method in (b"", b"P@T", b"PUT,GET", b"PUT GET", b"P\xdcT")),
    wants(b"\tPUT", OFFERED),
    wants(b"PUT\0", NO_METHOD, refusing="gunicorn"),
    wants(b"PUT\x0b", NO_METHOD, refusing="gunicorn"),
    wants(b"X" * LONG, NO_METHOD, "64 KiB of a method", refusing="sync"),
    headers("a method twice", NO_METHOD, _METHOD + b"PUT"),
    headers("a foreign method, too", NO_METHOD, _METHOD + b"DELETE"),
    headers("no method, too", NO_METHOD, _METHOD),
    case(
        "asks with its name in other cases",
        get(_ORDERS, OURS, b"ACCESS-control-REQUEST-method: PUT", method=b"OPTIONS"),
        OFFERED,
    ),
    # --- a name with underscores is another name, and both servers drop it ---
    *(
        case(
            f"asks by {name.decode()}",
            get(_ORDERS, OURS, name + b": PUT", method=b"OPTIONS"),
            _OPTIONS,
        )
        for name in (
            b"Access_Control_Request_Method",
            b"Access-Control-Request_Method",
            b"HTTP_ACCESS_CONTROL_REQUEST_METHOD",
        )
    ),
    headers("a method under another name", OFFERED, b"Access_Control_Request_Method: DELETE"),
    headers("headers under another name", OFFERED, b"Access_Control_Request_Headers: x-zq9"),
    case(
        "does not ask, in lower case",
        asking(_ORDERS, OURS).replace(b"OPTIONS", b"options"),
        _OPTIONS,
        refusing="gunicorn",
    ),
    case(
        "does not ask, by GET", get(_ORDERS, OURS, _METHOD + b"PUT"), Outcome(200, GRANT, b"orders")
    ),
    case("does not ask, without Origin", asking(_ORDERS), UNASKED._replace(body=b"", more=ALLOW)),
    # --- requested headers ---
    headers("a header", OFFERED, _HEADERS + b"content-type"),
    headers("a header in another case", OFFERED, _HEADERS + b"Content-TYPE"),
    headers("a foreign header", _NO_HEADER, _HEADERS + b"x-zq9"),
    headers("a foreign header among others", _NO_HEADER, _HEADERS + b"content-type,x-zq9"),
    headers("headers in two lines", _NO_HEADER, _HEADERS + b"content-type", _HEADERS + b"x-zq9"),
    headers("one header in two lines", OFFERED, *[_HEADERS + b"content-type"] * 2),
    headers("no header", OFFERED, _HEADERS),
    headers("blank headers", OFFERED, _HEADERS + b" \t , ,"),
    headers("headers with blanks around", OFFERED, _HEADERS + b"\t content-type \t"),
    headers("Latin-1", _NO_LIST, _HEADERS + b"content-type\xe9"),
    headers("no token", _NO_LIST, _HEADERS + b"x zq9"),
    headers("NUL", _NO_LIST, _HEADERS + b"content-type\0", refusing="gunicorn"),
    headers(
        "a folded list", _NO_HEADER, _HEADERS + b"content-type,", b" x-zq9", refusing="gunicorn"
    ),
    headers("64 KiB of commas", _NO_LIST, _HEADERS + b"," * LONG, refusing="sync"),
    headers("64 KiB of blanks", _NO_LIST, _HEADERS + b"a" + b" " * LONG + b"b", refusing="sync"),
    headers("64 KiB of names", _NO_LIST, _HEADERS + b"x-a," * (LONG // 4), refusing="sync"),
    headers("64 KiB of one name", _NO_LIST, _HEADERS + b"x" * LONG, refusing="sync"),
    headers(
        "64 KiB of a known name",
        _NO_LIST,
        _HEADERS + b"content-type," * (LONG // 13),
        refusing="sync",
    ),
    headers("to split the answer", _NO_LIST, _HEADERS + b"x%0d%0aSet-Cookie: zq9"),
    headers("a line of its own", OFFERED, _HEADERS + b"content-type\nX: zq9", refusing="gunicorn"),
]

_ITEMS: Final = offered("DELETE, GET, HEAD", PARTNER)
_PARTNERS: Final = b"Origin: " + PARTNER.encode()
_ANY: Final = offered("GET, HEAD", "*")
_FEED_OFFER: Final = offered("GET, HEAD")
_EXEMPT: Final = {"Allow-Origin": PARTNER}
_PLAIN: Final = offered("GET, HEAD, PUT")
_DENIED: Final = Outcome(204, PREFLIGHT_RULELESS, b"", "no-rule")

_VARYING: Final = {"Vary": ", ".join(sorted(["Accept-Encoding", "Origin", *LONG_VARY.split(", ")]))}

_KINDS: Final = [
    ("path rule", b"/api/items", _PARTNERS, Outcome(200, granted(PARTNER), b"items")),
    ("path rule", b"/api/items", OURS, Outcome(200, SILENT, b"items", "not-allowed")),
    ("any origin", b"/prices", THEIRS, Outcome(200, granted("*"), b"prices")),
    (
        "first tier",
        b"/feed",
        _PARTNERS,
        Outcome(200, granted(PARTNER, Allow_Credentials="true"), b"feed"),
    ),
    ("last tier", b"/feed", THEIRS, Outcome(200, granted("*") | SILENT, b"feed")),
    ("exempt view", b"/login", THEIRS, Outcome(200, _EXEMPT, b"login")),
    ("exempt path", b"/api/auth/token", THEIRS, Outcome(200, {}, b"token")),
    ("stream", b"/stream", OURS, Outcome(200, GRANT, b"one two three")),
    ("refused stream", b"/stream", THEIRS, Outcome(200, SILENT, b"one two three", "not-allowed")),
    ("error that a view asks for", b"/gone", OURS, Outcome(410, GRANT, None)),
    ("error that no view asks for", b"/broken", OURS, Outcome(500, GRANT, None)),
    ("refused error", b"/broken", THEIRS, Outcome(500, SILENT, None, "not-allowed")),
    (
        "headers that a view sets",
        b"/outspoken",
        THEIRS,
        Outcome(200, SILENT, b"outspoken", "not-allowed"),
    ),
    ("long Vary", b"/varying", THEIRS, Outcome(200, _VARYING, b"varying", "not-allowed")),
    ("Vary: *", b"/varying/any", OURS, Outcome(200, GRANT | {"Vary": "*"}, b"varying")),
]


_ASKED_KINDS: Final = [
    ("path rule", b"/api/items", b"DELETE", _PARTNERS, Outcome(204, _ITEMS, b"")),
    ("path rule", b"/api/items", b"DELETE", OURS, SILENCE),
    ("any origin", b"/prices", b"GET", THEIRS, Outcome(204, _ANY, b"")),
    (
        "first tier",
        b"/feed",
        b"GET",
        _PARTNERS,
        Outcome(204, offered("GET, HEAD", PARTNER, Allow_Credentials="true"), b""),
    ),
    ("last tier", b"/feed", b"GET", THEIRS, Outcome(204, _ANY | PREFLIGHT_SILENT, b"")),
    ("exempt view", b"/login", b"GET", THEIRS, Outcome(200, _EXEMPT, b"login")),
    (
        "exempt path",
        b"/api/auth/token",
        b"GET",
        THEIRS,
        Outcome(200, {}, b"", more={"Allow": "GET, HEAD, OPTIONS"}),
    ),
    (
        "stream",
        b"/stream",
        b"GET",
        OURS,
        OFFERED._replace(cors=OFFERED.cors | {"Allow-Methods": "GET, HEAD"}),
    ),
    ("error", b"/broken", b"GET", THEIRS, SILENCE),
    ("slash redirect", b"/shelf", b"GET", THEIRS, SILENCE),
]

RULES: Final = [
    *(case(f"{name} of {o.decode()}", get(path, o), outcome) for name, path, o, outcome in _KINDS),
    *(
        case(f"preflight to {name} of {o.decode()}", asking(path, o, wants=method), outcome)
        for name, path, method, o, outcome in _ASKED_KINDS
    ),
    case("middleware", get(b"/x", OURS, host=b"plain"), Outcome(200, granted(), b"plain")),
    case("middleware, asked", asking(b"/x", OURS, host=b"plain"), Outcome(204, _PLAIN, b"")),
    case(
        "middleware, asked in vain",
        asking(b"/x", OURS, wants=b"DELETE", host=b"plain"),
        Outcome(204, _PLAIN, b"", "method-not-allowed"),
    ),
    case(
        "middleware, its public path",
        asking(b"/public", THEIRS, wants=b"GET", host=b"plain"),
        Outcome(204, _ANY, b""),
    ),
    case(
        "middleware, its exempt path",
        asking(b"/auth/x", THEIRS, host=b"plain"),
        Outcome(200, {}, b"plain"),
    ),
]
