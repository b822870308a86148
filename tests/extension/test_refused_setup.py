"""Set-up and configuration: what could be misread is refused, with what to write instead."""

from __future__ import annotations

import itertools
import warnings
from typing import Any

import pytest
from flask import Flask

from flask_strictcors import DynamicOrigins, Policy, PolicyError, StrictCORS, cors
from flask_strictcors.wsgi import StrictCORSMiddleware

from .wire import APP, PARTNER, actual, cors_headers, granted, route


def refused(config: dict[str, Any], *policies: Any, **options: Any) -> list[Any]:
    app = Flask(__name__)
    app.config |= config
    with pytest.raises(PolicyError) as caught:
        StrictCORS(app, *policies, **options)
    return list(caught.value.problems)


def test_one_policy_of_the_configuration_needs_no_list() -> None:
    app = Flask(__name__)
    app.config["STRICTCORS_POLICIES"] = Policy(origins=[PARTNER])
    StrictCORS(app)
    route(app, "/x")
    assert cors_headers(actual(app, "/x", origin=PARTNER)) == granted(PARTNER)


def test_the_options_of_one_policy_of_the_configuration_need_no_list() -> None:
    app = Flask(__name__)
    app.config["STRICTCORS_POLICIES"] = {"origins": f"{PARTNER} {APP}"}
    StrictCORS(app)
    route(app, "/x")
    assert cors_headers(actual(app, "/x", origin=PARTNER)) == granted(PARTNER)


@pytest.mark.parametrize("value", [5, 0, False, True, 1.5, "0", object(), {1: 2}])
def test_what_is_no_policy_is_a_problem_beside_all_others(value: Any) -> None:
    problems = refused({"STRICTCORS_POLICIES": value}, enforce="yes")
    fields = [problem.field for problem in problems]
    assert "enforce" in fields
    assert len(fields) >= 2
    assert all(problem.fix for problem in problems)


def test_what_is_no_policys_option_at_all_is_named() -> None:
    (problem,) = refused({}, {5: "five"})
    assert (problem.code, problem.field) == ("option-unknown", "5")


@pytest.mark.parametrize("policies", [(), (Policy(origins=[APP], methods=["GET"]),)])
@pytest.mark.parametrize(
    ("wrong", "nearest"),
    [("enforced", "enforce"), ("rule", "rules"), ("own_origin", "own_origins"), ("debg", "debug")],
)
def test_an_unknown_option_of_the_middleware_is_named_with_the_nearest(
    policies: tuple[Policy, ...], wrong: str, nearest: str
) -> None:
    with pytest.raises(PolicyError) as caught:
        StrictCORSMiddleware(Flask(__name__), *policies, **{wrong: True})  # type: ignore[arg-type]
    (problem,) = caught.value.problems
    assert (problem.code, problem.field, problem.fix) == ("option-unknown", wrong, nearest)


def test_an_unknown_option_beside_a_pinned_policy_is_named_with_the_nearest() -> None:
    with pytest.raises(PolicyError) as caught:
        cors(Policy(origins=[APP]), orgins=[PARTNER])  # type: ignore[call-arg]
    found = {problem.code: problem.fix for problem in caught.value.problems}
    assert found["option-unknown"] == "origins"  # type: ignore[index]


@pytest.mark.parametrize("value", ["nope", None, 5, [], {}])
def test_what_is_no_wsgi_app_is_refused_at_once(value: Any) -> None:
    with pytest.raises(TypeError, match="takes the WSGI app first"):
        StrictCORSMiddleware(value, origins=[APP], methods=["GET"])


@pytest.mark.parametrize("space", ["\n", "\t", "\r\n", " ", "\x0b"])
def test_an_origin_with_white_space_in_it_is_never_mended_into_a_stranger(space: str) -> None:
    with pytest.raises(PolicyError) as caught:
        Policy(origins=[f"https://ex{space}ample.com"])
    for problem in caught.value.problems:
        assert "https://ample.com" not in problem.fix


def test_several_origins_in_one_string_are_mended_into_several() -> None:
    with pytest.raises(PolicyError) as caught:
        Policy(origins=[f"{APP}, {PARTNER}"])
    assert APP in caught.value.problems[0].fix
    assert PARTNER in caught.value.problems[0].fix


def test_an_allowlist_that_admits_nobody_is_refused() -> None:
    nobody = Policy(origins=[APP]).debug_origins

    def admits(origin: str) -> bool:
        return True

    for make in (
        lambda: Policy(origins=admits, allowlist=nobody),
        lambda: DynamicOrigins(admits, allowlist=nobody),
    ):
        with pytest.raises(PolicyError) as caught:
            make()
        assert caught.value.problems[0].field == "allowlist"


def test_wrappers_that_lead_in_a_circle_are_left() -> None:
    def one() -> str:
        return "in"

    def other() -> str:
        return "in"

    one.__wrapped__ = other  # type: ignore[attr-defined]
    other.__wrapped__ = one  # type: ignore[attr-defined]
    app = Flask(__name__)
    app.add_url_rule("/x", "x", one)
    StrictCORS(app, origins=[APP])
    assert cors_headers(actual(app, "/x")) == granted()


def test_a_view_that_answers_to_every_name_is_left() -> None:
    made = itertools.count()

    class Endless:
        def __call__(self) -> str:
            return "in"

        def __getattr__(self, name: str) -> Any:
            if name != "__wrapped__":
                raise AttributeError(name)
            assert next(made) < 10_000
            return Endless()

    app = Flask(__name__)
    app.add_url_rule("/x", "x", Endless())
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        StrictCORS(app, origins=[APP])
    assert cors_headers(actual(app, "/x")) == granted()
