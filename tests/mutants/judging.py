"""What the results of mutmut's run amount to: no survivor without its reason, and few of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

SHARE = 0.95
_TYPE_OF_CAST = re.compile(r'\bcast\(("[^"]*"|None), ')


class Change(NamedTuple):
    """What mutmut wrote into a function, by its lines: its own numbers shift with the code."""

    function: str
    was: str
    becomes: str

    @property
    def is_of_a_type(self) -> bool:
        """Report whether only the type in a `cast` differs, which only type checkers read."""
        return _TYPE_OF_CAST.sub("", self.was) == _TYPE_OF_CAST.sub("", self.becomes)

    def __str__(self) -> str:
        """Write it as a difference."""
        was = [f"  - {line}" for line in self.was.splitlines()]
        becomes = [f"  + {line}" for line in self.becomes.splitlines()]
        return "\n".join([f"  {self.function}", *was, *becomes])


class Mutant(NamedTuple):
    """One change by mutmut's name for it; what was changed is looked up for survivors only."""

    name: str
    function: str
    survived: Change | None = None

    @property
    def part(self) -> str:
        """Return the part of the package that it is in."""
        return ".".join(self.function.split(".")[: 2 if self.function.startswith("core.") else 1])


def complaints(mutants: Sequence[Mutant], listed: Iterable[Change]) -> Iterator[str]:
    """Yield what is wrong, each in a sentence; only the functions of these mutants are judged."""
    survivors = {mutant.survived: mutant.name for mutant in mutants if mutant.survived}
    functions = {mutant.function for mutant in mutants}
    expected = {change for change in listed if change.function in functions}
    for change in sorted(survivors.keys() - expected):
        if change.is_of_a_type:
            continue
        yield f"No test sees this, and survivors.toml lacks it: {survivors[change]}\n{change}"
    for change in sorted(expected - survivors.keys()):
        yield f"survivors.toml lists this, but it is killed, or not made any more:\n{change}"
    if share(mutants) < SHARE:
        yield f"{share(mutants):.1%} of the mutants are killed; it must be {SHARE:.0%}."


def share(mutants: Sequence[Mutant]) -> float:
    """Return how many of the mutants are killed, from 0 to 1."""
    return sum(not mutant.survived for mutant in mutants) / len(mutants) if mutants else 0.0


def table(mutants: Sequence[Mutant]) -> Iterator[str]:
    """Yield a line for each part of the package, and one for all."""
    made = Counter(mutant.part for mutant in mutants)
    alive = Counter(mutant.part for mutant in mutants if mutant.survived)
    yield f"{'':16}{'mutants':>9}{'killed':>9}{'survive':>9}"
    for part in sorted(made):
        yield _row(part, made[part], alive[part])
    yield _row("all", made.total(), alive.total())


def _row(part: str, made: int, alive: int) -> str:
    return f"{part:16}{made:9}{made - alive:9}{alive:9}{(made - alive) / (made or 1):8.1%}"
