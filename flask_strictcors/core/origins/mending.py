"""An entry that is refused → the text to type instead, where it is plain what was meant."""

from __future__ import annotations

from urllib.parse import unquote

from flask_strictcors.core.fetch import DEFAULT_PORTS
from flask_strictcors.core.origins.grammar import (
    PAGELESS_SCHEMES,
    authority_of,
    has_opaque_scheme,
    has_regex_sign,
    parse_entry,
    split_entries,
)
from flask_strictcors.core.origins.hosts import (
    canonical_ipv4,
    canonical_ipv6,
    ends_in_number,
    is_host,
    is_loopback,
    to_ascii,
)
from flask_strictcors.core.origins.origin import LONGEST_ORIGIN, split_authority


def mended(text: str) -> str | None:
    """Return the entry that was most likely meant, if there is one that would be accepted."""
    parts = split_entries(text)
    each = [_mended_one(part) for part in parts]
    # A blank in the middle of a host is a slip, and its second half is somebody else's host.
    if not each or not all(each) or (len(parts) > 1 and not all("://" in p for p in parts)):
        return None
    return each[0] if len(each) == 1 else repr(each)


def _mended_one(text: str) -> str | None:
    if len(text) > LONGEST_ORIGIN or not _is_mendable(text):
        return None
    scheme, separator, rest = text.partition("://")
    if not separator:
        scheme, rest = "", text.removeprefix("//")
    scheme = PAGELESS_SCHEMES.get(scheme.lower(), scheme.lower())
    if "*" in scheme:
        scheme = "https"
    authority = authority_of("://" + rest).rpartition("@")[2]
    written, _, digits = split_authority(authority)
    host = _mended_host(unquote(written))
    if host is None:
        return None
    if not scheme:
        scheme = "http" if is_loopback(host) else "https"
    return _accepted(f"{scheme}://{host}{_mended_port(scheme, digits)}")


def _is_mendable(text: str) -> bool:
    if text.lower() == "null" or has_opaque_scheme(text):
        return False
    if has_regex_sign(text):
        return False
    # Without `://`, what follows a colon is a port, or the text is no address at all.
    rest = text.partition(":")[2]
    return "://" in text or ("//" not in text[1:] and rest[:1] in "0123456789*")


def _mended_host(host: str) -> str | None:
    # `*-team.example.com` means a part of a label, which no pattern can say.
    if host.startswith("*") and host.lstrip("*").startswith("-"):
        return None
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


def _mended_port(scheme: str, digits: str) -> str:
    if "*" in digits:
        return ":*"
    number = digits.lstrip("0")
    return f":{number}" if number and number != str(DEFAULT_PORTS.get(scheme)) else ""


def _accepted(text: str) -> str | None:
    return text if parse_entry(text) else None
