"""Real servers: clients that leave, and workers that are killed, in the middle of answers."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from threading import Event

import pytest
from extension.wire import EVIL, PREFLIGHT_SILENT, SILENT, granted, offered

from .running import LONG_ENOUGH, Reply, Server, ask, gunicorn, leave, reading, wait_for, werkzeugs

pytestmark = pytest.mark.once

APP = "https://app.example.com"
HANGING = "https://hanging.example.com"
PIECE = b"x" * 1024
OFFER = offered("GET, HEAD, PUT")
WHOLE = PIECE * 64

# Path, origin, the method that a preflight asks for, and the answer; None for a body of the server.
CASES = [
    ("/", APP, None, 200, granted(), None),
    ("/", EVIL, None, 200, SILENT, None),
    ("/", APP, "PUT", 204, OFFER, b""),
    ("/", EVIL, "PUT", 204, PREFLIGHT_SILENT, b""),
    ("/", "https://other.example.com", "PUT", 204, PREFLIGHT_SILENT, b""),
    ("/public", EVIL, None, 200, granted("*"), b"in"),
    ("/nowhere", APP, None, 404, granted(), None),
    ("/stream", APP, None, 200, granted(), WHOLE),
    ("/stream", EVIL, None, 200, SILENT, WHOLE),
]
WORDS = {
    "gthread": ["--worker-class", "gthread", "--workers", "1", "--threads", "2"],
    "sync": ["--worker-class", "sync", "--workers", "1"],
}


@pytest.fixture(scope="module", params=[*WORDS, "werkzeug"])
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp(request.param)
    words = WORDS.get(request.param)
    with werkzeugs(folder) if words is None else gunicorn(folder, *words) as running:
        yield running


@pytest.fixture(scope="module")
def workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    words = ["--worker-class", "gthread", "--workers", "2", "--threads", "2"]
    folder = tmp_path_factory.mktemp("workers")
    with gunicorn(folder, *words, "--graceful-timeout", "1") as running:
        yield running


def check(reply: Reply, case: int) -> None:
    path, origin, wants, status, headers, body = CASES[case]
    assert (reply.status, reply.cors) == (status, headers), (path, origin, wants)
    assert body is None or reply.body == body
    if path == "/" and wants is None:
        assert reply.body.endswith(b" []"), "something of another request was in g"


def check_all(port: int) -> None:
    for number, (path, origin, wants, *_) in enumerate(CASES):
        reply = ask(port, path, origin, wants)
        assert reply is not None
        check(reply, number)


@pytest.mark.parametrize(("origin", "headers"), [(APP, granted()), (EVIL, SILENT)])
@pytest.mark.parametrize("at", [1, len(PIECE) * 100])
def test_a_client_that_leaves_a_stream(
    origin: str, headers: dict[str, str], at: int, server: Server
) -> None:
    note = f"{at}-{origin == APP}"
    reply = leave(server.port, f"/endless/{note}", origin, at=at)
    assert (reply.status, reply.cors, reply.body) == (200, headers, b"x" * at)
    ended, closed = server.notes / f"{note}-ended", server.notes / f"{note}-closed"
    wait_for(lambda: ended.exists() and closed.exists())
    assert ended.read_text() == f"/endless/{note}"
    check_all(server.port)


def test_clients_that_leave_preflights_and_answers_at_once(server: Server) -> None:
    for path, origin, *_ in CASES[:3]:
        leave(server.port, path, origin, at=0)
    check_all(server.port)


class Clients:
    """Ask in turns until told to stop, and check every answer that came whole."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.is_over = Event()
        self.whole = 0
        self.broken = 0

    def work(self, number: int) -> None:
        while not self.is_over.is_set():
            number = (number + 1) % len(CASES)
            reply = ask(self.port, *CASES[number][:3])
            if reply is None:
                self.broken += 1
            else:
                check(reply, number)
                self.whole += 1


def test_workers_that_are_killed_or_told_to_reload(workers: Server) -> None:
    clients = Clients(workers.port)
    with ThreadPoolExecutor(2) as pool:
        working = pool.submit(clients.work, 0)
        try:
            kill_while_it_streams(workers, clients)
            kill_while_a_callable_hangs(workers, clients, pool)
            stop_one(workers, clients)
            reload_all(workers, clients)
        finally:
            clients.is_over.set()
        working.result()
    assert clients.whole > clients.broken
    check_all(workers.port)


def kill_while_it_streams(workers: Server, clients: Clients) -> None:
    """Kill a worker in the middle of a stream, which must not look as if it had come whole."""
    with reading(workers.port, "/endless/killed", APP) as response:
        assert len(response.read(len(PIECE))) == len(PIECE)
        worker = int(response.headers["X-Worker"])
        os.kill(worker, signal.SIGKILL)
        with pytest.raises((OSError, HTTPException)):
            response.read()
    wait_for_another(workers, clients, {worker})


def kill_while_a_callable_hangs(
    workers: Server, clients: Clients, pool: ThreadPoolExecutor
) -> None:
    """Kill a worker that waits for a callable, asked for a preflight."""
    asked = pool.submit(ask, workers.port, "/", HANGING, "PUT")
    name = wait_for(lambda: next(workers.notes.glob("hanging-*[0-9]"), None)).name
    worker = int(name.partition("-")[2])
    os.kill(worker, signal.SIGKILL)
    assert asked.result(LONG_ENOUGH) is None
    wait_for_another(workers, clients, {worker})


def stop_one(workers: Server, clients: Clients) -> None:
    """Ask a worker to end, in the middle of what the clients ask."""
    worker = min(alive(workers))
    os.kill(worker, signal.SIGTERM)
    wait_for_another(workers, clients, {worker})


def reload_all(workers: Server, clients: Clients) -> None:
    """Let the master replace each worker while clients go on."""
    assert workers.process is not None
    old = wait_for(lambda: found if len(found := alive(workers)) == 2 else None)
    workers.process.send_signal(signal.SIGHUP)
    wait_for_another(workers, clients, old)


def wait_for_another(workers: Server, clients: Clients, gone: set[int]) -> None:
    """Wait until workers are gone, others are there, and answers have gone on."""
    wait_for(lambda: len(alive(workers)) == 2 and not gone & alive(workers))
    before = clients.whole
    wait_for(lambda: clients.whole > before + len(CASES))


def alive(workers: Server) -> set[int]:
    """Return the processes that have loaded the app, and have not ended."""
    noted = {int(path.name.partition("-")[2]) for path in workers.notes.glob("worker-*[0-9]")}
    return {pid for pid in noted if is_alive(pid)}


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
