"""What the probe is asked: a URL, a page's origin, and the request that a script there makes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

from flask_strictcors.browser import URL, Request
from flask_strictcors.browser.headers import normalized_method, normalized_value
from flask_strictcors.browser.wire import Header
from flask_strictcors.cli.printing import InputError
from flask_strictcors.cli.typed import is_text, value_for
from flask_strictcors.core.fetch import METHOD_OVERRIDES, is_forbidden_request_header, is_token
from flask_strictcors.core.origins import Origin, is_loopback
from flask_strictcors.core.origins.diagnosis import diagnose

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
"""What changes nothing: https://httpwg.org/specs/rfc9110.html#safe.methods"""

_ANY_VALUE: Final = "strictcors-probe"


@dataclass(frozen=True, slots=True)
class Asked:
    """Hold the request that a page would make, and what the probe may do.

    `origin` is serialized, or `null`; `cookie` is what the browser would add by itself;
    `is_sent` lets a method that may change something go out; `is_exact` keeps the query as it is.
    """

    url: URL
    origin: str
    method: str
    headers: tuple[Header, ...]
    cookie: str | None
    has_credentials: bool
    is_sent: bool
    is_exact: bool

    @property
    def is_withheld(self) -> bool:
        """Report whether the request itself stays unsent, because it may change something."""
        return self.method not in SAFE_METHODS and not self.is_sent

    @property
    def safe_method(self) -> str:
        """The method of all requests that the page did not ask for."""
        return self.method if self.method in SAFE_METHODS else "GET"

    @property
    def request(self) -> Request:
        """What a script would say to `fetch()`, with redirects off."""
        return Request(
            str(self.url),
            self.method,
            self.headers,
            credentials="include" if self.has_credentials else "omit",
            redirect="manual",
        )


class Words(NamedTuple):
    """What stands on the command line."""

    url: str
    origin: str
    method: str
    headers: tuple[str, ...]
    has_credentials: bool
    is_sent: bool
    is_exact: bool


def read(words: Words) -> Asked:
    """Return what the words ask. Raises `InputError`, which says what to type."""
    url, origin = _url(words.url), _origin(words.origin)
    if url.origin == origin:
        raise InputError(f"{origin} is the URL's own origin, which needs no CORS: name another.")
    lines = [_header(text) for text in words.headers]
    cookies = [value for name, value in lines if name.lower() == "cookie"]
    if cookies and not words.has_credentials:
        raise InputError("Without --credentials a browser sends no cookie: add it.")
    asked = Asked(
        url,
        origin,
        normalized_method(words.method),
        tuple(line for line in lines if line[0].lower() != "cookie"),
        "; ".join(cookies) or None,
        words.has_credentials,
        words.is_sent,
        words.is_exact,
    )
    problem = asked.request.problem()
    if problem is not None:
        raise InputError(problem.message)
    return asked


def _url(text: str) -> URL:
    if not is_text(text):
        raise InputError("The URL holds bytes that are no UTF-8: type them as in %FF.")
    url = URL.parse(text)
    if _has_user(text) if url is None else url.has_credentials:
        raise InputError("No script can fetch a URL with a user name in it: leave it out.")
    if url is None:
        raise InputError(f"{text!r} is no URL of http or https: {_instead(text)}.")
    return url


def _has_user(text: str) -> bool:
    """Report whether a password may stand there, which is not to be repeated in a message."""
    before, _, after = text.partition("://")
    return "@" in (after or before).partition("/")[0]


def _instead(text: str) -> str:
    is_whole = "://" in text or text.startswith("/")
    meant = None if is_whole else URL.parse(f"https://{text}")
    if meant is None:
        return "type one such as https://api.example.com/users"
    scheme = "http" if is_loopback(meant.host) else "https"
    return f"type {scheme}://{text}"


def _origin(text: str) -> str:
    if text == "null" or Origin.parse(text) is not None:
        return text
    if "*" in text:
        raise InputError(f"--origin {text!r} is a pattern: name one origin that it fits.")
    problem = diagnose("--origin", text)
    raise InputError(f"--origin {problem.message} Instead: {problem.fix}")


def _header(text: str) -> Header:
    name, colon, value = text.partition(":")
    name = name.strip()
    if name.lower() != "cookie" and is_forbidden_request_header(name):
        raise InputError(f"No script can set {name}: browsers do, or nobody does. Leave it out.")
    if not is_token(name):
        raise InputError(f"{name!r} is no name of a header: type --header 'X-Name: value'.")
    if colon:
        return name, _value(name, value.strip())
    if name.lower() == "cookie":
        raise InputError("A cookie needs its value: --header 'Cookie: session=…'.")
    return name, value_for(name, _ANY_VALUE)


def _value(name: str, value: str) -> str:
    # Messages name the header only: its value may be a secret.
    if normalized_value(value) is None:
        raise InputError(f"The value of {name} has a line break in it, or what no header can hold.")
    if name.lower() in METHOD_OVERRIDES and value.upper() not in SAFE_METHODS:
        raise InputError(
            f"{name} makes some servers do what it says, each time it is sent: type --header "
            f"{name} without a value, for the preflight is the same."
        )
    return value
