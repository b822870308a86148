"""Methods that a policy names, and that no route serves under it."""

from __future__ import annotations

from collections.abc import Iterator

from flask_strictcors.cli.check.finding import CheckCode, Finding
from flask_strictcors.cli.check.subject import Subject, Tier


def check_methods(subject: Subject) -> Iterator[Finding]:
    """Give the methods that each policy allows for nothing."""
    for tier in subject.tiers():
        dead = _unserved(tier) if tier.ruling.governed else []
        if dead:
            served = ", ".join(sorted(tier.ruling.methods))
            message = f"no route under this rule serves {', '.join(dead)}; they serve {served}."
            fix = _without(tier, dead)
            yield Finding(CheckCode.METHOD_UNSERVED, tier.place, message, fix)


def _unserved(tier: Tier) -> list[str]:
    named = tier.policy.methods if isinstance(tier.policy.methods, tuple) else ()
    # GET brings HEAD along, wanted or not.
    implied = "HEAD" if "GET" in named else ""
    return [name for name in named if name not in tier.ruling.methods and name != implied]


def _without(tier: Tier, dead: list[str]) -> str:
    kept = [name for name in tier.policy.methods or () if name not in dead]
    if "GET" in kept:
        kept.remove("HEAD")
    return f"methods={kept}, or a route for it" if kept else "a route for it, or no methods"
