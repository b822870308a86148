"""Forged requests: cookies that travel from every site, and no defence to be seen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from flask_strictcors.cli.check.finding import CheckCode, Finding, few
from flask_strictcors.cli.check.jar import cookies_of
from flask_strictcors.cli.check.reading import (
    functions_of_view,
    hooks_before,
    names_in,
    strings_in,
    wants_json,
)
from flask_strictcors.cli.check.subject import Subject, is_exempt

_SIGNS: Final = ("csrf", "xsrf")
_LOOKED_AT: Final = frozenset(
    {
        "content_type",
        "is_json",
        "mimetype",
        "origin",
        "referer",
        "referrer",
        "sec-fetch-site",
        "x-requested-with",
    }
)
"""What a defence of somebody's own looks at: request headers, or Flask's names for them."""


def check_forgery(subject: Subject) -> Iterator[Finding]:
    """Give the views that any site can post to with the cookies of the person at the browser.

    Said only where nothing that could be a defence is to be seen: a token, `enforce`, a look at
    where the request comes from, or a body that a form cannot send.
    """
    cookies = [c for c in cookies_of(subject.app) if c.same_site == "None" and not c.has_token]
    if not cookies or not _has_credentials(subject) or subject.configuration.enforce:
        return
    views = _open_views(subject)
    if views:
        message = (
            f"the {cookies[0].name} has SameSite=None, so that a form on any site can post with it "
            f"to {few(views)}; CORS keeps nobody from posting, and no other defence is to be seen."
        )
        fix = "enforce=True in StrictCORS, or CSRFProtect(app) of Flask-WTF"
        yield Finding(CheckCode.CSRF_UNDEFENDED, f"{cookies[0].prefix}SAMESITE", message, fix)


def _has_credentials(subject: Subject) -> bool:
    return any(tier.policy.credentials and tier.ruling.governed for tier in subject.tiers())


def _open_views(subject: Subject) -> list[str]:
    """Return the endpoints that a form can post to and that nothing is seen to defend."""
    posted = [one for one in subject.governed if one.method == "POST" and not is_exempt(one)]
    endpoints = dict.fromkeys(one.endpoint for one in posted)
    return [endpoint for endpoint in endpoints if not _looks_defended(subject, endpoint)]


def _looks_defended(subject: Subject, endpoint: str) -> bool:
    view = functions_of_view(subject.app, endpoint, "POST")
    functions = [*view, *_hooks_of_others(subject, endpoint)]
    # No form has the content type of JSON, and scripts have to ask beforehand.
    return wants_json(view) or any(
        word in _LOOKED_AT or any(sign in word for sign in _SIGNS)
        for word in map(str.lower, names_in(functions) | strings_in(functions))
    )


def _hooks_of_others(subject: Subject, endpoint: str) -> list[object]:
    hooks = hooks_before(subject.app, endpoint)
    return [hook for hook in hooks if getattr(hook, "__self__", None) is not subject.guard]
