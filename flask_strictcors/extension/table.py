"""The app's routes, compiled: who judges each, and what a preflight at its URLs is told."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from flask import Flask
from werkzeug.routing import Rule as URLRule

from flask_strictcors.core.decision import Judge, Offers
from flask_strictcors.core.frozen import frozen
from flask_strictcors.core.policy import Policy
from flask_strictcors.core.rules import NO_RULE, Rule, Rules
from flask_strictcors.decorators import Tag
from flask_strictcors.extension.hidden import hidden_tags
from flask_strictcors.extension.offering import Key, Offered, Offering, Route, routes_of
from flask_strictcors.extension.tags import OWN_METHODS, Governing

_HIDDEN: Final = Tag()
"""Stands for a tag that a decorator hides: another rule than all others, and nobody let in."""


NOTHING_CERTAIN: Final = Offered((), False)


@frozen()
class Place:
    """One method at one URL rule: its judge, None where the path decides, and what it may offer."""

    judge: Judge | None
    offered: Offered
    offers: Offers


@frozen()
class _Endpoint:
    """The judges of an endpoint, by method where they differ; None where the path decides.

    `of_views` are those of the methods that a view serves, which an automatic OPTIONS is not.
    """

    judge: Judge | None
    by_method: dict[str, Judge | None]
    of_views: frozenset[Judge | None]


class Table:
    """Say who judges a request, from what is known of the app's views and URL rules."""

    def __init__(self, app: Flask, rules: Rules, *, enforce: bool) -> None:
        self.problems = hidden_tags(app)
        self._rules = rules
        self._enforce = enforce
        self._judges = {rule: Judge(rule, enforce=enforce) for rule in {NO_RULE, *rules.wherever()}}
        self.denied = self._judges[NO_RULE]
        # Without path rules, the app's policy decides wherever no tag does.
        self._untagged = None if rules.paths else self.for_path("/")
        self._governing = Governing(app)
        self.routes = tuple(routes_of(app))
        self._routes = {id(route.rule): route for route in self.routes}
        self._offering = Offering(self.routes, self._key, self._allows_as_many_headers)
        served = {m for route in self._routes.values() for m in route.methods or ()}
        self.served_anywhere = tuple(sorted(served))
        self.serves_any = any(route.methods is None for route in self.routes)
        by_endpoint: dict[str, list[Route]] = defaultdict(list)
        for route in self._routes.values():
            by_endpoint[route.rule.endpoint].append(route)
        self._endpoints = {
            endpoint: self._endpoint(endpoint, by_endpoint[endpoint])
            for endpoint in {*app.view_functions, *by_endpoint}
        }
        # By identity: Werkzeug's rules have no hash. `_routes` keeps them alive.
        self._places = {
            rule_id: {method: self._place(route, method) for method in route.rule.methods or ()}
            for rule_id, route in self._routes.items()
        }

    # --- asked for each request ----------------------------------------------------------------

    def judge(self, endpoint: str, method: str) -> Judge | None:
        """Return who judges an actual request to an endpoint; None where its path decides."""
        entry = self._endpoints.get(endpoint)
        if entry is None:
            return self.denied
        return entry.by_method.get(method.upper(), entry.judge) if entry.by_method else entry.judge

    def only_judges(self) -> dict[str, Judge]:
        """Return the judge of each endpoint that has one, whatever the method and the path."""
        return {
            endpoint: entry.judge
            for endpoint, entry in self._endpoints.items()
            if entry.judge is not None and not entry.by_method
        }

    def for_path(self, path: str) -> Judge:
        """Return who judges a path for which no view and no blueprint has a tag."""
        return self._judges[self._rules.for_path(path)]

    def place(self, rule: URLRule, method: str) -> Place:
        """Return the place of a method, upper-cased, at a URL rule that serves it."""
        places = self._places.get(id(rule))
        if places is None:
            return Place(self.denied, NOTHING_CERTAIN, ())
        # A URL rule without methods serves any: such a place is made when it is asked for.
        return places.get(method) or self._place(self._routes[id(rule)], method)

    def judge_of(self, rule: Rule) -> Judge:
        """Return the judge of a rule that decides by the path."""
        return self._judges[rule]

    def untagged(self, rule: URLRule | None) -> Offered:
        """Return what the path's rule decides for certain at the URLs of a URL rule."""
        route = self._routes.get(id(rule))
        return NOTHING_CERTAIN if route is None else self._offering.offered(route, None)

    def judges_of(self, endpoint: str, path: str | None) -> Iterable[Judge]:
        """Return each judge that could decide for an endpoint, at a path if there is one."""
        entry = self._endpoints.get(endpoint)
        if entry is None:
            return (self.denied,)
        tagged = [judge for judge in entry.of_views if judge is not None]
        if None not in entry.of_views:
            return tagged
        by_path = (self._rules.for_path(path),) if path is not None else self._rules.wherever()
        return (*tagged, *(self._judges[rule] for rule in by_path))

    # --- compiling -----------------------------------------------------------------------------

    def _key(self, endpoint: str, method: str) -> Key:
        if endpoint in self.problems:
            return _HIDDEN
        found = self._governing.rule_for(endpoint, method)
        return None if found is None else found[0]

    def _allows_as_many_headers(self, key: Key, other: Key) -> bool:
        """Report whether each header that one rule allows is allowed by another, too."""
        mine, theirs = self._policies(key), self._policies(other)
        return all(_covers_headers(wide, narrow) for wide in theirs for narrow in mine)

    def _policies(self, key: Key) -> tuple[Policy, ...]:
        if key is not None:
            return key.policies
        return tuple(policy for rule in self._rules.wherever() for policy in rule.policies)

    def _judge(self, endpoint: str, method: str) -> Judge | None:
        if endpoint in self.problems:
            return self.denied
        found = self._governing.rule_for(endpoint, method)
        return self._untagged if found is None else self._judge_under(found[1])

    def _judge_under(self, rule: Rule) -> Judge:
        if rule not in self._judges:
            self._judges[rule] = Judge(rule, enforce=self._enforce)
        return self._judges[rule]

    def _endpoint(self, endpoint: str, routes: list[Route]) -> _Endpoint:
        # Of a method for which a class has no function; where there is no class, of any.
        judge = self._judge(endpoint, "")
        by_method: dict[str, Judge | None] = {}
        if self._governing.may_differ_by_method(endpoint):
            named = {method for route in routes for method in route.rule.methods or ()}
            by_method = {method: self._judge(endpoint, method) for method in OWN_METHODS | named}
        # A URL rule without methods serves any.
        served = {m for r in routes for m in (OWN_METHODS if r.methods is None else r.methods)}
        of_views = frozenset(by_method.get(method, judge) for method in served or OWN_METHODS)
        if all(other is judge for other in by_method.values()):
            by_method = {}
        return _Endpoint(judge, by_method, of_views)

    def _place(self, route: Route, method: str) -> Place:
        judge = self._judge(route.rule.endpoint, method)
        key = self._key(route.rule.endpoint, method)
        offered = self._offering.offered(route, key)
        if method not in offered.methods and route.serves(method):
            offered = Offered((*offered.methods, method), offered.may_be_kept)
        return Place(judge, offered, () if judge is None else offers_of(judge, offered))


def _covers_headers(wide: Policy, narrow: Policy) -> bool:
    if wide.allow_headers == "*":
        return True
    known = {name.lower() for name in wide.allow_headers}
    return narrow.allow_headers != "*" and known.issuperset(map(str.lower, narrow.allow_headers))


def offers_of(judge: Judge, offered: Offered) -> Offers:
    """Return what a judge may say of the methods that it decides for certain."""
    return judge.offers(offered.methods, may_be_kept=offered.may_be_kept)
