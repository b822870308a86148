"""Answers: each request that went out, why, and what came back, line by line."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final

from flask_strictcors.browser import Outcome, Received, Sent
from flask_strictcors.cli.probe.asked import Asked
from flask_strictcors.cli.probe.strangers import Kind
from flask_strictcors.core.fetch import ALLOW_CREDENTIALS, ALLOW_ORIGIN

# https://httpwg.org/specs/rfc6585.html#status-429; and what proxies say for a server that does not.
# A 500 is not among them: some servers raise an exception to refuse an origin.
_PUT_OFF: Final = frozenset({429, 502, 503, 504})


class Role(Enum):
    """Why a request went out; the value says it to people."""

    PREFLIGHT = "the page's preflight"
    ACTUAL = "the page's request"
    STAND_IN = "in place of the page's request"
    BARE = "without Origin"
    STRANGER = "a stranger"
    STRANGER_PREFLIGHT = "a stranger's preflight"
    MISSING = "a path that does not exist"
    KEPT_PAGE = "for caches: the page first"
    KEPT_STRANGER = "for caches: a stranger, where the page was before"
    KEPT_BARE = "for caches: no Origin, where the page was before"
    LATE_BARE = "for caches: no Origin first"
    LATE_PAGE = "for caches: the page, where none was before"


@dataclass(frozen=True, slots=True)
class Answer:
    """Hold one request and what came of it.

    `received` is None where nothing came, and `trouble` then says why; `kind` is a stranger's.
    """

    number: int
    role: Role
    sent: Sent
    received: Received | None
    trouble: str = ""
    kind: Kind | None = None

    @property
    def origin(self) -> str | None:
        """The origin that the request told."""
        return self.sent.get("Origin")

    @property
    def status(self) -> int:
        """The status of the answer; 0 where there is none."""
        return 0 if self.received is None else self.received.status

    @property
    def is_ok(self) -> bool:
        """Report whether a preflight may have this status: https://fetch.spec.whatwg.org/#ok-status."""
        return 200 <= self.status <= 299

    @property
    def is_put_off(self) -> bool:
        """Report whether the status is one of a moment, which tells nothing of what was asked."""
        return self.status in _PUT_OFF

    @property
    def allowed(self) -> tuple[str, ...]:
        """The lines of Access-Control-Allow-Origin."""
        return self.lines(ALLOW_ORIGIN)

    @property
    def grant(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Who may read the answer, and whether with credentials, as it is written."""
        return self.allowed, self.lines(ALLOW_CREDENTIALS)

    @property
    def allows_credentials(self) -> bool:
        """Report whether the answer may be read with credentials, as far as they go."""
        return self.lines(ALLOW_CREDENTIALS) == ("true",)

    @property
    def allows_its_origin(self) -> bool:
        """Report whether the answer names the origin that the request told."""
        return self.allowed == (self.origin,)

    @property
    def place(self) -> str:
        """Where a finding was made."""
        return f"{self.sent.method} {self.number}"

    def lines(self, name: str) -> tuple[str, ...]:
        """Return the value of each line of a header, in order."""
        if self.received is None:
            return ()
        return tuple(value for line, value in self.received.headers if line.lower() == name.lower())


@dataclass(frozen=True, slots=True)
class Seen:
    """Hold all that a probe saw; what was not asked is missing from `answers`."""

    asked: Asked
    outcome: Outcome
    answers: tuple[Answer, ...]

    def one(self, role: Role, kind: Kind | None = None) -> Answer | None:
        """Return the answer to the request of a role, if one came."""
        return next(iter(self.all(role, kind=kind)), None)

    def all(self, *roles: Role, kind: Kind | None = None) -> list[Answer]:
        """Return the answers of some roles that came."""
        return [
            answer
            for answer in self.answers
            if answer.role in roles and answer.received and kind in (None, answer.kind)
        ]

    @property
    def actual(self) -> Answer | None:
        """The answer to the page's request, or to what was sent in its place."""
        return self.one(Role.ACTUAL) or self.one(Role.STAND_IN)
