"""Alternatives of an expression as texts with runs between them, as far as origins can match."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product
from typing import Final, NamedTuple

from flask_strictcors.cli.migrate.expressions import DIGITS, LOWER, Run

LABEL: Final = DIGITS | LOWER | frozenset("-_")
LABELS: Final = LABEL | frozenset(".")
# Browsers send no upper case, and none of what a URL has besides its origin.
_OF_ORIGINS: Final = LABELS | frozenset("+:/[]")
_MOST_SPELT: Final = 10
_MOST_FOUND: Final = 64

Pieces = tuple[str | Run, ...]
"""Texts and runs in turn; no two texts meet."""


class Parts(NamedTuple):
    """An origin in parts: the port is empty, a text with its colon, or a run behind a colon.

    Where it is open, more may follow.
    """

    scheme: str
    host: Pieces
    port: str | Run
    is_open: bool = False


def pieces_of(runs: tuple[Run, ...], among: frozenset[str] = _OF_ORIGINS) -> list[Pieces] | None:
    """Return the variants of runs in a row, strictly read; None where they are endless.

    Strictly: a bare dot is a dot, since nobody means any character by it.
    """
    spellings = [_spellings(run, among) for run in runs]
    found: list[Pieces] = [()]
    for spelling in spellings:
        if spelling is None or len(found) * len(spelling) > _MOST_FOUND:
            return None
        found = [_joined(before, piece) for before, piece in product(found, spelling)]
    return found


def _spellings(run: Run, among: frozenset[str]) -> list[str | Run] | None:
    """Return the texts that a run can be, where these are few; else the run itself."""
    if run.is_bare_dot:
        return ["."]
    characters = run.characters & among
    if not characters:
        return [""] if run.least == 0 else []
    if len(characters) == 1:
        if run.most is None or run.most - run.least >= _MOST_SPELT:
            return None
        return ["".join(characters) * count for count in range(run.least, run.most + 1)]
    if run[1:3] == (1, 1) and len(characters) <= _MOST_SPELT:
        return [*sorted(characters)]
    return [Run(characters, run.least, run.most)]


def _joined(before: Pieces, piece: str | Run) -> Pieces:
    if isinstance(piece, str) and before and isinstance(before[-1], str):
        return (*before[:-1], before[-1] + piece)
    return before if piece == "" else (*before, piece)


def parts_of(pieces: Pieces, *, is_open: bool) -> list[Parts] | None:
    """Return the parts of an origin, of two where the scheme is left to a run.

    None is what cannot be told; no parts at all are no origin.
    """
    first = pieces[0] if pieces else ""
    if isinstance(first, Run):
        if not first.is_endless or not first.characters >= _OF_ORIGINS:
            return None
        rest = (Run(first.characters, 0, None), *pieces[1:])
        return [_parts(scheme, rest, is_open=is_open) for scheme in ("https", "http")]
    scheme, separator, text = first.partition("://")
    if not separator:
        return None if is_open or pieces[1:] else []
    return [_parts(scheme, _joined((), text) + pieces[1:], is_open=is_open)]


def _parts(scheme: str, pieces: Pieces, *, is_open: bool) -> Parts:
    match pieces:
        case (*host, str(text), Run() as port) if text.endswith(":"):
            return Parts(scheme, _joined(tuple(host), text[:-1]), port, is_open)
        case (*host, str(text)) if ":" in text and not text.endswith("]"):
            name, colon, digits = text.rpartition(":")
            return Parts(scheme, _joined(tuple(host), name), colon + digits, is_open)
        case _:
            return Parts(scheme, pieces, "", is_open)


def is_any_port(port: str | Run) -> bool:
    """Report whether a run covers every port that there is."""
    if isinstance(port, str):
        return False
    return port.characters >= DIGITS and port.least <= 1 and (port.most is None or port.most >= 5)


def strict_text(pieces: Iterable[str | Run]) -> str:
    """Return the regular expression for just these pieces, for `re.fullmatch`."""
    return "".join(_escaped(p) if isinstance(p, str) else _run_text(p) for p in pieces)


def sample(pieces: Iterable[str | Run]) -> str:
    """Return one text of pieces."""
    return "".join(p if isinstance(p, str) else _sample_run(p) for p in pieces)


def _sample_run(run: Run) -> str:
    letters = sorted(run.characters & LABEL, key=lambda c: (c in "-_0", c in DIGITS, c))
    return (letters or sorted(run.characters))[0] * max(run.least, 1)


def _escaped(text: str) -> str:
    return "".join(f"\\{sign}" if sign in ".+[]" else sign for sign in text)


def _run_text(run: Run) -> str:
    # Of what stands between the dots of a host, no more than that has to be said.
    return _class_text(run.characters & LABELS or run.characters) + _count_text(*run[1:3])


def _class_text(characters: frozenset[str]) -> str:
    if characters >= LABELS:
        return "."
    if characters == DIGITS:
        return r"\d"
    ranges = "".join(f"{min(s)}-{max(s)}" for s in (LOWER, DIGITS) if s <= characters)
    rest = characters
    for span in (LOWER, DIGITS):
        rest = rest - span if span <= characters else rest
    others = "".join(f"\\{sign}" if sign in "[]" else sign for sign in sorted(rest - {"-"}))
    return f"[{ranges}{others}{'-' if '-' in rest else ''}]"


def _count_text(least: int, most: int | None) -> str:
    match least, most:
        case (0, None):
            return "*"
        case (1, None):
            return "+"
        case (0, 1):
            return "?"
        case (1, 1):
            return ""
        case _:
            return f"{{{least}}}" if least == most else f"{{{least},{most or ''}}}"
