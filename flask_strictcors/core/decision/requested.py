"""Access-Control-Request-Headers, read once, within bounds, and only to report it."""

from __future__ import annotations

from typing import Final

from flask_strictcors.core.fetch import LONGEST_TOKEN

LONGEST_SURPLUS: Final = 4096
"""What is longer than all that is allowed by more than this is not read, nor told apart."""

_SEPARATORS: Final = ", \t"
_LONGEST_SEPARATOR: Final = 16
"""Gateways add blanks and empty items; an honest one adds a few."""


def first_foreign(known: frozenset[str], requested: str) -> str | None:
    """Return the first requested name that is not known, or "" where the list is malformed.

    None means that all names are known. Nothing is read beyond what an honest list of the known
    names, in lower case, could take: the length of the list costs nothing.
    """
    start = 0
    for _ in range(len(known) + 2):
        window = requested[start : start + _LONGEST_SEPARATOR]
        rest = window.lstrip(_SEPARATORS)
        if not rest:
            return None if start + len(window) == len(requested) else ""
        start += len(window) - len(rest)
        comma = requested.find(",", start, start + LONGEST_TOKEN + 1)
        end = comma if comma >= 0 else len(requested)
        if end - start > LONGEST_TOKEN:
            return ""
        name = requested[start:end].rstrip(_SEPARATORS).lower()
        if name not in known:
            return name
        start = end
    return ""
