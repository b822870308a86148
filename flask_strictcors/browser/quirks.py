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
    """Hold how one browser differs; the defaults are the standard's."""

    name: str

    # --- request headers ---
    # A client hint with a value of its kind needs no preflight,
    sends_hints_freely: bool = False
    # and goes no further where a redirect leads to another origin than the page's.
    foreign_redirects_drop_hints: bool = False
    # A script's User-Agent is left out.
    writes_user_agent_itself: bool = False
    # Of a header that is set twice, the values are judged as one,
    judges_lines_together: bool = False
    # or the name is asked for twice,
    asks_for_each_line: bool = False
    # or only the last value is sent, of some names and where one of the two is empty.
    keeps_last_line: bool = False
    # Bytes beyond ASCII in Accept, and parameters of a type that are none, are not safe.
    reads_values_strictly: bool = False
    # Numbers in Range are safe up to this one.
    longest_range: int | None = None
    # Safe values may have more than 1024 bytes together.
    counts_no_total: bool = False

    # --- preflights ---
    # '*' in Access-Control-Allow-Headers covers Authorization.
    wildcard_allows_authorization: bool = False
    # An upload listener counts only with a body,
    upload_listeners_need_a_body: bool = False
    # and its method must be listed like any other.
    upload_listeners_grant_no_method: bool = False
    # Behind redirects, a preflight tells the page's origin, which is not checked where it is home;
    preflight_tells_origin_after_redirect: bool = False
    # it says Sec-Fetch-Site as if it had come straight there,
    preflight_forgets_redirects: bool = False
    # and is sent also where nothing needs it any more.
    preflights_again_after_redirect: bool = False
    # Over plain http, Sec-Fetch-Mode is told by preflights alone.
    plain_preflight_tells_mode: bool = False

    # --- what is kept of preflights ---
    # The longest that one is kept, in seconds.
    max_age_cap: int = LONGEST_MAX_AGE
    # A negative Max-Age keeps nothing; nor does anything else that is no number.
    negative_max_age_is_zero: bool = False
    junk_max_age_is_zero: bool = False
    # A new preflight takes the place of the last one, whole.
    keeps_one_preflight: bool = False
    # What was kept survives an answer that fails,
    keeps_preflights_of_failures: bool = False
    # and a redirect that the script has forbidden,
    keeps_preflights_of_forbidden_redirects: bool = False
    # but one into mixed content clears what was kept of the URL before it.
    blocked_redirects_clear_their_start: bool = False
    # Nothing is kept for the origin null: of a sandboxed page, or hidden by redirects.
    keeps_no_preflight_for_null: bool = False
    # '*' is kept as a name only.
    keeps_no_stars: bool = False
    # What was granted with credentials does not hold without.
    keeps_credentials_apart: bool = False
    # These methods are kept with every preflight, whatever it lists.
    methods_in_every_answer: frozenset[str] = frozenset()
    # If-Modified-Since and its likes ask again each time.
    conditional_requests_ask_again: bool = False

    # --- answers and redirects ---
    # Of several lines of one name, the empty ones do not count, but for the allowed origin.
    drops_empty_lines: bool = False
    # Different Locations are an error with any status, and equal ones are one.
    reads_locations_at_once: bool = False
    # A redirect without a Location, or with an empty one, is an answer.
    redirects_only_with_location: bool = False
    # A Location that is no URL is an error also where it is not followed.
    parses_locations_at_once: bool = False
    # No redirect leads to a URL with a user name in it.
    blocks_userinfo_after_redirect: bool = False
    # Each hop starts with the script's headers, Authorization included, on whatever host it is.
    restores_headers_on_redirect: bool = False
    # Without CORS, the first redirect to another origin hides the page's.
    opaque_redirects_hide_origin: bool = False

    # --- cookies ---
    third_party_cookies: ThirdPartyCookies = ThirdPartyCookies.ALLOWED
    # What a cookie without SameSite is.
    unspecified_same_site: str = "Lax"
    # http and https are one site.
    cookies_ignore_scheme: bool = False
    # A redirect through another site keeps Lax and Strict cookies at home.
    same_site_counts_redirects: bool = False
    # A cookie that gets another value goes to the end of the line.
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
