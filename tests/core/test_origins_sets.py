"""OriginSet: membership, checked against a naive matcher, and what it costs."""

import pickle

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from flask_strictcors.core.origins import Origin, OriginSet, Pattern, parse_entry, read_entries

from .counting import Untouchable, calls_in
from .naive import naively_admits
from .strategies import accepted_entries, origins_near, short

FRONT = ".".join(["a" * 63] * 3 + ["b" * 59])  # with two more characters the longest domain


def origin_set(*written: str) -> OriginSet:
    problems: list = []
    entries = read_entries("origins", written, problems)
    assert not problems
    return entries


ADMITTED = [
    ("https://example.com", "https://example.com"),
    ("https://example.com.", "https://example.com."),
    ("https://a_b.example.com", "https://a_b.example.com"),
    ("http://[::1]:9090", "http://[::1]:9090"),
    ("capacitor://localhost", "capacitor://localhost"),
    ("https://*.example.com", "https://a.example.com"),
    ("https://*.example.com", "https://b.a.example.com"),
    ("https://*.example.com", "https://example.com.example.com"),
    ("https://*.example.com", "https://-_.example.com"),
    ("https://*.example.com", "https://1.example.com"),
    ("https://*.example.com", "https://" + "a" * 63 + ".example.com"),
    ("https://*.example.com.", "https://a.example.com."),
    ("https://*.example.com:8443", "https://a.example.com:8443"),
    ("https://*.example.com:*", "https://a.example.com"),
    ("https://*.example.com:*", "https://a.example.com:1"),
    ("https://*.example.com:*", "https://b.a.example.com:65535"),
    ("https://*.b", f"https://{FRONT}.b"),
    (f"{'a' * 58}://{FRONT}.b:65535", f"{'a' * 58}://{FRONT}.b:65535"),
    ("https://*.b.", f"https://{FRONT}.b."),
    ("https://*.b:*", f"https://{FRONT}.b:65535"),
    ("https://*.b:8443", f"https://{FRONT}.b:8443"),
    ("http://localhost:*", "http://localhost"),
    ("http://localhost:*", "http://localhost:3000"),
    ("http://localhost:*", "http://localhost:443"),
    ("http://[::1]:*", "http://[::1]:5173"),
    ("http://[::1]:*", "http://[::1]"),
    ("http://127.0.0.1:*", "http://127.0.0.1:65535"),
    ("capacitor://localhost:*", "capacitor://localhost:80"),
]

