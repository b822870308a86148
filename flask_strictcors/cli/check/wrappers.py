"""Other wrappers of `app.wsgi_app`: their order decides what preflights look like."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from flask_strictcors.cli.check.finding import CheckCode, Finding
from flask_strictcors.cli.check.subject import Subject
from flask_strictcors.extension.conflicts import inner_wrapper

_MOST_WRAPPED: Final = 50
"""Wrappers may lead in a circle."""
_WRAPPED: Final = ("app", "wsgi_app", "application", "_app", "_wsgi_app", "wrapped_app")
"""What wrappers call what they wrap, Werkzeug's own the first."""


def check_wrappers(subject: Subject) -> Iterator[Finding]:
    """Give the wrappers that stand inside ours, and those that go around it."""
    name = inner_wrapper(subject.app, subject.guard.inner)
    if name is not None:
        message = (
            f"{name} stands inside StrictCORS: it never sees a preflight, and a scheme, host or "
            "path that it mends is not mended when one is answered."
        )
        fix = "app.wsgi_app = ...(app.wsgi_app) after StrictCORS(app), not before"
        yield Finding(CheckCode.WRAPPER_INSIDE, "app.wsgi_app", message, fix)
    if _is_bypassed(subject):
        message = (
            "it leads past StrictCORS to the app's own: preflights wait for the app's hooks, and "
            "what others write behind ours is not dropped."
        )
        fix = "what wraps app.wsgi_app wraps what it is after StrictCORS(app)"
        yield Finding(CheckCode.WRAPPER_BYPASSES, "app.wsgi_app", message, fix)


def _is_bypassed(subject: Subject) -> bool:
    """Report whether the wrappers, from the outermost, lead to Flask's own without ours."""
    place: object = subject.app.wsgi_app
    for _ in range(_MOST_WRAPPED):
        if getattr(place, "__self__", None) is subject.guard:
            return False
        if getattr(place, "__func__", None) is type(subject.app).wsgi_app:
            return True
        place = next((inner for inner in map(vars_of(place).get, _WRAPPED) if inner), None)
    return False


def vars_of(instance: object) -> dict[str, object]:
    """Return the attributes that an object keeps itself."""
    return getattr(instance, "__dict__", {})
