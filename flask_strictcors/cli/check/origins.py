"""Origins that are wider than meant, admitted by a dangerous switch, or named for nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from flask_strictcors.cli.check.finding import CheckCode, Finding, few
from flask_strictcors.cli.check.subject import Subject, Tier, named_origins
from flask_strictcors.core.errors import PolicyError
from flask_strictcors.core.origins import OriginSet, is_loopback, read_entries
from flask_strictcors.core.policy import DynamicOrigins, Policy, PolicyOptions


class _Switch(NamedTuple):
    """A dangerous switch turned off, and the code, the harm and the fix where it is needed."""

    off: PolicyOptions
    code: CheckCode
    harm: str
    fix: str


_SWITCHES: Final = {
    "dangerously_allow_insecure_origins": _Switch(
        {"dangerously_allow_insecure_origins": False},
        CheckCode.INSECURE_ORIGIN,
        "whoever is on the wire can be that page, and read the answers of whoever is signed in",
        "the page over https, and its origin as that",
    ),
    "dangerously_allow_public_suffixes": _Switch(
        {"dangerously_allow_public_suffixes": False},
        CheckCode.PUBLIC_SUFFIX,
        "anybody can have a name there, and read the answers of whoever is signed in",
        "the names that are yours, one by one",
    ),
    "dangerously_allow_unbounded_callable": _Switch(
        {"dangerously_allow_unbounded_callable": False},
        CheckCode.UNBOUNDED_CALLABLE,
        "one slip of the function lets everybody read the answers of whoever is signed in",
        'allowlist=["https://*.example.com"]',
    ),
}


def check_origins(subject: Subject) -> Iterator[Finding]:
    """Give what is odd about the origins of each policy."""
    for tier in subject.tiers():
        yield from _switches(tier)
        yield from _any_port(tier)
        yield from _covered(tier)
        if subject.app.debug and tier.policy.debug_origins:
            message = (
                f"{few(sorted(tier.policy.debug_origins))}: debug_origins that are admitted now, "
                "as app.debug is on."
            )
            fix = "app.debug off, wherever others can reach the app"
            yield Finding(CheckCode.DEBUG_ORIGINS_COUNT, tier.place, message, fix)


def _switches(tier: Tier) -> Iterator[Finding]:
    for name, switch in _SWITCHES.items():
        if getattr(tier.policy, name):
            yield _needed(name, switch, tier) or _not_needed(name, tier)


def _needed(name: str, switch: _Switch, tier: Tier) -> Finding | None:
    """Return what a switch lets in; None where nothing would be refused without it."""
    try:
        tier.policy.replace(**switch.off)
    except PolicyError as error:
        entries = few([str(problem.value) for problem in error.problems])
        message = f"{name} lets {entries} in with credentials: {switch.harm}."
        return Finding(switch.code, tier.place, message, switch.fix)
    return None


def _not_needed(name: str, tier: Tier) -> Finding:
    message = f"nothing needs {name}, and a later mistake would pass unseen under it."
    return Finding(CheckCode.SWITCH_NOT_NEEDED, tier.place, message, f"remove {name}")


def _any_port(tier: Tier) -> Iterator[Finding]:
    patterns = named_origins(tier.policy).patterns
    wide = [p for p in patterns if p.any_port and not is_loopback(p.origin.host)]
    if wide:
        message = (
            f"{few(sorted(map(str, wide)))}: any port of a host that is not this machine, so that "
            "whatever runs on another port there is let in, too."
        )
        fix = "the ports that pages are served on"
        yield Finding(CheckCode.ORIGIN_ANY_PORT, tier.place, message, fix)


def _covered(tier: Tier) -> Iterator[Finding]:
    found = _covered_by_patterns(tier.policy) | _covered_in_debug(tier.policy)
    for by in dict.fromkeys(found.values()):
        texts = [text for text, other in found.items() if other == by]
        message = (
            f"{by} covers {few(texts)} already: what stands beside it does nothing, and taking it "
            "out shuts nobody out."
        )
        fix = f"without {few(texts)}, or without {by}"
        yield Finding(CheckCode.ORIGIN_COVERED, tier.place, message, fix)


def _covered_by_patterns(policy: Policy) -> dict[str, str]:
    """Return the entries that a pattern beside them covers, with the pattern."""
    named = named_origins(policy)
    patterns = {str(pattern): OriginSet((), [pattern]) for pattern in named.patterns}
    return {
        text: by
        for text in sorted(named)
        for by, pattern in sorted(patterns.items())
        if by != text and pattern.covers(_only(text))
    }


def _covered_in_debug(policy: Policy) -> dict[str, str]:
    """Return the `debug_origins` that are let in anyway; a function might not let them in."""
    if isinstance(policy.origins, DynamicOrigins):
        return {}
    debug = sorted(policy.debug_origins)
    if policy.is_any_origin:
        return dict.fromkeys(debug, "origins='*'")
    named = named_origins(policy)
    return {text: "origins" for text in debug if named.covers(_only(text))}


def _only(text: str) -> OriginSet:
    return read_entries("origins", [text], [])
