"""Which rule governs a path: the most specific, whole, and a naive search that agrees."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flask_strictcors.core.errors import Code, Problem
from flask_strictcors.core.policy import DynamicOrigins, Policy
from flask_strictcors.core.rules import NO_RULE, PathRules, Rule, Rules, is_canonical, read_rules

from .counting import Watched, calls_in
from .strategies import short

ANY = Policy(origins="*")
A = Policy(origins="https://a.com")


def path_rules(*paths: str) -> PathRules:
    return PathRules({path: Rule(path) for path in paths})


def found(rules: PathRules, path: str) -> str | None:
    rule = rules.find(path)
    return None if rule is None else rule.label


GOVERNED = [
    # what a rule's paths are
    (["/api"], "/api", "/api"),
    (["/api"], "/api/", None),
    (["/api"], "/api/users", None),
    (["/api/"], "/api/", "/api/"),
    (["/api/"], "/api", None),
    (["/api/*"], "/api", "/api/*"),
    (["/api/*"], "/api/", "/api/*"),
    (["/api/*"], "/api/users", "/api/*"),
    (["/api/*"], "/api/users/1/", "/api/*"),
    (["/*"], "/", "/*"),
    (["/*"], "/api", "/*"),
    (["/*"], "/api/users/1", "/*"),
    (["/"], "/", "/"),
    (["/"], "/api", None),
    # whole segments, each byte as it is
    (["/api/*"], "/apis", None),
    (["/api/*"], "/api.json", None),
    (["/api/*"], "/v1/api", None),
    (["/api/*"], "/ap", None),
    (["/api/*"], "/Api", None),
    (["/api/*"], "/api%2fusers", None),
    (["/api/*"], "/api+x", None),
    (["/a b"], "/a b", "/a b"),
    (["/a b"], "/a+b", None),
    (["/ü/*"], "/ü/1", "/ü/*"),
    (["/ü/*"], "/u\u0308/1", None),
    # more literal segments win, then the exact path
    (["/*", "/api/*", "/api/auth/*"], "/api/auth/login", "/api/auth/*"),
    (["/*", "/api/*", "/api/auth/*"], "/api/authors", "/api/*"),
    (["/*", "/api/*", "/api/auth/*"], "/about", "/*"),
    (["/api/*", "/api"], "/api", "/api"),
    (["/api/*", "/api"], "/api/", "/api/*"),
    (["/api/*", "/api/"], "/api/", "/api/"),
    (["/api/*", "/api/users"], "/api/users", "/api/users"),
    (["/api/*", "/api/users"], "/api/users/1", "/api/*"),
    (["/a/b/c/*", "/a/*"], "/a/b/c2", "/a/*"),
    (["/*", "/"], "/", "/"),
    ([], "/", None),
]


@pytest.mark.parametrize(("paths", "path", "label"), GOVERNED)
def test_the_most_specific_rule_governs(paths: list[str], path: str, label: str | None) -> None:
    assert found(path_rules(*paths), path) == label
    assert found(path_rules(*reversed(paths)), path) == label


def naively_found(paths: list[str], path: str) -> str | None:
    """Return the rule that governs the path, by comparing it with each."""
    given = path.split("/")
    governing: list[tuple[int, bool, str]] = []
    for rule in paths:
        *literal, last = rule.split("/")
        if last != "*":
            if rule == path:
                governing.append((len(literal) + 1, True, rule))
        elif given[: len(literal)] == literal:
            governing.append((len(literal), False, rule))
    return max(governing)[2] if governing else None


SEGMENTS = st.sampled_from(["a", "b", "A", "ab", "a.b", "*a", " "])
FRONTS = st.lists(SEGMENTS, max_size=4).map(lambda segments: "".join(f"/{s}" for s in segments))
PATHS = st.tuples(FRONTS, st.sampled_from(["", "/"])).map("".join).map(lambda path: path or "/")
RULE_PATHS = PATHS | FRONTS.map(lambda front: f"{front}/*")


@short
@given(st.lists(RULE_PATHS, max_size=8, unique=True), st.lists(PATHS, min_size=1, max_size=8))
def test_a_naive_search_finds_the_same_rule(paths: list[str], asked: list[str]) -> None:
    rules = path_rules(*paths)
    for path in asked + [path.removesuffix("/*") + "/x" for path in paths]:
        assert found(rules, path) == naively_found(paths, path), (paths, path)


@short
@given(st.lists(RULE_PATHS, max_size=6, unique=True), RULE_PATHS, PATHS)
def test_a_wider_rule_changes_nothing_where_a_narrower_one_decides(
    paths: list[str], more: str, path: str
) -> None:
    before, after = found(path_rules(*paths), path), found(path_rules(*paths, more), path)
    if before is not None and naively_found([before, more], path) == before:
        assert after == before


def test_a_path_of_many_slashes_costs_no_more_than_another() -> None:
    rules = path_rules("/*", "/api/*", "/api/v1/users/*")
    short_path, long_path = "/x/y/z/1/2", "/x" * 10_000
    assert calls_in(lambda: rules.find(long_path)) == calls_in(lambda: rules.find(short_path))
    watched = Watched("/" * 65536)
    assert found(rules, watched) == "/*"
    assert watched.seen < 100


def test_path_rules_are_true_where_there_are_any_and_list_each() -> None:
    assert not path_rules()
    assert path_rules("/*")
    assert path_rules("/a")
    assert [rule.label for rule in path_rules("/a", "/b/*")] == ["/a", "/b/*"]


def test_paths_are_listed_once_as_they_were_written_and_the_most_specific_first() -> None:
    rules = path_rules("/*", "/a/*", "/a/b/*", "/z/b/*", "/a", "/z/*")
    assert [(path, rule.label) for path, rule in rules.by_path()] == [
        (path, path) for path in ("/a", "/a/b/*", "/z/b/*", "/a/*", "/z/*", "/*")
    ]


CANONICAL = [
    "/",
    "/a",
    "/a/",
    "/a/b",
    "/.well-known/x",
    "/a.",
    "/...",
    "/a/..b",
    "/ü",
    "/a;b",
    "/~a",
]

NOT_CANONICAL = [
    "/.",
    "/..",
    "/./a",
    "/../a",
    "/a/.",
    "/a/..",
    "/a/./b",
    "/a/../b",
    "/a/b/../",
    "/..\\a",
    "/a\\b",
    "\\",
    "/a%2fb",
    "/%2e%2e/a",
    "/100%",
    "//",
    "//a",
    "/a//",
    "/a//b",
    "/a\ufffd",
    ".",
    "..",
    "./a",
    "../a",
]


@pytest.mark.parametrize("path", CANONICAL)
def test_a_path_that_means_one_thing_is_canonical(path: str) -> None:
    assert is_canonical(path)


@pytest.mark.parametrize("path", NOT_CANONICAL)
def test_a_path_that_is_read_in_more_than_one_way_is_not(path: str) -> None:
    assert not is_canonical(path)


@pytest.mark.parametrize("path", NOT_CANONICAL)
def test_a_path_that_is_not_canonical_is_denied_where_there_are_path_rules(path: str) -> None:
    paths = path_rules("/admin/*", "/a/*", "/*")
    assert Rules((ANY,), paths).for_path(path) is NO_RULE
    assert Rules((ANY,), path_rules()).for_path(path).policies == (ANY,)


def test_a_path_rule_decides_then_the_policy_of_the_app() -> None:
    paths = path_rules("/api/*")
    rules = Rules((ANY,), paths)
    assert rules.for_path("/api/users").label == "/api/*"
    assert rules.for_path("/about").policies == (ANY,)
    assert rules.for_path("/about").label == "app"
    assert Rules((), paths).for_path("/about") is NO_RULE
    assert Rules((), path_rules()).for_path("/about") is NO_RULE


def test_every_rule_that_could_decide_is_listed() -> None:
    rules = Rules((ANY,), path_rules("/a", "/b/*"))
    assert {rule.label for rule in rules.wherever()} == {"/a", "/b/*", "app"}
    assert Rules((), path_rules()).wherever() == (NO_RULE,)


def read(value: object) -> tuple[PathRules, list[Problem]]:
    problems: list[Problem] = []
    return read_rules(value, problems), problems


def test_rules_are_read_from_a_mapping_or_from_pairs() -> None:
    given: dict[str, Any] = {
        "/api/*": A,
        "/api/auth/*": None,
        "/feed.xml": {"origins": "*"},
        "/many": [A, ANY],
        "/": ANY,
        "/ü/a b;c/*": A,
    }
    for value in (given, list(given.items()), iter(given.items()), given.items()):
        rules, problems = read(value)
        assert not problems
        for path in given:
            rule = rules.find(path.removesuffix("/*") or "/")
            assert rule is not None
            assert rule.label == f"path {path}"
            assert rule.is_exempt == (path == "/api/auth/*")
        assert {rule.label: rule.policies for rule in rules} == {
            "path /api/*": (A,),
            "path /api/auth/*": (),
            "path /feed.xml": (ANY,),
            "path /many": (A, ANY),
            "path /": (ANY,),
            "path /ü/a b;c/*": (A,),
        }


@pytest.mark.parametrize("value", [None, {}, [], ()])
def test_no_rules_are_no_problem(value: object) -> None:
    rules, problems = read(value)
    assert not rules
    assert not problems


@pytest.mark.parametrize("value", [3, True, "/api/*", ["/api/*"], [("/a", A, A)], b"/a", [3], A])
def test_rules_of_another_shape_are_a_problem(value: object) -> None:
    rules, (problem,) = read(value)
    assert not rules
    assert (problem.code, problem.field, problem.value) == (Code.WRONG_TYPE, "rules", value)
    assert problem.fix.startswith('rules={"/api/*": ')


BAD_PATHS = [
    ("", "/"),
    ("*", "/*"),
    ("api", "/api"),
    ("api/*", "/api/*"),
    ("api//v1", "/api/*"),
    ("api*", "/api/*"),
    ("https://a.com/api", "/api/*"),
    ("/api*", "/api/*"),
    ("/api/**", "/api/*"),
    ("/*/users", "/api/*"),
    ("/*/*", "/api/*"),
    ("/api/*/", "/api/*"),
    ("/a*b/*", "/api/*"),
    ("/.", "as Flask's routes spell it"),
    ("/a/../b", "as Flask's routes spell it"),
    ("/a/./*", "as Flask's routes spell it"),
    ("/../*", "as Flask's routes spell it"),
    ("/a//b", "as Flask's routes spell it"),
    ("//", "as Flask's routes spell it"),
    ("//*", "as Flask's routes spell it"),
    ("/a//*", "as Flask's routes spell it"),
    ("/a%20b", "as Flask's routes spell it"),
    ("/a\\b", "as Flask's routes spell it"),
    ("/a?q", "as Flask's routes spell it"),
    ("/a#f", "as Flask's routes spell it"),
    ("/a\ufffd", "as Flask's routes spell it"),
    ("/a\n", "as Flask's routes spell it"),
    ("/a\x00/*", "as Flask's routes spell it"),
]


@pytest.mark.parametrize(("path", "fix"), BAD_PATHS)
def test_a_path_that_governs_no_request_is_a_problem(path: str, fix: str) -> None:
    rules, (problem,) = read({path: A})
    assert not rules
    assert (problem.code, problem.value) == (Code.RULE_PATH, path)
    assert problem.field == f"rules[{path!r}]"
    assert problem.fix.endswith(fix)


@pytest.mark.parametrize("path", [None, 3, b"/a", ("/a",), ["/a"]])
def test_a_path_that_is_no_string_is_a_problem(path: object) -> None:
    _, (problem,) = read([(path, A)])
    assert (problem.code, problem.value) == (Code.WRONG_TYPE, path)


def test_two_rules_for_the_same_paths_are_a_problem() -> None:
    rules, (problem,) = read([("/api/*", A), ("/api", A), ("/api/*", None)])
    assert (problem.code, problem.field) == (Code.RULE_PATH_TWICE, "rules['/api/*']")
    assert found(rules, "/api/x") == "path /api/*"


def test_all_problems_of_all_rules_come_at_once() -> None:
    _, problems = read(
        [
            ("api", A),
            ("/a", {"origins": ["null"], "max_age": -1}),
            ("/b", "https://a.com"),
            ("/c", [ANY, A]),
        ]
    )
    assert [(problem.code, problem.field) for problem in problems] == [
        (Code.RULE_PATH, "rules['api']"),
        (Code.ORIGIN_NULL, "rules['/a'].origins"),
        (Code.MAX_AGE_RANGE, "rules['/a'].max_age"),
        (Code.NOT_A_POLICY, "rules['/b'].policies[0]"),
        (Code.TIER_UNREACHABLE, "rules['/c'].policies[1]"),
    ]


def test_rules_are_equal_only_to_themselves() -> None:
    assert Rule("app", (ANY,)) != Rule("app", (ANY,))
    assert len({Rule("app"), Rule("app")}) == 2


@pytest.mark.parametrize(
    ("policies", "is_any"),
    [
        ((), False),
        ((ANY,), True),
        ((A,), False),
        ((A, ANY), False),
        ((Policy(origins=DynamicOrigins(str, "*")),), False),
    ],
)
def test_a_rule_for_everybody_is_one_anonymous_policy(
    policies: tuple[Policy, ...], is_any: bool
) -> None:
    assert Rule("app", policies).is_any_origin is is_any
