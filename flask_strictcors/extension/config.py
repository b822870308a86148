"""app.config and the caller's arguments → options, of which the arguments win."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, cast

from flask_strictcors.asking import async_problems
from flask_strictcors.core.errors import Code, PolicyError, Problem
from flask_strictcors.core.frozen import frozen
from flask_strictcors.core.policy import (
    POLICY_OPTIONS,
    Policy,
    read_flag,
    read_own_origins,
    read_policies,
    read_rule,
    unknown_option,
)
from flask_strictcors.core.rules import Rules, read_rules

PREFIX: Final = "STRICTCORS_"

_EXTENSION_OPTIONS: Final = ("rules", "enforce", "own_origins", "report_only")
ARGUMENTS: Final = (*POLICY_OPTIONS, *_EXTENSION_OPTIONS)
_KEYS: Final = (*ARGUMENTS, "policies")


@frozen()
class Configuration:
    """What an app was configured with, read and found valid."""

    rules: Rules
    enforce: bool
    own_origins: frozenset[str]
    report_only: tuple[Policy, ...]


def read_configuration(
    config: Mapping[str, Any], policies: tuple[object, ...], arguments: Mapping[str, Any]
) -> Configuration:
    """Return what the app's config and the arguments say together. Raises `PolicyError`."""
    problems = unknown_arguments(arguments)
    options = _read_config(config, problems) | dict(arguments)
    # What could not even be read is told once, and not again as what it is not.
    unread, told = {problem.field for problem in problems}, len(problems)
    given = policies or _read_tiers(options.get("policies"))
    single = {name: value for name, value in options.items() if name in POLICY_OPTIONS}
    live = read_policies(given, single, problems)
    rules = Rules(live, read_rules(options.get("rules"), problems))
    enforce = read_flag("enforce", options.get("enforce", False), problems)
    own_origins = read_own_origins(options.get("own_origins", ()), problems)
    report_only = _read_report_only(options.get("report_only"), live, problems)
    for those in (*(rule.policies for rule in rules.wherever()), report_only):
        problems += async_problems(those)
    problems[told:] = [problem for problem in problems[told:] if problem.field not in unread]
    if problems:
        raise PolicyError(problems)
    return Configuration(rules, enforce, own_origins, report_only)


def _read_report_only(
    value: object, live: tuple[Policy, ...], problems: list[Problem]
) -> tuple[Policy, ...]:
    """Return the tiers that would be the app's policy: one policy, its options, or several."""
    if value is None:
        return ()
    found = len(problems)
    candidate = read_rule("report_only", value, problems)
    if not live and not problems[:found]:
        message = "it stands beside the app's policy, of which there is none: nothing is reported."
        fix = "origins=[...] of today, and report_only=Policy(origins=[...]) of tomorrow"
        problems.append(Problem(Code.REPORT_ONLY_ALONE, "report_only", value, message, fix))
    return candidate


def _read_tiers(value: object) -> tuple[object, ...]:
    if value is None:
        return ()
    return tuple(cast("Iterable[object]", value)) if isinstance(value, list | tuple) else (value,)


def unknown_arguments(arguments: Iterable[str]) -> list[Problem]:
    """Return a problem for each keyword argument that is no option."""
    return [unknown_option(name, None, ARGUMENTS) for name in arguments if name not in ARGUMENTS]


def _read_config(config: Mapping[str, Any], problems: list[Problem]) -> dict[str, Any]:
    options: dict[str, Any] = {}
    # A copy: while an app is reconfigured, another thread may change it.
    for key, value in [*config.items()]:
        if key.startswith(PREFIX):
            name = key.removeprefix(PREFIX).lower()
            if name in _KEYS:
                # Most apps say all by arguments.
                from flask_strictcors.extension.texts import read_text

                options[name] = read_text(name, value, problems)
            else:
                problems.append(unknown_option(name, value, _KEYS, PREFIX))
    return options
