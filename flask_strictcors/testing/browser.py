"""Browser: a browser profile in front of an app; Page: a page in it, whose scripts ask the app."""

from __future__ import annotations

import time
import warnings
from typing import TYPE_CHECKING, Any

from flask_strictcors.browser import Document, Exchange, Outcome, Sent, Step, UserAgent, Visible
from flask_strictcors.testing.errors import CORSError
from flask_strictcors.testing.scripts import FORM_TYPE, Script, form_fields, place
from flask_strictcors.testing.transport import native, shown, transport_to

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

    from werkzeug.test import TestResponse

    from flask_strictcors.browser.request import Credentials, Mode, Redirect
    from flask_strictcors.testing.scripts import Fields, HeaderOptions


class Browser:
    """Be a browser in front of a WSGI app: one profile, with its cookies and kept preflights.

    `like` is "standard", "chromium", "firefox" or "safari". A page's path is resolved against
    `base_url`; a URL of any other host reaches the same app, with that host in its environ. Time
    stands still until `advance`. Raises `TypeError` and `ValueError`.
    """

    def __init__(
        self, app: WSGIApplication, like: str = "standard", base_url: str = "http://localhost"
    ) -> None:
        self._script = Script.against(app, base_url)
        self._seconds = time.time()
        self._agent = UserAgent(transport_to(app), like, now=lambda: self._seconds)

    def open(self, origin: str | None) -> Page:
        """Open a page of an origin, such as https://app.example.com; nothing is fetched.

        The URL of a page will do, too; None is a sandboxed page, whose origin is null. Raises
        `TypeError` and `ValueError`.
        """
        return Page(self._agent.open(place(origin)), self._script)

    def advance(self, seconds: float) -> None:
        """Let time pass, for cookies and preflights to expire. Raises `ValueError`."""
        if not seconds >= 0:
            raise ValueError(f"{seconds!r} seconds: time goes on only.")
        self._seconds += seconds


class Page:
    """A page that is open in a browser: what its scripts and its forms do."""

    def __init__(self, document: Document, script: Script) -> None:
        self._document = document
        self._script = script
        self._exchanges: list[Exchange] = []

    @property
    def origin(self) -> str:
        """The page's serialized origin, `null` where it is sandboxed."""
        return self._document.origin

    @property
    def preflights(self) -> tuple[Exchange, ...]:
        """The preflights that were sent for this page, each with its answer."""
        return tuple(exchange for exchange in self._exchanges if exchange.sent.is_preflight)

    @property
    def requests(self) -> tuple[Exchange, ...]:
        """All else that was sent for this page, redirected requests included, with the answers."""
        return tuple(exchange for exchange in self._exchanges if not exchange.sent.is_preflight)

    def fetch(
        self,
        url: str,
        *,
        method: str = "GET",
        headers: HeaderOptions | None = None,
        json: Any = None,
        data: str | bytes | Fields | None = None,
        credentials: Credentials = "same-origin",
        mode: Mode = "cors",
        redirect: Redirect = "follow",
    ) -> TestResponse:
        """Return the test client's answer with only what a script of this page may read of it.

        `json` also sets the Content-Type, as a script must; `data` is a string, bytes, or a
        mapping of a form's fields. Raises `CORSError` where a browser gives the script no answer,
        `TypeError` and `ValueError` for arguments that mean nothing, and what the app raises.
        """
        request = self._script.request(
            url,
            method=method,
            headers=headers,
            json=json,
            data=data,
            credentials=credentials,
            mode=mode,
            redirect=redirect,
        )
        outcome = self._document.fetch(request)
        if outcome.dropped:
            names = ", ".join(outcome.dropped)
            warnings.warn(f"A browser lets no script set {names}: left out.", stacklevel=2)
        visible = self._end(outcome, f"{request.method} {request.url}")
        return shown(visible, Sent(request.method, self._script.url(url), ()))

    def submit(self, url: str, *, method: str = "POST", data: Fields | None = None) -> TestResponse:
        """Submit a form, and return the answer as the person sees it who is sent there.

        No script of this page sees any of it. GET puts the fields into the query. Raises
        `CORSError` where nothing arrives, `TypeError`, `ValueError` and what the app raises.
        """
        target, fields = str(self._script.url(url)), form_fields(data or {})
        if method == "GET":
            outcome = self._document.submit(f"{target.partition('?')[0]}?{fields.decode()}", "GET")
        elif method == "POST":
            outcome = self._document.submit(target, "POST", fields, FORM_TYPE)
        else:
            raise ValueError(f"method={method!r}: a form can be sent with GET or POST.")
        return native(self._end(outcome, f"{method} {target}"))

    def _end(self, outcome: Outcome, request: str) -> Visible:
        self._exchanges += outcome.exchanges
        if outcome.response is not None:
            return outcome.response
        failure = outcome.checks[-1]
        if failure.step is Step.REQUEST:
            raise ValueError(f"{failure.message} {failure.fix}")
        raise CORSError(self.origin, request, failure, outcome.exchanges)
