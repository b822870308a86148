"""frozen: values as `dataclass(frozen=True, slots=True)` makes them, in a fiftieth of its time.

That generates and compiles up to six functions for each class, a third of what importing us took.
Here they are written once, for all classes, and a dataclass is made only where somebody asks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import FrozenInstanceError, dataclass, replace
from functools import cache
from inspect import signature
from itertools import repeat
from typing import Any, ClassVar, Final, NoReturn, TypeVar, cast, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True)
def frozen(*, init: bool = True) -> Callable[[type[T]], type[T]]:
    """Make a class whose instances nobody changes, with slots for the names that it annotates.

    They are shown and compared by these, but for what begins with an underscore and follows from
    the others. `init` is False where the class says itself how they are made; whatever else it
    defines stays, too. To the functions of `dataclasses` it is a dataclass.
    """

    def make(cls: type[T]) -> type[T]:
        own, names = _members_of(cls), tuple(cls.__annotations__)
        defaults = {name: own.pop(name) for name in names if name in own}
        about = {
            "__qualname__": cls.__qualname__,
            "__slots__": names,
            "__match_args__": names,
            "_fields": {"__annotations__": cls.__annotations__, **defaults},
        }
        added = {name: _MEMBERS[name] for name in _MEMBERS if init or name not in _OF_INIT}
        return cast("type[T]", type(cls.__name__, cls.__bases__, added | own | about))

    return make


def _members_of(cls: type) -> dict[str, Any]:
    return {name: vars(cls)[name] for name in vars(cls) if name not in ("__dict__", "__weakref__")}


class _Late:
    """What a dataclass of the same fields has, for whoever looks for it."""

    def __init__(self, of: Callable[[type], object]) -> None:
        self._of = of

    def __get__(self, value: object, cls: type) -> Any:
        return self._of(_dataclass_of(cls))


class _Frozen:
    """Hold what each of the classes gets."""

    __match_args__: ClassVar[tuple[str, ...]]
    __signature__ = _Late(signature)
    __dataclass_fields__ = _Late(lambda made: vars(made)["__dataclass_fields__"])
    __dataclass_params__ = _Late(lambda made: vars(made)["__dataclass_params__"])

    def __init__(self, *values: object, **named: object) -> None:
        if named or len(values) != len(self.__match_args__):
            # Names, defaults and mistakes are Python's business.
            made = _dataclass_of(cast("type", type(self)))(*values, **named)
            values = _values(made, self.__match_args__)
        self.__setstate__(values)

    def __repr__(self) -> str:
        names = filter(_is_public, self.__match_args__)
        shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in names)
        return f"{type(self).__qualname__}({shown})"

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        names = (*filter(_is_public, self.__match_args__),)
        return _values(self, names) == _values(other, names)

    def __hash__(self) -> int:
        return hash(_values(self, filter(_is_public, self.__match_args__)))

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise FrozenInstanceError(f"cannot assign to field {name!r}")

    def __delattr__(self, name: str) -> NoReturn:
        raise FrozenInstanceError(f"cannot delete field {name!r}")

    def __replace__(self, /, **changes: object) -> object:
        return replace(cast("Any", self), **changes)

    def __getstate__(self) -> tuple[object, ...]:
        return _values(self, self.__match_args__)

    def __setstate__(self, state: Iterable[object]) -> None:
        # A loop in C, as a value is made for each refusal that is told. To set returns nothing, so
        # that any() looks for more until the end.
        any(map(object.__setattr__, repeat(self), self.__match_args__, state))


_MEMBERS: Final = _members_of(_Frozen)
_OF_INIT: Final = ("__init__", "__signature__")


def _is_public(name: str) -> bool:
    return name[0] != "_"


def _values(value: object, names: Iterable[str]) -> tuple[object, ...]:
    return tuple(getattr(value, name) for name in names)


@cache
def _dataclass_of(cls: Any) -> Any:
    return dataclass(frozen=True)(type(cls.__name__, (), cls._fields))
