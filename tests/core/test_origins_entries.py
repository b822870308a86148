"""Entries of a configuration: each is accepted, or refused with a code and a fix that helps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flask_strictcors.core.errors import Code, Problem
from flask_strictcors.core.origins import Origin, OriginSet, Pattern, parse_entry, read_entries

from .strategies import entries, mutated, origins, short

ACCEPTED = [
    "https://example.com",
    "http://localhost:3000",
    "capacitor://localhost",
    "http://[::1]:9090",
    "https://[2001:db8::1]",
    "http://192.168.0.1:8080",
    "https://example.com.",
    "https://a_b.example.com",
    "https://xn--bcher-kva.example",
    "chrome-extension://abcdefghijklmnop",
    "https://*.example.com",
    "https://*.example.com:8443",
    "http://localhost:*",
    "https://*.example.com:*",
    "http://[::1]:*",
    "https://*.example.com.",
    "https://*.xn--bcher-kva.example",
]

LONGEST = ".".join(["a" * 63] * 3 + ["b" * 61])
NO_FIX = None  # there is no one text to type

REFUSED = [
    # (what was written, the code, the entry that the fix offers)
    ("", Code.ORIGIN_EMPTY, NO_FIX),
    (" ,;\t", Code.ORIGIN_EMPTY, NO_FIX),
    ("null", Code.ORIGIN_NULL, NO_FIX),
    (" Null ", Code.ORIGIN_NULL, NO_FIX),
    ("*", Code.ORIGIN_WILDCARD_IN_LIST, NO_FIX),
    ("file:", Code.ORIGIN_SCHEME, NO_FIX),
    ("file://", Code.ORIGIN_SCHEME, NO_FIX),
    ("file:///home/me/page.html", Code.ORIGIN_SCHEME, NO_FIX),
    ("FILE://host", Code.ORIGIN_SCHEME, NO_FIX),
    ("data:text/html,x", Code.ORIGIN_SCHEME, NO_FIX),
    ("blob:https://example.com/1", Code.ORIGIN_SCHEME, NO_FIX),
    ("about:blank", Code.ORIGIN_SCHEME, NO_FIX),
    ("javascript:void(0)", Code.ORIGIN_SCHEME, NO_FIX),
    ("data://host", Code.ORIGIN_SCHEME, NO_FIX),
    ("data://*.host", Code.ORIGIN_SCHEME, NO_FIX),
    (r"https://.*\.example\.com", Code.ORIGIN_REGEX, NO_FIX),
    ("https://.*", Code.ORIGIN_REGEX, NO_FIX),
    ("https://.+", Code.ORIGIN_REGEX, NO_FIX),
    ("^https://example.com$", Code.ORIGIN_REGEX, NO_FIX),
    ("https://example.com/.+", Code.ORIGIN_REGEX, NO_FIX),
    ("https://(a|b).example.com", Code.ORIGIN_REGEX, NO_FIX),
    ("https://a.com, https://b.com", Code.ORIGIN_SEVERAL, "['https://a.com', 'https://b.com']"),
    ("https://a.com;https://b.com", Code.ORIGIN_SEVERAL, "['https://a.com', 'https://b.com']"),
    ("https://a.com b.com", Code.ORIGIN_SEVERAL, NO_FIX),
    ("https://a.com; *", Code.ORIGIN_SEVERAL, NO_FIX),
    ("example.com", Code.ORIGIN_SCHEME_MISSING, "https://example.com"),
    ("//example.com", Code.ORIGIN_SCHEME_MISSING, "https://example.com"),
    ("://example.com", Code.ORIGIN_SCHEME_MISSING, "https://example.com"),
    ("example.com:8443", Code.ORIGIN_SCHEME_MISSING, "https://example.com:8443"),
    ("Example.com/api", Code.ORIGIN_SCHEME_MISSING, "https://example.com"),
    ("localhost", Code.ORIGIN_SCHEME_MISSING, "http://localhost"),
    ("localhost:3000", Code.ORIGIN_SCHEME_MISSING, "http://localhost:3000"),
    ("localhost:*", Code.ORIGIN_SCHEME_MISSING, "http://localhost:*"),
    ("127.0.0.1:5000", Code.ORIGIN_SCHEME_MISSING, "http://127.0.0.1:5000"),
    ("*.example.com", Code.ORIGIN_SCHEME_MISSING, "https://*.example.com"),
    (".example.com", Code.ORIGIN_SCHEME_MISSING, NO_FIX),
    ("mailto:me@example.com", Code.ORIGIN_SCHEME_MISSING, NO_FIX),
    ("https:example.com", Code.ORIGIN_SCHEME_MISSING, NO_FIX),
    ("https//example.com", Code.ORIGIN_SCHEME_MISSING, NO_FIX),
    ("://a.com://b.com", Code.ORIGIN_SCHEME_MISSING, "https://a.com"),
    ("a//b", Code.ORIGIN_SCHEME_MISSING, NO_FIX),
    ("https://*.127.0.0.1", Code.ORIGIN_WILDCARD_IP, NO_FIX),
    ("https://10.0.0.*", Code.ORIGIN_WILDCARD_IP, NO_FIX),
    ("https://*.0.0.1:81", Code.ORIGIN_WILDCARD_IP, NO_FIX),
    ("http://[*]", Code.ORIGIN_WILDCARD_IP, NO_FIX),
    ("http://[*", Code.ORIGIN_WILDCARD_IP, NO_FIX),
    ("https://*.1", Code.ORIGIN_WILDCARD_IP, NO_FIX),
    ("https://10.0.0.*2", Code.ORIGIN_WILDCARD_IP, NO_FIX),
    ("https://10.0.0.1*", Code.ORIGIN_WILDCARD_IP, NO_FIX),
    ("http://[2001:db8::*]:81", Code.ORIGIN_WILDCARD_IP, NO_FIX),
    ("http://*.[::1]", Code.ORIGIN_WILDCARD_IP, NO_FIX),
    ("https://*", Code.ORIGIN_WILDCARD, NO_FIX),
    ("https://*:*", Code.ORIGIN_WILDCARD, NO_FIX),
    ("https://a*.1", Code.ORIGIN_WILDCARD, NO_FIX),
    ("https://*.1X", Code.ORIGIN_WILDCARD, "https://*.1x"),
    ("http://[::1]:8*", Code.ORIGIN_WILDCARD, "http://[::1]:*"),
    ("https://*.*", Code.ORIGIN_WILDCARD, NO_FIX),
    ("https://*.*.example.com", Code.ORIGIN_WILDCARD, NO_FIX),
    ("https://api.*.example.com", Code.ORIGIN_WILDCARD, NO_FIX),
    ("https://example.*", Code.ORIGIN_WILDCARD, NO_FIX),
    ("https://ex*mple.com", Code.ORIGIN_WILDCARD, NO_FIX),
    ("https://*example.com", Code.ORIGIN_WILDCARD, "https://*.example.com"),
    ("https://*-team.example.com", Code.ORIGIN_WILDCARD, NO_FIX),
    ("https://**--shop.example.com", Code.ORIGIN_WILDCARD, NO_FIX),
    ("https://*.-team.example.com/", Code.ORIGIN_TRAILING_SLASH, "https://*.-team.example.com"),
    ("https://*X-team.example.com", Code.ORIGIN_WILDCARD, "https://*.x-team.example.com"),
    ("https://-Team.example.com", Code.ORIGIN_CASE, "https://-team.example.com"),
    ("https://*Xample.com", Code.ORIGIN_WILDCARD, "https://*.xample.com"),
    ("https://*a", Code.ORIGIN_WILDCARD, "https://*.a"),
    ("https://**.example.com", Code.ORIGIN_WILDCARD, "https://*.example.com"),
    ("http://localhost:3*", Code.ORIGIN_WILDCARD, "http://localhost:*"),
    ("http://localhost/*", Code.ORIGIN_PATH, "http://localhost"),
    ("https://*.example.com/", Code.ORIGIN_TRAILING_SLASH, "https://*.example.com"),
    ("https://*.Example.com:443", Code.ORIGIN_WILDCARD, "https://*.example.com"),
    ("*://example.com", Code.ORIGIN_WILDCARD, "https://example.com"),
    ("http*://example.com", Code.ORIGIN_WILDCARD, "https://example.com"),
    ("*://localhost:3000", Code.ORIGIN_WILDCARD, "https://localhost:3000"),
    ("https://me@example.com", Code.ORIGIN_USERINFO, "https://example.com"),
    ("https://me:word@example.com:81/a", Code.ORIGIN_USERINFO, "https://example.com:81"),
    ("https://example.com?q", Code.ORIGIN_QUERY, "https://example.com"),
    ("https://example.com/?q=1", Code.ORIGIN_QUERY, "https://example.com"),
    ("https://example.com#top", Code.ORIGIN_QUERY, "https://example.com"),
    ("https://example.com?to=https://a.com", Code.ORIGIN_QUERY, "https://example.com"),
    ("https://example.com/", Code.ORIGIN_TRAILING_SLASH, "https://example.com"),
    ("http://localhost:3000/", Code.ORIGIN_TRAILING_SLASH, "http://localhost:3000"),
    ("https://example.com:443/", Code.ORIGIN_TRAILING_SLASH, "https://example.com"),
    ("https://example.com/app", Code.ORIGIN_PATH, "https://example.com"),
    ("https://example.com//", Code.ORIGIN_PATH, "https://example.com"),
    ("https:///example.com", Code.ORIGIN_PATH, NO_FIX),
    ("https://bücher.example", Code.ORIGIN_UNICODE, "https://xn--bcher-kva.example"),
    ("https://BÜCHER.example:81", Code.ORIGIN_UNICODE, "https://xn--bcher-kva.example:81"),
    ("https://*.bücher.example", Code.ORIGIN_WILDCARD, "https://*.xn--bcher-kva.example"),
    ("https://例え。jp", Code.ORIGIN_UNICODE, "https://xn--r8jz45g.jp"),
    ("https://\u0301a.com", Code.ORIGIN_UNICODE, NO_FIX),
    ("https://Example.com", Code.ORIGIN_CASE, "https://example.com"),
    (f"{'A' * 58}://{LONGEST}:65535", Code.ORIGIN_CASE, f"{'a' * 58}://{LONGEST}:65535"),
    ("HTTPS://EXAMPLE.COM:443", Code.ORIGIN_CASE, "https://example.com"),
    ("https://XN--BCHER-KVA.example", Code.ORIGIN_CASE, "https://xn--bcher-kva.example"),
    ("http://[2001:DB8::1]", Code.ORIGIN_CASE, "http://[2001:db8::1]"),
    ("https://example.com:443", Code.ORIGIN_DEFAULT_PORT, "https://example.com"),
    ("http://localhost:80", Code.ORIGIN_DEFAULT_PORT, "http://localhost"),
    ("https://example.com:", Code.ORIGIN_PORT, "https://example.com"),
    ("https://example.com:0", Code.ORIGIN_PORT, "https://example.com"),
    ("https://example.com:08443", Code.ORIGIN_PORT, "https://example.com:8443"),
    ("https://example.com:0443", Code.ORIGIN_PORT, "https://example.com"),
    ("https://example.com:65536", Code.ORIGIN_PORT, NO_FIX),
    ("https://example.com:http", Code.ORIGIN_PORT, NO_FIX),
    ("https://example.com:X80", Code.ORIGIN_CASE, NO_FIX),
    ("http://[::1]:x", Code.ORIGIN_PORT, NO_FIX),
    ("capacitor://localhost:x", Code.ORIGIN_PORT, NO_FIX),
    ("http://[::1]:80]", Code.ORIGIN_PORT, NO_FIX),
    ("wss://example.com", Code.ORIGIN_SCHEME, "https://example.com"),
    ("ws://localhost:3000", Code.ORIGIN_SCHEME, "http://localhost:3000"),
    ("ws://*.example.com", Code.ORIGIN_WILDCARD, "http://*.example.com"),
    ("ftp://example.com", Code.ORIGIN_SCHEME, "https://example.com"),
    ("ht_tps://example.com", Code.ORIGIN_SCHEME, NO_FIX),
    ("1://example.com", Code.ORIGIN_SCHEME, NO_FIX),
    ("http://127.1", Code.ORIGIN_IP_FORM, "http://127.0.0.1"),
    ("http://0x7f000001:81", Code.ORIGIN_IP_FORM, "http://127.0.0.1:81"),
    ("http://010.0.0.1", Code.ORIGIN_IP_FORM, "http://8.0.0.1"),
    ("http://127.0.0.1.", Code.ORIGIN_IP_FORM, "http://127.0.0.1"),
    ("http://256.0.0.1", Code.ORIGIN_IP_FORM, NO_FIX),
    ("http://example.1", Code.ORIGIN_IP_FORM, NO_FIX),
    ("http://[0:0:0:0:0:0:0:1]:81", Code.ORIGIN_IP_FORM, "http://[::1]:81"),
    ("http://[::ffff:1.2.3.4]", Code.ORIGIN_IP_FORM, "http://[::ffff:102:304]"),
    ("http://[::1", Code.ORIGIN_IP_FORM, NO_FIX),
    ("http://[::1%25lo]", Code.ORIGIN_IP_FORM, NO_FIX),
    ("https://", Code.ORIGIN_HOST, NO_FIX),
    ("https://example..com", Code.ORIGIN_HOST, NO_FIX),
    ("capacitor://example..com:1", Code.ORIGIN_HOST, NO_FIX),
    ("https://exa!mple.com", Code.ORIGIN_HOST, NO_FIX),
    ("https://ex%61mple.com", Code.ORIGIN_HOST, "https://example.com"),
    ("https://" + "a" * 64 + ".com", Code.ORIGIN_HOST, NO_FIX),
    ("https://" + "a." * 127 + "a", Code.ORIGIN_HOST, NO_FIX),
    ("https://" + "a." * 32768 + "com", Code.ORIGIN_HOST, NO_FIX),
    ("https://xn--a", Code.ORIGIN_HOST, NO_FIX),
    ("https://xn--", Code.ORIGIN_HOST, NO_FIX),
    ("https://xn--bcher-kva.xn--a-0hc", Code.ORIGIN_HOST, NO_FIX),
]


def read(*texts: str) -> tuple[OriginSet, list[Problem]]:
    problems: list[Problem] = []
    return read_entries("origins", texts, problems), problems


@pytest.mark.parametrize("text", ACCEPTED)
def test_an_entry_is_accepted(text: str) -> None:
    entries, problems = read(text)
    assert not problems
    assert list(entries) == [text]
    assert isinstance(parse_entry(text), Pattern if "*" in text else Origin)


@pytest.mark.parametrize(("text", "code", "fix"), REFUSED)
def test_an_entry_is_refused_with_its_fix(text: str, code: Code, fix: str | None) -> None:
    entries, (problem,) = read(text)
    assert not entries
    assert parse_entry(text) is None
    assert (problem.code, problem.field, problem.value) == (code, "origins", text)
    assert problem.message.startswith(repr(text))
    if fix is NO_FIX:
        assert problem.fix
        assert parse_entry(problem.fix) is None
    else:
        assert problem.fix == fix


@pytest.mark.parametrize(
    "text",
    [" https://example.com", "https://example.com ", "https://example.com,", "\thttps://a.b\n"],
)
def test_the_fix_of_an_entry_with_something_around_it_is_the_entry(text: str) -> None:
    _, (problem,) = read(text)
    assert problem.fix == text.strip(" ,\t\n")


def test_all_entries_are_read_and_each_bad_one_is_a_problem() -> None:
    entries, problems = read("https://a.com", "b.com", "https://*.c.com", "null", "https://d.com/")
    assert sorted(entries) == ["https://*.c.com", "https://a.com"]
    assert [problem.value for problem in problems] == ["b.com", "null", "https://d.com/"]


@short
@given(
    st.one_of(
        st.text(),
        st.text("htps:/.*@?#[]0178xaé ,%-", max_size=20),
        origins().flatmap(mutated),
        entries().flatmap(mutated),
        entries().flatmap(mutated).map(lambda text: text.partition("://")[2]),
    )
)
def test_a_fix_that_is_an_origin_is_accepted(text: str) -> None:
    entries, problems = read(text)
    assert len(entries) + len(problems) == 1
    for problem in problems:
        assert problem.message
        assert problem.fix
        if "://" in problem.fix and " " not in problem.fix:
            assert not read(problem.fix)[1], (text, problem.fix)
