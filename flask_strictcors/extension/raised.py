"""Raised: exceptions that leave an app because of debug, and who may read of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from flask import Flask, got_request_exception, has_request_context, request

from flask_strictcors.extension.exchange import Exchange
from flask_strictcors.extension.judging import Judging

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse


class Raised:
    """Answer for what leaves an app in debug; else, and for who asked for it, it goes on."""

    def __init__(self, app: Flask, key: str, judging: Callable[[], Judging]) -> None:
        self._config: Mapping[str, object] = app.config
        self._key = key
        self._judging = judging
        got_request_exception.connect(self._decide_now, app)

    def readable(
        self, error: Exception, exchange: Exchange, start: StartResponse
    ) -> Iterable[bytes] | None:
        """Answer a script that may read of the exception; None where it is to go on as it came."""
        if not self._is_by_debug():
            return None
        from flask_strictcors.wsgi.debugger import readable  # not for production

        return readable(error, exchange.verdict, exchange, start)

    def _decide_now(self, _app: Flask, **_: Any) -> None:
        """Decide where no hook of ours came to it, as where a session does not open.

        Flask sends this signal while the request is still at hand.
        """
        if not self._is_by_debug() or not has_request_context():
            return
        exchange: Exchange | None = request.environ.get(self._key)
        if exchange is not None and exchange.verdict is None and not exchange.is_preflight:
            # What raised may have been our own hook, for what is wrong with the set-up.
            with suppress(Exception):
                verdict = self._judging().actual(exchange, request)
                exchange.verdict = verdict.settled(exchange)

    def _is_by_debug(self) -> bool:
        """Report whether Flask lets exceptions go because of debug, and not on somebody's wish."""
        return bool(self._config["DEBUG"]) and self._config["PROPAGATE_EXCEPTIONS"] is None
