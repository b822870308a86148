"""Experiments: which requests are made, in which order, and with which headers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from flask_strictcors.browser import (
    URL,
    Outcome,
    Received,
    Sent,
    UnreachableError,
    UserAgent,
)
from flask_strictcors.browser.wire import Header
from flask_strictcors.cli.probe.answers import Answer, Role, Seen
from flask_strictcors.cli.probe.asked import Asked
from flask_strictcors.cli.probe.asking import Asker, TooManyUnansweredError
from flask_strictcors.cli.probe.strangers import ANYBODY, NAME, Kind, Stranger, strangers
from flask_strictcors.core.fetch import REQUEST_HEADERS, REQUEST_METHOD

_PAGE: Final = (("Sec-Fetch-Mode", "cors"), ("Sec-Fetch-Dest", "empty"))


@dataclass(frozen=True, slots=True)
class Experiments:
    """Make the requests; `fresh` returns a new word each time, `now` seconds since 1970."""

    asked: Asked
    asker: Asker
    fresh: Callable[[], str]
    now: Callable[[], float]

    def run(self) -> Seen:
        """Return what was seen. Raises `UnreachableError` where the server answers nothing."""
        outcome = self._as_a_browser()
        try:
            self._in_place_of_the_page()
            self._without_origin()
            self._as_strangers()
            self._where_nothing_is()
            self._through_caches()
        except TooManyUnansweredError:
            pass
        answers = tuple(self.asker.answers)
        if not any(answer.received for answer in answers):
            raise UnreachableError(answers[0].trouble)
        return Seen(self.asked, outcome, answers)

    # --- the page --------------------------------------------------------------------------------

    def _as_a_browser(self) -> Outcome:
        """Make the page's request, as far as the browser would and the user lets it."""
        agent = UserAgent(self._carry, now=self.now)
        page = agent.open(None if self.asked.origin == "null" else self.asked.origin)
        return page.fetch(self.asked.request)

    def _carry(self, sent: Sent) -> Received:
        if sent.is_preflight:
            answer = self.asker.ask(Role.PREFLIGHT, sent)
        elif self.asked.is_withheld:
            answer = self.asker.ask(Role.STAND_IN, replace(self._with_cookie(sent), method="GET"))
        else:
            answer = self.asker.ask(Role.ACTUAL, self._with_cookie(sent))
        if answer.received is None:
            raise UnreachableError(answer.trouble)
        return answer.received

    def _with_cookie(self, sent: Sent) -> Sent:
        if self.asked.cookie is None:
            return sent
        return replace(sent, headers=(*sent.headers, ("Cookie", self.asked.cookie)))

    def _in_place_of_the_page(self) -> None:
        """Look at what the browser did not get to, because it stopped before."""
        if not any(answer.role in (Role.ACTUAL, Role.STAND_IN) for answer in self.asker.answers):
            self._ask(Role.STAND_IN, self.asked.url, self.asked.origin)

    # --- others ----------------------------------------------------------------------------------

    def _without_origin(self) -> None:
        self._ask(Role.BARE, self._busted(), None)

    def _as_strangers(self) -> None:
        anybody, *others = strangers(self.asked.origin)
        answer = self._ask(Role.STRANGER, self._busted(), anybody)
        if any(known.role is Role.PREFLIGHT for known in self.asker.answers):
            self._preflight(anybody)
        for stranger in others:
            # Whoever lets anybody in lets these in, too; null is told apart by some.
            if not answer.allows_its_origin or stranger.kind is Kind.NULL:
                self._ask(Role.STRANGER, self._busted(), stranger)

    def _preflight(self, stranger: Stranger) -> None:
        """Repeat the page's preflight in another's name."""
        original = next(a for a in self.asker.answers if a.role is Role.PREFLIGHT).sent
        asked = [line for line in original.headers if line[0] in (REQUEST_METHOD, REQUEST_HEADERS)]
        headers = (("Accept", "*/*"), *asked, *self._told(stranger.origin))
        sent = Sent("OPTIONS", self._busted(), headers, is_preflight=True)
        self.asker.ask(Role.STRANGER_PREFLIGHT, sent, stranger.kind)

    def _where_nothing_is(self) -> None:
        url = self.asked.url
        folder = url.path.rpartition("/")[0]
        missing = replace(url, path=f"{folder}/{NAME}-{self.fresh()}", query=None)
        self._ask(Role.MISSING, missing, self.asked.origin)

    def _through_caches(self) -> None:
        """Ask one URL in the name of several, first for the page and then without Origin first."""
        page, kept, late = self.asked.origin, self._busted(), self._busted()
        self._ask(Role.KEPT_PAGE, kept, page)
        self._ask(Role.KEPT_STRANGER, kept, ANYBODY)
        self._ask(Role.KEPT_BARE, kept, None)
        self._ask(Role.LATE_BARE, late, None)
        self._ask(Role.LATE_PAGE, late, page)

    # --- one request -----------------------------------------------------------------------------

    def _ask(self, role: Role, url: URL, who: str | Stranger | None) -> Answer:
        origin, kind = (who.origin, who.kind) if isinstance(who, Stranger) else (who, None)
        sent = Sent(self.asked.safe_method, url, (*self.asked.headers, *self._told(origin)))
        if sent.get("Accept") is None:
            sent = replace(sent, headers=(("Accept", "*/*"), *sent.headers))
        return self.asker.ask(role, self._with_cookie(sent), kind)

    def _told(self, origin: str | None) -> tuple[Header, ...]:
        """Return what a page of an origin tells of itself."""
        if origin is None:
            return ()
        site = ("Sec-Fetch-Site", "cross-site")
        lines: tuple[Header, ...] = (("Origin", origin),)
        return (*lines, site, *_PAGE) if self.asked.url.is_trustworthy else lines

    def _busted(self) -> URL:
        """Return the URL with a query of its own: nobody else is given what a cache keeps of it."""
        url = self.asked.url
        if self.asked.is_exact:
            return url
        mark = f"{NAME}={self.fresh()}"
        return replace(url, query=f"{url.query}&{mark}" if url.query else mark)
