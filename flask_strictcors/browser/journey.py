"""Journey: one request on its way, through preflights and redirects, to an answer or an error.

https://fetch.spec.whatwg.org/#fetching
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from flask_strictcors.browser.blocking import blocked, check_resource_policy
from flask_strictcors.browser.cache import Key, PreflightCache
from flask_strictcors.browser.checks import Question, check_cors
from flask_strictcors.browser.cookies import CookieJar, Trip
from flask_strictcors.browser.filtering import Type
from flask_strictcors.browser.headers import unsafe_names
from flask_strictcors.browser.lists import max_age_of
from flask_strictcors.browser.page import Page, is_tainted, referrer, relation
from flask_strictcors.browser.preflight import Asked, check_preflight, headers_of
from flask_strictcors.browser.quirks import Quirks
from flask_strictcors.browser.redirects import STATUSES, Onward, Way, follow
from flask_strictcors.browser.request import Credentials, Redirect
from flask_strictcors.browser.sites import site_of
from flask_strictcors.browser.steps import Check, Step
from flask_strictcors.browser.urls import URL
from flask_strictcors.browser.wire import (
    Exchange,
    Header,
    Received,
    Sent,
    Transport,
    UnreachableError,
)
from flask_strictcors.core.fetch import SAFELISTED_METHODS

NAVIGATE: Final = "navigate"


class Equipment(NamedTuple):
    """What a browser keeps between requests, and how it reaches servers."""

    transport: Transport
    quirks: Quirks
    jar: CookieJar
    cache: PreflightCache
    now: Callable[[], float]


class Terms(NamedTuple):
    """What stays the same on the whole way of a request."""

    mode: str
    credentials: Credentials
    redirect: Redirect
    use_cors_preflight: bool = False


class Journey:
    """Carry one request; `checks` and `exchanges` grow on the way, `tainting` is its last."""

    def __init__(self, equipment: Equipment, page: Page, url: URL, terms: Terms) -> None:
        self._equipment = equipment
        self._page = page
        self._terms = terms
        self.urls = [url]
        self.tainting: Type = "navigation" if terms.mode == NAVIGATE else "basic"
        self.checks: list[Check] = []
        self.exchanges: list[Exchange] = []

    @property
    def has_credentials(self) -> bool:
        """Report whether the CORS checks are those for credentials."""
        return self._terms.credentials == "include"

    @property
    def failure(self) -> Check | None:
        """The check that ended the journey, or None."""
        return self.checks[-1] if self.checks and not self.checks[-1].passed else None

    def run(self, onward: Onward) -> Received | None:
        """Return the answer at the end of all redirects; None where a check failed.

        https://fetch.spec.whatwg.org/#concept-main-fetch
        """
        while True:
            received = self._ask(onward)
            if received is None or received.status not in STATUSES:
                return received
            if self._terms.redirect == "error":
                said = f"The server redirects ({received.status}), and the script forbids that."
                self._fail(Step.REDIRECT, said, "Let the script ask for the final URL.")
                return None
            if self._terms.redirect == "manual":
                self.tainting = "opaqueredirect"
                return received
            if received.get("Location") is None:
                return received
            is_foreign = self.tainting == "cors"
            way = Way(self._page, self.urls, self._terms.mode == "cors", is_foreign)
            next_ = follow(received, way, onward, self._equipment.quirks)
            if isinstance(next_, Check):
                self.checks.append(next_)
                return None
            url, onward = next_
            self.urls.append(url)

    # --- one hop -------------------------------------------------------------------------------

    def _ask(self, onward: Onward) -> Received | None:
        """Ask the current URL: #concept-main-fetch, steps 2 to 13, and #concept-http-fetch."""
        url = self.urls[-1]
        stop = blocked(self._page, url) or self._check_mode(url)
        if stop is not None:
            self.checks.append(stop)
            return None
        if self.tainting == "cors" and not self._is_preflighted(onward):
            return None
        received = self._send(onward)
        if received is None:
            return None
        if self.tainting == "cors":
            question = Question(self._origin(), self.has_credentials)
            self.checks.append(check_cors(received, question, self._equipment.quirks))
        if self.tainting == "opaque":
            kept_back = check_resource_policy(received, self._page, url)
            self.checks.extend([kept_back] if kept_back else [])
        return None if self.failure else received

    def _check_mode(self, url: URL) -> Check | None:
        """Set the tainting for the current URL; return why the mode bars it, or None."""
        if self.tainting == "navigation":
            return None
        if self.tainting == "basic" and self._page.is_same_origin(url):
            return None
        if self._terms.mode == "same-origin":
            said = f"{url.origin} is another origin, and the script asked for its own only."
            return Check(Step.SAME_ORIGIN_MODE, False, said, "In the script: mode='cors'.")
        if self._terms.mode == "no-cors":
            if self._terms.redirect != "follow":
                said = "Without CORS, a script cannot see or forbid redirects of another origin."
                return Check(Step.REQUEST, False, said, "In the script: redirect='follow'.")
            self.tainting = "opaque"
            return None
        self.tainting = "cors"
        return None

    # --- preflights ----------------------------------------------------------------------------

    def _is_preflighted(self, onward: Onward) -> bool:
        """Report whether the server may be sent this, having asked it if that was needed."""
        names = unsafe_names(onward.headers, self._equipment.quirks)
        is_forced = self._terms.use_cors_preflight
        if not is_forced and not names and onward.method in SAFELISTED_METHODS:
            return True
        if self._is_kept(onward.method, names, is_forced=is_forced):
            return True
        return self._preflight(onward, names, is_forced=is_forced)

    def _is_kept(self, method: str, names: tuple[str, ...], *, is_forced: bool) -> bool:
        cache, key, now = self._equipment.cache, self._key(), self._equipment.now()
        included = self.has_credentials
        is_asked = is_forced or method not in SAFELISTED_METHODS
        if is_asked and not cache.allows_method(key, method, credentials=included, now=now):
            return False
        return all(cache.allows_header(key, n, credentials=included, now=now) for n in names)

    def _preflight(self, onward: Onward, names: tuple[str, ...], *, is_forced: bool) -> bool:
        quirks = self._equipment.quirks
        question = Question(self._preflight_origin(), self.has_credentials, is_preflight=True)
        spelled = {name.lower(): name for name, _ in onward.headers}
        asked = Asked(question, onward.method, names, spelled, is_forced)
        received = self._carry(
            "OPTIONS",
            (("Accept", "*/*"), *headers_of(asked), ("Origin", question.origin)),
            None,
            is_preflight=True,
        )
        if received is None:
            return False
        granted, checks = check_preflight(received, asked, quirks)
        self.checks += checks
        if granted is None:
            self._equipment.cache.clear(self._key())
            return False
        self._equipment.cache.keep(
            self._key(),
            granted.methods,
            granted.headers,
            credentials=self.has_credentials,
            expires=self._equipment.now() + max_age_of(received, quirks),
        )
        return True

    def _key(self) -> Key:
        return Key(self._page.partition, self._preflight_origin(), str(self.urls[-1]))

    def _preflight_origin(self) -> str:
        if self._equipment.quirks.preflight_tells_origin_after_redirect:
            return self._page.origin
        return self._origin()

    # --- the wire ------------------------------------------------------------------------------

    def _send(self, onward: Onward) -> Received | None:
        """Send what the script asked for, with cookies: #concept-http-network-or-cache-fetch."""
        headers = list(onward.headers)
        if not any(name.lower() == "accept" for name, _ in headers):
            headers.append(("Accept", "*/*"))
        origin = self._origin_to_tell(onward.method)
        if origin is not None:
            headers.append(("Origin", origin))
        trip = self._trip(onward.method)
        if self._includes_credentials():
            cookies = self._equipment.jar.header(trip, self._equipment.now())
            if cookies is not None:
                headers.append(("Cookie", cookies))
        received = self._carry(onward.method, tuple(headers), onward.body)
        if received is not None and self._includes_credentials():
            lines = [value for name, value in received.headers if name.lower() == "set-cookie"]
            self._equipment.jar.store(lines, trip, self._equipment.now())
        return received

    def _carry(
        self,
        method: str,
        headers: tuple[Header, ...],
        body: bytes | None,
        *,
        is_preflight: bool = False,
    ) -> Received | None:
        url = self.urls[-1]
        said_of_page = self._metadata(is_preflight=is_preflight)
        sent = Sent(method, url, (*headers, *said_of_page), body, is_preflight)
        try:
            received = self._equipment.transport(sent)
        except UnreachableError as error:
            self.exchanges.append(Exchange(sent, None))
            said = f"{url.origin} gave no answer to {method}: {error}"
            self._fail(Step.NETWORK, said, "See that the server runs and can be reached.")
            return None
        self.exchanges.append(Exchange(sent, received))
        return received

    def _metadata(self, *, is_preflight: bool) -> tuple[Header, ...]:
        """Return what a browser says of the page: Referer, and https://w3c.github.io/webappsec-fetch-metadata/."""
        url = self.urls[-1]
        lines: tuple[Header, ...] = ()
        told = referrer(self._page, url)
        if told is not None:
            lines += (("Referer", told),)
        if not url.is_trustworthy:
            return lines
        is_navigation = self._terms.mode == NAVIGATE
        return (
            *lines,
            ("Sec-Fetch-Site", relation(self._page, self.urls)),
            ("Sec-Fetch-Mode", "cors" if is_preflight else self._terms.mode),
            ("Sec-Fetch-Dest", "document" if is_navigation else "empty"),
        )

    def _origin(self) -> str:
        return "null" if is_tainted(self._page, self.urls) else self._page.origin

    def _origin_to_tell(self, method: str) -> str | None:
        """Return the value of Origin, if it is sent: #append-a-request-origin-header."""
        if self.tainting == "cors":
            return self._origin()
        if method in ("GET", "HEAD"):
            return None
        if self._terms.mode != "cors" and self._is_downgrade():
            return "null"
        return self._origin()

    def _is_downgrade(self) -> bool:
        return self._page.origin.startswith("https:") and self.urls[-1].scheme != "https"

    def _includes_credentials(self) -> bool:
        if self._terms.credentials == "same-origin":
            return self.tainting == "basic"
        return self.has_credentials

    def _trip(self, method: str) -> Trip:
        url = self.urls[-1]
        return Trip(
            url,
            is_same_site=self._page.is_same_site(url),
            is_third_party=self._page.site is None or self._page.site.domain != site_of(url).domain,
            partition=self._page.partition,
            is_navigation=self._terms.mode == NAVIGATE,
            is_safe=method in ("GET", "HEAD"),
        )

    def _fail(self, step: Step, message: str, fix: str) -> None:
        self.checks.append(Check(step, passed=False, message=message, fix=fix))
