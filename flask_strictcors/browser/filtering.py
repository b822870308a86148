"""What a script sees of an answer that it may read.

https://fetch.spec.whatwg.org/#concept-filtered-response
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from flask_strictcors.browser.lists import MalformedListError, names_in
from flask_strictcors.browser.wire import Header, Received
from flask_strictcors.core.fetch import (
    EXPOSE_HEADERS,
    FORBIDDEN_RESPONSE_HEADERS,
    SAFELISTED_RESPONSE_HEADERS,
)

# https://fetch.spec.whatwg.org/#null-body-status
NULL_BODY_STATUSES: Final = frozenset({101, 103, 204, 205, 304})

Type = Literal["basic", "cors", "opaque", "opaqueredirect", "navigation"]


@dataclass(frozen=True, slots=True)
class Visible:
    """Hold what a script sees; `native` is the transport's own answer, nothing left out.

    Of an opaque answer there is no status (0), no header and no body; of a navigation it is the
    person who sees it, and no script of the page that it came from.
    """

    type: Type
    status: int
    headers: tuple[Header, ...]
    body: bytes
    url: str
    redirected: bool
    native: object = None


def readable_headers(received: Received, *, has_credentials: bool) -> tuple[Header, ...]:
    """Return the headers of a cross-origin answer that a script may read."""
    exposed = _exposed(received)
    if "*" in exposed and not has_credentials:
        return own_headers(received)
    visible = SAFELISTED_RESPONSE_HEADERS | exposed
    return tuple(header for header in own_headers(received) if header[0].lower() in visible)


def own_headers(received: Received) -> tuple[Header, ...]:
    """Return the headers of an answer to the page's own origin: all but those of cookies."""
    return tuple(
        header for header in received.headers if header[0].lower() not in FORBIDDEN_RESPONSE_HEADERS
    )


def _exposed(received: Received) -> frozenset[str]:
    try:
        names = names_in(received, EXPOSE_HEADERS) or ()
    except MalformedListError:
        # One thing that is no name voids the list.
        return frozenset()
    return frozenset(name.lower() for name in names)
