"""Origins that are none, or nobody's, and passed all the same."""

from __future__ import annotations

import re

import pytest

from flask_strictcors import Policy, cors

from .doors import (
    APP,
    EVIL,
    Install,
    codes,
    fixes,
    flask_cors_6,
    get,
    lets_in,
    preflight,
    through_flask,
    through_flask_cors,
)
from .test_matching import only

# What is beside the origin in the header: several lines arrive joined, by servers each in its way.
SECOND = (f", {EVIL}", f",{EVIL}", f" {EVIL}", f"\t{EVIL}", f"; {EVIL}", f",{APP}", ", null", ",")


class TestCVE_2022_1996_UnanchoredAndSuffixes:
    """Origins were searched for a pattern, or only their ends were compared."""

    NO_BOUNDARY = (
        "https://evilexample.com",
        "https://evil-example.com",
        "https://evil.net/https://a.example.com",
        "https://evil.net?a.example.com",
        "https://evil.net#.example.com",
        "https://x@evil.net:80/.example.com",
        "evil://a.example.com",
        "http://a.example.com",
        "https://a.example.com.evil.net",
        "https://example.com",
    )

    @pytest.mark.parametrize("origin", NO_BOUNDARY)
    def test_naively_it_is_found_somewhere(self, origin: str) -> None:
        assert re.search("example.com", origin) or origin.endswith("example.com")

    @pytest.mark.parametrize("origin", NO_BOUNDARY)
    def test_labels_have_boundaries(self, guarded: Install, origin: str) -> None:
        assert not lets_in(guarded(**only("https://*.example.com")), origin)
        dynamic = guarded(**only("https://*.example.com") | {"origins": yes, "allowlist": [APP]})
        assert not lets_in(dynamic, origin)


def yes(origin: str) -> bool:
    return True


class TestRsCors197_WildcardsAnywhere:
    """A star anywhere split an entry in a beginning and an end, also beside credentials."""

    ENTRIES = (
        "h*",
        "http*",
        "https*",
        "*://app.example.com",
        "https://*",
        "https://*.*",
        "https://a*.example.com",
        "https://*a.example.com",
        "https://a.*.com",
        "https://*.*.example.com",
        "https://app.*",
        "**",
        "https://*:*",
        "https://**.example.com",
        "https://*example.com",
    )

    def test_naively_a_beginning_and_an_end_are_all_that_is_compared(self) -> None:
        begin, _, end = "h*".partition("*")
        assert EVIL.startswith(begin)
        assert EVIL.endswith(end)

    @pytest.mark.parametrize("entry", ENTRIES)
    @pytest.mark.parametrize("credentials", [True, False])
    def test_a_star_has_two_places_and_no_other(self, entry: str, credentials: bool) -> None:
        assert codes(Policy, origins=[entry], credentials=credentials)
        assert codes(Policy, origins=[APP], debug_origins=[entry], credentials=credentials)
        assert codes(cors, origins=yes, allowlist=[entry], credentials=credentials)


class TestFlaskCors6_TwoOriginLines:
    """Two Origin lines were joined by the server, and the joined text was echoed."""

    @flask_cors_6
    def test_naively_the_joined_text_is_echoed(self) -> None:
        door = through_flask_cors(origins=r"https://.*\.example\.com")
        joined = f"{APP}, {EVIL}"
        assert door(get("/", joined)).get("Access-Control-Allow-Origin") == joined

    @pytest.mark.parametrize("more", SECOND)
    @pytest.mark.parametrize("is_first", [True, False])
    def test_two_are_malformed(self, guarded: Install, more: str, is_first: bool) -> None:
        joined = APP + more if is_first else more.strip(", ;\t") + ", " + APP
        door = guarded(**only(APP, EVIL, "https://*.example.com"))
        for environ in (get("/", joined), preflight("/", "PUT", joined)):
            answer = door(environ)
            assert answer.cors == {}
            assert not any(EVIL in value for _, value in answer.lines)


class TestFlaskCors6_EntriesThatNeverMatch:
    """Entries that no browser's Origin can equal were taken without a word."""

    MEANT: tuple[tuple[str, str], ...] = (
        ("https://example.com/", "https://example.com"),
        ("example.com", "https://example.com"),
        ("https://Example.com", "https://example.com"),
        ("https://example.com:443", "https://example.com"),
        ("http://localhost:80", "http://localhost"),
        ("https://example.com/api", "https://example.com"),
        ("https://example.com?x=1", "https://example.com"),
        ("https://b\u00fccher.example", "https://xn--bcher-kva.example"),
        (" https://example.com", "https://example.com"),
    )

    @flask_cors_6
    @pytest.mark.parametrize(("entry", "meant"), [*MEANT[:2], *MEANT[3:6]])
    def test_naively_the_page_stays_out_and_nobody_says_why(self, entry: str, meant: str) -> None:
        assert not lets_in(through_flask_cors(origins=[entry]), meant)

    @pytest.mark.parametrize(("entry", "meant"), MEANT)
    def test_such_an_entry_is_refused_and_its_fix_lets_the_page_in(
        self, entry: str, meant: str
    ) -> None:
        (fix,) = fixes(through_flask, origins=[entry])
        assert meant in fix
        assert lets_in(through_flask(origins=[meant]), meant)

    @pytest.mark.parametrize("entry", ["https://a.com, https://b.com", "null", "file:", "https://"])
    def test_what_is_no_single_origin_is_refused(self, entry: str) -> None:
        assert codes(through_flask, origins=[entry])
        assert codes(through_flask, origins=entry)
