"""What a user wrote → origins and patterns, or a problem with the text to type instead."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from urllib.parse import unquote

from flask_strictcors.core.errors import Code, Problem
from flask_strictcors.core.fetch import DEFAULT_PORTS
from flask_strictcors.core.origins.hosts import (
    canonical_ipv4,
    canonical_ipv6,
    ends_in_number,
    has_valid_punycode,
    is_host,
    is_loopback,
    to_ascii,
)
from flask_strictcors.core.origins.origin import (
    LONGEST_ORIGIN,
    Origin,
    Pattern,
    is_scheme,
    parse_port,
    split_authority,
)
from flask_strictcors.core.origins.sets import OriginSet

# Pages of these have the origin `null`, or none at all.
_OPAQUE_SCHEMES: Final = ("about", "blob", "data", "file", "javascript")
# No page is served over these: a WebSocket handshake carries the origin of its page.
_PAGELESS_SCHEMES: Final = {"ws": "http", "wss": "https", "ftp": "https"}
_REGEX_SIGNS: Final = ("\\", "^", "$", "(", "|", ".+", "//.*")


def read_entries(field: str, texts: Iterable[str], problems: list[Problem]) -> OriginSet:
    """Return the set of all entries that are well formed; add a problem for each other one."""
    exact: list[str] = []
    patterns: list[Pattern] = []
    for text in texts:
        entry = parse_entry(text)
        if entry is None:
            problems.append(_diagnose(field, text))
        elif isinstance(entry, Pattern):
            patterns.append(entry)
        else:
            exact.append(text)
    return OriginSet(exact, patterns)


def parse_entry(text: str) -> Origin | Pattern | None:
    """Return the origin or pattern that a page's origin can really match, else None."""
    entry = Origin.parse(text) or Pattern.parse(text)
    if entry is None:
        return None
    origin = entry.origin if isinstance(entry, Pattern) else entry
    if origin.scheme in _OPAQUE_SCHEMES or origin.scheme in _PAGELESS_SCHEMES:
        return None
    return entry if has_valid_punycode(origin.host) else None


def _diagnose(field: str, text: str) -> Problem:
    # The last diagnosis fits every text.
    code, _, message, general_fix = next(d for d in _DIAGNOSES if d[1](text))
    return Problem(code, field, text, f"{text!r}: {message}", _mended(text) or general_fix)


def _scheme(text: str) -> str:
    return text.partition("://")[0]


def _authority(text: str) -> str:
    authority = text.partition("://")[2]
    for end in "/?#\\":
        authority = authority.partition(end)[0]
    return authority


def _host(text: str) -> str:
    return split_authority(_authority(text).rpartition("@")[2])[0]


def _port(text: str) -> tuple[str, str]:
    return split_authority(_authority(text).rpartition("@")[2])[1:]


def _has_opaque_scheme(text: str) -> bool:
    return text.lower().partition(":")[0] in _OPAQUE_SCHEMES


def _is_several(text: str) -> bool:
    return len(_split(text)) > 1


def _split(text: str) -> list[str]:
    return text.replace(",", " ").replace(";", " ").split()


def _has_wildcard_over_ip(text: str) -> bool:
    # Of 10.0.0.* the labels in front of the star are numbers, of *.0.0.1 those behind it.
    host = _host(text)
    bare = host.replace("*.", "").replace(".*", "").strip("*.")
    return "*" in host and (host.startswith("[") or (bare != "" and ends_in_number(bare)))


def _has_misplaced_wildcard(text: str) -> bool:
    return "*" in text


def _has_default_port(text: str) -> bool:
    colon, digits = _port(text)
    return bool(colon) and parse_port(digits) == DEFAULT_PORTS.get(_scheme(text).lower(), 0)


def _has_bad_port(text: str) -> bool:
    colon, digits = _port(text)
    return bool(colon) and digits != "*" and parse_port(digits) is None


def _is_ip_of_other_form(text: str) -> bool:
    host = _host(text)
    return host.startswith("[") or ends_in_number(host)


def _has_foreign_scheme(text: str) -> bool:
    return _scheme(text).lower() in _PAGELESS_SCHEMES or not is_scheme(_scheme(text).lower())


