"""Origin lines, each through every kind of rule."""

from __future__ import annotations

from typing import Final

from extension.wire import APP, EVIL, PREFLIGHT_SILENT, SILENT, granted, offered

from .asking import (
    ALLOW,
    BARRED,
    GRANTED,
    LONG,
    MARK,
    OFFERED,
    ORIGIN,
    OURS,
    PRICES,
    SILENCE,
    THEIRS,
    UNASKED,
    Ask,
    Case,
    Outcome,
    asking,
    get,
)

ADMITTED: Final = "admitted"
NONE: Final = "none"
MALFORMED: Final = "malformed-origin"
FOREIGN: Final = "not-allowed"
NULL: Final = "null-origin"

_ORDERS: Final = b"/orders"


def origin(name: str, verdict: str, *fields: bytes, refusing: str = "") -> Case:
    """Return the case of some lines: they admit, bring no origin, or are refused for a reason."""
    outcomes = _outcomes(verdict)
    asks = (
        Ask(get(_ORDERS, *fields), (outcomes[0],)),
        Ask(asking(_ORDERS, *fields), (outcomes[1],)),
        Ask(get(_ORDERS, *fields, host=b"enforced"), (outcomes[2],)),
        Ask(asking(_ORDERS, *fields, host=b"enforced"), (outcomes[3],)),
        Ask(get(_ORDERS, *fields, host=b"plain"), (outcomes[4],)),
        Ask(get(b"/prices", *fields), (PRICES,)),
    )
    return Case(f"Origin: {name}", asks, refusing)


def _outcomes(verdict: str) -> tuple[Outcome, Outcome, Outcome, Outcome, Outcome]:
    plain = Outcome(200, SILENT, b"plain")
    if verdict == ADMITTED:
        return (
            GRANTED,
            OFFERED,
            Outcome(200, granted(), b"orders"),
            Outcome(204, offered("GET, HEAD, POST, PUT"), b""),
            plain._replace(cors=granted()),
        )
    if verdict == NONE:
        options = Outcome(200, SILENT, b"", more=ALLOW)
        return UNASKED, options, UNASKED, options, plain
    closed = {"Cache-Control": "no-store"}
    return (
        UNASKED.but(verdict),
        SILENCE.but(verdict),
        Outcome(403, SILENT, BARRED, verdict, closed),
        Outcome(403, PREFLIGHT_SILENT, BARRED, verdict, closed),
        plain.but(verdict),
    )


_APP: Final = APP.encode()
_EVIL: Final = EVIL.encode()
_EMPTY: Final = b"Origin:"

