"""What views and blueprints are called where they were written, and where that is."""

from __future__ import annotations

from collections.abc import Sequence
from inspect import getattr_static
from pathlib import Path
from typing import Any

from flask_strictcors.cli.migrate.layout import quoted
from flask_strictcors.cli.migrate.pins import Pin, innermost
from flask_strictcors.extension.conflicts import is_of_flask_cors


def class_of(view: Any) -> Any:
    """Return the class that a view was made of; None for a function."""
    return getattr(view, "view_class", None)


def owner(view: Any, pin: Pin) -> Any:
    """Return the class in which a function of a view's class was written."""
    name = str(pin.name)
    classes: tuple[type, ...] = class_of(view).__mro__
    return next(one for one in reversed(classes) if getattr_static(one, name, None) is pin.outer)


def is_decorated_in_class(view_class: Any) -> bool:
    """Report whether it is the class that puts Flask-CORS around its views."""
    return any(map(is_of_flask_cors, getattr(view_class, "decorators", ())))


def is_of_flask(named: Any) -> bool:
    """Report whether Flask itself brings a view, as that of static files."""
    return str(named.__module__).startswith("flask.")


def comment(named: Any, pins: Sequence[Pin]) -> str:
    """Return the line above what stands for a view."""
    endpoints = dict.fromkeys(endpoint for pin in pins for endpoint in pin.endpoints)
    return f"# {where(named)}endpoint {', '.join(map(quoted, endpoints))}"


def where(named: Any) -> str:
    """Return the file and the line of a function; of a class, those of its first function."""
    functions = filter(callable, vars(named).values()) if isinstance(named, type) else [named]
    codes = [one.__code__ for one in map(innermost, functions) if hasattr(one, "__code__")]
    if not codes:
        return ""
    path = Path(codes[0].co_filename)
    shown = path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
    return f"{shown}:{codes[0].co_firstlineno}, "


def identifier(name: str) -> str:
    """Return a name for Python that is as near as can be."""
    text = "".join(sign if sign.isalnum() else "_" for sign in name)
    return text if text.isidentifier() else f"_{text}"