# Tried from top to bottom; the first that fits is the one to tell, being the plainest.
_DIAGNOSES: Final = (
    (
        Code.ORIGIN_EMPTY,
        lambda text: not text.strip(" ,;\t\r\n"),
        "an origin is empty.",
        "remove it",
    ),
    (
        Code.ORIGIN_NULL,
        lambda text: text.strip().lower() == "null",
        "'null' is the origin of every sandboxed frame and local file, of anybody's; it can "
        "never be allowed.",
        "remove it, and serve the page from an http or https origin",
    ),
    (
        Code.ORIGIN_WILDCARD_IN_LIST,
        lambda text: text.strip() == "*",
        "'*' stands alone, never inside a list.",
        'origins="*", without credentials, or the list without "*"',
    ),
    (
        Code.ORIGIN_SCHEME,
        _has_opaque_scheme,
        "pages of this scheme have the origin 'null', which can never be allowed.",
        "serve the page from an http or https origin, and name that",
    ),
    (
        Code.ORIGIN_REGEX,
        lambda text: any(sign in text for sign in _REGEX_SIGNS),
        "regular expressions are not supported: a slip in one lets strangers in.",
        "a pattern such as https://*.example.com, or a callable with an allowlist",
    ),
    (
        Code.ORIGIN_SEVERAL,
        _is_several,
        "this one string holds several origins.",
        "a list with one string for each origin",
    ),
    (
        Code.ORIGIN_SCHEME_MISSING,
        lambda text: not text.partition("://")[1] or not _scheme(text),
        "an origin begins with its scheme.",
        "https:// and the host",
    ),
    (
        Code.ORIGIN_WILDCARD_IP,
        _has_wildcard_over_ip,
        "a wildcard cannot stand in an IP address: addresses have no subdomains.",
        "each address in full",
    ),
    (
        Code.ORIGIN_WILDCARD,
        _has_misplaced_wildcard,
        "'*' may only be a whole leading label with a domain behind it, or a whole port.",
        "https://*.example.com or http://localhost:*",
    ),
    (
        Code.ORIGIN_USERINFO,
        lambda text: "@" in _authority(text),
        "an origin has no user name or password.",
        "scheme, host and port only",
    ),
    (
        Code.ORIGIN_QUERY,
        lambda text: "?" in text or "#" in text,
        "an origin has no query or fragment.",
        "scheme, host and port only",
    ),
    (
        Code.ORIGIN_TRAILING_SLASH,
        lambda text: text.partition("://")[2] == _authority(text) + "/",
        "an origin has no trailing slash.",
        "scheme, host and port only",
    ),
    (
        Code.ORIGIN_PATH,
        lambda text: "/" in text.partition("://")[2],
        "an origin has no path: browsers never send one.",
        "scheme, host and port only",
    ),
    (
        Code.ORIGIN_UNICODE,
        lambda text: not text.isascii(),
        "browsers send hosts in their ASCII form.",
        "the punycode form of the host, xn--…",
    ),
    (
        Code.ORIGIN_CASE,
        lambda text: text != text.lower(),
        "browsers send origins in lower case.",
        "the origin in lower case",
    ),
    (
        Code.ORIGIN_DEFAULT_PORT,
        _has_default_port,
        "browsers leave out the default port of the scheme.",
        "the origin without its port",
    ),
    (
        Code.ORIGIN_PORT,
        _has_bad_port,
        "this port cannot exist.",
        "a port from 1 to 65535, without leading zeros",
    ),
    (
        Code.ORIGIN_SCHEME,
        _has_foreign_scheme,
        "no page has an origin of this scheme.",
        "the http or https origin of the page",
    ),
    (
        Code.ORIGIN_IP_FORM,
        _is_ip_of_other_form,
        "this is not the form in which browsers send the address.",
        "a complete IPv4 address, or an IPv6 address in brackets",
    ),
    (
        Code.ORIGIN_HOST,
        lambda text: True,
        "this host cannot exist.",
        "a domain of letters, digits, hyphens and dots, at most 63 characters between two dots",
    ),
)


def _mended(text: str) -> str | None:
    """Return the entry that was most likely meant, if there is one that would be accepted."""
    parts = _split(text)
    if len(parts) > 1:
        each = [_accepted(part) or _mended_one(part) for part in parts]
        return repr(each) if all(each) else None
    return _mended_one(text.strip(" ,;\t\r\n"))


def _mended_one(text: str) -> str | None:
    if len(text) > LONGEST_ORIGIN or not _is_mendable(text):
        return None
    scheme, separator, rest = text.partition("://")
    if not separator:
        scheme, rest = "", text.removeprefix("//")
    scheme = _PAGELESS_SCHEMES.get(scheme.lower(), scheme.lower()).replace("*", "https")
    authority = _authority("://" + rest).rpartition("@")[2]
    written, colon, digits = split_authority(authority)
    host = _mended_host(unquote(written))
    if host is None:
        return None
    if not scheme:
        scheme = "http" if is_loopback(host) else "https"
    mended = _accepted(f"{scheme}://{host}{_mended_port(scheme, colon, digits)}")
    return None if mended == text else mended


def _is_mendable(text: str) -> bool:
    if text.lower() == "null" or _has_opaque_scheme(text):
        return False
    if any(sign in text for sign in _REGEX_SIGNS):
        return False
    # Without `://`, what follows a colon is a port, or the text is no address at all.
    rest = text.partition(":")[2]
    return "://" in text or rest[:1] in "0123456789*"


def _mended_host(host: str) -> str | None:
    # `*example.com` is read as `*.example.com`: what else could the star have meant?
    star = "*." if host.startswith("*") and len(host) > 1 else ""
    bare = host.lstrip("*").removeprefix(".") if star else host
    if bare.startswith("["):
        plain = canonical_ipv6(bare)
    elif ends_in_number(bare):
        plain = canonical_ipv4(bare)
    else:
        plain = to_ascii(bare) if not bare.isascii() else bare.lower()
    return star + plain if plain and is_host(plain) else None


def _mended_port(scheme: str, colon: str, digits: str) -> str:
    if not colon or digits == str(DEFAULT_PORTS.get(scheme)):
        return ""
    if "*" in digits:
        return ":*"
    number = digits.lstrip("0")
    return f":{number}" if number and number != str(DEFAULT_PORTS.get(scheme)) else ""


def _accepted(text: str) -> str | None:
    return text if parse_entry(text) else None
