"""Path rules that governed other paths than they say."""

from __future__ import annotations

import re
from collections.abc import Callable
from fnmatch import fnmatchcase
from itertools import permutations
from typing import Any
from urllib.parse import unquote, unquote_plus

import pytest

from flask_strictcors import Policy, PolicyError, StrictCORS, cors
from flask_strictcors.core.rules import PathRules, Rule

from .doors import (
    APP,
    EVIL,
    METHODS,
    PARTNER,
    Install,
    door_of,
    flask_cors_6,
    get,
    lets_in,
    preflight,
    serving_anything,
    through_flask,
    through_flask_cors,
)

OPEN: dict[str, Any] = {"origins": [EVIL], "methods": METHODS}
STRICT: dict[str, Any] = {"origins": [APP], "methods": METHODS}


class TestCVE_2020_25032_PathsThatAreNotCanonical:
    """Rules were matched against a path that a later reader still walks."""

    OUT_OF_API = (
        "/api/../private",
        "/api/./../private",
        "/api/x/../../private",
        "/api/..",
        "/api/%2e%2e/private",
        "/api/..%2fprivate",
        "/api/..\\private",
        "/api\\..\\private",
        "/api//../private",
        "/api/\xff/../private",
    )
    INTO_PRIVATE = ("/x/../private/a", "/./private/a", "/x/..//private/a", "/%70rivate/a")

    @flask_cors_6
    def test_naively_the_rule_for_the_api_opens_what_is_private(self) -> None:
        door = through_flask_cors(resources={r"/api/*": {"origins": EVIL}})
        assert all(door(get(p, EVIL)).is_readable(EVIL) for p in ("/api/../private", "/api/.."))
        in_api = [path for path in self.OUT_OF_API if fnmatchcase(path, "/api/*")]
        assert len(in_api) > 5

    @pytest.mark.parametrize("path", [*OUT_OF_API, *INTO_PRIVATE])
    def test_such_a_path_is_denied_to_everybody(self, guarded: Install, path: str) -> None:
        rules = {"/api/*": OPEN, "/private/*": STRICT}
        door = guarded(**OPEN, rules=rules)
        assert not lets_in(door, EVIL, path)
        assert not lets_in(door, APP, path)

    @pytest.mark.parametrize("path", OUT_OF_API)
    def test_a_view_with_a_policy_of_its_own_needs_no_path(self, path: str) -> None:
        app = serving_anything()
        cors(origins=[PARTNER])(app.view_functions["any"])
        StrictCORS(app, rules={"/api/*": OPEN})
        assert not door_of(app)(get(path, EVIL)).is_readable(EVIL)
        is_routed = door_of(app)(get(path, None)).status == 200
        assert door_of(app)(get(path, PARTNER)).is_readable(PARTNER) or not is_routed

    @pytest.mark.parametrize("path", ["/api/../private", "/api/./x", "/a//b", "/a\\b", "/%61pi"])
    def test_no_rule_can_be_written_for_such_a_path(self, path: str) -> None:
        with pytest.raises(PolicyError):
            through_flask(rules={path: OPEN})


def longest_first(rules: dict[str, Any], path: str) -> str | None:
    return next((r for r in sorted(rules, key=len, reverse=True) if covers(r, path)), None)


def shortest_first(rules: dict[str, Any], path: str) -> str | None:
    return next((rule for rule in sorted(rules, key=len) if covers(rule, path)), None)


def as_written(rules: dict[str, Any], path: str) -> str | None:
    return next((rule for rule in rules if covers(rule, path)), None)


def by_letters(rules: dict[str, Any], path: str) -> str | None:
    found = [rule for rule in rules if path.startswith(rule.removesuffix("/*"))]
    return max(found, key=len, default=None)


def covers(rule: str, path: str) -> bool:
    return re.match(rule.replace("/*", "(/.*)?") + "$", path) is not None


NAIVE = (longest_first, shortest_first, as_written, by_letters)
# Each path with the rules that cover it, from the one that must decide to the widest.
DECIDED = (
    ("/api/admin/users", ("/api/admin/*", "/api/*", "/*")),
    ("/api", ("/api", "/api/*", "/*")),
    ("/api/", ("/api/*", "/*")),
    ("/a/b/c", ("/a/b/*", "/a/*", "/*")),
    ("/api/adminx", ("/api/*", "/*")),
    ("/apiary", ("/*",)),
    ("/a", ("/a", "/a/*", "/*")),
)
ALL = tuple(dict.fromkeys(rule for _, rules in DECIDED for rule in rules))


def numbered(rule: str) -> str:
    return f"https://n{ALL.index(rule)}.example.com"


def check_specificity(install: Install, order: tuple[str, ...]) -> None:
    """Fail where not exactly the most specific rule decides each path."""
    rules = {rule: {"origins": [numbered(rule)], "methods": METHODS} for rule in order}
    door = install(rules=rules)
    for path, expected in DECIDED:
        admitted = [rule for rule in ALL if lets_in(door, numbered(rule), path)]
        assert admitted == [expected[0]], path


