"""StrictCORSMiddleware: the same rules in front of any WSGI app."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Unpack

from flask_strictcors.asking import Failures, ask, async_problems
from flask_strictcors.core.decision import Header, Judge, Reason, Verdict, reject
from flask_strictcors.core.errors import Code, PolicyError, Problem
from flask_strictcors.core.policy import (
    POLICY_OPTIONS,
    Answer,
    DynamicOrigins,
    Policy,
    PolicyOptions,
    RuleOptions,
    is_async,
    read_flag,
    read_own_origins,
    read_policies,
    unknown_option,
)
from flask_strictcors.core.rules import NO_RULE, Rules, read_rules
from flask_strictcors.signals import Announcer
from flask_strictcors.wsgi.debugger import in_debug, readable
from flask_strictcors.wsgi.facts import EnvironRequest, decoded_path
from flask_strictcors.wsgi.headers import answer, rewrite

if TYPE_CHECKING:
    from types import TracebackType

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    ExcInfo = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None]


_OWN_OPTIONS: Final = ("rules", "enforce", "own_origins", "debug")


class StrictCORSMiddleware:
    """Put the same rules in front of any WSGI app.

    Takes what `StrictCORS` takes, but nothing from `app.config`. There are no routes here, so each
    policy names its methods, and paths are SCRIPT_NAME + PATH_INFO. `debug=True` counts
    `debug_origins`, shows decisions, and lets scripts read of exceptions under Werkzeug's debugger.
    The sender of the signals is the middleware. Raises `PolicyError`.
    """

    def __init__(
        self,
        wsgi_app: WSGIApplication,
        *policies: Policy,
        rules: RuleOptions | None = None,
        enforce: bool = False,
        own_origins: str | Iterable[str] = (),
        debug: bool = False,
        **policy_options: Unpack[PolicyOptions],
    ) -> None:
        if not callable(wsgi_app):
            raise TypeError(f"StrictCORSMiddleware takes the WSGI app first, and got {wsgi_app!r}.")
        problems = [
            unknown_option(name, value, (*POLICY_OPTIONS, *_OWN_OPTIONS))
            for name, value in policy_options.items()
            if name not in POLICY_OPTIONS
        ]
        if problems:
            raise PolicyError(problems)
        tiers = read_policies(policies, policy_options, problems)
        self._rules = Rules(tiers, read_rules(rules, problems))
        own = read_own_origins(own_origins, problems)
        is_enforced = read_flag("enforce", enforce, problems)
        self._is_debug = read_flag("debug", debug, problems)
        problems += _problems_without_routes(self._rules)
        if problems:
            raise PolicyError(problems)
        self._wsgi_app = wsgi_app
        self._place = _Place(own, self._is_debug, Failures())
        self._judges = {
            rule: Judge(rule, enforce=is_enforced) for rule in {NO_RULE, *self._rules.wherever()}
        }
        self._offers = {judge: judge.offers((), is_routed=False) for judge in self._judges.values()}
        # Without path rules one judges all paths, and no path is looked at.
        self._only = None if self._rules.paths else self._judge({})
        self._announcer = Announcer(self, _ensure_sync, {"DEBUG": self._is_debug})

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve one request."""
        request = _Request(environ, self._place)
        judge = self._only or self._judge(environ)
        if judge.exempt is not None:
            return self._wsgi_app(environ, start_response)
        if request.is_preflight:
            verdict = judge.preflight(request, self._offers[judge])
        else:
            verdict = judge.cross_origin(request)
        if verdict.reason is not None:
            verdict = self._noticed(verdict, request)
        if request.is_preflight or verdict.is_barred:
            body = answer(verdict, request.origin, start_response, is_debug=self._is_debug)
            return () if environ["REQUEST_METHOD"] == "HEAD" else body

        def start(
            status: str, headers: list[Header], exc_info: ExcInfo | None = None, /
        ) -> Callable[[bytes], object]:
            ours, _ = rewrite(headers, verdict, request.origin)
            if self._is_debug:
                ours = in_debug(ours, verdict)
                request.is_begun = True
            return (
                start_response(status, ours, exc_info) if exc_info else start_response(status, ours)
            )

        try:
            return self._wsgi_app(environ, start)
        except Exception as error:
            instead = readable(error, verdict, request, start) if self._is_debug else None
            if instead is None:
                raise
            return instead

    def _judge(self, environ: WSGIEnvironment) -> Judge:
        return self._judges[self._rules.for_path(_path(environ))]

    def _noticed(self, verdict: Verdict, request: _Request) -> Verdict:
        """Settle a refusal where anybody would see the difference, and tell whoever listens."""
        is_heard = self._announcer.is_heard(verdict)
        if is_heard or verdict.is_barred:
            verdict = verdict.settled(request)
        if is_heard and verdict.reason is not None:
            self._tell(verdict, verdict.reason, request)
        return verdict

    def _tell(self, verdict: Verdict, reason: Reason, request: _Request) -> None:
        detail = request.detail(verdict)
        path = _path(request.environ)
        rejection = reject(verdict, reason, request, path=path, endpoint=None, detail=detail)
        self._announcer.announce(rejection)


def _path(environ: WSGIEnvironment) -> str:
    return decoded_path(environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")) or "/"


class _Place(NamedTuple):
    """What a middleware knows of the app behind it, and what failed there."""

    own_origins: frozenset[str]
    is_debug: bool
    failures: Failures


class _Request(EnvironRequest[_Place]):
    """A request to the middleware."""

    def is_debug(self) -> bool:
        return self.place.is_debug

    def ask(self, dynamic: DynamicOrigins) -> Answer:
        return ask(dynamic, self.origin or "", _ensure_sync, self.place.failures)


def _problems_without_routes(rules: Rules) -> list[Problem]:
    problems: list[Problem] = []
    for rule in rules.wherever():
        problems += async_problems(rule.policies)
        problems += (
            Problem(
                Code.METHODS_UNNAMED,
                "methods",
                policy.methods,
                f"rule '{rule.label}': there are no routes here to take the methods from.",
                'methods=["GET", "POST"]',
            )
            for policy in rule.policies
            if not isinstance(policy.methods, tuple)
        )
    return problems


def _ensure_sync(function: Callable[..., Any]) -> Callable[..., Any]:
    if not is_async(function):
        return function
    from asgiref.sync import async_to_sync  # only whoever has async callables has it

    return async_to_sync(function)
