"""Which rule governs a request to a Flask app, and the verdict on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from threading import Lock
from typing import TYPE_CHECKING

from flask import Flask
from flask.wrappers import Request
from werkzeug.routing import RequestRedirect

from flask_strictcors.core.decision import Judge, Reason, Verdict, reject
from flask_strictcors.core.errors import PolicyError
from flask_strictcors.core.fetch import NORMALIZED_METHODS, is_token
from flask_strictcors.core.frozen import frozen
from flask_strictcors.core.policy import Policy
from flask_strictcors.decorators import tags_made
from flask_strictcors.extension.config import Configuration
from flask_strictcors.extension.conflicts import flask_cors_problems
from flask_strictcors.extension.exchange import Exchange, Place
from flask_strictcors.extension.matching import (
    OTHER_METHODS,
    Match,
    Matcher,
    Unmatched,
    routed,
)
from flask_strictcors.extension.ruling import actual_at, preflight_at, preflight_of_view
from flask_strictcors.extension.table import Table
from flask_strictcors.extension.urls import url_rules
from flask_strictcors.signals import Announcer, logger
from flask_strictcors.wsgi import decoded_path

if TYPE_CHECKING:
    from flask_strictcors.extension.candidate import Candidate


@frozen()
class _Made:
    """What is compiled from an app, and how far its set-up was then."""

    table: Table
    matcher: Matcher
    stamp: tuple[int, ...]


class Judging:
    """Judge the requests to one app.

    The table of its routes is made on first use, again while set-up goes on, and for good when
    the first request has come, as Flask's own set-up ends there.
    """

    def __init__(self, app: Flask, configuration: Configuration, announcer: Announcer) -> None:
        self._app = app
        self.configuration = configuration
        self.place = Place(app, configuration.own_origins)
        self.candidate = _candidate(configuration.report_only)
        self._announcer = announcer
        self.is_heard: Callable[[Verdict], bool] = announcer.is_heard
        self._lock = Lock()
        self._made: _Made | None = None
        self._has_warned = False
        self._frozen: _Made | None = None
        # Who judges an endpoint whatever the method and the path, once that is for good.
        self._judges: dict[str, Judge] = {}
        self.is_frozen = False

    # --- verdicts ------------------------------------------------------------------------------

    def actual(self, exchange: Exchange, request: Request) -> Verdict:
        """Return the verdict on a request that Flask has routed, to be settled, and remember it."""
        # By one configuration, whole: another may have come since the request did.
        exchange.place = self.place
        # As Flask sees it: what stands inside of the wrapper may have mended scheme and host.
        exchange.environ = request.environ
        exchange.trusted_hosts = request.trusted_hosts
        rule = request.url_rule
        exchange.path = request.path
        judge = None if rule is None else self._judges.get(rule.endpoint)
        if judge is None or rule is None:
            return self._actual(exchange, request)
        exchange.endpoint = rule.endpoint
        exchange.verdict = verdict = judge.cross_origin(exchange)
        return verdict

    def _actual(self, exchange: Exchange, request: Request) -> Verdict:
        made = self._frozen or self._current()
        rule = request.url_rule
        if rule is None and isinstance(request.routing_exception, RequestRedirect | None):
            # A redirect is part of the way to the view that it leads to; and where Flask could not
            # even route, as with a session that does not open, the error is still that view's.
            match = made.matcher.match(exchange.environ, request.path, exchange.method)
            if match is Unmatched.BY_FAULT:
                exchange.verdict = made.table.denied.actual(exchange)
                return exchange.verdict
            if isinstance(match, Match) and match.found is not OTHER_METHODS:
                exchange.path, rule = match.path, match.rule
        exchange.verdict = verdict = actual_at(made.table, rule, exchange)
        return verdict

    def unrouted(self, exchange: Exchange) -> Verdict | None:
        """Return the verdict on a request that Flask may not have routed; None where it cannot."""
        made = self._frozen or self._current()
        path = decoded_path(exchange.environ.get("PATH_INFO", ""))
        match = made.matcher.match(exchange.environ, path, exchange.method)
        if match is Unmatched.BY_HOST:
            return None
        if match is Unmatched.BY_FAULT:
            return made.table.denied.actual(exchange)
        exchange.path = match.path
        rule = None if match.found is OTHER_METHODS else match.rule
        return actual_at(made.table, rule, exchange).settled(exchange)

    def preflight(self, exchange: Exchange) -> Verdict | None:
        """Return the verdict on a preflight, and remember it; None where Flask is to answer."""
        made = self._frozen or self._current()
        exchange.path = path = decoded_path(exchange.environ.get("PATH_INFO", ""))
        method = exchange.method
        # Most methods are told by a look; a token is what routing can be asked for at all.
        if method not in NORMALIZED_METHODS and not is_token(method):
            judge = made.table.for_path(routed(path))
            exchange.verdict = judge.exempt or judge.unroutable(exchange)
            return exchange.verdict
        served = match = None
        try:
            served = made.matcher.view(path, method)
        except Exception as error:
            match = made.matcher.match(exchange.environ, path, method, error)
        if served is None:
            match = match or made.matcher.match(exchange.environ, path, method)
            return self._preflight_beside(made.table, match, exchange)
        exchange.served = served
        exchange.verdict = verdict = preflight_of_view(made.table, served[0], path, exchange)
        return verdict

    def _preflight_beside(
        self, table: Table, match: Match | Unmatched, exchange: Exchange
    ) -> Verdict | None:
        if match is Unmatched.BY_HOST:
            return None
        if match is Unmatched.BY_FAULT:
            exchange.verdict = table.denied.preflight(exchange, ())
        else:
            exchange.path = match.path
            exchange.served = match.rule, match.view_args
            exchange.verdict = preflight_at(table, match, exchange)
        return exchange.verdict

    def judges_of(self, endpoint: str, path: str | None) -> Iterable[Judge]:
        """Return each judge that could decide for an endpoint, at a path if there is one."""
        return self.table().judges_of(endpoint, path)

    def table(self) -> Table:
        """Return the compiled routes, by which requests are judged."""
        return (self._frozen or self._current()).table

    # --- telling -------------------------------------------------------------------------------

    def notice(self, exchange: Exchange, verdict: Verdict) -> None:
        """Tell whoever listens of what was refused, or would be; never raise."""
        if verdict.reason is None:
            self.report(exchange, verdict)
        elif self.is_heard(verdict):
            self.tell(exchange, verdict, verdict.reason)

    def report(self, exchange: Exchange, live: Verdict) -> None:
        """Tell of what passed and would not under the candidate, if there is one; never raise."""
        verdict = None if self.candidate is None else self.candidate.verdict(exchange, live)
        if verdict is not None and verdict.reason is not None and self.is_heard(verdict):
            self.tell(exchange, verdict, verdict.reason, report_only=True)

    def tell(
        self, exchange: Exchange, verdict: Verdict, reason: Reason, *, report_only: bool = False
    ) -> None:
        """Tell whoever listens what was refused, or with `report_only` would be; never raise."""
        rejection = reject(
            verdict,
            reason,
            exchange,
            path=routed(exchange.path),
            endpoint=exchange.endpoint,
            detail=exchange.detail(verdict),
            report_only=report_only,
        )
        self._announcer.announce(rejection)

    # --- set-up --------------------------------------------------------------------------------

    def freeze(self) -> None:
        """Make the table for good. Raises `PolicyError` in debug for what only now shows."""
        made = self._make()
        with self._lock:
            # Else set-up goes on, in another thread, and the next request will do.
            if made.stamp == self._stamp():
                self._frozen = self._made = made
                self._judges = made.table.only_judges()
                self.is_frozen = True

    def _current(self) -> _Made:
        made = self._made
        if made is None or made.stamp != self._stamp():
            self._made = made = self._make()
        return made

    def _stamp(self) -> tuple[int, ...]:
        # Walking all of this is for the time until the first request only.
        rules = len(url_rules(self._app))
        # A copy: another thread may still register some.
        views = hash(tuple(map(id, self._app.view_functions.copy().values())))
        return rules, views, len(self._app.blueprints), tags_made()

    def _make(self) -> _Made:
        # No lock is held: looking at views and logging may run anybody's code, and hang.
        stamp = self._stamp()
        rules, enforce = self.configuration.rules, self.configuration.enforce
        try:
            table = Table(self._app, rules, enforce=enforce)
            problems = [*table.problems.values(), *flask_cors_problems(self._app)]
        except Exception:
            if self._app.debug:
                raise
            logger.exception("The app's routes cannot be read, so that all of them are denied.")
            without_routes = Flask(__name__, static_folder=None)
            table, problems = Table(without_routes, rules, enforce=enforce), []
        if problems:
            self._warn(PolicyError(problems))
        return _Made(table, Matcher(self._app), stamp)

    def _warn(self, error: PolicyError) -> None:
        if self._app.debug:
            raise error
        with self._lock:
            has_warned, self._has_warned = self._has_warned, True
        if not has_warned:
            logger.error("%s\nUntil it is mended, the stricter reading holds.", error)


def _candidate(policies: tuple[Policy, ...]) -> Candidate | None:
    if not policies:
        return None
    # Few apps have a policy under report.
    from flask_strictcors.extension.candidate import Candidate

    return Candidate(policies)
