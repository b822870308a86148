"""What `frozen` makes of a class is what the standard library's dataclass makes of it."""

import copy
import dataclasses
import inspect
import pickle
from collections.abc import Callable
from dataclasses import FrozenInstanceError, dataclass
from typing import Any, ClassVar

import pytest

from flask_strictcors.core.decision import Decision, Rejection
from flask_strictcors.core.errors import Problem
from flask_strictcors.core.frozen import _Late, frozen
from flask_strictcors.core.policy import Policy

THEIRS: Any = dataclass(frozen=True, slots=True)
OURS: Any = frozen()


def named(decorator: Any, **members: Any) -> Any:
    """Make a class of the same two fields, and with these members, of each decorator."""
    annotations = {"name": str, "items": "tuple[str, ...]"}
    about = {"__doc__": "A box.", "__module__": __name__, "__qualname__": "Box"}
    return decorator(type("Box", (), {"__annotations__": annotations, **about, **members}))


def replaced(value: Any, **changes: Any) -> Any:
    """Return a copy with changes, by the method that dataclasses have from Python 3.13 on."""
    method = getattr(value, "__replace__", None)
    return method(**changes) if method else dataclasses.replace(value, **changes)


WITH_DEFAULT: dict[str, Any] = {"items": ("pen",)}
Theirs, Ours = (named(decorator, **WITH_DEFAULT) for decorator in (THEIRS, OURS))


@OURS
class Pickled:
    """A class that pickle finds by its name."""

    name: str
    items: tuple[str, ...] = ()


MAKE: dict[str, Callable[[Any], Any]] = {
    "by position": lambda cls: cls("a", ("b",)),
    "by name": lambda cls: cls(items=("b",), name="a"),
    "in part by name": lambda cls: cls("a", items=("b",)),
    "by default": lambda cls: cls("a"),
    "by default and by name": lambda cls: cls(name="a"),
    "replaced as in Python 3.13": lambda cls: replaced(cls("a"), name="z"),
    "replaced": lambda cls: dataclasses.replace(cls("a"), name="z"),
    "nested": lambda cls: cls(cls("a"), [cls("b")]),
}
SEE: dict[str, Callable[[Any], Any]] = {
    "repr": repr,
    "attributes": lambda value: str([value.name, value.items]),
    "asdict": dataclasses.asdict,
    "astuple": dataclasses.astuple,
    "a copy": lambda value: repr(copy.copy(value)),
    "a deep copy": lambda value: repr(copy.deepcopy(value)),
    "is a copy equal": lambda value: copy.deepcopy(value) == value,
    "no dictionary": lambda value: hasattr(value, "__dict__"),
}


@pytest.mark.parametrize("make", MAKE.values(), ids=MAKE)
@pytest.mark.parametrize("see", SEE.values(), ids=SEE)
def test_a_value_is_what_a_dataclass_would_be(
    make: Callable[[Any], Any], see: Callable[[Any], Any]
) -> None:
    assert see(make(Ours)) == see(make(Theirs))


LOOK: dict[str, Callable[[Any], Any]] = {
    "signature": inspect.signature,
    "document": inspect.getdoc,
    "fields": lambda cls: [(f.name, f.type, f.default) for f in dataclasses.fields(cls)],
    "slots": lambda cls: cls.__slots__,
    "patterns": lambda cls: cls.__match_args__,
    "name": lambda cls: (cls.__name__, cls.__qualname__, cls.__module__),
    "is it one": dataclasses.is_dataclass,
    "instances without a dictionary": lambda cls: [*{"__dict__", "__weakref__"} & {*vars(cls)}],
}


@pytest.mark.parametrize("look", LOOK.values(), ids=LOOK)
@pytest.mark.parametrize("members", [{}, WITH_DEFAULT], ids=["all needed", "with a default"])
def test_a_class_looks_as_a_dataclass_does(
    look: Callable[[Any], Any], members: dict[str, Any]
) -> None:
    assert look(named(OURS, **members)) == look(named(THEIRS, **members))


@pytest.mark.parametrize(
    ("values", "names"),
    [((), {}), (("a", (), 3), {}), (("a",), {"name": "b"}), (("a",), {"other": 1}), ((), {"x": 1})],
)
def test_wrong_arguments_are_a_type_error(values: tuple[Any, ...], names: dict[str, Any]) -> None:
    for cls in (Theirs, Ours):
        with pytest.raises(TypeError):
            cls(*values, **names)


