"""What the code of a function names: strings, attributes; read as compiled, and never run.

Source text is not to be had for everything, and has comments; code objects have neither fault.
"""

from __future__ import annotations

import dis
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from inspect import getattr_static
from itertools import pairwise
from types import CodeType, FunctionType, MethodType
from typing import Final, cast

from flask import Flask

from flask_strictcors.extension.conflicts import MOST_WRAPPED
from flask_strictcors.extension.tags import methods_of

_OTHER_BODIES: Final = frozenset(
    {"content_type", "files", "form", "get_data", "is_json", "mimetype", "values"}
)
"""What code asks a request for that can do with other bodies than JSON."""


def functions_of_view(app: Flask, endpoint: str, method: str) -> list[object]:
    """Return what runs for a method at an endpoint: its view, or functions of the view's class."""
    view = app.view_functions.get(endpoint)
    own = getattr(getattr(view, "view_class", None), method.lower(), None)
    return [view, *methods_of(view)] if own is None else [view, own]


def hooks_before(app: Flask, endpoint: str) -> list[object]:
    """Return the hooks of the app and its blueprints that run before a view."""
    blueprints = endpoint.split(".")[:-1]
    scopes = [".".join(blueprints[: end + 1]) for end in range(len(blueprints))]
    return [hook for scope in (None, *scopes) for hook in app.before_request_funcs.get(scope, ())]


def wants_json(functions: Sequence[object]) -> bool:
    """Report whether code takes a body for JSON, and only one whose Content-Type says so."""
    names = names_in(functions)
    if {"force", "silent"} & strings_in(functions) or _OTHER_BODIES & names:
        return False
    return "get_json" in names or is_read_from(functions, "request", "json")


def strings_in(functions: Iterable[object]) -> set[str]:
    """Return the string constants in the code of functions."""
    constants = [value for code in _codes(functions) for value in code.co_consts]
    return {text for constant in constants for text in _strings(constant)}


def names_in(functions: Iterable[object]) -> set[str]:
    """Return the names of globals and attributes that the code of functions uses."""
    return {name for code in _codes(functions) for name in code.co_names}


def attributes_set_by(functions: Iterable[object]) -> set[str]:
    """Return the names of the attributes that the code of functions assigns."""
    return {
        str(instruction.argval)
        for code in _codes(functions)
        for instruction in dis.get_instructions(code)
        if instruction.opname == "STORE_ATTR"
    }


def is_read_from(functions: Iterable[object], name: str, attribute: str) -> bool:
    """Report whether code reads an attribute of the global of a name, such as `request.json`."""
    return any(
        (first, second) == (name, attribute)
        for code in _codes(functions)
        for first, second in _reads(code)
    )


def unwrapped(function: object) -> Iterator[object]:
    """Give a function and, outermost first, what decorators with functools.wraps put it in."""
    for _ in range(MOST_WRAPPED):
        if function is None:
            return
        yield function
        function = getattr_static(function, "__wrapped__", None)


def _codes(functions: Iterable[object]) -> Iterator[CodeType]:
    for function in functions:
        for one in unwrapped(function):
            plain = _plain(one)
            if plain is not None:
                yield from _nested(plain.__code__)


def _plain(function: object) -> FunctionType | None:
    """Return the function that runs when something is called."""
    for _ in range(MOST_WRAPPED):
        if isinstance(function, MethodType):
            function = function.__func__
        elif isinstance(function, partial):
            function = cast("partial[object]", function).func
        elif isinstance(function, FunctionType):
            return function
        else:
            function = getattr_static(type(function), "__call__", None)
    return None


def _nested(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _nested(constant)


def _strings(constant: object) -> Iterator[str]:
    if isinstance(constant, str):
        yield constant
    elif isinstance(constant, tuple | frozenset):
        for item in cast("Iterable[object]", constant):
            yield from _strings(item)


def _reads(code: CodeType) -> Iterator[tuple[str, str]]:
    for first, second in pairwise(dis.get_instructions(code)):
        if second.opname.startswith("LOAD_ATTR"):
            yield str(first.argval), str(second.argval)
