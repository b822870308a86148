"""Judging: the verdict that a browser would give, and everything else that was found."""

from __future__ import annotations

from typing import NamedTuple

from flask_strictcors.browser import Step
from flask_strictcors.cli.probe.answers import Answer, Role, Seen
from flask_strictcors.cli.probe.findings import Finding, merged
from flask_strictcors.cli.probe.on_caches import on_caches
from flask_strictcors.cli.probe.on_headers import on_headers
from flask_strictcors.cli.probe.on_page import on_page
from flask_strictcors.cli.probe.on_strangers import on_strangers


class Verdict(NamedTuple):
    """Whether a browser lets the page read the answer, and why; `fix` is empty where it does."""

    allows: bool
    message: str
    fix: str = ""


def findings_of(seen: Seen) -> tuple[Finding, ...]:
    """Return what was found, the heaviest first."""
    judges = (on_strangers, on_caches, on_page, on_headers)
    return merged([finding for judge in judges for finding in judge(seen)])


def verdict_of(seen: Seen) -> Verdict:
    """Return what the browser says of the page's request."""
    asked, failure = seen.asked, seen.outcome.failure
    is_preflighted = seen.one(Role.PREFLIGHT) is not None
    if failure is None:
        return Verdict(True, _allowed(seen))
    if asked.is_withheld and failure.step in (Step.ORIGIN, Step.CREDENTIALS):
        if is_preflighted:
            said = f"the preflight allows {asked.method}. GET in its place is not allowed"
            return Verdict(True, f"As far as was asked, {said}: --send asks for the answer itself.")
        said = f"{failure.message} That is GET in place of {asked.method}: --send sends that."
        return Verdict(False, said, failure.fix)
    return Verdict(False, failure.message, failure.fix)


def _allowed(seen: Seen) -> str:
    asked = seen.asked
    said = f"A browser lets {_page(asked.origin)} read the answer to {asked.method}"
    if asked.has_credentials:
        said += ", with credentials"
    if asked.is_withheld:
        return f"{said}, if it has the headers that GET in its place had (--send sends it)."
    return f"{said}{_status(seen.one(Role.ACTUAL))}."


def _status(answer: Answer | None) -> str:
    """Return what tells that an answer is an error, for one that may be read is still none."""
    return f", which is {answer.status}" if answer and answer.status >= 400 else ""


def _page(origin: str) -> str:
    return "a sandboxed page" if origin == "null" else f"a page of {origin}"
