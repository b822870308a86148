"""Makes up what a script asks for."""

from collections.abc import Callable, Sequence

from .combination import Body, Call, Header
from .comparison import FORGED
from .dice import Dice

METHODS = {
    "GET": 30,
    "POST": 22,
    "PUT": 16,
    "HEAD": 4,
    "DELETE": 5,
    "PATCH": 4,
    "patch": 3,
    "put": 3,
    "Post": 2,
    "OPTIONS": 3,
    "QUERY": 2,
    "x-custom": 2,
    "*": 1,
    "TRACE": 1,
    "connect": 1,
    "a b": 1,
    "": 0.5,
}
WITHOUT_BODY = {"GET", "HEAD"}
SIMPLE_METHODS = {"GET": 50, "POST": 35, "HEAD": 15}

LONG = {127: "x" * 127, 128: "x" * 128, 129: "x" * 129}
ODD_BYTES = ['"', "(", ")", ":", "<", ">", "?", "@", "[", "\\", "]", "{", "}", "\x7f", "\x01"]
PLAIN_BYTES = ["\t", ";", "=", "*", "_", "/", "%", "'", "-", ".", ",", " ", "~", "+", "!"]

SAFELISTED = ("Accept", "Accept-Language", "Content-Language")
CONTENT_TYPES = [
    "text/plain",
    "TEXT/PLAIN",
    "text/plain;charset=utf-8",
    "text/plain; charset=utf-8",
    "text/plain;",
    "text/plain;;",
    "text/plain ;x",
    "text/plain\t;x=y",
    'text/plain;charset="utf-8"',
    "text/plain; a=b; a",
    "text/plain;a=@",
    "text/plain, text/plain",
    "text/plain,",
    "text /plain",
    "text",
    "text/plain;x=" + "y" * 115,
    "text/plain;x=" + "y" * 116,
    "multipart/form-data",
    "multipart/form-data; boundary=x",
    "multipart/form-data;;",
    "application/x-www-form-urlencoded",
    "Application/X-WWW-Form-Urlencoded;charset=x",
    "application/x-www-form-urlencoded;;",
    "application/json",
    "application/json; charset=utf-8",
    "text/html",
    "*/*",
    "",
]
RANGES = [
    "bytes=0-",
    "bytes=0-1",
    "bytes=5-5",
    "bytes=1-0",
    "bytes=-1",
    "bytes=-",
    "bytes=0-1,3-4",
    "bytes= 0-1",
    "Bytes=0-1",
    "items=0-1",
    "bytes=99999999999999999999-",
    "",
]
HINTS = ["DPR", "Device-Memory", "Downlink", "ECT", "RTT", "Save-Data", "Viewport-Width", "Width"]
HINT_VALUES = ["1", "0", "1.5", "-1", "2g", "slow-2g", "on", "ON", "abc", ""]
CUSTOM = [
    "X-Trace",
    "x-api-version",
    "X-B",
    "*",
    "If-Modified-Since",
    "If-None-Match",
    "Last-Event-ID",
    "Pragma",
]
FORBIDDEN = [
    "Accept-Charset",
    "Accept-Encoding",
    "Access-Control-Request-Headers",
    "Access-Control-Request-Method",
    "Connection",
    "Content-Length",
    "Cookie",
    "Cookie2",
    "Date",
    "DNT",
    "Expect",
    "Host",
    "Keep-Alive",
    "Origin",
    "Proxy-Authorization",
    "proxy-x",
    "Referer",
    "Sec-Anything",
    "Sec-Fetch-Site",
    "Set-Cookie",
    "TE",
    "Trailer",
    "Transfer-Encoding",
    "Upgrade",
    "Via",
]
OVERRIDES = ["X-HTTP-Method", "X-HTTP-Method-Override", "X-Method-Override"]
OVERRIDDEN = ["TRACE", "trace", "GET", "PUT, connect", '"TRACE"', "TRACKS"]
IMPOSSIBLE = [("x trace", "1"), ("", "1"), ("X-Trace", "a\nb"), ("X-Trace", "a\x00b")]

KINDS = {
    "custom": 30,
    "content-type": 22,
    "safelisted": 18,
    "authorization": 10,
    "range": 6,
    "hint": 4,
    "forbidden": 5,
    "user-agent": 2,
    "override": 2,
    "twice": 3,
    "much": 2,
    "impossible": 0.6,
}

TYPES = ["", "text/plain", "application/json", "Text/Plain;charset=UTF-8", "no type"]


