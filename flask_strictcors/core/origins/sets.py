"""OriginSet: many origins and patterns, read from what a user wrote, asked as fast as one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flask_strictcors.core.errors import Problem
from flask_strictcors.core.fetch import DEFAULT_PORTS
from flask_strictcors.core.frozen import frozen
from flask_strictcors.core.origins.grammar import parse_entry
from flask_strictcors.core.origins.hosts import LONGEST_DOMAIN, are_labels
from flask_strictcors.core.origins.origin import (
    LONGEST_ORIGIN,
    Pattern,
    parse_port,
    split_authority,
)


@frozen()
class _Hosts:
    """The patterns of one scheme, by what an origin of theirs ends in.

    A suffix begins with its dot, so that no host can end in one between two labels.
    """

    suffixes: frozenset[str]
    any_port: frozenset[str]
    any_port_suffixes: frozenset[str]


@frozen(init=False)
class OriginSet:
    """Hold origins and patterns that are known to be well formed; immutable and hashable.

    Iterating gives the entries as they are written; `admits` is the question to ask.
    """

    exact: frozenset[str]
    patterns: frozenset[Pattern]
    _by_scheme: dict[str, _Hosts]

    def __init__(self, exact: Iterable[str], patterns: Iterable[Pattern] = ()) -> None:
        distinct = frozenset(patterns)
        # A suffix tree was rejected: merging its edges has let `https://barfoo.com` through
        # elsewhere. Cutting the request's host at each dot needs no structure that can be wrong.
        by_scheme = {
            scheme: _hosts([p for p in distinct if p.origin.scheme == scheme])
            for scheme in {p.origin.scheme for p in distinct}
        }
        object.__setattr__(self, "exact", frozenset(exact))
        object.__setattr__(self, "patterns", distinct)
        object.__setattr__(self, "_by_scheme", by_scheme)

    def admits(self, origin: str) -> bool:
        """Report whether the text is an origin of this set, byte for byte or by a pattern."""
        # Longer texts are not even hashed: the work is bounded, whatever a client sends.
        if len(origin) > LONGEST_ORIGIN:
            return False
        return origin in self.exact or (bool(self._by_scheme) and self._matches(origin))

    def _matches(self, origin: str) -> bool:
        scheme, separator, authority = origin.partition("://")
        hosts = self._by_scheme.get(scheme)
        if hosts is None or not separator:
            return False
        if hosts.suffixes and _has_suffix(authority, hosts.suffixes):
            return True
        if not (hosts.any_port or hosts.any_port_suffixes):
            return False
        host, colon, digits = split_authority(authority)
        if colon and parse_port(digits) in (None, DEFAULT_PORTS.get(scheme)):
            return False
        return host in hosts.any_port or _has_suffix(host, hosts.any_port_suffixes)

    def covers(self, other: OriginSet) -> bool:
        """Report whether each origin of the other set is one of this set's."""
        return all(map(self.admits, other.exact)) and all(
            any(mine.covers(theirs) for mine in self.patterns) for theirs in other.patterns
        )

    def __iter__(self) -> Iterator[str]:
        yield from self.exact
        yield from map(str, self.patterns)

    def __len__(self) -> int:
        return len(self.exact) + len(self.patterns)

    def __repr__(self) -> str:
        shown = sorted(self)[:10]
        more = len(self) - len(shown)
        return f"OriginSet({', '.join(map(repr, shown))}{f', and {more} more' if more else ''})"


def read_entries(field: str, texts: Iterable[str], problems: list[Problem]) -> OriginSet:
    """Return the set of all entries that are well formed; add a problem for each other one."""
    exact: list[str] = []
    patterns: list[Pattern] = []
    for text in texts:
        entry = parse_entry(text)
        if entry is None:
            # Most processes never need it.
            from flask_strictcors.core.origins.diagnosis import diagnose

            problems.append(diagnose(field, text))
        elif isinstance(entry, Pattern):
            patterns.append(entry)
        else:
            exact.append(text)
    return OriginSet(exact, patterns)


def _hosts(patterns: list[Pattern]) -> _Hosts:
    def ends(any_subdomain: bool, any_port: bool) -> frozenset[str]:
        chosen = [p for p in patterns if (p.any_subdomain, p.any_port) == (any_subdomain, any_port)]
        dot = "." if any_subdomain else ""
        return frozenset(dot + str(p.origin).partition("://")[2] for p in chosen)

    return _Hosts(ends(True, False), ends(False, True), ends(True, True))


def _has_suffix(authority: str, suffixes: frozenset[str]) -> bool:
    dot = authority.find(".")
    while dot > 0:
        if authority[dot:] in suffixes:
            # The suffix came from the configuration; what stands before it came from the request.
            return are_labels(authority[:dot]) and (
                len(authority) <= LONGEST_DOMAIN or _is_short_enough(authority)
            )
        dot = authority.find(".", dot + 1)
    return False


def _is_short_enough(authority: str) -> bool:
    return len(authority.partition(":")[0].removesuffix(".")) <= LONGEST_DOMAIN
