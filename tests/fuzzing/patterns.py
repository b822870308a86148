"""Some lines as the entries of a configuration, and the last as the origin of a request."""

from __future__ import annotations

from core.naive import naively_admits

from flask_strictcors.core.origins import (
    LONGEST_ORIGIN,
    Origin,
    OriginSet,
    Pattern,
    parse_entry,
    read_entries,
)

from . import entries
from .work import check_bounded

WORDS = ("https://*.", "https://*.example.com:*\n", "http://localhost:*\n", *entries.WORDS, "\n")
_MOST = 8


def check(data: bytes) -> None:
    """Fail where an entry is read wrongly, or a set of them admits whom none of them does."""
    written, accepted, origin = _read(data)
    for text in written:
        entries.check_entry(text)
        _check_pattern(text)
    _check_set(accepted, origin)


def measure(data: bytes) -> None:
    """Fail where a longer origin costs anything."""
    _, accepted, origin = _read(data)
    check_bounded(_set_of(accepted).admits, origin, most=1500)


def _read(data: bytes) -> tuple[list[str], list[str], str]:
    """Return the entries, those that are accepted, and the origin."""
    *written, origin = data.decode("utf-8", "surrogateescape").split("\n")[-_MOST:]
    return written, [text for text in written if parse_entry(text)], origin


def _check_pattern(text: str) -> None:
    pattern = Pattern.parse(text)
    if pattern is None:
        return
    assert str(pattern) == text
    if parse_entry(text) is None or not entries.is_short(pattern):
        return
    alone = OriginSet([], [pattern])
    member = text.replace("://*.", "://a.b-c.", 1).removesuffix(":*")
    for each in (member, f"{member}:8443" if pattern.any_port else member):
        origin = Origin.parse(each)
        assert origin is not None
        entries.check_serialized(origin)
        assert alone.admits(each)
        assert not alone.admits(each.replace("://", "://evil.net/", 1))
        assert not alone.admits(f"{each}/")
    apex = str(pattern.origin)
    assert alone.admits(apex) == (not pattern.any_subdomain)
    assert not alone.admits(apex.replace("://", "://x", 1))


def _check_set(accepted: list[str], origin: str) -> None:
    admits = [naively_admits(text, origin) for text in accepted]
    is_short = len(origin) <= LONGEST_ORIGIN
    assert _set_of(accepted).admits(origin) == (is_short and any(admits)), (accepted, origin)
    assert not (is_short and any(admits)) or Origin.parse(origin)
    middle = len(accepted) // 2
    some, others = _set_of(accepted[:middle]), _set_of(accepted[middle:])
    for wide, narrow in ((some, others), (others, some)):
        if wide.covers(narrow) and narrow.admits(origin):
            assert wide.admits(origin)


def _set_of(accepted: list[str]) -> OriginSet:
    return read_entries("origins", accepted, [])
