"""Sending one case through its app, and telling what is wrong with the answer."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import BytesIO
from threading import local
from typing import Any, NamedTuple
from wsgiref.types import WSGIApplication

from decisions.asking import Ask
from decisions.doors import environ_of, normalized

from flask_strictcors import Reason, Rejection

from .case import App, Case

_ENVIRON = environ_of(Ask("GET", None))


@contextmanager
def quiet() -> Iterator[None]:
    """Let nobody write or keep what is logged."""
    handlers = logging.root.handlers[:]
    logging.root.handlers[:] = [logging.NullHandler()]
    try:
        yield
    finally:
        logging.root.handlers[:] = handlers


class Told(local):
    """What signals told this thread since it asked last."""

    def __init__(self) -> None:
        self.reasons: list[Reason] = []

    def hear(self, sender: object, rejection: Rejection) -> None:
        self.reasons.append(rejection.reason)


told = Told()


class Started(NamedTuple):
    """An answer whose headers are there, and whose body may still come."""

    case: Case
    status: int
    lines: list[tuple[str, str]]
    body: Iterable[bytes]


def start(app: WSGIApplication, case: Case) -> Started:
    """Call an app until it gives its body away."""
    seen: list[Any] = []

    def start_response(
        status: str, lines: list[tuple[str, str]], exc_info: object = None, /
    ) -> Any:
        seen[:] = status, lines

    body = app(_ENVIRON | {"wsgi.input": BytesIO()} | case.sent, start_response)
    return Started(case, int(seen[0][:3]), seen[1], body)


def finish(started: Started) -> bytes:
    """Read the body, and close it as a server does."""
    try:
        return b"".join(started.body)
    finally:
        close = getattr(started.body, "close", None)
        if close is not None:
            close()


def faults_of(started: Started, *, is_heard: bool) -> Iterator[str]:
    """Yield what is wrong before the body has come."""
    expected = started.case.expected
    reasons, told.reasons = told.reasons, []
    if started.status != expected.status:
        yield f"status {started.status}, not {expected.status}"
    try:
        cors, vary = normalized(started.lines)
    except AssertionError as twice:
        yield str(twice)
        return
    if cors != expected.cors:
        yield f"CORS headers {cors}, not {expected.cors}"
    if vary != expected.vary:
        yield f"Vary {set(vary)}, not {set(expected.vary)}"
    if reasons != ([expected.reason] if is_heard and expected.reason else []):
        yield f"signals {reasons}, not {expected.reason}"


def faults_of_body(case: Case, body: bytes) -> Iterator[str]:
    """Yield what is wrong with a body, where it is known."""
    if case.expected.body is not None and body != case.expected.body:
        yield f"body {body[:40]!r}, not {case.expected.body!r}"


def faults(app: App, case: Case) -> list[str]:
    """Serve one case whole."""
    started = start(app.wsgi, case)
    found = [*faults_of(started, is_heard=app.sender is not None)]
    return [*found, *faults_of_body(case, finish(started))]
