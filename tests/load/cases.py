"""All apps under load and all cases: the table's, the routes', the town's and random ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from random import Random
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from decisions.asking import VARY, VARY_BOTH
from decisions.doors import bare, flask_app
from decisions.rulesets import RULESETS
from decisions.table import TABLE
from decisions.test_routes import ROUTES
from decisions.test_table import expected_body, expected_cors, expected_status
from flask import Flask

from flask_strictcors import origin_rejected, preflight_rejected
from flask_strictcors.wsgi import StrictCORSMiddleware

from .case import App, Case, Expected, sent_by
from .serving import quiet, told
from .town import town
from .town_cases import cases_of_town
from .worlds import cases_of_worlds, worlds

RANDOM_APPS = 60


class Load:
    """Every app, each by its name, and every case; or one in so many, where there are many."""

    def __init__(self, one_in: int = 1) -> None:
        self.apps: dict[str, App] = {}
        self.cases: list[Case] = []
        with quiet():
            self._fill(one_in)
        self._by_app: dict[str, list[Case]] = defaultdict(list)
        for case in self.cases:
            self._by_app[case.app].append(case)
        self._each_app = [*self._by_app.values()]

    def _fill(self, one_in: int) -> None:
        self._table()
        self._routes()
        for enforce in (False, True):
            name = "strict town" if enforce else "town"
            asked = [*cases_of_town(name, enforce=enforce)][::one_in]
            self._add(name, town(enforce=enforce), asked)
            self._add_unheard(name, town(enforce=enforce), asked)
        for world in worlds(max(1, RANDOM_APPS // one_in)):
            self._add_unheard(world.name, world.app, cases_of_worlds(world))

        self._by_app: dict[str, list[Case]] = defaultdict(list)
        for case in self.cases:
            self._by_app[case.app].append(case)
        self._each_app = [*self._by_app.values()]

    def close(self) -> None:
        """Stop hearing the apps' signals."""
        for app in self.apps.values():
            for signal in (origin_rejected, preflight_rejected):
                signal.disconnect(told.hear, app.sender)

    def draw(self, chance: Random) -> Case:
        """Draw a case: of all, or of those of an app, so that no app is seldom asked."""
        return chance.choice(chance.choice((self.cases, chance.choice(self._each_app))))

    def _add(self, name: str, app: Flask | StrictCORSMiddleware, cases: Iterable[Case]) -> None:
        self.apps[name] = App(app, app)
        self.cases += cases
        for signal in (origin_rejected, preflight_rejected):
            signal.connect(told.hear, app)

    def _add_unheard(self, name: str, app: WSGIApplication, cases: Iterable[Case]) -> None:
        """Add an app to whose signals nobody listens."""
        unheard = f"{name}, unheard"
        self.apps[unheard] = App(app, None)
        self.cases += [case._replace(app=unheard) for case in cases]

    def _table(self) -> None:
        for under, ruleset in RULESETS.items():
            self._add(f"flask, {under}", flask_app(ruleset)[0], _of_table(under, "flask"))
            hooks = flask_app(ruleset)[0]
            self._add_unheard(f"hooks, {under}", _by_hooks(hooks), _of_table(under, "hooks"))
            if not ruleset.needs_routes:
                middleware = StrictCORSMiddleware(
                    bare,
                    *ruleset.policies,
                    rules=ruleset.rules,
                    enforce=ruleset.enforce,
                    own_origins=ruleset.own_origins,
                    debug=ruleset.debug,
                )
                self._add(f"wsgi, {under}", middleware, _of_table(under, "wsgi"))

    def _routes(self) -> None:
        made: dict[tuple[Callable[..., Flask], object], str] = {}
        for make, policies, path, asked, status, outcome, cors in ROUTES:
            if (make, policies) not in made:
                made[make, policies] = f"routes {len(made)}"
                self._add(made[make, policies], make(*policies), ())
            vary = VARY_BOTH if asked.is_preflight else VARY
            expected = Expected(status, cors, vary, None, outcome.reason)
            name = f"{asked.method} {path}"
            self.cases.append(Case(made[make, policies], name, sent_by(asked, path), expected))


def _of_table(under: str, door: str) -> Iterator[Case]:
    for case in TABLE:
        if case.under == under:
            expected = Expected(
                expected_status(case),
                expected_cors(case, door),
                case.vary,
                expected_body(case, door),
                case.outcome.reason,
            )
            yield Case(f"{door}, {under}", case.name, sent_by(case.request), expected)


def _by_hooks(app: Flask) -> WSGIApplication:
    """Return an app that goes around the wrapper, so that the hooks answer alone."""

    def call(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        with app.request_context(environ):
            return app.full_dispatch_request()(environ, start_response)

    return call
