"""Tags that a decorator without functools.wraps has hidden: found in what it encloses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import partial
from inspect import getattr_static
from types import CellType, FunctionType, MethodType
from typing import Final, cast

from flask import Blueprint, Flask
from werkzeug.local import LocalProxy

from flask_strictcors.core.errors import Code, Problem
from flask_strictcors.decorators import TAG_ATTRIBUTE, Tag
from flask_strictcors.extension.tags import deciding_tags, methods_of

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
    deciding = deciding_tags(view)
    known = deciding | _dead_tags(view)
    return known != deciding or any(
        not _enclosed_tags(function) <= deciding for function in (view, *methods_of(view))
    )


def _dead_tags(view: object) -> set[Tag]:
    """Return the tags of a view class's attributes, among them those that nobody asks for."""
    view_class: object = getattr_static(view, "view_class", None)
    if not isinstance(view_class, type):
        return set()
    attributes = (getattr_static(view_class, name, None) for name in dir(view_class))
    return {tag for tag in map(_static_tag, attributes) if tag is not None}


def _enclosed_tags(function: object) -> set[Tag]:
    tags: set[Tag] = set()
    for inner in _all_enclosed(function):
        view_class: object = getattr_static(inner, "view_class", None)
        tags |= {t for t in (_static_tag(inner), _static_tag(view_class)) if t is not None}
        tags |= _dead_tags(inner)
    return tags


def _static_tag(value: object) -> Tag | None:
    """Return the tag on a value of any kind, without running any code of its own."""
    function = value.__func__ if isinstance(value, MethodType) else value
    tag = getattr_static(function, TAG_ATTRIBUTE, None)
    return tag if isinstance(tag, Tag) else None


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
        named = [(name, _content(cell)) for name, cell in cells]
        kept = [value for name, value in named if not _is_sibling(name, value, outer)]
        kept += [outer.__defaults__, outer.__kwdefaults__]
    elif isinstance(outer, MethodType):
        kept = [outer.__func__, outer.__self__]
    elif isinstance(outer, partial):
        kept = [outer.func, outer.args, outer.keywords]
    else:
        kept = _attributes(outer)
    for value in kept:
        yield from filter(_may_be_wrapped, _flattened(value))


def _flattened(value: object) -> Iterable[object]:
    """Return what a container holds, or the value itself."""
    if isinstance(value, dict):
        return cast("dict[object, object]", value).values()
    if isinstance(value, list | tuple | set | frozenset):
        return cast("Iterable[object]", value)
    return (value,)


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
