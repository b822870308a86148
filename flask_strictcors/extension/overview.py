"""What an app's rules say of each of its routes: read from the table that answers requests."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile
from typing import TYPE_CHECKING, Final, NamedTuple

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map
from werkzeug.routing import Rule as URLRule

from flask_strictcors.core import fetch
from flask_strictcors.core.decision import Judge, Offers
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
    table, rules = guard.judging.table(), guard.configuration.rules
    governed = [
        one
        for route in table.routes
        if not route.rule.alias and route.rule.redirect_to is None
        for one in _governed(table, route, tuple(map(table.judge_of, rules_at(app, rules, route))))
    ]
    return sorted(governed, key=lambda one: (one.url, one.method))


def _governed(table: Table, route: Route, by_path: tuple[Judge, ...]) -> Iterator[Governed]:
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


def rules_at(app: Flask, rules: Rules, route: Route) -> tuple[Rule, ...]:
    """Return each rule that could decide by the path for URLs of a route, most specific first.

    Paths that mean more than one thing are not counted: these are denied under any path rules.
    """
    if "<" not in route.rule.rule:
        return (rules.for_path(route.rule.rule),)
    return tuple(dict.fromkeys(_rules_below(app, rules, route)))


def _rules_below(app: Flask, rules: Rules, route: Route) -> Iterator[Rule]:
    for path, rule in rules.paths.by_path():
        if path.endswith("/*"):
            prefix = path.split("/")[1:-1]
            if _could_be_below(app, route, prefix):
                yield rule
            if _is_below(route, prefix):
                return
        elif _could_be(app, route.rule, route.rule.rule, path):
            yield rule
    yield rules.wherever()[-1]


def _is_below(route: Route, prefix: list[str]) -> bool:
    """Report whether all URLs of a route are below a path."""
    literal = [*takewhile(lambda segment: "<" not in segment, _segments(route))]
    return literal[: len(prefix)] == prefix


def _could_be_below(app: Flask, route: Route, prefix: list[str]) -> bool:
    """Report whether some URL of a route may be below a path."""
    # The first of the shape is the host, so that a place counts from one.
    if is_beyond(route.shape, len(prefix)):
        return False
    is_open = not is_beyond(route.shape, len(route.shape))
    told = _segments(route)[: len(route.shape) - 1 - is_open]
    return all(
        _could_be(app, route.rule, f"/{mine}", f"/{theirs}")
        for mine, theirs in zip(told, prefix, strict=False)
    )


def _segments(route: Route) -> list[str]:
    return route.rule.rule.lstrip("/").split("/")


def _could_be(app: Flask, rule: URLRule, spelling: str, path: str) -> bool:
    """Report whether a rule spelled like this, or a part of one, may match a path."""
    if "<" not in spelling:
        return spelling == path
    try:
        alone = URLRule(spelling, endpoint=rule.endpoint, strict_slashes=rule.strict_slashes)
        Map([alone], converters=app.url_map.converters).bind("localhost").match(path)
    except HTTPException:
        return False
    except Exception:
        # A converter of the app's that needs more than there is here.
        return True
    return True
