"""frozen: what `dataclass(frozen=True, slots=True)` makes of a class, in a tenth of its time.

That generates and compiles up to six functions for each class, a third of what importing us took.
Here they are written once, for all classes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field, fields
from functools import cache
from inspect import Parameter, Signature, isfunction
from typing import Any, ClassVar, Final, NoReturn, TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(*, init: bool = True) -> Callable[[type[T]], type[T]]:
    """Make a dataclass of a class, with slots, whose instances nobody changes.

    They are equal where their fields are. `init` is False where the class itself says how they are
    made; whatever else it defines stays, too.
    """

    def make(cls: type[T]) -> type[T]:
        for name, member in _MEMBERS.items():
            if name not in vars(cls) and (init or name not in _OF_INIT):
                setattr(cls, name, member)
        return dataclass(init=False, repr=False, eq=False, slots=True)(cls)

    return make


class _LateSignature:
    """Say what a class takes, to whoever asks, as help() does."""

    def __get__(self, value: object, cls: type) -> Signature:
        return _signature_of(cls)


class _Frozen:
    """Hold what each of the classes gets."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]
    __match_args__: ClassVar[tuple[str, ...]]
    __signature__ = _LateSignature()

    def __init__(self, *values: object, **named: object) -> None:
        if named or len(values) != len(self.__match_args__):
            # Raises what Python raises for wrong arguments.
            bound = self.__signature__.bind(*values, **named)
            bound.apply_defaults()
            values = bound.args
        self.__setstate__(values)

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__match_args__)
        return f"{type(self).__qualname__}({shown})"

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return _compared(self) == _compared(other)

    def __hash__(self) -> int:
        return hash(_compared(self))

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise FrozenInstanceError(f"cannot assign to field {name!r}")

    def __delattr__(self, name: str) -> NoReturn:
        raise FrozenInstanceError(f"cannot delete field {name!r}")

    def __getstate__(self) -> list[object]:
        return [getattr(self, name) for name in self.__match_args__]

    def __setstate__(self, state: Iterable[object]) -> None:
        for name, value in zip(self.__match_args__, state, strict=True):
            object.__setattr__(self, name, value)


_OF_INIT: Final = ("__init__", "__signature__")
_MEMBERS: Final = {
    name: member
    for name, member in vars(_Frozen).items()
    if isfunction(member) or name == "__signature__"
}


def _compared(value: Any) -> tuple[object, ...]:
    return tuple(getattr(value, f.name) for f in fields(value) if f.compare)


@cache
def _signature_of(cls: Any) -> Signature:
    kind = Parameter.POSITIONAL_OR_KEYWORD
    return Signature(
        [
            Parameter(
                f.name,
                kind,
                annotation=f.type,
                default=Parameter.empty if f.default is MISSING else f.default,
            )
            for f in fields(cls)
        ],
        return_annotation=None,
    )
