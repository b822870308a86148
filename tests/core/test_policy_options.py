"""Options: their names and defaults, and what an unknown one is told."""

import pytest

from flask_strictcors.core.errors import Code
from flask_strictcors.core.policy import POLICY_OPTIONS, Policy, PolicyOptions, unknown_option

from .refusing import problem_of


def test_the_options_are_those_that_are_typed() -> None:
    assert set(POLICY_OPTIONS) == set(PolicyOptions.__annotations__)
    assert POLICY_OPTIONS[0] == "origins"


def test_the_defaults_are_those_that_are_documented() -> None:
    policy = Policy(origins="*")
    assert policy.allowlist is None
    assert policy.methods is None
    assert policy.allow_headers == ("Content-Type",)
    assert policy.expose_headers == ()
    assert policy.credentials is False
    assert policy.max_age == 600
    assert not policy.debug_origins
    assert not any(getattr(policy, name) for name in POLICY_OPTIONS if name.startswith("danger"))


UNKNOWN = [
    # slips
    ("origin", "origins"),
    ("orgins", "origins"),
    ("Origins", "origins"),
    ("credential", "credentials"),
    ("max_ages", "max_age"),
    ("maxage", "max_age"),
    ("allow_header", "allow_headers"),
    ("exposed_headers", "expose_headers"),
    ("allow_list", "allowlist"),
    ("dangerously_allow_insecure_origin", "dangerously_allow_insecure_origins"),
    # what others call them
    ("supports_credentials", "credentials"),
    ("support_credentials", "credentials"),
    ("SUPPORTS_CREDENTIALS", "credentials"),
    ("allow_credentials", "credentials"),
    ("allow_origins", "origins"),
    ("allowed_origins", "origins"),
    ("allow_methods", "methods"),
    ("headers", "allow_headers"),
    # what others need, and nobody here
    ("vary_header", "nothing: Vary is always right"),
    ("automatic_options", "nothing: preflights are always answered"),
    ("intercept_exceptions", "nothing: error answers always carry their headers"),
    ("send_wildcard", 'origins="*", without credentials'),
    ("allow_origin_regex", "origins, with patterns such as https://*.example.com"),
    ("allow_private_network", "nothing: browsers have withdrawn these headers"),
]


@pytest.mark.parametrize(("name", "fix"), UNKNOWN)
def test_an_unknown_option_names_the_nearest_there_is(name: str, fix: str) -> None:
    problem = problem_of(origins="*", **{name: "value"})
    assert (problem.code, problem.field, problem.value) == (Code.OPTION_UNKNOWN, name, "value")
    assert name in problem.message
    assert problem.fix == fix


@pytest.mark.parametrize("name", ["zzz", "", "resources"])
def test_an_option_that_is_near_to_none_is_told_all(name: str) -> None:
    problem = problem_of(origins="*", **{name: 1})
    assert problem.fix == "one of: " + ", ".join(POLICY_OPTIONS)


@pytest.mark.parametrize(
    ("name", "shown", "fix"),
    [
        ("origin", "STRICTCORS_ORIGIN", "STRICTCORS_ORIGINS"),
        ("SUPPORTS_CREDENTIALS", "STRICTCORS_SUPPORTS_CREDENTIALS", "STRICTCORS_CREDENTIALS"),
        ("resources", "STRICTCORS_RESOURCES", "STRICTCORS_RULES"),
        ("zzz", "STRICTCORS_ZZZ", "one of: STRICTCORS_ORIGINS, STRICTCORS_CREDENTIALS"),
    ],
)
def test_a_key_of_a_configuration_is_named_as_it_is_there(name: str, shown: str, fix: str) -> None:
    known = ["origins", "credentials"] + (["rules"] if name == "resources" else [])
    problem = unknown_option(name, 1, known, "STRICTCORS_")
    assert (problem.field, problem.fix) == (shown, fix)
    assert shown in problem.message
