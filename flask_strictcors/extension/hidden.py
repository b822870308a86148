"""Tags that a decorator without functools.wraps has hidden: found through closures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from types import FunctionType, MethodType
from typing import Any, Final

from flask import Flask

from flask_strictcors.core.errors import Code, Problem
from flask_strictcors.decorators import Tag, tag_of

_DEEPEST: Final = 20
_METHODS: Final = ("delete", "get", "head", "options", "patch", "post", "put", "dispatch_request")


def hidden_tags(app: Flask) -> dict[str, Problem]:
    """Return a problem for each endpoint of the app whose view hides a tag."""
    return {
        endpoint: Problem(
            Code.TAG_HIDDEN,
            f"view {endpoint}",
            view,
            "a decorator hides the policy that was pinned to this view.",
            "functools.wraps in that decorator, or @cors(...) above it",
        )
        for endpoint, view in app.view_functions.items()
        if _hides_tag(view)
    }


def _hides_tag(view: Callable[..., Any]) -> bool:
    view_class = getattr(view, "view_class", None)
    functions = [getattr(view_class, name, None) for name in _METHODS] if view_class else []
    return _hides(view, _class_tags(view)) or any(
        _hides(function, set()) for function in functions if callable(function)
    )


def _hides(view: Callable[..., Any], visible: set[Tag]) -> bool:
    own = tag_of(view)
    seen = {*visible, own}
    return any(not (_tags(inner) <= seen) for inner in _wrapped(view))


def _tags(function: Callable[..., Any]) -> set[Tag]:
    tag = tag_of(function)
    return _class_tags(function) | ({tag} if tag else set())


def _class_tags(function: Callable[..., Any]) -> set[Tag]:
    view_class = getattr(function, "view_class", None)
    if view_class is None:
        return set()
    tags = (tag_of(view_class), *(tag_of(getattr(view_class, name, None)) for name in _METHODS))
    return {tag for tag in tags if tag}


def _wrapped(function: object) -> Iterator[Callable[..., Any]]:
    """Give each function that a view encloses, at any depth, the view itself left out."""
    seen = {id(function)}
    found: list[tuple[object, object, int]] = [(f, function, 1) for f in _enclosed(function)]
    while found:
        inner, outer, depth = found.pop()
        if id(inner) in seen or depth > _DEEPEST or _are_siblings(inner, outer):
            continue
        seen.add(id(inner))
        if callable(inner):
            yield inner
        found += [(f, inner, depth + 1) for f in _enclosed(inner)]


def _enclosed(function: object) -> Iterator[object]:
    if isinstance(function, MethodType):
        yield function.__func__
        yield function.__self__
    elif isinstance(function, partial):
        yield function.func
    elif isinstance(function, FunctionType):
        for cell in function.__closure__ or ():
            try:
                content = cell.cell_contents
            except ValueError:  # a name that was never bound
                continue
            if isinstance(content, FunctionType | MethodType | partial):
                yield content
    elif not isinstance(function, type):
        # A decorator may be a class that keeps what it wraps.
        yield from (
            value
            for value in getattr(function, "__dict__", {}).values()
            if isinstance(value, FunctionType | MethodType | partial)
        )


def _are_siblings(inner: object, outer: object) -> bool:
    """Report whether two functions were defined side by side, so that one only calls the other."""
    return (
        isinstance(inner, FunctionType)
        and isinstance(outer, FunctionType)
        and inner.__module__ == outer.__module__
        and "<locals>" in outer.__qualname__
        and inner.__qualname__.rpartition(".")[0] == outer.__qualname__.rpartition(".")[0]
    )
