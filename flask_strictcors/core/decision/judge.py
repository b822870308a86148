"""One request + one rule → one verdict: the server's steps of the Fetch Standard's protocol.

https://fetch.spec.whatwg.org/#http-cors-protocol
"""

from __future__ import annotations

from typing import Final

from flask_strictcors.core import fetch
from flask_strictcors.core.decision.model import CORSRequest, Reason, Verdict
from flask_strictcors.core.decision.requested import LONGEST_SURPLUS, first_foreign
from flask_strictcors.core.decision.verdicts import Offer, Offers, Tier, Verdicts
from flask_strictcors.core.origins import LONGEST_ORIGIN, is_well_formed
from flask_strictcors.core.policy import Answer, DynamicOrigins
from flask_strictcors.core.rules import Rule

# The same few strangers come again and again, and to tell what they are takes as long as the rest
# of a refusal. A table that starts anew when it is full was preferred to `lru_cache`: no call.
_strangers: Final[dict[str, Reason]] = {}
_MOST_STRANGERS: Final = 1000


class Judge:
    """Judge requests under one rule; with `enforce`, refused views may not run.

    `exempt` is the verdict on whatever comes to an exempt rule, None for other rules.
    """

    __slots__ = (
        "_exact",
        "_is_all_exact",
        "_is_any_origin",
        "_passed",
        "_refused",
        "_tiers",
        "_verdicts",
        "exempt",
        "rule",
    )

    def __init__(self, rule: Rule, *, enforce: bool = False) -> None:
        self.rule = rule
        self._is_any_origin = rule.is_any_origin
        self._verdicts = Verdicts(rule, enforce=enforce)
        self._tiers = self._verdicts.tiers
        self._passed = self._verdicts.passed
        self._refused = self._verdicts.refused
        self.exempt = self._verdicts.exempt
        # The first tier's named origins answer nearly every request that is admitted.
        first = self._tiers[0].named if self._tiers else None
        self._exact: frozenset[str] = first.exact if first else frozenset()
        # Whom these do not name, nobody admits.
        self._is_all_exact = _is_all_exact(self._tiers)

    def actual(self, request: CORSRequest) -> Verdict:
        """Return the verdict on a request that is no preflight."""
        return self.cross_origin(request).settled(request)

    def cross_origin(self, request: CORSRequest) -> Verdict:
        """Return the verdict on such a request, taken to come from another origin, to be settled.

        That takes a while. Where nothing is barred, both have the same headers.
        """
        if self.exempt is not None:
            return self.exempt
        origin = request.origin
        if self._is_any_origin:
            tier = self._tiers[0]
        elif origin is None:
            return self._passed
        # What is longer is none; it is neither hashed nor remembered.
        elif (is_short := len(origin) <= LONGEST_ORIGIN) and origin in self._exact:
            tier = self._tiers[0]
        elif is_short and self._is_all_exact:
            return self._refused[_strangers.get(origin) or _unlisted(origin)]
        else:
            admitted = self._search(request, origin)
            if not isinstance(admitted, int):
                return self._refused[admitted]
            tier = self._tiers[admitted]
        if tier.methods is None or request.method in tier.methods:
            return tier.granted
        return self._passed if origin is None else tier.method_refused

    def offers(
        self, served: tuple[str, ...], *, is_routed: bool = True, may_be_kept: bool = True
    ) -> Offers:
        """Return what the rule offers to preflights where these methods are served.

        `is_routed` is False for a path that no route matches: the policies' methods are then not
        cut down to the served ones. `may_be_kept` is False where another rule may decide POST at
        the URL: a header that is kept from here would save it its own preflight. Compiled once for
        each combination.
        """
        return self._verdicts.offers(served, is_routed=is_routed, may_be_kept=may_be_kept)

    def preflight(self, request: CORSRequest, offers: Offers) -> Verdict:
        """Return the verdict on a preflight, for which `request.method` is the requested one.

        An exempt rule is not asked: its preflights are the app's business.
        """
        origin = request.origin or ""
        admitted: int | Reason = 0
        if not (self._is_any_origin or (len(origin) <= LONGEST_ORIGIN and origin in self._exact)):
            admitted = self._search(request, origin)
        if isinstance(admitted, int):
            verdict = _offered(request, offers[admitted])
        else:
            verdict = self._verdicts.preflight_refused[admitted]
        return verdict if verdict.allowed else verdict.settled(request)

    def unroutable(self, request: CORSRequest) -> Verdict:
        """Return the verdict on a preflight for a method that no route could ever serve.

        Nobody knows which view it would be for, so nothing is offered.
        """
        return self.preflight(request, (self._verdicts.nothing,) * len(self._tiers))

    def admits(self, request: CORSRequest) -> bool:
        """Report whether some policy of the rule admits the request's origin."""
        return isinstance(self._search(request, request.origin or ""), int)

    def _search(self, request: CORSRequest, origin: str) -> int | Reason:
        """Return the place of the first tier that admits the origin, or why none does."""
        if not self._tiers:
            return Reason.NO_RULE
        reason: Reason | None = None
        for index, tier in enumerate(self._tiers):
            if tier.named is not None:
                if tier.named.admits(origin):
                    return index
            elif tier.dynamic is None:
                return index
            if tier.in_debug is not None and request.is_debug() and tier.in_debug.admits(origin):
                return index
            if tier.dynamic is not None and _may_ask(tier.dynamic, origin):
                answer = request.ask(tier.dynamic)
                if answer is Answer.ADMITTED:
                    return index
                if answer is Answer.FAILED:
                    return Reason.CALLABLE_FAILED
                reason = Reason.CALLABLE_REFUSED
        return reason or _unlisted(origin)


