"""Several policies for one rule: the first whose origins admit the request answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from flask_strictcors.core.errors import Code, PolicyError, Problem, within
from flask_strictcors.core.origins import OriginSet, Pattern
from flask_strictcors.core.policy.dynamic import DynamicOrigins
from flask_strictcors.core.policy.options import POLICY_OPTIONS, unknown_option
from flask_strictcors.core.policy.policy import Policy, PolicyOptions
from flask_strictcors.core.policy.readers import reported

Tier = Policy | PolicyOptions
Tiers = Tier | Sequence[Tier]
"""Types what decides together: a policy, its options, or several of them in order."""
RuleOptions = Mapping[str, Tiers | None]
"""Types the path rules: what governs each path, and None where it is exempt."""


def read_policies(
    policies: Iterable[object], options: Mapping[str, Any], problems: list[Problem]
) -> tuple[Policy, ...]:
    """Return the tiers that were given as policies, or the one policy given as options."""
    given = tuple(policies)
    if not given:
        return _read_options("", options, problems) if options else ()
    problems += (
        unknown_option(name, value, POLICY_OPTIONS)
        for name, value in options.items()
        if name not in POLICY_OPTIONS
    )
    if options:
        names = ", ".join(sorted(options))
        message = f"policies and single options ({names}) are both given: nothing is merged."
        fix = f"Policy({names}) as one of the policies"
        problems.append(Problem(Code.POLICIES_AND_OPTIONS, "policies", given, message, fix))
    read = [_read_one(f"policies[{i}]", policy, problems) for i, policy in enumerate(given)]
    tiers = tuple(policy for one in read for policy in one)
    if len(tiers) == len(given):
        problems += _unreachable(tiers)
    return tiers


def read_rule(field: str, value: object, problems: list[Problem]) -> tuple[Policy, ...]:
    """Return the tiers of one rule: a policy, a mapping of its options, or a sequence of both."""
    found: list[Problem] = []
    given = value
    values: Iterable[object] = (
        cast("Iterable[object]", value) if isinstance(value, list | tuple) else (value,)
    )
    if isinstance(value, Mapping):
        tiers = _read_options("", cast("Mapping[str, Any]", value), found)
    elif isinstance(value, Policy):
        tiers = (value,)
    else:
        tiers = read_policies(values, {}, found)
        if not tiers and not found:
            found.append(_not_a_policy("policies", given))
    problems += within(field, found)
    return tiers


def _read_one(field: str, value: object, problems: list[Problem]) -> tuple[Policy, ...]:
    if isinstance(value, Policy):
        return (value,)
    if isinstance(value, Mapping):
        return _read_options(field, cast("Mapping[str, Any]", value), problems)
    problems.append(_not_a_policy(field, value))
    return ()


def _not_a_policy(field: str, value: object) -> Problem:
    message = f"{reported(value)} is no policy."
    fix = 'Policy(origins=["https://app.example.com"]), or its options by keyword'
    return Problem(Code.NOT_A_POLICY, field, value, message, fix)


def _read_options(
    field: str, options: Mapping[str, Any], problems: list[Problem]
) -> tuple[Policy, ...]:
    names = cast("Iterable[object]", options)
    strange = [name for name in names if not isinstance(name, str)]
    if strange:
        problems += (unknown_option(reported(name), None, POLICY_OPTIONS) for name in strange)
        return ()
    try:
        return (Policy(**options),)
    except PolicyError as error:
        problems += within(field, error.problems) if field else error.problems
        return ()


def _unreachable(tiers: tuple[Policy, ...]) -> Iterable[Problem]:
    for index, tier in enumerate(tiers):
        if _cover(tiers[:index], tier):
            message = "whoever this policy admits, those before it have admitted."
            fix = "the narrower policy first, or without this one"
            yield Problem(Code.TIER_UNREACHABLE, f"policies[{index}]", tier, message, fix)


def _cover(wider: tuple[Policy, ...], tier: Policy) -> bool:
    """Report whether the policies that come first admit whomever a later one could."""
    if any(policy.is_any_origin for policy in wider):
        return True
    origins = tier.allowlist if isinstance(tier.origins, DynamicOrigins) else tier.origins
    if not isinstance(origins, OriginSet):
        return False
    # A callable that comes first may refuse whom a later tier admits.
    always = [policy.origins for policy in wider if isinstance(policy.origins, OriginSet)]
    in_debug = [*always, *(policy.debug_origins for policy in wider)]
    return _union(always).covers(origins) and _union(in_debug).covers(tier.debug_origins)


def _union(sets: Iterable[OriginSet]) -> OriginSet:
    joined = tuple(sets)
    exact = frozenset[str]().union(*(origins.exact for origins in joined))
    return OriginSet(exact, frozenset[Pattern]().union(*(o.patterns for o in joined)))
