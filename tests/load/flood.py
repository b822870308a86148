"""Runs the flood and prints its record: ``python -m load.flood``, in ``tests``."""

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

from .flooding import PLANT, PLANTS, WAYS, Flooded, Record, run


def main() -> int:
    """Flood each app by customers and by strangers; the exit status is 1 where that shows."""
    parser = argparse.ArgumentParser(prog="python -m load.flood", description=main.__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="of flood, for each app")
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=WAYS)
    parser.add_argument("--plant", choices=PLANTS, default="", help="show that it is found")
    arguments = parser.parse_args()
    os.environ[PLANT] = arguments.plant
    with TemporaryDirectory() as folder:
        records = run(Path(folder), arguments.ways, arguments.seconds, arguments.rounds)
    for record in records:
        sys.stdout.writelines(f"{line}\n" for line in written(record))
    return 1 if any([*record.faults()] for record in records) else 0


def written(record: Record) -> Iterator[str]:
    """Yield the lines of one record."""
    blocks, rss = record.growth()
    log = record.log
    yield f"--- {record.way}: {record.seconds:.0f} seconds"
    yield f"refused: {record.refused}; wrong answers: {record.wrong}"
    yield f"page beside customers: {_waits(record.beside_customers)}"
    yield f"page beside strangers: {_waits(record.beside_strangers)}"
    low, middle, high = quantiles(record.waits, n=4)
    yield (
        f"its mean wait beside strangers, times that beside customers: {middle:.2f} "
        f"at the median of {len(record.waits)} rounds, {low:.2f} to {high:.2f} in half of them"
    )
    yield f"processor time of a refusal, times that of an admission: {record.cost:.2f}"
    yield f"worker grown by: {blocks} blocks, {rss >> 10} KiB resident"
    yield f"log: {log.lines} lines, {log.size} bytes, the longest of {log.longest} characters"
    yield f"refusals told in it: {log.told}"
    yield from (f"FAULT: {fault}" for fault in record.faults())


def _waits(floods: list[Flooded]) -> str:
    waits = [wait * 1000 for flooded in floods for wait in flooded.waited]
    slow = quantiles(waits, n=100)[-1]
    answers = sum(flooded.answers for flooded in floods)
    return (
        f"{len(waits)} answers, median {median(waits):.2f} ms, p99 {slow:.2f} ms, "
        f"slowest {max(waits):.2f} ms, while the flood got {answers}"
    )


if __name__ == "__main__":
    sys.exit(main())
