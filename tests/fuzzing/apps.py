"""The apps that hostile environs come to: every kind of rule, hand-written, as plans."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from invariants.plans import (
    APP,
    EVIL,
    EXEMPT,
    LOCAL,
    OWN,
    PARTNER,
    SUBDOMAIN,
    Group,
    Plan,
    View,
    only_app,
    rubbish,
    yes,
)
from invariants.worlds import World

from flask_strictcors import Policy
from flask_strictcors.wsgi import StrictCORSMiddleware

NAMED = Policy(origins=[APP, PARTNER], methods=["GET", "PUT"], allow_headers=["X-A"])
WITH_COOKIES = Policy(origins=[APP, "https://*.example.com"], credentials=True, max_age=0)
ANYBODY = Policy(origins="*", allow_headers="*", expose_headers="*")
LOCALLY = Policy(origins=["http://localhost:*"], methods="*", debug_origins=[EVIL], max_age=None)
ASKED = Policy(origins=only_app, allowlist=[APP, SUBDOMAIN], expose_headers=["X-Total"])
FAILING = Policy(origins=rubbish, allowlist=[PARTNER])
UNBOUNDED = Policy(origins=yes, allowlist="*", methods=["GET", "POST", "DELETE"])

VIEWS = (
    View("/", ("GET", "POST"), answer="vary"),
    View("/x", ("GET", "PUT"), (NAMED,), answer="author"),
    View("/x/", ("DELETE",), (WITH_COOKIES,)),
    View("/x/<v>", ("GET",), None, (("GET", (ANYBODY,)), ("POST", (LOCALLY,)))),
    View("/y", ("GET", "PATCH", "OPTIONS"), EXEMPT, answer="author"),
    View("/y/<int:v>", ("GET", "POST"), (ASKED,), answer="abort"),
    View("/z/", ("PUT",), None, (("PUT", (WITH_COOKIES, ANYBODY)),), answer="vary-star"),
    View("/<path:v>", ("DELETE",), None, answer="raise"),
)
GROUPED = (
    View("/", ("GET", "PUT"), group=0),
    View("/<v>", ("GET", "POST"), (ASKED, ANYBODY), group=1),
    View("/y/", ("POST",), group=1, answer="author"),
    View("/out", ("GET", "OPTIONS"), EXEMPT, group=0),
    View("/<any(x, y):v>/", ("DELETE",), group=2),
)
GROUPS = (Group("/x", (NAMED,)), Group("/y", (WITH_COOKIES, ANYBODY), 0), Group("/z", EXEMPT))
RULES = {"/*": (ANYBODY,), "/x/*": (NAMED,), "/x/y": EXEMPT, "/y/*": (FAILING, WITH_COOKIES)}

PLANS = (
    Plan(VIEWS, policies=(NAMED,)),
    Plan(VIEWS, rules=RULES, policies=(WITH_COOKIES, ANYBODY), enforce=True),
    Plan(VIEWS, rules=RULES, policies=(LOCALLY,), debug=True, enforce=True),
    Plan(GROUPED, GROUPS, policies=(ANYBODY,)),
    Plan(GROUPED, GROUPS, RULES, (UNBOUNDED,), enforce=True, is_early=True),
    Plan(GROUPED, GROUPS, hook="answer", debug=True),
    Plan(VIEWS, rules={"/x/*": (ASKED,)}, hook="raise", enforce=True),
    Plan(VIEWS, hook="abort", policies=(ANYBODY,)),
)


class Door(NamedTuple):
    """An app with our rules in front, and the same without; `sender` is that of the signals."""

    guarded: WSGIApplication
    bare: WSGIApplication
    sender: object
    policies: tuple[Policy, ...]
    enforce: bool
    worlds: tuple[World, ...] = ()


def doors() -> list[Door]:
    """Make all apps, once for many requests."""
    return [*(_flask(plan) for plan in PLANS), *_middlewares()]


def _flask(plan: Plan) -> Door:
    guarded, bare = World(plan), World(plan, is_guarded=False)
    return Door(
        guarded.app, bare.app, guarded.app, _policies_of(plan), plan.enforce, (guarded, bare)
    )


def _policies_of(plan: Plan) -> tuple[Policy, ...]:
    tags = [
        *(view.tag for view in plan.views),
        *(tag for view in plan.views for _, tag in view.by_method or ()),
        *(group.tag for group in plan.groups),
        *plan.rules.values(),
        plan.policies,
    ]
    return tuple(policy for tag in tags if isinstance(tag, tuple) for policy in tag)


def _middlewares() -> Iterable[Door]:
    rules: Any = {"/x/*": NAMED, "/y/*": None, "/z": [_methods(ASKED), _methods(ANYBODY)]}
    for policy, enforce in ((WITH_COOKIES, False), (ANYBODY, True), (FAILING, True)):
        named = _methods(policy)
        guarded = StrictCORSMiddleware(
            _legacy, named, rules=rules, enforce=enforce, own_origins=[OWN, LOCAL], debug=enforce
        )
        policies = (named, NAMED, _methods(ASKED), _methods(ANYBODY))
        yield Door(guarded, _legacy, guarded, policies, enforce)


def _methods(policy: Policy) -> Policy:
    return policy.replace(methods=["GET", "PUT", "DELETE"])


def _legacy(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    start_response(
        "200 OK",
        [
            ("Vary", "Accept-Language"),
            ("access-control-allow-origin", "https://by-the-view.example"),
            ("vary", "Cookie"),
        ],
    )
    return [b"older than Flask"]
