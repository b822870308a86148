"""An outcome taken apart: each exchange with the checks that a browser makes of its answer."""

from __future__ import annotations

import shlex
from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

from flask_strictcors.browser import Check, Exchange, Outcome, Sent, Step
from flask_strictcors.cli.explain.inside import OPENS_NONE, Ruling
from flask_strictcors.core.fetch import REQUEST_METHOD

_OF_PREFLIGHTS = frozenset(step for step in Step if step.startswith("preflight-"))


class Stage(NamedTuple):
    """One exchange and its checks; `ruling` is None where the app was not asked."""

    exchange: Exchange
    ruling: Ruling | None
    checks: tuple[Check, ...]


def stages_of(outcome: Outcome, page_origin: str) -> list[Stage]:
    """Return the exchanges in order, with their checks."""
    waiting = deque(outcome.checks)
    stages: list[Stage] = []
    for exchange in outcome.exchanges:
        checks = tuple(_taken(waiting, exchange, page_origin))
        native = None if exchange.received is None else exchange.received.native
        stages.append(Stage(exchange, native if isinstance(native, Ruling) else None, checks))
    return stages


def fix_of(outcome: Outcome, stages: list[Stage], base_origin: str, page_origin: str) -> str:
    """Return what to change so that the failed check passes."""
    failure = outcome.failure
    if failure is None:
        return ""
    if failure.step is Step.NETWORK:
        return _fix_unanswered(failure, stages[-1].exchange.sent, page_origin)
    ruling = stages[-1].ruling if stages else None
    if failure.step is Step.MIXED_CONTENT and base_origin.startswith("http:"):
        secure = base_origin.replace("http:", "https:", 1)
        return f"{failure.fix} If it already is, type --base-url {secure}"
    if ruling is None or failure.step in (Step.PREFLIGHT_METHOD, Step.PREFLIGHT_HEADERS):
        return failure.fix
    if not ruling.allowed:
        return ruling.detail
    if ruling.is_own:
        origin = stages[-1].exchange.sent.get("Origin")
        return (
            f"The app takes {origin} for its own origin. To ask it there, type --base-url {origin}"
        )
    return failure.fix


def _fix_unanswered(failure: Check, sent: Sent, page_origin: str) -> str:
    if OPENS_NONE in failure.message:
        return "Mend what raises there: a converter, the session's store or the app's own request."
    # A redirect may have made it null.
    origin = sent.get("Origin") or page_origin
    return (
        f"To ask a live server, type flask cors probe {shlex.quote(str(sent.url))} "
        f"--origin {origin} --method {sent.get(REQUEST_METHOD) or sent.method}"
    )


def _taken(waiting: deque[Check], exchange: Exchange, page_origin: str) -> Iterator[Check]:
    """Give the checks of one exchange, which are the next that wait."""
    if exchange.sent.is_preflight:
        while waiting and waiting[0].step in _OF_PREFLIGHTS:
            yield waiting.popleft()
    elif waiting and exchange.received is not None and _is_checked(exchange, page_origin):
        yield waiting.popleft()


def _is_checked(exchange: Exchange, page_origin: str) -> bool:
    """Report whether a browser checks the answer: not one of the page's own origin."""
    sent = exchange.sent
    return sent.get("Origin") is not None and sent.url.origin != page_origin
