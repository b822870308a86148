"""The app that a command is about, with a StrictCORS in it."""

from __future__ import annotations

from flask import Flask
from flask.cli import ScriptInfo

from flask_strictcors.cli.printing import InputError
from flask_strictcors.core.errors import PolicyError
from flask_strictcors.extension.guard import Guard
from flask_strictcors.extension.strictcors import guard_of


def governed_app(info: ScriptInfo) -> tuple[Flask, Guard]:
    """Return the app and what stands in it, its routes compiled.

    Raises `InputError` where it has no StrictCORS, and in debug for what only its views show.
    """
    app = info.load_app()
    guard = guard_of(app)
    if guard is None:
        raise InputError(
            f"The app '{app.name}' has no StrictCORS: "
            'type StrictCORS(app, origins=["https://app.example.com"]) where the app is made.'
        )
    try:
        guard.judging.table()
    except PolicyError as error:
        raise InputError(" ".join(map(str, error.problems))) from error
    return app, guard
