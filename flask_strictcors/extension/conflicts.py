"""What else speaks CORS in an app, or stands in front of it, and must not or should be known."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from typing import Any, Final

from flask import Flask

from flask_strictcors.core.errors import Code, Problem
from flask_strictcors.core.frozen import frozen
from flask_strictcors.extension.tags import methods_of

MOST_WRAPPED: Final = 50
"""Wrappers may lead in a circle."""


@frozen()
class Called:
    """A function that an app calls for requests, or that a wrapper around one calls in turn.

    `scope` is the blueprint whose hook it is, None the app; `endpoint` is None for hooks; `outer`
    is what Flask calls: the hook, the view, or a function of the view's class.
    """

    scope: str | None
    endpoint: str | None
    outer: Callable[..., Any]
    function: Callable[..., Any]

    @property
    def place(self) -> str:
        """What people call it."""
        return "after_request hook" if self.endpoint is None else f"view {self.endpoint}"


def flask_cors_functions(app: Flask) -> Iterator[Called]:
    """Give each function of Flask-CORS that an app calls."""
    for called in _functions(app):
        if is_of_flask_cors(called.function):
            yield called


def is_of_flask_cors(function: Callable[..., Any]) -> bool:
    """Report whether a function was defined in Flask-CORS."""
    return _module(function).partition(".")[0] == "flask_cors"


def flask_cors_problems(app: Flask) -> list[Problem]:
    """Return a problem for each trace of Flask-CORS: two authors of one header undo each other."""
    found = {f"the {called.place}" for called in flask_cors_functions(app)}
    if not found:
        return []
    message = f"Flask-CORS is in this app, too: {', '.join(sorted(found))}."
    fix = "remove Flask-CORS: rules and @cors(...) take the place of CORS(app) and @cross_origin"
    return [Problem(Code.FLASK_CORS_PRESENT, "app", app, message, fix)]


def warn_of_inner_wrapper(app: Flask) -> None:
    """Warn of a wrapper of `app.wsgi_app` that was there before ours, and so stands inside it."""
    name = inner_wrapper(app, app.wsgi_app)
    if name is not None:
        warnings.warn(
            f"{name} already wraps app.wsgi_app, so it never sees preflights, and what it changes "
            "is not seen when they are answered: wrap app.wsgi_app after StrictCORS(app).",
            stacklevel=4,
        )


def inner_wrapper(app: Flask, inner: object) -> str | None:
    """Return the name of what stands inside our wrapper; None where that does no harm."""
    if getattr(inner, "__func__", None) is type(app).wsgi_app:
        return None
    # Most apps have no wrapper yet.
    from werkzeug.middleware.proxy_fix import ProxyFix

    if isinstance(inner, ProxyFix) and not (app.url_map.host_matching or app.subdomain_matching):
        return None
    return getattr(inner, "__qualname__", None) or type(inner).__qualname__


def _functions(app: Flask) -> Iterator[Called]:
    # Copies: another thread may still register some.
    for scope, hooks in app.after_request_funcs.copy().items():
        for hook in hooks:
            yield Called(scope, None, hook, hook)
    for endpoint, view in app.view_functions.copy().items():
        for function in (view, *methods_of(view)):
            inner: Any = function
            for _ in range(MOST_WRAPPED):
                if inner is not None:
                    yield Called(None, endpoint, function, inner)
                inner = getattr(inner, "__wrapped__", None)


def _module(function: Callable[..., Any]) -> str:
    # functools.wraps overwrites __module__; the globals stay those of the decorator.
    return str(getattr(function, "__globals__", {}).get("__name__"))
