"""Running the benchmarks of others and us, and keeping of their results what the page shows."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from .importing import FLASK_CORS, STRICTCORS, least

CONTENDER: Final = Path(__file__).with_name("contender.py")
SCENARIOS: Final = (
    *("same-origin", "actual", "actual-foreign"),
    *("preflight", "preflight-commas", "preflight-names"),
    *("origins-1", "origins-100000", "patterns-1000", "routes-1000", "routes-1000-preflight"),
)
CONTENDERS: Final = (
    *("bare", "bare-again", "floor-hooks", "floor-wrap-routed"),
    *("flask-cors", "flask-cors-decorator", "starlette-cors"),
    *("strictcors", "strictcors-paths", "strictcors-views"),
    *("wsgi", "wsgi-hand", "wsgi-strictcors"),
)
IN_MEMORY: Final = ("strictcors", "hand-wsgi", "flask-cors")
IMPORTED: Final = {"strictcors": STRICTCORS, "flask-cors": FLASK_CORS}


class MissingHarnessError(Exception):
    """The benchmarks are not where they were looked for; the text says what to type."""


class WrongAnswersError(Exception):
    """A contender answers wrongly, so that its times mean nothing."""


def need_harness(folder: Path) -> None:
    if not (folder / "corsbench" / "__main__.py").is_file():
        raise MissingHarnessError(
            f"There is no corsbench in {folder}. Type: make bench BENCH=FOLDER, with the folder "
            "that holds corsbench and its README."
        )


def measure(folder: Path, processes: int, cpu: int | None) -> dict[str, Any]:
    """Check every answer, then measure; raise `WrongAnswersError` where one is wrong."""
    chosen = [*_each("-s", SCENARIOS), *_each("-c", CONTENDERS)]
    if _call(folder, "check", *chosen).returncode:
        raise WrongAnswersError("A contender answers wrongly; see above.")
    pinned = [] if cpu is None else ["--cpu", str(cpu)]
    with TemporaryDirectory() as made:
        saved = Path(made, "run.json")
        words = [*chosen, *pinned, "--processes", str(processes), "--json", str(saved)]
        _call(folder, "run", *words, out=subprocess.DEVNULL, check=True)
        run = json.loads(saved.read_text())
    return {
        "environment": run["environment"],
        "options": {name: run["options"][name] for name in ("processes", "rounds", "clock", "cpu")},
        "seconds": run["seconds"],
        "load": [round(load, 1) for load in run["load"]],
        "times": [_kept(row) for row in run["rows"]],
        "memory": [*_memory(_printed(folder, "memory", IN_MEMORY))],
        "imports": {name: round(least(program), 2) for name, program in IMPORTED.items()},
    }


def _kept(row: dict[str, Any]) -> dict[str, Any]:
    kept = {"scenario": row["scenario"], "contender": row["contender"]}
    if row["unsupported"]:
        return kept | {"unsupported": row["unsupported"]}
    figures = {
        "us": round(row["us"], 3),
        "overhead": round(row["overhead"], 3),
        "range": [round(value, 3) for value in row["overhead_range"]],
    }
    return kept | figures | {"errors": row["errors"]}


def _memory(printed: str) -> Iterator[dict[str, Any]]:
    size = ""
    for line in printed.splitlines():
        if line.startswith("### "):
            size = line.removeprefix("### ")
        cells = _cells(line)
        if cells[0] in IN_MEMORY:
            names = ("mb", "bytes_each", "rss_mb", "build_ms")
            yield {"size": size, "contender": cells[0]} | _numbers(names, cells[1:])


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("| ").split("|")]


def _numbers(names: Sequence[str], cells: Sequence[str]) -> dict[str, float]:
    return {name: float(cell) for name, cell in zip(names, cells, strict=False)}


def _printed(folder: Path, command: str, contenders: Sequence[str]) -> str:
    words = _each("-c", contenders)
    return str(_call(folder, command, *words, out=subprocess.PIPE, check=True).stdout)


def _each(option: str, values: Sequence[str]) -> list[str]:
    return [word for value in values for word in (option, value)]


def _call(
    folder: Path, command: str, *words: str, out: int | None = None, check: bool = False
) -> subprocess.CompletedProcess[str]:
    # The harness stays as it is: nothing is written beside it.
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, "-m", "corsbench", command, "--load", str(CONTENDER), *words],
        cwd=folder,
        env=environment,
        stdout=out,
        text=True,
        check=check,
    )
