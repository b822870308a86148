"""Exchange: one request to a Flask app, with what was decided about it: the shared cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Flask

from flask_strictcors.asking import Failures, ask
from flask_strictcors.core.decision import Verdict
from flask_strictcors.core.policy import Answer, DynamicOrigins
from flask_strictcors.extension.matching import in_context
from flask_strictcors.signals import logger
from flask_strictcors.wsgi import EnvironRequest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.ctx import RequestContext
    from werkzeug.routing import Rule


class Place:
    """The app that requests come to, the origins under which it is reached, and what failed."""

    __slots__ = ("app", "failures", "own_origins")

    def __init__(self, app: Flask, own_origins: frozenset[str]) -> None:
        self.app = app
        self.own_origins = own_origins
        self.failures = Failures()


class Exchange(EnvironRequest[Place]):
    """Hold one request's facts and verdict, for the wrapper and the hooks together.

    `verdict` is None until it is made; `is_wrapped` means that the wrapper will see the answer;
    `is_late` that there was an answer before a verdict; `served` is the URL rule that serves what
    a preflight asks for, with the arguments of its view, once it is looked for.
    """

    is_wrapped = False
    is_late = False
    verdict: Verdict | None = None
    path = ""
    endpoint: str | None = None
    served: tuple[Rule | None, Mapping[str, Any]] | None = None

    def is_debug(self) -> bool:
        """Report whether `debug_origins` count."""
        return self.place.app.debug

    def ask(self, dynamic: DynamicOrigins) -> Answer:
        """Ask inside the request's context; a preflight, which has none, gets one for this."""
        if not self.is_preflight:
            return self._ask(dynamic)
        try:
            return in_context(
                self.place.app, self.environ, lambda context: self._ask_inside(context, dynamic)
            )
        except Exception:
            said = "Opening a context for the callable of dynamic origins raised."
            if line := self.place.failures.line(said):
                logger.exception(line)
            return Answer.FAILED

    def _ask_inside(self, context: RequestContext, dynamic: DynamicOrigins) -> Answer:
        if self.served is not None:
            # The view that serves the requested method, not the one for OPTIONS.
            context.request.url_rule, view_args = self.served
            context.request.view_args = dict(view_args)
        return self._ask(dynamic)

    def _ask(self, dynamic: DynamicOrigins) -> Answer:
        place = self.place
        return ask(dynamic, self.origin or "", place.app.ensure_sync, place.failures)
