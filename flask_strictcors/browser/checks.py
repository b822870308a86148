"""The CORS check: whether this page's scripts may read this answer.

https://fetch.spec.whatwg.org/#concept-cors-check
"""

from __future__ import annotations

from typing import NamedTuple

from flask_strictcors.browser.steps import Check, Step
from flask_strictcors.browser.wire import Received
from flask_strictcors.core.fetch import ALLOW_CREDENTIALS, ALLOW_ORIGIN


class Question(NamedTuple):
    """What the check looks at beside the answer; `origin` is serialized, as it was sent."""

    origin: str
    has_credentials: bool
    is_preflight: bool = False

    @property
    def about(self) -> str:
        """Return what is being read, for the start of a sentence."""
        return "The answer to the preflight" if self.is_preflight else "The answer"


def check_cors(received: Received, question: Question) -> Check:
    """Return whether the answer allows the page's origin, and says so with credentials."""
    allowed = received.get(ALLOW_ORIGIN)
    if allowed is None:
        said = f"{question.about} has no {ALLOW_ORIGIN}."
        return _wrong_origin(question, said, _add(question))
    if allowed == "*" and not question.has_credentials:
        said = f"{question.about} allows every origin."
        return Check(_origin_step(question), passed=True, message=said)
    if allowed != question.origin:
        return _foreign(question, allowed)
    if not question.has_credentials:
        said = f"{question.about} allows {question.origin}."
        return Check(_origin_step(question), passed=True, message=said)
    return _check_credentials(received, question)


def _check_credentials(received: Received, question: Question) -> Check:
    step = Step.PREFLIGHT_CREDENTIALS if question.is_preflight else Step.CREDENTIALS
    value = received.get(ALLOW_CREDENTIALS)
    if value == "true":
        said = f"{question.about} allows {question.origin}, with credentials."
        return Check(step, passed=True, message=said)
    found = "no such header" if value is None else f"{value!r}"
    said = (
        f"{question.about} allows {question.origin}, but not its credentials: "
        f"{ALLOW_CREDENTIALS} must be exactly 'true', and there is {found}."
    )
    fix = (
        f"Send {ALLOW_CREDENTIALS}: true (credentials=True); or fetch without credentials: "
        '"include".'
    )
    return Check(step, passed=False, message=said, fix=fix)


def _foreign(question: Question, allowed: str) -> Check:
    said = f"{question.about} allows {allowed!r}, and the page's origin is {question.origin!r}"
    if allowed == "*":
        said = f"{question.about} allows '*', which does not hold beside credentials."
        return _wrong_origin(question, said, _add(question))
    if "," in allowed:
        said = f"{question.about} has more than one {ALLOW_ORIGIN}: {allowed!r}."
        fix = "One author only: remove the header from the proxy, or from the app."
        return _wrong_origin(question, said, fix)
    if allowed == f"{question.origin}/":
        return _wrong_origin(question, f"{said}: no slash.", _add(question))
    if allowed.lower() == question.origin:
        return _wrong_origin(question, f"{said}: case counts.", _add(question))
    return _wrong_origin(question, f"{said}.", _add(question))


def _add(question: Question) -> str:
    if question.origin == "null":
        return (
            "Serve the page from an http or https origin: 'null' is everybody's, and must not be "
            "allowed."
        )
    return (
        f"Let the server send {ALLOW_ORIGIN}: {question.origin}, and Vary: Origin: add the origin "
        "to origins."
    )


def _wrong_origin(question: Question, message: str, fix: str) -> Check:
    return Check(_origin_step(question), passed=False, message=message, fix=fix)


def _origin_step(question: Question) -> Step:
    return Step.PREFLIGHT_ORIGIN if question.is_preflight else Step.ORIGIN