ORIGINS: Final = [
    origin("the listed one", ADMITTED, OURS),
    origin("another", FOREIGN, THEIRS),
    origin("none", NONE),
    origin("null", NULL, ORIGIN + b"null"),
    # --- several lines: both servers join them with a comma ---
    origin("the listed one, then another", MALFORMED, OURS, THEIRS),
    origin("another, then the listed one", MALFORMED, THEIRS, OURS),
    origin("the listed one twice", MALFORMED, OURS, OURS),
    origin("the listed one, then an empty line", MALFORMED, OURS, _EMPTY),
    origin("an empty line, then the listed one", MALFORMED, _EMPTY, OURS),
    origin("two lines with others between", MALFORMED, OURS, b"Accept: */*", THEIRS),
    origin("two lines in different cases", MALFORMED, OURS, b"ORIGIN: " + _EVIL),
    origin("fifty lines", MALFORMED, *[OURS] * 50),
    origin("joined by the client", MALFORMED, OURS + b", " + _EVIL),
    # --- bytes that belong into no header, or into no origin ---
    origin("NUL at its end", MALFORMED, OURS + b"\0", refusing="gunicorn"),
    origin("NUL inside", MALFORMED, OURS + b"\0.zq9.net", refusing="gunicorn"),
    origin("NUL before", MALFORMED, ORIGIN + b"\0" + _APP, refusing="gunicorn"),
    *(
        origin(f"control byte {byte:02x}", MALFORMED, OURS + bytes([byte]), refusing="gunicorn")
        for byte in (0x01, 0x08, 0x0B, 0x0C, 0x1B, 0x1C, 0x1F, 0x7F)
    ),
    origin("NEL, which Python takes for a line's end", MALFORMED, OURS + b"\x85"),
    origin("a no-break space", MALFORMED, OURS + b"\xa0"),
    origin("Latin-1", MALFORMED, OURS + b"\xe9zq9"),
    origin("UTF-8", MALFORMED, ORIGIN + "https://zq9-äpp.example.com".encode()),
    origin("UTF-8 that is cut", MALFORMED, ORIGIN + b"https://zq9\xc3.example.com"),
    origin("overlong UTF-8", MALFORMED, ORIGIN + b"https://app\xc0\xaeexample.com"),
    # --- splitting: what the servers take for the end of a line ends the value, too ---
    origin("a line feed and a header", ADMITTED, OURS + b"\nX-Total: zq9", refusing="gunicorn"),
    origin(
        "a carriage return and a header",
        ADMITTED,
        OURS + b"\rSet-Cookie: zq9=1",
        refusing="gunicorn",
    ),
    origin("another in front of a line feed", FOREIGN, THEIRS + b"\nX: zq9", refusing="gunicorn"),
    origin("behind a line feed", ADMITTED, b"X: zq9\n" + OURS, refusing="gunicorn"),
    origin("behind a unit separator", NONE, b"X: zq9\x1f" + OURS, refusing="gunicorn"),
    origin("behind a vertical tab", NONE, b"X: zq9\x0b" + OURS, refusing="gunicorn"),
    origin("behind NEL", NONE, b"X: zq9\x85" + OURS),
    origin("escaped line ends", MALFORMED, OURS + b"%0d%0aSet-Cookie:%20zq9=1"),
    origin("line ends as people write them", MALFORMED, OURS + rb"\r\nSet-Cookie: zq9=1"),
    origin("line ends in other notation", MALFORMED, OURS + "\u560d\u560aX: zq9".encode()),
    # --- lengths ---
    origin("64 KiB of host", MALFORMED, ORIGIN + b"https://" + MARK * (LONG // 3), refusing="sync"),
    origin("64 KiB after it", MALFORMED, OURS + b"," * LONG, refusing="sync"),
    origin(
        "64 KiB of labels",
        MALFORMED,
        ORIGIN + b"https://" + b"a." * (LONG // 2) + b"zq9",
        refusing="sync",
    ),
    origin(
        "64 KiB of blanks inside",
        MALFORMED,
        ORIGIN + b"https://" + b" " * LONG + b"zq9",
        refusing="sync",
    ),
    origin(
        "more than a line may be",
        MALFORMED,
        ORIGIN + b"https://" + b"a" * 70_000,
        refusing="sync werkzeug",
    ),
    origin("255 bytes of host", FOREIGN, ORIGIN + b"https://" + b".".join([b"a" * 62] * 4)),
    # --- folded lines: gunicorn refuses them, Werkzeug's server unfolds them ---
    origin("folded", MALFORMED, OURS, b" .zq9.net", refusing="gunicorn"),
    origin("folded with a tab", MALFORMED, OURS, b"\t.zq9.net", refusing="gunicorn"),
    origin("folded, all of it", MALFORMED, _EMPTY, b" " + _APP, refusing="gunicorn"),
    origin("folded, nothing", MALFORMED, OURS, b" ", refusing="gunicorn"),
    origin("folded into another", NONE, b"X-Note: zq9", b" " + OURS, refusing="gunicorn"),
    # --- empty values, blanks and names ---
    origin("empty", MALFORMED, _EMPTY),
    origin("blank", MALFORMED, b"Origin:   "),
    origin("no blank before it", ADMITTED, b"Origin:" + _APP),
    origin("blanks and tabs before it", ADMITTED, b"Origin: \t  \t" + _APP),
    origin("a blank before the colon", NONE, b"Origin : " + _APP, refusing="gunicorn"),
    origin("no colon", NONE, b"Origin", refusing="gunicorn"),
    origin("no name", NONE, b": " + _APP, refusing="gunicorn"),
    origin("in lower case", ADMITTED, b"origin: " + _APP),
    origin("in upper case", ADMITTED, b"ORIGIN: " + _APP),
    origin("in mixed case", ADMITTED, b"oRiGiN: " + _APP),
    origin("as an environ names it", NONE, b"HTTP_ORIGIN: " + _APP),
    origin("as an environ would, with dashes", NONE, b"HTTP-Origin: " + _APP),
    origin("an underscore behind", NONE, b"Origin_: " + _APP),
    origin("an underscore before", NONE, b"_Origin: " + _APP),
    origin("another, and ours with underscores", FOREIGN, THEIRS, b"HTTP_ORIGIN: " + _APP),
    origin("a name that contains it", NONE, b"X-Origin: " + _APP),
    # --- nearly the listed one ---
    origin("a slash behind", MALFORMED, OURS + b"/"),
    origin("a path behind", MALFORMED, OURS + b"/zq9"),
    origin("in upper case, the value", MALFORMED, ORIGIN + _APP.upper()),
    origin("the default port", MALFORMED, OURS + b":443"),
    origin("a longer host", FOREIGN, OURS + b".zq9.net"),
    origin("in quotes", MALFORMED, ORIGIN + b'"' + _APP + b'"'),
    origin("*", MALFORMED, ORIGIN + b"*"),
]

# Blanks behind a value are no part of it. Werkzeug's server leaves them there; we guess nothing.
BLANKS_BEHIND: Final = {
    "gunicorn": origin("blanks behind, taken away", ADMITTED, OURS + b" \t "),
    "werkzeug": origin("blanks behind, left there", MALFORMED, OURS + b" \t "),
}
