"""The story of a request, for people: what was sent, what was answered, what was checked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from flask_strictcors.browser import Check, Exchange, Received, Sent
from flask_strictcors.browser.wire import Header
from flask_strictcors.core.fetch import CORS_PREFIX

# What browsers send with everything, and no CORS check looks at.
_UNTOLD_OF_REQUESTS: Final = ("accept", "referer", "sec-fetch-")
_TOLD_OF_ANSWERS: Final = (
    CORS_PREFIX,
    "allow",
    "content-type",
    "location",
    "set-cookie",
    "strictcors-",
    "vary",
)


def story(exchanges: Iterable[Exchange], checks: Iterable[Check]) -> str:
    """Return the lines of a story, as `> ` sent, `< ` answered, and one for each check."""
    told = [line for exchange in exchanges for line in _of_exchange(exchange)]
    return "\n".join([*told, *map(_of_check, checks)])


def _of_exchange(exchange: Exchange) -> Iterator[str]:
    yield from _of_request(exchange.sent)
    if exchange.received is not None:
        yield from _of_answer(exchange.received)


def _of_request(sent: Sent) -> Iterator[str]:
    yield f"> {sent.method} {sent.url}"
    told = (x for x in sent.headers if not x[0].lower().startswith(_UNTOLD_OF_REQUESTS))
    yield from _of_headers(">", told)


def _of_answer(received: Received) -> Iterator[str]:
    yield f"< {received.status}"
    told = (x for x in received.headers if x[0].lower().startswith(_TOLD_OF_ANSWERS))
    yield from _of_headers("<", told)


def _of_headers(sign: str, headers: Iterable[Header]) -> Iterator[str]:
    return (f"{sign}   {name}: {value}" for name, value in headers)


def _of_check(check: Check) -> str:
    return f"{'yes' if check.passed else 'NO '} {check.step}: {check.message}"
