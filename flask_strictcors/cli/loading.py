"""The app that a command is about, with a StrictCORS in it."""

from __future__ import annotations

import traceback
from pathlib import Path

import click
from flask import Flask
from flask.cli import ScriptInfo

from flask_strictcors.cli.printing import InputError
from flask_strictcors.core.errors import PolicyError
from flask_strictcors.extension.guard import Guard
from flask_strictcors.extension.strictcors import guard_of


def governed_app(info: ScriptInfo) -> tuple[Flask, Guard]:
    """Return the app and what stands in it, its routes compiled.

    Raises `InputError` where it does not load or has no StrictCORS, and in debug for what only its
    views show.
    """
    app = loaded_app(info)
    guard = guard_of(app)
    if guard is None:
        raise InputError(
            f"The app '{app.name}' has no StrictCORS: "
            'type StrictCORS(app, origins=["https://app.example.com"]) where the app is made.'
        )
    try:
        guard.judging.table()
    except PolicyError as error:
        raise InputError(_problems(error)) from error
    return app, guard


def loaded_app(info: ScriptInfo) -> Flask:
    """Return the app. Raises `InputError` where it does not load."""
    try:
        return info.load_app()
    except click.ClickException:
        raise
    except PolicyError as error:
        raise InputError(f"{_place(error)}: {_problems(error)}") from error
    except Exception as error:
        # Left to Python, it would end with exit status 1, which is an answer of these commands.
        traceback.print_exc()
        message = "The app does not load: mend what is said above, so that flask routes works."
        raise InputError(message) from error


def _place(error: PolicyError) -> str:
    """Return the line of the user's that a refused configuration comes from."""
    ours = str(Path(__file__).parents[1])
    frames = traceback.extract_tb(error.__traceback__)
    place = [frame for frame in frames if not frame.filename.startswith(ours)][-1]
    return f"{Path(place.filename).name}, line {place.lineno}"


def _problems(error: PolicyError) -> str:
    return " ".join(map(str, error.problems))
