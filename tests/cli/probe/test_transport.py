"""The wire: what is written is what was said, what is read is kept line by line, and in time."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from threading import Event
from typing import Any

import pytest

from flask_strictcors.browser import URL, Received, Sent, UnreachableError
from flask_strictcors.cli.probe import sockets
from flask_strictcors.cli.probe.deadline import Deadline
from flask_strictcors.cli.probe.sockets import tls_context
from flask_strictcors.cli.probe.transport import LONGEST_BODY, Wire

from .conftest import Authority
from .raw import Raw, saying

Listen = Callable[..., Raw]
OK = "HTTP/1.1 200 OK"
NONE = "Content-Length: 0"


def wire(timeout: float = 5.0, *, ca: str | None = None, is_insecure: bool = False) -> Wire:
    tls = tls_context(ca=ca, is_insecure=is_insecure)
    return Wire(timeout, tls, Deadline.after(60.0))


def sent(
    url: str, method: str = "GET", *headers: tuple[str, str], body: bytes | None = None
) -> Sent:
    parsed = URL.parse(url)
    assert parsed is not None
    return Sent(method, parsed, headers, body)


def lines(received: Received, name: str = "access-control-allow-origin") -> list[str]:
    return [value for line, value in received.headers if line.lower() == name]


# --- what is written -----------------------------------------------------------------------------


def test_a_request_is_written_as_it_was_said_and_nothing_beside(listen: Listen) -> None:
    server = listen(saying(OK, NONE))
    wire()(sent(server.url("/a%20b?c=d"), "GET", ("Origin", "https://a.net"), ("X", "\xe9")))
    assert server.heads == [
        f"GET /a%20b?c=d HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nOrigin: https://a.net\r\n"
        "X: \xe9\r\nConnection: close\r\n\r\n".encode("latin-1")
    ]


@pytest.mark.parametrize(
    ("method", "body", "length"),
    [
        ("POST", None, b"Content-Length: 0\r\n"),
        ("PUT", None, b"Content-Length: 0\r\n"),
        ("PUT", b"{}", b"Content-Length: 2\r\n"),
        ("DELETE", b"{}", b"Content-Length: 2\r\n"),
        ("DELETE", None, b""),
        ("GET", None, b""),
    ],
)
def test_a_body_has_a_length_and_an_empty_one_only_where_browsers_say_so(
    listen: Listen, method: str, body: bytes | None, length: bytes
) -> None:
    server = listen(saying(OK, NONE))
    wire()(sent(server.url(), method, body=body))
    head = server.heads[0]
    assert head.count(b"Content-Length") == bool(length)
    assert length in head
    assert head.endswith(body or b"\r\n\r\n")


# --- what is read --------------------------------------------------------------------------------


def test_each_line_stands_for_itself(listen: Listen) -> None:
    server = listen(
        saying(
            "HTTP/1.1 204 No Content",
            "Access-Control-Allow-Origin: https://a.net",
            "Vary: Origin",
            "access-control-allow-origin:   https://a.net  ",
        )
    )
    received = wire()(sent(server.url()))
    assert received.status == 204
    assert received.headers == (
        ("Access-Control-Allow-Origin", "https://a.net"),
        ("Vary", "Origin"),
        ("access-control-allow-origin", "https://a.net"),
    )


def test_a_line_that_is_no_header_is_kept_as_such_and_hides_nothing(listen: Listen) -> None:
    broken = ("Vary : Cookie", "no colon", "Access-Control-Allow-Origin: *")
    received = wire()(sent(listen(saying(OK, "X-First: 1", *broken, NONE)).url()))
    assert received.headers == (
        ("X-First", "1"),
        ("", "Vary : Cookie"),
        ("", "no colon"),
        ("Access-Control-Allow-Origin", "*"),
        ("Content-Length", "0"),
    )


@pytest.mark.parametrize("kind", ["message/http", "message/delivery-status", "multipart/mixed"])
def test_a_type_that_holds_others_is_not_taken_for_a_line_that_is_none(
    listen: Listen, kind: str
) -> None:
    typed = ("Content-Type", kind)
    received = wire()(sent(listen(saying(OK, NONE, ": ".join(typed))).url()))
    assert received.headers == (("Content-Length", "0"), typed)
    broken = saying(OK, ": ".join(typed), "no colon", "Vary: Origin", NONE)
    received = wire()(sent(listen(broken).url()))
    assert received.headers == (
        typed,
        ("", "no colon"),
        ("Vary", "Origin"),
        ("Content-Length", "0"),
    )


@pytest.mark.parametrize("beside", ["\xa0", "\x85", "\x0b", "\x1c"])
def test_only_what_http_calls_a_blank_is_cut_off_a_value(listen: Listen, beside: str) -> None:
    said = f"https://a.net{beside}"
    for before in ((), ("no colon",)):
        server = listen(saying(OK, *before, f"Access-Control-Allow-Origin: \t {said}\t ", NONE))
        assert lines(wire()(sent(server.url()))) == [said]


def test_only_what_http_calls_an_end_ends_a_line(listen: Listen) -> None:
    server = listen(saying(OK, "no colon", "Vary: a\x85Access-Control-Allow-Origin: *", NONE))
    received = wire()(sent(server.url()))
    assert lines(received) == []
    assert lines(received, "vary") == ["a\x85Access-Control-Allow-Origin: *"]


def test_answers_that_only_announce_another_are_passed_over(listen: Listen) -> None:
    early = ("HTTP/1.1 103 Early Hints", "Access-Control-Allow-Origin: *", "")
    received = wire()(sent(listen(saying(*early, OK, NONE)).url()))
    assert (received.status, received.headers) == (200, (("Content-Length", "0"),))


def test_a_redirect_is_an_answer(listen: Listen) -> None:
    server = listen(saying("HTTP/1.1 301 Moved", "Location: http://127.0.0.1:9/", NONE))
    assert wire()(sent(server.url())).status == 301
    assert len(server.heads) == 1


def test_another_protocol_is_an_answer(listen: Listen) -> None:
    server = listen(saying("HTTP/1.1 101 Switching Protocols", "Upgrade: websocket"))
    assert wire()(sent(server.url())).status == 101


def test_a_body_is_read_to_its_end_for_the_sake_of_caches(listen: Listen) -> None:
    is_delivered = Event()

    def talk(connection: socket.socket, head: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 500000\r\n\r\n")
        connection.sendall(b"x" * 500000)
        is_delivered.set()

    assert wire()(sent(listen(talk).url())).body == b""
    assert is_delivered.wait(5)


@pytest.mark.parametrize(
    "rest",
    [
        b"Content-Length: 9\r\n\r\nshort",
        b"Transfer-Encoding: chunked\r\n\r\nno chunk\r\n",
        b"Content-Type: text/event-stream\r\n\r\n",
        b"Content-Length: 99999999\r\n\r\n" + b"x" * (LONGEST_BODY + 10),
    ],
    ids=["cut off", "malformed", "a stream of events", "too long"],
)
def test_a_body_that_does_not_end_well_takes_nothing_from_the_headers(
    listen: Listen, rest: bytes
) -> None:
    head = b"HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\n"
    server = listen(lambda connection, _: connection.sendall(head + rest))
    assert lines(wire()(sent(server.url()))) == ["*"]


@pytest.mark.parametrize("size", [b"-1", b"-5", b"f" * 20, b"\xb2"])
def test_a_chunk_of_an_impossible_size_ends_the_body(listen: Listen, size: bytes) -> None:
    taken: list[int] = []

    def talk(connection: socket.socket, head: bytes) -> None:
        connection.sendall(
            b"HTTP/1.1 200 OK\r\nVary: Origin\r\nTransfer-Encoding: chunked\r\n\r\n"
            + size
            + b"\r\n"
        )
        with suppress(OSError):
            while sum(taken) < 64 * LONGEST_BODY:
                taken.append(connection.send(b"x" * 65536))

    assert lines(wire()(sent(listen(talk).url())), "vary") == ["Origin"]
    # What the system holds between the two is not known, but it is no tens of megabytes.
    assert sum(taken) < 32 * LONGEST_BODY


@pytest.mark.parametrize(
    "said",
    [b" 200", b" 200 OK\r\n", b" 200 OK\r\nVary: Origin\r\n", b" 200 OK\r\nAccess-Control-Allow"],
)
def test_half_a_head_is_no_answer(listen: Listen, said: bytes) -> None:
    server = listen(lambda connection, _: connection.sendall(b"HTTP/1.1" + said))
    with pytest.raises(UnreachableError, match=r"broke off \(in the middle of its headers\)\.$"):
        wire()(sent(server.url()))


def test_announcements_without_an_end_are_no_answer(listen: Listen) -> None:
    def talk(connection: socket.socket, head: bytes) -> None:
        with suppress(OSError):
            while True:
                connection.sendall(b"HTTP/1.1 103 Early\r\n" + b"X: " + b"x" * 60000 + b"\r\n\r\n")

    with pytest.raises(UnreachableError, match="broke off"):
        wire()(sent(listen(talk).url()))


def test_a_body_without_an_end_is_left_after_a_while(
    listen: Listen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flask_strictcors.cli.probe.transport.LONGEST_READ", 0.05)

    def talk(connection: socket.socket, head: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nVary: Origin\r\n\r\nfirst")
        connection.recv(1)  # until the client has gone

    assert lines(wire()(sent(listen(talk).url())), "vary") == ["Origin"]


# --- no answer -----------------------------------------------------------------------------------


def silent(connection: socket.socket, head: bytes) -> None:
    connection.recv(1)


def trickling(connection: socket.socket, head: bytes) -> None:
    """Send a header line that grows by a byte whenever a timeout per byte would begin anew."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
    connection.settimeout(0.02)
    while True:
        try:
            if not connection.recv(1):
                return
        except TimeoutError:
            connection.sendall(b"x")


