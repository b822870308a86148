"""Hosts: their serialized forms, loopback, punycode."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flask_strictcors.core.origins.hosts import (
    are_labels,
    canonical_ipv4,
    canonical_ipv6,
    ends_in_number,
    has_valid_punycode,
    is_domain,
    is_host,
    is_ip,
    is_loopback,
    to_ascii,
)

from .strategies import short

LONGEST = ".".join(["a" * 63] * 3 + ["b" * 61])


@pytest.mark.parametrize(
    "host",
    [
        "example.com",
        "a",
        "localhost",
        "a.b.c.d.e",
        "_dmarc.example.com",
        "a_b.example.com",
        "-a.example.com",
        "a-.example.com",
        "a--b.com",
        "1.example.com",
        "1a",
        "0x.example.com",
        "xn--bcher-kva.example",
        "example.com.",
        "a" * 63,
        LONGEST,
        LONGEST + ".",
    ],
)
def test_domains_as_browsers_serialize_them_are_hosts(host: str) -> None:
    assert is_domain(host)
    assert is_host(host)
    assert not is_ip(host)


@pytest.mark.parametrize(
    "host",
    [
        "",
        ".",
        "..",
        ".example.com",
        "example..com",
        "example.com..",
        "Example.com",
        "bücher.example",
        "a b",
        "a,b",
        "a%2eb",
        "a/b",
        "a:b",
        "a@b",
        "*",
        "*.example.com",
        "a\n",
        "a\x00",
        "a" * 64,
        "a" * 64 + ".com",
        LONGEST + "b",
        "example.1",
        "example.0x1f",
        "example.1.",
        "٣",
    ],
)
def test_no_other_text_is_a_domain(host: str) -> None:
    assert not is_domain(host)
    assert not is_host(host)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("a", True), ("a.b_c.-", True), ("", False), ("a.", False), (".a", False), ("a..b", False)],
)
def test_labels_are_joined_by_single_dots(text: str, expected: bool) -> None:
    assert are_labels(text) is expected


@pytest.mark.parametrize("host", ["1", "a.1", "a.09", "a.1.", "0x", "a.0x", "a.0xff", "1.2.3.4"])
def test_a_last_label_that_is_a_number_makes_an_address(host: str) -> None:
    assert ends_in_number(host)


@pytest.mark.parametrize("host", ["", "a", "1.a", "a.1b", "a.0xg", "1..", "a.1_0"])
def test_other_last_labels_do_not(host: str) -> None:
    assert not ends_in_number(host)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("0.0.0.0", "0.0.0.0"),
        ("255.255.255.255", "255.255.255.255"),
        ("127.1", "127.0.0.1"),
        ("1.2.3", "1.2.0.3"),
        ("2130706433", "127.0.0.1"),
        ("1.2.3.4.0", None),
        ("0000000000001", None),
        ("0x7f000001", "127.0.0.1"),
        ("0X7F.1", "127.0.0.1"),
        ("017700000001", "127.0.0.1"),
        ("010.0.0.1", "8.0.0.1"),
        ("0x.0x.0.0", "0.0.0.0"),
        ("127.0.0.1.", "127.0.0.1"),
        ("256.0.0.1", None),
        ("1.2.3.256", None),
        ("1.2.65536", None),
        ("4294967296", None),
        ("1.2.3.4.5", None),
        ("1..2.3", None),
        ("", None),
        (".", None),
        ("09.0.0.1", None),
        ("0xg.0.0.1", None),
        ("1_0.0.0.1", None),
        ("+1.0.0.1", None),
        ("a.0.0.1", None),
        ("٣.0.0.1", None),
        ("9" * 13, None),
        ("0" * 5000, None),
    ],
)
def test_ipv4_is_canonical_in_one_form_only(host: str, expected: str | None) -> None:
    assert canonical_ipv4(host) == expected
    assert is_ip(host) == (host == expected)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("[::1]", "[::1]"),
        ("[::]", "[::]"),
        ("[2001:db8::1]", "[2001:db8::1]"),
        ("[2001:DB8::1]", "[2001:db8::1]"),
        ("[2001:0db8::1]", "[2001:db8::1]"),
        ("[0:0:0:0:0:0:0:1]", "[::1]"),
        ("[1:0:0:2:0:0:0:3]", "[1:0:0:2::3]"),
        ("[1:0:0:2:0:0:3:4]", "[1::2:0:0:3:4]"),
        ("[1:0:2:3:4:5:6:7]", "[1:0:2:3:4:5:6:7]"),
        ("[1::2:3:4:5:6:7]", "[1:0:2:3:4:5:6:7]"),
        ("[1:2:3:4:5:6:7:8]", "[1:2:3:4:5:6:7:8]"),
        ("[::ffff:1.2.3.4]", "[::ffff:102:304]"),
        ("[::ffff:102:304]", "[::ffff:102:304]"),
        ("[1:2::]", "[1:2::]"),
        ("[]", None),
        ("[:]", None),
        ("[1]", None),
        ("[:::1]", None),
        ("[1::2::3]", None),
        ("[12345::]", None),
        ("[::1%eth0]", None),
        ("[::1%25eth0]", None),
        ("[::1", None),
        ("::1]", None),
        ("::1", None),
        ("[::1]x", None),
        ("[v1.a]", None),
        ("[127.0.0.1]", None),
    ],
)
def test_ipv6_is_canonical_in_one_form_only(host: str, expected: str | None) -> None:
    assert canonical_ipv6(host) == expected
    assert host.startswith("[") is False or is_ip(host) == (host == expected)


@short
@given(st.ip_addresses(v=4))
def test_every_ipv4_address_is_canonical_as_it_prints(address: ipaddress.IPv4Address) -> None:
    assert canonical_ipv4(str(address)) == str(address)
    assert canonical_ipv4(hex(int(address))) == str(address)


@short
@given(
    st.ip_addresses(v=6)
    | st.lists(st.sampled_from([0, 0, 0, 1, 0xFFFF]), min_size=8, max_size=8).map(
        lambda pieces: ipaddress.IPv6Address(sum(p << 16 * i for i, p in enumerate(pieces)))
    )
)
def test_every_ipv6_address_has_one_canonical_form(address: ipaddress.IPv6Address) -> None:
    canonical = canonical_ipv6(f"[{address.exploded}]")
    assert canonical is not None
    assert ipaddress.IPv6Address(canonical[1:-1]) == address
    assert canonical_ipv6(canonical) == canonical_ipv6(f"[{address.compressed}]") == canonical


@pytest.mark.parametrize(
    "host",
    ["localhost", "app.localhost", "a.b.localhost", "127.0.0.1", "127.255.255.254", "[::1]"],
)
def test_these_hosts_are_loopback(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host",
    [
        "example.com",
        "localhost.example.com",
        "notlocalhost",
        "mylocalhost",
        "127.example.com",
        "127.0.0.1.example.com",
        "128.0.0.1",
        "0.0.0.0",
        "10.0.0.1",
        "192.168.0.1",
        "[::2]",
        "[::ffff:7f00:1]",
        "",
    ],
)
def test_these_hosts_are_not(host: str) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("bücher.example", "xn--bcher-kva.example"),
        ("BÜCHER.Example", "xn--bcher-kva.example"),
        ("bu\u0308cher.example", "xn--bcher-kva.example"),
        ("straße.de", "xn--strae-oqa.de"),
        ("☃.net", "xn--n3h.net"),
        ("例え。jp", "xn--r8jz45g.jp"),
        ("ｅxample.com", "example.com"),
        ("a\u00adb.com", "ab.com"),
        ("\u0301a.com", None),
        ("a\u200db.com", None),
        ("\ud800.com", None),
        ("\u0378.com", None),
        ("ü_a.com", "xn--_a-wka.com"),
    ],
)
def test_unicode_hosts_have_the_ascii_form_of_browsers(host: str, expected: str | None) -> None:
    assert to_ascii(host) == expected


@pytest.mark.parametrize(
    "host",
    [
        "example.com",
        "xn--bcher-kva.de",
        "xn--n3h.net",
        "a.xn--r8jz45g.jp",
        "xn--4dbrk0ce",
        "xn--_a-wka",
        "axn--b",
    ],
)
def test_valid_punycode_is_valid(host: str) -> None:
    assert has_valid_punycode(host)


@pytest.mark.parametrize(
    ("host", "why"),
    [
        ("xn--", "nothing is encoded"),
        ("xn--a", "a control character"),
        ("xn--abc-", "nothing but ASCII"),
        ("xn--99999999", "beyond Unicode"),
        ("xn--\x80", "not ASCII itself"),
        ("a.xn--bcher-KVA.b", "not as it would be encoded"),
        ("xn--cher-fna", "an upper-case letter"),
        ("xn--a-ccb", "a letter and its mark, not composed"),
        ("xn--a-wbb", "begins with a combining mark"),
        ("xn--0ug", "a joiner out of place"),
        ("xn--a-0hc", "letters of both directions"),
    ],
)
def test_punycode_that_browsers_refuse_is_invalid(host: str, why: str) -> None:
    assert not has_valid_punycode(host), why


@short
@given(st.text(st.characters(exclude_characters=".", exclude_categories=["Cs"]), min_size=1))
def test_the_ascii_form_is_valid_punycode_or_there_is_none(label: str) -> None:
    host = to_ascii(label)
    assert host is None or (host.isascii() and has_valid_punycode(host))
