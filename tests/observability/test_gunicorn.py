"""A real gunicorn with several workers: what they count is one sum, and what they log is whole."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from time import monotonic
from typing import NamedTuple

import pytest

from .refusing import EVIL

pytestmark = pytest.mark.once

# Seconds after which what does not come is missing.
LONG_ENOUGH = 30
SUM = 'flask_strictcors_rejections_total{endpoint="items",reason="not-allowed",rule="app"}'


class Server(NamedTuple):
    """A gunicorn that listens at a port, and the file that its workers log to."""

    process: subprocess.Popen[str]
    port: int
    log: Path

    def get(self, path: str, origin: str = "") -> tuple[int, str]:
        """Return the process that answered, and what it said."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=LONG_ENOUGH)
        connection.request("GET", path, headers={"Origin": origin} if origin else {})
        response = connection.getresponse()
        answer = int(response.headers["X-Process"]), response.read().decode()
        connection.close()
        return answer

    def refuse(self, known: set[int], new: int) -> Counter[int]:
        """Return how many requests each worker refused, after so many unknown ones had some."""
        refused: Counter[int] = Counter()
        deadline = monotonic() + LONG_ENOUGH
        with ThreadPoolExecutor(8) as pool:
            while len(refused.keys() - known) < new:
                assert monotonic() < deadline, f"only {refused} answered"
                answers = pool.map(lambda _: self.get("/items/1", EVIL), range(40))
                refused.update(process for process, _ in answers)
        return refused

    def counted(self) -> set[float]:
        """Return all sums that the workers tell when asked several times."""
        pages = [self.get("/metrics")[1] for _ in range(6)]
        return {
            float(line.removeprefix(SUM))
            for page in pages
            for line in page.splitlines()
            if line.startswith(SUM)
        }

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=LONG_ENOUGH)


@contextmanager
def gunicorn(folder: Path, *options: str) -> Iterator[Server]:
    # Newer gunicorns put a socket for their control in the folder, else into the home folder.
    environment = {
        "PROMETHEUS_MULTIPROC_DIR": str(folder),
        "XDG_RUNTIME_DIR": str(folder),
        "LOG": str(folder / "log"),
        "PYTHONPATH": str(Path(__file__).parents[1]),
    }
    words = [sys.executable, "-m", "gunicorn", "--bind", "127.0.0.1:0", "--workers", "2", *options]
    with ExitStack() as stack:
        process = subprocess.Popen(
            [*words, "observability.observed_app:app"],
            env=os.environ | environment,
            stderr=subprocess.PIPE,
            text=True,
        )
        stack.enter_context(process)
        stack.callback(process.kill)
        assert process.stderr is not None
        said = []
        for line in process.stderr:
            said.append(line)
            if "Listening at" in line:
                port = int(line.split("Listening at: ")[1].split()[0].rpartition(":")[2])
                yield Server(process, port, folder / "log")
                return
        raise AssertionError("".join(said))


WAYS = {"loaded by each worker": (), "loaded before": ("--preload", "--threads", "4")}


@pytest.mark.parametrize("options", WAYS.values(), ids=WAYS)
def test_workers_count_one_sum_and_log_all_that_they_folded(
    tmp_path: Path, options: tuple[str, ...]
) -> None:
    with gunicorn(tmp_path, *options) as server:
        refused = server.refuse(set(), 2)
        assert server.counted() == {refused.total()}
        # Another takes the place of a worker that ends, and what that one counted stays.
        os.kill(min(refused), signal.SIGTERM)
        refused += server.refuse({*refused}, 1)
        assert server.counted() == {refused.total()}
        server.stop()
    lines = [line.split() for line in server.log.read_text().splitlines()]
    logged: Counter[int] = Counter()
    for process, repeats in lines:
        logged[int(process)] += 1 + int(repeats)
    assert logged == refused
    assert len(lines) <= 2 * len(refused)
