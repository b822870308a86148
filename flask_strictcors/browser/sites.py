"""Sites: which hosts belong together, by the public suffix under which they are registered."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from flask_strictcors.browser.urls import URL
from flask_strictcors.core.origins.hosts import is_ip
from flask_strictcors.core.origins.origin import Origin

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList


class Site(NamedTuple):
    """A scheme and a registrable domain, or the host where there is none.

    https://html.spec.whatwg.org/multipage/browsers.html#obtain-a-site
    """

    scheme: str
    domain: str

    def __str__(self) -> str:
        return f"{self.scheme}://{self.domain}"


def site_of(place: URL | Origin) -> Site:
    """Return the site that a URL or an origin belongs to."""
    return Site(place.scheme, registrable_domain(place.host) or place.host)


def registrable_domain(host: str) -> str | None:
    """Return what somebody has registered of a host; None for addresses and public suffixes.

    https://url.spec.whatwg.org/#host-registrable-domain
    """
    if is_ip(host):
        return None
    found = _suffixes().privatesuffix(host.removesuffix("."))
    return found if found is None or not host.endswith(".") else f"{found}."


@lru_cache(maxsize=1)
def _suffixes() -> PublicSuffixList:
    from publicsuffixlist import PublicSuffixList  # its list takes some 30 ms to load

    return PublicSuffixList()
