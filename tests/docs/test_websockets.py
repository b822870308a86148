"""What the page on WebSockets says: real handshakes to its apps, and Flask-SocketIO's own check."""

from collections.abc import Iterator
from typing import Any

import pytest
import websocket
from browsers.rejections import listening
from browsers.servers import Server
from flask import Flask
from flask_socketio import SocketIO
from werkzeug.test import TestResponse

from .pages import DOCS, Block, blocks, codes, table

PAGE = DOCS / "websockets.md"
WITH_SOCK = [block for block in blocks(PAGE) if "from flask_sock import" in block.text]
(WITH_SOCKETIO,) = [block for block in blocks(PAGE) if "flask_socketio" in block.text]
HANDSHAKES = table(PAGE, "## Flask-Sock")
APP, EVIL = "https://app.example.com", "https://evil.net"


@pytest.fixture(params=WITH_SOCK, ids=str)
def app(request: pytest.FixtureRequest) -> Flask:
    return run(request.param.text)


@pytest.fixture
def server(app: Flask) -> Iterator[Server]:
    server = Server(app, "127.0.0.1", None)
    yield server
    server.stop()


def run(text: str) -> Any:
    names: dict[str, Any] = {"__name__": "documented"}
    exec(text, names)
    return names["app"]


def status_of_handshake(server: Server, **origin: Any) -> int:
    """Return 101 where a handshake succeeds and the socket then works, or else how it failed."""
    address = server.url("/chat").replace("http", "ws", 1)
    try:
        socket = websocket.create_connection(address, timeout=5, **origin)
    except websocket.WebSocketBadStatusException as refused:
        return refused.status_code
    socket.send("hello")
    assert socket.recv() == "hello"
    socket.close()
    return 101


@pytest.mark.parametrize("row", HANDSHAKES, ids=lambda row: row[0])
def test_a_handshake_succeeds_where_the_page_says(
    row: list[str], app: Flask, server: Server
) -> None:
    origin: dict[str, Any] = {"origin": server.origin}
    if "without `Origin`" in row[0]:
        origin = {"suppress_origin": True}
    elif codes(row[0]):
        origin = {"origin": codes(row[0])[0]}
    with listening(app) as heard:
        assert status_of_handshake(server, **origin) == {"yes": 101, "no": 403}[row[1]]
        if row[1] == "no":
            assert [heard.one().rejection.reason] == codes(row[2])
        assert heard.is_silent


def test_both_ways_are_shown() -> None:
    assert len(WITH_SOCK) == 2
    assert {row[1] for row in HANDSHAKES} == {"yes", "no"}


def poll(app: Flask, origin: str | None) -> TestResponse:
    headers = {} if origin is None else {"Origin": origin}
    return app.test_client().get("/socket.io/?EIO=4&transport=polling", headers=headers)


def without_watching(block: Block) -> str:
    """Return a block whose server starts no thread that outlives the test."""
    return block.text.replace("SocketIO(app, ", "SocketIO(app, monitor_clients=False, ")


@pytest.mark.parametrize(
    ("origin", "status"), [(APP, 200), (EVIL, 400), ("null", 400), (None, 200)]
)
def test_flask_socketio_lets_in_whom_the_rule_of_the_view_does(
    origin: str | None, status: int
) -> None:
    assert poll(run(without_watching(WITH_SOCKETIO)), origin).status_code == status


@pytest.mark.parametrize(("allowed", "status"), [(None, 400), ("*", 200), ([], 200)])
def test_flask_socketio_by_itself_is_as_the_page_says(allowed: Any, status: int) -> None:
    app = Flask(__name__)
    SocketIO(app, async_mode="threading", monitor_clients=False, cors_allowed_origins=allowed)
    assert poll(app, "http://localhost").status_code == 200
    answer = poll(app, EVIL)
    assert answer.status_code == status
    if allowed == "*":
        assert answer.headers["Access-Control-Allow-Origin"] == EVIL
        assert answer.headers["Access-Control-Allow-Credentials"] == "true"
