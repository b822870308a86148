"""A server that says exactly the bytes it is told to, at the pace it is told to."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Thread

Talk = Callable[[socket.socket, bytes], None]


class Raw:
    """Listen on loopback; for each connection read one request's head, keep it, and talk."""

    def __init__(self, talk: Talk, tls: ssl.SSLContext | None = None) -> None:
        self.heads: list[bytes] = []
        self.stopped = Event()
        self._talk = talk
        self._tls = tls
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])
        self._thread = Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def origin(self) -> str:
        return self.url("")

    def url(self, path: str = "/users", scheme: str = "http", host: str = "127.0.0.1") -> str:
        return f"{scheme}://{host}:{self.port}{path}"

    def _serve(self) -> None:
        # Closing the socket does not end accept(): stop() knocks once more.
        while True:
            connection, _ = self._socket.accept()
            if self.stopped.is_set():
                connection.close()
                return
            with suppress(OSError):
                self._answer(connection)

    def _answer(self, connection: socket.socket) -> None:
        if self._tls is not None:
            connection = self._tls.wrap_socket(connection, server_side=True)
        with connection:
            head = b""
            # Who begins a handshake is answered at once, as by servers that know no TLS.
            while b"\r\n\r\n" not in head and not head.startswith(b"\x16"):
                piece = connection.recv(65536)
                if not piece:
                    return
                head += piece
            self.heads.append(head)
            self._talk(connection, head)

    def stop(self) -> None:
        self.stopped.set()
        socket.create_connection(("127.0.0.1", self.port), timeout=5).close()
        self._thread.join(5)
        self._socket.close()


def saying(*lines: str, body: bytes = b"") -> Talk:
    """Return the talk of a server that always gives the same answer."""
    written = "\r\n".join([*lines, "", ""]).encode("latin-1") + body
    return lambda connection, _: connection.sendall(written)
