"""One option's value → what it means, or problems: a reader for each kind of option."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Final, cast

from flask_strictcors.core import fetch
from flask_strictcors.core.errors import Code, Problem
from flask_strictcors.core.origins import OriginSet, read_entries

_LONGEST_SHOWN: Final = 200
_SECOND: Final = timedelta(seconds=1)


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
    message = f"this is a switch, and {reported(value)} is neither True nor False."
    fix = "True or False (in the environment: true or false)"
    problems.append(Problem(Code.WRONG_TYPE, field, value, message, fix))
    return False


def read_max_age(field: str, value: object, problems: list[Problem]) -> int | None:
    """Return how many seconds a browser may keep a preflight's answer; None sends no header."""
    if value is None:
        return None
    seconds = value
    if isinstance(value, timedelta) and not value % _SECOND:
        seconds = value // _SECOND
    if isinstance(seconds, bool) or not isinstance(seconds, int):
        message = f"this is a whole number of seconds, and {reported(value)} is not."
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


def read_strings(field: str, value: object, problems: list[Problem]) -> list[str]:
    """Return the strings of an iterable; one bare string is one item, never its letters."""
    if isinstance(value, str):
        return [value]
    given: object = value
    if not isinstance(value, Iterable) or isinstance(value, bytes | bytearray | Mapping):
        message = f"this takes a list of strings, and got {reported(given)}."
        fix = 'a list of strings, such as ["…"]'
        problems.append(Problem(Code.WRONG_TYPE, field, given, message, fix))
        return []
    strings: list[str] = []
    for item in cast("Iterable[object]", value):
        if isinstance(item, str):
            strings.append(item)
        else:
            message = f"each item must be a string, and {reported(item)} is not."
            fix = repr(item.decode("latin-1")) if isinstance(item, bytes) else "a string"
            problems.append(Problem(Code.WRONG_TYPE, field, item, message, fix))
    return strings


def reported(value: object) -> str:
    """Return a value as Python writes it, cut where it is long; its type where that raises."""
    try:
        shown = repr(value)
    except Exception:
        # A number of five thousand digits, or a row whose session is closed.
        shown = f"<{type(value).__name__}>"
    return shown if len(shown) <= _LONGEST_SHOWN else f"{shown[:_LONGEST_SHOWN]}…"
