"""UserAgent: one browser profile without a network; Document: a page that is open in it."""

from __future__ import annotations

from collections.abc import Callable

from flask_strictcors.browser.cache import PreflightCache
from flask_strictcors.browser.cookies import CookieJar
from flask_strictcors.browser.equipment import NAVIGATE, Equipment, Terms
from flask_strictcors.browser.filtering import (
    NULL_BODY_STATUSES,
    Visible,
    own_headers,
    readable_headers,
)
from flask_strictcors.browser.headers import normalized_method, normalized_value, settable
from flask_strictcors.browser.journey import Journey
from flask_strictcors.browser.outcome import Outcome
from flask_strictcors.browser.page import SANDBOXED, Page, page_at
from flask_strictcors.browser.quirks import LIKE, Quirks
from flask_strictcors.browser.redirects import Onward
from flask_strictcors.browser.request import Request
from flask_strictcors.browser.steps import Check, Step
from flask_strictcors.browser.urls import URL
from flask_strictcors.browser.wire import Header, Received, Transport


class UserAgent:
    """Be a browser: keep cookies and preflights, open pages, send what their scripts ask for.

    `transport` carries each request; `like` is the name of a browser, "standard", or `Quirks`;
    `now` returns seconds since 1970. Raises `ValueError` for a browser that it does not know.
    """

    def __init__(
        self, transport: Transport, like: str | Quirks = "standard", *, now: Callable[[], float]
    ) -> None:
        quirks = LIKE.get(like) if isinstance(like, str) else like
        if quirks is None:
            raise ValueError(f"no browser is known as {like!r}: {', '.join(LIKE)}")
        self.jar = CookieJar(quirks)
        self.cache = PreflightCache(quirks)
        self._equipment = Equipment(transport, quirks, self.jar, self.cache, now)

    def open(self, url: str | None) -> Document:
        """Open a page at a URL or an origin; None is a sandboxed one, whose origin is null.

        Nothing is fetched. Raises `ValueError` for what is no page's URL.
        """
        return Document(self._equipment, SANDBOXED if url is None else page_at(url))


class Document:
    """A page in which scripts run."""

    def __init__(self, equipment: Equipment, page: Page) -> None:
        self._equipment = equipment
        self._page = page

    @property
    def origin(self) -> str:
        """The page's serialized origin."""
        return self._page.origin

    def fetch(self, request: Request) -> Outcome:
        """Return what a script sees of a `fetch()`: https://fetch.spec.whatwg.org/#fetch-method."""
        problem = request.problem()
        url = URL.parse(request.url, self._page.url)
        if problem is None and (url is None or url.has_credentials):
            problem = _no_url(request.url)
        if problem is not None or url is None:
            return Outcome(None, problem, (problem,) if problem else (), ())
        terms = Terms(
            self._page,
            request.mode,
            request.credentials,
            request.redirect,
            request.use_cors_preflight,
        )
        quirks, is_simple = self._equipment.quirks, request.mode == "no-cors"
        headers, dropped = settable(_normalized(request), quirks, only_simple=is_simple)
        headers += self._brought(headers, request)
        journey = Journey(self._equipment, terms, url)
        received = journey.run(Onward(normalized_method(request.method), headers, request.body))
        return _outcome(journey, received, dropped)

    def _brought(self, headers: tuple[Header, ...], request: Request) -> tuple[Header, ...]:
        """Return the type that the body brings along, where the script has set none."""
        if request.content_type is None or any(n.lower() == "content-type" for n, _ in headers):
            return ()
        brought = (("Content-Type", request.content_type),)
        # What a script may not set without CORS, its body does not set either.
        is_simple = request.mode == "no-cors"
        return settable(brought, self._equipment.quirks, only_simple=is_simple)[0]

    def submit(
        self, url: str, method: str = "POST", body: bytes | None = None, content_type: str = ""
    ) -> Outcome:
        """Return what becomes of a form: it travels with cookies, and no script reads the answer.

        https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#form-submission
        """
        target = URL.parse(url, self._page.url)
        if target is None:
            problem = _no_url(url)
            return Outcome(None, problem, (problem,), ())
        headers = (("Content-Type", content_type),) if content_type else ()
        terms = Terms(self._page, NAVIGATE, "include", "follow")
        journey = Journey(self._equipment, terms, target)
        return _outcome(journey, journey.run(Onward(method, headers, body)), ())


def _no_url(text: str) -> Check:
    said = f"{text!r} is no URL of http or https that a script may fetch."
    return Check(Step.URL, passed=False, message=said, fix="In the script: https://host/path.")


def _normalized(request: Request) -> tuple[Header, ...]:
    return tuple((name, normalized_value(value) or "") for name, value in request.headers)


def _outcome(journey: Journey, received: Received | None, dropped: tuple[str, ...]) -> Outcome:
    visible = None if received is None else _visible(journey, received)
    return Outcome(
        visible, journey.failure, tuple(journey.checks), tuple(journey.sender.exchanges), dropped
    )


def _visible(journey: Journey, received: Received) -> Visible:
    url, redirected = str(journey.urls[-1]), len(journey.urls) > 1
    kind = journey.tainting
    if kind in ("opaque", "opaqueredirect"):
        shown = "" if kind == "opaque" else url
        return Visible(kind, 0, (), b"", shown, False, received.native)
    headers = own_headers(received)
    if kind == "cors":
        headers = readable_headers(received, has_credentials=journey.has_credentials)
    body = b"" if received.status in NULL_BODY_STATUSES else received.body
    return Visible(kind, received.status, headers, body, url, redirected, received.native)
