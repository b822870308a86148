"""Which URL rules of an app could match the same URL, judged by their spelling."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from flask import Flask
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

# What these match is one segment and never empty, if they are as Werkzeug has them; of other
# converters nothing is known.
_ONE_SEGMENT: Final = (
    AnyConverter,
    FloatConverter,
    IntegerConverter,
    UnicodeConverter,
    UUIDConverter,
)
# With arguments, these may match nothing, or hold a slash.
_DEPENDING_ON_ARGUMENTS: Final = (UnicodeConverter,)
_ANY: Final = "<>"
_REST: Final = "<...>"

_MOST_TRIES: Final = 100

Shape = tuple[str, ...]
"""The host and the segments of a URL rule: literal text, `_ANY` one segment, or `_REST`."""


def url_rules(app: Flask) -> list[Rule]:
    """Return the URL rules of an app; none of them where other threads do nothing but add some."""
    for _ in range(_MOST_TRIES):
        # What Werkzeug raises while another thread adds one.
        with suppress(RuntimeError):
            return list(app.url_map.iter_rules())
    return []


def shape(rule: Rule, url_map: Map) -> Shape:
    """Return what the URLs of a rule look like; two rules that overlap are never told apart."""
    host = rule.host if url_map.host_matching else rule.subdomain
    segments = [_REST if "<" in (host or "") else host or ""]
    # A slash among a converter's arguments leaves brackets open, which is not read any further.
    for segment in rule.rule.lstrip("/").split("/"):
        if "<" not in segment and ">" not in segment:
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


def literal_at(one: Shape, place: int) -> str | None:
    """Return the literal text at a place among the segments; None where there is none for sure."""
    if place >= len(one) or one[place] in (_ANY, _REST):
        return None
    return one[place]


def is_beyond(one: Shape, place: int) -> bool:
    """Report whether no URL of the shape has a segment there."""
    return place >= len(one) and one[-1] != _REST


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


def _is_one_segment(segment: str, converters: dict[str, type[BaseConverter]]) -> bool:
    """Report whether a segment of a rule is known to match one segment, and never nothing."""
    rest = segment
    while "<" in rest:
        literal, _, rest = rest.partition("<")
        inside, closing, rest = rest.partition(">")
        if ">" in literal or not closing or any(sign in inside for sign in "<\"'"):
            return False
        converter, colon, _ = inside.rpartition(":")
        name, has_arguments, _ = converter.partition("(")
        kind = converters.get(name if colon else "default")
        if kind not in _ONE_SEGMENT or (has_arguments and kind in _DEPENDING_ON_ARGUMENTS):
            return False
    return ">" not in rest
