"""Origins that passed for others: regexes, globs, prefixes, suffixes and substrings."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flask_strictcors import Policy

from .doors import (
    APP,
    METHODS,
    Install,
    codes,
    flask_cors_6,
    get,
    lets_in,
    through_flask,
    through_flask_cors,
    through_middleware,
)

Options = dict[str, Any]


def only(*origins: str, **more: Any) -> Options:
    """Return a policy's options in which somebody is let in."""
    return {"origins": origins, "methods": METHODS} | more


class TestFlaskCors165_OriginsInsideOfAString:
    """An origin was looked for in the text of the configuration, and any part of it was found."""

    PARTS = ("https://app.example.co", "https://app.example", "https://app", "https:", "h", "")
    BETWEEN = ("https://app.example.com,", "com,https", "example.com,https://b", ",", "://")

    @pytest.mark.parametrize("part", [*PARTS, *BETWEEN])
    def test_naively_a_part_is_in_the_text(self, part: str) -> None:
        assert part in f"{APP},https://b.example.com"

    @pytest.mark.parametrize("part", [*PARTS, *BETWEEN])
    def test_a_part_of_an_origin_is_another_or_none(self, guarded: Install, part: str) -> None:
        several = guarded(**only(APP, "https://b.example.com"))
        single = guarded(origins=APP, methods=METHODS)
        assert not lets_in(several, part)
        assert not lets_in(single, part)
        assert lets_in(single, APP)


class TestFlaskCors6_RegexesAndGlobs:
    """Entries were guessed to be regexes or globs, and matched at the front only."""

    REGEX = r"https://.*\.example\.com"
    GLOB = "https://*.example.com"

    @flask_cors_6
    def test_naively_they_admit_strangers_and_refuse_friends(self) -> None:
        by_regex = through_flask_cors(origins=self.REGEX)
        assert lets_in(by_regex, "https://a.example.com.evil.net")
        assert lets_in(by_regex, "https://evil.net/https://a.example.com")
        by_glob = through_flask_cors(origins=self.GLOB)
        assert lets_in(by_glob, "https:///example.com")
        assert not lets_in(by_glob, "https://a.example.com")

    @pytest.mark.parametrize(
        "entry",
        [
            REGEX,
            r"https://app\.example\.com",
            "https://(app|www).example.com",
            "https://[a-z]+.example.com",
            "^https://app.example.com$",
            "https://app.example.com.*",
            "https://app?.example.com",
            "https://.*",
            ".*",
            ".+",
        ],
    )
    def test_a_regex_is_no_entry(self, entry: str) -> None:
        for field in ("origins", "debug_origins"):
            assert codes(Policy, **only(APP) | {field: [entry]})
        assert codes(Policy, origins=lambda origin: True, allowlist=[entry])
        assert codes(Policy, origins=[re.compile(re.escape(APP))]) == ["wrong-type"]

    @pytest.mark.parametrize(
        ("origin", "is_friend"),
        [
            ("https://a.example.com", True),
            ("https://a.b.example.com", True),
            ("https://a.example.com.evil.net", False),
            ("https://xexample.com", False),
            ("https://example.com", False),
            ("https://.example.com", False),
            ("https://a..example.com", False),
            ("https:///example.com", False),
            ("https://evil.net/.example.com", False),
            ("https://evil.net#.example.com", False),
            ("https://evil.net?.example.com", False),
            ("https://evil.net\\.example.com", False),
            ("https://evil.net@.example.com", False),
            ("https://a.example.com:443", False),
            ("https://a.example.com:8443", False),
            ("http://a.example.com", False),
            ("https://A.example.com", False),
            ("https://a.example.com\n", False),
            ("https://a.example.com\n.evil.net", False),
        ],
    )
    def test_a_pattern_is_whole_labels(
        self, guarded: Install, origin: str, is_friend: bool
    ) -> None:
        assert lets_in(guarded(**only(self.GLOB)), origin) == is_friend


class TestCVE_2026_37737_SanicCorsMatch:
    """The allowlist was matched at the front of the origin only."""

    LONGER = (
        f"{APP}.evil.net",
        f"{APP}evil.net",
        f"{APP}-evil.net",
        f"{APP}:evil@evil.net",
        f"{APP}@evil.net",
        f"{APP}/",
        f"{APP}\n",
        f"{APP}, https://evil.net",
        f"{APP}:8443",
    )

    @pytest.mark.parametrize("origin", LONGER)
    def test_naively_what_begins_right_is_let_in(self, origin: str) -> None:
        assert re.match(APP, origin)

    @pytest.mark.parametrize("origin", LONGER)
    def test_what_only_begins_right_is_refused(self, guarded: Install, origin: str) -> None:
        assert not lets_in(guarded(**only(APP)), origin)
        assert not lets_in(guarded(**only(APP, "https://*.app.example.com")), origin)


