"""What holds for any text that a configuration names as an origin or a pattern."""

from __future__ import annotations

import ast

from core.whatwg import is_read_as, serialized

from flask_strictcors import Policy, Problem
from flask_strictcors.core.origins import LONGEST_ORIGIN, Origin, Pattern, parse_entry, read_entries
from flask_strictcors.core.origins.mending import mended

WORDS = (
    "http://",
    "https://",
    "capacitor://",
    "ws://",
    "file:",
    "null",
    "://",
    "*.",
    ":*",
    ":80",
    ":443",
    ":65535",
    ":65536",
    "localhost",
    "example.com",
    "xn--",
    "xn--bcher-kva",
    "b\u00fccher",
    "\u3002",
    "\u200d",
    "[::1]",
    "::ffff:",
    "127.0.0.1",
    "0x7f",
    "user:word@",
    ".+",
    ", ",
    "%2e",
)


def texts_of(data: bytes) -> set[str]:
    """Return what the bytes are to a file of UTF-8, and to a WSGI server."""
    return {data.decode("utf-8", "surrogateescape"), data.decode("latin-1")}


def check_entry(text: str) -> None:
    """Fail where the text is accepted and should not be, or refused without help."""
    entry = parse_entry(text)
    if entry is None:
        _check_refused(text)
    else:
        assert str(entry) == text
        problems: list[Problem] = []
        assert [*read_entries("origins", [text], problems)] == [text]
        assert not problems
        assert text in Policy(origins=[text]).origins
        if isinstance(entry, Origin):
            check_serialized(entry)


def check_serialized(origin: Origin) -> None:
    """Fail where a URL parser reads the origin in another way than we."""
    text = str(origin)
    if origin.scheme in ("http", "https"):
        assert serialized(text) == text
    port = "" if origin.port is None else f":{origin.port}"
    assert text == f"{origin.scheme}://{origin.host}{port}"
    assert is_read_as(text, origin.scheme, f"{origin.host}{port}")
    assert Origin.parse(text) == origin


def _check_refused(text: str) -> None:
    problems: list[Problem] = []
    assert not read_entries("origins", [text], problems)
    (problem,) = problems
    assert problem.value == text
    # Whoever reads it on a terminal sees what was written, and nothing else happens there.
    assert str(problem).isprintable()
    meant = mended(text)
    if meant is None:
        assert problem.fix
        return
    assert problem.fix == meant
    fixed = ast.literal_eval(meant) if meant.startswith("[") else [meant]
    assert [str(parse_entry(each)) for each in fixed] == fixed
    Policy(origins=fixed)


def is_short(pattern: Pattern) -> bool:
    """Report whether there is room for a label in front and a port behind."""
    return len(str(pattern)) + 16 <= min(LONGEST_ORIGIN, 253)
