"""What was typed on a command line: a terminal may send bytes that are no text."""

from __future__ import annotations

from typing import Final

from flask_strictcors.browser import URL

_TELLING_VALUES: Final = {"content-type": "application/json", "range": "bytes=0-"}
"""Other types and ranges need no preflight."""


def is_text(typed: str) -> bool:
    """Report whether each byte that was typed is part of a character."""
    # Python keeps the others as lone surrogates, which nothing can encode.
    return not any("\ud800" <= character <= "\udfff" for character in typed)


def value_for(name: str, otherwise: str) -> str:
    """Return what a header says where only its name was typed: what makes it worth naming."""
    return _TELLING_VALUES.get(name.lower(), otherwise)


def url_of(typed: str) -> URL | None:
    """Return what was typed as a URL; None if it is none."""
    return URL.parse(typed) if is_text(typed) else None
