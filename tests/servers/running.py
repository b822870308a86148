"""Real servers, each a process with a log, on ports that the system gives."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

TESTS: Final = Path(__file__).parents[1]
LONG_ENOUGH: Final = 30

_WERKZEUG: Final = (
    "from servers.shop import application; from werkzeug.serving import run_simple; "
    "run_simple('127.0.0.1', 0, application, threaded=True)"
)
GUNICORN: Final = (
    *("-m", "gunicorn", "--bind", "127.0.0.1:0"),
    *("--workers", "1", "--chdir", str(TESTS)),
)
_SHOP: Final = (*GUNICORN, "servers.shop:application")
# One of them lets long lines through, so that the app sees them.
_GTHREAD: Final = (
    *("--worker-class", "gthread", "--threads", "8"),
    *("--limit-request-field_size", "262144"),
)
WORDS: Final = {
    "gunicorn sync": (*_SHOP, "--worker-class", "sync"),
    "gunicorn gthread": (*_SHOP, *_GTHREAD),
    "werkzeug": ("-c", _WERKZEUG),
}
_SIGNS: Final = ("Listening at: http://127.0.0.1:", "Running on http://127.0.0.1:")


def is_here(name: str) -> bool:
    """Report whether a server is installed."""
    return find_spec(name.partition(" ")[0]) is not None


@dataclass(frozen=True)
class Server:
    """A running server: where it listens, and where it logs."""

    name: str
    port: int
    log: Path

    def said_since(self, place: int) -> str:
        """Return what the log says after a place in it."""
        with self.log.open("rb") as log:
            log.seek(place)
            return log.read().decode("latin-1")


@contextmanager
def running(folder: Path, words: Mapping[str, Sequence[str]]) -> Iterator[dict[str, Server]]:
    """Start servers side by side, each by the words that Python is to run; stop them afterwards."""
    with ExitStack() as stack:
        logs = {name: folder / f"{name}.log" for name in words}
        processes = {
            name: stack.enter_context(_started(words[name], log)) for name, log in logs.items()
        }
        # All are told to stop before one is waited for.
        for process in processes.values():
            stack.callback(process.terminate)
        yield {name: Server(name, _port_in(log), log) for name, log in logs.items()}


@contextmanager
def _started(words: Sequence[str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    # Newer gunicorns put a socket for their control there, else into the home folder.
    environment = os.environ | {"XDG_RUNTIME_DIR": str(log.parent), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, *words]
    with (
        log.open("wb") as out,
        subprocess.Popen(
            command, cwd=TESTS, stdout=out, stderr=subprocess.STDOUT, env=environment
        ) as process,
    ):
        try:
            yield process
        finally:
            _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(LONG_ENOUGH)
    except subprocess.TimeoutExpired:
        process.kill()


def _port_in(log: Path) -> int:
    """Return the port from the line of the log that says that the server listens."""
    deadline = time.monotonic() + LONG_ENOUGH
    while time.monotonic() < deadline:
        for line in log.read_text().splitlines(keepends=True):
            for sign in _SIGNS:
                if sign in line and line.endswith("\n"):
                    return int(line.partition(sign)[2].split()[0].rstrip("/"))
        time.sleep(0.01)
    raise RuntimeError(f"no server listens: {log.read_text()}")
