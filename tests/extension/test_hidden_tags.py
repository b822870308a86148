"""A tag that a wrapper has hidden is found, and never read as no tag."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.views import MethodView, View

from flask_strictcors import PolicyError, StrictCORS, cors

from .wire import (
    APP,
    PARTNER,
    PREFLIGHT_RULELESS,
    actual,
    cors_headers,
    granted,
    heard,
    offered,
    preflight,
    reasons,
    route,
)

# --- wrappers that hide ---------------------------------------------------------------------------


def bare(function: Callable[..., Any]) -> Callable[..., Any]:
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    return wrapper


def with_arguments(*_: Any) -> Callable[..., Any]:
    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            return function(*args, **kwargs)

        return wrapper

    return decorate


def renamed(function: Callable[..., Any]) -> Callable[..., Any]:
    wrapper = bare(function)
    wrapper.__name__ = getattr(function, "__name__", "unnamed")
    return wrapper


def copied_by_hand(function: Callable[..., Any]) -> Callable[..., Any]:
    # All that functools.wraps copies, but for the attributes.
    wrapper = bare(function)
    for name in functools.WRAPPER_ASSIGNMENTS:
        if hasattr(function, name):
            setattr(wrapper, name, getattr(function, name))
    return wrapper


def twice(function: Callable[..., Any]) -> Callable[..., Any]:
    return bare(bare(function))


def under_wraps(function: Callable[..., Any]) -> Callable[..., Any]:
    hiding = bare(function)

    @functools.wraps(hiding)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return hiding(*args, **kwargs)

    return wrapper


class Wrapper:
    """A decorator that is a class."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.function(*args, **kwargs)


class SlottedWrapper:
    """A decorator that is a class without a __dict__."""

    __slots__ = ("function",)

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.function(*args, **kwargs)


WRAPPERS = [
    bare,
    with_arguments("a", 1),
    renamed,
    copied_by_hand,
    twice,
    under_wraps,
    Wrapper,
    SlottedWrapper,
    functools.partial,
    lambda function: bare(Wrapper(function)),
    lambda function: Wrapper(bare(function)),
    lambda function: bare(functools.partial(function)),
    lambda function: Wrapper(function).__call__,
]
NAMES = [
    "function",
    "decorator with arguments",
    "name copied",
    "all but the attributes copied",
    "two functions",
    "under a wraps",
    "class",
    "class with slots",
    "partial",
    "function around class",
    "class around function",
    "function around partial",
    "bound method",
]


def tagged_function(app: Flask, wrapper: Callable[..., Any], tag: Any) -> None:
    def view() -> str:
        return "in"

    app.add_url_rule("/x", "x", wrapper(tag(view)))


def tagged_callable_object(app: Flask, wrapper: Callable[..., Any], tag: Any) -> None:
    class Prices:
        def __call__(self) -> str:
            return "in"

    app.add_url_rule("/x", "x", wrapper(tag(Prices())))


def tagged_class(app: Flask, wrapper: Callable[..., Any], tag: Any) -> None:
    class Prices(View):
        def dispatch_request(self) -> str:
            return "in"

    app.add_url_rule("/x", "x", wrapper(tag(Prices).as_view("x")))


def tagged_result(app: Flask, wrapper: Callable[..., Any], tag: Any) -> None:
    class Prices(View):
        def dispatch_request(self) -> str:
            return "in"

    app.add_url_rule("/x", "x", wrapper(tag(Prices.as_view("x"))))


def tagged_method_in_wrapped_class(app: Flask, wrapper: Callable[..., Any], tag: Any) -> None:
    class Prices(MethodView):
        @tag
        def get(self) -> str:
            return "in"

    app.add_url_rule("/x", "x", wrapper(Prices.as_view("x")))


SHAPES = [
    tagged_function,
    tagged_callable_object,
    tagged_class,
    tagged_result,
    tagged_method_in_wrapped_class,
]
every_shape = pytest.mark.parametrize("shape", SHAPES)
every_wrapper = pytest.mark.parametrize("wrapper", WRAPPERS, ids=NAMES)


def app_with(shape: Callable[..., None], wrapper: Any, tag: Any) -> Flask:
    app = Flask(__name__)
    StrictCORS(app, origins=[APP])
    shape(app, wrapper, tag)
    route(app, "/seen")
    return app


