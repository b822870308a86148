"""What a tenant may enter as an origin: judged by the library, and refused in its words."""

from typing import NamedTuple
from urllib.parse import urlsplit

from flask_strictcors import Policy, PolicyError


class Refusal(NamedTuple):
    """Why an entry is refused, and what to enter instead; the codes are in docs/problems.md."""

    code: str
    message: str
    fix: str


WILDCARD = Refusal(
    "wildcard", "A tenant's origins have no wildcard.", "each origin in full, one by one"
)


def refusal_of(entered: object) -> Refusal | None:
    """Return why an origin that a tenant entered is refused, or None.

    It is judged as if it were to stand beside credentials: that refuses http, but for loopback.
    """
    if isinstance(entered, str) and "*" in entered:
        return WILDCARD
    try:
        Policy(origins=[entered], credentials=True)
    except PolicyError as error:
        problem = error.problems[0]
        return Refusal(problem.code, problem.message, problem.fix)
    return None


def is_shared(origin: str) -> bool:
    """Report whether everybody's machine has this origin: loopback is what http is let in for."""
    host = urlsplit(origin).hostname or ""
    return refusal_of(f"http://[{host}]" if ":" in host else f"http://{host}") is None