@pytest.mark.parametrize("talk", [silent, trickling])
def test_an_answer_has_one_deadline_however_slowly_it_comes(listen: Listen, talk: Any) -> None:
    server = listen(talk)
    with pytest.raises(
        UnreachableError, match=r"no answer within 0\.2 s: try a longer --timeout\.$"
    ):
        wire(0.2)(sent(server.url()))


def test_all_requests_together_have_a_deadline_too(listen: Listen) -> None:
    server = listen(saying(OK, NONE))
    late = Wire(5.0, tls_context(ca=None, is_insecure=False), Deadline(6.0, lambda: 7.0))
    with pytest.raises(UnreachableError, match="within 5 s"):
        late(sent(server.url()))
    assert server.heads == []


def test_a_port_where_nothing_listens_is_told() -> None:
    server = Raw(saying(OK))
    server.stop()
    with pytest.raises(UnreachableError, match=r"^nothing listens at http://127.0.0.1:\d+: is the"):
        wire()(sent(server.origin + "/users"))


def test_a_host_that_does_not_exist_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    with pytest.raises(
        UnreachableError, match=r"no host api\.invalid \(Name or service not known\)"
    ):
        wire()(sent("http://api.invalid/"))


def test_a_resolver_that_is_late_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    over = Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: over.wait(5) and [])
    with pytest.raises(UnreachableError, match=r"within 0\.1 s"):
        wire(0.1)(sent("http://api.invalid/"))
    over.set()


