"""How flask-strictcors joins the benchmarks: python -m corsbench check --load contender.py."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from corsbench.contenders import Base, flask_app, register
from corsbench.floors import Policy as HandWritten
from corsbench.floors import PreflightMiddleware, by_prefix
from corsbench.policy import BODY, Setup

from flask_strictcors import Policy, StrictCORS, cors
from flask_strictcors.wsgi import StrictCORSMiddleware


def policy(setup: Setup) -> Policy:
    """Return the policy that every contender has."""
    return Policy(
        origins=[*setup.origins(), *(f"https://*.{name}" for name in setup.pattern_domains())],
        methods=setup.methods,
        allow_headers=setup.allow_headers,
        credentials=True,
        max_age=setup.max_age,
    )


def path_rules(setup: Setup) -> dict[str, Policy]:
    """Return a rule for each route, each with a policy of its own."""
    return {f"{setup.prefix(route)}/*": policy(setup) for route in range(setup.n_routes)}


@register
class StrictCors(Base):
    """One policy for the app."""

    name = "strictcors"

    def unsupported(self, setup: Setup) -> str | None:
        return "one policy only" if setup.n_routes > 1 else None

    def build(self, setup: Setup) -> Callable[..., Any]:
        app = flask_app(setup)
        StrictCORS(app, policy(setup))
        return app


@register
class StrictCorsPaths(Base):
    """A path rule for each route, also where there is only one."""

    name = "strictcors-paths"

    def build(self, setup: Setup) -> Callable[..., Any]:
        app = flask_app(setup)
        StrictCORS(app, rules=path_rules(setup))
        return app


@register
class StrictCorsViews(Base):
    """A policy for each view."""

    name = "strictcors-views"

    def build(self, setup: Setup) -> Callable[..., Any]:
        # They share one, as views do that are decorated with `cors(POLICY)`.
        app = flask_app(setup, cors(policy(setup)))
        StrictCORS(app)
        return app


# --- WSGI without a framework: here the middleware is most of what a request costs ---------------


@register
class Wsgi(Base):
    """The smallest WSGI app."""

    name = "wsgi"
    baseline = "wsgi"
    cors = False

    def build(self, setup: Setup) -> Callable[..., Any]:
        def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
            headers = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", "5")]
            start_response("200 OK", headers)
            return [BODY]

        return app


@register
class HandWrittenWsgi(Wsgi):
    """A middleware that is written by hand for this one policy."""

    name = "wsgi-hand"
    cors = True

    def build(self, setup: Setup) -> Callable[..., Any]:
        resolve = by_prefix(setup, HandWritten(setup))
        return PreflightMiddleware(super().build(setup), resolve, actual=True)


@register
class StrictCorsWsgi(Wsgi):
    """Our middleware."""

    name = "wsgi-strictcors"
    cors = True

    def build(self, setup: Setup) -> Callable[..., Any]:
        app = super().build(setup)
        if setup.n_routes == 1:
            return StrictCORSMiddleware(app, policy(setup))
        return StrictCORSMiddleware(app, rules=path_rules(setup))
