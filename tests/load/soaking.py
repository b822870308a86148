"""The soak in one process: threads that send random cases, and compare each answer."""

from __future__ import annotations

import gc
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread

from .case import Case
from .cases import Load
from .memory import Mark, is_flat, mark
from .serving import Started, faults_of, faults_of_body, finish, quiet, start

MOST_SHOWN = 20
MOST_HELD = 8
# Seconds. So short that threads take turns within a request.
TURN = 0.0001


@dataclass
class Report:
    """What came of a soak; `shown` are the first of what was wrong, in words."""

    wrong: int = 0
    shown: list[str] = field(default_factory=list[str])
    statuses: Counter[int] = field(default_factory=Counter[int])
    preflights: int = 0
    marks: list[Mark] = field(default_factory=list[Mark])
    seconds: float = 0.0

    @property
    def is_right(self) -> bool:
        """Report whether no answer was wrong, and memory was flat."""
        return not self.wrong and is_flat(self.marks)

    def note(self, case: Case, faults: list[str]) -> None:
        """Count a wrong answer."""
        self.wrong += 1
        if len(self.shown) < MOST_SHOWN:
            self.shown.append(f"{case.app}: {case.name}: {'; '.join(faults)}")


def soak(load: Load, requests: int, *, threads: int = 4, seed: int = 1, parts: int = 20) -> Report:
    """Serve every case once, which warms up, and then so many random ones."""
    report, begun = Report(), time.monotonic()
    each = max(1, requests // parts // threads)
    with quiet(), _taking_turns():
        for case in load.cases:
            _end(_start(load, case, report), report)
        report.marks.append(mark(len(load.cases)))
        for part in range(parts):
            _serve_part(load, each, [f"{seed}-{part}-{n}" for n in range(threads)], report)
            report.marks.append(mark(len(load.cases) + (part + 1) * each * threads))
    report.seconds = time.monotonic() - begun
    return report


@contextmanager
def _taking_turns() -> Iterator[None]:
    """Let threads take turns often, and nothing that stands before be looked through again."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(TURN)
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
        sys.setswitchinterval(interval)


def _serve_part(load: Load, each: int, seeds: list[str], report: Report) -> None:
    found = [Report() for _ in seeds]
    threads = [
        Thread(target=_serve, args=(load, each, random.Random(seed), mine))
        for seed, mine in zip(seeds, found, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for mine in found:
        report.wrong += mine.wrong
        report.shown += mine.shown[: MOST_SHOWN - len(report.shown)]
        report.statuses += mine.statuses
        report.preflights += mine.preflights


def _serve(load: Load, count: int, chance: random.Random, report: Report) -> None:
    held: list[Started] = []
    for _ in range(count):
        case = load.draw(chance)
        try:
            started = _start(load, case, report)
        except Exception as error:
            report.note(case, [repr(error)])
            continue
        held.append(started)
        # Some bodies are read while other requests are served.
        if len(held) > MOST_HELD or case.expected.status != 200:
            _end(held.pop(chance.randrange(len(held))), report)
    for started in held:
        _end(started, report)


def _start(load: Load, case: Case, report: Report) -> Started:
    app = load.apps[case.app]
    started = start(app.wsgi, case)
    report.statuses[started.status] += 1
    report.preflights += "HTTP_ACCESS_CONTROL_REQUEST_METHOD" in case.sent
    faults = [*faults_of(started, is_heard=app.sender is not None)]
    if faults:
        report.note(case, faults)
    return started


def _end(started: Started, report: Report) -> None:
    faults = [*faults_of_body(started.case, finish(started))]
    if faults:
        report.note(started.case, faults)
