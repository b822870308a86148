"""Candidate: the policy under report, which is judged beside the app's and refuses nobody."""

from __future__ import annotations

from flask_strictcors.core.decision import Judge, Verdict
from flask_strictcors.core.policy import Policy
from flask_strictcors.core.rules import APP, Rule
from flask_strictcors.extension.exchange import Exchange


class Candidate:
    """Say what would be refused if these policies were the app's."""

    def __init__(self, policies: tuple[Policy, ...]) -> None:
        self._judge = Judge(Rule("report-only", policies))

    def verdict(self, exchange: Exchange, live: Verdict) -> Verdict | None:
        """Return what would be said instead of what was; None where another rule decided."""
        if live.rule != APP:
            return None
        if exchange.is_preflight:
            # What the live policy has granted is served; the rest of the list plays no part.
            return self._judge.preflight(exchange, self._judge.offers((exchange.method,)))
        return self._judge.actual(exchange)
