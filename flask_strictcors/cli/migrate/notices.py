"""What is said about an app as a whole, and what changes whatever the options."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Final

from flask_strictcors.cli.check.neighbours import headers_written_by
from flask_strictcors.cli.check.subject import config_of
from flask_strictcors.cli.migrate.codes import Code, Remark
from flask_strictcors.cli.migrate.deciding import Theirs
from flask_strictcors.cli.migrate.found import Options

_ALWAYS: Final = {
    Code.PREFLIGHTS_FIRST: (
        "preflights are answered before the app: no hook, redirect or view makes one fail.",
        "nothing; what counts or limits requests does not see them any more",
    ),
    Code.METHODS_OF_ROUTE: (
        "a preflight offers the methods that the route serves, not a list for all routes.",
        "nothing; a method that no route serves fails in the preflight, and not with a 405",
    ),
    Code.ERRORS_READABLE: (
        "error answers carry the headers of the view's own rule.",
        "nothing; scripts of its origins read a 401 or 500 instead of a network error",
    ),
    Code.SOLE_AUTHOR: (
        "only the rules write CORS headers: those of views and other extensions are dropped.",
        "@cors.exempt above what is to speak CORS itself, such as an auth provider's views",
    ),
    Code.VARY_ALWAYS: (
        "each answer that depends on the origin says Vary: Origin, whether or not one was sent.",
        "nothing; a cache may keep more variants than before",
    ),
}


def general_remarks(theirs: Theirs, *, has_rules: bool) -> Iterator[Remark]:
    """Give the remarks that are about no single policy."""
    yield from _unread(theirs)
    yield from _by_hand(theirs)
    yield from _config(theirs)
    for code, (message, fix) in _ALWAYS.items():
        yield Remark(code, "app", message, fix)
    if has_rules:
        message = "where there are path rules, a path with //, a dot segment or a % is denied."
        fix = "nothing, unless URLs of the app have these: then @cors(...) above their views"
        yield Remark(Code.ODD_PATHS, "app", message, fix)
    if any(options.max_age is None for options in _options(theirs)):
        message = "without max_age, browsers keep a preflight for 600 seconds, and not for 5."
        fix = "nothing, or max_age=None"
        yield Remark(Code.MAX_AGE_DEFAULT, "app", message, fix)


def _options(theirs: Theirs) -> Iterator[Options]:
    yield from (resource.options for resource in theirs.resources())
    yield from (one.options for one in theirs.setup.decorations)


def _unread(theirs: Theirs) -> Iterator[Remark]:
    for place in dict.fromkeys(called.place for called in theirs.setup.unread):
        message = (
            "Flask-CORS is there in a form that is not known here, and was not read. A view that "
            "has it lets nobody in."
        )
        fix = "flask-cors 6 for the time being, and the same command again"
        yield Remark(Code.SETUP_UNREAD, place, message, fix)


def _by_hand(theirs: Theirs) -> Iterator[Remark]:
    app = theirs.app
    places = {f"view {endpoint}": [view] for endpoint, view in app.view_functions.items()}
    hooks = [*chain.from_iterable(app.after_request_funcs.values())]
    for place, functions in (*places.items(), ("after_request hooks", hooks)):
        names = headers_written_by(functions)
        if names:
            message = f"{', '.join(names)} by hand: that is dropped once the rules write these."
            fix = "a rule that says the same; or @cors.exempt above the view"
            yield Remark(Code.HEADER_BY_HAND, place, message, fix)


def _config(theirs: Theirs) -> Iterator[Remark]:
    keys = sorted(key for key in config_of(theirs.app) if key.startswith("CORS_"))
    if keys:
        message = f"{', '.join(keys)}: keys that nobody reads once Flask-CORS is gone."
        fix = "remove them; the code has what they said, and STRICTCORS_... keys could have it"
        yield Remark(Code.CONFIG_LEFT, "app.config", message, fix)
