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

_VALUES: Final = (
    *("x", "q", "1", "7", "1.5", "7.5"),
    "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
    "f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
    *("x/y", "q/y"),
)
"""What the variable parts of a URL rule are tried with: two of a kind, which begin differently."""

_BESIDE: Final = ("", "x", "1")
"""What a segment may go on with: it is then another, and still begins alike."""


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
    beside = (*_BESIDE, "/", "/x", "/x/y", "x/y")
    return [text + more for more in beside if (text + more).startswith("/")]


class Sampled(NamedTuple):
    """Some paths of each endpoint, and the endpoints of which that is not enough to know."""

    paths: dict[str, list[str]]
    opaque: set[str]


def sample_paths(app: Flask, spans: Iterable[Span]) -> Sampled:
    """Return paths of each endpoint: each kind of its own, and those in and beside the spans."""
    found: dict[str, list[str]] = {endpoint: [] for endpoint in app.view_functions}
    # A bare dot was any character.
    dotless = [span._replace(text=span.text.replace(".", "x")) for span in spans]
    texts = [*dict.fromkeys((*spans, *dotless))]
    opaque: set[str] = set()
    for rule in app.url_map.iter_rules():
        own = [path for path in _filled_in(rule) if _is_routed(app, rule, path)]
        beside = [path for path in _beside(rule, texts) if _is_routed(app, rule, path)]
        if len(own) < 2 and "<" in rule.rule:
            opaque.add(rule.endpoint)
        paths = found.setdefault(rule.endpoint, [])
        paths += dict.fromkeys((*own, *beside) or _filled_in(rule)[:1])
    return Sampled({endpoint: [*dict.fromkeys(paths)] for endpoint, paths in found.items()}, opaque)


def _filled_in(rule: URLRule) -> list[str]:
    return [*dict.fromkeys(_fill(rule.rule, value) for value in _VALUES)]


def _beside(rule: URLRule, spans: Iterable[Span]) -> list[str]:
    found: dict[str, None] = {}
    for span in spans if "<" in rule.rule else ():
        found |= dict.fromkeys((*borders(span), *_aligned(rule, span)))
    return [*found]


def _aligned(rule: URLRule, span: Span) -> Iterator[str]:
    """Give the paths of a rule that have what a span says where the rule has variable parts."""
    theirs = span.text.removesuffix("/").split("/")
    for more in _BESIDE:
        told = [*theirs[:-1], theirs[-1] + more]
        for value in _VALUES:
            yield "/".join(
                told[place] if "<" in segment and place < len(told) else _fill(segment, value)
                for place, segment in enumerate(rule.rule.split("/"))
            )


def _is_routed(app: Flask, rule: URLRule, path: str) -> bool:
    adapter = _adapter(app, rule)
    try:
        return adapter.match(path, min(rule.methods or {"GET"}), return_rule=True)[0] is rule
    except HTTPException:
        return False


def _adapter(app: Flask, rule: URLRule) -> MapAdapter:
    if app.url_map.host_matching:
        return app.url_map.bind(rule.host or "localhost")
    return app.url_map.bind("localhost", subdomain=rule.subdomain)


def _fill(text: str, value: str) -> str:
    """Return a URL rule, or a segment of it, with a value in its variable parts."""
    literal, bracket, rest = text.partition("<")
    return literal + (value + _fill(rest.partition(">")[2], value) if bracket else "")


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
