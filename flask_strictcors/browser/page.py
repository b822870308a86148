"""Where a script runs: its origin, its site, and what requests from there say of them."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from flask_strictcors.browser.sites import Site, site_of
from flask_strictcors.browser.urls import URL
from flask_strictcors.core.origins.origin import Origin


class Page(NamedTuple):
    """Hold what a document's requests depend on.

    `origin` is serialized, `null` where it is opaque; `url` is None where it is opaque or no
    browser fetches from it; `site` is None where it is opaque.
    """

    origin: str
    url: URL | None = None
    site: Site | None = None

    @property
    def partition(self) -> str:
        """What tells the caches and cookies of different sites in the address bar apart."""
        return self.origin if self.site is None else str(self.site)

    def is_same_origin(self, url: URL) -> bool:
        """Report whether a URL has the page's own origin."""
        return self.origin == url.origin

    def is_same_site(self, url: URL) -> bool:
        """Report whether a URL belongs to the page's own site."""
        return self.site == site_of(url)


SANDBOXED = Page("null")


def page_at(text: str) -> Page:
    """Return the page at a URL, or at another origin that web views have. Raises `ValueError`."""
    url = URL.parse(text)
    if url is not None:
        return Page(url.origin, url, site_of(url))
    origin = Origin.parse(text)
    if origin is None:
        raise ValueError(
            f"{text!r} is no origin and no URL of a page: write https://app.example.com, or None "
            "for a sandboxed page."
        )
    return Page(text, None, site_of(origin))


def is_tainted(page: Page, urls: list[URL]) -> bool:
    """Report whether redirects have led through a foreign origin, so that the page's is hidden.

    https://fetch.spec.whatwg.org/#concept-request-tainted-origin
    """
    return any(
        after.origin != before.origin and not page.is_same_origin(before)
        for before, after in pairwise(urls)
    )


def relation(page: Page, urls: list[URL]) -> str:
    """Return the value of Sec-Fetch-Site: how far the request has gone from its page.

    https://w3c.github.io/webappsec-fetch-metadata/#sec-fetch-site-header
    """
    if all(page.is_same_origin(url) for url in urls):
        return "same-origin"
    return "same-site" if all(page.is_same_site(url) for url in urls) else "cross-site"


def referrer(page: Page, urls: list[URL]) -> str | None:
    """Return the value of Referer under the policy that pages have by default.

    What one hop has cut off does not come back on a later one.
    https://w3c.github.io/webappsec-referrer-policy/#determine-requests-referrer
    """
    if page.url is None:
        return None
    if page.url.is_trustworthy and not all(url.is_trustworthy for url in urls):
        return None
    return str(page.url) if all(map(page.is_same_origin, urls)) else f"{page.url.origin}/"
