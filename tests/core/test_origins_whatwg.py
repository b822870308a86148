"""Origins, compared with an implementation of the URL Standard that browsers and Node share."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flask_strictcors.core.errors import Problem
from flask_strictcors.core.origins import Origin, parse_entry, read_entries
from flask_strictcors.core.origins.hosts import to_ascii

from .strategies import entries, mutated, origins, short
from .whatwg import is_read_as, serialized

NUMBERS = st.one_of(
    st.integers(0, 256).map(str),
    st.integers(0, 2**32).map(str),
    st.integers(0, 2**32).map(hex),
    st.integers(0, 2**32).map(lambda number: f"0{number:o}"),
    st.sampled_from(["0x", "08", "1a"]),
)
IPV4 = st.lists(NUMBERS, min_size=1, max_size=5).map(".".join)
PIECES = st.sampled_from(["0", "0", "0", "", "1", "00ab", "FFFF", "12345", "1.2.3.4"])
IPV6 = st.lists(PIECES, min_size=1, max_size=9).map(lambda pieces: f"[{':'.join(pieces)}]")
LABELS = st.text("abz019-_", min_size=1, max_size=5).filter(lambda x: not x.startswith("xn--"))
DOMAINS = st.lists(LABELS, min_size=1, max_size=4).map(".".join)
HOSTS = DOMAINS | DOMAINS.map(lambda host: host + ".") | IPV4 | IPV6
PORTS = st.sampled_from(["", "", ":0", ":1", ":80", ":443", ":0443", ":65535", ":65536", ":"])


@short
@given(
    st.one_of(origins(), origins().flatmap(mutated)).filter(
        lambda text: text.startswith(("http://", "https://"))
    )
)
def test_every_accepted_web_origin_is_its_own_serialization(text: str) -> None:
    if Origin.parse(text):
        assert serialized(text) == text


@short
@given(st.one_of(origins(), entries(), origins().flatmap(mutated), entries().flatmap(mutated)))
def test_whatever_a_configuration_accepts_is_serialized(text: str) -> None:
    problems: list[Problem] = []
    for entry in read_entries("origins", [text], problems):
        assert entry == text
        # Of a pattern, what holds for one of its origins holds for all.
        member = entry.replace("://*.", "://a.").removesuffix(":*")
        origin = Origin.parse(member)
        assert origin is not None
        port = "" if origin.port is None else f":{origin.port}"
        assert f"{origin.scheme}://{origin.host}{port}" == member
        assert is_read_as(member, origin.scheme, f"{origin.host}{port}")
        assert Origin.parse(str(origin)) == origin
        if origin.scheme in ("http", "https"):
            assert serialized(member) == member
    assert len(problems) == (parse_entry(text) is None)


@short
@given(st.sampled_from(["http", "https"]), HOSTS, PORTS)
def test_every_serialized_web_origin_is_accepted(scheme: str, host: str, port: str) -> None:
    text = f"{scheme}://{host}{port}"
    origin = serialized(text)
    if origin is not None and not origin.endswith(":0"):
        assert Origin.parse(origin) is not None
    assert (Origin.parse(text) is not None) == (origin == text and not text.endswith(":0"))


@short
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=6))
def test_unicode_hosts_become_what_a_url_parser_makes_of_them(label: str) -> None:
    host = to_ascii(f"{label}.example")
    origin = f"https://{host}"
    if host is not None and parse_entry(origin):
        # The two may know different versions of Unicode, of which the older knows fewer letters.
        assert serialized(f"https://{label}.example") in (None, origin)
        assert serialized(origin) == origin


@pytest.mark.parametrize(
    "text", ["http://127.1", "https://EXAMPLE.com:443/a", "https://bücher.example", "http://[0::1]"]
)
def test_the_other_implementation_normalizes(text: str) -> None:
    assert serialized(text) != text
    assert parse_entry(serialized(text) or "")
