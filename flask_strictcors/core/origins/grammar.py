"""Which texts a configuration may name: origins and patterns that a page's origin can match."""

from __future__ import annotations

from typing import Final

from flask_strictcors.core.origins.hosts import has_valid_punycode
from flask_strictcors.core.origins.origin import Origin, Pattern, split_authority

# Pages of these have the origin `null`, or none at all.
OPAQUE_SCHEMES: Final = ("about", "blob", "data", "file", "javascript")
# No page is served over these: a WebSocket handshake carries the origin of its page.
PAGELESS_SCHEMES: Final = {"ws": "http", "wss": "https", "ftp": "https"}
REGEX_SIGNS: Final = ("\\", "^", "$", "(", "|", ".+", "]+", "]*", "//.*")


def parse_entry(text: str) -> Origin | Pattern | None:
    """Return the origin or pattern that a page's origin can really match, else None."""
    entry = Origin.parse(text) or Pattern.parse(text)
    if entry is None:
        return None
    origin = entry.origin if isinstance(entry, Pattern) else entry
    if origin.scheme in OPAQUE_SCHEMES or origin.scheme in PAGELESS_SCHEMES:
        return None
    return entry if has_valid_punycode(origin.host) else None


def scheme_of(text: str) -> str:
    """Return what stands in front of `://`, in lower case."""
    return text.partition("://")[0].lower()


def authority_of(text: str) -> str:
    """Return what stands between `://` and the path, as it was written."""
    authority = text.partition("://")[2]
    for end in "/?#\\":
        authority = authority.partition(end)[0]
    return authority


def host_of(text: str) -> str:
    """Return the host, as it was written; of a text without a user name."""
    return split_authority(authority_of(text))[0]


def port_of(text: str) -> tuple[str, str]:
    """Return the colon and the port, as they were written; of a text without a user name."""
    return split_authority(authority_of(text))[1:]


def has_opaque_scheme(text: str) -> bool:
    """Report whether pages of this scheme have the origin `null`."""
    return text.lower().partition(":")[0] in OPAQUE_SCHEMES


def has_regex_sign(text: str) -> bool:
    """Report whether somebody meant a regular expression."""
    return any(sign in text for sign in REGEX_SIGNS)


def split_entries(text: str) -> list[str]:
    """Return the entries that one string was meant to hold."""
    return text.replace(",", " ").replace(";", " ").split()
