"""Pin: a policy above one view, or above the function of its class for one method."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask_strictcors.cli.migrate.policies import Draft


class Pin(NamedTuple):
    """What is printed above a view: policies, or none for an exempt one.

    `outer` is what Flask calls, the view or a function of its class, which is called `name` there.
    """

    endpoints: tuple[str, ...]
    outer: Any
    name: str | None
    draft: Draft


def place_of(endpoints: tuple[str, ...], name: str | None) -> str:
    """Return what people call a view, as `flask cors routes` does."""
    method = f" ({name.upper()})" if name not in (None, "dispatch_request") else ""
    return f"view {', '.join(endpoints)}{method}"
