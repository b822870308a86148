"""Tags that a decorator without functools.wraps has hidden: found in what it encloses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from inspect import getattr_static
from types import CellType, FunctionType, MethodType
from typing import Final

from flask import Blueprint, Flask
from werkzeug.local import LocalProxy

from flask_strictcors.core.errors import Code, Problem
from flask_strictcors.decorators import Tag, tag_of
from flask_strictcors.extension.tags import methods_of

_MOST_LOOKED_AT: Final = 1000
"""What a view encloses has no end in principle; what wraps it is among the first."""


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


def _hides_tag(view: object) -> bool:
    methods = methods_of(view)
    return _encloses_other(view, _tags(view)) or any(
        _encloses_other(method, _tags(method)) for method in methods
    )


def _encloses_other(function: object, visible: set[Tag]) -> bool:
    return any(not _tags(inner) <= visible for inner in _all_enclosed(function))


def _tags(function: object) -> set[Tag]:
    """Return the tags that are visible on a view: its own, its class's, and those of methods."""
    view_class = getattr_static(function, "view_class", None)
    found = [tag_of(f) for f in (*methods_of(function), view_class) if f is not None]
    own = getattr_static(function, "__strictcors__", None)
    return {tag for tag in (*found, own) if isinstance(tag, Tag)}


def _all_enclosed(function: object) -> Iterator[object]:
    seen = {id(function)}
    waiting = [*_enclosed(function)]
    while waiting and len(seen) < _MOST_LOOKED_AT:
        inner = waiting.pop(0)
        if id(inner) not in seen:
            seen.add(id(inner))
            yield inner
            waiting += _enclosed(inner)


def _enclosed(outer: object) -> Iterator[object]:
    """Give what a function, a partial, a bound method or a callable object keeps to call."""
    if isinstance(outer, FunctionType):
        cells = zip(outer.__code__.co_freevars, outer.__closure__ or (), strict=False)
        for name, cell in cells:
            inner = _content(cell)
            if _may_be_wrapped(inner) and not _is_sibling(name, inner, outer):
                yield inner
    elif isinstance(outer, MethodType):
        yield from filter(_may_be_wrapped, (outer.__func__, outer.__self__))
    else:
        kept = [outer.func] if isinstance(outer, partial) else _attributes(outer)
        yield from filter(_may_be_wrapped, kept)


def _content(cell: CellType) -> object:
    with suppress(ValueError):  # a name that was never bound
        return cell.cell_contents
    return None


def _attributes(instance: object) -> list[object]:
    """Return the values of an object's attributes, in its __dict__ or in slots."""
    values: list[object] = []
    with suppress(AttributeError):
        values += object.__getattribute__(instance, "__dict__").values()
    for kind in type(instance).__mro__:
        slots: str | tuple[str, ...] = kind.__dict__.get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            with suppress(AttributeError):
                values.append(object.__getattribute__(instance, name))
    return values


def _may_be_wrapped(value: object) -> bool:
    # An app and a proxy can be called, too, and are no views.
    return not isinstance(value, type | Flask | Blueprint | LocalProxy) and callable(value)


def _is_sibling(name: str, inner: object, outer: FunctionType) -> bool:
    """Report whether a function only calls another that was defined beside it, by its name.

    What a decorator wraps comes in as a parameter: the name is then bound in between.
    """
    scope = str(getattr(inner, "__qualname__", "")).rpartition(".")[0]
    return (
        scope.endswith("<locals>")
        and name == getattr(inner, "__name__", None)
        and outer.__module__ == getattr(inner, "__module__", None)
        and outer.__qualname__.startswith(scope + ".")
        and "<locals>" not in outer.__qualname__[len(scope) :]
    )
