"""One request + one rule → one verdict: the server's steps of the Fetch Standard's protocol.

https://fetch.spec.whatwg.org/#http-cors-protocol
"""

from __future__ import annotations

from flask_strictcors.core import fetch
from flask_strictcors.core.decision.model import CORSRequest, Reason, Verdict
from flask_strictcors.core.decision.requested import first_foreign
from flask_strictcors.core.decision.verdicts import Offer, Offers, Tier, Verdicts
from flask_strictcors.core.origins import is_well_formed
from flask_strictcors.core.policy import Answer, DynamicOrigins
from flask_strictcors.core.rules import Rule


class Judge:
    """Judge requests under one rule; with `enforce`, refused views may not run.

    `exempt` is the verdict on whatever comes to an exempt rule, None for other rules.
    """

    __slots__ = ("_first", "_is_any_origin", "_is_last", "_tiers", "_verdicts", "exempt", "rule")

    def __init__(self, rule: Rule, *, enforce: bool = False) -> None:
        self.rule = rule
        self._is_any_origin = rule.is_any_origin
        self._verdicts = Verdicts(rule, enforce=enforce)
        self._tiers = self._verdicts.tiers
        self.exempt = self._verdicts.exempt
        # The first tier's named origins answer nearly every request that is admitted.
        self._first = self._tiers[0].named if self._tiers else None
        # Whom it does not admit, nobody does.
        self._is_last = _is_only_named(self._tiers)

    def actual(self, request: CORSRequest) -> Verdict:
        """Return the verdict on a request that is no preflight."""
        if self.exempt is not None:
            return self.exempt
        if self._is_any_origin:
            tier = self._tiers[0]
        elif request.origin is None:
            return self._verdicts.passed
        else:
            admitted = self._admit(request)
            if not isinstance(admitted, int):
                if request.is_same_origin():
                    return self._verdicts.passed
                return self._verdicts.refused[self._exactly(admitted, request)]
            tier = self._tiers[admitted]
        if tier.methods is None or request.method in tier.methods:
            return tier.granted
        if request.origin is None or request.is_same_origin():
            return self._verdicts.passed
        return tier.method_refused

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
        admitted = 0 if self._is_any_origin else self._admit(request)
        if isinstance(admitted, int):
            verdict = _offered(request, offers[admitted])
        else:
            verdict = self._verdicts.preflight_refused[self._exactly(admitted, request)]
        if verdict.allowed or not request.is_same_origin():
            return verdict
        return self._verdicts.preflight_passed

    def unroutable(self, request: CORSRequest) -> Verdict:
        """Return the verdict on a preflight for a method that no route could ever serve.

        Nobody knows which view it would be for, so nothing is offered.
        """
        return self.preflight(request, (self._verdicts.nothing,) * len(self._tiers))

    def admits(self, request: CORSRequest) -> bool:
        """Report whether some policy of the rule admits the request's origin."""
        return self._is_any_origin or isinstance(self._admit(request), int)

    def _admit(self, request: CORSRequest) -> int | Reason:
        """Return the place of the first tier that admits the origin, or why none does."""
        origin = request.origin or ""
        if self._first is not None and self._first.admits(origin):
            return 0
        return Reason.NOT_ALLOWED if self._is_last else self._search(request, origin)

    def _search(self, request: CORSRequest, origin: str) -> int | Reason:
        reason = Reason.NOT_ALLOWED if self._tiers else Reason.NO_RULE
        for index, tier in enumerate(self._tiers):
            if tier.named is not None:
                if index and tier.named.admits(origin):
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
        return reason

    @staticmethod
    def _exactly(reason: Reason, request: CORSRequest) -> Reason:
        """Return the reason, told apart from an origin that could not have been allowed."""
        if reason is not Reason.NOT_ALLOWED:
            return reason
        if request.origin == "null":
            return Reason.NULL_ORIGIN
        return reason if is_well_formed(request.origin or "") else Reason.MALFORMED_ORIGIN


def _is_only_named(tiers: tuple[Tier, ...]) -> bool:
    return len(tiers) == 1 and tiers[0].named is not None and tiers[0].in_debug is None


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
    if requested is None or offer.known_headers is None:
        return offer.granted
    if len(requested) <= offer.longest and offer.known_headers.issuperset(requested.split(",")):
        return offer.granted
    foreign = first_foreign(offer.known_headers, requested)
    if foreign is None:
        return offer.granted
    return offer.header_refused if fetch.is_token(foreign) else offer.headers_malformed
