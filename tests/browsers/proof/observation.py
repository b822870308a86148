"""What one run of a combination showed: to the script, and on the wire."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Seen:
    """What the script saw of one call: an error, or an answer."""

    error: str = ""
    type: str = ""
    status: int = 0
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""
    url: str = ""
    redirected: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One request that reached a server; header names are lower-case."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: str = ""

    @property
    def is_preflight(self) -> bool:
        """Report whether the browser sent this by itself to ask first."""
        return self.method == "OPTIONS" and "access-control-request-method" in self.headers


@dataclass(frozen=True, slots=True)
class Observation:
    """Everything that one combination showed."""

    seen: tuple[Seen, ...]
    wire: tuple[Line, ...]
