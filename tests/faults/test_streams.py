"""Answers that come in pieces: bodies that fail, that are left, and that cannot be closed.

Driven as by a server, without one; tests of real servers are in test_servers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from extension.wire import APP, EVIL, SILENT, granted, heard, reasons, route
from flask import Flask, Response, g, has_request_context, stream_with_context

from flask_strictcors import StrictCORS, cors

from .points import FAULTS
from .serving import WHOM, Server, check_next
from .traffic import BARRED, contexts_left
from .worlds import in_own_context


class Stream:
    """Three pieces, of which one may fail; it knows how often it was closed."""

    def __init__(self, fault: Callable[[], Any], place: int, *, closes_badly: bool = False) -> None:
        self.fault, self.place, self.closes_badly = fault, place, closes_badly
        self.number = 0
        self.closed = 0

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        self.number += 1
        if self.number == self.place:
            self.fault()
        if self.number > 3:
            raise StopIteration
        return b"%d" % self.number

    def close(self) -> None:
        self.closed += 1
        if self.closes_badly:
            self.fault()


RAISING = ["raises", "aborts", "exits", "is closed"]


def streaming(body: Any, **options: Any) -> Flask:
    app = Flask("streams", static_folder=None)
    app.logger.disabled = True
    StrictCORS(app, **{"origins": [APP]} | options)
    route(app, "/", "GET POST", lambda: Response(body))
    route(app, "/plain", "GET", "in")
    return app


@pytest.mark.parametrize("fault", RAISING)
@pytest.mark.parametrize("place", [1, 2, 3, 4])
def test_a_body_that_fails_has_its_headers_already(place: int, fault: str) -> None:
    for origin, expected in WHOM:
        stream = Stream(FAULTS[fault], place)
        app = streaming(stream)
        with heard(app) as signals:
            server = Server(app, origin=origin)
            assert (server.starts[0][0], server.cors) == ("200 OK", expected)
            read = [server.piece() for _ in range(place - 1)]
            with pytest.raises(BaseException) as caught:  # noqa: PT011  any of them
                server.piece()
            server.close()
        assert caught.type.__module__ in ("builtins", "werkzeug.exceptions")
        assert read == [b"1", b"2", b"3"][: place - 1]
        assert (stream.closed, len(server.starts), contexts_left()) == (1, 1, (False, False))
        assert len(signals) == (origin == EVIL)
        check_next(app)


@pytest.mark.parametrize("read", [0, 1, 2, 3])
@pytest.mark.parametrize("is_public", [False, True])
def test_a_client_that_leaves_closes_the_stream_with_its_context(
    read: int, is_public: bool
) -> None:
    ended: list[tuple[str, bool]] = []
    app = streaming(b"")

    def pieces() -> Iterator[bytes]:
        try:
            for number in range(3):
                g.number = number
                yield b"%d" % number
        finally:
            ended.append(("pieces", has_request_context()))

    def stream() -> Response:
        response = Response(stream_with_context(pieces()))
        response.call_on_close(lambda: ended.append(("response", has_request_context())))
        return response

    route(app, "/stream", "GET", stream, tag=cors(origins="*") if is_public else None)
    expected = granted("*") if is_public else granted()
    in_own_context(leave, app, read, expected)
    # What never began has no end.
    assert ended == [("pieces", True)] * (read > 0) + [("response", False)]
    check_next(app)


def leave(app: Flask, read: int, expected: dict[str, str]) -> None:
    server = Server(app, "/stream")
    assert server.cors == expected
    for number in range(read):
        assert server.piece() == b"%d" % number
    server.close()
    assert contexts_left() == (False, False)


@pytest.mark.parametrize("fault", RAISING)
def test_a_body_that_cannot_be_closed(fault: str) -> None:
    stream = Stream(FAULTS[fault], 0, closes_badly=True)
    app = streaming(stream)
    server = Server(app)
    assert (server.rest(), server.cors) == (b"123", granted())
    with pytest.raises(BaseException):  # noqa: PT011, B017
        server.close()
    assert stream.closed == 1
    check_next(app)


@pytest.mark.parametrize("fault", RAISING)
@pytest.mark.parametrize("method", ["POST", "HEAD"])
def test_the_403_for_an_early_answer_goes_out_though_that_cannot_be_closed(
    fault: str, method: str
) -> None:
    stream = Stream(FAULTS[fault], 1, closes_badly=True)
    app = Flask("streams", static_folder=None)
    app.before_request(lambda: Response(stream))
    StrictCORS(app, origins=[APP], enforce=True)
    with heard(app) as signals:
        server = Server(app, origin=EVIL, method=method)
        assert (server.starts[-1][0], server.cors) == ("403 FORBIDDEN", SILENT)
        assert server.rest() == (b"" if method == "HEAD" else BARRED)
    assert reasons(signals) == [("origin", "not-allowed")]
    # The server closes what it was given, after it has sent it, and hears of the fault then.
    with pytest.raises(BaseException):  # noqa: PT011, B017
        server.close()
    assert (stream.number, stream.closed) == (0, 1)
