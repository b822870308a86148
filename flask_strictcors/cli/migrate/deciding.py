"""What Flask-CORS did at a path of an endpoint, asked of its own resources."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Flask
from werkzeug.routing import Rule as URLRule

from flask_strictcors.cli.migrate.codes import Remark
from flask_strictcors.cli.migrate.found import Options, Resource, Setup
from flask_strictcors.cli.migrate.names import Sendable, sendable_of
from flask_strictcors.cli.migrate.paths import (
    Span,
    head_of,
    is_within_reach,
    sample_paths,
    spans_of,
)
from flask_strictcors.cli.migrate.policies import Draft, draft_of


class Theirs:
    """Hold the set-up of Flask-CORS in an app, and what each part of it comes to with us."""

    def __init__(self, app: Flask, setup: Setup) -> None:
        self.app = app
        self.setup = setup
        self.remarks: list[Remark] = []
        self.served = _served(app, {one.called.endpoint for one in setup.decorations})
        self._drafts: dict[Resource, Draft] = {}
        self._spans = {resource: spans_of(resource) for resource in self.resources()}
        known = [span for spans in self._spans.values() for span in spans or ()]
        self.paths, self._opaque = sample_paths(app, known)

    def resources(self) -> Iterator[Resource]:
        """Give each resource of each hook, those of the app the last."""
        for scope in sorted(self.setup.hooks, key=lambda scope: (scope is None, scope or "")):
            for hook in self.setup.hooks[scope]:
                yield from hook

    def spans(self, resource: Resource) -> list[Span] | None:
        """Return the paths of a resource; None where no path rules say them."""
        return self._spans[resource]

    def is_everything(self, resource: Resource) -> bool:
        """Report whether a resource has every path."""
        return any(span.is_everything for span in self._spans[resource] or ())

    def place(self, resource: Resource) -> str:
        """Return what people call a resource."""
        scopes = [scope for scope, hooks in self.setup.hooks.items() if _has(hooks, resource)]
        of = f"blueprint {scopes[0]}" if scopes[0] else "app"
        return of if self.is_everything(resource) else f"{of}, resource {resource.text}"

    def draft(self, resource: Resource | None) -> Draft:
        """Return the policies of a resource; none where there is no resource."""
        if resource is None:
            return Draft()
        if resource not in self._drafts:
            place = self.place(resource)
            sendable = self.sendable(resource.options, place)
            self._drafts[resource] = draft_of(resource.options, place, sendable, self.remarks)
        return self._drafts[resource]

    def sendable(self, options: Options, place: str) -> Sendable:
        """Return what scripts may send under some options."""
        return sendable_of(options, place, self.served, self.remarks)

    def asked(self, endpoint: str, path: str) -> list[Resource]:
        """Return what Flask-CORS asks there, one of each hook: the first that lets in decides."""
        hooks = [
            hook
            for scope in (*scopes_of(endpoint), None)
            for hook in self.setup.hooks.get(scope, ())
        ]
        found = [next((one for one in hook if one.matches(path)), None) for hook in hooks]
        return [resource for resource in found if resource is not None]

    def first(self, endpoint: str, path: str) -> Resource | None:
        """Return what is asked first."""
        return next(iter(self.asked(endpoint, path)), None)

    def is_unsure(self, endpoint: str) -> bool:
        """Report whether it cannot be told for each path of an endpoint which resource has it."""
        texts = [rule.rule for rule in self.app.url_map.iter_rules(endpoint)]
        heads = [head_of(text) for text in texts if "<" in text]
        unread = [
            one
            for one in self.resources()
            if self._spans[one] is None
            or (endpoint in self._opaque and not self.is_everything(one))
        ]
        return any(is_within_reach(one.text, head) for one in unread for head in heads)


def scopes_of(endpoint: str) -> Iterator[str]:
    """Give the blueprints of an endpoint, the innermost first."""
    name = endpoint.rpartition(".")[0]
    while name:
        yield name
        name = name.rpartition(".")[0]


def is_automatic(rule: URLRule) -> bool:
    """Report whether Flask answers OPTIONS at a URL rule, and no view does."""
    return bool(getattr(rule, "provide_automatic_options", False))


def _has(hooks: list[list[Resource]], resource: Resource) -> bool:
    return any(resource in hook for hook in hooks)


def _served(app: Flask, decorated: set[str | None]) -> frozenset[str]:
    """Return the methods that routes serve; an OPTIONS that nobody wrote is none of them."""
    found: set[str] = set()
    for rule in app.url_map.iter_rules():
        automatic = is_automatic(rule) or rule.endpoint in decorated
        found |= (rule.methods or set()) - ({"OPTIONS"} if automatic else set())
    return frozenset(found)
