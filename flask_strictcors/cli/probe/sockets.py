"""Connections that are over in time: names looked up, addresses tried, TLS, bytes."""

from __future__ import annotations

import io
import socket
import ssl
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from flask_strictcors.browser import URL
from flask_strictcors.cli.probe.deadline import Deadline
from flask_strictcors.core.fetch import DEFAULT_PORTS

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


class Address(NamedTuple):
    """One place where a host may be reached, as the resolver tells it."""

    family: int
    sockaddr: tuple[object, ...]


def connect(url: URL, tls: ssl.SSLContext, deadline: Deadline) -> socket.socket:
    """Return a connection to the host of a URL, encrypted for https. Raises `OSError`."""
    host = url.host.strip("[]")
    port = url.port or DEFAULT_PORTS[url.scheme]
    plain = _first_reached(_addresses(host, port, deadline), deadline)
    if url.scheme == "http":
        return plain
    try:
        plain.settimeout(deadline.left())
        return tls.wrap_socket(plain, server_hostname=host)
    except OSError:
        plain.close()
        raise


def _addresses(host: str, port: int, deadline: Deadline) -> list[Address]:
    """Look the host up. The resolver knows no timeout, so that it is left alone when it is late."""
    found: SimpleQueue[list[Address] | OSError] = SimpleQueue()
    Thread(target=_look_up, args=(host, port, found), daemon=True).start()
    try:
        addresses = found.get(timeout=deadline.left())
    except Empty:
        raise TimeoutError from None
    if isinstance(addresses, OSError):
        raise addresses
    return addresses


def _look_up(host: str, port: int, found: SimpleQueue[list[Address] | OSError]) -> None:
    try:
        answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as fault:
        found.put(fault)
    else:
        found.put([Address(family, sockaddr) for family, _, _, _, sockaddr in answers])


def _first_reached(addresses: list[Address], deadline: Deadline) -> socket.socket:
    """Connect to the first address that answers; one that is mute leaves time for the others."""
    fault = OSError("no address")
    for index, address in enumerate(addresses):
        try:
            return _reach(address, deadline.left() / (len(addresses) - index))
        except OSError as reason:
            fault = reason
    raise fault


def _reach(address: Address, seconds: float) -> socket.socket:
    connection = socket.socket(address.family, socket.SOCK_STREAM)
    try:
        connection.settimeout(seconds)
        connection.connect(address.sockaddr)
    except OSError:
        connection.close()
        raise
    return connection


# Of status and header lines, in bytes: http.client takes a hundred of 64 KiB in each answer, but
# any number of answers that only announce another.
_LONGEST_HEAD: Final = 1 << 23


class Source:
    """What `http.client` reads an answer from, in place of the socket itself.

    A socket's own timeout begins anew with each byte; this one does not.
    """

    def __init__(self, connection: socket.socket, deadline: Deadline) -> None:
        self._bytes = _Bytes(connection, deadline)
        self._buffered = _Buffered(self._bytes)

    def makefile(self, mode: str) -> io.BufferedIOBase:  # noqa: ARG002
        """Return the same bytes each time: answers can follow each other on one connection."""
        return self._buffered

    @property
    def has_ended(self) -> bool:
        """Report whether somebody wanted to read on, and there was no more."""
        return self._bytes.has_ended

    def hurry(self, seconds: float, size: int) -> None:
        """Give what is left to read at most so many seconds, and end it after so many bytes."""
        self._bytes.deadline = self._bytes.deadline.within(seconds)
        self._bytes.left = size

    def as_socket(self) -> socket.socket:
        """Return itself, under the type that `http.client` asks for: it only calls `makefile`."""
        return cast("socket.socket", self)


class _Buffered(io.BufferedReader):
    def close(self) -> None:
        """Stay open: an answer closes this when it is over, and another may follow it."""


class _Bytes(io.RawIOBase):
    def __init__(self, connection: socket.socket, deadline: Deadline) -> None:
        super().__init__()
        self._connection = connection
        self.deadline = deadline
        self.left = _LONGEST_HEAD
        self.has_ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        count = self._received(buffer) if self.left else 0
        self.left -= count
        self.has_ended = count == 0
        return count

    def _received(self, buffer: WriteableBuffer) -> int:
        self._connection.settimeout(self.deadline.left())
        with memoryview(buffer) as view:
            return self._connection.recv_into(view[: self.left])


UNVERIFIED: Final = "whoever answers is believed: nobody checks the certificate"


def tls_context(*, ca: str | None, is_insecure: bool) -> ssl.SSLContext:
    """Return how servers are checked: by the system's authorities, by those of a file, or not.

    Raises `OSError` where the file holds no certificate.
    """
    context = ssl.create_default_context(cafile=ca)
    if is_insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    context.set_alpn_protocols(["http/1.1"])
    return context
