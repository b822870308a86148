"""The command itself: exit statuses, what it prints, and what it leaves alone."""

from __future__ import annotations

import inspect
import json
import re
from functools import partial
from typing import Any

import pytest
from flask import Blueprint, Flask
from flask.views import MethodView
from flask_cors import CORS, cross_origin
from flask_cors.extension import make_after_request_function

from flask_strictcors import StrictCORS
from flask_strictcors.cli.migrate.codes import NOTICES, Code
from flask_strictcors.cli.migrate.found import SWITCHES

from .moving import before_and_after, move, run
from .worlds import APP, CASES, PARTNER, bare, route

CODE = """\
from flask_strictcors import StrictCORS

StrictCORS(app, origins=["https://app.example.com"], allow_headers="*")

"""
REPORT = """\
regex-unanchored  app
  the expression https://app\\.example\\.com also lets in https://app.example.com.evil.net: it \
does not ask for the end of the origin. The code that is printed does not.
  To do: nothing, unless https://app.example.com.evil.net is meant: then its name among the origins

"""


@pytest.fixture
def strict() -> Flask:
    app = bare()
    route(app, "/orders")
    CORS(app, origins=[APP])
    return app


@pytest.fixture
def loose() -> Flask:
    app = bare()
    CORS(app, origins=[r"https://app\.example\.com"])
    return app


def test_what_is_carried_over_whole_ends_with_exit_status_0(strict: Flask) -> None:
    result = run(strict)
    assert result.exit_code == 0
    assert result.stdout.startswith(CODE)
    assert result.stdout.endswith("\nNothing to decide.\n")


def test_what_is_to_decide_comes_first_and_ends_with_exit_status_1(loose: Flask) -> None:
    result = run(loose)
    assert result.exit_code == 1
    assert result.stdout.startswith(CODE + REPORT)
    assert result.stdout.endswith("\n1 thing to decide.\n")


def test_json_has_the_code_and_the_remarks(loose: Flask) -> None:
    result = run(loose, "--json")
    told = json.loads(result.stdout)
    assert result.exit_code == 1
    assert told["code"] == CODE.removesuffix("\n")
    assert told["remarks"][0] == {
        "code": "regex-unanchored",
        "place": "app",
        "message": REPORT.splitlines()[1].strip(),
        "fix": REPORT.splitlines()[2].strip().removeprefix("To do: "),
        "decision": True,
    }
    codes = [remark["code"] for remark in told["remarks"] if not remark["decision"]]
    assert len(codes) == len(told["remarks"]) - 1
    assert set(codes) <= NOTICES


def test_an_app_without_flask_cors_is_told_in_a_line() -> None:
    result = run(Flask("shop"))
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        "Error: The app 'shop' has no Flask-CORS: give --app one that has CORS(app) in it, or "
        "@cross_origin.\n"
    )


def test_an_option_that_is_not_there_is_bad_usage(strict: Flask) -> None:
    assert run(strict, "--write").exit_code == 2


def test_an_app_that_has_both_can_be_asked_as_well() -> None:
    app = bare()
    StrictCORS(app, origins=[APP])
    CORS(app, origins=[PARTNER])
    assert f'origins=["{PARTNER}"]' in move(app).code


def test_nothing_of_the_app_is_changed(strict: Flask) -> None:
    hooks, views = dict(strict.after_request_funcs), dict(strict.view_functions)
    first = move(strict)
    assert move(strict) == first
    assert (strict.after_request_funcs, strict.view_functions) == (hooks, views)
    assert "strictcors" not in strict.extensions
    assert strict.test_client().get("/orders", headers={"Origin": APP}).status_code == 200


def test_every_code_is_told_of_some_app() -> None:
    told = {remark["code"] for case in CASES for remark in before_and_after(case.make)[2].remarks}
    assert told | {"setup-unread"} == {*Code}


def test_what_is_told_is_whole() -> None:
    for case in CASES:
        for remark in before_and_after(case.make)[2].remarks:
            texts = [remark[name] for name in ("code", "place", "message", "fix")]
            assert all(text and text == text.strip() for text in texts)
            assert remark["message"].endswith(".")
            assert not remark["fix"].endswith(".")


def test_a_flask_cors_that_is_not_known_is_told_and_the_rest_carried_over(
    strict: Flask,
) -> None:
    # Its own, and no hook that is known: it has no resources in it.
    strict.after_request(make_after_request_function)
    moved = move(strict)
    assert moved.decisions == {"setup-unread"}
    assert f'origins=["{APP}"]' in moved.code


