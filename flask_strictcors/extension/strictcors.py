"""StrictCORS: the extension that users make."""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import TYPE_CHECKING, Any, Final, Unpack, cast

from flask import current_app
from flask.app import Flask  # flask.Flask may be another by now: OpenTelemetry replaces it
from werkzeug.local import LocalProxy

from flask_strictcors.core.decision import Decision
from flask_strictcors.core.errors import Code, PolicyError, Problem
from flask_strictcors.core.policy import Policy, PolicyOptions, RuleOptions, Tiers
from flask_strictcors.decorators import Cors
from flask_strictcors.extension import asked
from flask_strictcors.extension.config import Configuration, read_configuration, unknown_arguments
from flask_strictcors.extension.conflicts import flask_cors_problems, warn_of_inner_wrapper
from flask_strictcors.extension.guard import Guard
from flask_strictcors.signals import logger

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

_KEY: Final = "strictcors"
_NOT_GIVEN: Any = object()
"""Stands for an argument that leaves the word to `app.config`."""


class StrictCORS(Cors):
    """Let nobody but the named origins read an app's answers.

    Takes an app, or gets it later by `init_app`; `policies` are the app's tiers, or the options of
    its one policy are given by keyword. `rules` maps paths to policies, and to None for exempt
    ones. With `enforce`, a refused cross-origin request gets 403 before its view runs.
    `own_origins` are those under which the app itself is reached. `report_only` is a candidate for
    the app's policy: what it would refuse is told, and changes no answer. All of it may come from
    `app.config` (`STRICTCORS_ORIGINS`, ...), of which the arguments win. The instance can be
    called like `cors`. Raises `PolicyError` with every problem at once.
    """

    def __init__(
        self,
        app: Flask | None = None,
        *policies: Policy,
        rules: RuleOptions | None = _NOT_GIVEN,
        enforce: bool = _NOT_GIVEN,
        own_origins: str | Iterable[str] = _NOT_GIVEN,
        report_only: Tiers | None = _NOT_GIVEN,
        **policy_options: Unpack[PolicyOptions],
    ) -> None:
        self._policies = policies
        self._arguments = _given(
            rules=rules,
            enforce=enforce,
            own_origins=own_origins,
            report_only=report_only,
            **policy_options,
        )
        if app is not None:
            instead = "StrictCORS(app, ...), or StrictCORS(None, ...) and init_app(app) later"
            self._govern(_app_itself("StrictCORS", app, instead))
            return
        # The rest has to wait for an app's config; this has not.
        problems = unknown_arguments(self._arguments)
        if problems:
            raise PolicyError(problems)

    def init_app(self, app: Flask) -> None:
        """Govern an app; the extension keeps nothing of it. Raises `PolicyError`."""
        self._govern(_app_itself("init_app", app, "init_app(app)"))

    def reconfigure(
        self,
        app: Flask,
        *policies: Policy,
        rules: RuleOptions | None = _NOT_GIVEN,
        enforce: bool = _NOT_GIVEN,
        own_origins: str | Iterable[str] = _NOT_GIVEN,
        report_only: Tiers | None = _NOT_GIVEN,
        **policy_options: Unpack[PolicyOptions],
    ) -> None:
        """Judge an app by another configuration from the next request on, in this process.

        Takes what `StrictCORS` takes, and takes its place whole: what was given before counts no
        more, and `app.config` is read anew. Views and blueprints keep what they are decorated
        with. Raises `PolicyError` with every problem at once, and nothing has changed then.
        """
        app = _app_itself("reconfigure", app, "reconfigure(app, ...)")
        guard = _guard(app)
        arguments = _given(
            rules=rules,
            enforce=enforce,
            own_origins=own_origins,
            report_only=report_only,
            **policy_options,
        )
        before = guard.judging.configuration
        configuration = read_configuration(app.config, policies, arguments)
        guard.reconfigure(configuration)
        _warn_of_dropped(before, configuration, arguments)

    def _govern(self, app: Flask) -> None:
        problems = [*_second_problems(app), *flask_cors_problems(app)]
        if problems:
            raise PolicyError(problems)
        configuration = read_configuration(app.config, self._policies, self._arguments)
        warn_of_inner_wrapper(app)
        app.extensions[_KEY] = Guard(app, configuration)

    def decide(self, request: Request) -> Decision:
        """Return what is decided about a request to the current app, without telling anybody.

        Needs an application context. `request` is Flask's, or any of Werkzeug's for the app.
        """
        return asked.decide(_guard(current_app).judging, request.environ)

    def allows(self, origin: str, endpoint: str, path: str | None = None) -> bool:
        """Report whether an origin may read what an endpoint answers: for WebSockets and such.

        Needs an application context. Where only path rules could govern the endpoint and there is
        no `path`, each of them must allow it. An exempt endpoint is not allowed.
        """
        return asked.allows(_guard(current_app).judging, origin, endpoint, path)


def guard_of(app: Flask) -> Guard | None:
    """Return what stands in an app; None where there is no StrictCORS."""
    return cast("Guard | None", app.extensions.get(_KEY))


def _second_problems(app: Flask) -> list[Problem]:
    if _KEY not in app.extensions:
        return []
    message = "this app has a StrictCORS already, and two do not add up."
    fix = "one StrictCORS(app, ...), with rules={...} or @cors(...) for the differences"
    return [Problem(Code.STRICTCORS_TWICE, "app", app, message, fix)]


def _app_itself(called: str, app: object, instead: str) -> Flask:
    """Return the app; what is kept of `current_app` would stand for another tomorrow."""
    if isinstance(app, LocalProxy):
        app = cast("LocalProxy[object]", app)._get_current_object()  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    if not isinstance(app, Flask):
        raise TypeError(f"{called} takes the app first, and got {app!r}: {instead}.")
    return app


def _given(**arguments: Any) -> dict[str, Any]:
    return {name: value for name, value in arguments.items() if value is not _NOT_GIVEN}


def _warn_of_dropped(before: Configuration, now: Configuration, named: Container[str]) -> None:
    """Tell of what held requests back and is gone, unless the caller has named it."""
    for name, ended, is_gone in (
        ("rules", None, before.rules.paths and not now.rules.paths),
        ("enforce", False, before.enforce and not now.enforce),
    ):
        if is_gone and name not in named:
            logger.warning(
                "Reconfigured without %s, which the app had: reconfigure(...) takes the place of "
                "all that StrictCORS(...) was given. Give it again, or %s=%s if it is to end.",
                name,
                name,
                ended,
            )


def _guard(app: Flask) -> Guard:
    guard = guard_of(app)
    if guard is None:
        raise RuntimeError(f"There is no StrictCORS in {app!r}: StrictCORS(app, ...).")
    return guard
