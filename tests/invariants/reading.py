"""A naive reading of a plan: which rule decides, and whom it admits, in as few words as will do."""

from __future__ import annotations

import re
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from core.naive import naively_admits
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from flask_strictcors import Policy

from .plans import EXEMPT, OWN, Ask, Tag, View
from .worlds import World

RANKS = ("none", "app", "path", "blueprint", "view", "method")


class Deciding(NamedTuple):
    """The one rule: how narrow it is, and what it says."""

    rank: str
    tag: Tag
    is_led: bool
    """Whether a redirect, or no view at all, stands between the request and the rule."""

    @property
    def policies(self) -> tuple[Policy, ...]:
        return () if self.tag is None or isinstance(self.tag, str) else self.tag

    @property
    def is_exempt(self) -> bool:
        return self.tag == EXEMPT

    @property
    def is_for_anybody(self) -> bool:
        return len(self.policies) == 1 and self.policies[0].is_any_origin


def deciding(world: World, ask: Ask) -> Deciding:
    """Return the rule that decides a request: the first tag from the inside out, else the path."""
    plan, method = world.plan, ask.judged_method.upper()
    place, view, is_led = _routed(world, ask, method)
    if view is not None:
        for rank, tag in _tags(world, view, method):
            if tag is not None:
                return Deciding(rank, tag, is_led)
    if plan.rules and not _is_plain(place):
        return Deciding("none", (), is_led)
    path = _most_specific([*plan.rules], place)
    if path is not None:
        return Deciding("path", plan.rules[path], is_led)
    return Deciding("app" if plan.policies else "none", plan.policies, is_led)


def _routed(world: World, ask: Ask, method: str) -> tuple[str, View | None, bool]:
    asked = ask.path.encode("latin-1").decode("utf-8", "replace")
    own = "/" + asked.lstrip("/")
    if ask.is_preflight and (not method or re.search(r"[^\w!#$%&'*+.^`|~-]", method, re.ASCII)):
        return own, None, True
    adapter = world.app.url_map.bind("localhost")
    place = asked
    for _ in range(4):
        try:
            # To Werkzeug, an empty method is one that was not given.
            rule, _ = adapter.match(place, method or "--", return_rule=True)
        except RequestRedirect as redirect:
            place = unquote(urlsplit(redirect.new_url).path)
        except HTTPException:
            return own, None, True
        else:
            return "/" + place.lstrip("/"), world.views[rule.endpoint], place != asked
    return own, None, True


def _tags(world: World, view: View, method: str) -> list[tuple[str, Tag]]:
    methods = dict(view.by_method or ())
    own = methods.get("GET") if method == "HEAD" and "HEAD" not in methods else methods.get(method)
    found = [("method", own), ("view", view.tag)]
    place = view.group
    while place is not None:
        group = world.plan.groups[place]
        found.append(("blueprint", group.tag))
        place = group.parent
    return found


def _is_plain(path: str) -> bool:
    segments = path.split("/")[1:]
    inner = segments[:-1]
    return not ({".", ".."} & {*segments} or "" in inner or re.search("[\\\\%\ufffd]", path))


def _most_specific(rules: list[str], path: str) -> str | None:
    def governs(rule: str) -> bool:
        if not rule.endswith("/*"):
            return path == rule
        return (path + "/").startswith(rule[:-1])

    def literal(rule: str) -> tuple[int, bool]:
        is_exact = not rule.endswith("/*")
        return (rule if is_exact else rule[:-2]).count("/"), is_exact

    return max(filter(governs, rules), key=literal, default=None)


# --- whom it admits ------------------------------------------------------------------------------


def is_same_origin(ask: Ask) -> bool:
    return ask.site == "same-origin" or ask.origin == OWN


def admitting(found: Deciding, ask: Ask, *, debug: bool) -> Policy | None:
    """Return the first policy that admits the request's origin."""
    if found.is_for_anybody:
        return found.policies[0]
    for policy in found.policies if ask.origin is not None else ():
        answer = _admits(policy, ask.origin or "", debug=debug)
        if answer is not False:
            return policy if answer else None
    return None


def _admits(policy: Policy, origin: str, *, debug: bool) -> bool | None:
    """Return whether a policy admits an origin; None where the search ends with a no."""
    if policy.is_any_origin or (debug and _is_in(policy.debug_origins, origin)):
        return True
    function = getattr(policy.origins, "function", None)
    if function is None:
        return _is_in(policy.origins, origin)
    if not _is_in(policy.allowlist, origin):
        return False
    if function.__name__ in ("rubbish", "failing"):
        return None
    answer = function(origin)
    return answer is True or (isinstance(answer, list) and origin in answer)


def _is_in(entries: Any, origin: str) -> bool:
    assert not isinstance(entries, str)
    return any(naively_admits(entry, origin) for entry in entries)


def allow_origin(found: Deciding, ask: Ask, *, debug: bool) -> str | None:
    """Return what Allow-Origin must say on an actual request under a rule that is not exempt."""
    policy = admitting(found, ask, debug=debug)
    if policy is None:
        return None
    if isinstance(policy.methods, tuple) and ask.method not in policy.methods:
        return None
    return "*" if policy.is_any_origin else ask.origin
