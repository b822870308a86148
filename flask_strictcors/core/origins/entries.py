"""What a user wrote → a set of origins and patterns, or problems."""

from __future__ import annotations

from collections.abc import Iterable

from flask_strictcors.core.errors import Problem
from flask_strictcors.core.origins.grammar import parse_entry
from flask_strictcors.core.origins.origin import Pattern
from flask_strictcors.core.origins.sets import OriginSet


def read_entries(field: str, texts: Iterable[str], problems: list[Problem]) -> OriginSet:
    """Return the set of all entries that are well formed; add a problem for each other one."""
    exact: list[str] = []
    patterns: list[Pattern] = []
    for text in texts:
        entry = parse_entry(text)
        if entry is None:
            # Most processes never need it.
            from flask_strictcors.core.origins.diagnosis import diagnose

            problems.append(diagnose(field, text))
        elif isinstance(entry, Pattern):
            patterns.append(entry)
        else:
            exact.append(text)
    return OriginSet(exact, patterns)
