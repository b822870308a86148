"""What the table's lines are made of: a request, what is decided, and a case with both."""

from dataclasses import dataclass

from flask_strictcors import Reason

ORIGIN = "Access-Control-Allow-Origin"
CREDENTIALS = "Access-Control-Allow-Credentials"
EXPOSE = "Access-Control-Expose-Headers"
METHODS = "Access-Control-Allow-Methods"
HEADERS = "Access-Control-Allow-Headers"
MAX_AGE = "Access-Control-Max-Age"

NO_VARY: frozenset[str] = frozenset()
VARY = frozenset({"origin"})
VARY_ASKED = frozenset({"access-control-request-method", "access-control-request-headers"})
VARY_BOTH = VARY | VARY_ASKED


@dataclass(frozen=True)
class Ask:
    """One request; `wants` makes it a preflight: the method that is asked for."""

    method: str
    origin: str | None
    site: str | None = None
    wants: str | None = None
    headers: str | None = None

    @property
    def is_preflight(self) -> bool:
        return self.wants is not None and self.origin is not None


def get(origin: str | None, site: str | None = None) -> Ask:
    return Ask("GET", origin, site)


def send(method: str, origin: str | None, site: str | None = None) -> Ask:
    return Ask(method, origin, site)


def ask(wants: str, origin: str | None, headers: str | None = None, site: str | None = None) -> Ask:
    return Ask("OPTIONS", origin, site, wants, headers)


@dataclass(frozen=True)
class Outcome:
    """What is decided, and the name of the signal that says so."""

    allowed: bool = False
    reason: Reason | None = None
    signal: str | None = None
    is_exempt: bool = False


OK = Outcome(allowed=True)
EXEMPT = Outcome(is_exempt=True)
NO_RULE = Outcome(reason=Reason.NO_RULE, signal="origin-rejected")
MALFORMED = Outcome(reason=Reason.MALFORMED_ORIGIN, signal="origin-rejected")
NULL = Outcome(reason=Reason.NULL_ORIGIN, signal="origin-rejected")
NOT_ALLOWED = Outcome(reason=Reason.NOT_ALLOWED, signal="origin-rejected")
SAID_NO = Outcome(reason=Reason.CALLABLE_REFUSED, signal="origin-rejected")
FAILED = Outcome(reason=Reason.CALLABLE_FAILED, signal="origin-rejected")
BAD_METHOD = Outcome(reason=Reason.METHOD_NOT_ALLOWED, signal="preflight-rejected")
BAD_HEADER = Outcome(reason=Reason.HEADER_NOT_ALLOWED, signal="preflight-rejected")
BAD_LIST = Outcome(reason=Reason.MALFORMED_REQUEST_HEADERS, signal="preflight-rejected")


@dataclass(frozen=True)
class Case:
    """One line of the table: a rule, a request, and the answer, whole.

    `cors` are all Access-Control-* lines that go out, and so none but these; the methods of a
    list are sorted. `vary` is in lower case. A `status` of None is the app's own answer, or 204.
    """

    under: str
    name: str
    request: Ask
    outcome: Outcome
    cors: dict[str, str]
    vary: frozenset[str]
    status: int | None = None

    def __str__(self) -> str:
        return f"{self.under}: {self.name}"


Line = tuple[str, Ask, Outcome, dict[str, str], frozenset[str]]
LineWithStatus = tuple[str, Ask, Outcome, dict[str, str], frozenset[str], int]


def under(name: str, *lines: Line | LineWithStatus) -> list[Case]:
    return [Case(name, *line) for line in lines]
