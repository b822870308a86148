"""A server of one request, which keeps each start and write, and reads as far as it is told."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from extension.wire import APP, EVIL, SILENT, cors_headers, granted
from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder

from .traffic import contexts_left

WHOM = [(APP, granted()), (EVIL, SILENT), (None, SILENT)]
Lines = list[tuple[str, str]]


class Server:
    """Serve one request: keep each start and write, read pieces one by one, and close."""

    def __init__(self, app: Any, path: str = "/", origin: str | None = APP, **more: Any) -> None:
        sent = more.pop("headers", {}) | ({} if origin is None else {"Origin": origin})
        environ = EnvironBuilder(path, headers=sent, **more).get_environ()
        self.starts: list[tuple[str, Lines, Any]] = []
        self.written: list[bytes] = []
        self.whole: bytes | None = None
        self.body: Iterable[bytes] = app(environ, self.start_response)
        self._pieces = iter(self.body)

    def start_response(self, status: str, headers: Lines, exc_info: Any = None, /) -> Any:
        assert exc_info is not None or not self.starts, "started again, for no reason"
        self.starts.append((status, list(headers), exc_info))
        return self.written.append

    @property
    def status(self) -> int:
        return int(self.starts[-1][0][:3])

    @property
    def headers(self) -> Headers:
        """The lines of the last start."""
        return Headers(self.starts[-1][1])

    @property
    def cors(self) -> dict[str, str]:
        return cors_headers(self)  # type: ignore[arg-type]  # it has headers, as a response has

    def piece(self) -> bytes:
        return next(self._pieces)

    def rest(self) -> bytes:
        return b"".join(self._pieces)

    def close(self) -> None:
        close = getattr(self.body, "close", None)
        if close is not None:
            close()


def exhausted(app: Any, origin: str | None, method: str = "GET") -> Server:
    """Serve one request to its end."""
    server = Server(app, origin=origin, method=method)
    server.whole = server.rest()
    server.close()
    assert contexts_left() == (False, False)
    return server


def check_next(app: Any) -> None:
    """Check that the next requests, to /plain, are answered as ever."""
    for origin, expected in WHOM:
        server = Server(app, "/plain", origin)
        assert (server.rest(), server.cors, len(server.starts)) == (b"in", expected, 1)
        server.close()
