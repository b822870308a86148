"""The options of a policy: their names, their defaults, and who is called otherwise elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from difflib import get_close_matches
from typing import Any, Final, Literal

from flask_strictcors.core.errors import Code, Problem

OriginCallable = Callable[[str], object]
"""Gets a serialized origin; returns, or as a coroutine function awaits to, one of: True, False,
None, an origin, or a list, tuple, set or frozenset of origins."""


Wildcard = Literal["*"]

DEFAULTS: Final[dict[str, Any]] = {
    "allowlist": None,
    "methods": None,
    "allow_headers": ("Content-Type",),
    "expose_headers": (),
    "credentials": False,
    "max_age": 600,
    "debug_origins": (),
    "dangerously_allow_insecure_origins": False,
    "dangerously_allow_public_suffixes": False,
    "dangerously_allow_unbounded_callable": False,
}

POLICY_OPTIONS: Final = ("origins", *DEFAULTS)

# What the same thing is called by Flask-CORS, Starlette, django-cors-headers and rs/cors, and the
# slips that come with them.
_ELSEWHERE: Final = {
    "allow_credentials": "credentials",
    "allow_methods": "methods",
    "allow_origin": "origins",
    "allow_origins": "origins",
    "allowed_headers": "allow_headers",
    "allowed_methods": "methods",
    "allowed_origins": "origins",
    "headers": "allow_headers",
    "resources": "rules",
    "support_credentials": "credentials",
    "supports_credentials": "credentials",
}
_NEEDLESS: Final = {
    "allow_origin_regex": "origins, with patterns such as https://*.example.com",
    "always_send": "nothing: the headers depend on the rule and the request's Origin alone",
    "automatic_options": "nothing: preflights are always answered",
    "intercept_exceptions": "nothing: error answers always carry their headers",
    "origin_regex": "origins, with patterns such as https://*.example.com",
    "send_wildcard": 'origins="*", without credentials',
    "vary_header": "nothing: Vary is always right",
    "allow_private_network": "nothing: browsers have withdrawn these headers",
}


def unknown_option(name: str, value: object, known: Iterable[str], prefix: str = "") -> Problem:
    """Return the problem of an option that nobody knows, with the nearest that there is.

    `prefix` is put in front of the names where they are keys of `app.config`.
    """
    lowered = name.lower()
    known = tuple(known)
    if lowered in _NEEDLESS:
        fix = _NEEDLESS[lowered]
    else:
        nearest = _ELSEWHERE.get(lowered) or next(iter(get_close_matches(lowered, known)), None)
        if nearest is None or nearest not in known:
            fix = "one of: " + ", ".join(prefix + _cased(k, prefix) for k in known)
        else:
            fix = prefix + _cased(nearest, prefix)
    shown = prefix + _cased(name, prefix)
    return Problem(Code.OPTION_UNKNOWN, shown, value, f"there is no option {shown}.", fix)


def _cased(name: str, prefix: str) -> str:
    return name.upper() if prefix else name
