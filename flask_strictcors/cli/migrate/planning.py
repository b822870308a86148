"""Which rule of ours takes the place of what Flask-CORS did, for the whole of an app."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask_strictcors.cli.migrate.codes import Code, Remark
from flask_strictcors.cli.migrate.deciding import Theirs, scopes_of
from flask_strictcors.cli.migrate.decorated import is_decorated, pins_of
from flask_strictcors.cli.migrate.found import Resource
from flask_strictcors.cli.migrate.notices import general_remarks
from flask_strictcors.cli.migrate.paths import Span, borders, is_path
from flask_strictcors.cli.migrate.pins import Pin, innermost, is_of_class, place_of
from flask_strictcors.cli.migrate.policies import Draft
from flask_strictcors.core.rules import PathRules, Rule


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be printed, and said."""

    app: Draft
    rules: dict[str, Draft]
    blueprints: dict[str, Draft]
    pins: list[Pin]
    remarks: list[Remark]


def plan_of(theirs: Theirs) -> Plan:
    """Return what is to be printed for an app, and what is to be said about it."""
    ours = _Ours(theirs)
    app = theirs.draft(ours.app)
    rules = {path: theirs.draft(one) for path, one in ours.rules.items()}
    # One that is registered under several names is pinned once.
    scopes = {id(theirs.app.blueprints[scope]): scope for scope in ours.blueprints}
    blueprints = {scope: theirs.draft(ours.blueprints[scope]) for scope in scopes.values()}
    pins = ours.settled([*pins_of(theirs), *ours.pins()])
    remarks = [*theirs.remarks, *ours.remarks, *general_remarks(theirs, has_rules=bool(rules))]
    return Plan(app, rules, blueprints, pins, [*dict.fromkeys(remarks)])


