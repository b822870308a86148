"""Request headers: which a script can set, and which a server is asked about first."""

import pytest

from flask_strictcors.browser.headers import (
    essence,
    is_safelisted,
    joined,
    normalized_method,
    normalized_value,
    settable,
    unsafe_names,
)
from flask_strictcors.browser.quirks import CHROMIUM, FIREFOX, STANDARD


@pytest.mark.parametrize(
    ("method", "sent"),
    [
        ("get", "GET"),
        ("Post", "POST"),
        ("delete", "DELETE"),
        ("options", "OPTIONS"),
        ("patch", "patch"),
        ("PATCH", "PATCH"),
        ("Query", "Query"),
    ],
)
def test_only_six_methods_are_put_in_upper_case(method: str, sent: str) -> None:
    assert normalized_method(method) == sent


SAFE = [
    ("accept", "text/html, */*;q=0.1"),
    ("accept", ""),
    ("accept-language", "de-AT, en;q=0.5"),
    ("content-language", "*"),
    ("content-type", "text/plain"),
    ("content-type", "TEXT/Plain;charset=UTF-8"),
    ("content-type", "multipart/form-data; boundary=x"),
    ("content-type", " application/x-www-form-urlencoded ;x=y"),
    ("range", "bytes=0-"),
    ("range", "bytes=0-499"),
    ("range", "bytes=7-7"),
]
UNSAFE = [
    ("accept", 'text/"html"'),
    ("accept", "a:b"),
    ("accept", "a\x01b"),
    ("accept-language", "de_AT"),
    ("content-language", "ü"),
    ("content-type", "application/json"),
    ("content-type", "text/plain; charset=(utf-8)"),
    ("content-type", "text/"),
    ("content-type", "text"),
    ("content-type", "/plain"),
    ("content-type", "text/plain x"),
    ("content-type", ""),
    ("range", "bytes=-500"),
    ("range", "bytes=5-1"),
    ("range", "bytes=0-1,3-4"),
    ("range", "Bytes=0-"),
    ("range", "bytes 0-"),
    ("range", "bytes=0"),
    ("range", "bytes=0-x"),
    ("range", "bytes=\xb2-"),
    ("authorization", "Bearer x"),
    ("x-trace", "1"),
]


@pytest.mark.parametrize(("name", "value"), SAFE)
def test_a_form_could_send(name: str, value: str) -> None:
    assert is_safelisted(name, value, STANDARD)


@pytest.mark.parametrize(("name", "value"), UNSAFE)
def test_no_form_could_send(name: str, value: str) -> None:
    assert not is_safelisted(name, value, STANDARD)


def test_a_tab_is_a_blank_and_no_control() -> None:
    assert is_safelisted("accept", "text/html,\ttext/plain", STANDARD)


def test_values_are_safe_up_to_128_bytes() -> None:
    assert is_safelisted("accept-language", "e" * 128, STANDARD)
    assert not is_safelisted("accept-language", "e" * 129, STANDARD)


def test_together_safe_values_are_safe_up_to_1024_bytes() -> None:
    # Names are counted once each, so that there are four of these at most.
    few = [("Accept", "a" * 128), ("Accept-Language", "a" * 128)]
    assert unsafe_names(few, STANDARD) == ()
    many = [(name, "a" * 128) for name in ("Accept", "ACCEPT", "accept", "aCCEPT") * 2]
    assert unsafe_names(many, STANDARD) == ()
    more = [*many, ("Accept-Language", "a")]
    assert unsafe_names(more, STANDARD) == ("accept", "accept-language")
    assert unsafe_names(more, FIREFOX) == ()


def test_names_are_asked_for_sorted_once_and_in_lower_case() -> None:
    headers = [("X-B", "1"), ("Content-Type", "application/json"), ("x-a", "1"), ("Accept", "*/*")]
    assert unsafe_names(headers, STANDARD) == ("content-type", "x-a", "x-b")


HINTS = [
    ("DPR", ["1", "0", "1.5", "007"], ["", "-1", "+1", "1.", ".5", "1e3", "x", "\xb2"]),
    ("Device-Memory", ["8"], ["2g"]),
    ("Downlink", ["0.25"], ["1,5"]),
    ("Width", ["100"], ["1.5", "-0", ""]),
    ("Viewport-Width", ["100"], ["1.5"]),
    ("RTT", ["0"], ["1.5", "fast"]),
    ("ECT", ["slow-2g", "2g", "3g", "4g"], ["3G", "5g", ""]),
    ("Save-Data", ["on", "ON"], ["off", "1", ""]),
]


@pytest.mark.parametrize(("name", "good", "bad"), HINTS)
def test_chromium_lets_client_hints_through(name: str, good: list[str], bad: list[str]) -> None:
    for value in good:
        assert unsafe_names([(name, value)], CHROMIUM) == ()
        assert unsafe_names([(name, value)], STANDARD) == (name.lower(),)
    for value in bad:
        assert unsafe_names([(name, value)], CHROMIUM) == (name.lower(),)


