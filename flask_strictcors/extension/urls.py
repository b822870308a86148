"""Which URL rules of an app could match the same URL, judged by their spelling."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from werkzeug.routing import (
    AnyConverter,
    BaseConverter,
    FloatConverter,
    IntegerConverter,
    Map,
    Rule,
    UnicodeConverter,
    UUIDConverter,
)

# What these match is one segment and never empty. Of other converters nothing is known.
_ONE_SEGMENT: Final = (
    AnyConverter,
    FloatConverter,
    IntegerConverter,
    UnicodeConverter,
    UUIDConverter,
)
_ANY: Final = "<>"
_REST: Final = "<...>"

Shape = tuple[str, ...]
"""The host and the segments of a URL rule: literal text, `_ANY` one segment, or `_REST`."""


def shape(rule: Rule, url_map: Map) -> Shape:
    """Return what the URLs of a rule look like; two rules that overlap are never told apart."""
    host = rule.host if url_map.host_matching else rule.subdomain
    segments = [_REST if "<" in (host or "") else host or ""]
    for segment in _segments(rule.rule):
        if "<" not in segment:
            segments.append(segment)
        elif _is_one_segment(segment, url_map.converters):
            segments.append(_ANY)
        else:
            segments.append(_REST)
            break
    # With or without a trailing slash: Werkzeug may lead from one to the other.
    while segments[-1] == "" and len(segments) > 1:
        segments.pop()
    return tuple(segments)


def is_literal(segments: Shape) -> bool:
    """Report whether the segments are all literal text."""
    return _ANY not in segments and _REST not in segments


def overlap(one: Shape, other: Shape) -> bool:
    """Report whether some URL could be matched by rules of both shapes."""
    # The hosts come first; one with a converter may be any host.
    if one[0] != other[0] and _REST not in (one[0], other[0]):
        return False
    for mine, theirs in zip(one[1:], other[1:], strict=False):
        if _REST in (mine, theirs):
            return True
        if mine != theirs and _ANY not in (mine, theirs):
            return False
    longer = one if len(one) > len(other) else other
    return len(one) == len(other) or longer[min(len(one), len(other))] == _REST


def _segments(rule: str) -> Iterator[str]:
    """Split a rule at the slashes outside of its converters, whose arguments may hold some."""
    segment = ""
    depth = 0
    for character in rule.lstrip("/"):
        if character == "/" and depth == 0:
            yield segment
            segment = ""
            continue
        depth += {"<": 1, ">": -1}.get(character, 0)
        segment += character
    yield segment


def _is_one_segment(segment: str, converters: dict[str, type[BaseConverter]]) -> bool:
    # `pre<int:a>-<b>post` is several converters in one segment, each of which must be known.
    pieces = segment.split("<")[1:]
    for piece in pieces:
        inside = piece.partition(">")[0]
        name, colon, _ = inside.rpartition(":")
        name, has_arguments, _ = name.partition("(")
        converter = converters.get(name if colon else "default")
        if converter not in _ONE_SEGMENT or (has_arguments and converter is UnicodeConverter):
            return False
    return True