@every_shape
@every_wrapper
def test_a_hidden_tag_is_an_error_in_debug(shape: Any, wrapper: Any) -> None:
    app = app_with(shape, wrapper, cors(origins=[PARTNER]))
    app.debug = True
    for ask in (preflight, actual):
        with pytest.raises(PolicyError) as caught:
            ask(app, "/seen", "GET")
        (problem,) = caught.value.problems
        assert problem.code == "tag-hidden"
        assert problem.value is app.view_functions[problem.field.removeprefix("view ")]
        assert "functools.wraps" in problem.fix


@every_shape
@every_wrapper
@pytest.mark.parametrize("tag", ["policy", "exempt"])
def test_a_hidden_tag_denies_its_endpoint_in_production(
    shape: Any, wrapper: Any, tag: str, caplog: pytest.LogCaptureFixture
) -> None:
    app = app_with(shape, wrapper, cors.exempt if tag == "exempt" else cors(origins=[PARTNER]))
    with heard(app) as signals, caplog.at_level(logging.ERROR, "flask_strictcors"):
        for origin in (APP, PARTNER):
            assert cors_headers(actual(app, "/x", origin=origin)) == {}
            response = preflight(app, "/x", "GET", origin)
            assert (response.status_code, cors_headers(response)) == (204, PREFLIGHT_RULELESS)
    assert reasons(signals) == [("origin", "no-rule")] * 4
    # The others are governed as ever.
    assert cors_headers(actual(app, "/seen")) == granted()
    assert cors_headers(preflight(app, "/seen", "GET")) == offered("GET, HEAD")
    (record,) = caplog.records
    assert record.getMessage() == (
        "1 problem in this CORS configuration:\n"
        "  - view x: a decorator hides the policy that was pinned to this view, or nobody asks for "
        "it. Instead: functools.wraps in that decorator, or @cors(...) above it [tag-hidden]\n"
        "Until it is mended, the stricter reading holds."
    )


@every_wrapper
def test_a_hidden_tag_on_one_method_is_found(wrapper: Any) -> None:
    class Prices(MethodView):
        get = wrapper(cors(origins=[PARTNER])(lambda self: "in"))

    app = Flask(__name__)
    StrictCORS(app, origins=[APP])
    app.add_url_rule("/x", view_func=Prices.as_view("x"))
    for origin in (APP, PARTNER):
        assert cors_headers(preflight(app, "/x", "GET", origin)) == PREFLIGHT_RULELESS


@pytest.mark.parametrize("wrapper", [bare, twice, renamed, copied_by_hand, Wrapper])
def test_a_tag_in_decorators_below_a_wrapper_is_found(wrapper: Any) -> None:
    class Prices(MethodView):
        decorators = (cors(origins=[PARTNER]), wrapper)

        def get(self) -> str:
            return "in"

    app = Flask(__name__)
    StrictCORS(app, origins=[APP])
    app.add_url_rule("/x", "x", Prices.as_view("x"))
    for origin in (APP, PARTNER):
        assert cors_headers(actual(app, "/x", origin=origin)) == {}
        assert cors_headers(preflight(app, "/x", "GET", origin)) == PREFLIGHT_RULELESS


def test_a_hidden_tag_does_not_lend_its_methods_to_a_neighbour() -> None:
    app = Flask(__name__)
    StrictCORS(app, origins=[APP])
    app.add_url_rule("/x", "x", bare(cors(origins=[PARTNER])(lambda: "in")), methods=["PUT"])
    route(app, "/x", "GET", endpoint="y")
    assert cors_headers(preflight(app, "/x", "GET")) == offered("GET, HEAD")


def test_what_other_views_hide_denies_only_them_with_enforce() -> None:
    app = Flask(__name__)
    StrictCORS(app, origins=[APP], enforce=True)
    app.add_url_rule("/x", "x", bare(cors(origins=[PARTNER])(lambda: "in")))
    route(app, "/y")
    assert actual(app, "/x").status_code == 403
    assert actual(app, "/x", origin=None).status_code == 200
    assert actual(app, "/y").status_code == 200


# --- what is not hidden ---------------------------------------------------------------------------


