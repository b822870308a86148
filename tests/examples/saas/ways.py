"""The two ways of running the API, each by what its one command does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import pytest
from programs import lack

import saas.__main__
from saas.stack import MissingProgramError, Stack

from . import EXAMPLES
from .asking import LONG_ENOUGH

LAST = "Ctrl-C"


class Shown(NamedTuple):
    """What the command printed: the keys of its tenants, and the lines to type."""

    keys: dict[str, str]
    curls: list[str]

    @property
    def port(self) -> int:
        return int(self.curls[-1].rpartition("http://127.0.0.1:")[2].partition("/")[0])


def read(lines: Iterable[str]) -> Shown:
    """Read what is printed, up to the line that says how to stop."""
    keys, curls = {}, []
    for line in lines:
        if line.startswith("The API key of "):
            name, _, key = line.removeprefix("The API key of ").strip().partition(": ")
            keys[name] = key
        elif line.startswith("curl "):
            curls.append(line.strip())
        elif line.startswith(LAST):
            break
    return Shown(keys, curls)


@contextmanager
def embedded() -> Iterator[Shown]:
    """Run `python -m saas` as a process, and stop it as Ctrl-C does."""
    with subprocess.Popen(
        [sys.executable, "-m", "saas"],
        cwd=EXAMPLES,
        env=os.environ | {"PORT": "0"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            yield read(process.stdout)
            process.send_signal(signal.SIGINT)
            assert process.wait(LONG_ENOUGH) == 0
        finally:
            process.kill()


@contextmanager
def full(workers: int) -> Iterator[tuple[Stack, Shown]]:
    """Run what `python -m saas --full` runs; afterwards none of its processes is left."""
    # With a short name: those of sockets may not be long.
    with TemporaryDirectory(prefix="saas-") as folder:
        with needed(lambda: Stack(Path(folder), workers=workers)) as stack:
            # The masters of gunicorn and nginx and their workers, Redis, PostgreSQL.
            assert len(processes_of(stack)) >= 1 + workers + 2 + 1 + 1
            yield stack, read(printed_by_full(stack))
        assert processes_of(stack) == []


def needed(make: Callable[[], Stack]) -> Stack:
    """Skip where a program is missing, and fail there where somebody asks for it."""
    try:
        return make()
    except MissingProgramError as reason:
        lack(reason)


def printed_by_full(stack: Stack) -> list[str]:
    """Let the command do with this stack what it does with its own, up to its wait for a signal."""
    said: list[str] = []

    @contextmanager
    def same(*_: Any) -> Iterator[Stack]:
        yield stack

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(saas.__main__, "Stack", same)
        patched.setattr("signal.pause", lambda: said.append(LAST))
        patched.setattr("builtins.print", lambda *lines, **_: said.extend(lines))
        saas.__main__.run_full(stack.folder, stack.port)
    assert said.count(LAST) == 1
    return said


def processes_of(stack: Stack) -> list[str]:
    """Return the command lines of all processes that have to do with the stack's folder."""
    found, folder = [], str(stack.folder)
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_text()
            told = words + (process / "environ").read_text(errors="replace")
            if folder in f"{told} {(process / 'cwd').readlink()}":
                found.append(words)
        except OSError:
            # It has ended by itself.
            continue
    return found
