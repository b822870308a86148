"""Servers of the tests of the probe: raw ones, WSGI ones, and the command in front of them."""

from __future__ import annotations

import json
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any
from wsgiref.types import WSGIApplication

import pytest
import trustme
from click.testing import CliRunner
from werkzeug.serving import WSGIRequestHandler, make_server

from flask_strictcors.cli.probe import probe

from .raw import Raw, Talk
from .scripted import PAGE


@dataclass(frozen=True)
class Printed:
    """What one run of the command printed, and its exit status."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def codes(self) -> list[str]:
        return [finding["code"] for finding in self.json["findings"]]


Type = Callable[..., Printed]


def type_it(*words: str) -> Printed:
    """Type `probe` and the words."""
    result = CliRunner().invoke(probe, words)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
    return Printed(result.exit_code, result.stdout, result.stderr)


def ask(url: str, *words: str, origin: str = PAGE) -> Printed:
    """Probe a URL for a page, as JSON."""
    return type_it(url, "--origin", origin, "--json", *words)


@dataclass(frozen=True)
class Authority:
    """A certificate authority that nobody knows, and a server certificate of it."""

    server: ssl.SSLContext
    pem: Path
    chain: Path


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    folder = tmp_path_factory.mktemp("authority")
    ca = trustme.CA()
    leaf = ca.issue_cert("localhost")
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    leaf.configure_cert(server)
    ca.cert_pem.write_to_path(folder / "ca.pem")
    leaf.private_key_and_cert_chain_pem.write_to_path(folder / "server.pem")
    return Authority(server, folder / "ca.pem", folder / "server.pem")


@pytest.fixture
def listen() -> Iterator[Callable[..., Raw]]:
    """Start raw servers that end with the test."""
    running: list[Raw] = []

    def listen(talk: Talk, tls: ssl.SSLContext | None = None) -> Raw:
        running.append(Raw(talk, tls))
        return running[-1]

    yield listen
    for server in running:
        server.stop()


class _Quiet(WSGIRequestHandler):
    def log_request(self, *args: Any, **kwargs: Any) -> None:
        """Say nothing."""


@pytest.fixture
def serve() -> Iterator[Callable[[WSGIApplication], str]]:
    """Serve WSGI apps over real HTTP until the end of the test; return the URL of each."""
    stops: list[Callable[[], None]] = []

    def serve(app: WSGIApplication) -> str:
        server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        stops.extend([server.shutdown, thread.join, server.server_close])
        return f"http://127.0.0.1:{server.server_port}"

    yield serve
    for stop in stops:
        stop()