REFUSED = [
    # the same host, nearly
    ("https://foo.com", "https://barfoo.com"),
    ("https://foo.com", "https://bar.foo.com"),
    ("https://foo.com", "https://foo.co"),
    ("https://foo.com", "https://foo.com.evil.net"),
    ("https://foo.com", "https://foo.comm"),
    ("https://foo.com", "https://foo.com."),
    ("https://foo.com.", "https://foo.com"),
    ("https://foo.com", "https://fooxcom"),
    ("https://foo.com", "http://foo.com"),
    ("https://foo.com", "https://foo.com:443"),
    ("https://foo.com", "https://foo.com:8443"),
    ("https://foo.com", "https://foo.com/"),
    ("https://foo.com", "https://FOO.com"),
    ("https://foo.com", "HTTPS://foo.com"),
    ("https://foo.com", "https://foo.com, https://foo.com"),
    ("https://foo.com", " https://foo.com"),
    ("https://foo.com", "https://foo.com\n"),
    ("https://foo.com", "null"),
    ("https://foo.com", ""),
    # one or more whole labels, and never the host itself
    ("https://*.example.com", "https://example.com"),
    ("https://*.example.com", "https://.example.com"),
    ("https://*.example.com", "https://xexample.com"),
    ("https://*.example.com", "https://a.xexample.com"),
    ("https://*.example.com", "https://a.example.com.evil.net"),
    ("https://*.example.com", "https://a.examplexcom"),
    ("https://*.example.com", "https://a..example.com"),
    ("https://*.example.com", "https://..example.com"),
    ("https://*.example.com", "https://*.example.com"),
    ("https://*.example.com", "https://a.example.com."),
    ("https://*.example.com.", "https://a.example.com"),
    ("https://*.example.com", "https://" + "a" * 64 + ".example.com"),
    ("https://*.example.com", "https://a." + "a" * 64 + ".example.com"),
    ("https://*.b", f"https://{FRONT}b.b"),
    ("https://*.b.", f"https://{FRONT}b.b."),
    ("https://*.b:*", f"https://{FRONT}b.b:65535"),
    ("https://*.example.com", "https://A.example.com"),
    ("https://*.example.com", "https://a.Example.com"),
    ("https://*.example.com", "https://ü.example.com"),
    ("https://*.example.com", "https://u@a.example.com"),
    ("https://*.example.com", "https://u:p@a.example.com"),
    ("https://*.example.com", "https://evil.net/.example.com"),
    ("https://*.example.com", "https://evil.net?.example.com"),
    ("https://*.example.com", "https://evil.net#.example.com"),
    ("https://*.example.com", "https://evil.net\\.example.com"),
    ("https://*.example.com", "https://evil.net:81.example.com"),
    ("https://*.example.com", "https://evil.net\n.example.com"),
    ("https://*.example.com", "https://a%2eb.example.com"),
    ("https://*.example.com", "https://a b.example.com"),
    ("https://*.example.com", "https://a,b.example.com"),
    ("https://*.example.com", "https://a\x00.example.com"),
    ("https://*.example.com", "https://https://a.example.com"),
    ("https://*.example.com", "http://a.example.com"),
    ("https://*.example.com", "ttps://a.example.com"),
    ("https://*.example.com", "https:a.example.com"),
    ("https://*.example.com", "https:/a.example.com"),
    ("https://*.example.com", "https"),
    ("https://*.example.com", "null"),
    ("https://*.example.com", "*"),
    ("https://*.example.com", ""),
    # whole ports that can exist
    ("https://*.example.com", "https://a.example.com:8443"),
    ("https://*.example.com", "https://a.example.com:443"),
    ("https://*.example.com:8443", "https://a.example.com"),
    ("https://*.example.com:8443", "https://a.example.com:84430"),
    ("https://*.example.com:*", "https://example.com:1"),
    ("https://*.example.com:*", "https://a.example.com:443"),
    ("https://*.example.com:*", "https://a.example.com:"),
    ("https://*.example.com:*", "https://a.example.com:0"),
    ("https://*.example.com:*", "https://a.example.com:*"),
    ("http://localhost:*", "http://localhost:80"),
    ("http://localhost:*", "http://localhost:"),
    ("http://localhost:*", "http://localhost:0"),
    ("http://localhost:*", "http://localhost:080"),
    ("http://localhost:*", "http://localhost:65536"),
    ("http://localhost:*", "http://localhost:1a"),
    ("http://localhost:*", "http://localhost:1:2"),
    ("http://localhost:*", "http://localhost:1@evil.net"),
    ("http://localhost:*", "http://localhost:1/"),
    ("http://localhost:*", "http://localhost.evil.net"),
    ("http://localhost:*", "http://localhost.evil.net:3000"),
    ("http://localhost:*", "http://a.localhost:3000"),
    ("http://localhost:*", "https://localhost:3000"),
    ("http://[::1]:*", "http://[::1]x:3000"),
    ("http://[::1]:*", "http://[::1"),
    ("http://[::1]:*", "http://::1:3000"),
]


@pytest.mark.parametrize(("written", "origin"), ADMITTED)
def test_a_set_admits(written: str, origin: str) -> None:
    assert origin_set(written).admits(origin)
    assert Origin.parse(origin) is not None


@pytest.mark.parametrize(("written", "origin"), REFUSED)
def test_a_set_does_not_admit(written: str, origin: str) -> None:
    assert not origin_set(written).admits(origin)


def test_entries_of_a_set_do_not_melt_into_one_another() -> None:
    entries = origin_set("https://foo.com", "https://bar.com", "https://*.bar.com:81")
    admitted = ["https://foo.com", "https://bar.com", "https://a.bar.com:81"]
    refused = ["https://barfoo.com", "https://a.foo.com", "https://a.bar.com", "https://bar.com:81"]
    assert all(map(entries.admits, admitted))
    assert not any(map(entries.admits, refused))


def test_an_empty_set_admits_nobody() -> None:
    assert not any(map(OriginSet(()).admits, ["https://example.com", "null", "*", ""]))


@short
@given(st.data())
def test_a_set_admits_what_a_naive_matcher_admits(data: st.DataObject) -> None:
    written = data.draw(st.lists(accepted_entries, max_size=6))
    entries = origin_set(*written)
    for _ in range(4):
        origin = data.draw(origins_near(written))
        naive = len(origin) <= 320 and any(naively_admits(entry, origin) for entry in written)
        assert entries.admits(origin) == naive, (written, origin)
        # Nothing is admitted that no browser could send.
        assert not naive or Origin.parse(origin) is not None


# Few labels, so that entries begin and end alike: what a tree of them would merge.
ALIKE = st.lists(st.sampled_from(["a", "b", "ab", "ba"]), min_size=2, max_size=4).map(".".join)


def crossed(hosts: list[str]) -> set[str]:
    """Return each beginning of a host with each end of a host behind it, and labels in front."""
    starts = {host[:at] for host in hosts for at in range(len(host))} | {"x.", "a.x."}
    ends = {host[at:] for host in hosts for at in range(len(host))}
    return {start + end for start in starts for end in ends}


