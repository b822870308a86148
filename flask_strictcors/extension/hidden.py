"""Tags that a decorator without functools.wraps has hidden: found in what it encloses."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import partial
from inspect import getattr_static
from types import CellType, FunctionType, MethodType
from typing import Final, cast

from flask import Blueprint
from flask.app import Flask  # flask.Flask may be another by now: OpenTelemetry replaces it
from werkzeug.local import LocalProxy

from flask_strictcors.core.errors import Code, Problem
from flask_strictcors.decorators import TAG_ATTRIBUTE, Tag
from flask_strictcors.extension.tags import deciding_tags, methods_of

_MOST_LOOKED_AT: Final = 200
"""What a view encloses has no end in principle; what wraps it is among the first."""


def hidden_tags(app: Flask) -> dict[str, Problem]:
    """Return a problem for each endpoint of the app whose view hides a tag."""
    views = app.view_functions.copy()  # another thread may still register some
    deciding = {endpoint: deciding_tags(view) for endpoint, view in views.items()}
    shown = frozenset[Tag]().union(*deciding.values())
    return {
        endpoint: Problem(
            Code.TAG_HIDDEN,
            f"view {endpoint}",
            view,
            "a decorator hides the policy that was pinned to this view, or nobody asks for it.",
            "functools.wraps in that decorator, or @cors(...) above it",
        )
        for endpoint, view in views.items()
        if _hides_tag(view, deciding[endpoint], shown)
    }


def _hides_tag(view: object, deciding: set[Tag], shown: frozenset[Tag]) -> bool:
    if not _dead_tags(view) <= deciding:
        return True
    return any(
        not _enclosed_tags(function, shown) <= deciding for function in (view, *methods_of(view))
    )


def _dead_tags(view: object) -> set[Tag]:
    """Return the tags of a view class's attributes, among them those that nobody asks for."""
    view_class: object = getattr_static(view, "view_class", None)
    if not isinstance(view_class, type):
        return set()
    attributes = (getattr_static(view_class, name, None) for name in dir(view_class))
    return {tag for tag in map(_static_tag, attributes) if tag is not None}


def _enclosed_tags(function: object, shown: frozenset[Tag]) -> set[Tag]:
    """Return the tags in what a function wraps, as far as can be told from what it only knows.

    A registry of views is no wrapper: what is kept in a container or as an attribute counts only
    if it is `shown` at no endpoint.
    """
    tags: set[Tag] = set()
    for inner, is_direct in _all_enclosed(function):
        view_class: object = getattr_static(inner, "view_class", None)
        found = {t for t in (_static_tag(inner), _static_tag(view_class)) if t is not None}
        found |= _dead_tags(inner)
        tags |= found if is_direct else found - shown
    return tags


def _static_tag(value: object) -> Tag | None:
    """Return the tag on a value of any kind, without running any code of its own."""
    tag = getattr_static(value, TAG_ATTRIBUTE, None)
    return tag if isinstance(tag, Tag) else None


def _all_enclosed(function: object) -> Iterator[tuple[object, bool]]:
    """Give what a function encloses at any depth, and whether there is no container on the way."""
    seen = {id(function)}
    waiting = deque(_enclosed(function))
    while waiting and len(seen) < _MOST_LOOKED_AT:
        inner, is_direct = waiting.popleft()
        if id(inner) not in seen:
            seen.add(id(inner))
            yield inner, is_direct
            waiting += ((value, is_direct and direct) for value, direct in _enclosed(inner))


def _enclosed(outer: object) -> Iterator[tuple[object, bool]]:
    """Give what a function, a partial, a bound method or a callable object keeps to call."""
    direct: list[object] = []
    aside: list[object] = []
    if isinstance(outer, FunctionType):
        cells = zip(outer.__code__.co_freevars, outer.__closure__ or (), strict=False)
        named = [(name, _content(cell)) for name, cell in cells]
        kept = [value for name, value in named if not _is_sibling(name, value, outer)]
        kept += [*(outer.__defaults__ or ()), *(outer.__kwdefaults__ or {}).values()]
        direct, aside = kept, [inner for value in kept for inner in _contained(value)]
    elif isinstance(outer, MethodType):
        direct = [outer.__func__, outer.__self__]
    elif isinstance(outer, partial):
        direct, aside = [outer.func], [*outer.args, *outer.keywords.values()]
    else:
        attributes = _attributes(outer)
        aside = [*attributes, *(inner for value in attributes for inner in _contained(value))]
    yield from ((value, True) for value in direct if _may_be_wrapped(value))
    yield from ((value, False) for value in aside if _may_be_wrapped(value))


def _contained(value: object) -> list[object]:
    # Copies: another thread may fill a registry meanwhile.
    if isinstance(value, dict):
        return [*cast("dict[object, object]", value).values()]
    if isinstance(value, list | tuple | set | frozenset):
        return list(iter(cast("Iterable[object]", value)))
    return []


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
