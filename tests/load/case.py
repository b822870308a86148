"""What a soak sends, and all that it must get back."""

from __future__ import annotations

from typing import NamedTuple
from wsgiref.types import WSGIApplication

from decisions.asking import Ask
from decisions.doors import environ_of

from flask_strictcors import Reason

BARRED = b"Cross-origin request refused.\n"


class Expected(NamedTuple):
    """A whole answer; `cors` as `decisions.doors.normalized` gives it, any body where it is None.

    `reason` is the one that a signal must tell, once, and None where none may be sent.
    """

    status: int
    cors: dict[str, str]
    vary: frozenset[str]
    body: bytes | None
    reason: Reason | None


class Case(NamedTuple):
    """One request to one app: what it has beyond a plain GET, and what comes of it."""

    app: str
    name: str
    sent: dict[str, str]
    expected: Expected


class App(NamedTuple):
    """An app under load; where `sender` is not None, the signals that it sends are heard."""

    wsgi: WSGIApplication
    sender: object


def _plain() -> dict[str, str]:
    environ = environ_of(Ask("GET", None))
    return {name: value for name, value in environ.items() if isinstance(value, str)}


PLAIN = _plain()


def sent_by(asked: Ask, path: str = "/thing", **more: str) -> dict[str, str]:
    """Return what is special about a request's environ."""
    sent = {
        "REQUEST_METHOD": asked.method,
        "PATH_INFO": path,
        "HTTP_ORIGIN": asked.origin,
        "HTTP_SEC_FETCH_SITE": asked.site,
        "HTTP_ACCESS_CONTROL_REQUEST_METHOD": asked.wants,
        "HTTP_ACCESS_CONTROL_REQUEST_HEADERS": asked.headers,
    }
    changed = {n: v for n, v in sent.items() if v is not None and v != PLAIN.get(n)}
    return changed | more
