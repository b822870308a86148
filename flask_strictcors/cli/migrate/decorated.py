"""`@cross_origin` around views → `@cors(...)` above them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask_strictcors.cli.migrate.codes import Code, Remark
from flask_strictcors.cli.migrate.deciding import Theirs, is_automatic
from flask_strictcors.cli.migrate.found import Decoration, Entry, Options
from flask_strictcors.cli.migrate.names import ONLY_SIMPLE, Sendable
from flask_strictcors.cli.migrate.pins import Pin, place_of
from flask_strictcors.cli.migrate.policies import Draft, draft_of
from flask_strictcors.core.policy import POLICY_OPTIONS, unknown_option
from flask_strictcors.extension.conflicts import Called


def pins_of(theirs: Theirs) -> list[Pin]:
    """Return a pin for each function that `@cross_origin` is around."""
    groups: dict[int, list[Decoration]] = {}
    for one in theirs.setup.decorations:
        groups.setdefault(id(one.called.outer), []).append(one)
    unread = [one for one in theirs.setup.unread if one.endpoint is not None]
    return [*(_pin(theirs, group) for group in groups.values()), *_closed(theirs, unread)]


def is_decorated(theirs: Theirs, endpoint: str) -> bool:
    """Report whether `@cross_origin` is around all that a view does."""
    known = [one.called for one in theirs.setup.decorations]
    return any(
        one.endpoint == endpoint and _is_whole(theirs, one)
        for one in (*known, *theirs.setup.unread)
    )


def _closed(theirs: Theirs, unread: list[Called]) -> Iterator[Pin]:
    """Give a pin that lets nobody in for each function that is decorated in an unknown way."""
    for outer in {id(one.outer): one.outer for one in unread}.values():
        endpoints = tuple(dict.fromkeys(str(o.endpoint) for o in unread if o.outer is outer))
        yield Pin(endpoints, outer, _name(theirs, endpoints[0], outer), Draft())


def _pin(theirs: Theirs, group: list[Decoration]) -> Pin:
    endpoints = tuple(dict.fromkeys(str(one.called.endpoint) for one in group))
    # Of several around one another, the innermost has the first word, which is the last.
    inner, outer = group[-1], group[-1].called.outer
    name = _name(theirs, endpoints[0], outer)
    place = place_of(endpoints, name)
    theirs.remarks += _unknown(inner, place)
    sendable = _sendable(theirs, group, endpoints, place)
    return Pin(endpoints, outer, name, draft_of(inner.options, place, sendable, theirs.remarks))


def _sendable(
    theirs: Theirs, group: list[Decoration], endpoints: tuple[str, ...], place: str
) -> Sendable:
    """Return what scripts may send, as far as preflights said so."""
    mine = group[-1].options
    answering = _answering(theirs, endpoints)
    if answering is not None and (answering is mine or _reaches(answering, mine)):
        return theirs.sendable(answering, place)
    message = (
        "Flask-CORS answers no preflight here as the decorator says: OPTIONS does not come to it. "
        "The code keeps that, so that scripts may send what needs none."
    )
    fix = "@cors(...) without methods and allow_headers, if they may send more"
    theirs.remarks.append(Remark(Code.PREFLIGHT_UNANSWERED, place, message, fix))
    return ONLY_SIMPLE


def _answering(theirs: Theirs, endpoints: tuple[str, ...]) -> Options | None:
    """Return what preflights for these endpoints were answered by; None where that is not one."""
    rules = [rule for endpoint in endpoints for rule in theirs.app.url_map.iter_rules(endpoint)]
    if not any(map(is_automatic, rules)):
        around = [one for one in theirs.setup.decorations if one.called.endpoint in endpoints]
        whole = [one for one in around if _is_whole(theirs, one.called)]
        if whole:
            return whole[0].options
    first = {theirs.first(e, path) for e in endpoints for path in theirs.paths[e]}
    resource = first.pop() if len(first) == 1 else None
    return None if resource is None else resource.options


def _reaches(other: Options, mine: Options) -> bool:
    """Report whether whom a decorator lets in was let in for the preflight, too."""
    is_wider = other.is_any_origin or _texts(mine.origins) <= _texts(other.origins)
    return is_wider and (other.credentials or not mine.credentials)


def _texts(entries: tuple[Entry, ...]) -> set[str]:
    return {entry if isinstance(entry, str) else entry.text for entry in entries}


def _unknown(one: Decoration, place: str) -> Iterator[Remark]:
    for name in one.unknown:
        message = f"{name} is no option of Flask-CORS, which goes on without it."
        fix = unknown_option(name, None, POLICY_OPTIONS).fix
        yield Remark(Code.OPTION_UNKNOWN, place, message, fix)


def _is_whole(theirs: Theirs, called: Called) -> bool:
    # OPTIONS comes to a view, and to what dispatches in its class, and to no other function of it.
    return _name(theirs, str(called.endpoint), called.outer) in (None, "dispatch_request")


def _name(theirs: Theirs, endpoint: str, outer: Any) -> str | None:
    """Return the name that a function has in the class of a view; None for the view itself."""
    view = theirs.app.view_functions[endpoint]
    if outer is view:
        return None
    view_class = getattr(view, "view_class", None)
    return next(name for name in dir(view_class) if getattr(view_class, name, None) is outer)
