"""The names of methods and headers: which are refused, and why."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from flask_strictcors.core import fetch
from flask_strictcors.core.errors import Code, Problem
from flask_strictcors.core.frozen import frozen
from flask_strictcors.core.policy.options import Wildcard
from flask_strictcors.core.policy.readers import read_strings


@frozen()
class Refusal:
    """One reason to refuse a name, and what to type instead; no fix means the name upper-cased."""

    code: Code
    is_refused: Callable[[str], bool]
    message: str
    fix: str


Refusals = tuple[Refusal, ...]

_METHOD_REFUSALS: Final[Refusals] = (
    Refusal(Code.WILDCARD_IN_LIST, "*".__eq__, "stands alone, never inside a list.", '"*"'),
    Refusal(
        Code.METHOD_SYNTAX,
        lambda name: not fetch.is_token(name),
        "is not the name of a method.",
        "one name for each item, of letters, digits and hyphens",
    ),
    Refusal(
        Code.METHOD_FORBIDDEN,
        fetch.is_forbidden_method,
        "is a method that browsers never send for a script.",
        "remove it",
    ),
    Refusal(
        Code.METHOD_CASE,
        lambda name: name != name.upper() and name.upper() in fetch.NORMALIZED_METHODS,
        "never matches: methods are compared with their case, and browsers send this one in "
        "upper case.",
        "",
    ),
)

_HEADER_WILDCARD: Final = _METHOD_REFUSALS[0]
_HEADER_SYNTAX: Final = Refusal(
    Code.HEADER_SYNTAX,
    lambda name: not fetch.is_token(name),
    "is not the name of a header.",
    "one name for each item, of letters, digits and hyphens",
)

_REQUEST_HEADER_REFUSALS: Final[Refusals] = (
    _HEADER_WILDCARD,
    _HEADER_SYNTAX,
    # First: of Set-Cookie, which is both, this is the mistake to tell.
    Refusal(
        Code.HEADER_DIRECTION,
        lambda name: name.lower() in fetch.RESPONSE_ONLY_HEADERS | fetch.FORBIDDEN_RESPONSE_HEADERS,
        "is a response header, and these are the request headers that scripts may set.",
        "remove it; what scripts may read goes into expose_headers",
    ),
    Refusal(
        Code.HEADER_FORBIDDEN,
        fetch.is_forbidden_request_header,
        "is a header that browsers never let a script set.",
        "remove it",
    ),
)

_RESPONSE_HEADER_REFUSALS: Final[Refusals] = (
    _HEADER_WILDCARD,
    _HEADER_SYNTAX,
    Refusal(
        Code.HEADER_FORBIDDEN,
        lambda name: name.lower() in fetch.FORBIDDEN_RESPONSE_HEADERS,
        "is a header that browsers never let a script read.",
        "remove it",
    ),
    Refusal(
        Code.HEADER_DIRECTION,
        lambda name: name.lower() in fetch.REQUEST_ONLY_HEADERS,
        "is a request header, and these are the response headers that scripts may read.",
        "remove it; what scripts may set goes into allow_headers",
    ),
)

_SYNTAX: Final = (Code.METHOD_SYNTAX, Code.HEADER_SYNTAX)


def read_methods(
    field: str, value: object, problems: list[Problem]
) -> tuple[str, ...] | Wildcard | None:
    """Return method names as written, without repetitions; `GET` brings `HEAD` with it."""
    if value is None:
        return None
    if value == "*":
        return "*"
    names = _read_names(_METHOD_REFUSALS, field, value, problems)
    if "GET" in names:
        names.append("HEAD")
    return tuple(dict.fromkeys(names))


def read_allow_headers(
    field: str, value: object, problems: list[Problem]
) -> tuple[str, ...] | Wildcard:
    """Return the names of request headers, as written, without repetitions."""
    return _read_header_names(_REQUEST_HEADER_REFUSALS, field, value, problems)


def read_expose_headers(
    field: str, value: object, problems: list[Problem]
) -> tuple[str, ...] | Wildcard:
    """Return the names of response headers, as written, without repetitions."""
    return _read_header_names(_RESPONSE_HEADER_REFUSALS, field, value, problems)


def _read_header_names(
    refusals: Refusals, field: str, value: object, problems: list[Problem]
) -> tuple[str, ...] | Wildcard:
    if value == "*":
        return "*"
    names = _read_names(refusals, field, value, problems)
    # Header names are compared without case; the first spelling is the one to keep.
    return tuple({name.lower(): name for name in reversed(names)}.values())[::-1]


def _read_names(
    refusals: Refusals, field: str, value: object, problems: list[Problem]
) -> list[str]:
    accepted: list[str] = []
    for name in read_strings(field, value, problems):
        refusal = next((r for r in refusals if r.is_refused(name)), None)
        if refusal is None:
            accepted.append(name)
        else:
            fix = refusal.fix or name.upper()
            if refusal.code in _SYNTAX:
                fix = _several(refusals, name) or fix
            message = f"{name!r} {refusal.message}"
            problems.append(Problem(refusal.code, field, name, message, fix))
    return accepted


def _several(refusals: Refusals, text: str) -> str | None:
    """Return the list that one string was meant to be, if each name in it would be accepted."""
    names = text.replace(",", " ").split()
    is_refused = any(refusal.is_refused(name) for name in names for refusal in refusals)
    return None if len(names) < 2 or is_refused else repr(names)
