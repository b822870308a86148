"""What is read of a regular expression is never more than it matches, and all that is sayable."""

from __future__ import annotations

import re
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from invariants.strategies import runs

from flask_strictcors.cli.migrate.expressions import Expression
from flask_strictcors.cli.migrate.origins import Reading, read_origins
from flask_strictcors.core.origins import read_entries

SCHEMES = ["https://", "http://", "capacitor://"]
HOSTS = [
    *("example.com", "app.example.com", "a.b.example.com", "x-1.example.com", "appxexample.com"),
    *("evilexample.com", "app.example.com.evil.net", "app.example.org", "apps.example.com"),
    *("localhost", "localhost.evil.net", "127.0.0.1", "[::1]", "7.example.com", "abc.example.com"),
    *("pr-12.example.com", "shop-pr-7.vercel.app", "shop.vercel.app", "ex_ample.com", "aaa.co"),
]
PORTS = ["", ":3000", ":8443", ":1", ":65535"]
ORIGINS = ["".join(parts) for parts in product(SCHEMES, HOSTS, PORTS)]

# Each expression, with the origins and patterns that stand for it, and what a function narrows.
READ: dict[str, tuple[list[str], list[str]]] = {
    r"^https://app\.example\.com$": (["https://app.example.com"], []),
    r"\Ahttps:\/\/app\.example\.com\Z": (["https://app.example.com"], []),
    r"https://.*\.example\.com$": (["https://*.example.com"], []),
    r"https://.+?\.example\.com": (["https://*.example.com"], []),
    r"https://[\w.-]+\.example\.com$": (["https://*.example.com"], []),
    r"https://[^/]*\.example\.com$": (["https://*.example.com"], []),
    r"https://\S*\.example\.com$": (["https://*.example.com"], []),
    r"https://.*example\.com$": (["https://example.com", "https://*.example.com"], []),
    r"https://.+example\.com$": (["https://*.example.com"], []),
    r"https://.*.example.com": (["https://*.example.com"], []),
    r"https://app\.example\.com/*": (["https://app.example.com"], []),
    r"https://app\.example\.com(/.*)?$": (["https://app.example.com"], []),
    r"https://(www|app)\.example\.com$": (
        ["https://www.example.com", "https://app.example.com"],
        [],
    ),
    r"https?://localhost(:\d+)?$": (["http://localhost:*", "https://localhost:*"], []),
    r"http://localhost.*": (["http://localhost:*"], []),
    r"https://example\.com.*": (["https://example.com"], []),
    r"http://localhost:(3000|8080)": (["http://localhost:3000", "http://localhost:8080"], []),
    r"http://localhost:300[01]$": (["http://localhost:3000", "http://localhost:3001"], []),
    r"https://a{2,3}\.co$": (["https://aa.co", "https://aaa.co"], []),
    r"https://a{3}\.co$": (["https://aaa.co"], []),
    r"https://x?\w\.co$|^https://b\.co$": (
        ["https://b.co"],
        [r"https://[a-z0-9_]\.co", r"https://x[a-z0-9_]\.co"],
    ),
    r"http://\[::1\](:\d+)?$": (["http://[::1]:*"], []),
    r"http://\[::1\]:\d{4}$": ([], [r"http://\[::1\]:\d{4}"]),
    r"http://127\.0\.0\.1:\d+$": ([], [r"http://127\.0\.0\.1:\d+"]),
    r"https://[a-z0-9-]+\.example\.com$": ([], [r"https://[a-z0-9-]+\.example\.com"]),
    r"https://[^.]+\.example\.com$": ([], [r"https://[a-z0-9_-]+\.example\.com"]),
    r"https://[^\W_]*\.example\.com$": ([], [r"https://[a-z0-9]*\.example\.com"]),
    r"https://pr-\d{1,4}\.example\.com$": ([], [r"https://pr-\d{1,4}\.example\.com"]),
    r"https://pr-\d{2,}\.example\.com$": ([], [r"https://pr-\d{2,}\.example\.com"]),
    r"https://[\d]?[^\d]\.example\.com$": ([], [r"https://\d?[a-z._-]\.example\.com"]),
    r"https://.*-pr-\d+\.vercel\.app$": ([], [r"https://.*-pr-\d+\.vercel\.app"]),
    r"https://.+\.example\.com:\d+": ([], [r"https://.+\.example\.com:\d+"]),
    r"(?i)https://APP\.example\.com$": (["https://app.example.com"], []),
    r"https://[]a]\.example\.com$": (["https://a.example.com"], []),
    r".*\.example\.com$": (["https://*.example.com", "http://*.example.com"], []),
    # no browser sends these
    r"https://app\.example\.com:443$": ([], []),
    r"https://app\.example\.com/$": ([], []),
    r"^app\.example\.com$": ([], []),
    r"^[ ]https://a\.co$": ([], []),
}
UNREAD = [
    r"https://app\.example\.com:",
    r"https://10\.0\.",
    r"https://(?!evil).*",
    r"https://(?P<name>app)\.example\.com$",
    r"https://(a\.)*example\.com$",
    r"https://a*\.example\.com$",
    r"https://(a|b)(a|b)(a|b)(a|b)(a|b)(a|b)(a|b)\.example\.com$",
    r"https://[0-9][0-9]\.[a-j]\.example\.com$",
    r"https://.*",
    r"https://",
    r"https://app\.example\..*",
    r"https://app\.(com|org|.+)$",
    r"^http",
    r"[a-z]+://example\.com$",
    r"\w+://example\.com$",
    r"https://.*\.example\.com(/.+|$)",
    r"https://\bapp\.example\.com$",
    r"https://(app$|www)\.example\.com",
    r"https://app\.example\.com$x",
    r"https://[\w-a]\.example\.com$",
    r"https://a{x}\.example\.com$",
    r"https://é\.example\.com|\é",
    r"https://(.*|x)example\.com:\d+$",
    r"http(s|://localhost)?",
]


