"""The two signals, the contract of their payload, and contained sending."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Final

from blinker import Namespace, Signal

from flask_strictcors.core.decision import Rejection, Verdict, topic_of
from flask_strictcors.core.policy import function_of


class _Log(logging.LoggerAdapter[logging.Logger]):
    """Log what the package has to say; a filter or an emitter that raises changes no answer."""

    def log(self, level: int, msg: object, *args: object, **named: Any) -> None:
        try:
            # The line of the log is to name who said it.
            super().log(level, msg, *args, stacklevel=2, **named)
        except Exception:
            # Where there is no request context, as for a preflight, such filters do raise.
            if logging.raiseExceptions:
                # Nor is there always a stderr to say so.
                with suppress(Exception):
                    traceback.print_exc()


logger: Final = _Log(logging.getLogger("flask_strictcors"), {})

_namespace: Final = Namespace()

origin_rejected: Final = _namespace.signal(
    "origin-rejected",
    doc="""Sent when a cross-origin request's origin is refused, actual or preflight.

    The sender is the Flask app, or the `StrictCORSMiddleware`. Receivers get
    `rejection=Rejection(...)`, and no request context where it was a preflight.
    """,
)
preflight_rejected: Final = _namespace.signal(
    "preflight-rejected",
    doc="""Sent when the origin was fine and the method or a header was not.

    The same payload as `origin_rejected`; `rejection.preflight` is False for an actual request
    whose method the rule does not list.
    """,
)

SENTENCE: Final = "CORS %s %s %s from %s under rule '%s': %s. %s"
"""What the log says of a rejection."""

_MOST_LOGGED: Final = 1000
_MOST_TRIES: Final = 100


def is_fault(error: BaseException) -> bool:
    """Report whether what raised has failed; else it was told to stop, and so are we."""
    if isinstance(error, Exception):
        return True
    # Of a task of its own: nobody cancels ours. Most processes never need this slow import.
    from asyncio import CancelledError

    return isinstance(error, CancelledError)


class Announcer:
    """Tell whoever listens of rejections, for one sender; where nobody does, tell the log once.

    Under `DEBUG` in the config, which is looked up each time, the log is told of each.
    """

    def __init__(
        self,
        sender: Any,
        ensure_sync: Callable[[Callable[..., Any]], Any],
        config: Mapping[str, object],
    ) -> None:
        self._sender = sender
        self._ensure_sync = ensure_sync
        self._config = config
        self._logged: set[str] = set()

    def is_heard(self, verdict: Verdict) -> bool:
        """Report whether anybody would hear of a refusal, so that it is worth telling."""
        signal = origin_rejected if verdict.is_about_origin else preflight_rejected
        if signal.receivers or self._config["DEBUG"]:
            return True
        return verdict.topic not in self._logged and len(self._logged) < _MOST_LOGGED

    def announce(self, rejection: Rejection) -> None:
        """Send the rejection to each receiver in a try of its own; never raise."""
        signal = origin_rejected if rejection.reason.is_about_origin else preflight_rejected
        receivers = [] if signal.is_muted else self._receivers_of(signal)
        if self._config["DEBUG"]:
            _log(rejection)
        elif not receivers:
            self._log_once(rejection)
        for receiver in receivers:
            try:
                self._ensure_sync(function_of(receiver))(self._sender, rejection=rejection)
            except BaseException as error:
                if not is_fault(error):
                    raise
                logger.exception("A receiver of %s raised; the answer is unchanged.", signal.name)

    def _receivers_of(self, signal: Signal) -> list[Callable[..., Any]]:
        for _ in range(_MOST_TRIES):
            # What blinker raises where it drops a dead receiver while another thread subscribes.
            with suppress(RuntimeError):
                return list(signal.receivers_for(self._sender))
        return []

    def _log_once(self, rejection: Rejection) -> None:
        topic = topic_of(rejection.rule, rejection.reason)
        if topic not in self._logged and len(self._logged) < _MOST_LOGGED:
            self._logged.add(topic)
            _log(rejection)


def _log(rejection: Rejection) -> None:
    logger.warning(SENTENCE, *words_of(rejection))


def words_of(rejection: Rejection) -> tuple[str, ...]:
    """Return what stands in the places of `SENTENCE`."""
    return (
        "would refuse" if rejection.report_only else "refused",
        rejection.method,
        rejection.path,
        rejection.origin or "an empty origin",
        rejection.rule,
        rejection.reason,
        rejection.detail,
    )
