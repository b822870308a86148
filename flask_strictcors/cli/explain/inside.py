"""A transport that stays inside: it asks the rules what they say, and runs no view and no hook."""

from __future__ import annotations

import sys
from collections.abc import Callable
from io import BytesIO
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import unquote_to_bytes

from flask import Flask
from flask.wrappers import Request
from werkzeug.exceptions import HTTPException, SecurityError

from flask_strictcors.browser import URL, Received, Sent, UnreachableError
from flask_strictcors.core.decision import Header, Verdict
from flask_strictcors.core.policy import Answer, DynamicOrigins
from flask_strictcors.extension.exchange import Exchange
from flask_strictcors.extension.guard import Guard
from flask_strictcors.extension.matching import pushed_context
from flask_strictcors.wsgi import BARRED_HEADERS, answer, debug_header, rewrite

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_ENVIRON: Final = {"HTTP_CONTENT_TYPE": "CONTENT_TYPE", "HTTP_CONTENT_LENGTH": "CONTENT_LENGTH"}


class Ruling(NamedTuple):
    """What the rules say of one request, and why.

    `is_own` means that the app takes the origin for its own; `is_served` that a view would run.
    `status` is what is answered, as far as no view says otherwise.
    """

    rule: str
    allowed: bool
    reason: str | None
    detail: str
    endpoint: str | None
    is_own: bool
    is_served: bool
    status: int


OPENS_NONE: Final = "the app opens no request"
_REFUSED_HOST: Final = Ruling(
    rule="none",
    allowed=False,
    reason=None,
    detail="Flask refuses the host: type --base-url with one that it trusts.",
    endpoint=None,
    is_own=False,
    is_served=False,
    status=400,
)


class ExemptError(Exception):
    """The route is exempt: only its view can say what it answers."""

    def __init__(self, sent: Sent, ruling: Ruling) -> None:
        super().__init__(ruling.detail)
        self.sent = sent
        self.ruling = ruling


class _Asked(Exchange):
    """An actual request, which gets a context only where a callable of dynamic origins is asked."""

    def ask(self, dynamic: DynamicOrigins) -> Answer:
        """Ask inside a context of the request."""
        with pushed_context(self.place.app, self.environ):
            return super().ask(dynamic)


class Inside:
    """Answer what a browser sends to one app; each answer knows its `Ruling` as `native`."""

    def __init__(self, app: Flask, guard: Guard, base: URL) -> None:
        self._app = app
        self._judging = guard.judging
        self._base = base

    def __call__(self, sent: Sent) -> Received:
        """Return the answer. Raises `ExemptError`, and `UnreachableError` outside of the app."""
        mount = self._base.path.rstrip("/")
        is_inside = f"{sent.url.path}/".startswith(f"{mount}/")
        if sent.url.origin != self._base.origin or not is_inside:
            raise UnreachableError("it is not this app's, and nothing is sent to others here.")
        environ = _environ(sent, mount)
        if sent.is_preflight:
            return self._preflight(sent, environ)
        try:
            return self._actual(sent, self._routed_request(environ))
        except ExemptError:
            raise
        except Exception as error:
            said = f"{OPENS_NONE}: {type(error).__name__}: {error}"
            raise UnreachableError(said) from error

    def _routed_request(self, environ: WSGIEnvironment) -> Request:
        """Return a request that Flask has routed, in no context if possible.

        To push one opens a session, and to pop it runs what the app tears down.
        """
        try:
            context = self._app.request_context(environ.copy())
            if context.url_adapter is not None:
                context.match_request()
        except Exception:
            # A converter that needs a context gets one, as from Flask.
            with pushed_context(self._app, environ) as context:
                return context.request
        return context.request

    def _preflight(self, sent: Sent, environ: WSGIEnvironment) -> Received:
        exchange = Exchange(environ, self._judging.place)
        verdict = self._judging.preflight(exchange)
        if verdict is None:
            return Received(400, (), native=_REFUSED_HOST)
        if verdict.is_exempt:
            raise ExemptError(sent, _ruling(exchange, verdict))
        status, headers = _answered(verdict, exchange.origin, is_debug=self._app.debug)
        return Received(status, tuple(headers), native=_ruling(exchange, verdict, status))

    def _actual(self, sent: Sent, request: Request) -> Received:
        exchange = _Asked(request.environ, self._judging.place)
        verdict = self._judging.actual(exchange, request).settled(exchange)
        if verdict.is_exempt:
            raise ExemptError(sent, _ruling(exchange, verdict))
        status, headers = _routed(request)
        is_served = status == 200 and not _is_automatic(request)
        if verdict.is_barred:
            status, headers, is_served = 403, list(BARRED_HEADERS), False
        ours, _ = rewrite(headers, verdict, exchange.origin)
        if self._app.debug:
            ours.append(debug_header(verdict))
        ruling = _ruling(exchange, verdict, status, is_served=is_served)
        if isinstance(request.routing_exception, SecurityError):
            ruling = ruling._replace(reason=None, detail=_REFUSED_HOST.detail)
        return Received(status, tuple(ours), native=ruling)


def _answered(verdict: Verdict, origin: str | None, *, is_debug: bool) -> tuple[int, list[Header]]:
    """Return what the wrapper answers to a preflight."""
    answers: list[tuple[int, list[Header]]] = []
    written: list[bytes] = []

    def start_response(
        status: str, headers: list[Header], _: object = None, /
    ) -> Callable[[bytes], object]:
        answers.append((int(status[:3]), headers))
        return written.append

    answer(verdict, origin, start_response, is_debug=is_debug)
    return answers[0]


def _ruling(
    exchange: Exchange, verdict: Verdict, status: int = 0, *, is_served: bool = False
) -> Ruling:
    return Ruling(
        verdict.rule,
        verdict.allowed,
        verdict.reason,
        exchange.detail(verdict),
        exchange.endpoint,
        exchange.is_same_origin(),
        is_served,
        status,
    )


def _routed(request: Request) -> tuple[int, list[Header]]:
    """Return what Flask answers by itself, and 200 where a view would answer."""
    error = request.routing_exception
    if not isinstance(error, HTTPException):
        return 200, []
    response = error.get_response(request.environ)
    return response.status_code, response.headers.to_wsgi_list()


def _is_automatic(request: Request) -> bool:
    """Report whether Flask answers an OPTIONS by itself."""
    is_offered: bool = getattr(request.url_rule, "provide_automatic_options", False)
    return is_offered and request.method == "OPTIONS"


def _environ(sent: Sent, mount: str) -> WSGIEnvironment:
    url = sent.url
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": sent.method,
        "SCRIPT_NAME": _decoded(mount),
        "PATH_INFO": _decoded(url.path.removeprefix(mount)),
        "QUERY_STRING": url.query or "",
        "SERVER_NAME": url.host,
        "SERVER_PORT": str(url.port or (443 if url.scheme == "https" else 80)),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": url.origin.partition("://")[2],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": url.scheme,
        "wsgi.input": BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": True,
    }
    for name, _ in sent.headers:
        key = f"HTTP_{name.upper().replace('-', '_')}"
        environ[_ENVIRON.get(key, key)] = sent.get(name)
    return environ


def _decoded(path: str) -> str:
    """Return a path as WSGI has it: its bytes, each as one character."""
    return unquote_to_bytes(path).decode("latin-1")