@cors(origins=[PARTNER])
def module_prices() -> str:
    return "prices"


def module_totals() -> str:
    return module_prices()


def siblings_of_a_module(app: Flask) -> None:
    app.add_url_rule("/prices", "prices", module_prices)
    app.add_url_rule("/totals", "totals", module_totals)


def siblings_of_a_factory(app: Flask) -> None:
    @app.get("/prices")
    @cors(origins=[PARTNER])
    def prices() -> str:
        return "prices"

    @app.get("/totals")
    def totals() -> str:
        return prices()


def siblings_at_a_distance(app: Flask) -> None:
    @app.get("/prices")
    @cors(origins=[PARTNER])
    def prices() -> str:
        return "prices"

    def summed() -> str:
        return prices()

    @app.get("/totals")
    def totals() -> str:
        return summed()


def siblings_through_a_wrapper(app: Flask) -> None:
    def logged(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            return function(*args, **kwargs)

        return wrapper

    @app.get("/prices")
    @logged
    @cors(origins=[PARTNER])
    def prices() -> str:
        return "prices"

    @app.get("/totals")
    @logged
    def totals() -> str:
        return prices()


def siblings_that_call_each_other(app: Flask) -> None:
    @app.get("/prices")
    @cors(origins=[PARTNER])
    def prices(deep: bool = True) -> str:
        return totals() if deep else "prices"

    @app.get("/totals")
    def totals() -> str:
        return prices(deep=False)


def a_lambda_beside_a_view(app: Flask) -> None:
    @app.get("/prices")
    @cors(origins=[PARTNER])
    def prices() -> str:
        return "prices"

    app.add_url_rule("/totals", "totals", lambda: f"{prices()}, summed")


def a_method_that_calls_a_view(app: Flask) -> None:
    @app.get("/prices")
    @cors(origins=[PARTNER])
    def prices() -> str:
        return "prices"

    class Totals(MethodView):
        def get(self) -> str:
            return prices()

    app.add_url_rule("/totals", view_func=Totals.as_view("totals"))


def a_class_whose_methods_call_each_other(app: Flask) -> None:
    class Prices(MethodView):
        @cors(origins=[PARTNER])
        def get(self) -> str:
            return "prices"

        def put(self) -> str:
            return self.get()

    app.add_url_rule("/prices", view_func=Prices.as_view("prices"))

    class Totals(Prices):
        def get(self) -> str:
            return super().get()

    app.add_url_rule("/totals", view_func=Totals.as_view("totals"))


@pytest.mark.parametrize(
    "register",
    [
        siblings_of_a_module,
        siblings_of_a_factory,
        siblings_at_a_distance,
        siblings_through_a_wrapper,
        siblings_that_call_each_other,
        a_lambda_beside_a_view,
        a_method_that_calls_a_view,
        a_class_whose_methods_call_each_other,
    ],
)
@pytest.mark.parametrize("debug", [True, False])
def test_views_that_call_each_other_hide_nothing(
    register: Callable[[Flask], None], debug: bool
) -> None:
    app = Flask(__name__)
    app.debug = debug
    StrictCORS(app, origins=[APP])
    register(app)
    for path, origin in (("/prices", PARTNER), ("/totals", APP)):
        headers = cors_headers(actual(app, path, origin=origin))
        headers.pop("StrictCORS-Decision", None)
        assert headers == granted(origin)


def test_the_same_tag_on_both_sides_of_a_wrapper_hides_nothing() -> None:
    pin = cors(origins=[PARTNER])
    app = Flask(__name__)
    app.debug = True
    StrictCORS(app, origins=[APP])
    app.add_url_rule("/x", "x", pin(bare(pin(lambda: "in"))))
    assert granted(PARTNER).items() <= cors_headers(actual(app, "/x", origin=PARTNER)).items()


def test_a_hidden_tag_of_another_app_is_no_concern() -> None:
    one, other = Flask("one"), Flask("other")
    StrictCORS(one, origins=[APP])
    StrictCORS(other, origins=[APP])
    one.add_url_rule("/x", "x", bare(cors(origins=[PARTNER])(lambda: "in")))
    route(other, "/x")
    other.debug = True
    assert granted().items() <= cors_headers(actual(other, "/x")).items()
