"""Real servers for the app of these tests, and a client that can leave them in the middle."""

from __future__ import annotations

import os
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection, HTTPException, HTTPResponse
from pathlib import Path
from threading import Thread
from typing import Any, NamedTuple

from extension.wire import cors_headers
from werkzeug.serving import WSGIRequestHandler, make_server

HERE = Path(__file__).parent
LONG_ENOUGH = 30


class Server(NamedTuple):
    """A running server: its port, its own process if it has one, and where its app leaves notes."""

    port: int
    process: subprocess.Popen[bytes] | None
    notes: Path


class Reply(NamedTuple):
    """A whole answer."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def cors(self) -> dict[str, str]:
        return cors_headers(self)  # type: ignore[arg-type]  # it has headers, as a response has


def wait_for(condition: Callable[[], Any]) -> Any:
    """Return what a condition gives as soon as that is true."""
    deadline = time.monotonic() + LONG_ENOUGH
    while not (found := condition()):
        assert time.monotonic() < deadline, f"{condition} never came true"
        time.sleep(0.005)
    return found


@contextmanager
def gunicorn(folder: Path, *words: str) -> Iterator[Server]:
    """Serve the app by gunicorn, on a port that the system gives."""
    log = folder / "gunicorn.log"
    # Newer gunicorns put a socket for their control there, else into the home folder.
    environment = os.environ | {"XDG_RUNTIME_DIR": str(folder), "FAULTS_NOTES": str(folder)}
    command = [sys.executable, "-m", "gunicorn", "--bind", "127.0.0.1:0", "--chdir", str(HERE)]
    with (
        log.open("wb") as written,
        subprocess.Popen(
            [*command, *words, "served:app"], stderr=written, stdout=written, env=environment
        ) as process,
    ):
        try:
            yield Server(wait_for(lambda: _port_in(log)), process, folder)
        finally:
            process.send_signal(signal.SIGQUIT)
            try:
                process.wait(LONG_ENOUGH)
            except subprocess.TimeoutExpired:
                process.kill()


def _port_in(log: Path) -> int:
    _, _, after = log.read_text().partition("Listening at: http://127.0.0.1:")
    return int(after.partition(" ")[0]) if "\n" in after else 0


@contextmanager
def werkzeugs(folder: Path) -> Iterator[Server]:
    """Serve the app by Werkzeug's server, with threads, in this process."""
    os.environ["FAULTS_NOTES"] = str(folder)
    from . import served

    server = make_server("127.0.0.1", 0, served.app, threaded=True, request_handler=_Quiet)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield Server(server.server_port, None, folder)
    server.shutdown()
    thread.join()
    server.server_close()
    del os.environ["FAULTS_NOTES"]


class _Quiet(WSGIRequestHandler):
    def log(self, *args: Any, **kwargs: Any) -> None:
        """Say nothing."""


def ask(port: int, path: str, origin: str, wants: str | None = None) -> Reply | None:
    """Return the answer to a request, or to a preflight for a method; None if it broke off."""
    headers = {"Origin": origin, "Connection": "close"}
    if wants is not None:
        headers["Access-Control-Request-Method"] = wants
    connection = HTTPConnection("127.0.0.1", port, timeout=LONG_ENOUGH)
    try:
        connection.request("GET" if wants is None else "OPTIONS", path, headers=headers)
        response = connection.getresponse()
        return Reply(response.status, response.getheaders(), response.read())
    except (OSError, HTTPException):
        return None
    finally:
        connection.close()


@contextmanager
def reading(port: int, path: str, origin: str) -> Iterator[HTTPResponse]:
    """Begin to read an answer, and drop the connection after the block."""
    connection = HTTPConnection("127.0.0.1", port, timeout=LONG_ENOUGH)
    connection.connect()
    # No last words: the server is to find nobody there.
    linger = struct.pack("ii", 1, 0)
    connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    connection.request("GET", path, headers={"Origin": origin})
    with closing(connection), connection.getresponse() as response:
        yield response


def leave(port: int, path: str, origin: str, *, at: int) -> Reply:
    """Read some bytes of a body, and drop the connection; return what was read."""
    with reading(port, path, origin) as response:
        return Reply(response.status, response.getheaders(), response.read(at))
