"""Rejection: what the signals carry, safe to log and bounded."""

from __future__ import annotations

from typing import Final

from flask_strictcors.core.decision.model import CORSRequest, Reason, Verdict
from flask_strictcors.core.decision.requested import first_foreign
from flask_strictcors.core.frozen import frozen

LONGEST_TEXT: Final = 200


@frozen()
class Rejection:
    """Say what was refused, to whoever listens.

    `origin`, `method`, `path` and `headers` are the request's, printable ASCII and at most 200
    characters each. `method` is the requested one of a preflight; `headers` holds the first
    requested header name that was refused, if any; `endpoint` is Flask's, None where no route
    matched or where there are no routes; `rule` is the label of the rule that decided;
    `preflight` tells a preflight from an actual request; `detail` says what to change. With
    `report_only` nothing was refused, but would be if the policy under report were live.
    """

    reason: Reason
    origin: str
    method: str
    headers: tuple[str, ...]
    path: str
    endpoint: str | None
    rule: str
    preflight: bool
    detail: str
    report_only: bool = False


def reject(
    verdict: Verdict,
    reason: Reason,
    request: CORSRequest,
    *,
    path: str,
    endpoint: str | None,
    detail: str,
    report_only: bool = False,
) -> Rejection:
    """Return what there is to tell about a verdict that refused something."""
    headers: tuple[str, ...] = ()
    if verdict.known_headers is not None:
        foreign = first_foreign(verdict.known_headers, request.requested_headers or "")
        headers = (printable(foreign),) if foreign else ()
    return Rejection(
        reason,
        printable(request.origin or ""),
        printable(request.method),
        headers,
        printable(path),
        endpoint,
        verdict.rule,
        request.is_preflight,
        detail,
        report_only,
    )


def printable(text: str) -> str:
    """Return the text as printable ASCII, escaped where it is not, and at most 200 characters."""
    text = text[:LONGEST_TEXT]
    if text.isascii() and text.isprintable() and "\\" not in text:
        return text
    # A backslash of the request's own is doubled, so that no escape is forged.
    return text.encode("unicode_escape").decode("ascii")[:LONGEST_TEXT]
