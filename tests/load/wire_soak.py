"""Runs the soak on the wire and prints its record: ``python -m load.wire_soak``, in ``tests``."""

import argparse
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from .cases import Load
from .memory import MOST_BLOCKS, Mark, grown
from .planted import PLANTS
from .wire import Server, Soaked, need_programs, serving, write_cases

# Bytes that a worker may grow by once it is warm: it has threads, and as many requests at once
# as it happens to.
MOST_RSS = 8 << 20
PARTS = 10


class Record(NamedTuple):
    """What came of all parts; the marks of each worker begin when it is warm."""

    cases: int
    parts: list[Soaked]
    marks: dict[int, list[Mark]]
    seconds: float

    @property
    def is_right(self) -> bool:
        """Report whether no answer was wrong, no worker was replaced, and none has grown."""
        return all(part.is_right for part in self.parts) and all(
            is_flat(marks, len(self.parts)) for marks in self.marks.values()
        )


def is_flat(marks: list[Mark], parts: int) -> bool:
    """Report whether a worker was there from the first part to the last, and has not grown."""
    blocks, _, rss = grown(marks)
    return len(marks) == parts and blocks <= MOST_BLOCKS and rss <= MOST_RSS


def soak(server: Server, cases: Path, count: int, seconds: int, parts: int) -> Record:
    """Send random cases in so many parts, of which the first warms the workers up."""
    begun = time.monotonic()
    soaked: list[Soaked] = []
    marks: dict[int, list[Mark]] = {}
    for part in range(parts):
        soaked.append(server.soak(cases, max(1, seconds // parts), seed=part + 1))
        for worker, mark in server.marks(sum(one.checked for one in soaked)).items():
            marks.setdefault(worker, []).append(mark)
    return Record(count, soaked, marks, time.monotonic() - begun)


def main() -> int:
    """Run the soak; the exit status is 1 where an answer was wrong or a worker grew."""
    parser = argparse.ArgumentParser(prog="python -m load.wire_soak", description=main.__doc__)
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--plant", choices=sorted(PLANTS), default="")
    arguments = parser.parse_args()
    need_programs()
    with TemporaryDirectory() as name:
        folder = Path(name)
        load = Load()
        count = write_cases(load, folder / "cases")
        with serving(folder, workers=arguments.workers, plant=arguments.plant) as server:
            record = soak(server, folder / "cases", count, arguments.seconds, PARTS)
    sys.stdout.write(written(record))
    return 0 if record.is_right else 1


def written(record: Record) -> str:
    """Return the record of a soak."""
    parts = record.parts
    lines = [
        f"seconds: {record.seconds:.0f}",
        f"requests: {sum(part.checked for part in parts)}; distinct cases: {record.cases}",
        f"wrong answers: {sum(part.wrong for part in parts)}",
        f"broken connections: {sum(part.broken for part in parts)}",
        (
            f"answers of 400 and above: {sum(part.refused for part in parts)}, all expected; "
            f"wrk counts {sum(part.refused_by_wrk for part in parts)}"
        ),
        "worker  requests of all  resident KiB    blocks",
        *(
            f"{worker:6} {mark.requests:16} {mark.rss >> 10:13} {mark.blocks:9}"
            for worker, marks in record.marks.items()
            for mark in marks
        ),
        *(part.shown for part in parts if part.wrong),
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
