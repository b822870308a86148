"""Values of Origin that are no origin, and were read as one."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import pytest

from flask_strictcors import DynamicOrigins
from flask_strictcors.testing import Browser

from .doors import (
    APP,
    EVIL,
    METHODS,
    Install,
    codes,
    fixes,
    get,
    lets_in,
    preflight,
    serving_anything,
    through_flask,
    through_middleware,
)
from .test_matching import only


def yes(origin: str) -> bool:
    return True


class TestKTOR_5936_TrailingSlashes:
    """An Origin that ended in a slash was always valid."""

    SLASHED = (
        f"{EVIL}/",
        f"{APP}/",
        "null/",
        "/",
        "//",
        f"{APP}//",
        f"{APP}/.",
        f"{APP}\\",
        f"{APP}%2f",
    )

    @pytest.mark.parametrize("origin", [*SLASHED, "https://other.example/"])
    def test_naively_the_slash_is_taken_away_first(self, origin: str) -> None:
        assert origin.endswith(("/", "\\", "%2f", "/."))
        assert origin.rstrip("/.\\%2f") != origin

    @pytest.mark.parametrize("origin", SLASHED)
    def test_no_browser_sends_a_slash(self, guarded: Install, origin: str) -> None:
        for options in (only(APP, EVIL), only(APP) | {"origins": yes, "allowlist": "*"}):
            assert not lets_in(guarded(**options), origin)

    @pytest.mark.parametrize("origin", SLASHED)
    def test_nor_is_it_the_apps_own(self, origin: str) -> None:
        door = through_middleware(**only(APP), own_origins=[EVIL], enforce=True)
        assert door(get("/", origin)).status == 403
        assert door(get("/", EVIL)).status == 200


class TestRackCors_1_0_0_EmptyOrigins:
    """An empty Origin matched, since every text holds it."""

    EMPTY = ("", " ", "\t", "\x00", "://", "https://", "''", '""', "undefined", "None")

    def test_naively_every_text_begins_with_nothing(self) -> None:
        assert APP.startswith("")
        assert re.match("", APP)

    @pytest.mark.parametrize("origin", EMPTY)
    @pytest.mark.parametrize(
        "options",
        [
            only(APP),
            only("https://*.example.com", "http://localhost:*"),
            only(APP) | {"origins": yes, "allowlist": "*"},
        ],
        ids=["a list", "patterns", "a callable"],
    )
    def test_an_empty_origin_is_malformed(
        self, guarded: Install, origin: str, options: dict[str, Any]
    ) -> None:
        assert not lets_in(guarded(**options), origin)
        assert guarded(**options, enforce=True)(get("/", origin)).status == 403


class TestDjangoCorsHeaders_OriginsReadAsURLs:
    """Entries had no scheme, and origins were parsed as URLs: 3.0, 3.10.1, 4.3 and 4.9."""

    AS_URLS = (
        f"{APP}/evil",
        f"{APP}?evil",
        f"{APP}#evil",
        "http://app.example.com",
        "evil://app.example.com",
        "//app.example.com",
    )
    CRASHING = (
        "https://[",
        "https://[::1",
        "https://a]b",
        "https://[v1.a]",
        "http://\uff03".encode(),
    )

    @pytest.mark.parametrize("origin", AS_URLS)
    def test_naively_only_the_host_is_compared(self, origin: str) -> None:
        assert urlsplit(origin).netloc == "app.example.com"

    def test_naively_a_malformed_origin_crashes_the_parser(self) -> None:
        for origin in ("https://[", "https://[::1"):
            with pytest.raises(ValueError, match="IPv6"):
                urlsplit(origin)

    @pytest.mark.parametrize("origin", AS_URLS)
    def test_an_origin_is_compared_whole(self, guarded: Install, origin: str) -> None:
        assert not lets_in(guarded(**only(APP)), origin)

    @pytest.mark.parametrize("origin", CRASHING)
    @pytest.mark.parametrize("host", ["localhost", "[", "[::1", "a]b"])
    def test_a_malformed_origin_is_a_plain_no(
        self, guarded: Install, origin: str | bytes, host: str
    ) -> None:
        sent = origin.decode("latin-1") if isinstance(origin, bytes) else origin
        door = guarded(**only(APP, "https://*.example.com", "http://localhost:*"))
        answer = door(get("/", sent, HTTP_HOST=host))
        assert answer.status < 500
        assert answer.cors == {}

    @pytest.mark.parametrize("origin", [EVIL, "null", "", f"{APP}/evil"])
    def test_no_header_speaks_of_credentials_to_who_is_refused(
        self, guarded: Install, origin: str
    ) -> None:
        door = guarded(**only(APP, credentials=True, expose_headers=["X-Total"]))
        assert door(get("/", origin)).cors == {}
        assert door(preflight("/", "PUT", origin)).cors == {}

    @pytest.mark.parametrize(
        "entry", ["app.example.com", "//app.example.com", "app.example.com:80"]
    )
    def test_an_entry_has_a_scheme(self, entry: str) -> None:
        assert codes(through_flask, origins=[entry])


class TestCVE_2024_47165_NullAmongLocalhosts:
    """`null` was on the list of what counts as localhost, and any page can be `null`."""

    LOCALHOSTS = ("localhost", "127.0.0.1", "0.0.0.0", "null")

    def test_naively_null_is_at_home(self) -> None:
        assert "null" in self.LOCALHOSTS
        assert Browser(serving_anything()).open(None).origin == "null"

    @pytest.mark.parametrize("field", ["origins", "debug_origins", "own_origins"])
    @pytest.mark.parametrize("null", ["null", "NULL", "Null", " null"])
    def test_null_is_on_no_list(self, field: str, null: str) -> None:
        assert codes(through_flask, **{"origins": [APP]} | {field: [null]})
        assert codes(DynamicOrigins, yes, allowlist=[null])

    @pytest.mark.parametrize("answer", [True, "null", ["null"], {"null"}])
    @pytest.mark.parametrize("allowlist", ["*", ["http://localhost:*", "http://127.0.0.1:*"]])
    def test_no_callable_is_asked_about_it(
        self, guarded: Install, answer: Any, allowlist: Any
    ) -> None:
        asked: list[str] = []

        def local(origin: str) -> Any:
            asked.append(origin)
            return answer

        door = guarded(origins=local, allowlist=allowlist, methods=METHODS)
        assert not lets_in(door, "null")
        assert asked == []

    @pytest.mark.parametrize("pattern", ["http://localhost:*", "https://*.localhost", "*.local"])
    def test_no_pattern_admits_it(self, guarded: Install, pattern: str) -> None:
        if pattern == "*.local":
            assert fixes(through_flask, origins=[pattern])
        else:
            assert not lets_in(guarded(**only(pattern)), "null")