class TestCVE_2026_25478_LitestarAllowlistAsRegex:
    """Plain entries were compiled as regexes, in which a dot is any letter."""

    ANY_LETTER = (
        "https://appXexample.com",
        "https://app.exampleXcom",
        "https://app-example.com",
        "https://app.example-com",
        "https://app\xe9example.com",
        "https://app example.com",
    )

    @pytest.mark.parametrize("origin", ANY_LETTER)
    def test_naively_a_dot_is_any_letter(self, origin: str) -> None:
        assert re.fullmatch(APP, origin)

    @pytest.mark.parametrize("origin", ANY_LETTER)
    def test_a_dot_is_a_dot(self, guarded: Install, origin: str) -> None:
        assert not lets_in(guarded(**only(APP, "https://*.app.example.com")), origin)


LABELS = st.sampled_from(["foo", "bar", "com", "net", "a"])
HOSTS = st.lists(LABELS, min_size=1, max_size=3).map(".".join)
# Two hosts run together, as an edge of a tree that is cut between letters runs them.
MERGED = st.tuples(HOSTS, st.sampled_from(["", ".", "-"]), HOSTS).map("".join)


def shares_an_end(host: str, suffixes: list[str]) -> bool:
    """Report whether a host ends like an entry: what a tree of letters keeps of them all."""
    return any(host.endswith(suffix) for suffix in suffixes)


class TestGHSA_vhxv_fg4m_p2w8_MergedSuffixes:
    """A tree of suffixes was cut between letters, and two hosts became a third."""

    def test_naively_two_hosts_make_a_third(self) -> None:
        assert shares_an_end("barfoo.com", ["foo.com", "bar.com"])

    @given(hosts=st.lists(HOSTS, min_size=1, max_size=5), asked=st.lists(MERGED, max_size=20))
    def test_a_host_is_admitted_when_an_entry_says_so(
        self, hosts: list[str], asked: list[str]
    ) -> None:
        named, below = hosts[::2], hosts[1::2]
        entries = [f"https://{host}" for host in named]
        patterns = [f"https://*.{host}" for host in below]
        door = through_middleware(**only(*entries, *patterns))
        for host in (*hosts, *asked):
            is_admitted = host in named or any(host.endswith(f".{end}") for end in below)
            assert door(get("/", f"https://{host}")).is_readable(f"https://{host}") == is_admitted


class TestCVE_2019_25211_TrailingWildcards:
    """A star at the end made the entry a prefix."""

    ENTRIES = (
        "http://localhost/*",
        "http://localhost*",
        "https://example.com*",
        "https://example.*",
        "https://app.example.c*",
        "http://localhost:80*",
        "http://localhost:*0",
        "https://*",
        "https*",
        "http://localhost:*/",
    )
    STRANGERS = (
        "http://localhost.example.com",
        "http://localhost:3000.evil.net",
        "http://localhost:3000@evil.net",
        "http://localhost:evil.net",
        "http://localhost:80",
        "http://localhost:",
        "http://localhost:0",
        "http://localhost:65536",
        "http://localhost:+1",
        "http://localhost:\u0663".encode().decode("latin-1"),
        "http://localhostevil.net",
    )

    def test_naively_what_begins_like_it_is_let_in(self) -> None:
        assert "http://localhost.example.com".startswith("http://localhost/*".rstrip("/*"))
        assert fnmatchcase("http://localhost:3000.evil.net", "http://localhost:*")

    @pytest.mark.parametrize("entry", ENTRIES)
    def test_a_star_is_a_whole_label_or_a_whole_port(self, entry: str) -> None:
        assert codes(through_flask, origins=[entry])

    @pytest.mark.parametrize("origin", STRANGERS)
    def test_any_port_is_a_port(self, guarded: Install, origin: str) -> None:
        door = guarded(**only("http://localhost:*"))
        assert not lets_in(door, origin)
        assert lets_in(door, "http://localhost")
        assert lets_in(door, "http://localhost:65535")
