"""One line of names that a policy allows, and the rest as Access-Control-Request-Headers."""

from __future__ import annotations

import re

from core.asking import Asked
from core.counting import Watched

from flask_strictcors import Policy, PolicyError, Reason
from flask_strictcors.core.decision import Judge, Rejection, first_foreign, reject
from flask_strictcors.core.decision.requested import LONGEST_SURPLUS
from flask_strictcors.core.fetch import LONGEST_TOKEN, is_token
from flask_strictcors.core.rules import Rule

from .work import check_bounded, grown

WORDS = ("x-a", "x-b", "content-type", ",x-a", ", ", "\t,", "X-A,", "\n", "x" * 64, " " * 15)
APP = "https://app.example.com"
_LONGEST_RUN = 15


def check(data: bytes) -> None:
    """Fail where the list is read otherwise than by a plain split."""
    names, known, requested = _read(data)
    _check_foreign(known, requested, first_foreign(known, requested))
    _check_preflight(names, requested)


def measure(data: bytes) -> None:
    """Fail where a longer list costs anything."""
    _, known, requested = _read(data)
    for text in (requested, grown(requested, 100_000)):
        _check_reading(known, Watched(text))
    check_bounded(lambda text: first_foreign(known, text), requested, 40 * (len(known) + 2))


def _read(data: bytes) -> tuple[list[str], frozenset[str], str]:
    """Return the names as written, those that a policy could have, and what is requested."""
    line, _, requested = data.decode("latin-1").partition("\n")
    names = line.split()
    return names, frozenset(name.lower() for name in names if is_token(name)), requested


def _check_reading(known: frozenset[str], requested: Watched) -> None:
    first_foreign(known, requested)
    assert requested.seen <= (len(known) + 2) * (16 + 2 * LONGEST_TOKEN)


def _check_foreign(known: frozenset[str], requested: str, foreign: str | None) -> None:
    listed = [item.strip(" \t").lower() for item in requested.split(",")]
    naive = next((name for name in listed if name and name not in known), None)
    if foreign == "":
        assert not _is_honest(known, requested, listed)
    else:
        assert foreign == naive


def _is_honest(known: frozenset[str], requested: str, listed: list[str]) -> bool:
    """Report whether a browser, and a gateway behind it, could have sent this list."""
    return (
        max(map(len, re.findall(r"[, \t]+", requested)), default=0) <= _LONGEST_RUN
        and sum(map(bool, listed)) <= len(known) + 1
        and all(len(item) <= LONGEST_TOKEN for item in requested.split(","))
    )


def _check_preflight(names: list[str], requested: str) -> None:
    try:
        policy = Policy(origins=[APP], methods=["PUT"], allow_headers=names)
    except PolicyError:
        return
    known = frozenset(name.lower() for name in policy.allow_headers)
    judge = Judge(Rule("app", (policy,)))
    request = Asked(APP, "PUT", requested, is_preflight=True)
    verdict = judge.preflight(request, judge.offers(("PUT",)))
    _check_reason(known, requested, verdict.reason)
    if verdict.reason is not None:
        told = reject(verdict, verdict.reason, request, path="/", endpoint=None, detail="")
        _check_told(told, requested)
    quiet = judge.preflight(Asked(APP, "PUT", None, is_preflight=True), judge.offers(("PUT",)))
    assert verdict.headers(APP) == quiet.headers(APP)


def _check_reason(known: frozenset[str], requested: str, reason: Reason | None) -> None:
    if len(requested) - sum(len(name) + 1 for name in known) > LONGEST_SURPLUS:
        assert reason is Reason.MALFORMED_REQUEST_HEADERS
        return
    foreign = first_foreign(known, requested)
    if foreign:
        is_name = is_token(foreign)
        assert reason is (
            Reason.HEADER_NOT_ALLOWED if is_name else Reason.MALFORMED_REQUEST_HEADERS
        )
    elif reason is not None:
        assert (foreign, reason) == ("", Reason.MALFORMED_REQUEST_HEADERS)
    elif foreign == "":
        # Nobody repeats names: few enough of them are judged at a glance.
        assert known.issuperset(requested.split(","))


def _check_told(told: Rejection, requested: str) -> None:
    for name in told.headers:
        assert name.isascii()
        assert name.isprintable()
        assert len(name) <= 200
        assert "\\" in name or name in requested.lower()
    assert len(told.headers) == (told.reason is Reason.HEADER_NOT_ALLOWED)