CHANGE: dict[str, Callable[[Any], Any]] = {
    "setting": lambda value: setattr(value, "name", "b"),
    "deleting": lambda value: delattr(value, "items"),
}


@pytest.mark.parametrize("change", CHANGE.values(), ids=CHANGE)
def test_a_value_cannot_be_changed(change: Callable[[Any], Any]) -> None:
    said: list[str] = []
    for value in (Theirs("a"), Ours("a")):
        with pytest.raises(FrozenInstanceError) as raised:
            change(value)
        said.append(str(raised.value))
        assert (value.name, value.items) == ("a", ("pen",))
    assert said[0] == said[1]


def test_nor_can_it_get_what_it_has_no_field_for() -> None:
    with pytest.raises(FrozenInstanceError, match="cannot assign to field 'more'"):
        Ours("a").more = 1


def test_values_are_equal_where_their_fields_are() -> None:
    assert Ours("a") == Ours("a", ("pen",))
    assert Ours("a") != Ours("b")
    assert Ours("a") != Ours("a", ())
    assert hash(Ours("a")) == hash(Ours("a", ("pen",))) == hash(Theirs("a"))
    assert len({Ours("a"), Ours("b"), Ours("a")}) == 2


def test_values_of_two_classes_are_not_equal() -> None:
    class Narrower(Ours):
        pass

    others = [Theirs("a"), named(OURS, **WITH_DEFAULT)("a"), Narrower("a"), ("a", ("pen",)), None]
    assert Ours("a") not in others
    assert Ours("a").__eq__(others[0]) is NotImplemented


def test_a_value_of_what_has_no_hash_has_none() -> None:
    with pytest.raises(TypeError, match="unhashable type: 'list'"):
        hash(Ours([]))


def test_values_can_be_pickled() -> None:
    value = Pickled("a", ("b",))
    assert pickle.loads(pickle.dumps(value)) == value


def test_values_can_be_told_by_their_fields() -> None:
    match Ours("a"):
        case Ours(name, items=("pen",)):
            assert name == "a"
        case _:
            pytest.fail("no match")


def test_what_follows_from_the_other_fields_is_neither_compared_nor_shown() -> None:
    @frozen()
    class Noted:
        """A class with a field aside."""

        name: str
        _note: str

    assert Noted("a", "one") == Noted("a", "two")
    assert hash(Noted("a", "one")) == hash(Noted("a", "two"))
    assert repr(Noted("a", "one")).endswith("Noted(name='a')")
    assert copy.copy(Noted("a", "one"))._note == "one"


def test_a_dataclass_can_be_made_of_one() -> None:
    @dataclass(frozen=True)
    class More(Ours):
        """A class with a field more."""

        number: int = 0

    assert repr(More("a", (), 1)).endswith("More(name='a', items=(), number=1)")
    with pytest.raises(FrozenInstanceError):
        More("a").number = 2


def test_one_that_inherits_from_one_takes_what_it_says_itself() -> None:
    assert "origins" not in inspect.signature(Policy).parameters
    assert [f.name for f in dataclasses.fields(Policy)][:2] == ["origins", "methods"]


def test_what_a_class_defines_itself_stays() -> None:
    @frozen(init=False)
    class Upper:
        """A class that says how it is made, and shown."""

        name: str

        def __init__(self, text: str) -> None:
            object.__setattr__(self, "name", text.upper())

        def __repr__(self) -> str:
            return f"<{self.name}>"

    assert repr(Upper("a")) == "<A>"
    assert Upper("a") == Upper("A")
    assert [*inspect.signature(Upper).parameters] == ["text"]


def test_what_a_dataclass_has_is_made_once_somebody_looks_for_it() -> None:
    class Shown:
        """A class that has it."""

        _fields: ClassVar[dict[str, Any]] = {"__annotations__": {"name": str}}
        signature = _Late(inspect.signature)

    assert str(Shown.signature) == "(name: str) -> None"


def test_one_that_says_so_later_is_not_made_before() -> None:
    bare = named(frozen(init=False))
    assert bare.__init__ is object.__init__
    assert not hasattr(bare, "__signature__")


@pytest.mark.parametrize("cls", [Decision, Problem, Rejection])
def test_the_public_values_say_what_they_take(cls: type) -> None:
    names = [f.name for f in dataclasses.fields(cls)]
    assert [*inspect.signature(cls).parameters] == names
