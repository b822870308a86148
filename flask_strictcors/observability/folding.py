"""Folding: which rejections are told at once, and which are counted and told later."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from threading import Lock
from typing import Final, NamedTuple

from flask_strictcors.core.decision import Reason, Rejection

MOST_TOPICS: Final = 50
"""How many topics of a kind have a line of their own within one span of time."""


class Kind(NamedTuple):
    """What has a budget of its own, so that strangers cannot push out what concerns our pages."""

    is_about_origin: bool
    is_report_only: bool


class Topic(NamedTuple):
    """What makes a rejection the repeat of another."""

    origin: str
    rule: str
    reason: Reason
    is_report_only: bool


class Line(NamedTuple):
    """One rejection to tell, and how many others it stands for.

    `is_mixed` means that these others are of various origins, rules and reasons. The sum of
    `1 + repeats` over all lines is the number of rejections.
    """

    rejection: Rejection
    repeats: int
    is_mixed: bool = False


@dataclass(slots=True)
class _Fold:
    """What came until a moment, and was not told: how often, and the last of it."""

    until: float
    is_mixed: bool = False
    count: int = 0
    last: Rejection | None = None

    def add(self, rejection: Rejection) -> None:
        self.count += 1
        self.last = rejection

    def take(self) -> Iterator[Line]:
        """Yield the line for all that was added, if anything was, and forget it."""
        if self.last is not None:
            yield Line(self.last, self.count - 1, self.is_mixed)
        self.count, self.last = 0, None


class _Ledger:
    """Hold the topics of one kind that were told lately, those whose time ends first in front."""

    def __init__(self) -> None:
        # All that has no room is the one topic None.
        self._folds: dict[Topic | None, _Fold] = {}

    def close(self, topic: Topic, now: float) -> int:
        """Return how many repeats wait for the topic's next line, if it is time for one."""
        fold = self._folds.get(topic)
        if fold is None or fold.until > now:
            return 0
        return self._folds.pop(topic).count

    def take_old(self, now: float) -> Iterator[Line]:
        """Yield what waits for topics whose time is over, and forget them."""
        while self._folds:
            topic = next(iter(self._folds))
            if self._folds[topic].until > now:
                return
            yield from self._folds.pop(topic).take()

    def note(self, topic: Topic, rejection: Rejection, waited: int, until: float) -> Iterator[Line]:
        """Yield a line for a topic that has none, if there is room, else add to what waits."""
        if topic in self._folds:
            self._folds[topic].add(rejection)
        elif len(self._folds) - (None in self._folds) < MOST_TOPICS:
            self._folds[topic] = _Fold(until)
            yield Line(rejection, waited)
        else:
            self._folds.setdefault(None, _Fold(until, is_mixed=True)).add(rejection)

    def take_all(self) -> Iterator[Line]:
        """Yield all that waits; what was told stays known."""
        for fold in self._folds.values():
            yield from fold.take()


class Folding:
    """Tell the first of each topic at once, and fold its repeats within `every` seconds.

    What was folded comes with the topic's next line, or else as soon as its time is over and
    anything is noted at all. Within any `every` seconds each of the four kinds has at most
    `2 * MOST_TOPICS + 1` lines.
    """

    def __init__(self, every: float, clock: Callable[[], float]) -> None:
        self._every = every
        self._clock = clock
        self._ledgers: dict[Kind, _Ledger] = {}
        self._lock = Lock()

    def note(self, rejection: Rejection) -> list[Line]:
        """Return the lines that are due, now that this was refused."""
        kind = Kind(rejection.reason.is_about_origin, rejection.report_only)
        topic = Topic(rejection.origin, rejection.rule, rejection.reason, rejection.report_only)
        # Nobody writes while the lock is held: the caller does, afterwards.
        with self._lock:
            now = self._clock()
            ledger = self._ledgers.setdefault(kind, _Ledger())
            waited = ledger.close(topic, now)
            old = [line for each in self._ledgers.values() for line in each.take_old(now)]
            return [*old, *ledger.note(topic, rejection, waited, now + self._every)]

    def take_all(self) -> list[Line]:
        """Return the lines for all that waits."""
        with self._lock:
            return [line for each in self._ledgers.values() for line in each.take_all()]
