"""What the views behind a rule ask scripts for, and the rule does not let them send."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from inspect import getclosurevars
from types import FunctionType
from typing import Final

from flask_strictcors.cli.check.finding import CheckCode, Finding, few
from flask_strictcors.cli.check.jar import has_jwt_in
from flask_strictcors.cli.check.reading import (
    functions_of_view,
    hooks_before,
    names_in,
    unwrapped,
    wants_json,
)
from flask_strictcors.cli.check.subject import (
    Subject,
    Tier,
    allows_header,
    allows_method,
    config_of,
    named_origins,
)
from flask_strictcors.cli.check.wtf import checked_by_wtf, is_strict
from flask_strictcors.extension.overview import Governed

_WITH_BODY: Final = ("PATCH", "POST", "PUT")
_JWT_ELSEWHERE: Final = ("cookies", "query_string", "json")


def check_tokens(subject: Subject) -> Iterator[Finding]:
    """Give the rules that keep scripts from sending what the views behind them ask for."""
    for tier in subject.tiers():
        yield from _content_type(subject, tier)
        yield from _authorization(subject, tier)
        if tier.policy.credentials:
            yield from _wtf(subject, tier)
            yield from _jwt_csrf(subject, tier)


def _content_type(subject: Subject, tier: Tier) -> Iterator[Finding]:
    views = [
        one
        for one in _sent(tier, _WITH_BODY)
        if wants_json(functions_of_view(subject.app, one.endpoint, one.method))
    ]
    if views and not allows_header(tier.policy, "Content-Type"):
        message = f"{_listed(views)} wants JSON, and allow_headers has no Content-Type to send it."
        yield _missing(CheckCode.CONTENT_TYPE_MISSING, tier, message, "Content-Type")


def _authorization(subject: Subject, tier: Tier) -> Iterator[Finding]:
    app = subject.app
    if not has_jwt_in(app, "headers") or any(has_jwt_in(app, place) for place in _JWT_ELSEWHERE):
        return
    name = str(config_of(app)["JWT_HEADER_NAME"])
    views = [
        one
        for one in _sent(tier, tier.ruling.methods)
        if _has_jwt_decorator(functions_of_view(app, one.endpoint, one.method))
    ]
    if views and not allows_header(tier.policy, name):
        message = f"{_listed(views)} requires a JWT in {name}, and allow_headers has no {name}."
        yield _missing(CheckCode.AUTH_HEADER_MISSING, tier, message, name)


def _wtf(subject: Subject, tier: Tier) -> Iterator[Finding]:
    app = subject.app
    views = [one for one in tier.ruling.governed if checked_by_wtf(app, one)]
    views = [one for one in views if allows_method(tier.policy, one.method)]
    if not views:
        return
    names: list[str] = [*config_of(app)["WTF_CSRF_HEADERS"]]
    if not any(allows_header(tier.policy, name) for name in names):
        message = (
            f"Flask-WTF asks for a CSRF token at {_listed(views)}, and allow_headers has no "
            f"{' or '.join(names)} to send it in."
        )
        yield _missing(CheckCode.CSRF_HEADER_MISSING, tier, message, *names[:1])
    if is_strict(app) and _has_https_pages(tier):
        message = (
            f"over https Flask-WTF refuses {_listed(views)} from any other origin, whatever the "
            "rule says: the Referer is not the app's."
        )
        fix = "WTF_CSRF_SSL_STRICT=False; the token is still asked for"
        yield Finding(CheckCode.CSRF_REFERRER, tier.place, message, fix)


def _jwt_csrf(subject: Subject, tier: Tier) -> Iterator[Finding]:
    config = config_of(subject.app)
    if not has_jwt_in(subject.app, "cookies") or not config["JWT_COOKIE_CSRF_PROTECT"]:
        return
    names = [str(config[f"JWT_{kind}_CSRF_HEADER_NAME"]) for kind in ("ACCESS", "REFRESH")]
    views = _sent(tier, config["JWT_CSRF_METHODS"])
    # Where nothing at all is seen to ask, something does that cannot be seen.
    if any(_asks_for_jwt(subject, one) for one in subject.governed):
        views = [one for one in views if _asks_for_jwt(subject, one)]
    if views and not any(allows_header(tier.policy, name) for name in names):
        message = (
            f"Flask-JWT-Extended asks for a CSRF token beside its cookie, as at {_listed(views)}, "
            f"and allow_headers has no {names[0]} to send it in."
        )
        yield _missing(CheckCode.CSRF_HEADER_MISSING, tier, message, names[0])


def _sent(tier: Tier, methods: Sequence[str] | frozenset[str]) -> list[Governed]:
    """Return where a policy lets scripts send one of the methods."""
    return [
        one
        for one in tier.ruling.governed
        if one.method in methods and allows_method(tier.policy, one.method)
    ]


def _asks_for_jwt(subject: Subject, one: Governed) -> bool:
    """Report whether a view or a hook before it verifies a JWT, as far as that is to be seen."""
    functions = functions_of_view(subject.app, one.endpoint, one.method)
    functions += hooks_before(subject.app, one.endpoint)
    return "verify_jwt_in_request" in names_in(functions)


def _has_jwt_decorator(functions: Sequence[object]) -> bool:
    return any(_is_required(inner) for outer in functions for inner in unwrapped(outer))


def _is_required(function: object) -> bool:
    """Report whether this is what `jwt_required()` returns, neither optional nor elsewhere."""
    if not isinstance(function, FunctionType):
        return False
    if function.__globals__.get("__name__") != "flask_jwt_extended.view_decorators":
        return False
    given = getclosurevars(function).nonlocals
    return not given.get("optional") and not given.get("locations")


def _has_https_pages(tier: Tier) -> bool:
    return any(text.startswith("https://") for text in named_origins(tier.policy))


def _listed(views: Sequence[Governed]) -> str:
    # A HEAD comes with GET, mostly.
    shown = [one for one in views if one.method != "HEAD"] or views
    return few([f"{one.method} {one.url}" for one in shown])


def _missing(code: CheckCode, tier: Tier, message: str, *names: str) -> Finding:
    known = tier.policy.allow_headers
    headers = [*known, *names]
    return Finding(code, tier.place, message, f"allow_headers={headers}")
