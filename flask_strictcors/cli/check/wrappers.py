"""Other wrappers of `app.wsgi_app`: their order decides what preflights look like."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from werkzeug.middleware.proxy_fix import ProxyFix

from flask_strictcors.cli.check.finding import CheckCode, Finding
from flask_strictcors.cli.check.neighbours import headers_written_by
from flask_strictcors.cli.check.reading import is_read_from
from flask_strictcors.cli.check.subject import Subject
from flask_strictcors.core.policy import DynamicOrigins
from flask_strictcors.extension.conflicts import MOST_WRAPPED, inner_wrapper

_WRAPPED: Final = ("app", "wsgi_app", "application", "_app", "_wsgi_app", "wrapped_app")
"""What wrappers call what they wrap, Werkzeug's own the first."""
_MENDED: Final = (
    "access_route",
    "base_url",
    "host",
    "host_url",
    "is_secure",
    "remote_addr",
    "root_url",
    "scheme",
    "url",
    "url_root",
)
"""What Flask's request takes from what ProxyFix mends."""


def check_wrappers(subject: Subject) -> Iterator[Finding]:
    """Give the wrappers that stand inside ours, and those that go around it."""
    inner = subject.guard.inner
    name = inner_wrapper(subject.app, inner) or inner_wrapper(subject.app, _mended(inner))
    fix = "app.wsgi_app = ...(app.wsgi_app) after StrictCORS(app), not before"
    if name is not None:
        message = (
            f"{name} stands inside StrictCORS: it never sees a preflight, and a scheme, host or "
            "path that it mends is not mended when one is answered."
        )
        yield Finding(CheckCode.WRAPPER_INSIDE, "app.wsgi_app", message, fix)
    elif isinstance(inner, ProxyFix) and _asks_where_it_is(subject):
        message = (
            "ProxyFix stands inside StrictCORS: when a preflight is answered, the function for "
            "the origins sees the scheme, host and address that the proxy has, not the browser."
        )
        yield Finding(CheckCode.WRAPPER_INSIDE, "app.wsgi_app", message, fix)
    if _is_bypassed(subject):
        message = (
            "it leads past StrictCORS to the app's own: preflights wait for the app's hooks, and "
            "what others write behind ours is not dropped."
        )
        fix = "what wraps app.wsgi_app wraps what it is after StrictCORS(app)"
        yield Finding(CheckCode.WRAPPER_BYPASSES, "app.wsgi_app", message, fix)
    yield from _write_headers(subject)


def _mended(inner: object) -> object:
    """Return what stands inside of each ProxyFix."""
    while isinstance(inner, ProxyFix):
        inner = inner.app
    return inner


def _write_headers(subject: Subject) -> Iterator[Finding]:
    """Give the CORS headers of wrappers around ours, which cannot drop what is added later."""
    names = headers_written_by(_around(subject))
    if names:
        message = (
            f"{', '.join(names)} in what wraps StrictCORS: it goes out as well as the rule's own "
            "or in its place, and browsers refuse an answer with two of them."
        )
        fix = "remove it there: the rules write these headers"
        yield Finding(CheckCode.HEADER_SET_BY_HAND, "app.wsgi_app", message, fix)


def _asks_where_it_is(subject: Subject) -> bool:
    """Report whether a function for origins looks at what ProxyFix mends."""
    origins = [tier.policy.origins for tier in subject.tiers()]
    functions = [one.function for one in origins if isinstance(one, DynamicOrigins)]
    return any(is_read_from(functions, "request", name) for name in _MENDED)


def _is_bypassed(subject: Subject) -> bool:
    """Report whether the wrappers, from the outermost, lead to Flask's own without ours."""
    own = type(subject.app).wsgi_app
    return any(getattr(place, "__func__", None) is own for place in _around(subject))


def _around(subject: Subject) -> Iterator[object]:
    """Give the wrappers outside of ours, the outermost first."""
    place: object = subject.app.wsgi_app
    for _ in range(MOST_WRAPPED):
        if place is None or getattr(place, "__self__", None) is subject.guard:
            return
        yield place
        attributes: dict[str, object] = getattr(place, "__dict__", {})
        place = next((attributes[name] for name in _WRAPPED if name in attributes), None)
