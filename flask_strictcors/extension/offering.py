"""Which methods one rule decides for certain at the URLs of a URL rule.

A browser keeps a preflight's list for the URL, and sends what is on it without asking again. So a
method is on it only where set-up proves that no other view, with another tag, could be the one to
serve it there. Leaving one out only costs a preflight.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Final

from flask import Flask
from werkzeug.routing import Rule

from flask_strictcors.core.frozen import frozen
from flask_strictcors.decorators import Tag
from flask_strictcors.extension.tags import OWN_METHODS
from flask_strictcors.extension.urls import Shape, is_beyond, literal_at, overlap, shape, url_rules

Key = Tag | None
"""What tells the rules that decide at one URL apart. None is the path's rule or the app's: these
follow from the URL, so that there is one of them for all its routes."""


_DEEPEST: Final = 12
"""How many segments are looked at to tell routes apart quickly."""


@frozen()
class Route:
    """One URL rule that can match a request; no `methods` means any."""

    rule: Rule
    shape: Shape
    methods: frozenset[str] | None

    def serves(self, method: str) -> bool:
        """Report whether a view is there for the method."""
        return self.methods is None or method in self.methods


@frozen()
class Offered:
    """What one rule decides for certain at a URL, and whether browsers may keep it.

    Headers are kept apart from methods. So browsers may keep nothing where another rule decides
    POST, which needs no kept method, or allows fewer headers: a request with a header kept from
    here would be sent there without being asked for.
    """

    methods: tuple[str, ...]
    may_be_kept: bool


def routes_of(app: Flask) -> list[Route]:
    """Return the app's URL rules, with the methods that views serve.

    `OPTIONS` is not one of these where Flask answers it by itself.
    """
    routes: list[Route] = []
    for rule in url_rules(app):
        if rule.build_only or rule.websocket:
            continue
        methods = None if rule.methods is None else frozenset(rule.methods)
        if methods is not None and getattr(rule, "provide_automatic_options", None):
            methods -= {"OPTIONS"}
        routes.append(Route(rule, shape(rule, app.url_map), methods))
    return routes


class Offering:
    """Hold the app's routes so that each can be compared with those that could match its URLs."""

    def __init__(
        self,
        routes: Iterable[Route],
        key_of: Callable[[str, str], Key],
        asks_no_less: Callable[[Key, Key], bool],
    ) -> None:
        self._routes = tuple(routes)
        self._key_of = lru_cache(maxsize=None)(key_of)
        self._asks_no_less = asks_no_less
        self._offered: dict[tuple[Shape, str, Key], Offered] = {}
        self._by_shape: dict[Shape, list[Route]] = defaultdict(list)
        # By what stands at a place among the segments, `None` for what is not literal there.
        self._by_segment: dict[tuple[int, str | None], list[Route]] = defaultdict(list)
        for route in self._routes:
            self._by_shape[route.shape].append(route)
            for place in range(1, _DEEPEST):
                if not is_beyond(route.shape, place):
                    self._by_segment[place, literal_at(route.shape, place)].append(route)

    def offered(self, route: Route, key: Key) -> Offered:
        """Return what the rule behind the key decides wherever the route matches."""
        spelling = route.shape, route.rule.rule, key
        if spelling not in self._offered:
            self._offered[spelling] = self._prove(route, key)
        return self._offered[spelling]

    def _prove(self, route: Route, key: Key) -> Offered:
        candidates = {m for same in self._alike(route) for m in same.methods or ()}
        rivals = [other for other in self._near(route) if overlap(route.shape, other.shape)]
        # What serves any method has one key for all that no class has a function for.
        deciding = {
            (method, self._key_of(rival.rule.endpoint, method))
            for rival in rivals
            for method in rival.methods or {*candidates, *OWN_METHODS}
        }
        strangers = {(method, other) for method, other in deciding if other is not key}
        others = {method for method, _ in strangers}
        may_be_kept = "POST" not in others and all(
            self._asks_no_less(key, other) for other in {other for _, other in strangers}
        )
        return Offered(tuple(sorted(candidates - others)), may_be_kept)

    def _alike(self, route: Route) -> list[Route]:
        """Return the routes that match exactly the URLs that this one matches."""
        return [r for r in self._by_shape[route.shape] if r.rule.rule == route.rule.rule]

    def _near(self, route: Route) -> Iterable[Route]:
        """Return few routes, among them each that could overlap: all but for what differs."""
        nearest: tuple[Route, ...] = self._routes
        for place in range(1, _DEEPEST):
            literal = literal_at(route.shape, place)
            if literal is not None:
                found = (*self._by_segment[place, literal], *self._by_segment[place, None])
                nearest = min(nearest, found, key=len)
        return nearest
