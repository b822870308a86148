"""Subject: what is checked, an app with what governs each of its routes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, cast

from flask import Flask

from flask_strictcors.browser.urls import URL
from flask_strictcors.core.origins import OriginSet
from flask_strictcors.core.policy import DynamicOrigins, Policy, Wildcard
from flask_strictcors.core.rules import Rule
from flask_strictcors.extension.config import Configuration
from flask_strictcors.extension.guard import Guard
from flask_strictcors.extension.overview import Governed


class Ruling(NamedTuple):
    """One rule, and the methods of routes for which it may decide.

    What a tag says of several endpoints or methods is one ruling.
    """

    label: str
    policies: tuple[Policy, ...]
    governed: tuple[Governed, ...]

    @property
    def methods(self) -> frozenset[str]:
        """The methods that routes serve under this rule."""
        return frozenset(one.method for one in self.governed)


class Tier(NamedTuple):
    """One policy of a ruling, and the place where people find it."""

    place: str
    policy: Policy
    ruling: Ruling


@dataclass(frozen=True, slots=True)
class Subject:
    """Hold what the checks look at; without `served_at` it is not known where the app is served."""

    app: Flask
    guard: Guard
    governed: tuple[Governed, ...]
    served_at: tuple[URL, ...]

    @property
    def configuration(self) -> Configuration:
        """What the app was configured with."""
        return self.guard.judging.configuration

    def rulings(self) -> list[Ruling]:
        """Return each ruling: those of paths and the app, then those of tags."""
        known: dict[int, tuple[list[str], list[Governed], Rule]] = {}
        for rule, one in _decisions(self):
            # By identity: equal policies under two tags are two rulings.
            labels, governed, _ = known.setdefault(id(rule.policies), ([], [], rule))
            governed += one
            if rule.label not in labels:
                labels.append(rule.label)
        return [
            Ruling(_joined(labels), rule.policies, tuple(governed))
            for labels, governed, rule in known.values()
        ]

    def tiers(self) -> Iterator[Tier]:
        """Give each policy of each ruling."""
        for ruling in self.rulings():
            for index, policy in enumerate(ruling.policies, 1):
                place = f"{ruling.label}, {index} of {len(ruling.policies)}"
                yield Tier(place if len(ruling.policies) > 1 else ruling.label, policy, ruling)


def config_of(app: Flask) -> Mapping[str, Any]:
    """Return the configuration of an app, of which Flask types nothing."""
    return cast("Mapping[str, Any]", app.config)


def named_origins(policy: Policy) -> OriginSet:
    """Return the origins and patterns that a policy may admit, debug or not; none of "*"."""
    origins: OriginSet | Wildcard = (
        policy.origins.allowlist if isinstance(policy.origins, DynamicOrigins) else policy.origins
    )
    return OriginSet(()) if origins == "*" else origins


def allows_method(policy: Policy, method: str) -> bool:
    """Report whether scripts may send a method, where a route serves it."""
    return not isinstance(policy.methods, tuple) or method in policy.methods


def allows_header(policy: Policy, name: str) -> bool:
    """Report whether scripts may send a request header of the name."""
    return policy.allow_headers == "*" or name.lower() in map(str.lower, policy.allow_headers)


def is_exempt(one: Governed) -> bool:
    """Report whether some URL of a route may be left to its own CORS."""
    return any(rule.is_exempt for rule in one.rules)


def _decisions(subject: Subject) -> Iterator[tuple[Rule, list[Governed]]]:
    for rule in subject.configuration.rules.wherever():
        yield rule, []
    for one in subject.governed:
        for rule in one.rules:
            yield rule, [one]


def _joined(labels: list[str]) -> str:
    # A HEAD is served by what serves GET, and decided as that.
    shown = [label for label in labels if not label.endswith(" (HEAD)")] or labels
    return shown[0] if len(shown) == 1 else f"{shown[0]} and {len(shown) - 1} more"