def _unlisted(origin: str) -> Reason:
    """Return why an origin is refused that no policy lists; some never could be listed."""
    if len(origin) > LONGEST_ORIGIN:
        return Reason.MALFORMED_ORIGIN
    reason = _strangers.get(origin)
    if reason is not None:
        return reason
    if len(_strangers) >= _MOST_STRANGERS:
        _strangers.clear()
    if is_well_formed(origin):
        reason = Reason.NOT_ALLOWED
    else:
        reason = Reason.NULL_ORIGIN if origin == "null" else Reason.MALFORMED_ORIGIN
    _strangers[origin] = reason
    return reason


def _is_all_exact(tiers: tuple[Tier, ...]) -> bool:
    if len(tiers) != 1 or tiers[0].named is None:
        return False
    return not tiers[0].named.patterns and tiers[0].in_debug is None


def _may_ask(dynamic: DynamicOrigins, origin: str) -> bool:
    """Report whether the callable may hear of the origin; a flood of strangers never reaches it."""
    return dynamic.covers(origin) and is_well_formed(origin)


def _offered(request: CORSRequest, offer: Offer) -> Verdict:
    """Return what an offer says to a preflight whose origin is admitted."""
    if request.method not in offer.methods:
        # https://fetch.spec.whatwg.org/#cors-preflight-fetch, step 7.5: whatever the list says,
        # these three pass, so that only a missing Allow-Origin stops them.
        if request.method in fetch.SAFELISTED_METHODS:
            return offer.safelisted_method_refused
        return offer.method_refused
    requested = request.requested_headers
    known = offer.known_headers
    if requested is None or known is None:
        return offer.granted
    if (surplus := len(requested) - offer.longest) <= 0:
        if known.issuperset(requested.split(",")):
            return offer.granted
    elif surplus > LONGEST_SURPLUS:
        return offer.headers_malformed
    # Nearly always the first name tells.
    name = requested[: fetch.LONGEST_TOKEN + 1].partition(",")[0].lower()
    if name not in known and fetch.is_token(name):
        return offer.header_refused
    foreign = first_foreign(known, requested)
    if not foreign:
        return offer.granted if foreign is None else offer.headers_malformed
    return offer.header_refused if fetch.is_token(foreign) else offer.headers_malformed
