"""What a decision is made of: what is asked of a request, reasons, verdicts, decisions."""

from __future__ import annotations

from abc import abstractmethod
from enum import StrEnum
from typing import Final, Protocol

from flask_strictcors.core import fetch
from flask_strictcors.core.frozen import frozen
from flask_strictcors.core.policy import Answer, DynamicOrigins, Policy

Header = tuple[str, str]


class Reason(StrEnum):
    """Why something was refused: the origin, or with a fine origin the method or a header."""

    NO_RULE = "no-rule"
    MALFORMED_ORIGIN = "malformed-origin"
    NULL_ORIGIN = "null-origin"
    NOT_ALLOWED = "not-allowed"
    CALLABLE_REFUSED = "callable-refused"
    CALLABLE_FAILED = "callable-failed"
    METHOD_NOT_ALLOWED = "method-not-allowed"
    HEADER_NOT_ALLOWED = "header-not-allowed"
    MALFORMED_REQUEST_HEADERS = "malformed-request-headers"

    # Of the text, as equality is; Enum's own is written in Python and slow.
    __hash__ = str.__hash__

    @property
    def is_about_origin(self) -> bool:
        """Report whether it was the origin that was refused."""
        return self in _ABOUT_ORIGIN


_ABOUT_ORIGIN: Final = frozenset(
    {
        Reason.NO_RULE,
        Reason.MALFORMED_ORIGIN,
        Reason.NULL_ORIGIN,
        Reason.NOT_ALLOWED,
        Reason.CALLABLE_REFUSED,
        Reason.CALLABLE_FAILED,
    }
)


def topic_of(rule: str, reason: Reason | None) -> str:
    """Return what is told once where nobody listens: a reason under a rule."""
    return f"{reason} under {rule}"


class CORSRequest(Protocol):
    """Ask for what a decision depends on, and for nothing else of a request.

    `method` is the actual request's, or the one that a preflight asks for, as it came;
    `requested_headers` is the value of Access-Control-Request-Headers. The three questions are
    put only where their answers matter.
    """

    origin: str | None
    method: str
    is_preflight: bool
    requested_headers: str | None

    @abstractmethod
    def is_same_origin(self) -> bool:
        """Report whether the request comes from the app's own origin."""

    @abstractmethod
    def is_debug(self) -> bool:
        """Report whether `debug_origins` count."""

    @abstractmethod
    def ask(self, dynamic: DynamicOrigins) -> Answer:
        """Call the function for this request's origin, and contain what it does."""


@frozen()
class Decision:
    """Say what is done with a request, and why.

    `allowed` is False where something was refused, and where the route is exempt; `reason` is
    None unless something was refused; `rule` is the label of the rule that decided; `headers` are
    all lines that go out, `Vary` included; `detail` tells a person what to change.
    """

    allowed: bool
    reason: Reason | None
    rule: str
    headers: tuple[Header, ...]
    detail: str


class Verdict:
    """Hold a decision compiled before any request: all of it but the origin to echo.

    `lines` are the Access-Control-* lines, without an Allow-Origin that echoes; `vary` is what
    the answer's Vary must list, in one string; `is_barred` means that the view may not run;
    `known_headers` are the names that a preflight's list was compared with; `topic` is what is told
    once where nobody listens, the rule and the reason; `tail` is all lines but one that echoes;
    `policy` is the one that let the origin in. Many are made, none leaves the package, and nothing
    changes one. A refused one has in `same_origin` what holds in its place where the request turns
    out to come from the app's own origin.
    """

    __slots__ = (
        "allowed",
        "detail",
        "echoes_origin",
        "is_about_origin",
        "is_barred",
        "is_exempt",
        "known_headers",
        "lines",
        "policy",
        "reason",
        "rule",
        "same_origin",
        "tail",
        "topic",
        "vary",
    )

    def __init__(  # noqa: PLR0913  each by its name, as the fields of a value are
        self,
        *,
        allowed: bool,
        reason: Reason | None = None,
        rule: str,
        detail: str,
        lines: tuple[Header, ...] = (),
        vary: str | None = None,
        echoes_origin: bool = False,
        is_barred: bool = False,
        is_exempt: bool = False,
        known_headers: frozenset[str] | None = None,
        policy: Policy | None = None,
        same_origin: Verdict | None = None,
    ) -> None:
        self.allowed: Final = allowed
        self.reason: Final = reason
        self.rule: Final = rule
        self.detail: Final = detail
        self.lines: Final = lines
        self.vary: Final = vary
        self.echoes_origin: Final = echoes_origin
        self.is_barred: Final = is_barred
        self.is_exempt: Final = is_exempt
        self.known_headers: Final = known_headers
        self.policy: Final = policy
        self.same_origin: Final = same_origin
        # Asked for each refusal, and members of enumerations are slow to hash.
        self.is_about_origin: Final = reason is not None and reason.is_about_origin
        self.tail: Final = lines if vary is None else (*lines, ("Vary", vary))
        self.topic: Final = topic_of(rule, reason)

    def settled(self, request: CORSRequest) -> Verdict:
        """Return what holds of this request, which may come from the app's own origin."""
        own = self.same_origin
        return self if own is None or not request.is_same_origin() else own

    def headers(self, origin: str | None) -> list[Header]:
        """Return all lines for a request with this origin, in a new list."""
        if self.echoes_origin and origin is not None:
            # https://fetch.spec.whatwg.org/#cors-check, step 4: byte for byte
            return [(fetch.ALLOW_ORIGIN, origin), *self.tail]
        return [*self.tail]

    def decision(self, origin: str | None, detail: str | None = None) -> Decision:
        """Return the decision for a request with this origin; `detail` may say more than ours."""
        headers = tuple(self.headers(origin))
        return Decision(self.allowed, self.reason, self.rule, headers, detail or self.detail)
