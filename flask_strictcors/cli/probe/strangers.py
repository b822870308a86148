"""The origins that nobody can have meant to allow, made from one that somebody did."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import Final, NamedTuple

from flask_strictcors.browser.sites import registrable_domain
from flask_strictcors.core.origins import Origin
from flask_strictcors.core.origins.hosts import is_ip

NAME: Final = "strictcors-probe"
_FOREIGN: Final = f"{NAME}.example"  # https://www.rfc-editor.org/rfc/rfc2606#section-2


class Kind(Enum):
    """How a stranger's origin was made; the value says it to people."""

    ANYBODY = "an origin that nobody knows"
    NULL = "the origin of every sandboxed page"
    PREFIX = "an origin that begins like the page's"
    SUFFIX = "an origin that ends like the page's"
    DOT = "the page's origin with another letter for a dot"
    INSECURE = "the page's origin without encryption"
    SIBLING = "a subdomain beside the page's"


class Stranger(NamedTuple):
    """An origin to try, and how it was made."""

    kind: Kind
    origin: str


ANYBODY: Final = Stranger(Kind.ANYBODY, f"https://{_FOREIGN}")


def strangers(text: str) -> tuple[Stranger, ...]:
    """Return the strangers to a page's origin, with the plainest first."""
    page = Origin.parse(text)
    if page is None:
        return (ANYBODY,)
    named = _strangers_by_name(page) if page.scheme in ("http", "https") else iter(())
    return (ANYBODY, Stranger(Kind.NULL, "null"), *named)


def _strangers_by_name(page: Origin) -> Iterator[Stranger]:
    domain = registrable_domain(page.host) or page.host
    if not page.host.startswith("["):
        yield _renamed(Kind.PREFIX, page, f"{page.host.rstrip('.')}.{_FOREIGN}")
    if not is_ip(page.host):
        # One letter: that much also fits the dot of an unescaped https://*.example.com.
        yield _renamed(Kind.SUFFIX, page, f"x{domain}")
    if domain != page.host:
        yield _renamed(Kind.DOT, page, page.host.replace(".", "x", 1))
        yield _renamed(Kind.SIBLING, page, f"{NAME}.{domain}")
    if page.scheme == "https":
        yield Stranger(Kind.INSECURE, str(Origin("http", page.host, page.port)))


def _renamed(kind: Kind, page: Origin, host: str) -> Stranger:
    return Stranger(kind, str(Origin(page.scheme, host, page.port)))
