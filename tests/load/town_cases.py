"""A naive reading of the town: every request to every place, and the whole answer to each."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from decisions.asking import MAX_AGE, METHODS, ORIGIN, VARY, VARY_ASKED, Ask
from decisions.doors import FOREIGN

from flask_strictcors import Reason

from .case import BARRED, Case, Expected, sent_by
from .town import BODY
from .town_places import EVERYWHERE, ONLY_ASKED, PLACES, Place
from .town_rules import APP, EVIL, EXEMPT, MALFORMED, ORIGINS, OWN, RULES, SHOP, Tier

SAME = "same-origin"
ACTUAL_METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "BREW")
NO_TOKEN = "P UT"
WANTED = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "BREW", "put", NO_TOKEN)
# Browsers let the first three pass whatever a list says, and never send what is no token.
UNTOLD = ("GET", "HEAD", "POST", NO_TOKEN)
# The names that are asked for; None where what was sent is no list of names.
ASKED: dict[str | None, frozenset[str] | None] = {
    None: frozenset(),
    "content-type": frozenset({"content-type"}),
    "content-type,x-token": frozenset({"content-type", "x-token"}),
    "x-evil": frozenset({"x-evil"}),
    "x(": None,
    "," * 7000: None,
}
BY_THE_APP = frozenset({"accept-encoding"})
NOTHING: dict[str, str] = {}


def cases_of_town(app: str, *, enforce: bool) -> Iterator[Case]:
    """Yield each request to each place, with what a town of this name must answer."""
    for place, asked in product(PLACES, requests()):
        judged = asked.wants if asked.wants is not None and asked.is_preflight else asked.method
        rule = place.rule_for(judged.upper())
        expected = _expected(place, asked, rule, enforce=enforce)
        name = f"{place.path} {asked.method} {asked.wants or ''} {(asked.origin or '')[:40]}"
        yield Case(app, name, sent_by(asked, place.path, **place.more), expected)


def requests() -> Iterator[Ask]:
    """Yield all kinds of requests: each origin with each method, and the browser's word on some."""
    for method, origin in product(ACTUAL_METHODS, (None, *ORIGINS)):
        yield Ask(method, origin)
    for method, origin in product(("GET", "POST", "PATCH"), (APP, EVIL, SHOP)):
        yield Ask(method, origin, SAME)
        yield Ask(method, origin, "cross-site")
    for wants, origin in product(WANTED, ORIGINS):
        yield Ask("OPTIONS", origin, None, wants)
    for wants, origin, asked in product(("GET", "PUT"), ORIGINS[:4], ASKED):
        yield Ask("OPTIONS", origin, None, wants, asked)
    yield Ask("OPTIONS", EVIL, SAME, "PUT")


def _expected(place: Place, asked: Ask, rule: str, *, enforce: bool) -> Expected:
    if rule == EXEMPT:
        # The preflight of an exempt method is Flask's to answer.
        status = 200 if asked.is_preflight and place.served else place.status_of(asked.method)
        return Expected(status, FOREIGN, BY_THE_APP, None, None)
    tiers = RULES[rule]
    is_public = len(tiers) == 1 and tiers[0].admits is None
    reason, cors = (_preflight if asked.is_preflight else _actual)(place, asked, rule)
    barring = reason not in (None, Reason.HEADER_NOT_ALLOWED, Reason.MALFORMED_REQUEST_HEADERS)
    is_barred = enforce and barring and not is_public
    vary = VARY if (tiers or enforce) and not is_public else frozenset()
    status, body = 403 if is_barred else 204, BARRED if is_barred else b""
    if asked.is_preflight:
        return Expected(status, cors, vary | VARY_ASKED, body, reason)
    body = b"" if asked.method == "HEAD" else body
    if is_barred:
        seen = frozenset() if place.has_hook_before_ours else BY_THE_APP
        return Expected(403, cors, vary | seen, body, reason)
    status = place.status_of(asked.method)
    said = (b"" if asked.method == "HEAD" else BODY) if status == 200 else None
    return Expected(status, cors, vary | BY_THE_APP, said, reason)


