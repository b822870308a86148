"""Packages whose names are imported when somebody asks for them, and not before (PEP 562)."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from importlib import import_module

GetAttribute = Callable[[str], object]
ListAttributes = Callable[[], list[str]]


def exports(
    package: str, names: Iterable[str], *modules: str
) -> tuple[GetAttribute, ListAttributes]:
    """Return the `__getattr__` and the `__dir__` of a package that exports the names.

    Each is taken from the first of the modules that has it; these are named from the package on.
    """
    exported = frozenset(names)

    def get(name: str) -> object:
        if name not in exported:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        places = (import_module(f"{package}.{module}") for module in modules)
        value = next(vars(place)[name] for place in places if name in vars(place))
        setattr(sys.modules[package], name, value)
        return value

    def list_all() -> list[str]:
        return sorted({*vars(sys.modules[package]), *exported})

    return get, list_all
