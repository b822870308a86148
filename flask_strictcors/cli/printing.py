"""Text for people and JSON for machines: aligned tables, and colour only on a terminal."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Collection, Iterable, Sequence
from enum import Enum
from typing import IO, Any, Final, NamedTuple

import click

_GAP: Final = "  "


class Tone(Enum):
    """How a text stands out on a terminal; the words alone must be enough."""

    PLAIN = None
    GOOD = "green"
    BAD = "red"
    WARNING = "yellow"
    FAINT = "bright_black"
    STRONG = "bold"


class Text(NamedTuple):
    """Some text, and how it stands out."""

    text: str
    tone: Tone = Tone.PLAIN


Cell = str | Text


class InputError(click.UsageError):
    """Say in one line what is wrong with the input and what to type; the exit status is 2."""

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the line alone: how to use the command is in its --help."""
        click.echo(f"Error: {_plain(self.format_message())}", file=file or sys.stderr)


def say(*cells: Cell, to_stderr: bool = False) -> None:
    """Print one line, its parts side by side as they are."""
    stream = sys.stderr if to_stderr else sys.stdout
    is_coloured = has_colour(stream)
    line = "".join(_painted(cell) if is_coloured else _plain(cell) for cell in cells)
    encoding = stream.encoding or "utf-8"
    # A terminal that cannot show a character is no reason to fail.
    shown = line.encode(encoding, "backslashreplace").decode(encoding)
    click.echo(shown, file=stream, color=is_coloured)


def say_table(
    rows: Iterable[Sequence[Cell]], headings: Sequence[str] = (), *, indent: str = ""
) -> None:
    """Print rows with each column as wide as its widest cell, under headings if there are any.

    A row's last cell is as long as it is: one that ends early may reach over the columns after it.
    """
    lines = [*rows]
    if headings and lines:
        lines.insert(0, [Text(heading, Tone.FAINT) for heading in headings])
    widths: dict[int, int] = {}
    for line in lines:
        for column, cell in enumerate(line[:-1]):
            widths[column] = max(widths.get(column, 0), len(_plain(cell)))
    for line in lines:
        say(indent, *_padded(line, widths))


def say_json(value: object) -> None:
    """Print one JSON document, never in colour."""
    click.echo(json.dumps(value, indent=2), color=False)


def counted(number: int, noun: str, nouns: str = "") -> str:
    """Return a number with its noun, in the plural where there are none or several."""
    return f"{number} {noun if number == 1 else nouns or noun + 's'}"


def shortened(items: Collection[str], noun: str, most: int = 1) -> str:
    """Return a list in few words: all of it up to `most` items, else how many and the first."""
    if len(items) <= most:
        return ", ".join(items)
    return f"{counted(len(items), noun)}: {', '.join([*items][:most])}, …"


def has_colour(stream: object) -> bool:
    """Report whether a stream is a terminal whose user did not ask for plain text."""
    # https://no-color.org
    if os.environ.get("NO_COLOR"):
        return False
    isatty = getattr(stream, "isatty", None)
    return isatty is not None and bool(isatty())


def _padded(line: Sequence[Cell], widths: dict[int, int]) -> list[Cell]:
    cells: list[Cell] = []
    for column, cell in enumerate(line[:-1]):
        cells += [cell, " " * (widths[column] - len(_plain(cell))) + _GAP]
    return [*cells, *line[-1:]]


def _painted(cell: Cell) -> str:
    tone = cell.tone if isinstance(cell, Text) else Tone.PLAIN
    if tone is Tone.PLAIN or not _plain(cell):
        return _plain(cell)
    if tone is Tone.STRONG:
        return click.style(_plain(cell), bold=True)
    return click.style(_plain(cell), fg=tone.value)


def _plain(cell: Cell) -> str:
    """Return the text of a cell with whatever could steer a terminal escaped."""
    text = cell.text if isinstance(cell, Text) else cell
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
