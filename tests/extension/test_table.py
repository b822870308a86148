"""Who judges a view class whose methods have tags of their own, whatever URL leads to it."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.views import MethodView, http_method_funcs
from werkzeug.routing import Rule

from flask_strictcors import StrictCORS, cors

from .wire import (
    APP,
    EVIL,
    PARTNER,
    SILENT,
    actual,
    cors_headers,
    granted,
    offered,
    preflight,
    route,
)

CLERK = "https://clerk.example.com"


def app_of_a_class(*rules: Rule, tag: Any = None, **options: Any) -> tuple[Flask, StrictCORS]:
    """Make an app that partners may read, clerks write to, and its own script do the rest."""

    class Item(MethodView):
        @cors(origins=[PARTNER])
        def get(self) -> str:
            return "got"

        @cors(origins=[CLERK])
        def post(self) -> str:
            return "posted"

        def delete(self) -> str:
            return "deleted"

    if tag is not None:
        tag(Item)
    app = Flask(__name__, static_folder=None)
    ext = StrictCORS(app, **{"origins": [APP]} | options)
    app.view_functions["item"] = Item.as_view("item")
    for rule in rules:
        app.url_map.add(rule)
    return app, ext


def assert_each_method_has_its_own(app: Flask, path: str, rest: str = APP) -> None:
    for method, own in {"GET": PARTNER, "HEAD": PARTNER, "POST": CLERK, "DELETE": rest}.items():
        for origin in (APP, CLERK, PARTNER, EVIL):
            expected = granted(origin) if origin == own else SILENT
            assert cors_headers(actual(app, path, method, origin)) == expected
            offer = cors_headers(preflight(app, path, method, origin))
            assert offer.get("Allow-Origin") == (origin if origin == own else None)


@pytest.mark.parametrize(("tag", "rest"), [(None, APP), (cors(origins=[EVIL]), EVIL)])
@pytest.mark.parametrize("methods", [None, ["GET", "POST", "DELETE"]])
def test_each_method_has_its_own_rule_at_every_url_rule(
    methods: list[str] | None, tag: Any, rest: str
) -> None:
    app, _ = app_of_a_class(Rule("/x", endpoint="item", methods=methods), tag=tag)
    assert_each_method_has_its_own(app, "/x", rest)


def test_a_url_rule_for_any_method_bars_those_whom_the_methods_own_rule_refuses() -> None:
    app, _ = app_of_a_class(Rule("/x", endpoint="item"), enforce=True)
    assert actual(app, "/x", "POST", CLERK).data == b"posted"
    assert actual(app, "/x", "POST", PARTNER).status_code == 403


def test_a_late_url_of_a_known_class_leads_to_the_rules_of_its_methods() -> None:
    app, _ = app_of_a_class(Rule("/x", endpoint="item", methods=["DELETE"]))
    assert actual(app, "/x", "DELETE").data == b"deleted"
    app.url_map.add(Rule("/late", endpoint="item", methods=["GET", "POST"]))
    assert cors_headers(actual(app, "/late", "POST", CLERK)) == granted(CLERK)
    assert cors_headers(actual(app, "/late", "POST", PARTNER)) == SILENT


@pytest.mark.parametrize("rules", [[], [Rule("/x", endpoint="item")]])
def test_a_class_allows_whom_each_of_the_methods_allows_that_may_be_asked_for(
    rules: list[Rule],
) -> None:
    app, ext = app_of_a_class(*(rule.empty() for rule in rules))
    with app.app_context():
        assert [ext.allows(origin, "item") for origin in (APP, PARTNER, CLERK)] == [False] * 3
    app, ext = app_of_a_class(*(rule.empty() for rule in rules), origins=[APP, PARTNER, CLERK])
    with app.app_context():
        assert [ext.allows(origin, "item") for origin in (APP, PARTNER, CLERK)] == [False] * 3


def test_a_method_without_a_function_of_its_own_is_judged_as_its_class() -> None:
    app, _ = app_of_a_class(Rule("/x", endpoint="item"), tag=cors(origins=[EVIL]))
    assert cors_headers(actual(app, "/x", "BREW", EVIL)) == granted(EVIL)
    assert cors_headers(actual(app, "/x", "BREW", APP)) == SILENT


def test_a_class_allows_whom_the_methods_allow_that_its_url_rules_serve() -> None:
    app, ext = app_of_a_class(Rule("/x", endpoint="item", methods=["GET"]))
    with app.app_context():
        assert [ext.allows(origin, "item") for origin in (APP, PARTNER)] == [False, True]


def test_methods_that_are_all_under_one_rule_of_their_own_are_judged_by_it() -> None:
    own = cors(origins=[PARTNER])

    class Item(MethodView):
        pass

    for method in sorted(http_method_funcs):
        setattr(Item, method, own(lambda _: "in"))
    app = Flask(__name__, static_folder=None)
    StrictCORS(app, origins=[APP])
    app.view_functions["item"] = Item.as_view("item")
    app.url_map.add(Rule("/x", endpoint="item"))
    for method in ("GET", "POST", "PATCH"):
        assert cors_headers(actual(app, "/x", method, PARTNER)) == granted(PARTNER)
        assert cors_headers(actual(app, "/x", method)) == SILENT


def test_a_method_of_any_name_has_its_own_rule_where_a_url_rule_names_it() -> None:
    own = cors(origins=[PARTNER])

    class Item(MethodView):
        @own
        def get(self) -> str:
            return "got"

        @own
        def brew(self) -> str:
            return "brewed"

    app = Flask(__name__, static_folder=None)
    StrictCORS(app, origins=[APP])
    app.add_url_rule("/x", view_func=Item.as_view("item"), methods=["GET", "BREW"])
    assert cors_headers(actual(app, "/x", "BREW", PARTNER)) == granted(PARTNER)
    assert cors_headers(actual(app, "/x", "BREW")) == SILENT


def test_views_under_one_tag_are_under_one_rule() -> None:
    own = cors(origins=[PARTNER])
    app = Flask(__name__, static_folder=None)
    ext = StrictCORS(app, origins=[APP])
    for method in ("GET", "PUT"):
        route(app, "/x", method, endpoint=method, tag=own)
    assert cors_headers(preflight(app, "/x", origin=PARTNER)) == offered("GET, HEAD, PUT", PARTNER)
    with app.app_context():
        assert [ext.allows(origin, "PUT") for origin in (APP, PARTNER)] == [False, True]


def test_a_class_of_which_no_method_has_a_tag_is_judged_as_one() -> None:
    class Plain(MethodView):
        def get(self) -> str:
            return "got"

    app = Flask(__name__, static_folder=None)
    ext = StrictCORS(app, origins=[APP])
    app.add_url_rule("/x", view_func=Plain.as_view("plain"))
    assert cors_headers(actual(app, "/x")) == granted()
    assert cors_headers(preflight(app, "/x", "GET")) == offered("GET, HEAD")
    with app.app_context():
        assert ext.allows(APP, "plain")
        assert not ext.allows(PARTNER, "plain")
