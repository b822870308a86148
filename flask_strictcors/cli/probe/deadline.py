"""How long is left: a moment by which a thing must be over, whatever happens in between."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Deadline:
    """Hold a moment on a clock, in seconds."""

    ends: float
    clock: Clock

    @classmethod
    def after(cls, seconds: float, clock: Clock = monotonic) -> Deadline:
        """Return the deadline that is so many seconds away."""
        return cls(clock() + seconds, clock)

    def left(self) -> float:
        """Return the seconds that are left; raise `TimeoutError` where none are."""
        left = self.ends - self.clock()
        if left <= 0:
            raise TimeoutError
        return left

    def within(self, seconds: float) -> Deadline:
        """Return a deadline that is no later than this one, and at most so many seconds away."""
        return Deadline(min(self.ends, self.clock() + seconds), self.clock)
