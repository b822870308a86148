"""Which policies govern an endpoint and a path: the most specific rule, whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, cast

from flask_strictcors.core.errors import Code, Problem
from flask_strictcors.core.policy import Policy, read_rule, reported


class Rule:
    """Hold the policies that decide together, in order, and what to call them to people.

    No policies deny; an exempt rule keeps its hands off. Rules are equal only to themselves: two
    tags are two rules, though they may say the same. Nothing changes one; a plain class is made
    and imported in a fraction of a frozen dataclass's time.
    """

    __slots__ = ("is_exempt", "label", "policies")

    def __init__(
        self, label: str, policies: tuple[Policy, ...] = (), *, is_exempt: bool = False
    ) -> None:
        self.label = label
        self.policies = policies
        self.is_exempt = is_exempt

    @property
    def is_any_origin(self) -> bool:
        """Report whether everybody gets the same answer, so that Origin is never looked at."""
        return len(self.policies) == 1 and self.policies[0].is_any_origin


NO_RULE: Final = Rule("none")

APP: Final = "app"
"""The label of the rule that is the app's policy; each of the others has two words."""


class PathRules:
    """Hold the rules that govern paths, by literal segments; a plain mapping from the user.

    `/api/*` governs `/api`, `/api/` and everything below; `/api` only itself. More literal
    segments win, then the exact path.
    """

    __slots__ = ("_below", "_depth", "_exact")

    def __init__(self, rules: Mapping[str, Rule]) -> None:
        self._exact = {path: rule for path, rule in rules.items() if not path.endswith("/*")}
        self._below = {
            path.removesuffix("/*"): rule for path, rule in rules.items() if path.endswith("/*")
        }
        self._depth = max((path.count("/") for path in self._below), default=0)

    def __bool__(self) -> bool:
        return bool(self._exact or self._below)

    def __iter__(self) -> Iterator[Rule]:
        yield from self._exact.values()
        yield from self._below.values()

    def by_path(self) -> Iterator[tuple[str, Rule]]:
        """Give each path as it was written, with its rule, the most specific first."""
        yield from self._exact.items()
        for prefix in sorted(self._below, key=lambda prefix: -prefix.count("/")):
            yield f"{prefix}/*", self._below[prefix]

    def find(self, path: str) -> Rule | None:
        """Return the rule that governs a path as Flask routed it, or None.

        The path is compared as it is: decoding it once more is how others were bypassed.
        """
        rule = self._exact.get(path)
        if rule is not None or not self._below:
            return rule
        # No rule is deeper than this: a path of ten thousand slashes costs no more than another.
        segments = path.split("/", self._depth + 1)[: self._depth + 1]
        prefix = "/".join(segments)
        while True:
            rule = self._below.get(prefix)
            if rule is not None or not prefix:
                return rule
            prefix = prefix.rpartition("/")[0]


class Rules:
    """Hold what decides where no view and no blueprint does: path rules, then the app's policy."""

    __slots__ = ("_app", "paths")

    def __init__(self, policies: tuple[Policy, ...], paths: PathRules) -> None:
        self._app = Rule(APP, policies) if policies else NO_RULE
        self.paths = paths

    def for_path(self, path: str) -> Rule:
        """Return the rule that decides for a path; a path that is not canonical is denied."""
        if not self.paths:
            return self._app
        if not is_canonical(path):
            return NO_RULE
        return self.paths.find(path) or self._app

    def wherever(self) -> tuple[Rule, ...]:
        """Return each rule that could decide for some path."""
        return (*self.paths, self._app)


def is_canonical(path: str) -> bool:
    """Report whether a path can mean only one thing, to whoever else reads it.

    Dot segments, backslashes, `%`, empty inner segments and undecodable bytes are read in more
    than one way by proxies, by routers and by us.
    """
    if path[:1] != "/" or "\\" in path or "%" in path or "//" in path or "\ufffd" in path:
        return False
    # The first test is there because nearly no path needs the closer look.
    return "." not in path or not {".", ".."} & set(path.split("/"))


def read_rules(value: object, problems: list[Problem]) -> PathRules:
    """Return the path rules: a mapping, or pairs, of paths and what governs them."""
    pairs = _read_pairs(value, problems)
    rules: dict[str, Rule] = {}
    for path, governing in pairs:
        field = f"rules[{reported(path)}]"
        problem = _path_problem(field, path)
        if problem is not None:
            problems.append(problem)
        elif path in rules:
            message = "there are two rules for these paths, and nothing is merged."
            problems.append(Problem(Code.RULE_PATH_TWICE, field, path, message, "one of them"))
        elif governing is None:
            rules[path] = Rule(f"path {path}", is_exempt=True)
        else:
            rules[path] = Rule(f"path {path}", read_rule(field, governing, problems))
    return PathRules(rules)


def _read_pairs(value: object, problems: list[Problem]) -> list[tuple[str, object]]:
    if value is None:
        return []
    given = value
    try:
        if isinstance(value, str):
            raise TypeError
        if isinstance(value, Mapping):
            return [*cast("Mapping[str, object]", value).items()]
        return [(path, governs) for path, governs in cast("Iterable[tuple[str, object]]", value)]
    except (TypeError, ValueError):
        message = "rules are a mapping of paths to policies, and this is none."
        fix = 'rules={"/api/*": Policy(...), "/api/auth/*": None}'
        problems.append(Problem(Code.WRONG_TYPE, "rules", given, message, fix))
        return []


def _path_problem(field: str, path: object) -> Problem | None:
    if not isinstance(path, str):
        message = "a path is a string."
        return Problem(Code.WRONG_TYPE, field, path, message, '"/api/*"')
    literal = path.removesuffix("/*")
    if path == "" or (literal and not literal.startswith("/")):
        message = "a path begins with a slash."
        fix = "/api/*" if _path_problem(field, f"/{path}") else f"/{path}"
        return Problem(Code.RULE_PATH, field, path, message, fix)
    if "*" in literal:
        message = "'*' may only be the whole last segment."
        return Problem(Code.RULE_PATH, field, path, message, "/api/*")
    if not is_canonical(path) or "?" in path or "#" in path or not path.isprintable():
        message = (
            "no request is judged by this path: it has a dot segment, an empty segment, or a "
            "character that has no place in a decoded path."
        )
        return Problem(Code.RULE_PATH, field, path, message, "the path as Flask's routes spell it")
    return None
