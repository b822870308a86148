"""What a test expects of an app: that scripts of an origin may read its answer, or may not."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple, NoReturn, Unpack

from flask_strictcors.browser import (
    LIKE,
    URL,
    Document,
    Exchange,
    Outcome,
    Received,
    Request,
    Sent,
    Step,
    Transport,
    UnreachableError,
    UserAgent,
)
from flask_strictcors.browser.equipment import Equipment
from flask_strictcors.browser.headers import normalized_value
from flask_strictcors.browser.page import Page
from flask_strictcors.core.origins import Origin
from flask_strictcors.testing.scripts import CallOptions, Script, place
from flask_strictcors.testing.story import story
from flask_strictcors.testing.transport import shown, transport_to

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

    from werkzeug.test import TestResponse

# The steps at which a server's answer about origin, method, header or credentials is a no.
_REFUSALS: Final = frozenset(
    {
        Step.PREFLIGHT_ORIGIN,
        Step.PREFLIGHT_CREDENTIALS,
        Step.PREFLIGHT_METHOD,
        Step.PREFLIGHT_HEADERS,
        Step.ORIGIN,
        Step.CREDENTIALS,
    }
)
# With these, servers refuse preflights on purpose; any other status is an accident.
_REFUSING_STATUSES: Final = (400, 403)


class Trial(NamedTuple):
    """One request of one page, and what came of it."""

    origin: str
    url: URL
    request: Request
    transport: Transport
    like: str
    outcome: Outcome

    def fail(self, verdict: str, *asked_beside: Exchange, fix: str = "") -> NoReturn:
        """Raise the `AssertionError` that tells the whole story."""
        __tracebackhide__ = True
        exchanges = (*self.outcome.exchanges, *asked_beside)
        asked = f"{self.request.method} {self.url} from {self.origin or 'an empty origin'}"
        head = f"{asked}: {verdict}\n{fix}".rstrip()
        raise AssertionError(f"{head}\n\n{story(exchanges, self.outcome.checks)}")


def assert_allows(
    app: WSGIApplication,
    origin: str | None,
    url: str = "/",
    *,
    like: str = "standard",
    base_url: str = "http://localhost",
    **call: Unpack[CallOptions],
) -> TestResponse:
    """Assert that scripts of an origin may read an answer, and return what they see of it.

    `call` is what `Page.fetch` takes. That the app answers 404, 405 or 5xx is a failure, too.
    Raises `ValueError` for what is no origin, or the app's own.
    """
    __tracebackhide__ = True
    told = _told(origin)
    if told != "null" and Origin.parse(told) is None:
        raise ValueError(f"{origin!r} is no origin: write it as in https://app.example.com.")
    trial = _try(app, told, url, like, base_url, call)
    visible = trial.outcome.response
    if visible is None:
        failure = trial.outcome.checks[-1]
        trial.fail(f"no script may read it ({failure.step}). {failure.message}", fix=failure.fix)
    _expect_view(trial, visible.status)
    return shown(visible, Sent(trial.request.method, trial.url, ()))


def assert_refuses(
    app: WSGIApplication,
    origin: str | None,
    url: str = "/",
    *,
    like: str = "standard",
    base_url: str = "http://localhost",
    **call: Unpack[CallOptions],
) -> None:
    """Assert that the app refuses an origin, or its method, headers or credentials.

    `call` is what `Page.fetch` takes. An origin that no browser would send goes out as it is
    written. Where a script cannot read the answer for another reason, that is a failure: nothing
    serves the URL or the method, the app breaks, the preflight is redirected. Where no preflight
    is needed, one is tried as well, and must not be granted.
    """
    __tracebackhide__ = True
    trial = _try(app, _told(origin), url, like, base_url, call)
    _expect_refusal(trial)
    _expect_route(trial)
    _expect_no_preflight(trial)


def _told(origin: str | None) -> str:
    """Return what stands in the Origin header. Raises `TypeError` and `ValueError`."""
    told = "null" if place(origin) is None else normalized_value(f"{origin}")
    if told is None:
        raise ValueError(f"{origin!r} cannot be sent: no header holds these characters.")
    return told


def _try(
    app: WSGIApplication,
    origin: str,
    url: str,
    like: str,
    base_url: str,
    call: CallOptions,
) -> Trial:
    script = Script.against(app, base_url)
    # Unpack is for type checkers: with a mode or a redirect, a script reads nothing it could trust.
    foreign = ", ".join(call.keys() - CallOptions.__annotations__.keys())
    if foreign:
        raise TypeError(f"{foreign}: write {', '.join(CallOptions.__annotations__)}, or none.")
    target = script.url(url)
    if target.origin == origin:
        raise ValueError(
            f"{origin!r} is the app's own origin, which needs no CORS: leave it out, or give the "
            "app another base_url."
        )
    request, transport = script.request(url, **call), transport_to(app)
    outcome = _document(transport, origin, like).fetch(request)
    return Trial(origin, target, request, transport, like, outcome)


def _document(transport: Transport, origin: str, like: str) -> Document:
    agent = UserAgent(transport, like, now=time.time)
    if origin == "null":
        return agent.open(None)
    if Origin.parse(origin):
        return agent.open(origin)
    # No browser has a page there: only the Origin header, and the check of it, are as in one.
    equipment = Equipment(transport, LIKE[like], agent.jar, agent.cache, time.time)
    return Document(equipment, Page(origin))


def _expect_refusal(trial: Trial) -> None:
    __tracebackhide__ = True
    failure = trial.outcome.failure
    if failure is None:
        trial.fail("its scripts may read the answer, and should not.")
    last = _last_status(trial.outcome.exchanges)
    is_refused = failure.step in _REFUSALS or (
        failure.step is Step.PREFLIGHT_STATUS and last in _REFUSING_STATUSES
    )
    if not is_refused:
        trial.fail(f"it failed, but CORS does not refuse it. {failure.message}", fix=failure.fix)
    _expect_view(trial, last)


def _last_status(exchanges: Iterable[Exchange]) -> int:
    statuses = [x.received.status for x in exchanges if x.received is not None]
    return statuses[-1] if statuses else 0


def _expect_view(trial: Trial, status: int) -> None:
    __tracebackhide__ = True
    if status in (404, 405) or status >= 500:
        trial.fail(f"the app answers {status}, which says nothing of CORS.", fix=_LOOK)


_LOOK: Final = "See that the URL and the method are right, and that the view works."


_LOOK_AT_HOST: Final = (
    "See that base_url is where the app is reached: TRUSTED_HOSTS may not know the host."
)


def _expect_route(trial: Trial) -> None:
    """Ask what is served there: a preflight and a refusal alike may hide that nothing is.

    Not with the method itself, which might change something.
    """
    __tracebackhide__ = True
    sent = Sent("OPTIONS", trial.url, ())
    received = trial.transport(sent)
    exchange, allow = Exchange(sent, received), received.get("Allow")
    if received.status == 404:
        trial.fail("nothing is served there.", exchange, fix=_LOOK)
    if received.status == 400 == _last_status(trial.outcome.exchanges):
        trial.fail("the app answers 400, also without an origin.", exchange, fix=_LOOK_AT_HOST)
    if allow is not None and trial.request.method.upper() not in _names(allow):
        trial.fail(f"only {allow} is served there.", exchange, fix=_LOOK)


def _names(line: str) -> list[str]:
    return [item.strip() for item in line.split(",")]


def _expect_no_preflight(trial: Trial) -> None:
    """Ask as an upload listener makes browsers ask: the answer to a preflight opens the door."""
    __tracebackhide__ = True
    if any(exchange.sent.is_preflight for exchange in trial.outcome.exchanges):
        return

    def carry(sent: Sent) -> Received:
        if not sent.is_preflight:
            raise UnreachableError("it is held back.")
        return trial.transport(sent)

    request = replace(trial.request, use_cors_preflight=True)
    outcome = _document(carry, trial.origin, trial.like).fetch(request)
    if outcome.checks[-1].step is Step.NETWORK:
        verdict = "the answer is refused, but its preflight is not."
        trial.fail(verdict, *outcome.exchanges, fix="Refuse the origin in both.")