def make_call(dice: Dice, stop: int = 0) -> Call:
    """Return one call of any kind."""
    mode = dice.weighed({"cors": 88, "no-cors": 8, "same-origin": 4})
    method = dice.weighed(SIMPLE_METHODS if mode == "no-cors" and dice.has(0.9) else METHODS)
    call = Call(
        stop,
        method,
        make_headers(dice, 3),
        make_body(dice, method),
        dice.weighed({"same-origin": 50, "include": 38, "omit": 12}),
        mode,
        dice.weighed({"follow": 90, "manual": 5, "error": 5}),
    )
    return by_request(dice, call) if dice.has(0.12) else call


def by_request(dice: Dice, call: Call) -> Call:
    """Return the same call made by an ``XMLHttpRequest``, as far as that can make it.

    It joins headers given twice, writes the charset of a text's type anew, sends no body with GET
    and no odd type of a blob. Firefox loses the type that a body brings on its way, and takes
    nothing for conditional.
    """
    named = {name.lower(): (name, value) for name, value in call.headers}
    for name in ("content-type", "if-modified-since", "if-none-match"):
        named.pop(name, None)
    has_body = call.body is not None and call.method.upper() not in WITHOUT_BODY
    body = Body("bytes", call.body.text) if has_body and call.body else None
    credentials = "include" if call.credentials == "include" else "same-origin"
    means = dice.choice(["xhr", "upload", "upload"])
    return Call(call.stop, call.method, tuple(named.values()), body, credentials, means=means)


def make_headers(dice: Dice, most: int) -> tuple[Header, ...]:
    """Return the headers that a script sets."""
    headers: list[Header] = []
    for _ in range(dice.randint(0, dice.randint(0, most))):
        kind = dice.weighed(KINDS)
        # Of two types, Firefox sends the first or the last one, with a body or without.
        if kind != "content-type" or not any(name == "Content-Type" for name, _ in headers):
            headers += MAKERS[kind](dice)
    return tuple(headers)


def make_body(dice: Dice, method: str) -> Body | None:
    """Return what a script sends along, if anything."""
    can_have_one = method.upper() not in WITHOUT_BODY
    if not dice.has(0.6 if can_have_one else 0.01):
        return None
    kind = dice.choice(["text", "text", "bytes", "blob", "form", "multipart"])
    text = dice.choice(["", "plain", "a=1&b=2"])
    return Body(kind, text, dice.choice(TYPES) if kind == "blob" else "")


def _value(dice: Dice) -> str:
    return dice.choice(
        [
            "en",
            "de-CH, en;q=0.5",
            "text/html",
            "",
            dice.choice([*LONG.values()]),
            f"a{dice.choice(ODD_BYTES)}b",
            f"a{dice.choice(PLAIN_BYTES)}b",
        ]
    )


def _twice(dice: Dice) -> list[Header]:
    name = dice.choice(["X-Trace", "Accept", "Accept-Language"])
    first, second = dice.choice(["a", "x" * 70]), dice.choice(["b", "y" * 70])
    return [(name, first), (name.lower(), second)]


def _much(dice: Dice) -> list[Header]:
    """Return safe values that are, all together, about as long as is still safe."""
    # 7 * 128 bytes, and the rest of 1024, or a byte more or less.
    rest = 128 + dice.choice([-1, 0, 1])
    values = [LONG[128]] * 7 + [LONG[rest]]
    return [(dice.choice(SAFELISTED), value) for value in values]


Maker = Callable[[Dice], list[Header]]


def _one(names: Sequence[str], values: Sequence[str]) -> Maker:
    return lambda dice: [(dice.choice(names), dice.choice(values))]


MAKERS: dict[str, Maker] = {
    "custom": _one(CUSTOM, ["1", "two words", "", " padded "]),
    "content-type": _one(["Content-Type"], CONTENT_TYPES),
    "safelisted": lambda dice: [(dice.choice(SAFELISTED), _value(dice))],
    "authorization": _one(["Authorization", "authorization"], ["Bearer token"]),
    "range": _one(["Range"], RANGES),
    "hint": _one(HINTS, HINT_VALUES),
    "forbidden": _one(FORBIDDEN, [FORGED]),
    "user-agent": _one(["User-Agent"], [FORGED]),
    "override": _one(OVERRIDES, OVERRIDDEN),
    "twice": _twice,
    "much": _much,
    "impossible": lambda dice: [dice.choice(IMPOSSIBLE)],
}
