"""Floods a server as it is told on standard input: ``python -m load.flood_client``, in ``tests``.

A line names a flood, the next one ends it. The floods are alike in everything but their origins:
strangers, of whom each request brings another, and customers, who are let in.
"""

from __future__ import annotations

import random
import selectors
import socket
import sys
from collections.abc import Iterator
from itertools import count
from typing import Final, NamedTuple

CUSTOMERS: Final = "customers"
STRANGERS: Final = "strangers"
FLOODING: Final = "flooding\n"
CONNECTIONS: Final = 8
LONG: Final = 6_000
# Stands for a number that no other request has.
NEW: Final = b"%" * 16
_NEW: Final = NEW.decode()
_STRANGERS: Final = (
    f"https://{_NEW}.evil.example.org",
    f"https://app.example.com.{_NEW}.evil.net",
    f"https://{_NEW * (LONG // len(_NEW))}",
    f"https://app.example.com\\n{_NEW}",
    "null",
)
_CUSTOMER: Final = f"https://{_NEW}.customers.example.net"
_ALLOWED: Final = b"\r\nAccess-Control-Allow-Origin: "
_ANY: Final = b"\r\naccess-control-"


class Sent(NamedTuple):
    """One request, and the origin that its answer must name, if any."""

    text: bytes
    allowed: bytes


def requests(kind: str) -> list[Sent]:
    """Return some hundred requests; each is as long as the one in its place of the other flood."""
    dice = random.Random(1)
    return [_request(kind, dice.choice(_STRANGERS), dice) for _ in range(400)]


def _request(kind: str, stranger: str, dice: random.Random) -> Sent:
    origin = _CUSTOMER if kind == CUSTOMERS else stranger
    padding = "x" * (max(len(_CUSTOMER), len(stranger)) - len(origin))
    is_preflight = dice.random() < 0.25
    text = (
        f"{'OPTIONS' if is_preflight else 'GET'} /orders/{_NEW}{'/x' * dice.randrange(150)} "
        f"HTTP/1.1\r\nHost: api.example.com\r\nOrigin: {origin}\r\nX-Padding: {padding}\r\n"
        f"{'Access-Control-Request-Method: PUT' if is_preflight else 'Accept: */*'}\r\n\r\n"
    )
    return Sent(text.encode(), origin.encode() if kind == CUSTOMERS else b"")


def endless(kind: str, numbers: Iterator[int]) -> Iterator[Sent]:
    """Yield requests, each with an origin and a path of its own."""
    found = requests(kind)
    while True:
        for text, allowed in found:
            number = b"%016x" % next(numbers)
            yield Sent(text.replace(NEW, number), allowed.replace(NEW, number))


class Talk:
    """One connection, with one request at a time under way."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), 30)
        self._read = b""
        self._sent = Sent(b"", b"")

    def ask(self, sent: Sent) -> None:
        self._sent = sent
        self.socket.sendall(sent.text)

    def hear(self) -> bool | None:
        """Read on; report whether the answer is right, once it is there."""
        piece = self.socket.recv(65536)
        if not piece:
            raise ConnectionError("the server closed a connection of the flood")
        self._read += piece
        head, end, body = self._read.partition(b"\r\n\r\n")
        if not end or len(body) < _length(head):
            return None
        self._read = b""
        return is_right(head, self._sent.allowed)


def is_right(head: bytes, allowed: bytes) -> bool:
    """Report whether an answer names the origin that is let in, or is silent where none is."""
    if allowed:
        return _ALLOWED + allowed + b"\r\n" in head + b"\r\n"
    return _ANY not in head.lower()


def _length(head: bytes) -> int:
    return int(head.lower().partition(b"\r\ncontent-length: ")[2].partition(b"\r\n")[0] or 0)


def flood(port: int, sending: Iterator[Sent]) -> tuple[int, int]:
    """Send until there is a line on standard input; return how many answers, and wrong ones.

    All that was sent is answered then, so that the counts are those of the server.
    """
    answers = wrong = 0
    with selectors.DefaultSelector() as waiting:
        waiting.register(sys.stdin, selectors.EVENT_READ)
        talks = {Talk(port) for _ in range(CONNECTIONS)}
        for talk in talks:
            waiting.register(talk.socket, selectors.EVENT_READ, talk)
            talk.ask(next(sending))
        is_over = False
        while talks:
            for key, _ in waiting.select():
                if key.data is None:
                    is_over = True
                    waiting.unregister(sys.stdin)
                elif (is_right := key.data.hear()) is not None:
                    answers += 1
                    wrong += not is_right
                    if is_over:
                        waiting.unregister(key.fileobj)
                        key.data.socket.close()
                        talks.remove(key.data)
                    else:
                        key.data.ask(next(sending))
                    if answers == CONNECTIONS:
                        say(FLOODING)
    return answers, wrong


def say(line: str) -> None:
    sys.stdout.write(line)
    sys.stdout.flush()


def main() -> None:
    numbers = count()
    kinds = {kind: endless(kind, numbers) for kind in (CUSTOMERS, STRANGERS)}
    for line in iter(sys.stdin.readline, ""):
        answers, wrong = flood(int(sys.argv[1]), kinds[line.strip()])
        sys.stdin.readline()
        say(f"{answers} {wrong}\n")


if __name__ == "__main__":
    main()
