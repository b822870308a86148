"""What goes over the wire: requests as a browser sends them, answers as servers give them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask_strictcors.browser.urls import URL

Header = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Sent:
    """Hold one request that left the browser, with every header that CORS or a site looks at."""

    method: str
    url: URL
    headers: tuple[Header, ...]
    body: bytes | None = None
    is_preflight: bool = False

    def get(self, name: str) -> str | None:
        """Return the value of a header as servers combine its lines, or None."""
        return combined(self.headers, name)


@dataclass(frozen=True, slots=True)
class Received:
    """Hold one answer; `native` is whatever the transport knows it by."""

    status: int
    headers: tuple[Header, ...]
    body: bytes = b""
    native: object = None

    def get(self, name: str) -> str | None:
        """Return the value of a header with its lines combined, or None."""
        return combined(self.headers, name)


@dataclass(frozen=True, slots=True)
class Exchange:
    """Hold one request and its answer; `received` is None where the server was not reached."""

    sent: Sent
    received: Received | None


Transport = Callable[[Sent], Received]
"""Carries a request to a server and brings the answer; raises `UnreachableError`."""


class UnreachableError(Exception):
    """No answer came: no connection, no TLS, no HTTP, or no end in time. The text says which."""


def combined(headers: tuple[Header, ...], name: str) -> str | None:
    """Return the value of a header with all its lines joined, or None.

    https://fetch.spec.whatwg.org/#concept-header-list-get
    """
    lowered = name.lower()
    lines = [value.strip("\t\n\r ") for line, value in headers if line.lower() == lowered]
    return ", ".join(lines) if lines else None
