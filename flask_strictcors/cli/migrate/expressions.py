"""What a regular expression says, read without a regex engine: the few shapes that people write.

What is not understood whole is not understood: guessing is how strangers get in.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Final, NamedTuple

DIGITS: Final = frozenset("0123456789")
LOWER: Final = frozenset("abcdefghijklmnopqrstuvwxyz")
_UPPER: Final = frozenset(map(str.upper, LOWER))
ANY: Final = frozenset(map(chr, range(0x21, 0x7F)))
"""All that can stand in an origin or a path, as far as is of interest here."""

_WORD: Final = DIGITS | LOWER | _UPPER | {"_"}
_CLASSES: Final = {"d": DIGITS, "D": ANY - DIGITS, "w": _WORD, "W": ANY - _WORD, "S": ANY}
_SPECIAL: Final = "*+?{}^$|()[]\\"
IGNORES_CASE: Final = 2
_VERBOSE: Final = 64
_MOST_ALTERNATIVES: Final = 64


class Expression(NamedTuple):
    """A regular expression, and the question whether Flask-CORS takes a text for a match."""

    text: str
    flags: int
    matches: Callable[[str], bool]

    @property
    def is_anything(self) -> bool:
        """Report whether it plainly matches every text."""
        return self.text.removeprefix("^").removesuffix("$") in (".*", ".+")


class Run(NamedTuple):
    """So many characters out of these; no `most` means any number."""

    characters: frozenset[str]
    least: int = 1
    most: int | None = 1
    is_bare_dot: bool = False

    @property
    def is_endless(self) -> bool:
        """Report whether it may be as long as it likes, and as short as one character."""
        return self.most is None and self.least <= 1


class Alternative(NamedTuple):
    """One of the texts that an expression matches: runs in a row, and whether the text ends there.

    Where it does not, anything may follow: `re.match` looks at the beginning only.
    """

    runs: tuple[Run, ...]
    is_ended: bool


class _UnreadError(Exception):
    """Stop reading: there is something that the reader does not know."""


def read_expression(expression: Expression) -> tuple[Alternative, ...] | None:
    """Return what an expression matches; None where it says more than can be read here."""
    if expression.flags & _VERBOSE:
        return None
    ignores_case = bool(expression.flags & IGNORES_CASE)
    try:
        return tuple(_Reader(expression.text, ignores_case=ignores_case).whole())
    except _UnreadError:
        return None


_Sequences = list[tuple[Run, ...]]


class _Reader:
    def __init__(self, text: str, *, ignores_case: bool) -> None:
        self._rest = text
        self._ignores_case = ignores_case

    def whole(self) -> list[Alternative]:
        if self._take("(?i)"):
            self._ignores_case = True
        found: list[Alternative] = []
        while True:
            _ = self._take("^") or self._take("\\A")
            sequences = self._sequences()
            is_ended = self._take("$") or self._take("\\Z")
            found += [Alternative(runs, is_ended) for runs in sequences]
            if not self._take("|"):
                break
        if self._rest:
            raise _UnreadError
        return found

    def _sequences(self) -> _Sequences:
        """Read up to the end of an alternative: what it matches, in all its variants."""
        sequences: _Sequences = [()]
        while self._rest and self._rest[0] not in "|)$" and not self._rest.startswith("\\Z"):
            pieces = self._piece()
            if len(sequences) * len(pieces) > _MOST_ALTERNATIVES:
                raise _UnreadError
            sequences = [before + piece for before, piece in product(sequences, pieces)]
        return sequences

    def _piece(self) -> _Sequences:
        if self._take("("):
            return self._group()
        is_bare_dot = self._rest[0] == "."
        characters = self._characters()
        least, most = self._quantifier()
        is_bare_dot = is_bare_dot and (least, most) == (1, 1)
        return [(Run(characters, least, most, is_bare_dot),)]

    def _group(self) -> _Sequences:
        if self._rest.startswith("?") and not self._take("?:"):
            raise _UnreadError
        sequences = self._sequences()
        while self._take("|"):
            sequences += self._sequences()
        if not self._take(")"):
            raise _UnreadError
        match self._quantifier():
            case (1, 1):
                return sequences
            case (0, 1):
                return [(), *sequences]
            case _:
                raise _UnreadError

    def _quantifier(self) -> tuple[int, int | None]:
        bounds: tuple[int, int | None] | None = None
        for sign, meant in {"*": (0, None), "+": (1, None), "?": (0, 1)}.items():
            bounds = meant if bounds is None and self._take(sign) else bounds
        if bounds is None and not self._rest.startswith("{"):
            return 1, 1
        bounds = bounds or self._counts()
        # Lazy or not, the same texts match; a possessive one may give up too early.
        if not self._take("?") and self._rest[:1] in ("+", "*", "{"):
            raise _UnreadError
        return bounds

    def _counts(self) -> tuple[int, int | None]:
        inside, closing, self._rest = self._rest[1:].partition("}")
        least, comma, most = inside.partition(",")
        if not closing or not _is_count(least) or not (_is_count(most) or most == ""):
            raise _UnreadError
        if not comma:
            return int(least), int(least)
        return int(least), int(most) if most else None

    def _characters(self) -> frozenset[str]:
        sign, self._rest = self._rest[0], self._rest[1:]
        if sign == ".":
            return ANY
        if sign == "[":
            return self._either_case(self._class())
        if sign == "\\":
            return self._either_case(self._escaped())
        if sign in _SPECIAL:
            raise _UnreadError
        return self._either_case(frozenset(sign))

    def _class(self) -> frozenset[str]:
        is_negated = self._take("^")
        found: frozenset[str] = frozenset()
        while not (found and self._take("]")):
            first = self._of_class()
            is_range = self._rest.startswith("-") and self._rest[1:2] not in ("]", "")
            if is_range:
                self._take("-")
                last = self._of_class()
                if len(first) != 1 or len(last) != 1:
                    raise _UnreadError
                first = frozenset(map(chr, range(ord(min(first)), ord(min(last)) + 1)))
            found |= first
        if is_negated and self._ignores_case:
            found = self._either_case(found)
        return ANY - found if is_negated else found

    def _of_class(self) -> frozenset[str]:
        if not self._rest:
            raise _UnreadError
        sign, self._rest = self._rest[0], self._rest[1:]
        return self._escaped() if sign == "\\" else frozenset(sign)

    def _escaped(self) -> frozenset[str]:
        sign, self._rest = self._rest[:1], self._rest[1:]
        if sign in _CLASSES:
            return _CLASSES[sign]
        if sign == "" or sign.isalnum() or sign not in ANY:
            raise _UnreadError
        return frozenset(sign)

    def _either_case(self, characters: frozenset[str]) -> frozenset[str]:
        if not self._ignores_case:
            return characters
        return characters | frozenset(map(str.swapcase, characters))

    def _take(self, text: str) -> bool:
        is_there = self._rest.startswith(text)
        self._rest = self._rest.removeprefix(text)
        return is_there


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 5
