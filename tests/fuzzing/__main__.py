"""Fuzzes each target, guided by its coverage: ``python -m fuzzing``, in ``tests``.

A finding is kept in the corpus, where the ordinary tests replay it until it is mended.
"""

from __future__ import annotations

import argparse
import platform
import re
import subprocess
import sys
import tempfile
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from subprocess import PIPE, STDOUT

from . import CORPUS, TARGETS

ROOT = CORPUS.parents[1]
NAMELESS = "no atheris in this Python {}: it has wheels for 3.11 to 3.14; make fuzz installs it."
# A target whose imports are not instrumented sees no branches of the package at all.
FEWEST_BRANCHES = 50
_MOST_SHOWN = 40


def main() -> int:
    """Fuzz; the exit status is 1 where a target found something."""
    parser = argparse.ArgumentParser(prog="python -m fuzzing", description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"of {', '.join(TARGETS)}")
    parser.add_argument("--seconds", type=int, default=5, help="for each target")
    parser.add_argument("--grow", action="store_true", help="keep what reaches more, minimised")
    arguments = parser.parse_args()
    strange = {*arguments.targets} - {*TARGETS}
    if strange:
        parser.error(f"no target {', '.join(sorted(strange))}: there are {', '.join(TARGETS)}")
    try:
        _say(f"Python {platform.python_version()}, atheris {version('atheris')}")
    except PackageNotFoundError:
        parser.error(NAMELESS.format(platform.python_version()))
    chosen = arguments.targets or TARGETS
    return max([_fuzzed(target, arguments.seconds, grow=arguments.grow) for target in chosen])


def _fuzzed(target: str, seconds: int, *, grow: bool) -> int:
    corpus = CORPUS / target
    with tempfile.TemporaryDirectory() as folder:
        new, words = Path(folder, "new"), Path(folder, "words")
        new.mkdir()
        words.write_text(_dictionary(import_module(f"fuzzing.{target}").WORDS))
        options = [f"-max_total_time={seconds}", "-timeout=60", "-print_final_stats=1"]
        options += ["-report_slow_units=60", f"-dict={words}", f"-artifact_prefix={corpus}/"]
        run = _drive(target, *options, str(new), str(corpus))
        if run.returncode:
            _say("\n".join(run.stdout.splitlines()[-_MOST_SHOWN:]))
            _say(f"{target}: FAILED. The input is in {corpus}: pytest tests/fuzzing replays it.")
            return 1
        if grow:
            _merge(target, corpus, new, Path(folder, "merged"))
    return _told(target, run.stdout, corpus)


def _told(target: str, log: str, corpus: Path) -> int:
    runs, speed = (
        int(_last(rf"stat::{name}: *(\d+)", log))
        for name in ("number_of_executed_units", "average_exec_per_sec")
    )
    branches, reached = int(_last(r" cov: (\d+)", log)), _last(r" corp: (\d+/\w+)", log)
    seed, kept = _last(r"Seed: (\d+)", log), sum(1 for _ in corpus.iterdir())
    _say(
        f"{target}: {runs} executions, {speed} a second, {branches} branches by {reached}, "
        f"{kept} kept, seed {seed}: nothing found"
    )
    if branches < FEWEST_BRANCHES:
        _say(f"{target}: FAILED. So few branches: the package was imported uninstrumented.")
        return 1
    return 0


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _last(pattern: str, log: str) -> str:
    return re.findall(pattern, log)[-1]


def _drive(target: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "fuzzing.driving", target, *arguments]
    # The traceback goes to one of the two, and the rest to the other.
    return subprocess.run(
        command, cwd=ROOT, stdout=PIPE, stderr=STDOUT, text=True, errors="replace", check=False
    )


def _merge(target: str, corpus: Path, new: Path, merged: Path) -> None:
    """Leave in the corpus the fewest inputs that reach all that it and the new ones reach.

    What was written by hand, or was a finding, is none of the fuzzer's to drop: its name tells.
    """
    merged.mkdir()
    run = _drive(target, "-merge=1", str(merged), str(corpus), str(new))
    run.check_returncode()
    for old in corpus.iterdir():
        if re.fullmatch("[0-9a-f]{40}", old.name):
            old.unlink()
    for path in merged.iterdir():
        path.rename(corpus / path.name)


def _dictionary(words: tuple[str, ...]) -> str:
    return "".join(f'"{_escaped(word.encode())}"\n' for word in words)


def _escaped(word: bytes) -> str:
    return "".join(rf"\x{byte:02x}" for byte in word)


if __name__ == "__main__":
    sys.exit(main())
