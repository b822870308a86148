"""What Flask-WTF checks by itself: known by its module, so that nobody needs it installed."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from flask import Flask

from flask_strictcors.cli.check.subject import config_of
from flask_strictcors.extension.overview import Governed


def checked_by_wtf(app: Flask, one: Governed) -> bool:
    """Report whether Flask-WTF asks for a CSRF token at a method of a route."""
    protect = _protection(app)
    if protect is None or one.method not in config_of(app)["WTF_CSRF_METHODS"]:
        return False
    # Werkzeug's request names the innermost blueprint.
    blueprint = app.blueprints.get(one.endpoint.rpartition(".")[0])
    return blueprint not in _exempt(protect, "blueprints") and _name(
        app.view_functions.get(one.endpoint)
    ) not in _exempt(protect, "views")


def is_strict(app: Flask) -> bool:
    """Report whether Flask-WTF compares the Referer with the app's own host, over https."""
    return bool(config_of(app)["WTF_CSRF_SSL_STRICT"])


def _protection(app: Flask) -> object | None:
    """Return Flask-WTF's CSRFProtect where it is there and asks without being called."""
    protect = app.extensions.get("csrf")
    is_asking = config_of(app).get("WTF_CSRF_ENABLED") and config_of(app).get(
        "WTF_CSRF_CHECK_DEFAULT"
    )
    is_theirs = type(protect).__module__.partition(".")[0] == "flask_wtf"
    return protect if is_theirs and is_asking else None


def _exempt(protect: object, what: str) -> Collection[Any]:
    # There is no public way to ask.
    exempt: Collection[Any] = vars(protect).get(f"_exempt_{what}", ())
    return exempt


def _name(view: object) -> str:
    return f"{getattr(view, '__module__', '')}.{getattr(view, '__name__', '')}"
