"""Runs the soak in process and prints its record: ``python -m load.soak``, in ``tests``."""

import argparse
import sys
from contextlib import nullcontext

from .cases import Load
from .memory import MOST_BLOCKS, MOST_OBJECTS, MOST_RSS, grown
from .planted import PLANTS, planted
from .soaking import Report, soak


def main() -> int:
    """Run the soak; the exit status is 1 where an answer was wrong or memory grew."""
    parser = argparse.ArgumentParser(prog="python -m load.soak", description=main.__doc__)
    parser.add_argument("--requests", type=int, default=2_000_000)
    parser.add_argument("--threads", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--plant", choices=sorted(PLANTS), help="show that this would be found")
    arguments = parser.parse_args()
    load = Load()
    with planted(load, arguments.plant) if arguments.plant else nullcontext():
        report = soak(load, arguments.requests, threads=arguments.threads, seed=arguments.seed)
    sys.stdout.write(written(load, arguments.threads, report))
    return 0 if report.is_right else 1


def written(load: Load, threads: int, report: Report) -> str:
    """Return the record of a soak."""
    blocks, objects, rss = grown(report.marks)
    statuses = ", ".join(f"{status}: {n}" for status, n in sorted(report.statuses.items()))
    requests = report.marks[-1].requests
    growth = (
        f"{blocks} blocks (at most {MOST_BLOCKS}), {objects} objects (at most {MOST_OBJECTS}), "
        f"{rss >> 10} KiB resident (at most {MOST_RSS >> 10})"
    )
    lines = [
        f"requests: {requests} ({report.preflights} preflights), in {threads} threads",
        f"apps: {len(load.apps)}; distinct cases: {len(load.cases)}",
        f"answers by status: {statuses}",
        f"wrong answers: {report.wrong}",
        f"seconds: {report.seconds:.0f}",
        f"growth after the first {report.marks[0].requests}: {growth}",
        "requests  resident KiB    blocks   objects",
        *(f"{m.requests:8} {m.rss >> 10:13} {m.blocks:9} {m.objects:9}" for m in report.marks),
        *report.shown,
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
