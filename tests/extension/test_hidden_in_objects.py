"""Tags that objects hide: in slots of any spelling, filled or not, beside a __dict__ or not."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from flask_strictcors import StrictCORS, cors

from .wire import APP, PARTNER, PREFLIGHT_RULELESS, cors_headers, offered, preflight


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
        self.name = "view"


class InTheDict(Keeping):
    pass


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
