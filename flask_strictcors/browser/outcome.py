"""Outcome: what came of one fetch, what was checked, and all that went over the wire."""

from __future__ import annotations

from dataclasses import dataclass

from flask_strictcors.browser.filtering import Visible
from flask_strictcors.browser.steps import Check
from flask_strictcors.browser.wire import Exchange


@dataclass(frozen=True, slots=True)
class Outcome:
    """Hold the end of a fetch: either `response`, or the `failure` that the script hears of.

    `checks` are the steps that were taken, a failed one last; `exchanges` what went over the
    wire, preflights included; `dropped` the names of headers that a script cannot set.
    """

    response: Visible | None
    failure: Check | None
    checks: tuple[Check, ...]
    exchanges: tuple[Exchange, ...]
    dropped: tuple[str, ...] = ()
