"""Origin and Pattern: what parses, what does not, what covers what."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flask_strictcors.core.origins import Origin, Pattern
from flask_strictcors.core.origins.origin import is_scheme, parse_port, split_authority

from .counting import Untouchable
from .strategies import entries, mutated, origins, short

NAME = ".".join(["a" * 63] * 3 + ["b" * 61])

ORIGINS = [
    ("https://example.com", Origin("https", "example.com")),
    ("http://localhost:3000", Origin("http", "localhost", 3000)),
    ("https://example.com:80", Origin("https", "example.com", 80)),
    ("http://example.com:443", Origin("http", "example.com", 443)),
    ("https://example.com:1", Origin("https", "example.com", 1)),
    ("https://example.com:65535", Origin("https", "example.com", 65535)),
    ("https://example.com.", Origin("https", "example.com.")),
    ("https://example.com.:8443", Origin("https", "example.com.", 8443)),
    ("https://a_b.example.com", Origin("https", "a_b.example.com")),
    ("https://xn--bcher-kva.example", Origin("https", "xn--bcher-kva.example")),
    ("http://127.0.0.1:5000", Origin("http", "127.0.0.1", 5000)),
    ("http://[::1]:9090", Origin("http", "[::1]", 9090)),
    ("http://[::1]", Origin("http", "[::1]")),
    ("https://[2001:db8::1]", Origin("https", "[2001:db8::1]")),
    ("capacitor://localhost", Origin("capacitor", "localhost")),
    ("capacitor://localhost:80", Origin("capacitor", "localhost", 80)),
    ("chrome-extension://abcdefghijklmnop", Origin("chrome-extension", "abcdefghijklmnop")),
    ("moz-extension://0b1c-aa", Origin("moz-extension", "0b1c-aa")),
    ("a+b.c-1://x", Origin("a+b.c-1", "x")),
    (f"https://{NAME}:65535", Origin("https", NAME, 65535)),
    (f"{'a' * 58}://{NAME}:65535", Origin("a" * 58, NAME, 65535)),
]

NO_ORIGINS = [
    "",
    f"{'a' * 59}://{NAME}:65535",
    "null",
    "*",
    "example.com",
    "//example.com",
    "://example.com",
    "https:example.com",
    "https:/example.com",
    "https://",
    "https:///",
    "https://example.com/",
    "https://example.com/a",
    "https://example.com?q",
    "https://example.com#f",
    "https://example.com\\a",
    "https://user@example.com",
    "https://user:word@example.com",
    "https://@example.com",
    "https://Example.com",
    "HTTPS://example.com",
    "Https://example.com",
    "1https://example.com",
    "+https://example.com",
    "ht_tps://example.com",
    "ht tps://example.com",
    "https://example.com:443",
    "http://example.com:80",
    "https://example.com:",
    "https://example.com:0",
    "https://example.com:080",
    "https://example.com:65536",
    "https://example.com:100000",
    "https://example.com:-1",
    "https://example.com:+1",
    "https://example.com:1e3",
    "https://example.com:٣",
    "https://example.com:²",
    "https://example.com:80:80",
    "https://example.com: 1",
    "https://example.com:*",
    "https://*.example.com",
    "https://example..com",
    "https://.example.com",
    "https://example.com..",
    "https://exa mple.com",
    "https://example.com ",
    " https://example.com",
    "https://example.com\n",
    "https://example.com\x00",
    "https://example.com, https://evil.net",
    "https://bücher.example",
    "https://a%62.com",
    "https://1.2.3",
    "https://01.2.3.4",
    "https://1.2.3.4.",
    "https://256.0.0.1",
    "https://a.1",
    "http://::1",
    "http://[::1",
    "http://[::1]x",
    "http://[::1]:",
    "http://[::1]:x",
    "http://[0::1]",
    "http://[::FFFF:1]",
    "http://[::ffff:1.2.3.4]",
    "http://[::1%25lo]",
    "https://" + "a" * 64 + ".com",
    f"https://{NAME}b",
    "file://",
    "https://https://example.com",
]


@pytest.mark.parametrize(("text", "origin"), ORIGINS)
def test_a_serialized_origin_is_read_and_prints_back(text: str, origin: Origin) -> None:
    assert Origin.parse(text) == origin
    assert str(origin) == text


@pytest.mark.parametrize("text", NO_ORIGINS)
def test_no_other_text_is_an_origin(text: str) -> None:
    assert Origin.parse(text) is None


@short
@given(st.one_of(st.text(), origins(), origins().flatmap(mutated), entries().flatmap(mutated)))
def test_what_is_accepted_prints_back_unchanged(text: str) -> None:
    origin, pattern = Origin.parse(text), Pattern.parse(text)
    assert origin is None or str(origin) == text
    assert pattern is None or str(pattern) == text
    assert origin is None or pattern is None


def test_an_overlong_text_is_not_read_to_see_that_it_is_no_origin() -> None:
    assert Origin.parse(Untouchable("https://" + "a." * 32768)) is None


PATTERNS = [
    ("https://*.example.com", Pattern(Origin("https", "example.com"), True, False)),
    ("https://*.example.com:8443", Pattern(Origin("https", "example.com", 8443), True, False)),
    ("https://*.example.com:*", Pattern(Origin("https", "example.com"), True, True)),
    ("http://localhost:*", Pattern(Origin("http", "localhost"), False, True)),
    ("http://127.0.0.1:*", Pattern(Origin("http", "127.0.0.1"), False, True)),
    ("http://[::1]:*", Pattern(Origin("http", "[::1]"), False, True)),
    ("https://*.example.com.", Pattern(Origin("https", "example.com."), True, False)),
    ("capacitor://*.localhost", Pattern(Origin("capacitor", "localhost"), True, False)),
    ("https://*.com", Pattern(Origin("https", "com"), True, False)),
]

NO_PATTERNS = [
    "",
    "*",
    ":*",
    "://*.",
    "https://*",
    "https://*:*",
    "https://*.",
    "https://*.*",
    "https://*.*.example.com",
    "https://**.example.com",
    "https://*example.com",
    "https://ex*mple.com",
    "https://example.*",
    "https://api.*.example.com",
    "https://*.example.com/",
    "https://*.Example.com",
    "https://*.example.com:443",
    "https://*.example.com:8443:*",
    "https://*.example.com:8*",
    "https://*.example.com:**",
    "http://localhost:3000:*",
    "*://example.com",
    "https*://example.com",
    "https://*.127.0.0.1",
    "https://*.[::1]",
    "https://[*]",
    "https://*.1",
    "https://user@*.example.com",
    "https://x://*.example.com",
    "null:*",
    "example.com:*",
    "https://example.com",
]


@pytest.mark.parametrize(("text", "pattern"), PATTERNS)
def test_a_pattern_is_read_and_prints_back(text: str, pattern: Pattern) -> None:
    assert Pattern.parse(text) == pattern
    assert str(pattern) == text


@pytest.mark.parametrize("text", NO_PATTERNS)
def test_no_other_text_is_a_pattern(text: str) -> None:
    assert Pattern.parse(text) is None


COVERED = [
    ("https://*.a.com", "https://*.a.com"),
    ("https://*.a.com", "https://*.b.a.com"),
    ("https://*.a.com:*", "https://*.a.com:81"),
    ("https://*.a.com:*", "https://*.b.a.com:*"),
    ("https://*.a.com:*", "https://b.a.com:*"),
    ("http://localhost:*", "http://localhost:*"),
]

NOT_COVERED = [
    ("https://*.b.a.com", "https://*.a.com"),
    ("https://*.a.com", "https://*.xa.com"),
    ("https://*.a.com", "http://*.a.com"),
    ("https://*.a.com", "https://*.a.com:81"),
    ("https://*.a.com", "https://*.a.com:*"),
    ("https://*.a.com", "https://b.a.com:*"),
    ("https://*.a.com:*", "https://a.com:*"),
    ("https://a.com:*", "https://*.a.com:*"),
    ("https://a.com:*", "https://*.a.com"),
    ("http://localhost:*", "http://127.0.0.1:*"),
]


def _pattern(text: str) -> Pattern:
    pattern = Pattern.parse(text)
    assert pattern is not None
    return pattern


@pytest.mark.parametrize(("wider", "narrower"), COVERED)
def test_a_pattern_covers_a_narrower_one(wider: str, narrower: str) -> None:
    assert _pattern(wider).covers(_pattern(narrower))


@pytest.mark.parametrize(("wider", "other"), NOT_COVERED)
def test_a_pattern_covers_no_other(wider: str, other: str) -> None:
    assert not _pattern(wider).covers(_pattern(other))


@pytest.mark.parametrize(
    ("value", "name"),
    [(Origin("https", "a.com"), "host"), (_pattern("https://*.a.com:*"), "any_port")],
)
def test_origins_and_patterns_are_values(value: Origin | Pattern, name: str) -> None:
    assert pickle.loads(pickle.dumps(value)) == value
    assert hash(pickle.loads(pickle.dumps(value))) == hash(value)
    with pytest.raises(AttributeError):
        setattr(value, name, "other")
    assert not hasattr(value, "__dict__")


@pytest.mark.parametrize("text", ["http", "a", "a1+.-"])
def test_schemes_begin_with_a_letter(text: str) -> None:
    assert is_scheme(text)


@pytest.mark.parametrize("text", ["", "1a", "-a", "A", "a_", "a b", "é"])
def test_other_texts_are_no_schemes(text: str) -> None:
    assert not is_scheme(text)


@pytest.mark.parametrize(
    ("authority", "parts"),
    [
        ("a.com", ("a.com", "", "")),
        ("a.com:1", ("a.com", ":", "1")),
        ("a.com:", ("a.com", ":", "")),
        ("a.com:1:2", ("a.com", ":", "1:2")),
        ("[::1]", ("[::1]", "", "")),
        ("[::1]:1", ("[::1]", ":", "1")),
        ("[::1]:", ("[::1]", ":", "")),
        ("[::1]x:1", ("[::1]x:1", "", "")),
        ("[::1", ("[::1", "", "")),
    ],
)
def test_an_authority_is_split_at_the_colon_behind_the_host(
    authority: str, parts: tuple[str, str, str]
) -> None:
    host, colon, digits = split_authority(authority)
    assert (host, colon, digits if colon else "") == parts


@pytest.mark.parametrize(("digits", "port"), [("1", 1), ("80", 80), ("65535", 65535)])
def test_ports_are_read(digits: str, port: int) -> None:
    assert parse_port(digits) == port


@pytest.mark.parametrize(
    "digits",
    ["", "0", "00", "01", "65536", "99999", "100000", "1x", "-1", "٣", "²", "1" * 5000],
    ids=lambda digits: ascii(digits)[:9],
)
def test_ports_that_cannot_exist_are_none(digits: str) -> None:
    assert parse_port(digits) is None