class TestCVE_2024_6839_TheLongestRuleDecides:
    """Rules were tried by the length of their text, which says nothing of how narrow they are."""

    @pytest.mark.parametrize("naive", NAIVE)
    def test_naively_another_rule_decides(self, naive: Callable[..., str | None]) -> None:
        rules = dict.fromkeys(reversed(ALL))
        assert any(naive(rules, path) != expected[0] for path, expected in DECIDED)

    @pytest.mark.parametrize("order", [ALL, ALL[::-1], tuple(sorted(ALL, key=len))])
    def test_the_most_specific_decides_in_whatever_order(
        self, guarded: Install, order: tuple[str, ...]
    ) -> None:
        check_specificity(guarded, order)

    def test_two_rules_for_the_same_paths_are_refused(self) -> None:
        with pytest.raises(PolicyError, match="rule-path-twice"):
            through_flask(rules=[("/api/*", OPEN), ("/api/*", STRICT)])


class TestFlaskCors392_TheFixSortedTheWrongWay:
    """The mend of the row above chose the widest rule, and no test that ran could see it."""

    @pytest.mark.parametrize("mutant", NAIVE)
    def test_naively_the_resolver_is_wrong_and_the_tests_see_it(
        self, mutant: Callable[..., str | None], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def find(self: PathRules, path: str) -> Rule | None:
            return dict(self.by_path()).get(mutant(dict(self.by_path()), path) or "")

        if mutant is as_written:
            # `by_path` gives exact paths first, and then the most specific: written otherwise.
            monkeypatch.setattr(PathRules, "by_path", reversed_by_path)
        monkeypatch.setattr(PathRules, "find", find)
        with pytest.raises(AssertionError):
            check_specificity(through_flask, ALL)

    @pytest.mark.parametrize("order", [*permutations(["/*", "/admin/*", "/admin/keys"])])
    def test_the_path_of_the_admins_stays_closed(
        self, guarded: Install, order: tuple[str, ...]
    ) -> None:
        policies = {"/*": Policy(origins="*", methods=METHODS)}
        narrow = Policy(**STRICT)
        door = guarded(rules={path: policies.get(path, narrow) for path in order})
        for path in ("/admin", "/admin/", "/admin/keys", "/admin/keys/1"):
            assert not lets_in(door, EVIL, path)
            assert lets_in(door, APP, path)
        assert lets_in(door, EVIL, "/administration")


def reversed_by_path(self: PathRules) -> list[tuple[str, Rule]]:
    return [*self._exact.items(), *((f"{p}/*", r) for p, r in self._below.items())][::-1]


class TestCVE_2024_6844_PathsDecodedTwice:
    """The path was decoded once more than the router had done, and a plus became a blank."""

    # What the server has decoded once already, and the rule that a second decoding finds.
    TWICE = (
        ("/service+path", "/service path"),
        ("/%70rivate", "/private"),
        ("/private%2Fkeys", "/private/keys"),
        ("/%2570rivate", "/private"),
        ("/caf%C3%A9", "/caf\u00e9"),
        ("/a%20b", "/a b"),
    )

    @pytest.mark.parametrize(("path", "rule"), TWICE)
    def test_naively_the_rule_of_another_path_decides(self, path: str, rule: str) -> None:
        assert rule in (unquote_plus(path), unquote_plus(unquote(path)))

    @pytest.mark.parametrize(("path", "rule"), TWICE)
    def test_the_rule_of_the_path_as_routed_decides(
        self, guarded: Install, path: str, rule: str
    ) -> None:
        door = guarded(**STRICT, rules={rule: OPEN})
        assert not lets_in(door, EVIL, path)
        assert lets_in(door, EVIL, rule.encode().decode("latin-1"))

    def test_a_plus_is_a_plus(self, guarded: Install) -> None:
        door = guarded(rules={"/service+path": STRICT, "/service path": OPEN})
        assert lets_in(door, APP, "/service+path")
        assert not lets_in(door, EVIL, "/service+path")
        assert lets_in(door, EVIL, "/service path")


class TestCVE_2024_6866_PathsWithoutCase:
    """Paths were matched without case, where routes are told apart by it."""

    OTHERS = ("/admin", "/ADMIN", "/aDMIN/keys", "/admin/", "/Adm\u0131n", "/ADM\u0130N")

    @pytest.mark.parametrize("path", OTHERS)
    def test_naively_the_rule_governs_another_path(self, path: str) -> None:
        folded = path.casefold().replace("\u0131", "i").replace("\u0307", "")
        assert folded.startswith("/admin")
        assert not path.startswith("/Admin")

    @pytest.mark.parametrize("path", OTHERS)
    def test_a_rule_governs_what_is_spelt_like_it(self, guarded: Install, path: str) -> None:
        door = guarded(**STRICT, rules={"/Admin/*": OPEN})
        sent = path.encode().decode("latin-1")
        assert not lets_in(door, EVIL, sent)
        assert lets_in(door, APP, sent)
        assert lets_in(door, EVIL, "/Admin/keys")

    def test_nor_does_a_closed_rule_close_too_little(self, guarded: Install) -> None:
        door = guarded(rules={"/admin/*": STRICT, "/ADMIN/*": OPEN})
        assert not door(preflight("/admin/x", "PUT", EVIL)).cors
        assert lets_in(door, EVIL, "/ADMIN/x")
