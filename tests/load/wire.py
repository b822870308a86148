"""A real gunicorn under wrk, which compares each answer with what its case must get."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from importlib.util import find_spec
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import quote

from flask_strictcors.core.fetch import is_token

from .case import PLAIN, Case
from .cases import Load
from .memory import Mark, rss_of

TESTS: Final = Path(__file__).parents[1]
SCRIPT: Final = Path(__file__).with_name("soak.lua")
LONG_ENOUGH: Final = 300
# Of wrk, with one answer, on a machine that is busy with other things.
PATIENCE: Final = "30s"
# What gunicorn takes of one line, its name included.
LONGEST_LINE: Final = 8190
OWN: Final = "https://api.example.com"
# What the server is told by its environment.
ONE_IN: Final = "STRICTCORS_SOAK_ONE_IN"
PLANT: Final = "STRICTCORS_SOAK_PLANT"
SIGN: Final = "Listening at: http://127.0.0.1:"


class MissingProgramError(Exception):
    """A program is not installed; the text says what to install."""


def need_programs() -> None:
    if shutil.which("wrk") is None:
        raise MissingProgramError("there is no wrk here: apt-get install wrk")
    if find_spec("gunicorn") is None:
        raise MissingProgramError("there is no gunicorn here: pip install gunicorn")


# --- the file of cases ---------------------------------------------------------------------------


def write_cases(load: Load, path: Path) -> int:
    """Write the file that soak.lua reads; return how many cases a client can send."""
    heard = {name for name, app in load.apps.items() if app.sender is not None}
    lines = [
        "\t".join(
            (
                str(number),
                _request(number, case),
                _answer(case, is_heard=case.app in heard),
                _body(case),
            )
        )
        for number, case in enumerate(load.cases, 1)
        if _can_be_sent(case)
    ]
    path.write_bytes("\n".join(lines).encode("latin-1"))
    return len(lines)


def _line(number: int, case: Case, *, is_heard: bool) -> str:
    expected = _answer(case, is_heard=is_heard), _body(case)
    return "\t".join([str(number), _request(number, case), *expected])


def _can_be_sent(case: Case) -> bool:
    """Report whether gunicorn lets a request through as it is, and wrk can read the answer."""
    sent = PLAIN | case.sent
    method = sent["REQUEST_METHOD"]
    # wrk waits for the body of HEAD; and shows one line of the two in which some views say Vary.
    if method == "HEAD" or "cookie" in case.expected.vary:
        return False
    # On the wire, all of them are reached by http.
    if sent["wsgi.url_scheme"] != PLAIN["wsgi.url_scheme"] and sent.get("HTTP_ORIGIN") == OWN:
        return False
    return (
        is_token(method)
        and method.isupper()
        and sent["PATH_INFO"].startswith("/")
        and all(_is_plain(value) for _, value in _fields(case))
    )


def _is_plain(value: str) -> bool:
    """Report whether a value arrives as it is sent."""
    is_text = all(ch >= " " and ch != "\x7f" for ch in value)
    return is_text and value == value.strip() and len(value) < LONGEST_LINE - 50


def _fields(case: Case) -> list[tuple[str, str]]:
    sent = {n: v for n, v in (PLAIN | case.sent).items() if n.startswith("HTTP_")}
    return [(n.removeprefix("HTTP_").replace("_", "-").title(), v) for n, v in sent.items()]


def _request(number: int, case: Case) -> str:
    sent = PLAIN | case.sent
    path = quote(sent["PATH_INFO"], safe="/:;@.-_~", encoding="latin-1")
    fields = [*_fields(case), ("X-Soak-Case", str(number))]
    if sent["REQUEST_METHOD"] in ("POST", "PUT", "PATCH"):
        fields.append(("Content-Length", "0"))
    first = f"{sent['REQUEST_METHOD']} {path} HTTP/1.1"
    return "\1".join([first, *(f"{name}: {value}" for name, value in fields), "", ""])


def _answer(case: Case, *, is_heard: bool) -> str:
    status, cors, vary, _, reason = case.expected
    lines = {name.lower(): value for name, value in cors.items()}
    if vary:
        lines["vary"] = ", ".join(sorted(vary))
    told = f"{len(lines)} {reason if reason and is_heard else ''}".strip()
    lines["x-soak-told"] = told
    return "\2".join([str(status), *sorted(f"{name}: {value}" for name, value in lines.items())])


def _body(case: Case) -> str:
    body = case.expected.body
    return "any" if body is None else "=" + body.decode("latin-1").replace("\n", "\2")


# --- the server and the client -------------------------------------------------------------------


class Soaked(NamedTuple):
    """What came of one run of wrk: how much was sent, and what was wrong with it.

    `refused` are the answers of 400 and above as our script counted them, `refused_by_wrk` as wrk
    did by itself; `broken` are connections that failed.
    """

    checked: int
    wrong: int
    refused: int
    refused_by_wrk: int
    broken: int
    shown: str

    @property
    def is_right(self) -> bool:
        """Report whether every answer came, and was as expected."""
        counted = self.refused == self.refused_by_wrk
        return self.checked > 0 and not self.wrong and not self.broken and counted


class Server:
    """A running gunicorn."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self.process = process
        self.port = port

    def workers(self) -> list[int]:
        """Return the ids of the worker processes."""
        pid = self.process.pid
        words = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return sorted(int(word) for word in words)

    def marks(self, requests: int) -> dict[int, Mark]:
        """Ask every worker what it holds; which of them answers is left to chance."""
        found: dict[int, Mark] = {}
        deadline = time.monotonic() + LONG_ENOUGH
        while missing := {*self.workers()} - {*found}:
            assert time.monotonic() < deadline, f"{missing} do not answer"
            pid, said = self._ask(missing)
            if said is not None:
                found[pid] = Mark(requests, rss_of(pid), *said[2:])
        return found

    def _ask(self, whom: set[int]) -> tuple[int, list[int] | None]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=LONG_ENOUGH)
        asked = " ".join(["mark", *map(str, whom)])
        try:
            connection.request("GET", "/", headers={"X-Soak-Case": asked})
            pid, said = json.loads(connection.getresponse().read())
        finally:
            connection.close()
        return pid, said

    def soak(self, cases: Path, seconds: int, seed: int, connections: int = 8) -> Soaked:
        """Let wrk send random cases for some seconds."""
        words = ["wrk", "-t2", f"-c{connections}", f"-d{seconds}s", "--timeout", PATIENCE]
        words += ["-s", str(SCRIPT), f"http://127.0.0.1:{self.port}/", "--", str(cases), str(seed)]
        out = subprocess.run(words, stdout=subprocess.PIPE, check=True).stdout.decode("latin-1")
        shown, _, counted = out.partition("SOAKED ")
        return Soaked(*(int(word) for word in counted.split()), shown=shown.rpartition("B\n")[2])


