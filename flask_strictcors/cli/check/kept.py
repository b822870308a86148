"""What browsers keep of a preflight: longer than meant, or never, for the sake of another rule."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from flask_strictcors.browser.quirks import CHROMIUM, SAFARI
from flask_strictcors.cli.check.finding import CheckCode, Finding
from flask_strictcors.cli.check.subject import Subject, allows_header
from flask_strictcors.core.fetch import SAFELISTED_METHODS
from flask_strictcors.core.policy import Policy
from flask_strictcors.extension.overview import Governed
from flask_strictcors.extension.urls import Shape, overlap, shape

_LONGEST: Final = CHROMIUM.max_age_cap
"""Firefox keeps all that a policy may say, Safari less."""


def check_max_age(subject: Subject) -> Iterator[Finding]:
    """Give the policies that only one browser remembers for as long as they say."""
    for place, policy, _ in subject.tiers():
        if policy.max_age is not None and policy.max_age > _LONGEST:
            message = (
                f"of {policy.max_age} seconds, Chromium keeps a preflight for {_LONGEST} "
                f"and Safari for {SAFARI.max_age_cap}; only Firefox keeps it longer, and with it a "
                "rule that became stricter since."
            )
            fix = f"max_age={_LONGEST}"
            yield Finding(CheckCode.MAX_AGE_CAPPED, place, message, fix)


def check_kept(subject: Subject) -> Iterator[Finding]:
    """Give the URLs at which each request pays for a preflight, as two rules decide there."""
    shapes = {
        id(one.url_rule): shape(one.url_rule, subject.app.url_map) for one in subject.governed
    }
    told: set[tuple[str, frozenset[int]]] = set()
    for one in subject.governed:
        key = one.url, frozenset(_deciding(one))
        if one.may_be_kept or key in told or not any(p.max_age for p in _policies(one)):
            continue
        rivals = _rivals(subject, one, shapes)
        for finding in _headers_differ(one, rivals) or _post_elsewhere(one, rivals):
            told.add(key)
            yield finding


def _rivals(subject: Subject, one: Governed, shapes: dict[int, Shape]) -> list[Governed]:
    """Return what another rule decides at a URL of the same route."""
    mine, ours = shapes[id(one.url_rule)], _deciding(one)
    near = {theirs for theirs in {*shapes.values()} if overlap(mine, theirs)}
    at_its_urls = [other for other in subject.governed if shapes[id(other.url_rule)] in near]
    return [other for other in at_its_urls if not ours & _deciding(other)]


def _deciding(one: Governed) -> set[int]:
    # Of one tag there may be several rules, for as many methods.
    return {id(rule.policies) if rule.policies else id(rule) for rule in one.rules}


def _headers_differ(one: Governed, rivals: list[Governed]) -> list[Finding]:
    for other in rivals:
        missing = _missing_headers(one, other)
        if missing:
            message = (
                f"rule '{one.rules[0].label}' allows {', '.join(missing)} here, and rule "
                f"'{other.rules[0].label}' at {other.method} {other.url} does not: browsers may "
                "keep no preflight of it (Max-Age 0), so that each request pays for one."
            )
            fix = "the same allow_headers in both rules, or a URL for each"
            # With the same headers, this would be what is left.
            fix = next((left.fix for left in _post_elsewhere(one, rivals)), fix)
            return [_finding(CheckCode.PREFLIGHT_HEADERS_DIFFER, one, message, fix)]
    return []


def _post_elsewhere(one: Governed, rivals: list[Governed]) -> list[Finding]:
    # What needs no preflight by its method is left out: mostly it pays for none.
    posts = [other for other in rivals if other.method == "POST"]
    if not posts or one.method in SAFELISTED_METHODS:
        return []
    message = (
        f"rule '{one.rules[0].label}' decides here, and rule '{posts[0].rules[0].label}' at POST "
        f"{posts[0].url}: browsers may keep no preflight (Max-Age 0), so that each {one.method} "
        "pays for one."
    )
    fix = "one rule for both, or a URL for each"
    return [_finding(CheckCode.PREFLIGHT_POST_ELSEWHERE, one, message, fix)]


def _finding(code: CheckCode, one: Governed, message: str, fix: str) -> Finding:
    return Finding(code, f"{one.method} {one.url}", message, fix)


def _missing_headers(one: Governed, other: Governed) -> list[str]:
    """Return what some policy that decides here allows and some policy there does not."""
    names = dict.fromkeys(name for policy in _policies(one) for name in _allowed(policy))
    return [
        name
        for name in names
        if any(not allows_header(policy, name) for policy in _policies(other))
    ]


def _policies(one: Governed) -> list[Policy]:
    return [policy for rule in one.rules for policy in rule.policies]


def _allowed(policy: Policy) -> tuple[str, ...]:
    return ("*",) if policy.allow_headers == "*" else policy.allow_headers
