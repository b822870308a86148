"""What the tables are made of: the bytes of requests, and the whole of what must come back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from extension.wire import APP, EVIL, PREFLIGHT_SILENT, SILENT, granted, offered

ORIGIN: Final = b"Origin: "
OURS: Final = ORIGIN + APP.encode()
THEIRS: Final = ORIGIN + EVIL.encode()
MARK: Final = b"zq9"
"""Stands in what is sent and is never to come back."""

LONG: Final = 65_000
"""A little less than the longest line that Werkzeug's server takes."""
LONG_VARY: Final = ", ".join(f"X-{number:05}" for number in range(7_000))


def request(first: bytes, *fields: bytes, host: bytes | None = b"shop", body: bytes = b"") -> bytes:
    """Return one request; each field is a line as it goes out."""
    hosts = () if host is None else (b"Host: " + host,)
    return b"\r\n".join([first, *hosts, *fields, b"", body])


def get(
    target: bytes, *fields: bytes, method: bytes = b"GET", host: bytes = b"shop", body: bytes = b""
) -> bytes:
    """Return a request of HTTP/1.1."""
    return request(method + b" " + target + b" HTTP/1.1", *fields, host=host, body=body)


def asking(
    target: bytes, *fields: bytes, wants: bytes = b"PUT", host: bytes = b"shop", body: bytes = b""
) -> bytes:
    """Return a preflight; the fields bring its Origin."""
    wanted = b"Access-Control-Request-Method: " + wants
    return get(target, wanted, *fields, method=b"OPTIONS", host=host, body=body)


class Outcome(NamedTuple):
    """One answer, whole: all CORS headers of it, and the reason of the rejection that is heard."""

    status: int
    cors: Mapping[str, str]
    body: bytes | None
    """None stands for the page that Flask shows with this status."""
    reason: str | None = None
    more: Mapping[str, str] = {}
    """Headers beside those that every answer has."""

    def but(self, reason: str) -> Outcome:
        """Return the same answer, to a request that was refused."""
        return self._replace(reason=reason)


class Ask(NamedTuple):
    """What is sent over one connection, and the answer to each request in it."""

    sent: bytes
    outcomes: tuple[Outcome, ...]

    @property
    def method(self) -> bytes:
        return self.sent.partition(b" ")[0]


class Case(NamedTuple):
    """One line of a table.

    `refusing` names the servers that may refuse such bytes by themselves: a newer one may be
    stricter, and one that is not gives the very same answers.
    """

    name: str
    asks: tuple[Ask, ...]
    refusing: str = ""

    def __str__(self) -> str:
        return self.name


def case(name: str, sent: bytes, *outcomes: Outcome, refusing: str = "") -> Case:
    return Case(name, (Ask(sent, outcomes),), refusing)


# --- the answers of the shop, by what they say of CORS -------------------------------------------

GRANT: Final = granted(Allow_Credentials="true", Expose_Headers="X-Total")
OFFER: Final = offered("GET, HEAD, POST, PUT", Allow_Credentials="true")
# Where no route is: whatever any route of the shop serves.
OFFER_ANY: Final = offered("DELETE, GET, HEAD, OPTIONS, POST, PUT", Allow_Credentials="true")
ALLOW: Final = {"Allow": "GET, HEAD, OPTIONS, POST, PUT"}

GRANTED: Final = Outcome(200, GRANT, b"orders")
REFUSED: Final = Outcome(200, SILENT, b"orders", "not-allowed")
UNASKED: Final = Outcome(200, SILENT, b"orders")
OFFERED: Final = Outcome(204, OFFER, b"")
OFFERED_ANY: Final = Outcome(204, OFFER_ANY, b"")
SILENCE: Final = Outcome(204, PREFLIGHT_SILENT, b"", "not-allowed")
NO_METHOD: Final = SILENCE.but("method-not-allowed")
PRICES: Final = Outcome(200, granted("*"), b"prices")
BARRED: Final = b"Cross-origin request refused.\n"
