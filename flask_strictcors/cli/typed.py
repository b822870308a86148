"""What was typed on a command line: a terminal may send bytes that are no text."""

from __future__ import annotations

from typing import Final

import click

from flask_strictcors.browser import URL
from flask_strictcors.cli.printing import InputError

_TELLING_VALUES: Final = {"content-type": "application/json", "range": "bytes=0-"}
"""Other types and ranges need no preflight."""


class OneLineCommand(click.Command):
    """Say what is wrong with the command line in one line, without the usage."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments. Raises `InputError`."""
        try:
            return super().parse_args(ctx, args)
        except InputError:
            raise
        except click.UsageError as error:
            raise InputError(f"{error.format_message()} See --help.") from error


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
