"""Cookies at odds with credentials: those that will not travel, and those that travel too far."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flask_strictcors.browser.sites import site_of
from flask_strictcors.browser.urls import URL
from flask_strictcors.cli.check.finding import CheckCode, Finding, few
from flask_strictcors.cli.check.jar import Cookie, cookies_of
from flask_strictcors.cli.check.subject import Subject, named_origins
from flask_strictcors.core.fetch import DEFAULT_PORTS
from flask_strictcors.core.origins import Origin, OriginSet, is_loopback


def check_cookies(subject: Subject) -> Iterator[Finding]:
    """Give what is at odds between cookies and the rules that let credentials through."""
    pages = _pages_with_credentials(subject)
    if pages:
        for cookie in cookies_of(subject.app):
            yield from _not_secure(cookie, pages, subject.served_at)
            yield from _needs_https(cookie, subject.served_at)
            yield from _not_sent(cookie, pages, subject.served_at)


def _pages_with_credentials(subject: Subject) -> dict[str, Origin]:
    """Return an origin for each entry that is admitted with credentials at some route.

    Loopback is left out: who is there has an app of their own on the same machine; and so is what
    is neither http nor https, such as apps and extensions of a browser.
    """
    found: dict[str, Origin] = {}
    for _, policy, ruling in subject.tiers():
        if policy.credentials and ruling.governed:
            found |= _pages(named_origins(policy))
    return found


def _pages(origins: OriginSet) -> dict[str, Origin]:
    parsed = {text: Origin.parse(text) for text in origins.exact}
    pages = {text: page for text, page in parsed.items() if page is not None}
    for pattern in origins.patterns:
        host = f"any.{pattern.origin.host}" if pattern.any_subdomain else pattern.origin.host
        pages[str(pattern)] = Origin(pattern.origin.scheme, host)
    return {
        text: page
        for text, page in sorted(pages.items())
        if page.scheme in DEFAULT_PORTS and not is_loopback(page.host)
    }


def _not_secure(
    cookie: Cookie, pages: dict[str, Origin], served_at: Iterable[URL]
) -> Iterator[Finding]:
    if cookie.is_secure:
        return
    place, fix = f"{cookie.prefix}SECURE", f"{cookie.prefix}SECURE=True"
    if cookie.same_site == "None":
        message = f"the {cookie.name} has SameSite=None without Secure: browsers throw it away."
        yield Finding(CheckCode.COOKIE_NONE_NOT_SECURE, place, message, fix)
    elif _is_https(pages, served_at):
        message = (
            f"the {cookie.name} is not Secure: browsers send it over http, too, and whoever is on "
            "the wire reads it."
        )
        yield Finding(CheckCode.COOKIE_NOT_SECURE, place, message, fix)


def _is_https(pages: dict[str, Origin], served_at: Iterable[URL]) -> bool:
    """Report whether the app is reached over https, as pages over https can reach no other."""
    schemes = {url.scheme for url in served_at} or {page.scheme for page in pages.values()}
    return "https" in schemes


def _needs_https(cookie: Cookie, served_at: tuple[URL, ...]) -> Iterator[Finding]:
    if cookie.is_secure and served_at and not any(url.is_trustworthy for url in served_at):
        message = (
            f"the {cookie.name} is Secure, and the app is served over http only: browsers neither "
            "take nor send it there."
        )
        place, fix = f"{cookie.prefix}SECURE", "https, where the app is served"
        yield Finding(CheckCode.COOKIE_NEEDS_HTTPS, place, message, fix)


def _not_sent(
    cookie: Cookie, pages: dict[str, Origin], served_at: tuple[URL, ...]
) -> Iterator[Finding]:
    if cookie.same_site == "None" or not served_at:
        return
    # A page that is same-site with one of the places is taken to call that one.
    sites = {site_of(url) for url in served_at}
    strangers = [text for text, page in pages.items() if site_of(page) not in sites]
    if strangers:
        same_site = cookie.same_site
        kind = f"SameSite={same_site}" if same_site else "no SameSite, which Chromium takes for Lax"
        message = (
            f"{few(strangers)}: admitted with credentials, and another site than "
            f"{few(sorted({url.origin for url in served_at}))}. The {cookie.name} has {kind}, so "
            "browsers do not send it with scripts' requests from there."
        )
        fix = (
            f'the page and the app on one site; or {cookie.prefix}SAMESITE="None" with '
            f"{cookie.prefix}SECURE=True and enforce=True, for browsers that send such cookies"
        )
        yield Finding(CheckCode.COOKIE_NOT_SENT, f"{cookie.prefix}SAMESITE", message, fix)
