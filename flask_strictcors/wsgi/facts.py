"""Environ → the facts of a request that a decision may depend on."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Final

from werkzeug.exceptions import HTTPException
from werkzeug.wsgi import get_host

from flask_strictcors.core.decision import Verdict
from flask_strictcors.core.origins import OriginSet

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_REQUESTED_METHOD: Final = "HTTP_ACCESS_CONTROL_REQUEST_METHOD"
_PROXY_HINT: Final = (
    " The host is the app's own under another scheme: let Flask see the real one with ProxyFix, "
    "or name it in own_origins."
)


class EnvironRequest:
    """Read from an environ what a decision may depend on; the edges add what only they know."""

    __slots__ = ("environ", "is_preflight", "method", "origin", "own_origins", "trusted_hosts")

    def __init__(self, environ: WSGIEnvironment, own_origins: OriginSet) -> None:
        self.environ = environ
        self.own_origins = own_origins
        self.trusted_hosts: Collection[str] | None = None
        self.origin: str | None = environ.get("HTTP_ORIGIN")
        # Not upper-cased, as Werkzeug would: the protocol compares methods with their case.
        self.method: str = environ["REQUEST_METHOD"]
        self.is_preflight = False
        if self.method == "OPTIONS" and self.origin is not None:
            # https://fetch.spec.whatwg.org/#cors-preflight-request
            requested = environ.get(_REQUESTED_METHOD)
            if requested is not None:
                self.is_preflight = True
                self.method = requested

    @property
    def requested_headers(self) -> str | None:
        """The value of Access-Control-Request-Headers."""
        return self.environ.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS")

    def is_same_origin(self) -> bool:
        """Report whether the browser says so, or the origin is one of the app's own."""
        # https://w3c.github.io/webappsec-fetch-metadata/#sec-fetch-site-header
        if self.environ.get("HTTP_SEC_FETCH_SITE") == "same-origin":
            return True
        origin = self.origin or ""
        return self.own_origins.admits(origin) or origin == "://".join(self._place())

    def _is_own_host(self) -> bool:
        return (self.origin or "").partition("://")[2] == self._place()[1]

    def _place(self) -> tuple[str, str]:
        try:
            host = get_host(self.environ, self.trusted_hosts)
        except HTTPException:
            # An untrusted host, or none that could exist: nothing is the same as it.
            return "", ""
        return self.environ["wsgi.url_scheme"], host.lower()

    def detail(self, verdict: Verdict) -> str:
        """Return what a person is to change, given how the request reached the app."""
        is_about_origin = verdict.reason is not None and verdict.reason.is_about_origin
        if is_about_origin and self._is_own_host():
            return verdict.detail + _PROXY_HINT
        return verdict.detail


def decoded_path(path_info: str) -> str:
    """Return an environ's path as Werkzeug decodes it; bytes that are no UTF-8 are replaced."""
    if path_info.isascii():
        return path_info
    return path_info.encode("latin-1").decode("utf-8", "replace")
