"""One face for every browser: open a page on an origin, run a script there, see what it saw."""

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from .bidi import CommandError, Session
from .scripts import FETCH, LOAD_IMAGE, SUBMIT_FORM


class MissingBrowserError(Exception):
    """This machine lacks a browser; the message says what to install."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the script saw of one ``fetch``: an answer, or the error that it rejected with."""

    error: str | None = None
    ok: bool = False
    status: int = 0
    type: str = ""
    redirected: bool = False
    headers: dict[str, str] | None = None
    body: str = ""
    size: int = 0

    @property
    def is_readable(self) -> bool:
        """Report whether the script could read the answer."""
        return self.error is None and self.type != "opaque"

    @property
    def is_blocked(self) -> bool:
        """Report whether the browser kept the answer back; a timeout is not that."""
        return self.error is not None and self.error.startswith("TypeError")


class Page:
    """One document, a tab's or a frame's, in which scripts run."""

    def __init__(self, browser: "Browser", context: str, origin: str) -> None:
        self._browser = browser
        self._context = context
        self.origin = origin

    def run(self, function: str, *arguments: Any) -> Any:
        """Call a JavaScript function with JSON arguments and return its awaited JSON result."""
        call = f"await ({function})(...JSON.parse(given))"
        answer = self._browser.session.send(
            "script.callFunction",
            functionDeclaration=f"async (given) => JSON.stringify(({call}) ?? null)",
            arguments=[{"type": "string", "value": json.dumps(arguments)}],
            awaitPromise=True,
            target={"context": self._context},
        )
        if answer["type"] == "exception":
            raise CommandError(answer["exceptionDetails"]["text"])
        return json.loads(answer["result"]["value"])

    def fetch(self, url: str, **options: Any) -> Seen:
        """Run ``fetch(url, options)`` and return what the script saw."""
        return Seen(**self.run(FETCH, url, options))

    def load_image(self, url: str, cross_origin: str | None = None) -> bool:
        """Report whether ``<img src=url crossorigin=...>`` loaded."""
        return bool(self.run(LOAD_IMAGE, url, cross_origin))

    def submit_form(self, url: str, **fields: str) -> None:
        """Post a form to ``url`` and wait until the answer is shown in a frame."""
        self.run(SUBMIT_FORM, url, fields)

    def frame(self) -> "Page":
        """Return the page's sandboxed frame, whose origin is opaque."""
        tree = self._browser.session.send("browsingContext.getTree", root=self._context)
        (child,) = tree["contexts"][0]["children"]
        return Page(self._browser, child["context"], "null")

    def console_says(self, words: str) -> bool:
        """Report whether the tab's console says ``words``, now or shortly."""
        return self._browser.console_says(self._context, words)


class Context:
    """A fresh profile inside a running browser: no cookies, no caches, no tabs of others."""

    def __init__(self, browser: "Browser") -> None:
        self._browser = browser
        self._id = browser.session.send("browser.createUserContext")["userContext"]

    def open(self, url: str) -> Page:
        """Open ``url`` in a tab of its own and wait until it is complete."""
        send = self._browser.session.send
        tab = send("browsingContext.create", type="tab", userContext=self._id)["context"]
        send("browsingContext.navigate", context=tab, url=url, wait="complete")
        address = urlsplit(url)
        return Page(self._browser, tab, f"{address.scheme}://{address.netloc}")

    def permit(self, name: str, origin: str) -> None:
        """Say yes, as a person, to what the pages of an origin may ask for."""
        self._browser.session.send(
            "permissions.setPermission",
            descriptor={"name": name},
            state="granted",
            origin=origin,
            userContext=self._id,
        )

    def close(self) -> None:
        """Close the tabs and forget what they stored and said."""
        self._browser.session.send("browser.removeUserContext", userContext=self._id)
        self._browser.session.forget_events()


@dataclass(frozen=True, slots=True)
class Browser:
    """One running browser process; the kinds differ in how they show a tab's console and stop."""

    name: str
    session: Session
    console_says: Callable[[str, str], bool]
    stop_process: Callable[[], None]

    def new_context(self) -> Context:
        """Return a fresh profile."""
        return Context(self)

    def stop(self) -> None:
        """Stop the browser, also one that no longer answers."""
        try:
            with suppress(Exception):
                self.session.close()
        finally:
            self.stop_process()
