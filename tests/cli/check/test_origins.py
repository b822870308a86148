"""Origins that are wider than meant, admitted by a dangerous switch, or named for nothing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from .asking import APP, PARTNER, app_with, codes, findings, only, route

INSECURE = "dangerously_allow_insecure_origins"
SUFFIXES = "dangerously_allow_public_suffixes"
UNBOUNDED = "dangerously_allow_unbounded_callable"
HTTP = "http://app.example.com"


def codes_with(**options: Any) -> list[str]:
    app = app_with(**options)
    route(app, "/")
    return codes(app)


def is_tenant(origin: str) -> bool:
    return origin == APP


class TestSwitches:
    @pytest.mark.parametrize(
        ("switch", "options", "code", "said"),
        [
            (INSECURE, {"origins": [HTTP]}, "insecure-origin", HTTP),
            (INSECURE, {"origins": [APP], "debug_origins": [HTTP]}, "insecure-origin", HTTP),
            (
                SUFFIXES,
                {"origins": ["https://*.github.io"]},
                "public-suffix",
                "https://*.github.io",
            ),
            (
                UNBOUNDED,
                {"origins": is_tenant, "allowlist": "*"},
                "unbounded-callable",
                "lets * in",
            ),
        ],
    )
    def test_a_switch_that_is_needed_is_told_with_what_it_lets_in(
        self, switch: str, options: dict[str, Any], code: str, said: str
    ) -> None:
        app = app_with(**options, credentials=True, **{switch: True})
        route(app, "/")
        found = only(app, code)
        assert found["message"].startswith(f"{switch} lets ")
        assert said in found["message"]

    @pytest.mark.parametrize("switch", [INSECURE, SUFFIXES, UNBOUNDED])
    @pytest.mark.parametrize("credentials", [True, False])
    def test_a_switch_that_nothing_needs_is_dead(self, switch: str, credentials: bool) -> None:
        app = app_with(origins=[APP], credentials=credentials, **{switch: True})
        route(app, "/")
        assert only(app, "switch-not-needed")["fix"] == f"remove {switch}"

    def test_what_is_dangerous_only_with_credentials_needs_no_switch(self) -> None:
        assert codes_with(origins=[HTTP], **{INSECURE: True}) == ["switch-not-needed"]

    def test_one_may_be_needed_and_another_dead(self) -> None:
        found = codes_with(origins=[HTTP], credentials=True, **{INSECURE: True, SUFFIXES: True})
        assert found == ["insecure-origin", "switch-not-needed"]

    @pytest.mark.parametrize("origin", [APP, "http://localhost:*", "https://*.example.com"])
    def test_without_a_switch_there_is_nothing_to_tell(self, origin: str) -> None:
        assert codes_with(origins=[origin], credentials=True) == []


class TestAnyPort:
    @pytest.mark.parametrize("pattern", ["https://app.example.com:*", "https://*.example.com:*"])
    def test_any_port_of_another_host_is_wider_than_pages_need(self, pattern: str) -> None:
        app = app_with(origins=[pattern])
        route(app, "/")
        assert pattern in only(app, "origin-any-port")["message"]

    def test_an_allowlist_is_looked_at_too(self) -> None:
        found = codes_with(origins=is_tenant, allowlist=["https://*.example.com:*"])
        assert found == ["origin-any-port"]

    @pytest.mark.parametrize(
        "pattern",
        [
            "http://localhost:*",
            "http://127.0.0.1:*",
            "http://*.localhost:*",
            "https://*.example.com",
        ],
    )
    def test_any_port_of_this_machine_is_what_developers_need(self, pattern: str) -> None:
        assert codes_with(origins=[pattern]) == []

    def test_debug_origins_are_left_to_developers(self) -> None:
        assert codes_with(origins=[APP], debug_origins=["http://10.0.0.7:*"]) == []


class TestCovered:
    @pytest.mark.parametrize(
        ("origins", "by", "dead"),
        [
            ([APP, "https://*.example.com"], "https://*.example.com", APP),
            (["https://*.a.example.com", "https://*.example.com"], "https://*.example.com", "*.a."),
            (["http://localhost:3000", "http://localhost:*"], "http://localhost:*", ":3000"),
        ],
    )
    def test_what_a_pattern_beside_it_covers_is_dead(
        self, origins: Iterable[str], by: str, dead: str
    ) -> None:
        app = app_with(origins=origins)
        route(app, "/")
        found = only(app, "origin-covered")
        assert found["message"].startswith(f"{by} covers ")
        assert dead in found["fix"]

    def test_each_pattern_is_told_with_what_it_covers(self) -> None:
        net = "https://*.example.net"
        app = app_with(origins=[APP, PARTNER, net, "https://*.example.com"])
        route(app, "/")
        assert [one["fix"] for one in findings(app)] == [
            f"without {APP}, or without https://*.example.com",
            f"without {PARTNER}, or without {net}",
        ]

    def test_what_no_pattern_covers_is_alive(self) -> None:
        origins = [APP, PARTNER, "https://example.com", "https://*.example.org"]
        assert codes_with(origins=origins) == []

    def test_an_allowlist_is_looked_at_too(self) -> None:
        found = codes_with(origins=is_tenant, allowlist=[APP, "https://*.example.com"])
        assert found == ["origin-covered"]

    @pytest.mark.parametrize("origins", ["*", [APP], ["https://*.example.com"]])
    def test_a_debug_origin_that_is_let_in_anyway_is_dead(self, origins: Any) -> None:
        app = app_with(origins=origins, debug_origins=[APP, "http://localhost:*"])
        route(app, "/")
        by = "origins='*'" if origins == "*" else "origins"
        assert only(app, "origin-covered")["message"].startswith(f"{by} covers ")

    def test_a_debug_origin_that_a_function_might_refuse_is_alive(self) -> None:
        assert codes_with(origins=is_tenant, allowlist="*", debug_origins=[APP]) == []


class TestDebug:
    def test_debug_origins_count_while_debug_is_on(self) -> None:
        app = app_with(origins=[APP], debug_origins=["http://localhost:*"])
        route(app, "/")
        found = only(app, "debug-origins-count", is_debug=True)
        assert "http://localhost:*: debug_origins that are admitted now" in found["message"]

    def test_without_debug_they_are_what_they_are_for(self) -> None:
        assert codes_with(origins=[APP], debug_origins=["http://localhost:*"]) == []

    def test_debug_alone_is_no_matter(self) -> None:
        app = app_with(origins=[APP])
        route(app, "/")
        assert codes(app, is_debug=True) == []
