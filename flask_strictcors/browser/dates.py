"""The dates of cookies, which servers spell in many ways."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

_MONTHS: Final = (
    "jan",
    "feb",
    "mar",
    "apr",
    "may",
    "jun",
    "jul",
    "aug",
    "sep",
    "oct",
    "nov",
    "dec",
)
_DELIMITERS: Final = str.maketrans(dict.fromkeys("\t !\"#$%&'()*+,-./;<=>?@[\\]^_`{|}~", " "))


def parse_cookie_date(text: str) -> float | None:
    """Return a cookie's date in seconds since 1970, None where it is none.

    https://httpwg.org/specs/rfc6265.html#cookie-date
    """
    time: tuple[int, int, int] | None = None
    day = month = year = None
    for word in text.translate(_DELIMITERS).split():
        lowered = word.lower()
        if time is None and word.count(":") == 2:
            time = _time(word)
        elif day is None and word.isdecimal() and len(word) <= 2:
            day = int(word)
        elif month is None and lowered[:3] in _MONTHS:
            month = _MONTHS.index(lowered[:3]) + 1
        elif year is None and word.isdecimal() and len(word) in (2, 4):
            year = _year(int(word), len(word))
    if time is None or day is None or month is None or year is None:
        return None
    return _seconds(year, month, day, time)


def _time(word: str) -> tuple[int, int, int] | None:
    parts = word.split(":")
    if not all(part.isdecimal() and len(part) <= 2 for part in parts):
        return None
    hours, minutes, seconds = map(int, parts)
    return hours, minutes, seconds


def _year(number: int, digits: int) -> int:
    if digits == 4:
        return number
    return number + (1900 if number >= 70 else 2000)


def _seconds(year: int, month: int, day: int, time: tuple[int, int, int]) -> float | None:
    if year < 1601:
        return None
    try:
        return datetime(year, month, day, *time, tzinfo=UTC).timestamp()
    except ValueError:
        return None
