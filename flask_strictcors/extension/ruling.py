"""Ruling: from what a URL was matched to, by its judge, to the verdict."""

from __future__ import annotations

from typing import Final

from werkzeug.routing import Rule

from flask_strictcors.core.decision import Judge, Offers, Verdict
from flask_strictcors.core.fetch import NORMALIZED_METHODS
from flask_strictcors.extension.exchange import Exchange
from flask_strictcors.extension.matching import OTHER_METHODS, VIEW, Found, Match, routed
from flask_strictcors.extension.table import Table, offers_of

NOT_OURS: Final = Verdict(allowed=False, rule="none", detail="Flask refuses the host.")


def actual_at(table: Table, rule: Rule | None, exchange: Exchange) -> Verdict:
    """Return the verdict on an actual request that a URL rule serves, or none, to be settled."""
    judge = None
    if rule is not None:
        exchange.endpoint = rule.endpoint
        judge = table.judge(rule.endpoint, exchange.method)
    return (judge or table.for_path(exchange.path)).cross_origin(exchange)


def preflight_of_view(table: Table, rule: Rule, path: str, exchange: Exchange) -> Verdict:
    """Return the verdict on a preflight for what a view serves at the URL itself."""
    exchange.endpoint = rule.endpoint
    place = table.place(rule, exchange.method.upper())
    judge, offers = place.judge, place.offers
    if judge is None:
        judge = table.for_path(routed(path))
        offers = offers_of(judge, place.offered)
    return judge.exempt or judge.preflight(exchange, offers)


def preflight_at(table: Table, match: Match, exchange: Exchange) -> Verdict:
    """Return the verdict on a preflight for whatever its URL was matched to."""
    found, path, rule = match.found, match.path, match.rule
    method = exchange.method.upper()
    if rule is None or found is OTHER_METHODS:
        judge = table.for_path(path)
        offers = _offers_unserved(table, judge, match, method)
    elif found is VIEW:
        return preflight_of_view(table, rule, path, exchange)
    else:
        exchange.endpoint = rule.endpoint
        place = table.place(rule, method)
        tagged, offers = place.judge, place.offers
        judge = tagged or table.for_path(path)
        if found is not Found.VIEW_BEHIND_SLASH or not tagged:
            # The browser keeps the list for the URL that it asked, not for the one it is led to.
            # What was proven of a URL with a tag, though, holds without its slash.
            offers = judge.offers((method,), may_be_kept=False)
    return judge.exempt or judge.preflight(exchange, offers)


def _offers_unserved(table: Table, judge: Judge, match: Match, method: str) -> Offers:
    if match.found is Found.NOTHING:
        return judge.offers(table.served_anywhere, is_routed=False)
    if match.found is OTHER_METHODS:
        return offers_of(judge, table.untagged(match.rule))
    # With this method no view is reached; of others there is no telling. One that nobody but the
    # request knows is not said back to it.
    is_known = table.serves_any or method in NORMALIZED_METHODS or method in table.served_anywhere
    return judge.offers((method,) if is_known else (), may_be_kept=False)
