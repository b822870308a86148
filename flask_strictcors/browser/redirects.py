"""Redirects: where the next request goes, and what it leaves behind.

https://fetch.spec.whatwg.org/#http-redirect-fetch
"""

from __future__ import annotations

from typing import Final, NamedTuple

from flask_strictcors.browser.hints import NAMES_OF_THE_DEVICE
from flask_strictcors.browser.page import Page
from flask_strictcors.browser.quirks import Quirks
from flask_strictcors.browser.steps import Check, Step, StoppedError
from flask_strictcors.browser.urls import URL
from flask_strictcors.browser.wire import Header, Received
from flask_strictcors.core.fetch import DEFAULT_PORTS

STATUSES: Final = frozenset({301, 302, 303, 307, 308})
MOST_REDIRECTS: Final = 20

_BODY_HEADERS: Final = frozenset(
    {"content-encoding", "content-language", "content-location", "content-type"}
)


class Onward(NamedTuple):
    """What one request is made of, before a browser adds its own headers.

    `preflighted` are the headers that its preflight is about, where they are others.
    """

    method: str
    headers: tuple[Header, ...]
    body: bytes | None
    preflighted: tuple[Header, ...] | None = None


class Way(NamedTuple):
    """How far a request has come: its page, its URLs, and what bars it from some of them.

    `start` is what it set out with.
    """

    page: Page
    urls: list[URL]
    start: Onward
    is_cors_mode: bool
    is_foreign: bool


def follow(received: Received, way: Way, onward: Onward, quirks: Quirks) -> tuple[URL, Onward]:
    """Return where a redirect leads and with what. Raises `StoppedError`."""
    location = _location(received, quirks)
    here = way.urls[-1]
    url = URL.parse(_decoded(location), here)
    if url is None:
        raise _unusable(location)
    if len(way.urls) > MOST_REDIRECTS:
        raise _refused(
            f"There were more than {MOST_REDIRECTS} redirects.", "Redirect to the final URL."
        )
    if url.has_credentials and _bars_credentials(url, way, quirks):
        raise _refused(
            f"The redirect leads to a URL with a user name in it: {url.origin}.",
            "Send a Location without a user name and password.",
        )
    if quirks.foreign_redirects_drop_hints and not way.page.is_same_origin(url):
        onward = onward._replace(headers=_without(onward.headers, NAMES_OF_THE_DEVICE))
    is_elsewhere = url.origin != here.origin
    if quirks.restores_headers_on_redirect:
        return url, _restored(received.status, onward, way.start, is_elsewhere=is_elsewhere)
    return url, _carried(received.status, onward, is_elsewhere=is_elsewhere)


def locations(received: Received) -> list[str]:
    """Return the values of all Location lines."""
    lines = (value for name, value in received.headers if name.lower() == "location")
    return [line.strip("\t\n\r ") for line in lines]


def check_locations(received: Received, quirks: Quirks) -> None:
    """Stop at once at an answer with different Locations, as browsers do. Raises `StoppedError`."""
    if quirks.reads_locations_at_once and len(set(locations(received))) > 1:
        raise _too_many(locations(received))


def check_location(received: Received, here: URL, quirks: Quirks) -> None:
    """Stop where even a redirect that is not followed must lead to a URL. Raises `StoppedError`."""
    location = received.get("Location") or ""
    scheme, colon, _ = location.partition(":")
    is_webs = not (colon and scheme.isalpha()) or scheme.lower() in DEFAULT_PORTS
    if quirks.parses_locations_at_once and is_webs and URL.parse(_decoded(location), here) is None:
        raise _unusable(location)


def _location(received: Received, quirks: Quirks) -> str:
    """Return the one Location of a redirect: #extract-header-list-values fails on more."""
    lines = locations(received)
    if len(lines) > 1 and not quirks.reads_locations_at_once:
        raise _too_many(lines)
    return lines[0]


def _unusable(location: str) -> StoppedError:
    said = f"The redirect leads to {location!r}, which is no URL of http or https."
    return _refused(said, "Send a Location with an http or https URL.")


def _too_many(lines: list[str]) -> StoppedError:
    said = f"The answer names {len(lines)} Locations: {', '.join(lines)}."
    return _refused(said, "Send one Location.")


def _bars_credentials(url: URL, way: Way, quirks: Quirks) -> bool:
    if quirks.blocks_userinfo_after_redirect or way.is_foreign:
        return True
    return way.is_cors_mode and not way.page.is_same_origin(url)


def _carried(status: int, onward: Onward, *, is_elsewhere: bool) -> Onward:
    method, headers, body, _ = onward
    is_rewritten = (status in (301, 302) and method == "POST") or (
        status == 303 and method not in ("GET", "HEAD")
    )
    if is_rewritten:
        method, body = "GET", None
        headers = _without(headers, _BODY_HEADERS)
    if is_elsewhere:
        headers = _without(headers, frozenset({"authorization"}))
    return Onward(method, headers, body)


def _restored(status: int, onward: Onward, start: Onward, *, is_elsewhere: bool) -> Onward:
    """Return what goes on where each hop begins with the headers of the first one again.

    Firefox judges by the first method what to leave out, and by the last one what to ask about.
    """
    asked = _carried(status, onward._replace(headers=start.headers), is_elsewhere=is_elsewhere)
    again = _carried(status, start, is_elsewhere=is_elsewhere)
    return asked._replace(headers=again.headers, preflighted=asked.headers)


def _without(headers: tuple[Header, ...], names: frozenset[str]) -> tuple[Header, ...]:
    return tuple(header for header in headers if header[0].lower() not in names)


def _decoded(location: str) -> str:
    """Return a Location whose bytes WSGI has decoded as Latin-1 as browsers decode it."""
    try:
        return location.encode("latin-1").decode("utf-8", "replace")
    except UnicodeEncodeError:
        return location


def _refused(message: str, fix: str) -> StoppedError:
    return StoppedError(Check(Step.REDIRECT, passed=False, message=message, fix=fix))
