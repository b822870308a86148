"""The CORS-preflight cache: what a server has said of a URL, and for how long it holds.

https://fetch.spec.whatwg.org/#concept-cache
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import NamedTuple

from flask_strictcors.browser.preflight import Granted
from flask_strictcors.browser.quirks import Quirks


class Kind(Enum):
    """What an entry is about."""

    METHOD = auto()
    HEADER = auto()


class Key(NamedTuple):
    """Where an entry holds: for one page's origin, at one URL, for one site in the address bar."""

    partition: str
    origin: str
    url: str


@dataclass(frozen=True, slots=True)
class Entry:
    """Hold one method or one header name that a preflight has allowed.

    `expires` is in seconds of the agent's clock; `has_credentials` is whether the request that
    was asked for carried them.
    """

    kind: Kind
    name: str
    has_credentials: bool
    expires: float


class PreflightCache:
    """Remember the answers to preflights."""

    def __init__(self, quirks: Quirks) -> None:
        self._quirks = quirks
        self._entries: dict[Key, list[Entry]] = {}

    def __len__(self) -> int:
        return sum(len(entries) for entries in self._entries.values())

    def allows_method(self, key: Key, method: str, *, credentials: bool, now: float) -> bool:
        """Report whether a kept answer spares the preflight for a method."""
        covered = not credentials and not self._quirks.keeps_no_stars
        return any(
            entry.name == method or (entry.name == "*" and covered)
            for entry in self._kept(key, Kind.METHOD, credentials=credentials, now=now)
        )

    def allows_header(self, key: Key, name: str, *, credentials: bool, now: float) -> bool:
        """Report whether a kept answer spares the preflight for a header, named in lower case."""
        # No browser keeps '*' for it, whatever it makes of '*' in the answer itself.
        keeps_stars = not self._quirks.keeps_no_stars
        covered = keeps_stars and not credentials and name != "authorization"
        return any(
            entry.name == name or (entry.name == "*" and covered)
            for entry in self._kept(key, Kind.HEADER, credentials=credentials, now=now)
        )

    def keep(
        self,
        key: Key,
        granted: Granted,
        *,
        credentials: bool,
        expires: float,
    ) -> None:
        """Remember what the answer to one preflight has listed."""
        methods = {*granted.methods, *self._quirks.methods_in_every_answer}
        fresh = [
            *(Entry(Kind.METHOD, name, credentials, expires) for name in sorted(methods)),
            *(Entry(Kind.HEADER, name.lower(), credentials, expires) for name in granted.headers),
        ]
        named = {(entry.kind, entry.name, entry.has_credentials) for entry in fresh}
        kept = [] if self._quirks.keeps_one_preflight else self._entries.get(key, [])
        old = (e for e in kept if (e.kind, e.name, e.has_credentials) not in named)
        self._entries[key] = [*old, *fresh]

    def clear(self, key: Key) -> None:
        """Forget what was kept of a URL, as a browser does when a request to it fails.

        https://fetch.spec.whatwg.org/#concept-cache-clear
        """
        self._entries.pop(key, None)

    def _kept(self, key: Key, kind: Kind, *, credentials: bool, now: float) -> Iterator[Entry]:
        for entry in self._entries.get(key, ()):
            if entry.kind is kind and entry.expires > now and self._fits(entry, credentials):
                yield entry

    def _fits(self, entry: Entry, credentials: bool) -> bool:
        """Report whether an entry holds for such a request: #concept-cache-match."""
        if self._quirks.keeps_credentials_apart:
            return entry.has_credentials == credentials
        return entry.has_credentials or not credentials
