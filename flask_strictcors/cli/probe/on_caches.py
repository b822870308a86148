"""What caches need to know, and whether one gives an origin's answer to another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from flask_strictcors.cli.probe.answers import Answer, Role, Seen
from flask_strictcors.cli.probe.codes import Code
from flask_strictcors.cli.probe.findings import Finding
from flask_strictcors.cli.probe.on_headers import as_lines
from flask_strictcors.cli.probe.strangers import Kind
from flask_strictcors.core.fetch import ALLOW_ORIGIN

_VARYING: Final = (Role.ACTUAL, Role.STAND_IN, Role.BARE, Role.STRANGER)
# Statuses of a moment, not of an origin: too many requests, and servers in trouble.
_PASSING: Final = frozenset({0, 429, *range(500, 600)})


def on_caches(seen: Seen) -> Iterator[Finding]:
    """Yield what a cache may, or does, confuse."""
    yield from _on_vary(seen)
    yield from _on_crossings(seen)


def _on_vary(seen: Seen) -> Iterator[Finding]:
    answers = [answer for answer in seen.all(*_VARYING) if answer.status not in _PASSING]
    if len({answer.grant for answer in answers}) < 2:
        return
    for answer in answers:
        if not _varies(answer) and not _is_never_kept(answer):
            teller = "no Origin" if answer.origin is None else f"Origin: {answer.origin}"
            said = f"{as_lines(answer, 'Vary')} beside {as_lines(answer, ALLOW_ORIGIN)}"
            yield Finding(Code.VARY_MISSING, answer.place, f"to {teller}: {said}")


def _varies(answer: Answer) -> bool:
    members = ",".join(answer.lines("Vary")).lower().split(",")
    return not {"*", "origin"}.isdisjoint(member.strip() for member in members)


def _is_never_kept(answer: Answer) -> bool:
    return "no-store" in ",".join(answer.lines("Cache-Control")).lower()


class _Pair(NamedTuple):
    """An answer that a cache may have kept, and one to the same origin that none can have."""

    kept: Answer | None
    fresh: Answer | None


def _on_crossings(seen: Seen) -> Iterator[Finding]:
    anybody = seen.one(Role.STRANGER, Kind.ANYBODY)
    bare = seen.one(Role.BARE)
    for kept, fresh in (
        _Pair(seen.one(Role.KEPT_STRANGER), anybody),
        _Pair(seen.one(Role.KEPT_BARE), bare),
        _Pair(seen.one(Role.LATE_PAGE), seen.one(Role.KEPT_PAGE)),
    ):
        if kept and fresh and kept.status == fresh.status and kept.grant != fresh.grant:
            said = f"{_told(kept)}, and {_told(fresh)}"
            yield Finding(Code.CACHE_CROSSING, kept.place, said)
    # A cache whose key has no query gives even these what it kept for the page.
    for answer in filter(None, (anybody, bare)):
        if answer.allowed == (seen.asked.origin,) and _hits(answer) and _depends_on_origin(seen):
            yield Finding(Code.CACHE_CROSSING, answer.place, _told(answer))


def _depends_on_origin(seen: Seen) -> bool:
    """Report whether the server gives different origins different answers, or says so.

    Else it may name one origin to all, and no cache can mix that up.
    """
    preflights = seen.all(Role.PREFLIGHT, Role.STRANGER_PREFLIGHT)
    grants = {answer.grant for answer in preflights}
    return len(grants) > 1 or any(map(_varies, seen.all(*_VARYING)))


def _told(answer: Answer) -> str:
    hits = "".join(f" ({hit})" for hit in _hits(answer))
    return f"request {answer.number} got {as_lines(answer, ALLOW_ORIGIN)}{hits}"


def _hits(answer: Answer) -> list[str]:
    """Return the header lines that tell of an answer out of a cache."""
    lines = [f"Age: {age}" for age in answer.lines("Age") if age.strip("0")]
    received = answer.received.headers if answer.received else ()
    return lines + [
        f"{name}: {value}"
        for name, value in received
        if "cache" in name.lower() and "hit" in value.lower()
    ]
