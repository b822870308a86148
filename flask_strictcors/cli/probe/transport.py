"""The wire: one request as it is written, one answer with each of its header lines apart."""

from __future__ import annotations

import socket
import ssl
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPException, HTTPResponse
from typing import Final, cast

from flask_strictcors.browser import URL, Received, Sent, UnreachableError
from flask_strictcors.browser.wire import Header
from flask_strictcors.cli.probe.deadline import Deadline
from flask_strictcors.cli.probe.sockets import Source, connect
from flask_strictcors.core.fetch import is_token

LONGEST_BODY: Final = 1 << 20
"""How much of a body is read, in bytes: a cache keeps only what was fetched to its end."""
LONGEST_READ: Final = 2.0
"""For how long a body is read, in seconds: streams have no end."""

# https://httpwg.org/specs/rfc9110.html#whitespace, and what a folded line leaves
_BLANKS: Final = " \t\r\n"


@dataclass(frozen=True, slots=True)
class Wire:
    """Carry requests to a server, each on a connection of its own.

    `timeout` is for each request, from the look-up of the name to the last header line, in
    seconds; `deadline` is for all of them together.
    """

    timeout: float
    tls: ssl.SSLContext
    deadline: Deadline

    def __call__(self, sent: Sent) -> Received:
        """Return the answer; raise `UnreachableError` where there is none."""
        try:
            return _exchange(sent, self.tls, self.deadline.within(self.timeout))
        except (OSError, HTTPException) as fault:
            raise UnreachableError(self._in_words(sent.url, fault)) from fault

    def _in_words(self, url: URL, fault: OSError | HTTPException) -> str:
        if isinstance(fault, TimeoutError):
            return f"{url.origin} gave no answer within {self.timeout:g} s: try a longer --timeout."
        if isinstance(fault, socket.gaierror):
            return f"there is no host {url.host} ({fault.strerror}): is it spelled right?"
        if isinstance(fault, ssl.SSLError):
            return _tls_in_words(url, fault)
        if isinstance(fault, ConnectionRefusedError):
            return f"nothing listens at {url.origin}: is the server running, at that port?"
        if isinstance(fault, HTTPException) and not isinstance(fault, ConnectionError):
            return f"{url.origin} gave no answer that is HTTP ({type(fault).__name__})."
        return f"{url.origin} broke off ({fault})."


def _tls_in_words(url: URL, fault: ssl.SSLError) -> str:
    if isinstance(fault, ssl.SSLCertVerificationError):
        return (
            f"the certificate of {url.host} is not trusted ({fault.verify_message}): name the "
            "authority that issued it with --ca FILE; --insecure asks without knowing who answers."
        )
    return f"{url.origin} speaks no TLS that can be understood ({fault.reason}): is it http://?"


def _exchange(sent: Sent, tls: ssl.SSLContext, deadline: Deadline) -> Received:
    with connect(sent.url, tls, deadline) as connection:
        connection.settimeout(deadline.left())
        connection.sendall(_written(sent))
        return _read(Source(connection, deadline), sent.method)


def _written(sent: Sent) -> bytes:
    """Return the bytes of a request; nothing goes out beside them."""
    body = sent.body or b""
    lines = [f"{sent.method} {sent.url.target} HTTP/1.1", f"Host: {_authority(sent.url)}"]
    lines += [f"{name}: {value}" for name, value in sent.headers]
    # https://fetch.spec.whatwg.org/#http-network-or-cache-fetch, step 8.6: an empty body has a
    # length with these two methods.
    if body or sent.method in ("POST", "PUT"):
        lines.append(f"Content-Length: {len(body)}")
    lines += ["Connection: close", "", ""]
    return "\r\n".join(lines).encode("latin-1") + body


def _authority(url: URL) -> str:
    return url.origin.partition("://")[2]


def _read(source: Source, method: str) -> Received:
    """Return the answer that is behind those which only announce it, such as 103."""
    while True:
        with HTTPResponse(source.as_socket(), method=method) as response:
            response.begin()
            if source.has_ended:
                # The standard library takes what came for all of it: a header may be missing.
                raise ConnectionError("in the middle of its headers")
            if response.status >= 200 or response.status == 101:
                headers = tuple(_lines(response.headers))
                _read_body(response, source)
                return Received(response.status, headers)


def _lines(message: Message) -> list[Header]:
    """Return every header line, in order: none left out, none joined with another.

    The standard library's parser takes the first line that is no header for the end of them.
    """
    lines = [(name, value.strip(_BLANKS)) for name, value in message.items()]
    rest = cast("list[Message] | str", message.get_payload())
    if isinstance(rest, str):
        # Not splitlines(), which also ends lines where HTTP does not.
        return lines + [_line(text) for text in rest.split("\n") if text.strip()]
    # A type such as message/http makes the parser take what follows for a message in the message.
    return lines + [line for part in rest for line in _lines(part)]


def _line(text: str) -> Header:
    name, _, value = text.partition(":")
    return (name, value.strip(_BLANKS)) if is_token(name) else ("", text.strip(_BLANKS))


def _read_body(response: HTTPResponse, source: Source) -> None:
    """Read the body so that a cache in between keeps it; what it says is not looked at."""
    if "event-stream" in response.headers.get("Content-Type", ""):
        return
    source.hurry(LONGEST_READ, LONGEST_BODY)
    try:
        response.read(LONGEST_BODY)
    except (OSError, HTTPException, ValueError):
        return  # of the length of a chunk, the standard library believes everything
