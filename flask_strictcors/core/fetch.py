"""The Fetch Standard's names, tables and grammar, each with its link."""

from __future__ import annotations

from typing import Final

ALLOW_CREDENTIALS: Final = "Access-Control-Allow-Credentials"
ALLOW_HEADERS: Final = "Access-Control-Allow-Headers"
ALLOW_METHODS: Final = "Access-Control-Allow-Methods"
ALLOW_ORIGIN: Final = "Access-Control-Allow-Origin"
EXPOSE_HEADERS: Final = "Access-Control-Expose-Headers"
MAX_AGE: Final = "Access-Control-Max-Age"
REQUEST_HEADERS: Final = "Access-Control-Request-Headers"
REQUEST_METHOD: Final = "Access-Control-Request-Method"

CORS_PREFIX: Final = "access-control-"
"""What the name of every CORS response header starts with, in lower case."""

# https://fetch.spec.whatwg.org/#methods
FORBIDDEN_METHODS: Final = frozenset({"CONNECT", "TRACE", "TRACK"})
NORMALIZED_METHODS: Final = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"})
SAFELISTED_METHODS: Final = frozenset({"GET", "HEAD", "POST"})

# https://fetch.spec.whatwg.org/#forbidden-request-header
FORBIDDEN_REQUEST_HEADERS: Final = frozenset(
    {
        "accept-charset",
        "accept-encoding",
        "access-control-request-headers",
        "access-control-request-method",
        "connection",
        "content-length",
        "cookie",
        "cookie2",
        "date",
        "dnt",
        "expect",
        "host",
        "keep-alive",
        "origin",
        "referer",
        "set-cookie",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "via",
    }
)
FORBIDDEN_REQUEST_PREFIXES: Final = ("proxy-", "sec-")
# Step 3 there: browsers look at the values of these, as frameworks take them for the method.
METHOD_OVERRIDES: Final = frozenset(
    {"x-http-method", "x-http-method-override", "x-method-override"}
)

# https://fetch.spec.whatwg.org/#cors-safelisted-response-header-name
SAFELISTED_RESPONSE_HEADERS: Final = frozenset(
    {
        "cache-control",
        "content-language",
        "content-length",
        "content-type",
        "expires",
        "last-modified",
        "pragma",
    }
)

# https://fetch.spec.whatwg.org/#forbidden-response-header-name
FORBIDDEN_RESPONSE_HEADERS: Final = frozenset({"set-cookie", "set-cookie2"})

# Fields that RFC 9110, RFC 9111, RFC 6797 and the Fetch Standard define for responses only: a
# script that sent one would mean nothing by it.
RESPONSE_ONLY_HEADERS: Final = frozenset(
    {
        "access-control-allow-credentials",
        "access-control-allow-headers",
        "access-control-allow-methods",
        "access-control-allow-origin",
        "access-control-expose-headers",
        "access-control-max-age",
        "age",
        "allow",
        "content-security-policy",
        "cross-origin-resource-policy",
        "etag",
        "last-modified",
        "location",
        "retry-after",
        "server",
        "strict-transport-security",
        "vary",
        "www-authenticate",
    }
)

# Fields that the same documents define for requests only: no answer carries one.
REQUEST_ONLY_HEADERS: Final = frozenset(
    {
        "accept",
        "accept-charset",
        "accept-encoding",
        "accept-language",
        "access-control-request-headers",
        "access-control-request-method",
        "authorization",
        "cookie",
        "expect",
        "host",
        "if-match",
        "if-modified-since",
        "if-none-match",
        "if-range",
        "if-unmodified-since",
        "origin",
        "proxy-authorization",
        "range",
        "referer",
        "te",
        "user-agent",
    }
)

# https://fetch.spec.whatwg.org/#http-network-or-cache-fetch reads at most this from
# Access-Control-Max-Age: Firefox's cap, the largest of today's browsers, in seconds.
LONGEST_MAX_AGE: Final = 86400

# https://httpwg.org/specs/rfc9110.html#tokens
_TOKEN_CHARACTERS: Final = (
    "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
)
LONGEST_TOKEN: Final = 256
"""Longer names are of no use to anybody, and reading them would be work for nothing."""

# https://url.spec.whatwg.org/#special-scheme
DEFAULT_PORTS: Final = {"http": 80, "https": 443}


def is_token(text: str) -> bool:
    """Report whether the text is a token of RFC 9110, as method and header names are."""
    # strip() walks in C and stops at the first foreign character from either end, so that the
    # remainder is empty exactly when every character belongs.
    return 0 < len(text) <= LONGEST_TOKEN and not text.strip(_TOKEN_CHARACTERS)


def is_forbidden_method(method: str) -> bool:
    """Report whether browsers refuse to send the method for a script, in whatever case."""
    return method.upper() in FORBIDDEN_METHODS


def is_forbidden_request_header(name: str) -> bool:
    """Report whether browsers refuse to let a script set the request header of that name."""
    lowered = name.lower()
    return lowered in FORBIDDEN_REQUEST_HEADERS or lowered.startswith(FORBIDDEN_REQUEST_PREFIXES)
