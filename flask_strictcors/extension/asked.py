"""What an app asks of its own rules: the same answer, without any effect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import has_request_context, request

from flask_strictcors.core.decision import Decision
from flask_strictcors.extension.exchange import Exchange
from flask_strictcors.extension.judging import Judging
from flask_strictcors.extension.ruling import NOT_OURS

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


def decide(judging: Judging, environ: WSGIEnvironment) -> Decision:
    """Return the decision about a request, which is neither noted in it nor told."""
    exchange = Exchange(environ, judging.place)
    if exchange.is_preflight:
        verdict = judging.preflight(exchange) or NOT_OURS
    else:
        verdict = judging.unrouted(exchange) or NOT_OURS
    return verdict.decision(exchange.origin, exchange.detail(verdict))


def allows(judging: Judging, origin: str, endpoint: str, path: str | None) -> bool:
    """Report whether each judge that could decide there admits the origin."""
    environ: WSGIEnvironment = {}
    if has_request_context():
        environ = request.environ.copy()
        if environ.get("HTTP_ORIGIN") != origin:
            # What the browser says of this request is not said of another origin.
            environ.pop("HTTP_SEC_FETCH_SITE", None)
    environ |= {"REQUEST_METHOD": "GET", "HTTP_ORIGIN": origin}
    exchange = Exchange(environ, judging.place)
    return exchange.is_same_origin() or all(
        judge.admits(exchange) for judge in judging.judges_of(endpoint, path)
    )
