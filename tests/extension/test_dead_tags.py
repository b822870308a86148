"""Tags that hide or die: none of them leaves its view to a wider policy."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask, Request
from flask.views import MethodView, View
from werkzeug.routing import BaseConverter
from werkzeug.test import EnvironBuilder

from flask_strictcors import PolicyError, StrictCORS, cors

from .wire import (
    APP,
    PARTNER,
    PREFLIGHT_RULELESS,
    PREFLIGHT_SILENT,
    SILENT,
    actual,
    cors_headers,
    granted,
    heard,
    offered,
    preflight,
    reasons,
    route,
)

Views = Callable[..., Any]
STRICT = cors(origins=[PARTNER])


def app_with(view: Views, *, debug: bool = False, methods: tuple[str, ...] = ("GET",)) -> Flask:
    app = Flask(__name__, static_folder=None)
    app.debug = debug
    StrictCORS(app, origins=[APP])
    app.add_url_rule("/x", "x", view, methods=methods)
    return app


# --- tags that decide ----------------------------------------------------------------------------


def tagged_dispatch_of_a_method_view() -> Views:
    class Prices(MethodView):
        def get(self) -> str:
            return "in"

        @STRICT
        def dispatch_request(self, **view_args: Any) -> Any:
            return super().dispatch_request(**view_args)

    return Prices.as_view("x")


def tagged_call_of_an_object() -> Views:
    class Prices:
        @cors(origins=[PARTNER])
        def __call__(self) -> str:
            return "in"

    return Prices()


def tagged_bound_method() -> Views:
    class Shop:
        @cors(origins=[PARTNER])
        def prices(self) -> str:
            return "in"

    return Shop().prices


def tagged_static_method() -> Views:
    class Shop:
        @staticmethod
        @cors(origins=[PARTNER])
        def prices() -> str:
            return "in"

    return Shop.prices


@pytest.mark.parametrize("debug", [True, False])
@pytest.mark.parametrize(
    "make",
    [
        tagged_dispatch_of_a_method_view,
        tagged_call_of_an_object,
        tagged_bound_method,
        tagged_static_method,
    ],
)
def test_a_tag_on_what_flask_calls_decides(make: Callable[[], Views], debug: bool) -> None:
    app = app_with(make(), debug=debug)
    shown = dict.fromkeys(("StrictCORS-Decision",))

    def headers(response: Any) -> dict[str, str]:
        return {k: v for k, v in cors_headers(response).items() if k not in shown}

    assert headers(actual(app, "/x", origin=PARTNER)) == granted(PARTNER)
    assert headers(actual(app, "/x")) == SILENT
    assert headers(preflight(app, "/x", "GET", PARTNER)) == offered("GET, HEAD", PARTNER)
    assert headers(preflight(app, "/x", "GET")) == PREFLIGHT_SILENT


# --- tags that nobody asks for --------------------------------------------------------------------


def methods_that_a_plain_view_calls() -> Views:
    class Prices(View):
        def dispatch_request(self) -> str:
            return self.get()

        @cors(origins=[PARTNER])
        def get(self) -> str:
            return "in"

    return Prices.as_view("x")


def default_argument(function: Views) -> Views:
    def wrapper(*args: Any, _function: Views = function, **kwargs: Any) -> Any:
        return _function(*args, **kwargs)

    return wrapper


def keyword_default(function: Views) -> Views:
    def wrapper(*, _function: Views = function) -> Any:
        return _function()

    return wrapper


def list_of_one(function: Views) -> Views:
    functions = [function]

    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return functions[0](*args, **kwargs)

    return wrapper


def dict_of_one(function: Views) -> Views:
    functions = {"only": function}

    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return functions["only"](*args, **kwargs)

    return wrapper


def default_list(function: Views) -> Views:
    def wrapper(*args: Any, _functions: Any = (function,), **kwargs: Any) -> Any:
        return _functions[0](*args, **kwargs)

    return wrapper


def attribute_that_is_a_list(function: Views) -> Views:
    class Wrapper:
        def __init__(self) -> None:
            self.functions = [function]

        def __call__(self) -> Any:
            return self.functions[0]()

    return Wrapper()


def closure(function: Views) -> Views:
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    return wrapper


def closure_over_one_that_is_not_bound_yet(function: Views) -> Views:
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs) if args else later

    if not callable(function):
        later = None
    return wrapper


def hidden_by(wrap: Callable[[Views], Views]) -> Callable[[], Views]:
    return lambda: wrap(cors(origins=[PARTNER])(lambda: "in"))


@pytest.mark.parametrize(
    "make",
    [
        methods_that_a_plain_view_calls,
        *map(
            hidden_by,
            [
                default_argument,
                keyword_default,
                list_of_one,
                dict_of_one,
                default_list,
                attribute_that_is_a_list,
                closure,
                closure_over_one_that_is_not_bound_yet,
            ],
        ),
    ],
)
def test_a_tag_that_nobody_asks_for_is_found(
    make: Callable[[], Views], caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(PolicyError) as caught:
        actual(app_with(make(), debug=True), "/x")
    (problem,) = caught.value.problems
    assert (problem.code, problem.field) == ("tag-hidden", "view x")

    app = app_with(make())
    with caplog.at_level(logging.ERROR, "flask_strictcors"):
        for origin in (APP, PARTNER):
            assert cors_headers(actual(app, "/x", origin=origin)) == {}
            assert cors_headers(preflight(app, "/x", "GET", origin)) == PREFLIGHT_RULELESS
    assert "tag-hidden" in caplog.records[0].getMessage()


@pytest.mark.parametrize("kind", [staticmethod, classmethod])
def test_a_policy_is_not_pinned_above_what_makes_a_method_static(kind: Any) -> None:
    with pytest.raises(TypeError, match="below @staticmethod or @classmethod"):
        STRICT(kind(lambda *_: "in"))


# --- what only looks like it ----------------------------------------------------------------------


def a_registry(app: Flask, prices: Views) -> Views:
    registry = {"prices": prices}

    def index() -> str:
        return ",".join(registry)

    return index


def a_list_as_default(app: Flask, prices: Views) -> Views:
    def index(_views: Any = (prices,)) -> str:
        return str(len(_views))

    return index


def a_service_that_keeps_the_apps_views(app: Flask, prices: Views) -> Views:
    class Documentation:
        def __init__(self) -> None:
            self.views = app.view_functions

        def __call__(self) -> str:
            return ",".join(self.views)

    documentation = Documentation()

    def index() -> str:
        return documentation()

    return index


def a_service_that_keeps_one_view(app: Flask, prices: Views) -> Views:
    class Link:
        def __init__(self, view: Views) -> None:
            self.view = view

        def __call__(self) -> str:
            return self.view.__name__

    return Link(prices)


@pytest.mark.parametrize("debug", [True, False])
@pytest.mark.parametrize(
    "make",
    [
        a_registry,
        a_list_as_default,
        a_service_that_keeps_the_apps_views,
        a_service_that_keeps_one_view,
    ],
)
def test_a_registry_of_views_hides_nothing(
    make: Callable[[Flask, Views], Views], debug: bool
) -> None:
    app = Flask(__name__, static_folder=None)
    app.debug = debug
    StrictCORS(app, origins=[APP])
    prices = route(app, "/prices", tag=STRICT)
    app.add_url_rule("/index", "index", make(app, prices))
    for path, origin in (("/prices", PARTNER), ("/index", APP)):
        headers = cors_headers(actual(app, path, origin=origin))
        headers.pop("StrictCORS-Decision", None)
        assert headers == granted(origin)


# --- what cannot be read --------------------------------------------------------------------------


class Unreadable:
    """A view that cannot be asked what is pinned to it, and where."""

    def __call__(self) -> str:
        return "in"

    def __getattr__(self, name: str) -> Any:
        if name in ("__strictcors__", "__wrapped__", "view_class"):
            raise RuntimeError("not to be read")
        raise AttributeError(name)


def app_that_cannot_be_read(*, debug: bool) -> Flask:
    app = Flask(__name__, static_folder=None)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.debug = debug
    StrictCORS(app, origins=[APP])
    route(app, "/seen", "GET PUT")
    app.view_functions["unreadable"] = Unreadable()
    return app


def test_views_that_cannot_be_read_deny_all_in_production_and_are_logged_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    app = app_that_cannot_be_read(debug=False)
    actual(app, "/seen")
    caplog.clear()
    with heard(app) as signals, caplog.at_level(logging.ERROR, "flask_strictcors"):
        for _ in range(2):
            response = actual(app, "/seen")
            assert (response.status_code, cors_headers(response)) == (200, {})
            response = preflight(app, "/seen", "PUT")
            assert (response.status_code, cors_headers(response)) == (204, PREFLIGHT_RULELESS)
    assert {reason for _, reason in reasons(signals)} == {"no-rule"}
    assert caplog.records == []


def test_that_views_cannot_be_read_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    app = app_that_cannot_be_read(debug=False)
    with caplog.at_level(logging.ERROR, "flask_strictcors"):
        for _ in range(3):
            actual(app, "/seen")
            preflight(app, "/seen", "PUT")
    (record,) = caplog.records
    said = "The app's routes cannot be read, so that all of them are denied."
    assert record.getMessage() == said
    assert record.exc_info is not None


def test_views_that_cannot_be_read_raise_in_debug() -> None:
    app = app_that_cannot_be_read(debug=True)
    with pytest.raises(RuntimeError, match="not to be read"):
        preflight(app, "/seen", "PUT")
    with pytest.raises(RuntimeError, match="not to be read"):
        actual(app, "/seen")


# --- what changes, and what breaks ----------------------------------------------------------------


def test_a_view_that_is_replaced_before_the_first_request_has_its_own_rule() -> None:
    app = app_with(lambda: "in", methods=("PUT",))
    strict = STRICT(lambda: "in")
    assert cors_headers(preflight(app, "/x", "PUT")) == offered("PUT")
    app.view_functions["x"] = strict
    assert cors_headers(preflight(app, "/x", "PUT")) == PREFLIGHT_SILENT
    assert cors_headers(actual(app, "/x", "PUT")) == SILENT


class BrokenConverter(BaseConverter):
    """A converter that breaks on what it matches."""

    def to_python(self, value: str) -> str:
        raise RuntimeError("broken")


def test_a_converter_that_raises_leaves_nothing_to_a_wider_policy() -> None:
    app = Flask(__name__, static_folder=None)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.url_map.converters["broken"] = BrokenConverter
    extension = StrictCORS(app, origins=[APP])
    route(app, "/<broken:x>", "GET PUT", tag=STRICT, endpoint="x")
    for origin in (APP, PARTNER):
        response = actual(app, "/one", origin=origin)
        assert (response.status_code, cors_headers(response)) == (500, {})
        assert cors_headers(preflight(app, "/one", "PUT", origin)) == PREFLIGHT_RULELESS
        environ = EnvironBuilder("/one", headers={"Origin": origin}).get_environ()
        with app.app_context():
            decision = extension.decide(Request(environ))
        assert (decision.allowed, str(decision.reason)) == (False, "no-rule")


def test_a_view_of_which_nothing_can_be_asked_breaks_no_request() -> None:
    class Shy:
        def __call__(self) -> str:
            return "in"

        def __getattr__(self, name: str) -> Any:
            raise LookupError(name) if name == "view_class" else AttributeError(name)

    app = Flask(__name__)
    StrictCORS(app, origins=[APP])
    route(app, "/x", endpoint="x")
    app.view_functions["x"] = Shy()
    response = actual(app, "/x")
    assert (response.data, cors_headers(response)) == (b"in", {})