class _Ours:
    """Put each resource where it decides alone: the app, a path, a blueprint, or else a view."""

    def __init__(self, theirs: Theirs) -> None:
        self._theirs = theirs
        self.remarks: list[Remark] = []
        self.rules: dict[str, Resource | None] = {}
        of_app = [one for hook in theirs.setup.hooks.get(None, ()) for one in hook]
        self.app = next(filter(theirs.is_everything, of_app), None)
        for one in of_app:
            self._add(one)
        self._paths = PathRules({path: Rule(path) for path in self.rules})
        self.blueprints: dict[str, Resource] = {}
        for scope in theirs.setup.hooks:
            resource = self._of_blueprint(scope)
            if scope is not None and resource is not None:
                self.blueprints[scope] = resource
        self._drop_ambiguous()
        for one in theirs.resources():
            self._remark_resource(one)

    def _add(self, resource: Resource) -> None:
        """Add a path rule for each span of which a resource is asked first."""
        for span in self._theirs.spans(resource) or ():
            is_first = any(self._theirs.first("", path) is resource for path in borders(span))
            if is_first and not span.is_everything and is_path(span.rule):
                self.rules.setdefault(span.rule, resource)
                self._except_for(span)

    def _except_for(self, span: Span) -> None:
        """Keep a path rule from the path without a slash, which it covers and a span may not."""
        path = span.text.removesuffix("/")
        first = self._theirs.first("", path)
        is_beside = span.text != path and not span.is_exact
        if is_beside and any(path in paths for paths in self._theirs.paths.values()):
            self.rules.setdefault(path, first)

    def _of_blueprint(self, scope: str | None) -> Resource | None:
        """Return what decides for a blueprint, where it is one resource of its own."""
        theirs = self._theirs
        inside = [e for e in theirs.paths if next(self._hooked(e), None) == scope]
        first = {theirs.first(e, path) for e in inside for path in theirs.paths[e]}
        own = [resource for hook in theirs.setup.hooks[scope] for resource in hook]
        if len(first) != 1 or not first <= {*own}:
            return None
        return first.pop()

    def _drop_ambiguous(self) -> None:
        """Drop blueprints that are registered under several names, and not decided alike there."""
        theirs = self._theirs
        for blueprint in {id(one): one for one in theirs.app.blueprints.values()}.values():
            scopes = [name for name, one in theirs.app.blueprints.items() if one is blueprint]
            drafts = {theirs.draft(self.blueprints.get(scope)) for scope in scopes}
            if len(drafts) > 1:
                for scope in scopes:
                    self.blueprints.pop(scope, None)

    def _hooked(self, endpoint: str) -> Iterator[str]:
        return (scope for scope in scopes_of(endpoint) if scope in self._theirs.setup.hooks)

    def _remark_resource(self, resource: Resource) -> None:
        theirs, place = self._theirs, self._theirs.place(resource)
        if theirs.spans(resource) is None:
            message = "what the expression matches cannot be told for sure."
            fix = "path rules for it; the code has a policy above the views that it matches"
            self.remarks.append(Remark(Code.RESOURCE_UNREAD, place, message, fix))
        elif not self._is_asked(resource):
            message = "Flask-CORS never comes to it: no path matches, or another is before it."
            self.remarks.append(Remark(Code.RESOURCE_DEAD, place, message, "remove it"))

    def _is_asked(self, resource: Resource) -> bool:
        """Report whether a resource has a word somewhere, be it the last."""
        theirs = self._theirs
        if resource in (self.app, *self.rules.values(), *self.blueprints.values()):
            return True
        return any(
            resource in theirs.asked(e, p) for e, paths in theirs.paths.items() for p in paths
        )

    def _deciding(self, endpoint: str, path: str) -> Resource | None:
        """Return what the code that is printed lets decide, as long as the view has no pin."""
        for scope in scopes_of(endpoint):
            if scope in self.blueprints:
                return self.blueprints[scope]
        rule = self._paths.find(path)
        return self.app if rule is None else self.rules[rule.label]

    def pins(self) -> Iterator[Pin]:
        """Give a pin for each view for which the code would say something else, or more."""
        views: dict[int, list[str]] = {}
        for endpoint, view in self._theirs.app.view_functions.items():
            if not is_decorated(self._theirs, endpoint):
                key = view if is_of_class(view) else innermost(view)
                views.setdefault(id(key), []).append(endpoint)
        for endpoints in views.values():
            self._remark_layers(endpoints)
            draft = self._draft(tuple(endpoints))
            if draft is not None:
                view = self._theirs.app.view_functions[endpoints[0]]
                yield Pin(tuple(endpoints), view, None, draft)

    def settled(self, pins: list[Pin]) -> list[Pin]:
        """Return the pins, one for each function: what is above it counts wherever it serves."""
        serving: dict[int, list[str]] = {}
        for endpoint, view in self._theirs.app.view_functions.items():
            if not is_of_class(view):
                serving.setdefault(id(innermost(view)), []).append(endpoint)
        found: list[Pin] = []
        for pin in pins:
            function = innermost(pin.outer)
            endpoints = tuple(serving.get(id(function), ()))
            mates = [one for one in pins if innermost(one.outer) is function]
            if pin.name is not None or is_of_class(pin.outer):
                found.append(pin)
            elif pin is mates[0]:
                found.append(self._one_of(mates, endpoints))
        return found

    def _one_of(self, pins: list[Pin], endpoints: tuple[str, ...]) -> Pin:
        pinned = {endpoint for pin in pins for endpoint in pin.endpoints}
        if len({pin.draft for pin in pins}) == 1 and pinned == {*endpoints}:
            return pins[0]._replace(endpoints=endpoints)
        message = (
            "one function serves these endpoints, and Flask-CORS goes by different options there. "
            "The code lets nobody in."
        )
        fix = "a function for each, with @cors(...) above it"
        place = place_of(endpoints, None)
        self.remarks.append(Remark(Code.VIEW_MIXED, place, message, fix))
        return Pin(endpoints, pins[0].outer, None, Draft())

    def _draft(self, endpoints: tuple[str, ...]) -> Draft | None:
        """Return what to pin to a view; None where the rules around it say what Flask-CORS did."""
        theirs = self._theirs
        asked = [(e, path) for e in endpoints for path in theirs.paths[e]]
        before = [theirs.draft(theirs.first(*one)) for one in asked]
        after = [theirs.draft(self._deciding(*one)) for one in asked]
        is_unsure = any(map(theirs.is_unsure, endpoints))
        if before == after and not is_unsure:
            return None
        place = place_of(endpoints, None)
        if len({*before}) == 1 and not is_unsure:
            self.remarks.append(_pinned(place, theirs.first(*asked[0]), theirs))
            return before[0]
        at = next((p for (_, p), b, a in zip(asked, before, after, strict=True) if a != b), "")
        is_closed = not is_unsure and all(
            a in (b, Draft()) for b, a in zip(before, after, strict=True)
        )
        self.remarks.append(_mixed(place, at or asked[0][1], is_closed=is_closed))
        return None if is_closed else Draft()

    def _remark_layers(self, endpoints: list[str]) -> None:
        theirs = self._theirs
        for endpoint in endpoints:
            for path in theirs.paths[endpoint]:
                asked = theirs.asked(endpoint, path)
                self.remarks += (
                    _layers(theirs.place(asked[0]), theirs.place(other))
                    for other in asked[1:]
                    if not asked[0].options.is_any_origin
                    and other.options.origins != asked[0].options.origins
                )


def _layers(first: str, other: str) -> Remark:
    message = (
        f"whom it does not let in, Flask-CORS takes to {other}, so that both open what is there. "
        "Here the first decides alone."
    )
    fix = "both policies, one after the other, if both are meant: cors(first, second)"
    return Remark(Code.LAYERS, first, message, fix)


def _pinned(place: str, resource: Resource | None, theirs: Theirs) -> Remark:
    what = "nothing of Flask-CORS" if resource is None else theirs.place(resource)
    message = f"{what} decides here, and no rule for a whole path or blueprint says just that."
    return Remark(Code.VIEW_PINNED, place, message, "nothing: it is printed above the view")


def _mixed(place: str, path: str, *, is_closed: bool) -> Remark:
    whom = "there" if is_closed else "in this view"
    message = (
        f"what Flask-CORS goes by depends on variable parts of the path, as at {path}, and no path "
        f"rule says just that. The code lets nobody in {whom}."
    )
    return Remark(Code.VIEW_MIXED, place, message, "@cors(...) above the view")
