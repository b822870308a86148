"""Chance with a memory: everything that is made up comes from one seed."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Dice(Random):
    """Choose in the few ways that the generator needs."""

    def weighed(self, weights: Mapping[T, float]) -> T:
        """Return one of the keys, as often as its weight says."""
        return self.choices([*weights], [*weights.values()])[0]

    def some(self, choices: Sequence[T], most: int) -> list[T]:
        """Return up to ``most`` different choices, few more often than many."""
        return self.sample(choices, min(len(choices), self.randint(0, self.randint(0, most))))

    def has(self, probability: float) -> bool:
        """Report whether something happens that does so with a probability."""
        return self.random() < probability
