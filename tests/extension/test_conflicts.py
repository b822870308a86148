"""Two authors of one header are an error: a second StrictCORS, or Flask-CORS in any form."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from types import FunctionType
from typing import Any

import flask_cors
import pytest
from flask import Blueprint, Flask
from flask.views import MethodView

from flask_strictcors import PolicyError, StrictCORS, cors
from flask_strictcors.extension.conflicts import flask_cors_functions, flask_cors_problems

from .wire import APP, EVIL, SILENT, actual, cors_headers, granted, preflight, route


def codes(caught: pytest.ExceptionInfo[PolicyError]) -> list[str]:
    return [str(problem.code) for problem in caught.value.problems]


def test_a_second_extension_on_one_app_is_an_error() -> None:
    app = Flask(__name__)
    ext = StrictCORS(app, origins=[APP])
    for again in (lambda: StrictCORS(app, origins="*"), lambda: ext.init_app(app)):
        with pytest.raises(PolicyError) as caught:
            again()
        (problem,) = caught.value.problems
        assert (problem.code, problem.field) == ("strictcors-twice", "app")
        assert problem.value is app
    route(app, "/")
    assert cors_headers(actual(app)) == granted()
    assert cors_headers(actual(app, origin=EVIL)) == SILENT


def cors_of_app(app: Flask) -> None:
    route(app, "/")
    flask_cors.CORS(app)


def cors_init_app(app: Flask) -> None:
    route(app, "/")
    flask_cors.CORS().init_app(app, resources={"/api/*": {"origins": "*"}})


def cors_of_blueprint(app: Flask) -> None:
    blueprint = Blueprint("api", __name__)
    flask_cors.CORS(blueprint)
    route(blueprint, "/")
    app.register_blueprint(blueprint)


def cors_of_inner_blueprint(app: Flask) -> None:
    outer, inner = Blueprint("outer", __name__), Blueprint("inner", __name__)
    flask_cors.CORS(inner)
    route(inner, "/")
    outer.register_blueprint(inner)
    app.register_blueprint(outer)


def cross_origin_on_function(app: Flask) -> None:
    @app.get("/")
    @flask_cors.cross_origin()
    def index() -> str:
        return "in"


def cross_origin_below_a_decorator(app: Flask) -> None:
    def logged(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            return function(*args, **kwargs)

        return wrapper

    @app.get("/")
    @logged
    @flask_cors.cross_origin()
    def index() -> str:
        return "in"


def cross_origin_on_method(app: Flask) -> None:
    class Index(MethodView):
        @flask_cors.cross_origin()
        def get(self) -> str:
            return "in"

    app.add_url_rule("/", view_func=Index.as_view("index"))


def cross_origin_in_decorators(app: Flask) -> None:
    class Index(MethodView):
        decorators = (flask_cors.cross_origin(),)

        def get(self) -> str:
            return "in"

    app.add_url_rule("/", view_func=Index.as_view("index"))


def cross_origin_on_a_blueprints_view(app: Flask) -> None:
    blueprint = Blueprint("api", __name__)

    @blueprint.get("/")
    @flask_cors.cross_origin()
    def index() -> str:
        return "in"

    app.register_blueprint(blueprint)


every_form = pytest.mark.parametrize(
    "form",
    [
        cors_of_app,
        cors_init_app,
        cors_of_blueprint,
        cors_of_inner_blueprint,
        cross_origin_on_function,
        cross_origin_below_a_decorator,
        cross_origin_on_method,
        cross_origin_in_decorators,
        cross_origin_on_a_blueprints_view,
    ],
)


@every_form
def test_flask_cors_that_is_there_already_is_an_error(form: Callable[[Flask], None]) -> None:
    app = Flask(__name__)
    form(app)
    with pytest.raises(PolicyError) as caught:
        StrictCORS(app, origins=[APP])
    assert codes(caught) == ["flask-cors-present"]
    assert caught.value.problems[0].value is app


@every_form
@pytest.mark.parametrize("ask", [actual, preflight])
def test_flask_cors_that_comes_later_is_an_error_in_debug(
    form: Callable[[Flask], None], ask: Any
) -> None:
    app = Flask(__name__)
    app.debug = True
    StrictCORS(app, origins=[APP])
    form(app)
    with pytest.raises(PolicyError) as caught:
        ask(app, method="GET")
    assert codes(caught) == ["flask-cors-present"]


@every_form
def test_flask_cors_that_comes_later_writes_nothing_in_production(
    form: Callable[[Flask], None], caplog: pytest.LogCaptureFixture
) -> None:
    app = Flask(__name__)
    StrictCORS(app, origins=[APP])
    form(app)
    with caplog.at_level(logging.ERROR, "flask_strictcors"):
        for _ in range(2):
            # Flask-CORS may have added its own Vary to ours, but nothing of Access-Control-*.
            assert cors_headers(actual(app)) == granted()
            assert cors_headers(actual(app, origin=EVIL)) == SILENT
    errors = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert len(errors) == 1
    assert "flask-cors-present" in errors[0].getMessage()


def test_every_place_of_flask_cors_is_named() -> None:
    app = Flask(__name__)
    cross_origin_on_function(app)
    flask_cors.CORS(app)
    with pytest.raises(PolicyError, match=r"(?s)after_request.*view index"):
        StrictCORS(app)


@pytest.mark.parametrize(
    ("module", "is_found"),
    [
        ("flask_cors", True),
        ("flask_cors.decorator", True),
        ("flask_cors.one.two", True),
        ("flask_cors_of_ours", False),
        ("ours.flask_cors", False),
    ],
)
def test_what_was_defined_anywhere_in_flask_cors_is_found(module: str, is_found: bool) -> None:
    app = Flask(__name__)
    hook: Any = FunctionType((lambda response: response).__code__, {"__name__": module})
    app.after_request(hook)
    if is_found:
        with pytest.raises(PolicyError, match="the after_request hook"):
            StrictCORS(app)
    else:
        StrictCORS(app)


def test_an_unused_import_of_flask_cors_is_no_conflict() -> None:
    app = Flask(__name__)
    StrictCORS(app, origins=[APP])
    app.debug = True

    @app.get("/")
    @cors(origins=[APP])
    def index() -> str:
        return flask_cors.__name__

    assert granted().items() <= cors_headers(actual(app)).items()


def test_each_function_of_flask_cors_is_found_with_what_flask_calls_and_where() -> None:
    app = Flask(__name__)
    cors_of_app(app)
    cors_of_blueprint(app)
    cross_origin_below_a_decorator(app)
    found = list(flask_cors_functions(app))
    hooks = [(one.scope, one.outer) for one in found if one.endpoint is None]
    assert hooks == [(scope, app.after_request_funcs[scope][0]) for scope in (None, "api")]
    ((endpoint, outer, inner),) = (
        (one.endpoint, one.outer, one.function) for one in found if one.endpoint
    )
    assert outer is app.view_functions["index"]
    assert (endpoint, inner) == ("index", outer.__wrapped__)


def test_flask_cors_is_a_problem_of_the_app_and_the_fix_names_what_takes_its_place() -> None:
    app = Flask(__name__)
    flask_cors.CORS(app)
    (problem,) = flask_cors_problems(app)
    assert (problem.field, problem.value) == ("app", app)
    assert problem.fix == (
        "remove Flask-CORS: rules and @cors(...) take the place of CORS(app) and @cross_origin"
    )
