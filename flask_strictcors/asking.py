"""Asking the callables of dynamic origins, with everything that they do contained."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from importlib.util import find_spec
from threading import Lock
from time import monotonic
from typing import Any, Final

from flask_strictcors.core.decision import printable
from flask_strictcors.core.errors import Code, Problem
from flask_strictcors.core.policy import (
    Answer,
    DynamicOrigins,
    Policy,
    function_of,
    interpret,
    is_async,
)
from flask_strictcors.signals import is_fault, logger

MOST_A_MINUTE: Final = 10
_MINUTE: Final = 60

_NO_ANSWER: Final = (
    "The callable of dynamic origins answered %s with a %s: it may answer True, False, None, an "
    "origin or a collection of origins."
)


class Failures:
    """Say which failures are logged: so many a minute, so that no outage fills a disk.

    Each may have a long traceback, and in an outage every request has one.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._ends = 0.0
        self._left = 0
        self._withheld = 0

    def line(self, said: str) -> str | None:
        """Return what to log of one, with the number of those before it that were not; or None."""
        with self._lock:
            now = self._clock()
            if now >= self._ends:
                self._ends, self._left = now + _MINUTE, MOST_A_MINUTE
            if not self._left:
                self._withheld += 1
                return None
            self._left -= 1
            withheld, self._withheld = self._withheld, 0
        return f"{said} Not logged before it: {withheld} more failures." if withheld else said


def ask(
    dynamic: DynamicOrigins,
    origin: str,
    ensure_sync: Callable[[Callable[..., Any]], Any],
    failures: Failures,
) -> Answer:
    """Return what the callable says of the origin; whatever it raises is a failure, and logged."""
    try:
        value = ensure_sync(function_of(dynamic.function))(origin)
        answer = interpret(value, origin)
        if answer is Answer.FAILED and inspect.iscoroutine(value):
            value.close()  # nobody will await it, and Python would warn of that
    except BaseException as error:
        if not is_fault(error):
            raise
        if line := failures.line("The callable of dynamic origins raised for %s."):
            logger.exception(line, printable(origin))
        return Answer.FAILED
    if answer is Answer.FAILED and (line := failures.line(_NO_ANSWER)):
        logger.error(line, printable(origin), type(value).__name__)
    return answer


def async_problems(policies: Iterable[Policy]) -> list[Problem]:
    """Return a problem for each async callable that could not be awaited here."""
    return [
        Problem(
            Code.ASYNC_WITHOUT_ASGIREF,
            "origins",
            policy.origins.function,
            "an async callable needs asgiref, which is not installed.",
            'pip install "flask-strictcors[async]"',
        )
        for policy in policies
        if isinstance(policy.origins, DynamicOrigins)
        and is_async(policy.origins.function)
        and find_spec("asgiref") is None
    ]
