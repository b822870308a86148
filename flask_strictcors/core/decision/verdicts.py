"""A rule → every verdict it can give, compiled before the first request."""

from __future__ import annotations

from typing import Final

from flask_strictcors.core import fetch
from flask_strictcors.core.decision.model import Header, Reason, Verdict
from flask_strictcors.core.frozen import frozen
from flask_strictcors.core.origins import OriginSet
from flask_strictcors.core.policy import DynamicOrigins, Policy, Wildcard
from flask_strictcors.core.rules import Rule

_PREFLIGHT_VARY: Final = f"{fetch.REQUEST_METHOD}, {fetch.REQUEST_HEADERS}"

# With `enforce`, these keep the view from running; a header that is not allowed does not, since
# browsers never send the request that it was asked for.
_BARRING: Final = frozenset(
    {*(reason for reason in Reason if reason.is_about_origin), Reason.METHOD_NOT_ALLOWED}
)

_MOST_OFFERS: Final = 1000

_PASSED: Final = "Not a cross-origin request: nothing to decide."
_EXEMPT: Final = "The route is exempt: it speaks CORS itself."
_GRANTED: Final = "The origin is admitted."
_DETAILS: Final = {
    Reason.NO_RULE: (
        "No rule governs this route, so nobody is let in: give the view @cors(...), or the app a "
        "policy or a path rule."
    ),
    Reason.MALFORMED_ORIGIN: (
        "The Origin header is not one that a browser sends: look at what is between the browser "
        "and the app."
    ),
    Reason.NULL_ORIGIN: (
        "The origin is 'null', as of sandboxed frames and local files, and can never be allowed: "
        "serve the page from an http or https origin."
    ),
    Reason.NOT_ALLOWED: "The origin is not among the origins of rule '{rule}': add it there.",
    Reason.CALLABLE_REFUSED: (
        "The allowlist of rule '{rule}' covers the origin, and its callable said no."
    ),
    Reason.CALLABLE_FAILED: (
        "The callable of rule '{rule}' raised or answered something that is no answer: see the log."
    ),
    Reason.METHOD_NOT_ALLOWED: (
        "Rule '{rule}' does not allow this method here (upper and lower case differ): add it to "
        "methods, or give the URL a route for it."
    ),
    Reason.HEADER_NOT_ALLOWED: (
        "A requested header is not among the allow_headers of rule '{rule}': add it there."
    ),
    Reason.MALFORMED_REQUEST_HEADERS: (
        "Access-Control-Request-Headers is not a list that a browser sends, or far longer than "
        "the allow_headers of rule '{rule}'."
    ),
}


@frozen()
class Tier:
    """One policy of a rule: whom it admits, and the verdicts on actual requests from there.

    Neither `named` nor `dynamic` origins mean any origin. No `methods` mean any method.
    """

    named: OriginSet | None
    dynamic: DynamicOrigins | None
    in_debug: OriginSet | None
    methods: frozenset[str] | None
    granted: Verdict
    method_refused: Verdict


@frozen()
class Offer:
    """One policy of a rule, with the verdicts on preflights for what a URL serves.

    No `known_headers` means that any header may be asked for. `longest` is the length of the
    longest list of them that a browser sends.
    """

    methods: frozenset[str]
    known_headers: frozenset[str] | None
    longest: int
    granted: Verdict
    method_refused: Verdict
    safelisted_method_refused: Verdict
    header_refused: Verdict
    headers_malformed: Verdict


Offers = tuple[Offer, ...]
"""What one rule offers to preflights at one URL: an offer for each of its policies."""


