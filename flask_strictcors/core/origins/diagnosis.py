"""What is wrong with an entry that is refused: the plainest of its faults."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from flask_strictcors.core.errors import Code, Problem
from flask_strictcors.core.fetch import DEFAULT_PORTS
from flask_strictcors.core.origins.grammar import (
    PAGELESS_SCHEMES,
    authority_of,
    has_opaque_scheme,
    has_regex_sign,
    host_of,
    port_of,
    scheme_of,
    split_entries,
)
from flask_strictcors.core.origins.hosts import ends_in_number
from flask_strictcors.core.origins.mending import mended
from flask_strictcors.core.origins.origin import is_scheme, parse_port


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One fault of an entry; the fix is for those that cannot be mended."""

    code: Code
    fits: Callable[[str], bool]
    message: str
    fix: str


def diagnose(field: str, text: str) -> Problem:
    """Return the problem of an entry that is neither an origin nor a pattern."""
    # The last diagnosis fits every text.
    found = next(diagnosis for diagnosis in _DIAGNOSES if diagnosis.fits(text))
    fix = mended(text) or found.fix
    return Problem(found.code, field, text, f"{text!r}: {found.message}", fix)


def _has_wildcard_over_ip(text: str) -> bool:
    # Of 10.0.0.* the labels in front of the star are numbers, of *.0.0.1 those behind it.
    authority, host = authority_of(text), host_of(text)
    if "[" in authority:
        return "*" in authority.partition("]")[0]
    bare = host.replace("*.", "").replace(".*", "").strip("*.")
    return "*" in host and ends_in_number(bare)


def _has_default_port(text: str) -> bool:
    colon, digits = port_of(text)
    return bool(colon) and parse_port(digits) == DEFAULT_PORTS.get(scheme_of(text), 0)


def _has_bad_port(text: str) -> bool:
    colon, digits = port_of(text)
    return bool(colon) and parse_port(digits) is None


def _is_ip_of_other_form(text: str) -> bool:
    host = host_of(text)
    return host.startswith("[") or ends_in_number(host)


def _has_foreign_scheme(text: str) -> bool:
    return scheme_of(text) in PAGELESS_SCHEMES or not is_scheme(scheme_of(text))


# Tried from top to bottom; the first that fits is the one to tell, being the plainest.
_DIAGNOSES: Final[tuple[Diagnosis, ...]] = (
    Diagnosis(
        Code.ORIGIN_EMPTY,
        lambda text: not text.strip(" ,;\t\r\n"),
        "an origin is empty.",
        "remove it",
    ),
    Diagnosis(
        Code.ORIGIN_NULL,
        lambda text: text.strip().lower() == "null",
        "'null' is the origin of every sandboxed frame and local file, of anybody's; it can "
        "never be allowed.",
        "remove it, and serve the page from an http or https origin",
    ),
    Diagnosis(
        Code.ORIGIN_WILDCARD_IN_LIST,
        lambda text: text.strip() == "*",
        "'*' stands alone, never inside a list.",
        'origins="*", without credentials, or the list without "*"',
    ),
    Diagnosis(
        Code.ORIGIN_SCHEME,
        has_opaque_scheme,
        "pages of this scheme have the origin 'null', which can never be allowed.",
        "serve the page from an http or https origin, and name that",
    ),
    Diagnosis(
        Code.ORIGIN_REGEX,
        has_regex_sign,
        "regular expressions are not supported: a slip in one lets strangers in.",
        "a pattern such as https://*.example.com, or a callable with an allowlist",
    ),
    Diagnosis(
        Code.ORIGIN_SEVERAL,
        lambda text: len(split_entries(text)) > 1,
        "this one string holds several origins.",
        "a list with one string for each origin",
    ),
    Diagnosis(
        Code.ORIGIN_SCHEME_MISSING,
        lambda text: not text.partition("://")[1] or not scheme_of(text),
        "an origin begins with its scheme.",
        "https:// and the host",
    ),
    Diagnosis(
        Code.ORIGIN_USERINFO,
        lambda text: "@" in authority_of(text),
        "an origin has no user name or password.",
        "scheme, host and port only",
    ),
    Diagnosis(
        Code.ORIGIN_QUERY,
        lambda text: "?" in text or "#" in text,
        "an origin has no query or fragment.",
        "scheme, host and port only",
    ),
    Diagnosis(
        Code.ORIGIN_TRAILING_SLASH,
        lambda text: text.partition("://")[2] == authority_of(text) + "/",
        "an origin has no trailing slash.",
        "scheme, host and port only",
    ),
    Diagnosis(
        Code.ORIGIN_PATH,
        lambda text: "/" in text.partition("://")[2],
        "an origin has no path: browsers never send one.",
        "scheme, host and port only",
    ),
    Diagnosis(
        Code.ORIGIN_WILDCARD_IP,
        _has_wildcard_over_ip,
        "a wildcard cannot stand in an IP address: addresses have no subdomains.",
        "each address in full",
    ),
    Diagnosis(
        Code.ORIGIN_WILDCARD,
        lambda text: "*" in text,
        "'*' may only be a whole leading label with a domain behind it, or a whole port.",
        "https://*.example.com or http://localhost:*",
    ),
    Diagnosis(
        Code.ORIGIN_UNICODE,
        lambda text: not text.isascii(),
        "browsers send hosts in their ASCII form.",
        "the punycode form of the host, xn--…",
    ),
    Diagnosis(
        Code.ORIGIN_CASE,
        lambda text: text != text.lower(),
        "browsers send origins in lower case.",
        "the origin in lower case",
    ),
    Diagnosis(
        Code.ORIGIN_DEFAULT_PORT,
        _has_default_port,
        "browsers leave out the default port of the scheme.",
        "the origin without its port",
    ),
    Diagnosis(
        Code.ORIGIN_PORT,
        _has_bad_port,
        "this port cannot exist.",
        "a port from 1 to 65535, without leading zeros",
    ),
    Diagnosis(
        Code.ORIGIN_SCHEME,
        _has_foreign_scheme,
        "no page has an origin of this scheme.",
        "the http or https origin of the page",
    ),
    Diagnosis(
        Code.ORIGIN_IP_FORM,
        _is_ip_of_other_form,
        "this is not the form in which browsers send the address.",
        "a complete IPv4 address, or an IPv6 address in brackets",
    ),
    Diagnosis(
        Code.ORIGIN_HOST,
        lambda text: True,
        "this host cannot exist.",
        "a domain of letters, digits, hyphens and dots, at most 63 characters between two dots",
    ),
)
