"""Asking the callables of dynamic origins, with everything that they do contained."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from importlib.util import find_spec
from typing import Any

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


def ask(
    dynamic: DynamicOrigins, origin: str, ensure_sync: Callable[[Callable[..., Any]], Any]
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
        logger.exception("The callable of dynamic origins raised for %s.", printable(origin))
        return Answer.FAILED
    if answer is Answer.FAILED:
        logger.error(
            "The callable of dynamic origins answered %s with a %s: it may answer True, False, "
            "None, an origin or a collection of origins.",
            printable(origin),
            type(value).__name__,
        )
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
