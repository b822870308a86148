"""log_rejections: a line in the log for each rejection, and a count for its repeats."""

from __future__ import annotations

import atexit
import logging
import os
from collections.abc import Callable
from datetime import timedelta
from time import monotonic
from typing import Final
from weakref import finalize

from flask_strictcors.core.decision import Rejection
from flask_strictcors.observability.folding import Folding, Line
from flask_strictcors.observability.listening import (
    Listening,
    Sender,
    sender_of,
)
from flask_strictcors.signals import SENTENCE, words_of

_logger: Final = logging.getLogger("flask_strictcors.rejections")
_LINE: Final = f"{SENTENCE}%s"

Extra = dict[str, str | bool | int | list[str] | None]


def log_rejections(
    app: Sender,
    logger: logging.Logger | None = None,
    level: int | str = logging.WARNING,
    every: float | timedelta = 60,
    *,
    clock: Callable[[], float] = monotonic,
) -> RejectionLog:
    """Log what an app refuses, the repeats of `every` seconds folded into a count.

    `app` is the Flask app or the `StrictCORSMiddleware`; `logger` is
    `flask_strictcors.rejections` unless another is given; `level` is a number or a name that
    `logging` knows. A repeat has the same origin, rule and reason; a line has the rejection as
    attributes `cors_...` and the count as `cors_repeats`. `clock` gives monotonic seconds. Each
    process counts for itself. What comes back has `stop()` and `flush()`. Raises `TypeError`,
    `ValueError` and, where it was called for the app already, `RuntimeError`.
    """
    sender = sender_of("log_rejections", app)
    writing = _Writing(_read_logger(logger), _read_level(level), _read_every(every), clock)
    return RejectionLog(sender, writing)


class RejectionLog(Listening):
    """Log what one app refuses, until stopped; `log_rejections` makes it."""

    def __init__(self, app: Sender, writing: _Writing) -> None:
        super().__init__("log_rejections", app, writing.hear)
        self._writing = writing
        # Registered after the handlers of `logging` were, so it runs before they are closed.
        atexit.register(writing.flush)
        self._end = finalize(app, _end, writing)

    def flush(self) -> None:
        """Log now how many repeats were folded since their last line."""
        self._writing.flush()

    def stop(self) -> None:
        """Log nothing any more, after what was folded."""
        super().stop()
        self._end()


def _end(writing: _Writing) -> None:
    atexit.unregister(writing.flush)
    writing.flush()


class _Writing:
    """Write the lines of one app, in each process those of its own rejections."""

    def __init__(
        self, logger: logging.Logger, level: int, every: float, clock: Callable[[], float]
    ) -> None:
        self._logger = logger
        self._level = level
        self._every = every
        self._clock = clock
        self._foldings: dict[int, Folding] = {}

    def hear(self, _: Sender, rejection: Rejection) -> None:
        for line in self._folding().note(rejection):
            self._write(line)

    def flush(self) -> None:
        for line in self._folding().take_all():
            self._write(line)

    def _folding(self) -> Folding:
        """Return this process's own: what waited before a fork is its parent's to tell."""
        process = os.getpid()
        own = self._foldings.get(process)
        # One step, so that two threads of a new process get the same.
        return own or self._foldings.setdefault(process, Folding(self._every, self._clock))

    def _write(self, line: Line) -> None:
        rejection = line.rejection
        self._logger.log(
            self._level,
            _LINE,
            *words_of(rejection),
            _more(line),
            extra=_extra(line),
        )


def _more(line: Line) -> str:
    if not line.repeats:
        return ""
    likeness = "of various origins and rules" if line.is_mixed else "like it"
    return f" And {line.repeats} more {likeness}."


def _extra(line: Line) -> Extra:
    """Return the attributes of the record; plain values, so that any formatter can write them."""
    rejection = line.rejection
    return {
        "cors_reason": str(rejection.reason),
        "cors_origin": rejection.origin,
        "cors_method": rejection.method,
        "cors_headers": [*rejection.headers],
        "cors_path": rejection.path,
        "cors_endpoint": rejection.endpoint,
        "cors_rule": rejection.rule,
        "cors_preflight": rejection.preflight,
        "cors_detail": rejection.detail,
        "cors_report_only": rejection.report_only,
        "cors_repeats": line.repeats,
        "cors_mixed": line.is_mixed,
    }


def _read_logger(logger: object) -> logging.Logger:
    if logger is None:
        return _logger
    if isinstance(logger, logging.Logger):
        return logger
    # A LoggerAdapter would put its own `extra` in place of ours.
    raise TypeError(f"logger: {logger!r} is no logging.Logger. Instead: logging.getLogger(name)")


def _read_level(level: object) -> int:
    names = logging.getLevelNamesMapping()
    number = names.get(level) if isinstance(level, str) else level
    if isinstance(number, int) and not isinstance(number, bool) and number > 0:
        return number
    raise ValueError(
        f"level: {level!r} is no level of logging. Instead: a number above 0, or one of "
        f"{', '.join(name for name, number in names.items() if number)}"
    )


def _read_every(every: object) -> float:
    seconds = every.total_seconds() if isinstance(every, timedelta) else every
    # Not a bool, and not nan, which is above nothing.
    if isinstance(seconds, int | float) and seconds is not True and 0 < seconds < float("inf"):
        return seconds
    raise ValueError(f"every: {every!r} is no length of time. Instead: seconds above 0, such as 60")
