"""The codes of what can be wrong with a live server, and what each of them says."""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import NamedTuple


class Weight(IntEnum):
    """How much a finding matters; the heavier, the smaller."""

    CRITICAL = 0  # strangers can read, or send, what they must not
    ERROR = 1  # some page that is allowed fails, or will
    NOTICE = 2  # worth knowing, and no reason to fail

    @property
    def word(self) -> str:
        """The name of the weight, as it is printed."""
        return self.name.lower()


class Code(StrEnum):
    """The stable names of all findings; `docs/probe.md` explains each."""

    ORIGIN_REFLECTED_WITH_CREDENTIALS = "origin-reflected-with-credentials"
    ORIGIN_REFLECTED = "origin-reflected"
    NULL_ALLOWED = "null-allowed"
    ORIGIN_PREFIX_ADMITTED = "origin-prefix-admitted"
    ORIGIN_SUFFIX_ADMITTED = "origin-suffix-admitted"
    ORIGIN_DOT_ADMITTED = "origin-dot-admitted"
    CACHE_CROSSING = "cache-crossing"
    ORIGIN_INSECURE_ADMITTED = "origin-insecure-admitted"
    PREFLIGHT_UNANSWERED = "preflight-unanswered"
    PREFLIGHT_REDIRECTED = "preflight-redirected"
    PREFLIGHT_UNAUTHORIZED = "preflight-unauthorized"
    PREFLIGHT_FORBIDDEN = "preflight-forbidden"
    PREFLIGHT_NOT_FOUND = "preflight-not-found"
    PREFLIGHT_METHOD_REFUSED = "preflight-method-refused"
    PREFLIGHT_FAILED = "preflight-failed"
    PREFLIGHT_WITHOUT_HEADERS = "preflight-without-headers"
    PREFLIGHT_DIFFERS = "preflight-differs"
    ACTUAL_WITHOUT_HEADERS = "actual-without-headers"
    ALLOW_ORIGIN_DOUBLED = "allow-origin-doubled"
    ALLOW_ORIGIN_LIST = "allow-origin-list"
    ALLOW_ORIGIN_ALTERED = "allow-origin-altered"
    ALLOW_ORIGIN_MALFORMED = "allow-origin-malformed"
    WILDCARD_WITH_CREDENTIALS = "wildcard-with-credentials"
    VARY_MISSING = "vary-missing"
    LIST_MALFORMED = "list-malformed"
    ANSWER_MISSING = "answer-missing"
    ORIGIN_SIBLING_ADMITTED = "origin-sibling-admitted"
    CREDENTIALS_NOT_TRUE = "credentials-not-true"
    WILDCARD_LITERAL = "wildcard-literal"
    METHOD_CASE = "method-case"
    MAX_AGE_TOO_LONG = "max-age-too-long"
    MAX_AGE_MALFORMED = "max-age-malformed"
    ERROR_WITHOUT_HEADERS = "error-without-headers"
    REDIRECTED = "redirected"
    QUERY_MATTERS = "query-matters"
    RESOURCE_POLICY = "resource-policy"
    PRIVATE_NETWORK = "private-network"
    HEADER_LINE_MALFORMED = "header-line-malformed"
    DEBUG_ANSWER = "debug-answer"


class Sign(NamedTuple):
    """What one code stands for: how much it matters, how it shows, whence it comes, what helps."""

    weight: Weight
    sign: str
    cause: str
    fix: str