def test_a_host_without_an_address_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: [])
    with pytest.raises(UnreachableError, match="broke off \\(no address\\)"):
        wire()(sent("http://api.invalid/"))


def test_an_address_that_does_not_answer_leaves_the_next(
    listen: Listen, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = listen(saying(OK, NONE))
    inet = socket.AF_INET
    found = [
        (inet, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 1)),
        (inet, socket.SOCK_STREAM, 6, "", ("127.0.0.1", server.port)),
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: found)
    assert wire()(sent("http://api.invalid/")).status == 200


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (b"", "broke off"),
        (b"SSH-2.0-OpenSSH\r\n", "no answer that is HTTP (BadStatusLine)."),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70000, "no answer that is HTTP (LineTooLong)."),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200, "no answer that is HTTP (HTTPException)."),
    ],
    ids=["nothing", "another protocol", "a long line", "many lines"],
)
def test_what_is_no_http_is_told(listen: Listen, said: bytes, told: str) -> None:
    server = listen(lambda connection, _: connection.sendall(said))
    with pytest.raises(UnreachableError) as raised:
        wire()(sent(server.url()))
    assert told in str(raised.value)


# --- TLS -----------------------------------------------------------------------------------------


def test_a_certificate_of_an_authority_that_is_named_is_trusted(
    listen: Listen, authority: Authority
) -> None:
    server = listen(saying(OK, NONE), authority.server)
    url = server.url(scheme="https", host="localhost")
    assert wire(ca=str(authority.pem))(sent(url)).status == 200


def test_a_certificate_of_nobody_is_refused_and_the_message_says_what_to_type(
    listen: Listen, authority: Authority
) -> None:
    server = listen(saying(OK, NONE), authority.server)
    with pytest.raises(UnreachableError) as raised:
        wire()(sent(server.url(scheme="https", host="localhost")))
    said = str(raised.value)
    assert said.startswith("the certificate of localhost is not trusted (")
    assert "--ca FILE; --insecure" in said
    assert server.heads == []


def test_a_certificate_for_another_host_is_refused(listen: Listen, authority: Authority) -> None:
    server = listen(saying(OK, NONE), authority.server)
    with pytest.raises(UnreachableError, match="not trusted"):
        wire(ca=str(authority.pem))(sent(server.url(scheme="https")))


def test_whoever_asks_insecurely_is_answered_by_anybody(
    listen: Listen, authority: Authority
) -> None:
    server = listen(saying(OK, NONE), authority.server)
    assert wire(is_insecure=True)(sent(server.url(scheme="https"))).status == 200


def test_a_server_without_tls_is_told(listen: Listen) -> None:
    server = listen(saying(OK, NONE))
    with pytest.raises(UnreachableError, match=r"speaks no TLS .*: is it http://\?$"):
        wire()(sent(server.url(scheme="https")))


def test_certificates_are_checked_unless_somebody_says_otherwise() -> None:
    strict = tls_context(ca=None, is_insecure=False)
    assert (strict.verify_mode, strict.check_hostname) == (ssl.CERT_REQUIRED, True)
    loose = tls_context(ca=None, is_insecure=True)
    assert (loose.verify_mode, loose.check_hostname) == (ssl.CERT_NONE, False)
    assert "nobody checks" in sockets.UNVERIFIED


# --- deadlines -----------------------------------------------------------------------------------


def test_a_deadline_says_what_is_left_and_then_that_nothing_is() -> None:
    now = 10.0
    deadline = Deadline.after(5.0, lambda: now)
    assert deadline.left() == 5.0
    now = 15.0
    with pytest.raises(TimeoutError):
        deadline.left()


def test_a_deadline_within_another_is_never_later() -> None:
    deadline = Deadline(20.0, lambda: 10.0)
    assert deadline.within(5.0).ends == 15.0
    assert deadline.within(50.0).ends == 20.0
