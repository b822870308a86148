"""A plan → a real app that notes what ran, and what came back of a request."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple
from wsgiref.types import WSGIApplication, WSGIEnvironment

from flask import Blueprint, Flask, Response, abort, got_request_exception, request
from flask.views import MethodView
from werkzeug.test import run_wsgi_app

from flask_strictcors import (
    Rejection,
    StrictCORS,
    cors,
    origin_rejected,
    preflight_rejected,
)

from .plans import EXEMPT, Group, Plan, Tag, View, ViewError

FOREIGN = {
    "Access-Control-Allow-Origin": "https://by-the-view.example",
    "access-control-allow-credentials": "true",
    "ACCESS-CONTROL-ALLOW-PRIVATE-NETWORK": "true",
}


class Answer(NamedTuple):
    """What came back."""

    status: int
    lines: list[tuple[str, str]]
    body: bytes

    @property
    def cors(self) -> dict[str, str]:
        """Each CORS header, none of which may be there twice."""
        found: dict[str, str] = {}
        for name, value in self.lines:
            if name.lower().startswith("access-control-"):
                assert name.lower() not in found, f"two lines of {name}"
                found[name.lower()] = value
        return {name.removeprefix("access-control-"): value for name, value in found.items()}

    @property
    def vary(self) -> frozenset[str]:
        """The members of all Vary lines."""
        lines = [value for name, value in self.lines if name.lower() == "vary"]
        return frozenset(item.strip().lower() for line in lines for item in line.split(","))


def send(app: WSGIApplication, environ: WSGIEnvironment) -> Answer:
    """Serve one environ, which is left as it is."""
    body, status, headers = run_wsgi_app(app, dict(environ), buffered=True)
    return Answer(int(status[:3]), headers.to_wsgi_list(), b"".join(body))


class World:
    """A Flask app made from a plan.

    `ran` lists the views that ran, `touched` the app's own hooks that did, and `faults` what
    left a request other than by a view's intention.
    """

    def __init__(self, plan: Plan, *, is_guarded: bool = True) -> None:
        self.plan = plan
        self.ran: list[tuple[str, str]] = []
        self.touched: list[str] = []
        self.faults: list[Exception] = []
        self.views: dict[str, View] = {}
        self.app = Flask(__name__, static_folder=None)
        self.app.debug = plan.debug
        self.app.config["PROPAGATE_EXCEPTIONS"] = False
        if is_guarded and plan.is_early:
            self.guard()
        self._hook()
        self._register(is_tagged=is_guarded)
        if is_guarded and not plan.is_early:
            self.guard()
        # The world holds what the signal knows by a weak reference only.
        got_request_exception.connect(self._note, self.app)

    def guard(self) -> None:
        rules: Any = {
            path: None if tag == EXEMPT else list(tag or ())
            for path, tag in self.plan.rules.items()
        }
        StrictCORS(self.app, *self.plan.policies, rules=rules, enforce=self.plan.enforce)

    def _note(self, sender: Flask, exception: Exception, **extra: Any) -> None:
        if not isinstance(exception, ViewError):
            self.faults.append(exception)

    def _hook(self) -> None:
        def after(response: Response) -> Response:
            self.touched.append("after")
            return response

        self.app.before_request(self._before)
        self.app.after_request(after)
        self.app.teardown_request(lambda error: self.touched.append("teardown"))
        self.app.url_value_preprocessor(lambda endpoint, values: self.touched.append("values"))

    def _before(self) -> str | None:
        self.touched.append("before")
        if self.plan.hook == "abort":
            abort(401)
        if self.plan.hook == "raise":
            raise ViewError
        return "the hook ran" if self.plan.hook == "answer" else None

    def _register(self, *, is_tagged: bool) -> None:
        pin = _pin if is_tagged else _leave
        blueprints: list[Blueprint] = []
        names: list[str] = []
        for index, group in enumerate(self.plan.groups):
            blueprints.append(pin(group.tag, Blueprint(f"g{index}", __name__)))
            names.append(f"{names[group.parent]}." if group.parent is not None else "")
            names[-1] += f"g{index}"
        for index, view in enumerate(self.plan.views):
            target = self.app if view.group is None else blueprints[view.group]
            prefix = "" if view.group is None else f"{names[view.group]}."
            self.views[f"{prefix}v{index}"] = view
            function = _function(view, f"v{index}", self._runner(view), pin)
            target.add_url_rule(view.rule, f"v{index}", function, methods=view.methods)
        # The innermost come last in the list, and must be complete before they are nested.
        for group, blueprint in reversed([*zip(self.plan.groups, blueprints, strict=True)]):
            self._nest(group, blueprint, blueprints)

    def _nest(self, group: Group, blueprint: Blueprint, blueprints: list[Blueprint]) -> None:
        target: Any = self.app if group.parent is None else blueprints[group.parent]
        target.register_blueprint(blueprint, url_prefix=group.prefix or None)

    def _runner(self, view: View) -> Callable[..., Any]:
        def run(*args: Any, **view_args: Any) -> Any:
            self.ran.append((request.endpoint or "", request.method))
            if view.answer == "abort":
                abort(401)
            if view.answer == "raise":
                raise ViewError
            response = Response("the view ran")
            if view.answer == "author":
                response.headers.update(FOREIGN)
            if view.answer in ("author", "vary"):
                response.headers.add("Vary", "Accept-Language")
                response.headers.add("vary", "Cookie, accept-language")
            if view.answer == "vary-star":
                response.headers["Vary"] = "*"
            return response

        return run


def _function(view: View, name: str, run: Callable[..., Any], pin: Any) -> Callable[..., Any]:
    if view.by_method is None:
        return pin(view.tag, run)
    methods: dict[str, Any] = {
        method.lower(): pin(tag, lambda self, **view_args: run(**view_args))
        for method, tag in view.by_method
    }
    made = type(name, (MethodView,), methods | {"methods": view.methods})
    return pin(view.tag, made).as_view(name)


def _pin(tag: Tag, target: Any) -> Any:
    if tag is None:
        return target
    return cors.exempt(target) if isinstance(tag, str) else cors(*tag)(target)


def _leave(tag: Tag, target: Any) -> Any:
    return target


@contextmanager
def heard(sender: object) -> Iterator[list[tuple[str, Rejection]]]:
    """Collect the signals that are sent for an app."""
    signals: list[tuple[str, Rejection]] = []

    def on_origin(sender: object, rejection: Rejection) -> None:
        signals.append(("origin", rejection))

    def on_preflight(sender: object, rejection: Rejection) -> None:
        signals.append(("preflight", rejection))

    with (
        origin_rejected.connected_to(on_origin, sender=sender),
        preflight_rejected.connected_to(on_preflight, sender=sender),
    ):
        yield signals
