"""Which tag decides for an endpoint and a method: method > view > view class > blueprints."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from inspect import getattr_static
from typing import Any, Final

from flask import Flask
from flask.views import MethodView

from flask_strictcors.core.rules import Rule
from flask_strictcors.decorators import Tag, tag_of

_METHODS: Final = ("delete", "get", "head", "options", "patch", "post", "put", "dispatch_request")


class Governing:
    """Find the rule that a tag makes for an endpoint; a tag makes the same rule every time."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._rules: dict[tuple[Tag, str], Rule] = {}

    def rule_for(self, endpoint: str, method: str) -> tuple[Tag, Rule] | None:
        """Return the deciding tag with its rule; None where no view and no blueprint has one."""
        view = self._app.view_functions.get(endpoint)
        tag = _method_tag(view, method)
        if tag is not None:
            return self._rule(tag, f"view {endpoint} ({method})")
        tag = tag_of(view) or tag_of(getattr(view, "view_class", None))
        if tag is not None:
            return self._rule(tag, f"view {endpoint}")
        for name in _blueprint_names(endpoint):
            tag = tag_of(self._app.blueprints.get(name))
            if tag is not None:
                return self._rule(tag, f"blueprint {name}")
        return None

    def _rule(self, tag: Tag, label: str) -> tuple[Tag, Rule]:
        rule = self._rules.setdefault((tag, label), Rule(label, tag.policies, tag.is_exempt))
        return tag, rule


def _method_tag(view: Callable[..., Any] | None, method: str) -> Tag | None:
    view_class: Any = getattr(view, "view_class", None)
    if view_class is None:
        return None
    if not _is_method_view(view_class):
        return tag_of(getattr(view_class, "dispatch_request", None))
    function = getattr(view_class, method.lower(), None)
    if function is None and method == "HEAD":
        function = getattr(view_class, "get", None)
    return tag_of(function)


def methods_of(view: object) -> list[Any]:
    """Return the functions of a view's class that Flask calls."""
    view_class = getattr_static(view, "view_class", None)
    functions = [getattr(view_class, name, None) for name in _METHODS]
    return [function for function in functions if function is not None]


def _is_method_view(view_class: object) -> bool:
    return isinstance(view_class, type) and issubclass(view_class, MethodView)


def _blueprint_names(endpoint: str) -> Iterator[str]:
    name = endpoint.rpartition(".")[0]
    while name:
        yield name
        name = name.rpartition(".")[0]
