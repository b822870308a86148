"""Preflights: what they say, and how their answers are read.

https://fetch.spec.whatwg.org/#cors-preflight-fetch-0
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from flask_strictcors.browser.checks import Question, check_cors
from flask_strictcors.browser.lists import MalformedListError, names_in
from flask_strictcors.browser.quirks import Quirks
from flask_strictcors.browser.steps import Check, Step
from flask_strictcors.browser.wire import Header, Received
from flask_strictcors.core.fetch import (
    ALLOW_HEADERS,
    ALLOW_METHODS,
    REQUEST_HEADERS,
    REQUEST_METHOD,
    SAFELISTED_METHODS,
)

_AUTHORIZATION: Final = "authorization"


class Asked(NamedTuple):
    """What a preflight asks for; the names are in lower case, sorted, and `spelled` as written.

    `is_own` means that to the browser the preflight has not left the page's origin.
    """

    question: Question
    method: str
    names: tuple[str, ...]
    spelled: dict[str, str]
    is_forced: bool
    is_own: bool = False


class Granted(NamedTuple):
    """What an answer to a preflight lists, for the cache."""

    methods: tuple[str, ...]
    headers: tuple[str, ...]


def headers_of(asked: Asked) -> tuple[Header, ...]:
    """Return the headers that make a request a preflight."""
    lines: tuple[Header, ...] = ((REQUEST_METHOD, asked.method),)
    if asked.names:
        lines += ((REQUEST_HEADERS, ",".join(asked.names)),)
    return lines


def check_preflight(received: Received, asked: Asked, quirks: Quirks) -> Iterator[Check]:
    """Return the checks of an answer to a preflight, in order; one that fails is the last."""
    yield _check_status(received)
    if not asked.is_own:
        yield check_cors(received, asked.question)
    try:
        granted = granted_by(received, asked, quirks)
    except MalformedListError as error:
        yield _malformed(error.item)
    else:
        yield _check_method(granted.methods, asked)
        yield _check_headers(granted.headers, asked, quirks)


def granted_by(received: Received, asked: Asked, quirks: Quirks) -> Granted:
    """Return what an answer that passed the checks lists. Raises `MalformedListError`."""
    methods = names_in(received, ALLOW_METHODS)
    if methods is None:
        is_granted = asked.is_forced and not quirks.upload_listeners_grant_no_method
        methods = (asked.method,) if is_granted else ()
    return Granted(methods, names_in(received, ALLOW_HEADERS) or ())


def _check_status(received: Received) -> Check:
    """Return whether the status is an ok one, which the standard asks after the origin.

    The other order says more: an answer like that is from somebody who knows nothing of CORS.
    """
    step, status = Step.PREFLIGHT_STATUS, received.status
    if 200 <= status <= 299:
        return Check(step, passed=True, message=f"The preflight was answered {status}.")
    said = f"The preflight was answered {status}, and only 2xx will do."
    return Check(step, passed=False, message=said, fix=_mend_status(status))


def _mend_status(status: int) -> str:
    if 300 <= status <= 399:
        return (
            "A preflight is never redirected: let the script ask for the final URL (scheme, host, "
            "slash at the end)."
        )
    if status in (401, 403, 407):
        return (
            "A preflight carries no cookie and no Authorization: let it be answered before "
            "anything asks who is there."
        )
    if status in (404, 405, 501):
        return "Let the server, or what stands before it, answer OPTIONS with 204."
    return "Let OPTIONS be answered with 204 before any view or hook runs."


def _malformed(item: str) -> Check:
    said = f"{item!r} in {ALLOW_METHODS} or {ALLOW_HEADERS} is no name, which voids all of it."
    fix = "List the names with commas between them, and nothing else."
    return Check(Step.PREFLIGHT_SYNTAX, passed=False, message=said, fix=fix)


def _check_method(methods: tuple[str, ...], asked: Asked) -> Check:
    step, method = Step.PREFLIGHT_METHOD, asked.method
    if method in methods:
        return Check(step, passed=True, message=f"{ALLOW_METHODS} lists {method}.")
    if method in SAFELISTED_METHODS:
        said = f"{method} needs no place in {ALLOW_METHODS}."
        return Check(step, passed=True, message=said)
    if "*" in methods and not asked.question.has_credentials:
        return Check(step, passed=True, message=f"{ALLOW_METHODS} is '*'.")
    return Check(step, passed=False, message=_not_listed(methods, asked), fix=_list_method(asked))


def _not_listed(methods: tuple[str, ...], asked: Asked) -> str:
    found = f"is {', '.join(methods)}" if methods else "is missing or empty"
    said = f"{ALLOW_METHODS} {found}, without {asked.method}"
    if "*" in methods:
        return f"{said}: beside credentials, '*' is only a name."
    if asked.method.upper() in methods:
        return f"{said}: case counts."
    return f"{said}."


def _list_method(asked: Asked) -> str:
    upper = asked.method.upper()
    if asked.method != upper:
        return f"Let the script write the method as {upper}: browsers send it as it is written."
    return f"Add {asked.method} to methods, or a route that serves it."


def _check_headers(headers: tuple[str, ...], asked: Asked, quirks: Quirks) -> Check:
    listed = {name.lower() for name in headers}
    is_wild = "*" in listed and not asked.question.has_credentials
    missing = [
        asked.spelled.get(name, name)
        for name in asked.names
        if name not in listed and not (is_wild and _is_covered(name, quirks))
    ]
    step = Step.PREFLIGHT_HEADERS
    if not asked.names:
        return Check(step, passed=True, message="There is no header to ask about.")
    if not missing:
        said = f"{ALLOW_HEADERS} covers {', '.join(asked.names)}."
        return Check(step, passed=True, message=said)
    names = ", ".join(missing)
    said = f"{ALLOW_HEADERS} does not allow {names}{_star(listed, missing)}"
    return Check(step, passed=False, message=said, fix=f"Add {names} to allow_headers.")


def _is_covered(name: str, quirks: Quirks) -> bool:
    """Report whether `*` covers a header: #cors-non-wildcard-request-header-name."""
    return name != _AUTHORIZATION or quirks.wildcard_allows_authorization


def _star(listed: set[str], missing: list[str]) -> str:
    if "*" not in listed:
        return "."
    if [name.lower() for name in missing] == [_AUTHORIZATION]:
        return ": '*' never covers it."
    return ": beside credentials, '*' is only a name."
