"""cors and cors.exempt: pin policies to a view, a view class, a method of it, or a blueprint."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar, Unpack

from flask import Blueprint
from flask.app import Flask  # flask.Flask may be another by now: OpenTelemetry replaces it

from flask_strictcors.asking import async_problems
from flask_strictcors.core.errors import PolicyError, Problem
from flask_strictcors.core.policy import Policy, PolicyOptions, read_policies

TAG_ATTRIBUTE: Final = "__strictcors__"

T = TypeVar("T", bound=Callable[..., Any] | Blueprint)


class Tag:
    """Hold what a decorator pinned to an object: policies, or the wish to be left alone.

    Tags are equal only to themselves.
    """

    __slots__ = ("is_exempt", "policies")

    def __init__(self, policies: tuple[Policy, ...] = (), *, is_exempt: bool = False) -> None:
        self.policies = policies
        self.is_exempt = is_exempt


class Cors:
    """Make decorators that pin policies to views and blueprints."""

    def __call__(self, *policies: Policy, **options: Unpack[PolicyOptions]) -> Callable[[T], T]:
        """Return a decorator that pins one policy, or several as tiers.

        Takes policies, or the options of a single `Policy`. The decorator tags a view function, a
        `View` class, a method of a `MethodView` or a `Blueprint`, and returns the same object.
        Raises `PolicyError`; the decorator raises `TypeError` where there is a tag already.
        """
        if len(policies) == 1 and not options and is_target(policies[0]):
            raise TypeError("@cors needs its policy: write @cors(origins=[...]), with parentheses.")
        if not policies and not options:
            Policy()  # says what a policy needs
        problems: list[Problem] = []
        tag = Tag(read_policies(policies, options, problems))
        problems += async_problems(tag.policies)
        if problems:
            raise PolicyError(problems)

        def pin(target: T) -> T:
            return _pin(tag, target)

        return pin

    def exempt(self, target: T) -> T:
        """Leave a view, a view class, a method of it or a blueprint to its own CORS."""
        return _pin(Tag(is_exempt=True), target)


cors: Final = Cors()
"""Pin a policy: `@cors(origins=[...])`, `cors(...)(blueprint)`, `@cors.exempt`."""


def tag_of(target: object) -> Tag | None:
    """Return the tag that is visible on an object, an inherited one included."""
    tag = getattr(target, TAG_ATTRIBUTE, None)
    return tag if isinstance(tag, Tag) else None


def tags_made() -> int:
    """Return how many tags were pinned so far, in this process."""
    return len(_pins)


def is_target(value: object) -> bool:
    """Report whether the value is something that a policy can be pinned to."""
    return isinstance(value, Blueprint) or (callable(value) and not isinstance(value, Flask))


_pins: Final[list[None]] = []
"""One item for each tag: appending is atomic, and its length is the count."""


def _pin(tag: Tag, target: T) -> T:
    if isinstance(target, staticmethod | classmethod):
        raise TypeError(
            "A policy is pinned to the function itself: write @cors(...) below @staticmethod or "
            "@classmethod."
        )
    if not is_target(target):
        raise TypeError(
            f"A policy is pinned to a view, a view class or a blueprint, and not to {target!r}. "
            "Of an app: StrictCORS(app, origins=[...])."
        )
    if TAG_ATTRIBUTE in getattr(target, "__dict__", ()):
        raise TypeError(
            f"{_name(target)} has a policy already, and policies do not stack: pin one, with all "
            "its tiers: @cors(first, second)."
        )
    try:
        setattr(target, TAG_ATTRIBUTE, tag)
    except (AttributeError, TypeError):
        raise TypeError(
            f"{_name(target)} takes no attributes, so no policy can be pinned to it: wrap it in a "
            "function."
        ) from None
    _pins.append(None)
    return target


def _name(target: object) -> str:
    return str(getattr(target, "__qualname__", None) or repr(target))