@settings(short, max_examples=60)
@given(st.lists(st.tuples(st.sampled_from(["", "*."]), ALIKE), min_size=2, max_size=3))
@example([("", "foo.com"), ("", "bar.com")])
@example([("*.", "a.foo.com"), ("*.", "b.foo.com")])
@example([("*.", "foo.com"), ("", "a.bar.foo.com")])
def test_no_two_entries_make_a_third(parts: list[tuple[str, str]]) -> None:
    written = [f"https://{star}{host}" for star, host in parts]
    entries = origin_set(*written)
    for host in crossed([host for _, host in parts]):
        origin = f"https://{host}"
        naive = any(naively_admits(entry, origin) for entry in written)
        assert entries.admits(origin) == naive, (written, origin)


@short
@given(st.data())
def test_a_set_that_covers_another_admits_all_of_it(data: st.DataObject) -> None:
    narrower = data.draw(st.lists(accepted_entries, min_size=1, max_size=3))
    wider = data.draw(st.lists(accepted_entries, max_size=3)) + data.draw(
        st.just(narrower) | st.just([])
    )
    origin = data.draw(origins_near(narrower))
    if origin_set(*wider).covers(origin_set(*narrower)) and origin_set(*narrower).admits(origin):
        assert origin_set(*wider).admits(origin)


@pytest.mark.parametrize(
    ("wider", "narrower", "covers"),
    [
        (["https://a.com"], [], True),
        (["https://a.com", "https://b.com"], ["https://b.com"], True),
        (["https://*.a.com"], ["https://x.a.com", "https://*.y.a.com"], True),
        (["https://*.a.com"], ["https://a.com"], False),
        (["https://x.a.com"], ["https://*.a.com"], False),
        (["https://*.a.com"], ["https://x.a.com", "https://b.com"], False),
        ([], ["https://a.com"], False),
    ],
)
def test_covering_is_told(wider: list[str], narrower: list[str], covers: bool) -> None:
    assert origin_set(*wider).covers(origin_set(*narrower)) is covers


def test_an_overlong_text_is_not_even_hashed() -> None:
    entries = origin_set("https://foo.com", "https://*.foo.com:*", "http://localhost:*")
    assert not entries.admits(Untouchable("https://" + "a." * 32768 + "foo.com"))
    assert not entries.admits(Untouchable("a" * 65536))


@pytest.mark.parametrize(
    "origin",
    [
        "https://app-5.example.com",
        "https://a.b.c.tenant-7.example.com",
        "https://example.com",
        "https://" + "a." * 150 + "com",
        "https://evil.net",
        "null",
    ],
)
def test_membership_costs_the_same_in_a_large_set_as_in_a_small_one(origin: str) -> None:
    def some(count: int) -> OriginSet:
        exact = [f"https://app-{i}.example.com" for i in range(count)]
        patterns = [Pattern.parse(f"https://*.tenant-{i}.example.com") for i in range(count)]
        return OriginSet(exact, [pattern for pattern in patterns if pattern])

    small, large = some(10), some(10_000)
    assert calls_in(lambda: small.admits(origin)) == calls_in(lambda: large.admits(origin))


def test_a_set_is_compared_by_its_entries_whatever_their_order() -> None:
    one = origin_set("https://a.com", "https://*.b.com", "https://a.com")
    other = origin_set("https://*.b.com", "https://a.com")
    assert one == other
    assert hash(one) == hash(other)
    assert one != origin_set("https://a.com")
    assert one != {"https://a.com", "https://*.b.com"}
    assert pickle.loads(pickle.dumps(one)) == one


def test_a_set_iterates_over_what_was_written() -> None:
    written = ["https://a.com", "https://*.b.com:8443", "http://localhost:*"]
    assert sorted(origin_set(*written)) == sorted(written)
    assert len(origin_set(*written)) == 3
    assert not origin_set()


def test_a_set_shows_its_first_entries() -> None:
    entries = origin_set(*(f"https://{chr(ord('a') + i)}.com" for i in range(12)))
    assert repr(origin_set("https://*.a.com")) == "OriginSet('https://*.a.com')"
    assert repr(entries).startswith("OriginSet('https://a.com', 'https://b.com', ")
    assert repr(entries).endswith("'https://j.com', and 2 more)")
    assert repr(OriginSet(())) == "OriginSet()"


@pytest.mark.parametrize(
    "text", ["https://*.example.com", "https://example.com", "http://localhost:*"]
)
def test_what_a_set_iterates_over_parses_again(text: str) -> None:
    assert [str(parse_entry(entry)) for entry in origin_set(text)] == [text]
