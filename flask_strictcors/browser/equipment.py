"""What a browser keeps between requests, and what stays the same on the way of one of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from flask_strictcors.browser.cache import PreflightCache
from flask_strictcors.browser.cookies import CookieJar
from flask_strictcors.browser.page import Page
from flask_strictcors.browser.quirks import Quirks
from flask_strictcors.browser.request import Credentials, Redirect
from flask_strictcors.browser.wire import Transport

NAVIGATE: Final = "navigate"


class Equipment(NamedTuple):
    """What a browser keeps, how it reaches servers, and its clock, in seconds since 1970."""

    transport: Transport
    quirks: Quirks
    jar: CookieJar
    cache: PreflightCache
    now: Callable[[], float]


class Terms(NamedTuple):
    """On what terms a request travels: whose it is, and what its script has asked for."""

    page: Page
    mode: str
    credentials: Credentials
    redirect: Redirect
    use_cors_preflight: bool = False

    @property
    def has_credentials(self) -> bool:
        """Report whether the CORS checks are those for credentials."""
        return self.credentials == "include"

    @property
    def is_navigation(self) -> bool:
        """Report whether the address bar, and no script, will show the answer."""
        return self.mode == NAVIGATE
