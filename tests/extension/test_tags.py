"""Which tag decides: what is nearest to the view, and under which name it is told of."""

from __future__ import annotations

import pytest
from flask import Blueprint, Flask
from flask.views import MethodView

from flask_strictcors import StrictCORS, cors
from flask_strictcors.decorators import tag_of
from flask_strictcors.extension.tags import deciding_tags

from .wire import APP, EVIL, PARTNER, actual, cors_headers, granted, heard, route


@pytest.mark.parametrize(
    ("tagged", "decides"),
    [
        (["outer"], "blueprint outer"),
        (["outer", "middle"], "blueprint outer.middle"),
        (["outer", "middle", "inner"], "blueprint outer.middle.inner"),
        (["inner", "outer"], "blueprint outer.middle.inner"),
        ([], "app"),
    ],
)
def test_the_innermost_blueprint_that_has_a_tag_decides(tagged: list[str], decides: str) -> None:
    app = Flask(__name__, static_folder=None)
    StrictCORS(app, origins=[APP])
    outer, middle, inner = (Blueprint(name, __name__) for name in ("outer", "middle", "inner"))
    for blueprint in (outer, middle, inner):
        if blueprint.name in tagged:
            cors(origins=[PARTNER])(blueprint)
    route(inner, "/x", endpoint="x")
    middle.register_blueprint(inner)
    outer.register_blueprint(middle)
    app.register_blueprint(outer)
    with heard(app) as signals:
        own = PARTNER if tagged else APP
        assert cors_headers(actual(app, "/x", origin=own)) == granted(own)
        actual(app, "/x", origin=EVIL)
    assert [signal.rejection.rule for signal in signals] == [decides]


def test_all_tags_that_decide_for_some_method_of_a_class_are_known() -> None:
    @cors(origins=[PARTNER])
    class Item(MethodView):
        @cors(origins=[APP])
        def get(self) -> str:
            return "got"

        def put(self) -> str:
            return "put"

    view = cors(origins=[EVIL])(Item.as_view("item"))
    assert deciding_tags(view) == {tag_of(view), tag_of(Item), tag_of(Item.get)}
    assert len(deciding_tags(view)) == 3
    assert deciding_tags(lambda: "in") == set()
