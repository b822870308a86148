"""`flask cors routes`: who may read what, and which rule says so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final, NamedTuple

import click
from flask.cli import ScriptInfo, pass_script_info

from flask_strictcors.cli.loading import governed_app
from flask_strictcors.cli.printing import (
    Cell,
    Text,
    Tone,
    counted,
    say,
    say_json,
    say_table,
    shortened,
)
from flask_strictcors.cli.typed import OneLineCommand
from flask_strictcors.core.origins import OriginSet
from flask_strictcors.core.policy import DynamicOrigins, Policy, Wildcard
from flask_strictcors.core.rules import NO_RULE, Rule
from flask_strictcors.extension.overview import Governed, overview

_HEADINGS: Final = (
    "ROUTE",
    "METHODS",
    "DECIDED BY",
    "WHO MAY READ IT",
    "CREDENTIALS",
    "PREFLIGHTS OFFER",
)
_NO_VALUE: Final = "-"

Row = tuple[Cell, ...]


@click.command(
    cls=OneLineCommand, short_help="Show who may read each route, and which rule decides."
)
@click.option("--json", "is_json", is_flag=True, help="Print JSON, with every origin.")
@pass_script_info
def routes(info: ScriptInfo, *, is_json: bool) -> None:
    """Show for each route which rule decides, and which origins may read it.

    A route has a line for each rule that can decide there, the most specific first, and for each
    policy of a rule, in the order in which they are asked.
    """
    app, guard = governed_app(info)
    governed = overview(app)
    if is_json:
        say_json(
            {
                "enforce": guard.judging.configuration.enforce,
                "debug": app.debug,
                "routes": [*map(_as_json, governed)],
            }
        )
        return
    if not governed:
        say("The app has no routes.")
        return
    say_table(
        (row for same in _grouped(governed) for row in _rows(same, is_debug=app.debug)), _HEADINGS
    )
    for remark in _remarks(governed, enforce=guard.judging.configuration.enforce):
        say()
        say(*remark)


# --- text ----------------------------------------------------------------------------------------


class _Same(NamedTuple):
    """Methods of one route that are answered alike, as the first of them is."""

    one: Governed
    methods: tuple[str, ...]


def _grouped(governed: Iterable[Governed]) -> Iterator[_Same]:
    for _, at_one_url in groupby(governed, key=lambda one: one.url):
        alike: dict[object, list[Governed]] = {}
        for one in at_one_url:
            alike.setdefault(_answers(one), []).append(one)
        for same in alike.values():
            yield _Same(same[0], tuple(one.method for one in same))


def _answers(one: Governed) -> object:
    # A method of a view class has a rule of its own: HEAD's may say the same as GET's.
    rules = [
        (rule.label.removesuffix(f" ({one.method})"), rule.policies, rule.is_exempt)
        for rule in one.rules
    ]
    has_it = [one.method in offered for by_rule in one.offered_by for offered in by_rule]
    return tuple(rules), one.offered_by, tuple(has_it)


def _rows(same: _Same, *, is_debug: bool) -> Iterator[Row]:
    route: tuple[Cell, ...] = (same.one.url, ", ".join(same.methods))
    for rule, offered_by in zip(same.one.rules, same.one.offered_by, strict=True):
        if not rule.policies:
            yield (*route, *_without_policy(rule))
            route = ("", "")
        for place, (policy, offered) in enumerate(zip(rule.policies, offered_by, strict=True), 1):
            tier = f", {place} of {len(rule.policies)}" if len(rule.policies) > 1 else ""
            yield (
                *route,
                f"{rule.label}{tier}",
                _who(policy, is_debug=is_debug),
                "yes" if policy.credentials else "no",
                _offer(policy, offered, same.one.method),
            )
            route = ("", "")


def _without_policy(rule: Rule) -> Row:
    if rule.is_exempt:
        return Text(rule.label, Tone.FAINT), Text("exempt: the view answers for itself", Tone.FAINT)
    return Text("nothing", Tone.BAD), Text("no other origin", Tone.BAD)


def _who(policy: Policy, *, is_debug: bool) -> str:
    who = _in_words(policy.origins)
    if is_debug and policy.debug_origins:
        who += f" (in debug also {_in_words(policy.debug_origins)})"
    return who


def _in_words(origins: Wildcard | OriginSet | DynamicOrigins) -> str:
    if isinstance(origins, DynamicOrigins):
        return f"callable within {_in_words(origins.allowlist)}"
    return shortened(sorted(origins), "origin") if isinstance(origins, OriginSet) else "any origin"


def _offer(policy: Policy, offered: tuple[str, ...], method: str) -> Cell:
    if method in offered:
        return ", ".join(offered)
    return Text(f"refused: only {', '.join(policy.methods or ())}", Tone.WARNING)


def _remarks(governed: list[Governed], *, enforce: bool) -> Iterator[Row]:
    ungoverned = {one.url for one in governed if NO_RULE in one.rules}
    if ungoverned:
        count = counted(len(ungoverned), "route")
        yield (
            Text(f"Nothing governs {count}: no other origin may read what is there.", Tone.BAD),
            " To let one in, type @cors(origins=[...]) above the view, or give the app a policy.",
        )
    if any(len(one.rules) > 1 or any(len(r.policies) > 1 for r in one.rules) for one in governed):
        yield ("Of several lines for a route, the first that fits decides alone.",)
    if enforce:
        yield ("enforce is on: a refused request gets 403 before its view runs.",)


# --- JSON ----------------------------------------------------------------------------------------


def _as_json(one: Governed) -> dict[str, object]:
    return {
        "url": one.url,
        "endpoint": one.endpoint,
        "method": one.method,
        "governed": NO_RULE not in one.rules,
        "offered": one.offered,
        "may_be_kept": one.may_be_kept,
        "rules": [
            {
                "rule": rule.label,
                "exempt": rule.is_exempt,
                "policies": [
                    _policy_as_json(policy) | {"offered": offered}
                    for policy, offered in zip(rule.policies, offered_by, strict=True)
                ],
            }
            for rule, offered_by in zip(one.rules, one.offered_by, strict=True)
        ],
    }


def _policy_as_json(policy: Policy) -> dict[str, object]:
    origins, is_dynamic = policy.origins, False
    if isinstance(origins, DynamicOrigins):
        origins, is_dynamic = origins.allowlist, True
    return {
        "origins": sorted(origins) if isinstance(origins, OriginSet) else origins,
        "callable_decides": is_dynamic,
        "debug_origins": sorted(policy.debug_origins),
        "credentials": policy.credentials,
        "methods": policy.methods,
        "allow_headers": policy.allow_headers,
        "expose_headers": policy.expose_headers,
        "max_age": policy.max_age,
    }