@contextmanager
def serving(
    folder: Path, *, workers: int = 2, threads: int = 4, one_in: int = 1, plant: str = ""
) -> Iterator[Server]:
    """Serve all apps from so many workers, and stop after the block."""
    environment = os.environ | {"XDG_RUNTIME_DIR": str(folder), ONE_IN: str(one_in), PLANT: plant}
    words = [sys.executable, "-m", "gunicorn", "--bind", "127.0.0.1:0"]
    words += ["--workers", str(workers), "--threads", str(threads), "--worker-class", "gthread"]
    words += ["--preload", "--timeout", "120", "load.wire_app:application"]
    log = folder / "gunicorn.log"
    with (
        log.open("wb") as out,
        subprocess.Popen(
            words, cwd=TESTS, stdout=out, stderr=subprocess.STDOUT, env=environment
        ) as process,
    ):
        try:
            server = Server(process, _port_in(log, process))
            _wait_for(server, workers)
            yield server
        finally:
            process.terminate()
            process.wait(LONG_ENOUGH)


def _port_in(log: Path, process: subprocess.Popen[bytes]) -> int:
    deadline = time.monotonic() + LONG_ENOUGH
    while time.monotonic() < deadline and process.poll() is None:
        told = log.read_text()
        if SIGN in told:
            return int(told.partition(SIGN)[2].split()[0])
        time.sleep(0.01)
    raise RuntimeError(f"gunicorn did not start: {log.read_text()}")


def _wait_for(server: Server, workers: int) -> None:
    deadline = time.monotonic() + LONG_ENOUGH
    while len(server.workers()) < workers:
        assert time.monotonic() < deadline, "gunicorn does not start its workers"
        time.sleep(0.01)
    server.marks(0)
