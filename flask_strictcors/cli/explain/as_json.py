"""The exchange for machines."""

from __future__ import annotations

from flask_strictcors.browser import Check, Outcome
from flask_strictcors.cli.explain.asked import Asked
from flask_strictcors.cli.explain.inside import ExemptError, Ruling
from flask_strictcors.cli.explain.stages import Stage


def as_json(asked: Asked, outcome: Outcome, stages: list[Stage], fix: str) -> dict[str, object]:
    """Return the whole exchange and how it ends."""
    verdict = "allowed" if outcome.failure is None else "refused"
    failure = None if outcome.failure is None else _check(outcome.failure) | {"fix": fix}
    return _asked(asked, verdict) | {
        "left_out": outcome.dropped,
        "exchanges": [*map(_stage, stages)],
        "failure": failure,
    }


def exempt_as_json(asked: Asked, stop: ExemptError) -> dict[str, object]:
    """Return what is known of an exchange with an exempt route."""
    return _asked(asked, "exempt") | {"decision": _ruling(stop.ruling)}


def _asked(asked: Asked, verdict: str) -> dict[str, object]:
    return {
        "verdict": verdict,
        "origin": asked.origin or "null",
        "method": asked.request.method,
        "url": asked.request.url,
        "credentials": asked.request.credentials == "include",
        "notes": asked.notes,
    }


def _stage(stage: Stage) -> dict[str, object]:
    sent, received = stage.exchange.sent, stage.exchange.received
    answered = None
    if received is not None:
        answered = {"status": received.status, "headers": received.headers}
    return {
        "preflight": sent.is_preflight,
        "sent": {"method": sent.method, "url": str(sent.url), "headers": sent.headers},
        "decision": None if stage.ruling is None else _ruling(stage.ruling),
        "answered": answered,
        "checks": [*map(_check, stage.checks)],
    }


def _ruling(ruling: Ruling) -> dict[str, object]:
    return {
        "rule": ruling.rule,
        "endpoint": ruling.endpoint,
        "allowed": ruling.allowed,
        "reason": ruling.reason,
        "detail": ruling.detail,
        "view_runs": ruling.is_served,
    }


def _check(check: Check) -> dict[str, object]:
    return {"step": check.step, "passed": check.passed, "message": check.message, "fix": check.fix}