class Verdicts:
    """Hold every verdict that a rule can give; a request only chooses among them."""

    def __init__(self, rule: Rule, *, enforce: bool) -> None:
        self._rule = rule
        self._enforce = enforce and not rule.is_any_origin and not rule.is_exempt
        depends_on_origin = bool(rule.policies) and not rule.is_any_origin
        vary = "Origin" if depends_on_origin or self._enforce else None
        self._preflight_vary = f"{vary}, {_PREFLIGHT_VARY}" if vary else _PREFLIGHT_VARY
        self.exempt = None
        if rule.is_exempt:
            self.exempt = Verdict(allowed=False, rule=rule.label, detail=_EXEMPT, is_exempt=True)
        self.passed = Verdict(allowed=True, rule=rule.label, detail=_PASSED, vary=vary)
        self._preflight_passed = Verdict(
            allowed=True, rule=rule.label, detail=_PASSED, vary=self._preflight_vary
        )
        self.refused = {reason: self._refused(reason, (), self.passed) for reason in Reason}
        self.preflight_refused = {
            reason: self._refused(reason, (), self._preflight_passed) for reason in Reason
        }
        self.tiers = tuple(self._tier(policy, vary) for policy in rule.policies)
        no_method = self.preflight_refused[Reason.METHOD_NOT_ALLOWED]
        self.nothing = Offer(frozenset(), None, 0, *[no_method] * 5)
        self._offers: dict[tuple[tuple[str, ...], bool, bool], Offers] = {}

    def offers(self, served: tuple[str, ...], *, is_routed: bool, may_be_kept: bool) -> Offers:
        """Return what the rule offers to preflights where these methods are served."""
        key = served, is_routed, may_be_kept
        offers = self._offers.get(key)
        if offers is None:
            offers = tuple(
                self._offer(
                    policy,
                    _listed_methods(policy, served, is_routed=is_routed),
                    # https://fetch.spec.whatwg.org/#concept-cache: browsers keep headers apart
                    # from methods, and a POST needs no kept method.
                    policy.max_age if may_be_kept else 0,
                )
                for policy in self._rule.policies
            )
            # A route without methods serves whatever a client thinks of: not all is remembered.
            if len(self._offers) < _MOST_OFFERS:
                self._offers[key] = offers
        return offers

    def _tier(self, policy: Policy, vary: str | None) -> Tier:
        lines = _origin_lines(policy)
        if policy.expose_headers:
            lines = (*lines, (fetch.EXPOSE_HEADERS, _listed(policy.expose_headers)))
        methods = frozenset(policy.methods) if isinstance(policy.methods, tuple) else None
        return Tier(
            policy.origins if isinstance(policy.origins, OriginSet) else None,
            policy.origins if isinstance(policy.origins, DynamicOrigins) else None,
            policy.debug_origins or None,
            methods,
            self._granted(policy, lines, vary),
            self.refused[Reason.METHOD_NOT_ALLOWED],
        )

    def _offer(self, policy: Policy, methods: tuple[str, ...], max_age: int | None) -> Offer:
        lines = _origin_lines(policy)
        if methods:
            lines = (*lines, (fetch.ALLOW_METHODS, ", ".join(methods)))
        if policy.allow_headers:
            lines = (*lines, (fetch.ALLOW_HEADERS, _allowed_headers(policy)))
        if max_age is not None:
            lines = (*lines, (fetch.MAX_AGE, str(max_age)))
        known = None
        if policy.allow_headers != "*":
            known = frozenset(name.lower() for name in policy.allow_headers)
        return Offer(
            frozenset(methods),
            known,
            sum(len(name) + 1 for name in known or ()),
            self._granted(policy, lines, self._preflight_vary),
            self._refused_by(Reason.METHOD_NOT_ALLOWED, policy, lines),
            self.preflight_refused[Reason.METHOD_NOT_ALLOWED],
            self._refused_by(Reason.HEADER_NOT_ALLOWED, policy, lines, known),
            self._refused_by(Reason.MALFORMED_REQUEST_HEADERS, policy, lines),
        )

    def _granted(self, policy: Policy, lines: tuple[Header, ...], vary: str | None) -> Verdict:
        return Verdict(
            allowed=True,
            rule=self._rule.label,
            detail=_GRANTED,
            lines=lines,
            vary=vary,
            echoes_origin=not policy.is_any_origin,
            policy=policy,
        )

    def _refused_by(
        self,
        reason: Reason,
        policy: Policy,
        lines: tuple[Header, ...],
        known_headers: frozenset[str] | None = None,
    ) -> Verdict:
        echoes = not policy.is_any_origin
        return self._refused(
            reason,
            lines,
            self._preflight_passed,
            echoes_origin=echoes,
            known_headers=known_headers,
        )

    def _refused(
        self,
        reason: Reason,
        lines: tuple[Header, ...],
        same_origin: Verdict,
        *,
        echoes_origin: bool = False,
        known_headers: frozenset[str] | None = None,
    ) -> Verdict:
        return Verdict(
            allowed=False,
            reason=reason,
            rule=self._rule.label,
            detail=_DETAILS[reason].format(rule=self._rule.label),
            lines=lines,
            vary=same_origin.vary,
            echoes_origin=echoes_origin,
            is_barred=self._enforce and reason in _BARRING,
            known_headers=known_headers,
            same_origin=same_origin,
        )


def _origin_lines(policy: Policy) -> tuple[Header, ...]:
    if policy.is_any_origin:
        return ((fetch.ALLOW_ORIGIN, "*"),)
    return ((fetch.ALLOW_CREDENTIALS, "true"),) if policy.credentials else ()


def _listed_methods(policy: Policy, served: tuple[str, ...], *, is_routed: bool) -> tuple[str, ...]:
    if not isinstance(policy.methods, tuple):
        return served
    if not is_routed:
        return policy.methods
    return tuple(method for method in policy.methods if method in served)


def _listed(names: tuple[str, ...] | Wildcard) -> str:
    return ", ".join(names) if isinstance(names, tuple) else names


def _allowed_headers(policy: Policy) -> str:
    # https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name
    return "*, Authorization" if policy.allow_headers == "*" else _listed(policy.allow_headers)
