"""DynamicOrigins: a callable that narrows an allowlist, and what its answers mean."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from enum import Enum, auto
from typing import Any, cast

from flask_strictcors.core.errors import Code, PolicyError, Problem
from flask_strictcors.core.frozen import frozen
from flask_strictcors.core.origins import OriginSet
from flask_strictcors.core.policy.options import OriginCallable, Wildcard
from flask_strictcors.core.policy.readers import read_some_origins


class Answer(Enum):
    """What a callable's return value says about one origin."""

    ADMITTED = auto()
    REFUSED = auto()
    FAILED = auto()


@frozen(init=False)
class DynamicOrigins:
    """Hold a callable that says which origins of an allowlist are admitted just now.

    `function` gets the request's serialized origin, and only one that the allowlist covers, so
    that it can narrow and never widen. `allowlist` is an iterable of origins and patterns, or
    "*" for any well-formed origin. Immutable, comparable and hashable. Raises `PolicyError`.
    """

    function: OriginCallable
    allowlist: OriginSet | Wildcard

    def __init__(
        self, function: OriginCallable, allowlist: str | Iterable[str] | None = None
    ) -> None:
        problems: list[Problem] = []
        if not callable(function):
            message = "origins that change need a callable."
            problems.append(
                Problem(Code.WRONG_TYPE, "origins", function, message, "a function of one origin")
            )
        object.__setattr__(self, "function", function)
        object.__setattr__(self, "allowlist", read_allowlist(allowlist, problems))
        if problems:
            raise PolicyError(problems)

    def covers(self, origin: str) -> bool:
        """Report whether the callable may be asked about the origin, which is well formed."""
        return self.allowlist == "*" or self.allowlist.admits(origin)


def read_allowlist(value: object, problems: list[Problem]) -> OriginSet | Wildcard:
    """Return what bounds a callable; add a problem where nothing does."""
    if isinstance(value, OriginSet) and value:
        return value  # read before, and found valid
    if value is None:
        message = "a callable needs an allowlist: it may narrow, never widen."
        fix = 'allowlist=["https://*.example.com"]'
        problems.append(Problem(Code.ALLOWLIST_MISSING, "allowlist", value, message, fix))
        return OriginSet(())
    return "*" if value == "*" else read_some_origins("allowlist", value, problems)


def function_of(called: Callable[..., Any]) -> Callable[..., Any]:
    """Return what runs when an object is called, so that a coroutine function is known as one."""
    call: Any = getattr(called, "__call__", None)  # noqa: B004  instances can be called, too
    return call if inspect.iscoroutinefunction(call) else called


def is_async(called: Callable[..., Any]) -> bool:
    """Report whether calling the object gives a coroutine."""
    return inspect.iscoroutinefunction(function_of(called))


def interpret(answer: object, origin: str) -> Answer:
    """Return what a callable's return value means for the origin that it was asked about.

    The value is only compared, and never sent.
    """
    if answer is True:
        return Answer.ADMITTED
    if answer is False or answer is None:
        return Answer.REFUSED
    if isinstance(answer, str):
        return Answer.ADMITTED if answer == origin else Answer.REFUSED
    if isinstance(answer, (list, tuple, set, frozenset)):
        members = cast("Iterable[object]", answer)
        if not all(isinstance(member, str) for member in members):
            return Answer.FAILED
        return Answer.ADMITTED if origin in answer else Answer.REFUSED
    return Answer.FAILED