def test_of_two_hooks_the_last_is_asked_first_and_so_decides_alone() -> None:
    app = bare()
    route(app, "/orders")
    CORS(app, origins=[APP])
    CORS(app, origins=[PARTNER])
    moved = move(app)
    assert moved.decisions == {"layers"}
    assert f'origins=["{PARTNER}"]' in moved.code
    assert APP not in moved.code


UNKNOWN = """
def cross_origin(view):
    def wrapper():
        return view()
    return wrapper
"""


def test_a_view_with_a_decorator_that_is_not_known_lets_nobody_in() -> None:
    own: dict[str, Any] = {"__name__": "flask_cors.decorator"}
    exec(UNKNOWN, own)
    app = bare()
    view = own["cross_origin"](lambda: "own")
    app.add_url_rule("/own", "own", view)
    app.add_url_rule("/again", "again", view)
    CORS(app)
    moved = move(app)
    assert moved.decisions == {"setup-unread"}
    assert 'endpoint "own", "again"\n@cors.exempt\ndef wrapper(): ...\n' in moved.code


def test_a_view_is_named_by_its_file_and_line() -> None:
    app = bare()

    @app.get("/prices")
    @cross_origin(origins=[APP])
    def prices() -> str:
        return "prices"

    line = inspect.unwrap(prices).__code__.co_firstlineno
    code = move(app).code
    assert f'test_command.py:{line}, endpoint "prices"\n' in code
    assert code.endswith('allow_headers="*")\ndef prices(): ...\n')


def test_a_view_that_has_no_name_is_reached_through_the_app() -> None:
    app = bare()
    app.add_url_rule("/long", "long", cross_origin(origins=[APP, PARTNER])(lambda: "long"))
    app.add_url_rule("/short", "short", cross_origin(methods=[])(partial(str, "short")))
    code = move(app).code
    assert 'view_cors(app.view_functions["long"])\n' in code
    assert '(app.view_functions["short"])\n' in code


def test_a_blueprint_is_named_as_python_can_name_it() -> None:
    app = bare()
    for name in ("my-shop", "2nd"):
        blueprint = Blueprint(name, __name__, url_prefix=f"/{name}")
        CORS(blueprint, methods=[])
        route(blueprint, "/cart")
        app.register_blueprint(blueprint)
    code = move(app).code
    assert '# blueprint "my-shop"\ncors(policy)(my_shop)\n' in code
    assert '# blueprint "2nd"\ncors(policy)(_2nd)\n' in code


OLDER = """
def make_hook(resources):
    def hook(response):
        return response if resources else None
    return hook
"""


def older_hook(resources: list[tuple[str, dict[str, Any]]]) -> Any:
    """Make a hook as Flask-CORS 6.0.0 to 6.0.2 keeps it: texts and mappings, nothing compiled."""

    def match(value: str, pattern: str, caseSensitive: bool) -> bool:  # noqa: N803
        return bool(re.match(pattern, value, 0 if caseSensitive else re.IGNORECASE))

    core: dict[str, Any] = {
        "try_match_pattern": match,
        "probably_regex": lambda text: "*" in text,
    }
    exec("def set_cors_headers(): ...", core)
    own = {"__name__": "flask_cors.extension", "set_cors_headers": core["set_cors_headers"]}
    exec(OLDER, own)
    return own["make_hook"](resources)


def test_options_as_they_were_kept_before_6_0_3_are_read_as_well() -> None:
    kept = {
        "origins": [APP, r"https://.*\.example\.org$"],
        "methods": "GET, POST",
        "allow_headers": ["X-Trace", ".*"],
        "expose_headers": None,
        "supports_credentials": False,
        "max_age": None,
        "resources": "/*",
        **SWITCHES,
    }
    app = bare()
    route(app, "/orders", "GET POST")
    app.after_request(older_hook([("/api/.*", kept), ("/orders", kept)]))
    assert move(app).code == (
        "from flask_strictcors import Policy, StrictCORS\n\n"
        "policy = Policy(\n"
        f'    origins=["{APP}", "https://*.example.org"], allow_headers="*"\n'
        ")\n\n"
        'StrictCORS(app, rules={"/api/*": policy, "/orders": policy})\n'
    )


def test_a_method_is_shown_in_the_class_that_it_was_written_in() -> None:
    app = bare()

    class Cart(MethodView):
        @cross_origin(origins=[APP])
        def get(self) -> str:
            return "cart"

    class Own(Cart):
        pass

    app.add_url_rule("/own", view_func=Own.as_view("own"))
    code = move(app).code
    assert "class Cart(MethodView):\n    @cors(\n" in code
    assert "class Own" not in code
