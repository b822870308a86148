"""What the middleware takes, and what it refuses: policies that would need routes."""

from typing import Any

import pytest

from flask_strictcors import Policy, PolicyError
from flask_strictcors.wsgi import StrictCORSMiddleware

from .server import SHOP, App, environ, preflight, serve

UNNAMED: list[Any] = [None, "*"]


def codes_of(*policies: Policy, **options: Any) -> list[str]:
    with pytest.raises(PolicyError) as caught:
        StrictCORSMiddleware(App(), *policies, **options)
    return [problem.code.value for problem in caught.value.problems]


@pytest.mark.parametrize("methods", UNNAMED)
def test_methods_must_be_named(methods: Any) -> None:
    assert codes_of(origins=[SHOP], methods=methods) == ["methods-unnamed"]


def test_methods_that_are_left_out_are_not_named() -> None:
    assert codes_of(origins=[SHOP]) == ["methods-unnamed"]


@pytest.mark.parametrize("methods", UNNAMED)
def test_methods_must_be_named_in_each_tier(methods: Any) -> None:
    named = Policy(origins=[SHOP], methods=["GET"])
    assert codes_of(named, Policy(origins="*", methods=methods)) == ["methods-unnamed"]


@pytest.mark.parametrize("methods", UNNAMED)
def test_methods_must_be_named_in_each_path_rule(methods: Any) -> None:
    rules = {"/a": Policy(origins=[SHOP], methods=methods), "/b/*": {"origins": [SHOP]}, "/c": None}
    assert codes_of(rules=rules) == ["methods-unnamed", "methods-unnamed"]


def test_the_problem_names_the_rule_and_what_to_type() -> None:
    with pytest.raises(PolicyError) as caught:
        StrictCORSMiddleware(App(), rules={"/feed": Policy(origins=[SHOP], methods="*")})
    (problem,) = caught.value.problems
    assert (problem.field, problem.value) == ("methods", "*")
    assert "path /feed" in problem.message
    assert problem.fix == 'methods=["GET", "POST"]'


def test_all_problems_come_at_once() -> None:
    with pytest.raises(PolicyError) as caught:
        StrictCORSMiddleware(
            App(),
            origins=["https://shop.example/"],
            methods=["get"],
            enforce="yes",
            own_origins=["x"],
            debug=1,
        )
    assert {(problem.field, problem.code.value) for problem in caught.value.problems} == {
        ("origins", "origin-trailing-slash"),
        ("methods", "method-case"),
        ("enforce", "wrong-type"),
        ("own_origins", "origin-scheme-missing"),
        ("debug", "wrong-type"),
    }


def test_policies_and_single_options_are_refused_together() -> None:
    policy = Policy(origins=[SHOP], methods=["GET"])
    assert "policies-and-options" in codes_of(policy, origins=[SHOP], methods=["GET"])


def test_an_unknown_option_is_named_with_the_nearest() -> None:
    with pytest.raises(PolicyError) as caught:
        StrictCORSMiddleware(App(), origins=[SHOP], methods=["GET"], supports_credentials=True)
    (problem,) = caught.value.problems
    assert (problem.code.value, problem.fix) == ("option-unknown", "credentials")
    assert (problem.field, problem.value) == ("supports_credentials", True)


def test_nobody_is_let_in_without_a_policy() -> None:
    app = App(("Access-Control-Allow-Origin", "*"))
    middleware = StrictCORSMiddleware(app)
    assert serve(middleware, environ(origin=SHOP)).cors == {}
    assert serve(middleware, preflight()).cors == {}
    assert len(app.calls) == 1


def test_several_policies_are_tiers() -> None:
    partners = Policy(origins=[SHOP], methods=["GET"], credentials=True)
    middleware = StrictCORSMiddleware(App(), partners, Policy(origins="*", methods=["GET"]))
    assert serve(middleware, environ(origin=SHOP)).cors == {
        "Access-Control-Allow-Origin": SHOP,
        "Access-Control-Allow-Credentials": "true",
    }
    assert serve(middleware, environ(origin="null")).cors == {"Access-Control-Allow-Origin": "*"}


def test_two_middlewares_share_nothing() -> None:
    app = App()
    one = StrictCORSMiddleware(app, origins=[SHOP], methods=["GET"])
    other = StrictCORSMiddleware(app, origins=["https://other.example"], methods=["GET"])
    assert serve(one, environ(origin=SHOP)).cors
    assert not serve(other, environ(origin=SHOP)).cors


def test_one_inside_another_leaves_the_last_word_to_the_outer() -> None:
    inner = StrictCORSMiddleware(App(), origins="*", methods=["GET"])
    outer = StrictCORSMiddleware(inner, origins=[SHOP], methods=["GET"])
    assert serve(outer, environ(origin=SHOP)).all("Access-Control-Allow-Origin") == [SHOP]
    assert serve(outer, environ(origin="null")).cors == {}
