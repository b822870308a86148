"""What can be wrong with the CORS headers of one answer, whoever asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from flask_strictcors.browser import URL
from flask_strictcors.browser.lists import MalformedListError, names_in
from flask_strictcors.browser.quirks import CHROMIUM
from flask_strictcors.cli.probe.answers import Answer, Role, Seen
from flask_strictcors.cli.probe.codes import Code
from flask_strictcors.cli.probe.findings import Finding
from flask_strictcors.core.fetch import (
    ALLOW_CREDENTIALS,
    ALLOW_HEADERS,
    ALLOW_METHODS,
    ALLOW_ORIGIN,
    EXPOSE_HEADERS,
    MAX_AGE,
)
from flask_strictcors.core.origins import Origin

_LISTS: Final = (ALLOW_METHODS, ALLOW_HEADERS, EXPOSE_HEADERS)
_READ: Final = (Role.PREFLIGHT, Role.ACTUAL, Role.STAND_IN, Role.BARE)


def on_headers(seen: Seen) -> Iterator[Finding]:
    """Yield what is wrong with the headers of what the page got, and whoever tells no origin."""
    for answer in seen.all(*_READ):
        yield from _on_allow_origin(answer, seen.asked.origin)
        yield from _on_credentials(answer)
        yield from _on_lists(answer)
        yield from _on_max_age(answer)
        yield from _on_strays(answer)


def _on_allow_origin(answer: Answer, page: str) -> Iterator[Finding]:
    lines = answer.allowed
    if len(lines) > 1:
        yield _found(Code.ALLOW_ORIGIN_DOUBLED, answer, ALLOW_ORIGIN)
        return
    for value in lines:
        if value in ("*", "null") or Origin.parse(value) is not None:
            return
        code = Code.ALLOW_ORIGIN_MALFORMED
        if len(value.replace(",", " ").split()) > 1:
            code = Code.ALLOW_ORIGIN_LIST
        elif (url := URL.parse(value)) is not None and url.origin == page:
            code = Code.ALLOW_ORIGIN_ALTERED
        yield _found(code, answer, ALLOW_ORIGIN)


def _on_credentials(answer: Answer) -> Iterator[Finding]:
    lines = answer.lines(ALLOW_CREDENTIALS)
    if lines and not answer.allows_credentials:
        yield _found(Code.CREDENTIALS_NOT_TRUE, answer, ALLOW_CREDENTIALS)
    if lines and answer.allowed == ("*",) and answer.allows_credentials:
        yield _found(Code.WILDCARD_WITH_CREDENTIALS, answer, ALLOW_ORIGIN)


def _on_lists(answer: Answer) -> Iterator[Finding]:
    for header in _LISTS:
        try:
            names = _names(answer, header)
        except MalformedListError:
            yield _found(Code.LIST_MALFORMED, answer, header)
            continue
        if "*" in names and answer.allows_credentials:
            yield _found(Code.WILDCARD_LITERAL, answer, header)
        if header == ALLOW_METHODS and any(name != name.upper() for name in names):
            yield _found(Code.METHOD_CASE, answer, header)


def _names(answer: Answer, header: str) -> tuple[str, ...]:
    received = answer.received
    return () if received is None else names_in(received, header) or ()


def _on_max_age(answer: Answer) -> Iterator[Finding]:
    lines = answer.lines(MAX_AGE)
    value = ", ".join(lines)
    if lines and not (value.isascii() and value.isdecimal()):
        yield _found(Code.MAX_AGE_MALFORMED, answer, MAX_AGE)
    elif lines and (len(value) > 9 or int(value) > CHROMIUM.max_age_cap):
        yield _found(Code.MAX_AGE_TOO_LONG, answer, MAX_AGE)


def _on_strays(answer: Answer) -> Iterator[Finding]:
    for header, code in (
        ("Access-Control-Allow-Private-Network", Code.PRIVATE_NETWORK),
        ("StrictCORS-Decision", Code.DEBUG_ANSWER),
    ):
        if answer.lines(header):
            yield _found(code, answer, header)
    for line in answer.lines(""):
        yield Finding(Code.HEADER_LINE_MALFORMED, answer.place, line)


def _found(code: Code, answer: Answer, header: str) -> Finding:
    return Finding(code, answer.place, as_lines(answer, header))


def as_lines(answer: Answer, *headers: str) -> str:
    """Return the lines of some headers as they came, for people."""
    lines = [f"{header}: {value}" for header in headers for value in answer.lines(header)]
    return "; ".join(lines) or f"no {headers[0]}"
