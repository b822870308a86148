"""Verdict → the header list of an answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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

_OTHERS: Final = frozenset({"Content-Length", "Content-Type", "Date", "Location", "Set-Cookie"})
"""What most answers have, as nearly everybody spells it."""


def rewrite(
    headers: Iterable[Header], verdict: Verdict, origin: str | None
) -> tuple[list[Header], Sequence[str]]:
    """Return the header lines of an answer with ours in a new list, and foreign names dropped.

    The rules are the sole author of `Access-Control-*`; all lines of `Vary` become one.
    """
    lines = [*headers]
    for line in lines:
        # Nearly every line can be told by its name, or by its first letter, and most answers have
        # none of ours.
        if line[0] not in _OTHERS and line[0][:1] in "AaVv":
            return _rewrite(lines, verdict, origin)
    if verdict.echoes_origin and origin is not None:
        lines.append((fetch.ALLOW_ORIGIN, origin))
    lines += verdict.tail
    return lines, ()


def _rewrite(
    headers: Iterable[Header], verdict: Verdict, origin: str | None
) -> tuple[list[Header], list[str]]:
    kept: list[Header] = []
    dropped: list[str] = []
    varying: list[str] = []
    for header in headers:
        lowered = header[0].lower()
        if lowered.startswith(fetch.CORS_PREFIX):
            dropped.append(header[0])
        elif lowered == "vary" and verdict.vary is not None:
            varying.append(header[1])
        else:
            kept.append(header)
    kept += verdict.headers(origin)
    if varying and verdict.vary is not None:
        # The last of ours.
        kept[-1] = "Vary", merge_vary(varying, verdict.vary)
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
    word = "allowed" if verdict.allowed else "refused"
    reason = verdict.reason or "none"
    value = f'rule="{printable(verdict.rule)}"; verdict={word}; reason={reason}'
    return "StrictCORS-Decision", value


def answer(
    verdict: Verdict, origin: str | None, start_response: StartResponse, *, is_debug: bool
) -> Iterable[bytes]:
    """Answer in the app's place: 403 with a constant body to what is barred, else 204 with none."""
    headers = verdict.headers(origin)
    if is_debug:
        headers.append(debug_header(verdict))
    if verdict.is_barred:
        start_response("403 Forbidden", [*headers, *BARRED_HEADERS])
        return (BARRED_BODY,)
    start_response("204 No Content", headers)
    return ()
