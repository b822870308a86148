"""What a decision is made of: what is asked of a request, reasons, verdicts, decisions."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Protocol

from flask_strictcors.core import fetch
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


@dataclass(frozen=True, slots=True)
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


# Without what compares and prints: it never leaves the package.
@dataclass(frozen=True, slots=True, eq=False, repr=False, kw_only=True)
class Verdict:
    """Hold a decision compiled before any request: all of it but the origin to echo.

    `lines` are the Access-Control-* lines, without an Allow-Origin that echoes; `vary` is what
    the answer's Vary must list, in one string; `is_barred` means that the view may not run;
    `known_headers` are the names that a preflight's list was compared with; `topic` is what is told
    once where nobody listens, the rule and the reason; `tail` is all lines but one that echoes;
    `policy` is the one that let the origin in.
    """

    allowed: bool
    reason: Reason | None = None
    rule: str
    detail: str
    lines: tuple[Header, ...] = ()
    vary: str | None = None
    echoes_origin: bool = False
    is_barred: bool = False
    is_exempt: bool = False
    known_headers: frozenset[str] | None = None
    policy: Policy | None = None
    is_about_origin: bool = field(init=False)
    tail: tuple[Header, ...] = field(init=False)
    topic: str = field(init=False)

    def __post_init__(self) -> None:
        # Asked for each refusal, and members of enumerations are slow to hash.
        is_about_origin = self.reason is not None and self.reason.is_about_origin
        object.__setattr__(self, "is_about_origin", is_about_origin)
        vary = () if self.vary is None else (("Vary", self.vary),)
        object.__setattr__(self, "tail", (*self.lines, *vary))
        object.__setattr__(self, "topic", topic_of(self.rule, self.reason))

    def headers(self, origin: str | None) -> list[Header]:
        """Return all lines for a request with this origin, in a new list."""
        if self.echoes_origin and origin is not None:
            # https://fetch.spec.whatwg.org/#cors-check, step 4: byte for byte
            return [(fetch.ALLOW_ORIGIN, origin), *self.tail]
        return [*self.tail]

    def decision(self, origin: str | None) -> Decision:
        """Return the decision for a request with this origin."""
        headers = tuple(self.headers(origin))
        return Decision(self.allowed, self.reason, self.rule, headers, self.detail)
