"""`flask run --debug`, as it is typed: a script reads of the exception, a person debugs it."""

from __future__ import annotations

from collections.abc import Iterator
from socket import create_connection

import pytest
from extension.wire import EVIL

from .developed import APP
from .running import LONG_ENOUGH, Server, running

pytestmark = pytest.mark.once

_RUN = ("-m", "flask", "--app", "servers.developed", "run", "--debug", "--no-reload", "--port", "0")
RAISED = "KeyError: 'no such user'\n"


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Server]]:
    words = {"debugger": _RUN, "no debugger": (*_RUN, "--no-debugger")}
    with running(tmp_path_factory.mktemp("developed"), words) as found:
        yield found


def get(server: Server, path: str = "/x", origin: str | None = None) -> tuple[str, str, str]:
    """Return head and body of an answer, and what the terminal said meanwhile."""
    place = server.log.stat().st_size
    lines = [f"GET {path} HTTP/1.1", "Host: localhost", *([f"Origin: {origin}"] if origin else [])]
    with create_connection(("127.0.0.1", server.port), LONG_ENOUGH) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode())
        # Until the server closes: it has said by then all that there is to say.
        answer = b"".join(iter(lambda: connection.recv(65536), b"")).decode("latin-1")
    head, _, body = answer.partition("\r\n\r\n")
    return head, body, server.said_since(place)


def test_a_script_reads_what_the_terminal_shows(servers: dict[str, Server]) -> None:
    head, body, said = get(servers["debugger"], origin=APP)
    assert head.startswith("HTTP/1.1 500 INTERNAL SERVER ERROR\r\n")
    assert f"Access-Control-Allow-Origin: {APP}\r\n" in head
    assert body.startswith("Traceback (most recent call last):\n")
    assert body.endswith(RAISED)
    assert body in said
    assert said.count(RAISED) == 1


@pytest.mark.parametrize("origin", [None, EVIL, "http://localhost"])
def test_a_person_and_a_stranger_get_the_page(
    servers: dict[str, Server], origin: str | None
) -> None:
    head, body, said = get(servers["debugger"], origin=origin)
    assert head.startswith("HTTP/1.1 500 INTERNAL SERVER ERROR\r\n")
    assert "Access-Control-" not in head
    assert "EVALEX = true" in body
    assert said.count(RAISED) == 1


def test_the_debugger_still_serves_what_its_page_needs(servers: dict[str, Server]) -> None:
    for name in ("debugger.js", "style.css", "console.png"):
        head, *_ = get(servers["debugger"], f"/x?__debugger__=yes&cmd=resource&f={name}", APP)
        assert head.startswith("HTTP/1.1 200 OK\r\n")
        assert "Access-Control-" not in head


def test_without_the_debugger_the_server_answers_as_it_does(servers: dict[str, Server]) -> None:
    head, body, said = get(servers["no debugger"], origin=APP)
    assert head.startswith("HTTP/1.1 500 INTERNAL SERVER ERROR\r\n")
    assert "Access-Control-" not in head
    assert "Traceback" not in body
    assert said.count(RAISED) == 1
