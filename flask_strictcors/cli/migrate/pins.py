"""Pin: a policy above one view, or above the function of its class for one method."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask_strictcors.cli.check.reading import unwrapped
from flask_strictcors.cli.migrate.policies import Draft


class Pin(NamedTuple):
    """What is printed above a view: policies, or none for an exempt one.

    `outer` is what Flask calls, the view or a function of its class, which is called `name` there.
    """

    endpoints: tuple[str, ...]
    outer: Any
    name: str | None
    draft: Draft


def innermost(view: Any) -> Any:
    """Return what somebody wrote as a view, within its decorators."""
    return [*unwrapped(view)][-1]


def is_of_class(view: Any) -> bool:
    """Report whether a view was made of a class."""
    return hasattr(view, "view_class")


def place_of(endpoints: tuple[str, ...], name: str | None) -> str:
    """Return what people call a view, as `flask cors routes` does."""
    method = f" ({name.upper()})" if name not in (None, "dispatch_request") else ""
    return f"view {', '.join(endpoints)}{method}"
