"""A client that writes the bytes it is given, and reads answers byte for byte."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self

# Seconds. No answer takes long; one that does not come at all is a failure.
LONG_ENOUGH: Final = 10

Line = tuple[str, str]


@dataclass(frozen=True)
class Answer:
    """One answer: the lines of its head as they came, and its body without the framing.

    What came with no head at all, as to a request of HTTP/0.9, is body; `status` is 0 then.
    """

    first: str
    headers: tuple[Line, ...]
    body: bytes

    @property
    def status(self) -> int:
        return int(self.first.split(" ")[1]) if self.first else 0

    @property
    def is_last(self) -> bool:
        """Report whether the server says that it closes the connection."""
        said = [value.lower() for name, value in self.headers if name.lower() == "connection"]
        return said == ["close"] or (not said and not self.first.startswith("HTTP/1.1"))


class Connection:
    """One connection: what was read of it and belongs to no answer yet is kept."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), LONG_ENOUGH)
        self._kept = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._socket.close()

    def write(self, sent: bytes) -> None:
        # A server that has read enough to refuse does not read on.
        with suppress(ConnectionError):
            self._socket.sendall(sent)

    def answer(self, method: bytes) -> Answer | None:
        """Return the answer to a request with this method; None where the server just closes."""
        answer = self._answer(method)
        while answer is not None and answer.status // 100 == 1:
            assert answer.headers == (), f"an interim answer says {answer.headers}"
            answer = self._answer(method)
        return answer

    def finish(self) -> None:
        """Say that nothing more is sent."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_WR)

    def rest(self) -> bytes:
        """Return what comes until the server closes; some wait for the client to be done."""
        self.finish()
        return self._remainder()

    def _answer(self, method: bytes) -> Answer | None:
        head = self._head()
        if head is None:
            body = self._remainder()
            return Answer("", (), body) if body else None
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = tuple(
            (name, value) for name, _, value in (line.partition(": ") for line in lines)
        )
        answer = Answer(first, headers, b"")
        if method == b"HEAD" or answer.status in (204, 304) or answer.status < 200:
            return answer
        return Answer(first, headers, self._body({name.lower(): value for name, value in headers}))

    def _head(self) -> bytes | None:
        while (end := self._kept.find(b"\r\n\r\n")) < 0 or not self._kept.startswith(b"HTTP/"):
            if not self._read():
                return None
        return self._exactly(end + 4)[:-4]

    def _body(self, fields: dict[str, str]) -> bytes:
        if fields.get("transfer-encoding") == "chunked":
            return b"".join(self._chunks())
        length = fields.get("content-length")
        return self._remainder() if length is None else self._exactly(int(length))

    def _chunks(self) -> Iterator[bytes]:
        while True:
            while (end := self._kept.find(b"\r\n")) < 0:
                assert self._read(), "the chunks have no end"
            chunk = self._exactly(int(self._exactly(end + 2), 16))
            assert self._exactly(2) == b"\r\n"
            if not chunk:
                return
            yield chunk

    def _exactly(self, length: int) -> bytes:
        while len(self._kept) < length:
            assert self._read(), f"{length} bytes were promised: {self._kept!r}"
        found, self._kept = self._kept[:length], self._kept[length:]
        return found

    def _remainder(self) -> bytes:
        while self._read():
            pass
        return self._exactly(len(self._kept))

    def _read(self) -> bool:
        try:
            piece = self._socket.recv(65536)
        except ConnectionResetError:
            return False
        self._kept += piece
        return bool(piece)
