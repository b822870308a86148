"""The resources of Flask-CORS → path rules, and which paths are worth comparing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter
from werkzeug.routing import Rule as URLRule

from flask_strictcors.cli.migrate.expressions import ANY, Alternative, Run, read_expression
from flask_strictcors.cli.migrate.found import Resource
from flask_strictcors.cli.migrate.pieces import pieces_of
from flask_strictcors.core.errors import Problem
from flask_strictcors.core.rules import read_rules

_VALUES: Final = ("x", "1", "1.5", "6ba7b810-9dad-11d1-80b4-00c04fd430c8", "x/y")
"""What the variable parts of a URL rule are tried with."""


class Span(NamedTuple):
    """The paths that are, or begin with, a text; the text is strict about dots."""

    text: str
    is_exact: bool

    @property
    def is_everything(self) -> bool:
        """Report whether every path is one of them."""
        return not self.is_exact and self.text in ("", "/")

    @property
    def rule(self) -> str:
        """The path rule that says the same, on whole segments."""
        return self.text if self.is_exact else f"{self.text.removesuffix('/')}/*"


def spans_of(resource: Resource) -> list[Span] | None:
    """Return the paths of a resource; None where no path rules say them."""
    if isinstance(resource.path, str):
        return [Span(resource.path, is_exact=True)]
    found: list[Span] = []
    for alternative in read_expression(resource.path) or (None,):
        spans = None if alternative is None else _spans(alternative)
        if spans is None:
            return None
        found += spans
    return found


def _spans(alternative: Alternative) -> list[Span] | None:
    runs, is_open = alternative.runs, not alternative.is_ended
    if runs and runs[-1].is_endless and runs[-1].characters >= ANY:
        runs, is_open = runs[:-1], True
    while runs and is_open and runs[-1].least == 0:
        runs = runs[:-1]
    variants = pieces_of(runs, ANY)
    if variants is None or any(isinstance(piece, Run) for pieces in variants for piece in pieces):
        return None
    return [Span("".join(map(str, pieces)), is_exact=not is_open) for pieces in variants]


def is_path(rule: str) -> bool:
    """Report whether a text can be a path rule."""
    problems: list[Problem] = []
    read_rules({rule: None}, problems)
    return not problems


def borders(span: Span) -> list[str]:
    """Return paths in and beside a span, where a prefix and whole segments may differ."""
    text = span.text.removesuffix("/")
    beside = ("", "/", "/x", "/x/y", "x", "1", "x/y")
    return [text + more for more in beside if (text + more).startswith("/")]


def paths_by_endpoint(app: Flask, spans: Iterable[Span]) -> dict[str, list[str]]:
    """Return some paths of each endpoint: each kind of its own, and those beside the spans."""
    found: dict[str, list[str]] = {endpoint: [] for endpoint in app.view_functions}
    beside = [path for span in spans for path in borders(span)]
    methods = {method for rule in app.url_map.iter_rules() for method in rule.methods or ("GET",)}
    for rule in app.url_map.iter_rules():
        adapter = _adapter(app, rule)
        paths = found.setdefault(rule.endpoint, [])
        own = _filled(rule)
        routed = [path for path in (*own, *beside) if _is_routed(adapter, path, methods, rule)]
        # Of a converter that is not known, at least its neighbourhood is.
        paths += (path for path in routed or own[:1] if path not in paths)
    return found


def _adapter(app: Flask, rule: URLRule) -> MapAdapter:
    if app.url_map.host_matching:
        return app.url_map.bind(rule.host or "localhost")
    return app.url_map.bind("localhost", subdomain=rule.subdomain)


def _is_routed(adapter: MapAdapter, path: str, methods: Iterable[str], rule: URLRule) -> bool:
    return any(_match(adapter, path, method) is rule for method in methods)


def _match(adapter: MapAdapter, path: str, method: str) -> URLRule | None:
    try:
        return adapter.match(path, method, return_rule=True)[0]
    except HTTPException:
        return None


def _filled(rule: URLRule) -> list[str]:
    """Return the paths of a URL rule with each of the values in its variable parts."""
    return [*dict.fromkeys("".join(_fill(rule.rule, value)) for value in _VALUES)]


def _fill(text: str, value: str) -> Iterator[str]:
    while text:
        literal, bracket, rest = text.partition("<")
        yield literal + (value if bracket else "")
        text = rest.partition(">")[2]


def head_of(rule: str) -> str:
    """Return what stands before the first variable part of a URL rule."""
    return rule.partition("<")[0]


def is_within_reach(expression: str, head: str) -> bool:
    """Report whether an expression may match a path with this head, as far as can be told."""
    lead = ""
    for sign in "" if "|" in expression else expression.removeprefix("^"):
        if sign in "?*{":
            lead = lead[:-1]
        if not (sign.isalnum() or sign in "/-_"):
            break
        lead += sign
    return lead.startswith(head) or head.startswith(lead)
