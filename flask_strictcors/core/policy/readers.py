"""One option's value → what it means, or problems: a reader for each kind of option."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Final, NamedTuple, cast

from flask_strictcors.core import fetch
from flask_strictcors.core.errors import Code, Problem
from flask_strictcors.core.origins import OriginSet, read_entries
from flask_strictcors.core.policy.options import Wildcard


class Refusal(NamedTuple):
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


def read_origins(field: str, value: object, problems: list[Problem]) -> OriginSet:
    """Return a set of origins and patterns."""
    return read_entries(field, read_strings(field, value, problems), problems)


def read_some_origins(field: str, value: object, problems: list[Problem]) -> OriginSet:
    """Return a set of origins and patterns; none at all is a problem."""
    found = len(problems)
    origins = read_origins(field, value, problems)
    if not origins and not problems[found:]:
        message = "an empty list lets nobody in."
        fix = f'{field}=["https://app.example.com"], or no policy at all'
        problems.append(Problem(Code.ORIGINS_EMPTY, field, value, message, fix))
    return origins


def read_own_origins(value: object, problems: list[Problem]) -> frozenset[str]:
    """Return the origins under which an app is reached; a pattern of them could be a stranger."""
    origins = read_origins("own_origins", value, problems)
    for pattern in sorted(map(str, origins.patterns)):
        message = f"{pattern}: an app is reached under single origins."
        code = Code.ORIGIN_PATTERN_NOT_ALLOWED
        problems.append(Problem(code, "own_origins", pattern, message, "each origin by name"))
    return origins.exact


def read_flag(field: str, value: object, problems: list[Problem]) -> bool:
    """Return a bool, and only what is one: "False" is a true value to Python."""
    if isinstance(value, bool):
        return value
    message = f"this is a switch, and {value!r} is neither True nor False."
    fix = "True or False (in the environment: true or false)"
    problems.append(Problem(Code.WRONG_TYPE, field, value, message, fix))
    return False


def read_max_age(field: str, value: object, problems: list[Problem]) -> int | None:
    """Return how many seconds a browser may keep a preflight's answer; None sends no header."""
    if value is None:
        return None
    seconds = value.total_seconds() if isinstance(value, timedelta) else value
    if isinstance(value, timedelta) and seconds == int(value.total_seconds()):
        seconds = int(value.total_seconds())
    if isinstance(seconds, bool) or not isinstance(seconds, int):
        message = f"this is a whole number of seconds, and {value!r} is not."
        problems.append(Problem(Code.WRONG_TYPE, field, value, message, "600"))
        return None
    if not 0 <= seconds <= fetch.LONGEST_MAX_AGE:
        message = f"no browser keeps a preflight's answer longer than {fetch.LONGEST_MAX_AGE} s."
        if seconds < 0:
            message = "a negative age is no age; 0 keeps browsers from remembering the answer."
        fix = "0" if seconds < 0 else str(fetch.LONGEST_MAX_AGE)
        problems.append(Problem(Code.MAX_AGE_RANGE, field, value, message, fix))
        return None
    return seconds


def read_methods(
    field: str, value: object, problems: list[Problem]
) -> tuple[str, ...] | Wildcard | None:
    """Return method names as written, without repetitions; `GET` brings `HEAD` with it."""
    if value is None or value == "*":
        return value
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


def read_strings(field: str, value: object, problems: list[Problem]) -> list[str]:
    """Return the strings of an iterable; one bare string is one item, never its letters."""
    if isinstance(value, str):
        return [value]
    if value is None or isinstance(value, bytes | bytearray | Mapping) or not _is_iterable(value):
        message = f"a list of strings is meant here, and this is of type {type(value).__name__}."
        fix = 'a list of strings, such as ["…"]'
        problems.append(Problem(Code.WRONG_TYPE, field, value, message, fix))
        return []
    strings: list[str] = []
    for item in cast("Iterable[object]", value):
        if isinstance(item, str):
            strings.append(item)
        else:
            message = f"each item is a string, and {item!r} is of type {type(item).__name__}."
            fix = repr(item.decode("latin-1")) if isinstance(item, bytes) else "a string"
            problems.append(Problem(Code.WRONG_TYPE, field, item, message, fix))
    return strings


def _is_iterable(value: object) -> bool:
    return hasattr(value, "__iter__")


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
            if refusal.code in _SYNTAX and len(name.replace(",", " ").split()) > 1:
                fix = repr(name.replace(",", " ").split())
            message = f"{name!r} {refusal.message}"
            problems.append(Problem(refusal.code, field, name, message, fix))
    return accepted
