"""Where the browsers leave the standard, or fill in what it leaves to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from flask_strictcors.core.fetch import LONGEST_MAX_AGE


class ThirdPartyCookies(StrEnum):
    """What becomes of the cookies of a site that is not the one in the address bar."""

    ALLOWED = "allowed"
    BLOCKED = "blocked"
    PARTITIONED = "partitioned"  # kept for each site in the address bar apart


@dataclass(frozen=True, slots=True)
class Quirks:
    """Hold how one browser differs; the defaults are the standard's.

    `max_age_cap` is the longest that a preflight is kept, in seconds, and `methods_in_every_answer`
    are kept with it, whatever it lists. A null origin is a sandboxed page's, or one that redirects
    hide.
    `judges_lines_together`, `asks_for_each_line` and `keeps_last_line` are about a request header
    that a script sets twice, `longest_range` about the numbers in Range.
    """

    name: str
    max_age_cap: int = LONGEST_MAX_AGE
    wildcard_allows_authorization: bool = False
    sends_hints_freely: bool = False
    foreign_redirects_drop_hints: bool = False
    writes_user_agent_itself: bool = False
    judges_lines_together: bool = False
    asks_for_each_line: bool = False
    keeps_last_line: bool = False
    reads_values_strictly: bool = False
    longest_range: int | None = None
    counts_no_total: bool = False
    conditional_requests_ask_again: bool = False
    keeps_one_preflight: bool = False
    keeps_preflights_of_failures: bool = False
    keeps_preflights_of_forbidden_redirects: bool = False
    blocked_redirects_clear_their_start: bool = False
    keeps_no_preflight_for_null: bool = False
    keeps_no_stars: bool = False
    keeps_credentials_apart: bool = False
    methods_in_every_answer: frozenset[str] = frozenset()
    upload_listeners_need_a_body: bool = False
    upload_listeners_grant_no_method: bool = False
    preflights_again_after_redirect: bool = False
    restores_headers_on_redirect: bool = False
    preflight_forgets_redirects: bool = False
    plain_preflight_tells_mode: bool = False
    blocks_userinfo_after_redirect: bool = False
    redirects_only_with_location: bool = False
    parses_locations_at_once: bool = False
    opaque_redirects_hide_origin: bool = False
    reads_locations_at_once: bool = False
    preflight_tells_origin_after_redirect: bool = False
    negative_max_age_is_zero: bool = False
    junk_max_age_is_zero: bool = False
    drops_empty_lines: bool = False
    third_party_cookies: ThirdPartyCookies = ThirdPartyCookies.ALLOWED
    unspecified_same_site: str = "Lax"
    cookies_ignore_scheme: bool = False
    same_site_counts_redirects: bool = False
    changed_cookie_is_newest: bool = False


STANDARD: Final = Quirks("standard")

CHROMIUM: Final = Quirks(
    "chromium",
    max_age_cap=7200,
    negative_max_age_is_zero=True,
    wildcard_allows_authorization=True,
    sends_hints_freely=True,
    foreign_redirects_drop_hints=True,
    writes_user_agent_itself=True,
    judges_lines_together=True,
    longest_range=2**63 - 2,
    conditional_requests_ask_again=True,
    keeps_one_preflight=True,
    keeps_preflights_of_failures=True,
    keeps_preflights_of_forbidden_redirects=True,
    keeps_no_preflight_for_null=True,
    methods_in_every_answer=frozenset({"GET", "HEAD", "POST"}),
    upload_listeners_need_a_body=True,
    upload_listeners_grant_no_method=True,
    preflight_forgets_redirects=True,
    plain_preflight_tells_mode=True,
    blocks_userinfo_after_redirect=True,
    redirects_only_with_location=True,
    parses_locations_at_once=True,
    opaque_redirects_hide_origin=True,
    reads_locations_at_once=True,
    third_party_cookies=ThirdPartyCookies.BLOCKED,
    changed_cookie_is_newest=True,
)

FIREFOX: Final = Quirks(
    "firefox",
    max_age_cap=86400,
    wildcard_allows_authorization=True,
    asks_for_each_line=True,
    keeps_last_line=True,
    reads_values_strictly=True,
    longest_range=2**64 - 1,
    counts_no_total=True,
    conditional_requests_ask_again=True,
    keeps_preflights_of_forbidden_redirects=True,
    blocked_redirects_clear_their_start=True,
    keeps_no_stars=True,
    keeps_credentials_apart=True,
    methods_in_every_answer=frozenset({"GET", "POST"}),
    upload_listeners_grant_no_method=True,
    reads_locations_at_once=True,
    preflights_again_after_redirect=True,
    restores_headers_on_redirect=True,
    preflight_tells_origin_after_redirect=True,
    preflight_forgets_redirects=True,
    junk_max_age_is_zero=True,
    drops_empty_lines=True,
    third_party_cookies=ThirdPartyCookies.PARTITIONED,
    unspecified_same_site="None",
    cookies_ignore_scheme=True,
    same_site_counts_redirects=True,
)

SAFARI: Final = Quirks("safari", max_age_cap=600, third_party_cookies=ThirdPartyCookies.BLOCKED)
"""Of Safari no more is known here than these two: it runs on no machine that the proof runs on."""

LIKE: Final[Mapping[str, Quirks]] = MappingProxyType(
    {quirks.name: quirks for quirks in (STANDARD, CHROMIUM, FIREFOX, SAFARI)}
)
