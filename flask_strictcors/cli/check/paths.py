"""Rules that decide nothing: no route is there for them, or others decide first."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Final

from flask_strictcors.cli.check.finding import CheckCode, Finding, few
from flask_strictcors.cli.check.subject import Subject
from flask_strictcors.core.rules import PathRules, Rule, Rules
from flask_strictcors.decorators import tag_of
from flask_strictcors.extension.overview import Governed, Spellings, rules_at

_ALIKE: Final = 0.8
"""From here on a spelling is taken for a slip of another; 1 is the same."""


def check_paths(subject: Subject) -> Iterator[Finding]:
    """Give the path rules that match no route, or only routes that others decide."""
    deciding = {rule.label for one in subject.governed for rule in one.rules}
    for path, rule in subject.configuration.rules.paths.by_path():
        if rule.label not in deciding:
            below = _matched(subject, path, rule)
            yield _shadowed(rule.label, below) if below else _unmatched(subject, rule.label, path)


def check_blueprints(subject: Subject) -> Iterator[Finding]:
    """Give the policies of blueprints that decide for none of their routes."""
    deciding = {rule.label for one in subject.governed for rule in one.rules}
    for name, blueprint in subject.app.blueprints.items():
        label = f"blueprint {name}"
        if tag_of(blueprint) is not None and label not in deciding:
            message = (
                "this blueprint has no route, or others decide for each: its tag does nothing."
            )
            fix = f"remove cors(...)({name}), or what is pinned to its views and blueprints"
            yield Finding(CheckCode.BLUEPRINT_UNUSED, label, message, fix)


def check_any_rule(subject: Subject) -> Iterator[Finding]:
    """Give an app in which StrictCORS lets nobody in and turns nobody away."""
    of_routes = (rule for one in subject.governed for rule in one.rules)
    rules = (*subject.configuration.rules.wherever(), *of_routes)
    if subject.configuration.enforce or any(rule.policies or rule.is_exempt for rule in rules):
        return
    message = "no rule lets anybody in, and without enforce nobody is turned away."
    fix = (
        'StrictCORS(app, origins=["https://app.example.com"]), or STRICTCORS_ORIGINS where the '
        "configuration has it"
    )
    yield Finding(CheckCode.NO_RULE, "app", message, fix)


def _matched(subject: Subject, path: str, rule: Rule) -> list[Governed]:
    """Return what the app serves where a path rule would decide if there were no other rule."""
    alone = Rules((), PathRules({path: rule}))
    spellings = Spellings(subject.app)
    routes = [
        route.rule
        for route in subject.guard.judging.table().routes
        if rule in rules_at(alone, route, spellings)
    ]
    return [one for one in subject.governed if any(one.url_rule is route for route in routes)]


def _shadowed(label: str, below: list[Governed]) -> Finding:
    others = dict.fromkeys(rule.label for one in below for rule in one.rules)
    message = f"each route there is decided by another rule: {few([*others])}."
    fix = "remove this rule, or what is narrower"
    return Finding(CheckCode.PATH_SHADOWED, label, message, fix)


def _unmatched(subject: Subject, label: str, path: str) -> Finding:
    message = "no route of the app matches this path, so that the rule decides only 404s."
    fix = _nearest(subject, path) or "the path as the routes spell it, from the app's own root"
    return Finding(CheckCode.PATH_UNMATCHED, label, message, fix)


def _nearest(subject: Subject, path: str) -> str | None:
    """Return the path that was meant, if there is one that is much like it."""
    exact, below = (_spellings(subject, is_below=is_below) for is_below in (False, True))
    bare = path.rstrip("/")
    for likely in {bare, f"{bare}/"} & {*exact} or {f"{bare}/*"} & {*below}:
        return likely
    known = below if path.endswith("/*") else exact
    # Matched in lower case, as another case is the commonest slip.
    lower = {spelling.lower(): spelling for spelling in known}
    nearest = get_close_matches(path.lower(), lower, 1, _ALIKE)
    return lower[nearest[0]] if nearest else None


def _spellings(subject: Subject, *, is_below: bool) -> list[str]:
    """Return the paths that a rule for some route could have."""
    routes = {one.url_rule.rule for one in subject.governed}
    if not is_below:
        return sorted(route for route in routes if "<" not in route)
    segments = [route.partition("<")[0].split("/")[1:] for route in routes]
    return sorted(
        {"/" + "/".join((*names[:end], "*")) for names in segments for end in range(1, len(names))}
        | {route + "/*" for route in routes if "<" not in route}
    )
