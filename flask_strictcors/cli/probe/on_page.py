"""What goes wrong between a page's preflight and its answer, and where nothing is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from flask_strictcors.browser import URL
from flask_strictcors.cli.probe.answers import Answer, Role, Seen
from flask_strictcors.cli.probe.codes import Code
from flask_strictcors.cli.probe.findings import Finding
from flask_strictcors.cli.probe.on_headers import as_lines
from flask_strictcors.core.fetch import ALLOW_CREDENTIALS, ALLOW_ORIGIN

_STATUSES: Final = {
    401: Code.PREFLIGHT_UNAUTHORIZED,
    403: Code.PREFLIGHT_FORBIDDEN,
    404: Code.PREFLIGHT_NOT_FOUND,
    405: Code.PREFLIGHT_METHOD_REFUSED,
    407: Code.PREFLIGHT_UNAUTHORIZED,
    501: Code.PREFLIGHT_METHOD_REFUSED,
}


def on_page(seen: Seen) -> Iterator[Finding]:
    """Yield what is wrong between the page's requests, one with the other."""
    yield from _on_preflight(seen)
    yield from _on_actual(seen)
    yield from _on_missing(seen)
    yield from _on_query(seen)
    yield from _on_silence(seen)


def _on_preflight(seen: Seen) -> Iterator[Finding]:
    preflight = seen.one(Role.PREFLIGHT)
    if preflight is None:
        return
    if not preflight.is_ok:
        yield _on_status(preflight)
    elif seen.actual is not None:
        yield from _on_pair(preflight, seen.actual, seen.asked.origin)


def _on_status(preflight: Answer) -> Finding:
    status = preflight.status
    if 300 <= status <= 399:
        return Finding(
            Code.PREFLIGHT_REDIRECTED, preflight.place, f"{status}{_leads_to(preflight)}"
        )
    code = _STATUSES.get(status, Code.PREFLIGHT_FAILED)
    challenge = "".join(f"; WWW-Authenticate: {v}" for v in preflight.lines("WWW-Authenticate"))
    return Finding(code, preflight.place, f"{status}{challenge}")


def _leads_to(answer: Answer) -> str:
    """Return where a redirect leads, and what that tells."""
    location = ", ".join(answer.lines("Location"))
    here, there = answer.sent.url, URL.parse(location, answer.sent.url)
    if there is None:
        return ""
    return f" to {location}{_difference(here, there)}"


def _difference(here: URL, there: URL) -> str:
    if here == there:
        return " (the same URL)"
    if here.scheme == "http" and there.scheme == "https" and here.host == there.host:
        return " (from http to https)"
    if here.origin != there.origin:
        return " (another host)"
    if here.path + "/" == there.path or here.path == there.path + "/":
        return " (a slash at the end)"
    return " (another path)"


def _on_pair(preflight: Answer, actual: Answer, page: str) -> Iterator[Finding]:
    """Yield what the two answers to one page disagree about."""
    if len(preflight.allowed) > 1 or len(actual.allowed) > 1:
        return  # that has a code of its own
    place, seen = f"{preflight.place}, {actual.place}", _said(preflight, actual)
    if not preflight.allowed:
        if _admits(actual, page):
            yield Finding(Code.PREFLIGHT_WITHOUT_HEADERS, place, seen)
    elif not actual.allowed:
        # What stands in for the request may have a method that the server does not allow.
        if _admits(preflight, page) and actual.role is Role.ACTUAL:
            yield Finding(Code.ACTUAL_WITHOUT_HEADERS, place, seen)
    elif preflight.grant != actual.grant:
        yield Finding(Code.PREFLIGHT_DIFFERS, place, seen)


def _said(preflight: Answer, actual: Answer) -> str:
    first, second = (as_lines(a, ALLOW_ORIGIN, ALLOW_CREDENTIALS) for a in (preflight, actual))
    return f"preflight: {first}; answer: {second}"


def _admits(answer: Answer, page: str) -> bool:
    return answer.allowed in (("*",), (page,))


def _on_actual(seen: Seen) -> Iterator[Finding]:
    actual = seen.actual
    if actual is None:
        return
    if 300 <= actual.status <= 399 and actual.lines("Location"):
        yield Finding(Code.REDIRECTED, actual.place, f"{actual.status}{_leads_to(actual)}")
    policy = actual.lines("Cross-Origin-Resource-Policy")
    if _admits(actual, seen.asked.origin) and policy in (("same-origin",), ("same-site",)):
        said = as_lines(actual, "Cross-Origin-Resource-Policy")
        yield Finding(Code.RESOURCE_POLICY, actual.place, said)


def _on_missing(seen: Seen) -> Iterator[Finding]:
    missing, actual = seen.one(Role.MISSING), seen.actual
    if missing is None or actual is None or not _admits(actual, seen.asked.origin):
        return
    if missing.status >= 400 and not missing.allowed and not missing.is_put_off:
        said = f"{missing.status}, no {ALLOW_ORIGIN}"
        yield Finding(Code.ERROR_WITHOUT_HEADERS, missing.place, said)


def _on_query(seen: Seen) -> Iterator[Finding]:
    with_query, actual = seen.one(Role.KEPT_PAGE), seen.actual
    if with_query is None or actual is None or with_query.status == actual.status:
        return
    if with_query.is_put_off or actual.is_put_off:
        return
    if with_query.sent.method == actual.sent.method:
        said = f"{actual.status} without it, {with_query.status} with it"
        yield Finding(Code.QUERY_MATTERS, with_query.place, said)


def _on_silence(seen: Seen) -> Iterator[Finding]:
    for answer in seen.answers:
        if answer.received is None:
            is_preflight = answer.role is Role.PREFLIGHT
            code = Code.PREFLIGHT_UNANSWERED if is_preflight else Code.ANSWER_MISSING
            yield Finding(code, answer.place, answer.trouble)
        elif answer.is_put_off and not answer.allowed and answer.role is not Role.PREFLIGHT:
            # A stranger that is put off may be let in another time.
            yield Finding(Code.ANSWER_MISSING, answer.place, f"{answer.status}, no {ALLOW_ORIGIN}")
