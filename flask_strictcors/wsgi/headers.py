"""Verdict → the header list of an answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from flask_strictcors.core import fetch
from flask_strictcors.core.decision import Header, Verdict, printable

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse

BARRED_BODY: Final = b"Cross-origin request refused.\n"
BARRED_HEADERS: Final = (
    ("Cache-Control", "no-store"),
    ("Content-Length", str(len(BARRED_BODY))),
    ("Content-Type", "text/plain; charset=utf-8"),
)


def rewrite(
    headers: Iterable[Header], verdict: Verdict, origin: str | None
) -> tuple[list[Header], list[str]]:
    """Return the header lines of an answer with ours in a new list, and foreign names dropped.

    The rules are the sole author of `Access-Control-*`; all lines of `Vary` become one.
    """
    vary = verdict.vary
    kept: list[Header] = []
    dropped: list[str] = []
    varying: list[str] = []
    for header in headers:
        name = header[0]
        # Nearly every line can be told by its first letter.
        if name[:1] in "AaVv":
            lowered = name.lower()
            if lowered.startswith(fetch.CORS_PREFIX):
                dropped.append(name)
                continue
            if vary is not None and lowered == "vary":
                varying.append(header[1])
                continue
        kept.append(header)
    if verdict.echoes_origin and origin is not None:
        kept.append((fetch.ALLOW_ORIGIN, origin))
    kept += verdict.lines
    if vary is not None:
        kept.append(("Vary", merge_vary(varying, vary) if varying else vary))
    return kept, dropped


def merge_vary(lines: Iterable[str], ours: str) -> str:
    """Return one Vary with all members of the lines, and those of ours that are missing."""
    members: dict[str, str] = {}
    for line in (*lines, ours):
        for item in line.split(","):
            member = item.strip()
            if member == "*":
                return "*"
            if member:
                members.setdefault(member.lower(), member)
    return ", ".join(members.values())


def debug_header(verdict: Verdict) -> Header:
    """Return the line that shows a developer what was decided, and under which rule."""
    word = "exempt" if verdict.is_exempt else "allowed" if verdict.allowed else "refused"
    reason = verdict.reason or "none"
    value = f'rule="{printable(verdict.rule)}"; verdict={word}; reason={reason}'
    return "StrictCORS-Decision", value


def answer(
    verdict: Verdict, origin: str | None, start_response: StartResponse, *, is_debug: bool
) -> Iterable[bytes]:
    """Answer in the app's place: 403 with a constant body to what is barred, else 204 with none."""
    headers = verdict.headers(origin)
    if verdict.is_barred:
        headers += BARRED_HEADERS
    if is_debug:
        headers.append(debug_header(verdict))
    if verdict.is_barred:
        start_response("403 Forbidden", headers)
        return (BARRED_BODY,)
    start_response("204 No Content", headers)
    return ()
