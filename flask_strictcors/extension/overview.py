"""What an app's rules say of each of its routes: read from the table that answers requests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import takewhile
from typing import TYPE_CHECKING, Final, NamedTuple

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map
from werkzeug.routing import Rule as URLRule

from flask_strictcors.core import fetch
from flask_strictcors.core.decision import Offers
from flask_strictcors.core.rules import Rule, Rules
from flask_strictcors.extension.offering import Route
from flask_strictcors.extension.strictcors import guard_of
from flask_strictcors.extension.table import Table, offers_of
from flask_strictcors.extension.urls import is_beyond

if TYPE_CHECKING:
    from flask_strictcors.core.decision.verdicts import Offer

_WITHOUT_LIST: Final = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
"""What is shown of a URL rule that serves any method."""


class Governed(NamedTuple):
    """One method at one URL rule of an app, and what its rule says there.

    `rules` are those that decide, of which there are several where path rules decide by the path
    and the URL rule has variable parts; the most specific comes first. `offered` are the methods
    that a preflight is told by the first policy of the first rule, `offered_by` those that each
    policy of each rule tells it; empty where it is told none. With `may_be_kept` False, Max-Age 0
    keeps browsers from remembering the answer.
    """

    url_rule: URLRule
    endpoint: str
    method: str
    rules: tuple[Rule, ...]
    offered: tuple[str, ...]
    may_be_kept: bool
    offered_by: tuple[tuple[tuple[str, ...], ...], ...]

    @property
    def url(self) -> str:
        """The URL rule with the host or the subdomain that it asks for, if any."""
        return f"{self.url_rule.host or self.url_rule.subdomain or ''}{self.url_rule.rule}"


def overview(app: Flask) -> list[Governed]:
    """Return what governs each method of each route, by URL and method.

    An OPTIONS that Flask answers by itself is left out, a HEAD is not; so are URL rules that only
    lead to others. Raises `LookupError` where the app has no StrictCORS.
    """
    guard = guard_of(app)
    if guard is None:
        raise LookupError("There is no StrictCORS in this app: StrictCORS(app, ...).")
    table, spellings = guard.judging.table(), Spellings(app)
    governed = [
        one
        for route in table.routes
        if not route.rule.alias and route.rule.redirect_to is None
        for one in _governed(
            table, route, rules_at(guard.judging.configuration.rules, route, spellings)
        )
    ]
    return sorted(governed, key=lambda one: (one.url, one.method))


def _governed(table: Table, route: Route, at_paths: Iterable[Rule]) -> Iterator[Governed]:
    by_path = tuple(map(table.judge_of, at_paths))
    for method in route.methods or _WITHOUT_LIST:
        place = table.place(route.rule, method)
        judges = by_path if place.judge is None else (place.judge,)
        offered_by = tuple(_told(offers_of(judge, place.offered), method) for judge in judges)
        yield Governed(
            route.rule,
            route.rule.endpoint,
            method,
            tuple(judge.rule for judge in judges),
            offered_by[0][0] if offered_by[0] else (),
            place.offered.may_be_kept,
            offered_by,
        )


def _told(offers: Offers, method: str) -> tuple[tuple[str, ...], ...]:
    return tuple(_methods_told(offer, method) for offer in offers)


def _methods_told(offer: Offer, method: str) -> tuple[str, ...]:
    """Return the methods on the answer to a preflight that asks for one, and for no header."""
    verdict = offer.granted
    if method not in offer.methods:
        is_safelisted = method in fetch.SAFELISTED_METHODS
        verdict = offer.safelisted_method_refused if is_safelisted else offer.method_refused
    line = dict(verdict.lines).get(fetch.ALLOW_METHODS)
    return () if line is None else tuple(line.split(", "))


# --- path rules ----------------------------------------------------------------------------------


class Spellings:
    """Say what URL rules of an app may match by their spelling; each is tried once."""

    def __init__(self, app: Flask) -> None:
        self._converters = app.url_map.converters
        self._tried: dict[tuple[str, bool | None, str], bool] = {}

    def may_match(self, rule: URLRule, spelling: str, path: str) -> bool:
        """Report whether a rule spelled like this, or a part of one, may match a path."""
        if "<" not in spelling:
            return spelling == path
        key = spelling, rule.strict_slashes, path
        if key not in self._tried:
            self._tried[key] = self._try(*key)
        return self._tried[key]

    def _try(self, spelling: str, strict_slashes: bool | None, path: str) -> bool:
        try:
            alone = URLRule(spelling, endpoint="alone", strict_slashes=strict_slashes)
            Map([alone], converters=self._converters).bind("localhost").match(path)
        except HTTPException:
            return False
        except Exception:
            # A converter of the app's that needs more than there is here.
            return True
        return True


class _Reach:
    """The URLs of one route, among which a path rule may find its own."""

    def __init__(self, route: Route, spellings: Spellings) -> None:
        self.rule = route.rule
        self._shape = route.shape
        self._spellings = spellings
        segments = route.rule.rule.lstrip("/").split("/")
        self._literal = [*takewhile(lambda segment: "<" not in segment, segments)]
        # The first of the shape is the host; the last may stand for all that is left.
        is_open = not is_beyond(route.shape, len(route.shape))
        self._told = segments[: len(route.shape) - 1 - is_open]

    def is_below(self, prefix: list[str]) -> bool:
        """Report whether all of the URLs are below a path."""
        return self._literal[: len(prefix)] == prefix

    def may_be_below(self, prefix: list[str]) -> bool:
        """Report whether some of the URLs may be below a path, or at it."""
        # In the shape, the host comes first, so that a place counts from one.
        return not is_beyond(self._shape, len(prefix)) and all(
            self._spellings.may_match(self.rule, f"/{mine}", f"/{theirs}")
            for mine, theirs in zip(self._told, prefix, strict=False)
        )

    def may_be_at(self, path: str) -> bool:
        """Report whether one of the URLs may be a path."""
        # Few spellings need the closer look.
        segments = path.rstrip("/").split("/")[1:]
        return self.may_be_below(segments) and self._spellings.may_match(
            self.rule, self.rule.rule, path
        )


def rules_at(rules: Rules, route: Route, spellings: Spellings) -> tuple[Rule, ...]:
    """Return each rule that could decide by the path for URLs of a route, most specific first.

    Paths that mean more than one thing are not counted: these are denied under any path rules.
    """
    if "<" not in route.rule.rule:
        return (rules.for_path(route.rule.rule),)
    return tuple(_rules_among(rules, _Reach(route, spellings)))


def _rules_among(rules: Rules, reach: _Reach) -> Iterator[Rule]:
    for path, rule in rules.paths.by_path():
        if path.endswith("/*"):
            prefix = path.split("/")[1:-1]
            if reach.may_be_below(prefix):
                yield rule
            if reach.is_below(prefix):
                return
        elif reach.may_be_at(path):
            yield rule
    yield rules.wherever()[-1]