def expression(text: str, flags: int = re.IGNORECASE) -> Expression:
    compiled = re.compile(text, flags)
    return Expression(text, compiled.flags, lambda origin: bool(compiled.match(origin)))


def admitted(reading: Reading, origin: str) -> bool:
    """Report whether what is printed for a reading lets an origin in."""
    if read_entries("origins", reading.names, []).admits(origin):
        return True
    return any(
        re.fullmatch(one.text, origin) and read_entries("", [one.allowlist], []).admits(origin)
        for one in reading.narrowed
    )


@pytest.mark.parametrize("text", READ)
def test_an_expression_reads_as(text: str) -> None:
    reading = read_origins(expression(text))
    assert reading is not None
    assert (reading.names, [one.text for one in reading.narrowed]) == READ[text]


@pytest.mark.filterwarnings("ignore::FutureWarning")
@pytest.mark.parametrize("text", [text for text in UNREAD if "-a]" not in text])
def test_an_expression_is_left_alone(text: str) -> None:
    assert read_origins(expression(text)) is None


def test_what_is_no_expression_at_all_is_left_alone() -> None:
    for text in (
        r"https://[\w-a]\.co$",
        "https://[a",
        "https://a\\",
        "a{2",
        "https://(a",
        "a**",
        "*a",
        "https://a.co)",
    ):
        assert read_origins(Expression(text, 0, lambda _: True)) is None


def test_an_expression_with_comments_inside_is_left_alone() -> None:
    assert read_origins(expression(r"https://app\.example\.com # ours", re.VERBOSE)) is None


def test_upper_case_counts_where_somebody_says_so() -> None:
    assert read_origins(expression(r"https://App\.example\.com$", 0)) == Reading()


@pytest.mark.parametrize("text", READ)
def test_what_is_read_is_matched(text: str) -> None:
    reading = read_origins(expression(text))
    assert reading is not None
    for origin in ORIGINS:
        assert re.match(text, origin, re.IGNORECASE) or not admitted(reading, origin), origin


FRAGMENTS = [
    *("https://", "http://", "https?://", "^", "$", ".*", ".+", r"\.", ".", "example", "com"),
    *("app", r"\d+", r"(:\d+)?", ":", "3000", "localhost", "[a-z]+", "[^.]*", r"\w", "-", "|"),
    *("(", ")", "(?:", "?", "*", "+", "{1,2}", "/", "[a-c]", "x", r"\/", r"[\w.-]+", "evil"),
    *(".net", "(a|b)"),
]


def is_expression(text: str) -> bool:
    try:
        re.compile(text)
    except (re.error, RecursionError):
        return False
    return True


@pytest.mark.filterwarnings("ignore::FutureWarning")
@runs(50)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=9).map("".join).filter(is_expression))
def test_whatever_is_read_is_matched(tail: str) -> None:
    for text in (tail, f"https://{tail}", rf"^https?://{tail}\.example\.com$"):
        reading = read_origins(expression(text)) if is_expression(text) else None
        let_in = [one for one in ORIGINS if reading is not None and admitted(reading, one)]
        assert all(re.match(text, one, re.IGNORECASE) for one in let_in), text
