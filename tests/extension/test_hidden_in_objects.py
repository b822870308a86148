"""Tags that objects hide: in slots of any spelling, filled or not, beside a __dict__ or not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.views import MethodView, View

from flask_strictcors import StrictCORS, cors
from flask_strictcors.extension.hidden import hidden_tags

from .wire import APP, PARTNER, PREFLIGHT_RULELESS, cors_headers, offered, preflight, route


class Keeping:
    """Call what was given to it, which some attribute keeps."""

    __slots__ = ()
    function: Any

    def __init__(self, function: Any) -> None:
        self.function = function

    def __call__(self) -> Any:
        return self.function()


class InOneSlot(Keeping):
    __slots__ = "function"  # noqa: PLC0205


class BesideAnUnfilledSlot(Keeping):
    __slots__ = ("cache", "function")


class BesideADict(InOneSlot):
    def __init__(self, function: Any) -> None:
        super().__init__(function)
        self.before = lambda: None


class InTheDict(Keeping):
    def __init__(self, function: Any) -> None:
        super().__init__(function)
        self.after = lambda: None


class Pages:
    @cors(origins=[PARTNER])
    def view(self) -> Any:
        return "in"


def answered(view: Any) -> dict[str, str]:
    """Return what a preflight is answered at a view, in an app that lets somebody in."""
    app = Flask(__name__, static_folder=None)
    StrictCORS(app, origins=[APP])
    app.add_url_rule("/x", "x", view, methods=["PUT"])
    return cors_headers(preflight(app, "/x"))


@pytest.mark.parametrize("kind", [InOneSlot, BesideAnUnfilledSlot, BesideADict, InTheDict])
@pytest.mark.parametrize("view", [cors(origins=[PARTNER])(lambda: "in"), Pages().view])
def test_what_an_object_hides_denies_its_endpoint(kind: Any, view: Any) -> None:
    assert answered(kind(view)) == PREFLIGHT_RULELESS


def test_an_attribute_of_the_tags_name_that_is_no_tag_hides_nothing() -> None:
    def view() -> str:
        return "in"

    view.__strictcors__ = "mine"  # type: ignore[attr-defined]
    assert answered(InTheDict(view)) == offered("PUT")


def wrapping(function: Any) -> Any:
    def wrapper() -> Any:
        return function()

    return wrapper


def test_what_is_wrapped_counts_although_it_is_shown_elsewhere() -> None:
    app = Flask(__name__, static_folder=None)
    StrictCORS(app, origins=[APP])
    view = route(app, "/shown", "PUT", tag=cors(origins=[PARTNER]))
    app.add_url_rule("/x", "x", wrapping(view), methods=["PUT"])
    assert cors_headers(preflight(app, "/x")) == PREFLIGHT_RULELESS
    assert cors_headers(preflight(app, "/shown", origin=PARTNER)) == offered("PUT", PARTNER)


def test_what_wraps_a_function_of_the_scope_around_its_own_counts() -> None:
    @cors(origins=[PARTNER])
    def view() -> str:
        return "in"

    def decorator() -> Any:
        def wrapper() -> str:
            return view()

        return wrapper

    assert answered(decorator()) == PREFLIGHT_RULELESS


class Registry:
    """What keeps views and cannot be called."""

    def __init__(self) -> None:
        self.views = [cors(origins=[PARTNER])(lambda: "in")]


class Unsized(list[Any]):
    """Does not say how much there is, but where somebody looks for it."""

    def __len__(self) -> int:
        raise RuntimeError("not connected")


def test_a_collection_is_not_asked_for_its_length() -> None:
    views = Unsized([cors(origins=[PARTNER])(lambda: "in")])
    app = Flask(__name__, static_folder=None)
    app.add_url_rule("/x", "x", lambda: views[0]().upper())
    assert set(hidden_tags(app)) == {"x"}


def test_what_cannot_be_called_wraps_nothing() -> None:
    registry = Registry()
    assert answered(lambda: str(len(registry.views))) == offered("PUT")


class Listing(type):
    """Names attributes that only a class at hand has."""

    def __dir__(cls) -> list[str]:
        return [*super().__dir__(), "made_when_asked_for"]


def test_an_attribute_that_a_class_only_names_hides_nothing() -> None:
    class Page(View, metaclass=Listing):
        def dispatch_request(self) -> str:
            return "in"

    assert answered(Page.as_view("x")) == offered("PUT")


class WithATagThatNobodyAsksFor(MethodView):
    def get(self) -> str:
        return "in"

    @cors(origins=[PARTNER])
    def fetch(self) -> str:
        return "in"


def in_a_list() -> Callable[..., Any]:
    views = [cors(origins=[PARTNER])(lambda: "in")]
    return lambda: views[0]().upper()


def beside_a_name_that_is_never_bound() -> Callable[..., Any]:
    view = cors(origins=[PARTNER])(lambda: "in")

    def wrapper() -> Any:
        return view() or unbound

    if view() is None:
        unbound = "never"
    return wrapper


@pytest.mark.parametrize(
    "view",
    [
        WithATagThatNobodyAsksFor.as_view("x"),
        in_a_list(),
        beside_a_name_that_is_never_bound(),
        BesideAnUnfilledSlot(cors(origins=[PARTNER])(lambda: "in")),
    ],
)
def test_a_tag_is_hidden_wherever_nobody_asks_for_it(view: Callable[..., Any]) -> None:
    app = Flask(__name__, static_folder=None)
    app.add_url_rule("/shown", "shown", cors(origins=[APP])(lambda: "in"))
    assert hidden_tags(app) == {}
    app.add_url_rule("/x", "x", view)
    assert set(hidden_tags(app)) == {"x"}