def _actual(place: Place, asked: Ask, rule: str) -> tuple[Reason | None, dict[str, str]]:
    tier, reason = _admitting(RULES[rule], asked)
    if reason is None and tier is not None and not _is_listed(tier, asked.method):
        tier, reason = None, Reason.METHOD_NOT_ALLOWED
    if asked.origin is None or _is_same_origin(asked):
        reason = None
    return reason, NOTHING if tier is None else _origin(tier, asked) | tier.lines


def _preflight(place: Place, asked: Ask, rule: str) -> tuple[Reason | None, dict[str, str]]:
    tier, reason = _admitting(RULES[rule], asked)
    if tier is None:
        return None if _is_same_origin(asked) else reason, NOTHING
    listed = _listed(place, asked, rule, tier)
    offer = _origin(tier, asked) | tier.offer
    if listed:
        offer |= {METHODS: listed}
    if MAX_AGE in offer and not _is_kept(place, rule):
        offer |= {MAX_AGE: "0"}
    if asked.wants == NO_TOKEN or asked.wants not in listed.split(", "):
        is_told = asked.wants not in UNTOLD and not _is_same_origin(asked)
        reason, offer = Reason.METHOD_NOT_ALLOWED, offer if is_told else NOTHING
    else:
        reason = _about_headers(tier, ASKED[asked.headers])
    return None if _is_same_origin(asked) else reason, offer


def _listed(place: Place, asked: Ask, rule: str, tier: Tier) -> str:
    listed = place.lists.get(rule, "")
    served = listed.split(", ")
    if listed == ONLY_ASKED:
        served = [m for m in EVERYWHERE.split(", ") if m == str(asked.wants).upper()]
    return ", ".join(method for method in served if method and _is_listed(tier, method))


def _is_kept(place: Place, rule: str) -> bool:
    """Report whether browsers may keep a list: nobody else there decides POST, or asks for more."""
    if place.lists.get(rule) == ONLY_ASKED or place.served.get("POST", rule) != rule:
        return False
    here, others = RULES[rule], [RULES[r] for r in place.served.values() if r != EXEMPT]
    return all(_allows(other, tier) for tiers in others for other in tiers for tier in here)


def _allows(other: Tier, tier: Tier) -> bool:
    """Report whether a tier allows all request headers that another does."""
    return other.headers is None or (tier.headers is not None and tier.headers <= other.headers)


def _is_listed(tier: Tier, method: str) -> bool:
    return tier.methods is None or method in tier.methods


def _about_headers(tier: Tier, asked: frozenset[str] | None) -> Reason | None:
    if tier.headers is None:
        return None
    if asked is None:
        return Reason.MALFORMED_REQUEST_HEADERS
    return None if asked <= tier.headers else Reason.HEADER_NOT_ALLOWED


def _admitting(tiers: tuple[Tier, ...], asked: Ask) -> tuple[Tier | None, Reason | None]:
    """Return the first tier that admits the origin, else why none does."""
    origin, reason = asked.origin, Reason.NOT_ALLOWED
    if not tiers:
        return None, Reason.NO_RULE
    for tier in tiers:
        if tier.admits is None and (len(tiers) == 1 or origin is not None):
            return tier, None
        if tier.admits is not None and origin in tier.admits:
            return tier, None
        reason = tier.says.get(origin or "", reason)
    if origin == "null":
        reason = Reason.NULL_ORIGIN
    if origin in MALFORMED:
        reason = Reason.MALFORMED_ORIGIN
    return None, reason


def _origin(tier: Tier, asked: Ask) -> dict[str, str]:
    return {ORIGIN: "*" if tier.admits is None else str(asked.origin)}


def _is_same_origin(asked: Ask) -> bool:
    return asked.site == SAME or asked.origin == OWN
