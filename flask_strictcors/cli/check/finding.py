"""CheckCode and Finding: what is legal, and unwise or dead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class CheckCode(StrEnum):
    """The stable names of all findings; `docs/checks.md` explains each."""

    # cookies
    COOKIE_NEEDS_HTTPS = "cookie-needs-https"
    COOKIE_NONE_NOT_SECURE = "cookie-none-not-secure"
    COOKIE_NOT_SECURE = "cookie-not-secure"
    COOKIE_NOT_SENT = "cookie-not-sent"
    # forged requests, and the tokens against them
    CSRF_HEADER_MISSING = "csrf-header-missing"
    CSRF_REFERRER = "csrf-referrer"
    CSRF_UNDEFENDED = "csrf-undefended"
    # headers
    AUTH_HEADER_MISSING = "auth-header-missing"
    CONTENT_TYPE_MISSING = "content-type-missing"
    HEADER_ALWAYS_EXPOSED = "header-always-exposed"
    HEADERS_ANY_ALLOWED = "headers-any-allowed"
    HEADERS_ANY_EXPOSED = "headers-any-exposed"
    # what browsers keep of a preflight
    MAX_AGE_CAPPED = "max-age-capped"
    PREFLIGHT_HEADERS_DIFFER = "preflight-headers-differ"
    PREFLIGHT_POST_ELSEWHERE = "preflight-post-elsewhere"
    # methods, paths and rules
    BLUEPRINT_UNUSED = "blueprint-unused"
    METHOD_UNSERVED = "method-unserved"
    NO_RULE = "no-rule"
    PATH_SHADOWED = "path-shadowed"
    PATH_UNMATCHED = "path-unmatched"
    # origins
    DEBUG_ORIGINS_COUNT = "debug-origins-count"
    INSECURE_ORIGIN = "insecure-origin"
    ORIGIN_ANY_PORT = "origin-any-port"
    ORIGIN_COVERED = "origin-covered"
    PUBLIC_SUFFIX = "public-suffix"
    SWITCH_NOT_NEEDED = "switch-not-needed"
    UNBOUNDED_CALLABLE = "unbounded-callable"
    # who else writes headers, or stands in front
    FLASK_CORS = "flask-cors"
    HEADER_SET_BY_HAND = "header-set-by-hand"
    TAG_HIDDEN = "tag-hidden"
    WRAPPER_BYPASSES = "wrapper-bypasses"
    WRAPPER_INSIDE = "wrapper-inside"


@dataclass(frozen=True, slots=True)
class Finding:
    """Say what is unwise or dead at one place of a configuration, and what to type instead.

    `code` is stable; `place` is a rule, a route, a key of `app.config` or a part of the app.
    """

    code: CheckCode
    place: str
    message: str
    fix: str


_MOST_NAMED: Final = 3


def few(texts: Sequence[str]) -> str:
    """Return the first three of some texts, and how many more there are."""
    shown = ", ".join(texts[:_MOST_NAMED])
    return shown if len(texts) <= _MOST_NAMED else f"{shown} and {len(texts) - _MOST_NAMED} more"
