"""Which tag decides for an endpoint and a method: method > view > view class > blueprints."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import FunctionType, MethodType
from typing import Any, Final

from flask import Flask
from flask.views import MethodView, http_method_funcs

from flask_strictcors.core.rules import Rule
from flask_strictcors.decorators import Tag, tag_of

_METHODS: Final = tuple(sorted(http_method_funcs))

OWN_METHODS: Final = frozenset(name.upper() for name in _METHODS)
"""The methods for which a view class may have functions, each with a tag of its own."""


class Governing:
    """Find the rule that a tag makes for an endpoint; a tag makes the same rule every time."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._rules: dict[tuple[Tag, str], Rule] = {}

    def rule_for(self, endpoint: str | None, method: str) -> tuple[Tag, Rule] | None:
        """Return the deciding tag with its rule; None where no view and no blueprint has one."""
        view = self._app.view_functions.get(endpoint or "")
        tag = _method_tag(view, method)
        if tag is not None:
            return self._rule(tag, f"view {endpoint} ({method})")
        # Under one name for all methods, of which a client may think of any.
        view_class = getattr(view, "view_class", None)
        runs = getattr(view_class, "dispatch_request", None)
        tag = tag_of(runs) or own_tag(view) or tag_of(view_class)
        if tag is not None:
            return self._rule(tag, f"view {endpoint}")
        for name in _blueprint_names(endpoint):
            tag = tag_of(self._app.blueprints.get(name))
            if tag is not None:
                return self._rule(tag, f"blueprint {name}")
        return None

    def may_differ_by_method(self, endpoint: str) -> bool:
        """Report whether each method of an endpoint may have a rule of its own."""
        view = self._app.view_functions.get(endpoint)
        return _is_method_view(getattr(view, "view_class", None))

    def _rule(self, tag: Tag, label: str) -> tuple[Tag, Rule]:
        rule = self._rules.setdefault(
            (tag, label), Rule(label, tag.policies, is_exempt=tag.is_exempt)
        )
        return tag, rule


def own_tag(view: object) -> Tag | None:
    """Return the tag of a view function, or of what runs when a callable object is the view."""
    tag = tag_of(view)
    if tag is None and not isinstance(view, FunctionType | MethodType | type):
        tag = tag_of(type(view).__call__)
    return tag


def deciding_tags(view: object) -> set[Tag]:
    """Return all tags that decide for some method of a view."""
    view_class = getattr(view, "view_class", None)
    found = [own_tag(view), tag_of(view_class), *map(tag_of, methods_of(view))]
    return {tag for tag in found if tag is not None}


def methods_of(view: object) -> list[Any]:
    """Return the functions of a view's class that Flask calls."""
    view_class = getattr(view, "view_class", None)
    names = _METHODS if _is_method_view(view_class) else ()
    functions = [getattr(view_class, name, None) for name in (*names, "dispatch_request")]
    return [function for function in functions if function is not None]


def _method_tag(view: Callable[..., Any] | None, method: str) -> Tag | None:
    view_class = getattr(view, "view_class", None)
    if not _is_method_view(view_class):
        return None
    function = getattr(view_class, method.lower(), None)
    if function is None and method == "HEAD":
        function = getattr(view_class, "get", None)
    return tag_of(function)


def _is_method_view(view_class: object) -> bool:
    return isinstance(view_class, type) and issubclass(view_class, MethodView)


def _blueprint_names(endpoint: str | None) -> Iterator[str]:
    # Werkzeug's own redirects need no endpoint.
    name = (endpoint or "").rpartition(".")[0]
    while name:
        yield name
        name = name.rpartition(".")[0]
