"""Environ → the facts of a request that a decision may depend on."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection
from typing import TYPE_CHECKING, Final, Generic, Protocol, TypeVar

from werkzeug.exceptions import HTTPException
from werkzeug.wsgi import get_host

from flask_strictcors.core.decision import Verdict, first_foreign, printable
from flask_strictcors.core.origins import LONGEST_ORIGIN

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_REQUESTED_METHOD: Final = "HTTP_ACCESS_CONTROL_REQUEST_METHOD"
_REQUESTED_HEADERS: Final = "HTTP_ACCESS_CONTROL_REQUEST_HEADERS"
_PROXY_HINT: Final = (
    " The host is the app's own under another scheme, as behind a proxy: ProxyFix or own_origins "
    "tells the app of it."
)


class Surroundings(Protocol):
    """What the edges know of where requests come to."""

    @property
    @abstractmethod
    def own_origins(self) -> frozenset[str]:
        """The origins under which the app is reached."""


S = TypeVar("S", bound=Surroundings)


class EnvironRequest(Generic[S]):
    """Read from an environ what a decision may depend on; the edges add what only they know.

    `is_begun` means that there is an answer under a verdict; it is noted in debug only.
    """

    trusted_hosts: Collection[str] | None = None
    is_begun = False
    requested_headers: str | None = None

    def __init__(self, environ: WSGIEnvironment, place: S) -> None:
        self.environ = environ
        self.place = place
        self.origin: str | None = environ.get("HTTP_ORIGIN")
        # Not upper-cased, as Werkzeug would: the protocol compares methods with their case.
        self.method: str = environ["REQUEST_METHOD"]
        # Of the request's own, since it is asked more than once: a class's are found slowly.
        self.is_preflight = False
        if self.method == "OPTIONS" and self.origin is not None:
            # https://fetch.spec.whatwg.org/#cors-preflight-request
            requested = environ.get(_REQUESTED_METHOD)
            if requested is not None:
                self.is_preflight = True
                self.method = requested
                self.requested_headers = environ.get(_REQUESTED_HEADERS)

    def is_same_origin(self) -> bool:
        """Report whether the browser says so, or the origin is one of the app's own."""
        get = self.environ.get
        # https://w3c.github.io/webappsec-fetch-metadata/#sec-fetch-site-header
        if get("HTTP_SEC_FETCH_SITE") == "same-origin":
            return True
        origin = self.origin or ""
        own = self.place.own_origins
        # What is longer is none, and is not hashed.
        if own and len(origin) <= LONGEST_ORIGIN and origin in own:
            return True
        scheme: str = get("wsgi.url_scheme", "")
        # Nearly every stranger can be told by its length: an origin has "://" beside scheme and
        # host, and the Host may have the scheme's own port, ":80" or ":443".
        host = get("HTTP_HOST")
        if host is not None and not -1 <= len(origin) - len(scheme) - len(host) <= 3:
            return False
        return origin.startswith(f"{scheme}://") and self._is_own_host()

    def _is_own_host(self) -> bool:
        origin = self.origin or ""
        authority = origin.partition("://")[2] if len(origin) <= LONGEST_ORIGIN else ""
        if not authority:
            return False
        try:
            return get_host(self.environ, self.trusted_hosts).lower() == authority
        except (HTTPException, LookupError, ValueError):
            # An untrusted host, none that could exist, or no scheme: nothing is the same as it.
            return False

    def detail(self, verdict: Verdict) -> str:
        """Return what a person is to change, given how the request reached the app."""
        if verdict.is_about_origin and self._is_own_host():
            return verdict.detail + _PROXY_HINT
        if verdict.known_headers is not None:
            foreign = first_foreign(verdict.known_headers, self.requested_headers or "")
            return f"{verdict.detail} It is '{printable(foreign or '')}'."
        return verdict.detail


def decoded_path(path_info: str) -> str:
    """Return an environ's path as Werkzeug decodes it; bytes that are no UTF-8 are replaced."""
    if path_info.isascii():
        return path_info
    try:
        return path_info.encode("latin-1").decode("utf-8", "replace")
    except UnicodeEncodeError:
        # No WSGI server passes this on; a path with a replacement character is denied.
        return "\ufffd"
