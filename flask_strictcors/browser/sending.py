"""Sending: what a browser adds to a request by itself, and the one place where it goes out.

https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Final

from flask_strictcors.browser.cookies import Trip
from flask_strictcors.browser.equipment import Equipment, Terms
from flask_strictcors.browser.headers import joined
from flask_strictcors.browser.page import is_tainted, referrer, relation
from flask_strictcors.browser.redirects import Onward, check_locations
from flask_strictcors.browser.sites import site_of
from flask_strictcors.browser.steps import Check, Step, StoppedError
from flask_strictcors.browser.urls import URL
from flask_strictcors.browser.wire import Exchange, Header, Received, Sent, UnreachableError

_COUNTED: Final = frozenset({"access-control-allow-origin", "content-length", "location"})
"""The only headers of which Firefox takes in an empty line beside others."""


class Sender:
    """Send the requests of one journey; `exchanges` is what went over the wire."""

    def __init__(self, equipment: Equipment, terms: Terms) -> None:
        self._equipment = equipment
        self._terms = terms
        self.exchanges: list[Exchange] = []

    def send(self, onward: Onward, urls: list[URL], *, is_foreign: bool) -> Received:
        """Return the answer to what a script asked for. Raises `StoppedError`.

        `is_foreign` means that the answer will need the CORS check.
        """
        headers = list(joined(onward.headers, self._equipment.quirks))
        if not any(name.lower() == "accept" for name, _ in headers):
            headers.append(("Accept", "*/*"))
        origin = self._origin_to_tell(onward.method, urls, is_foreign=is_foreign)
        if origin is not None:
            headers.append(("Origin", origin))
        if not self._has_cookies(urls, is_foreign=is_foreign):
            return self._carry(onward.method, headers, onward.body, urls)
        trip, jar, now = self._trip(onward.method, urls), self._equipment.jar, self._equipment.now
        cookies = jar.header(self._sending(trip, urls), now())
        if cookies is not None:
            headers.append(("Cookie", cookies))
        received = self._carry(onward.method, headers, onward.body, urls)
        # Whether the script may read the answer makes no difference to its cookies.
        jar.store([v for name, v in received.headers if name.lower() == "set-cookie"], trip, now())
        return received

    def ask(self, headers: tuple[Header, ...], origin: str, urls: list[URL]) -> Received:
        """Return the answer to a preflight, which has no cookies. Raises `StoppedError`."""
        lines = [("Accept", "*/*"), *headers, ("Origin", origin)]
        return self._carry("OPTIONS", lines, None, urls, is_preflight=True)

    def _carry(
        self,
        method: str,
        headers: list[Header],
        body: bytes | None,
        urls: list[URL],
        *,
        is_preflight: bool = False,
    ) -> Received:
        told = self._told_of_page(urls, is_preflight=is_preflight)
        sent = Sent(method, urls[-1], (*headers, *told), body, is_preflight)
        try:
            received = self._equipment.transport(sent)
        except UnreachableError as error:
            self.exchanges.append(Exchange(sent, None))
            said = f"{urls[-1].origin} gave no answer to {method}: {error}"
            fix = "See that the server runs and can be reached."
            raise StoppedError(Check(Step.NETWORK, False, said, fix)) from error
        self.exchanges.append(Exchange(sent, received))
        check_locations(received, self._equipment.quirks)
        return self._read(received)

    def _read(self, received: Received) -> Received:
        """Return an answer with the header lines that the browser takes in."""
        if not self._equipment.quirks.drops_empty_lines:
            return received
        filled = {name.lower() for name, value in received.headers if value.strip()} - _COUNTED
        lines = (
            (name, value)
            for name, value in received.headers
            if value.strip() or name.lower() not in filled
        )
        return replace(received, headers=tuple(lines))

    def _told_of_page(self, urls: list[URL], *, is_preflight: bool) -> tuple[Header, ...]:
        """Return Referer and https://w3c.github.io/webappsec-fetch-metadata/."""
        page, url = self._terms.page, urls[-1]
        quirks, told = self._equipment.quirks, referrer(page, urls)
        lines: tuple[Header, ...] = () if told is None else (("Referer", told),)
        mode = ("Sec-Fetch-Mode", "cors" if is_preflight else self._terms.mode)
        if not url.is_trustworthy:
            tells_mode = is_preflight and quirks.plain_preflight_tells_mode
            return (*lines, mode) if tells_mode else lines
        way = urls[-1:] if is_preflight and quirks.preflight_forgets_redirects else urls
        return (
            *lines,
            ("Sec-Fetch-Site", relation(page, way)),
            mode,
            ("Sec-Fetch-Dest", "document" if self._terms.is_navigation else "empty"),
        )

    def _origin_to_tell(self, method: str, urls: list[URL], *, is_foreign: bool) -> str | None:
        """Return the value of Origin, if it is sent: #append-a-request-origin-header."""
        origin = origin_of(self._terms, urls)
        if is_foreign:
            return origin
        if method in ("GET", "HEAD"):
            return None
        hides = self._equipment.quirks.opaque_redirects_hide_origin
        if hides and any(before.origin != after.origin for before, after in pairwise(urls)):
            return "null"
        is_downgrade = origin.startswith("https:") and urls[-1].scheme != "https"
        return "null" if is_downgrade and self._terms.mode != "cors" else origin

    def _has_cookies(self, urls: list[URL], *, is_foreign: bool) -> bool:
        if self._terms.credentials != "same-origin":
            return self._terms.has_credentials
        # https://fetch.spec.whatwg.org/#concept-request-credentials-mode
        return not is_foreign and all(map(self._terms.page.is_same_origin, urls))

    def _trip(self, method: str, urls: list[URL]) -> Trip:
        is_near = self._is_near(urls[-1])
        return Trip(
            urls[-1],
            is_same_site=is_near,
            is_third_party=not is_near,
            partition=self._terms.page.partition,
            is_navigation=self._terms.is_navigation,
            is_safe=method in ("GET", "HEAD"),
        )

    def _sending(self, trip: Trip, urls: list[URL]) -> Trip:
        """Return the trip as the cookies see it that would come along."""
        if not self._equipment.quirks.same_site_counts_redirects:
            return trip
        return trip._replace(is_same_site=all(map(self._is_near, urls)))

    def _is_near(self, url: URL) -> bool:
        """Report whether cookies take the page and a URL for one site."""
        page = self._terms.page
        if page.site is None or not self._equipment.quirks.cookies_ignore_scheme:
            return page.is_same_site(url)
        return page.site.domain == site_of(url).domain


def origin_of(terms: Terms, urls: list[URL]) -> str:
    """Return the origin that a request tells: #byte-serializing-a-request-origin."""
    return "null" if is_tainted(terms.page, urls) else terms.page.origin
