"""The doors: each puts a case's rule in force, sends its request, and says what came of it."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Flask, Response, request
from werkzeug.test import EnvironBuilder, run_wsgi_app

from flask_strictcors import (
    DynamicOrigins,
    Rejection,
    StrictCORS,
    origin_rejected,
    preflight_rejected,
)
from flask_strictcors.core.decision import Judge
from flask_strictcors.core.policy import Answer, interpret
from flask_strictcors.core.rules import Rule
from flask_strictcors.wsgi import StrictCORSMiddleware

from .asking import METHODS, Ask, Case
from .rulesets import OWN, RULESETS, RuleSet

SERVED = ("DELETE", "GET", "HEAD", "PATCH", "POST", "PUT")

# What the app writes by itself, so that each case shows as well who the author is.
FOREIGN = {"Access-Control-Allow-Origin": "https://by-the-app.example"}

BODY = b"the view ran"


@dataclass
class Seen:
    """What a door showed; None where it cannot show it."""

    cors: dict[str, str]
    vary: frozenset[str]
    status: int | None = None
    body: bytes | None = None
    allowed: bool | None = None
    reason: str | None = None
    heard: list[tuple[str, Rejection]] | None = None
    lines: list[tuple[str, str]] = field(default_factory=list)


def normalized(lines: Iterable[tuple[str, str]]) -> tuple[dict[str, str], frozenset[str]]:
    """Return the CORS headers, each of which may be there once, and what the answer varies on."""
    cors: dict[str, str] = {}
    vary: set[str] = set()
    for name, value in lines:
        if name.lower() == "vary":
            vary |= {member.strip().lower() for member in value.split(",")}
        elif name.lower().startswith("access-control-"):
            assert name not in cors, f"{name} was sent twice"
            cors[name] = value
    if METHODS in cors:
        cors[METHODS] = ", ".join(sorted(cors[METHODS].split(", ")))
    return cors, frozenset(vary)


# --- the core ------------------------------------------------------------------------------------


@dataclass
class _Facts:
    """A request as the core wants it, taken from the case alone."""

    asked: Ask
    ruleset: RuleSet

    @property
    def origin(self) -> str | None:
        return self.asked.origin

    @property
    def method(self) -> str:
        return self.asked.wants if self.asked.wants is not None else self.asked.method

    @property
    def is_preflight(self) -> bool:
        return self.asked.is_preflight

    @property
    def requested_headers(self) -> str | None:
        return self.asked.headers

    def is_same_origin(self) -> bool:
        own = {OWN, *self.ruleset.own_origins}
        return self.asked.site == "same-origin" or self.asked.origin in own

    def is_debug(self) -> bool:
        return self.ruleset.debug

    def ask(self, dynamic: DynamicOrigins) -> Answer:
        origin = self.asked.origin or ""
        try:
            return interpret(dynamic.function(origin), origin)
        except LookupError:
            return Answer.FAILED


def _rule(ruleset: RuleSet) -> Rule:
    if "/*" not in ruleset.rules:
        return Rule(ruleset.label, ruleset.policies)
    policies: Any = ruleset.rules["/*"]
    return Rule(ruleset.label, policies or (), is_exempt=policies is None)


def through_core(case: Case) -> Seen:
    ruleset = RULESETS[case.under]
    judge = Judge(_rule(ruleset), enforce=ruleset.enforce)
    facts = _Facts(case.request, ruleset)
    if facts.is_preflight and not judge.rule.is_exempt:
        verdict = judge.preflight(facts, judge.offers(SERVED))
    else:
        verdict = judge.actual(facts)
    decision = verdict.decision(facts.origin)
    cors, vary = normalized(decision.headers)
    status = 403 if verdict.is_barred else None
    return Seen(cors, vary, status, allowed=decision.allowed, reason=decision.reason)


# --- WSGI and Flask ------------------------------------------------------------------------------


def environ_of(asked: Ask) -> WSGIEnvironment:
    sent = {
        "HTTP_ORIGIN": asked.origin,
        "HTTP_SEC_FETCH_SITE": asked.site,
        "HTTP_ACCESS_CONTROL_REQUEST_METHOD": asked.wants,
        "HTTP_ACCESS_CONTROL_REQUEST_HEADERS": asked.headers,
    }
    overrides = {name: value for name, value in sent.items() if value is not None}
    builder = EnvironBuilder("/thing", OWN, method=asked.method, environ_overrides=overrides)
    return builder.get_environ()


@contextmanager
def hearing(sender: object) -> Iterator[list[tuple[str, Rejection]]]:
    """Collect what both signals say of one sender."""
    heard: list[tuple[str, Rejection]] = []

    def on_origin(_: object, rejection: Rejection) -> None:
        heard.append(("origin-rejected", rejection))

    def on_preflight(_: object, rejection: Rejection) -> None:
        heard.append(("preflight-rejected", rejection))

    with (
        origin_rejected.connected_to(on_origin, sender=sender),
        preflight_rejected.connected_to(on_preflight, sender=sender),
    ):
        yield heard


def bare(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """A WSGI app of the simplest kind, which authors a CORS header of its own."""
    start_response("200 OK", [("Content-Type", "text/plain"), *FOREIGN.items()])
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [BODY]


def through_wsgi(case: Case) -> Seen:
    ruleset = RULESETS[case.under]
    middleware = StrictCORSMiddleware(
        bare,
        *ruleset.policies,
        rules=ruleset.rules,
        enforce=ruleset.enforce,
        own_origins=ruleset.own_origins,
        debug=ruleset.debug,
    )
    with hearing(middleware) as heard:
        body, status, headers = run_wsgi_app(middleware, environ_of(case.request), buffered=True)
    lines = headers.to_wsgi_list()
    return Seen(*normalized(lines), int(status[:3]), b"".join(body), heard=heard, lines=lines)


def flask_app(ruleset: RuleSet) -> tuple[Flask, StrictCORS]:
    app = Flask(__name__)
    app.debug = ruleset.debug
    cors = StrictCORS(
        app,
        *ruleset.policies,
        rules=ruleset.rules,
        enforce=ruleset.enforce,
        own_origins=ruleset.own_origins,
    )

    @app.route("/thing", methods=SERVED)
    def thing() -> bytes:
        return BODY

    @app.after_request
    def author(response: Response) -> Response:
        response.headers.update(FOREIGN)
        return response

    return app, cors


def through_flask(case: Case) -> Seen:
    app, _ = flask_app(RULESETS[case.under])
    with hearing(app) as heard:
        body, status, headers = run_wsgi_app(app, environ_of(case.request), buffered=True)
    lines = headers.to_wsgi_list()
    return Seen(*normalized(lines), int(status[:3]), b"".join(body), heard=heard, lines=lines)


def through_hooks(case: Case) -> Seen:
    """Let Flask's hooks answer alone, as where `wsgi_app` is not on the way."""
    app, _ = flask_app(RULESETS[case.under])
    environ = environ_of(case.request)
    with hearing(app) as heard, app.request_context(environ):
        response = app.full_dispatch_request()
    body, _, _ = response.get_wsgi_response(environ)
    lines = response.headers.to_wsgi_list()
    return Seen(*normalized(lines), response.status_code, b"".join(body), heard=heard, lines=lines)


def through_decide(case: Case) -> Seen:
    """Ask the extension what it would decide, which it must do without telling anybody."""
    app, cors = flask_app(RULESETS[case.under])
    with hearing(app) as heard, app.request_context(environ_of(case.request)):
        decision = cors.decide(request)
    assert not heard
    cors_lines, vary = normalized(decision.headers)
    return Seen(cors_lines, vary, allowed=decision.allowed, reason=decision.reason)


DOORS: dict[str, Callable[[Case], Seen]] = {
    "core": through_core,
    "wsgi": through_wsgi,
    "flask": through_flask,
    "hooks": through_hooks,
    "decide": through_decide,
}
