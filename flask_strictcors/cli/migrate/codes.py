"""Code and Remark: what could not be carried over from Flask-CORS, or is otherwise with us."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Code(StrEnum):
    """The stable names of all remarks; `docs/moving-from-flask-cors.md` explains each."""

    # origins
    ORIGIN_GLOB = "origin-glob"
    ORIGIN_NEVER = "origin-never"
    ORIGIN_NULL = "origin-null"
    REGEX_CALLABLE = "regex-callable"
    REGEX_DOT = "regex-dot"
    REGEX_LABEL = "regex-label"
    REGEX_SCHEME = "regex-scheme"
    REGEX_UNANCHORED = "regex-unanchored"
    REGEX_UNREAD = "regex-unread"
    # credentials
    CREDENTIALS_ANY_HEADER = "credentials-any-header"
    CREDENTIALS_ANY_ORIGIN = "credentials-any-origin"
    CREDENTIALS_REFUSED = "credentials-refused"
    # methods, headers, and how long a preflight is kept
    HEADER_DROPPED = "header-dropped"
    HEADER_NEEDLESS = "header-needless"
    HEADER_REGEX = "header-regex"
    MAX_AGE_CHANGED = "max-age-changed"
    METHOD_DROPPED = "method-dropped"
    METHOD_HEAD = "method-head"
    METHOD_SIMPLE = "method-simple"
    # which rule decides
    HEADER_BY_HAND = "header-by-hand"
    LAYERS = "layers"
    NOBODY_LEFT = "nobody-left"
    PREFLIGHT_UNANSWERED = "preflight-unanswered"
    RESOURCE_DEAD = "resource-dead"
    RESOURCE_UNREAD = "resource-unread"
    SETUP_UNREAD = "setup-unread"
    VIEW_MIXED = "view-mixed"
    VIEW_PINNED = "view-pinned"
    # options that are not needed any more
    ALLOW_PRIVATE_NETWORK = "allow-private-network"
    ALWAYS_SEND = "always-send"
    AUTOMATIC_OPTIONS = "automatic-options"
    CONFIG_LEFT = "config-left"
    INTERCEPT_EXCEPTIONS = "intercept-exceptions"
    OPTION_UNKNOWN = "option-unknown"
    SEND_WILDCARD = "send-wildcard"
    VARY_HEADER = "vary-header"
    # what changes whatever the options
    ERRORS_READABLE = "errors-readable"
    MAX_AGE_DEFAULT = "max-age-default"
    METHODS_OF_ROUTE = "methods-of-route"
    ODD_PATHS = "odd-paths"
    PREFLIGHTS_FIRST = "preflights-first"
    SOLE_AUTHOR = "sole-author"
    VARY_ALWAYS = "vary-always"


NOTICES: Final = frozenset(
    {
        Code.ALLOW_PRIVATE_NETWORK,
        Code.ALWAYS_SEND,
        Code.AUTOMATIC_OPTIONS,
        Code.CONFIG_LEFT,
        Code.ERRORS_READABLE,
        Code.HEADER_NEEDLESS,
        Code.INTERCEPT_EXCEPTIONS,
        Code.MAX_AGE_CHANGED,
        Code.MAX_AGE_DEFAULT,
        Code.METHODS_OF_ROUTE,
        Code.METHOD_HEAD,
        Code.ODD_PATHS,
        Code.PREFLIGHTS_FIRST,
        Code.REGEX_CALLABLE,
        Code.SEND_WILDCARD,
        Code.SOLE_AUTHOR,
        Code.VARY_ALWAYS,
        Code.VARY_HEADER,
        Code.VIEW_PINNED,
    }
)
"""What is worth knowing, and leaves nothing to decide."""


@dataclass(frozen=True, slots=True)
class Remark:
    """Say what is not carried over, or changes, at one place, why, and what to write.

    `code` is stable; `place` is a rule as people call it, or a part of the app.
    """

    code: Code
    place: str
    message: str
    fix: str

    @property
    def is_decision(self) -> bool:
        """Report whether somebody has to decide something before the code is used."""
        return self.code not in NOTICES
