"""Who else writes CORS headers in the app, and what else only its views show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Final

from flask import Flask

from flask_strictcors.cli.check.finding import CheckCode, Finding
from flask_strictcors.cli.check.reading import attributes_set_by, functions_of_view, strings_in
from flask_strictcors.cli.check.subject import Subject, is_exempt
from flask_strictcors.core import fetch
from flask_strictcors.core.errors import Code
from flask_strictcors.extension.conflicts import flask_cors_problems
from flask_strictcors.extension.hidden import hidden_tags
from flask_strictcors.extension.overview import Governed

_HEADERS: Final = {
    name.lower(): name
    for name in (
        fetch.ALLOW_CREDENTIALS,
        fetch.ALLOW_HEADERS,
        fetch.ALLOW_METHODS,
        fetch.ALLOW_ORIGIN,
        fetch.EXPOSE_HEADERS,
        fetch.MAX_AGE,
    )
}
_CODES: Final = {
    Code.FLASK_CORS_PRESENT: CheckCode.FLASK_CORS,
    Code.TAG_HIDDEN: CheckCode.TAG_HIDDEN,
}


def check_late(subject: Subject) -> Iterator[Finding]:
    """Give what only the views show: in production it is logged, in debug the app refuses it."""
    app = subject.app
    for problem in (*flask_cors_problems(app), *hidden_tags(app).values()):
        yield Finding(_CODES[problem.code], problem.field, problem.message, problem.fix)


def check_neighbours(subject: Subject) -> Iterator[Finding]:
    """Give the views and hooks that write CORS headers, where the rules drop these."""
    methods = _methods_of_endpoints(subject)
    for endpoint, of_routes in methods.items():
        if not any(map(is_exempt, of_routes)):
            views = [functions_of_view(subject.app, endpoint, one.method) for one in of_routes]
            yield from _set_by_hand(f"view {endpoint}", chain.from_iterable(views))
    for kind, by_scope in _hooks(subject.app).items():
        for scope, hooks in by_scope.items():
            # What is there for an exempt route as well may be there for that one.
            if not any(map(is_exempt, _governed_in(subject, scope))):
                place = f"{kind} of {f'blueprint {scope}' if scope else 'the app'}"
                yield from _set_by_hand(place, hooks)


def _methods_of_endpoints(subject: Subject) -> dict[str, list[Governed]]:
    found: dict[str, list[Governed]] = {}
    for one in subject.governed:
        found.setdefault(one.endpoint, []).append(one)
    return found


def _hooks(app: Flask) -> dict[str, Mapping[str | None, Sequence[object]]]:
    """Return what else makes answers, by the blueprint that it is for; None is the app."""
    handlers = {
        scope: [handler for by_class in by_code.values() for handler in by_class.values()]
        for scope, by_code in app.error_handler_spec.items()
    }
    after = {scope: [*hooks] for scope, hooks in app.after_request_funcs.items()}
    return {"after_request hook": after, "error handler": handlers}


def headers_written_by(functions: Iterable[object]) -> list[str]:
    """Return the names of the CORS headers that the code of functions names or assigns."""
    known = [*functions]
    assigned = {name.replace("_", "-") for name in attributes_set_by(known)}
    # Compared whole, so that a text that only speaks of the header is none.
    found = ({text.lower() for text in strings_in(known)} | assigned) & _HEADERS.keys()
    return sorted(_HEADERS[name] for name in found)


def _set_by_hand(place: str, functions: Iterable[object]) -> Iterator[Finding]:
    names = headers_written_by(functions)
    if names:
        message = (
            f"{', '.join(names)} by hand: only the rules write CORS headers, so that it is dropped."
        )
        fix = "remove it; or @cors.exempt, where the code is to speak CORS itself"
        yield Finding(CheckCode.HEADER_SET_BY_HAND, place, message, fix)


def _governed_in(subject: Subject, scope: str | None) -> list[Governed]:
    prefix = f"{scope}." if scope else ""
    return [one for one in subject.governed if one.endpoint.startswith(prefix)]
