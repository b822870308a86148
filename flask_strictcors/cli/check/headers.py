"""Header lists that are wider than any route needs, or name what needs no name."""

from __future__ import annotations

from collections.abc import Iterator

from flask_strictcors.cli.check.finding import CheckCode, Finding
from flask_strictcors.cli.check.subject import Subject, Tier
from flask_strictcors.core.fetch import SAFELISTED_RESPONSE_HEADERS


def check_headers(subject: Subject) -> Iterator[Finding]:
    """Give what is odd in the header lists of each policy."""
    for tier in subject.tiers():
        yield from _any_header(tier)
        yield from _always_exposed(tier)


def _any_header(tier: Tier) -> Iterator[Finding]:
    if tier.policy.allow_headers == "*":
        message = (
            "allow_headers='*' lets scripts send any header, those among them that override the "
            "method or the path, or that only proxies should set; no route needs all."
        )
        fix = 'the names of those that are needed: allow_headers=["Content-Type"]'
        yield Finding(CheckCode.HEADERS_ANY_ALLOWED, tier.place, message, fix)
    if tier.policy.expose_headers == "*":
        message = (
            "expose_headers='*' lets scripts read every header of an answer, whatever another "
            "extension or a proxy will add to it."
        )
        fix = 'the names of those that are read: expose_headers=["X-Total-Count"]'
        yield Finding(CheckCode.HEADERS_ANY_EXPOSED, tier.place, message, fix)


def _always_exposed(tier: Tier) -> Iterator[Finding]:
    if tier.policy.expose_headers == "*":
        return
    exposed = tier.policy.expose_headers
    needless = [name for name in exposed if name.lower() in SAFELISTED_RESPONSE_HEADERS]
    if needless:
        kept = [name for name in exposed if name not in needless]
        message = f"every script may read {', '.join(needless)} anyway: naming it does nothing."
        fix = f"expose_headers={kept}" if kept else "no expose_headers"
        yield Finding(CheckCode.HEADER_ALWAYS_EXPOSED, tier.place, message, fix)