def test_chromium_writes_user_agent_itself() -> None:
    given = (("User-Agent", "me"),)
    assert settable(given, CHROMIUM, only_simple=False) == ((), ("User-Agent",))
    assert settable(given, STANDARD, only_simple=False) == (given, ())


@pytest.mark.parametrize(
    "value",
    [
        "text/plain;;",
        "text/plain; ;",
        "text/plain;a=b;",
        "text/plain;a ;",
        "text/plain;a=b,c",
        "text/plain;a=\xe9",
    ],
)
def test_firefox_reads_types_strictly(value: str) -> None:
    assert is_safelisted("content-type", value, STANDARD)
    assert not is_safelisted("content-type", value, FIREFOX)


def test_firefox_takes_only_ascii_for_safe() -> None:
    assert is_safelisted("accept", "\xe9", STANDARD)
    assert not is_safelisted("accept", "\xe9", FIREFOX)
    for value in ("text/plain;", "text/plain;a;b", "text/plain;=a", "text/plain;;a=b"):
        assert is_safelisted("content-type", value, FIREFOX)


@pytest.mark.parametrize(
    ("number", "chromium", "firefox"),
    [
        (2**63 - 2, True, True),
        (2**63 - 1, False, True),
        (2**64 - 1, False, True),
        (2**64, False, False),
    ],
)
def test_browsers_count_only_so_far(number: int, chromium: bool, firefox: bool) -> None:
    for value in (f"bytes={number}-", f"bytes=0-{number}"):
        assert is_safelisted("range", value, STANDARD)
        assert is_safelisted("range", value, CHROMIUM) is chromium
        assert is_safelisted("range", value, FIREFOX) is firefox


def test_two_lines_of_one_name_are_judged_apart_and_sent_as_one() -> None:
    given = (("Accept", "a" * 70), ("X-A", "1"), ("accept", "b" * 70), ("x-a", "2"))
    assert settable(given, STANDARD, only_simple=False) == (given, ())
    assert joined(given, STANDARD) == (("Accept", f"{'a' * 70}, {'b' * 70}"), ("X-A", "1, 2"))
    assert unsafe_names(given, STANDARD) == ("x-a",)
    assert unsafe_names(given, CHROMIUM) == ("accept", "x-a")
    assert unsafe_names(given, FIREFOX) == ("x-a", "x-a")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Cookie", "a=b"),
        ("Origin", "https://evil.net"),
        ("sec-fetch-site", "same-origin"),
        ("Proxy-Authorization", "x"),
        ("Host", "evil.net"),
        ("X-HTTP-Method-Override", "trace"),
        ("X-HTTP-Method", "PUT, CONNECT"),
        ("X-Method-Override", " TRACK "),
    ],
)
def test_a_script_cannot_set(name: str, value: str) -> None:
    assert settable([(name, value), ("X-A", "1")], STANDARD, only_simple=False) == (
        (("X-A", "1"),),
        (name,),
    )


def test_a_method_override_is_free_otherwise() -> None:
    given = [("X-HTTP-Method-Override", "DELETE")]
    assert settable(given, STANDARD, only_simple=False) == (tuple(given), ())


@pytest.mark.parametrize(
    ("name", "value", "is_set"),
    [
        ("Accept", "text/html", True),
        ("Content-Type", "text/plain", True),
        ("Content-Type", "application/json", False),
        ("X-Trace", "1", False),
        ("Range", "bytes=0-", False),
        ("Authorization", "x", False),
    ],
)
def test_without_cors_only_what_a_form_sends(name: str, value: str, is_set: bool) -> None:
    line = (name, value)
    expected = ((line,), ()) if is_set else ((), (name,))
    assert settable([line], STANDARD, only_simple=True) == expected


def test_without_cors_a_second_line_is_left_out_where_both_are_too_long() -> None:
    lines = [("Accept-Language", "a" * 100), ("Accept-Language", "b" * 100)]
    assert settable(lines, STANDARD, only_simple=True) == ((lines[0],), ("Accept-Language",))


@pytest.mark.parametrize(
    ("name", "values", "standard", "firefox"),
    [
        ("X-A", ["1", "2"], "1, 2", "1, 2"),
        ("X-A", ["1", ""], "1, ", ""),
        ("X-A", ["", "2"], ", 2", "2"),
        ("Authorization", ["a", "b"], "a, b", "b"),
    ],
)
def test_firefox_sends_the_last_of_some_lines(
    name: str, values: list[str], standard: str, firefox: str
) -> None:
    given = [(name, value) for value in values]
    assert joined(given, STANDARD) == joined(given, CHROMIUM) == ((name, standard),)
    assert joined(given, FIREFOX) == ((name, firefox),)


@pytest.mark.parametrize(
    ("value", "expected"),
    [("  x \t\r\n", "x"), ("a\nb", None), ("a\0b", None), ("ÿ", "ÿ"), ("Ā", None), ("", "")],
)
def test_values_are_trimmed_and_hold_bytes(value: str, expected: str | None) -> None:
    assert normalized_value(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [("Text/HTML; a=b", "text/html"), ("text/html", "text/html"), ("text /html", None)],
)
def test_the_essence_of_a_type(value: str, expected: str | None) -> None:
    assert essence(value) == expected
