"""Which tag decides: what is nearest to the view, and under which name it is told of."""

from __future__ import annotations

import pytest
from flask import Blueprint, Flask
from flask.views import MethodView, View
from werkzeug.routing import Rule

from flask_strictcors import StrictCORS, cors
from flask_strictcors.decorators import tag_of
from flask_strictcors.extension.tags import deciding_tags

from .wire import APP, EVIL, PARTNER, actual, cors_headers, granted, heard, preflight, route


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


class Page(View):
    @cors(origins=[PARTNER])
    def dispatch_request(self) -> str:
        return "in"


class Paged(MethodView):
    @cors(origins=[APP])
    def get(self) -> str:
        return "got"

    @cors(origins=[PARTNER])
    def dispatch_request(self) -> str:
        return "in"


@pytest.mark.parametrize(
    ("kind", "method", "decides"),
    [
        (Page, "GET", "view x"),
        (Paged, "GET", "view x (GET)"),
        (Paged, "PUT", "view x"),
        (Paged, "OWN", "view x"),
    ],
)
def test_what_runs_for_each_method_decides_under_one_name(
    kind: type[View], method: str, decides: str
) -> None:
    app = Flask(__name__, static_folder=None)
    StrictCORS(app)
    app.view_functions["x"] = kind.as_view("x")
    app.url_map.add(Rule("/x", endpoint="x"))
    with heard(app) as signals:
        actual(app, "/x", method, EVIL)
        preflight(app, "/x", method, EVIL)
    assert [signal.rejection.rule for signal in signals] == [decides, decides]


def test_methods_that_clients_think_of_leave_nothing_behind(
    caplog: pytest.LogCaptureFixture,
) -> None:
    app = Flask(__name__, static_folder=None)
    StrictCORS(app)
    app.view_functions["x"] = Page.as_view("x")
    app.url_map.add(Rule("/x", endpoint="x"))
    for number in range(3):
        preflight(app, "/x", f"M{number}", EVIL)
    assert len([record for record in caplog.records if record.name == "flask_strictcors"]) == 1


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
