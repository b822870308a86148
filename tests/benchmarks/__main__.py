"""Measures and shows what the package costs: ``python -m benchmarks``, in ``tests``."""

import argparse
import json
import sys
from pathlib import Path

from .figures import RECORDED, Figures
from .harness import MissingHarnessError, WrongAnswersError, measure, need_harness
from .plot import PICTURE, draw
from .tables import PAGE, TABLES, placed

ROOT = Path(__file__).parents[2]
BUILT = ROOT / "build" / "bench"


def main() -> int:
    """Measure, print the tables, and save figures and picture; exit with 1 if a budget is not met.

    With --record, these become the ones in the repository, and the page is written anew.
    """
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=main.__doc__)
    parser.add_argument("--bench", type=Path, default=ROOT.parent / "shared" / "bench")
    parser.add_argument("--processes", type=int, default=5)
    parser.add_argument("--cpu", type=int, help="pin the timed processes to this core")
    parser.add_argument("--record", action="store_true")
    parser.add_argument("--again", type=Path, metavar="JSON", help="show a saved run once more")
    arguments = parser.parse_args()
    try:
        run = _run(arguments)
    except (MissingHarnessError, WrongAnswersError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    figures = Figures(run)
    BUILT.mkdir(parents=True, exist_ok=True)
    saved, picture = (RECORDED, PICTURE) if arguments.record else _built()
    saved.write_text(json.dumps(run, indent=1) + "\n")
    draw(figures, picture)
    if arguments.record:
        PAGE.write_text(placed(PAGE.read_text(), figures))
    sys.stdout.write("\n".join(make(figures) for make in TABLES))
    sys.stdout.write(f"\nSaved as {saved.relative_to(ROOT)} and {picture.relative_to(ROOT)}\n")
    return 0 if all(budget.is_met for budget in figures.budgets()) else 1


def _built() -> tuple[Path, Path]:
    return BUILT / "run.json", BUILT / "performance.svg"


def _run(arguments: argparse.Namespace) -> dict[str, object]:
    if arguments.again:
        saved: dict[str, object] = json.loads(arguments.again.read_text())
        return saved
    need_harness(arguments.bench)
    return measure(arguments.bench.resolve(), arguments.processes, arguments.cpu)


if __name__ == "__main__":
    sys.exit(main())
