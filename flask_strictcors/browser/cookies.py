"""The cookie jar: what a Set-Cookie line stores, and which request a cookie travels with.

https://httpwg.org/http-extensions/draft-ietf-httpbis-rfc6265bis.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Final, NamedTuple

from flask_strictcors.browser.dates import parse_cookie_date
from flask_strictcors.browser.quirks import Quirks, ThirdPartyCookies
from flask_strictcors.browser.sites import registrable_domain
from flask_strictcors.browser.urls import URL
from flask_strictcors.core.origins.hosts import is_ip

_LONGEST_PAIR: Final = 4096
_LONGEST_ATTRIBUTE: Final = 1024
_BLANKS: Final = " \t"
_PREFIXES: Final = ("__host-", "__http-", "__secure-")
_SAME_SITE: Final = {"none": "None", "lax": "Lax", "strict": "Strict"}


class Trip(NamedTuple):
    """What of a request the jar looks at.

    `is_same_site` is about the page, `partition` the site in the address bar where the browser
    keeps third parties apart, `is_third_party` whether it is another than the URL's.
    `is_navigation` means that the address bar will show the answer.
    """

    url: URL
    is_same_site: bool
    is_third_party: bool
    partition: str
    is_navigation: bool = False
    is_safe: bool = True


class Identity(NamedTuple):
    """What there is one cookie of: step 23 of #name-storage-model."""

    partition: str | None
    name: str
    domain: str
    is_host_only: bool
    path: str


@dataclass(frozen=True, slots=True)
class Cookie:
    """Hold one cookie; `expires` is in seconds since 1970, None until the browser is closed."""

    name: str
    value: str
    domain: str
    path: str
    is_host_only: bool
    is_secure: bool
    same_site: str
    expires: float | None
    partition: str | None

    @property
    def identity(self) -> Identity:
        """What another cookie must share to replace this one."""
        return Identity(self.partition, self.name, self.domain, self.is_host_only, self.path)


class CookieJar:
    """Keep cookies as a browser does."""

    def __init__(self, quirks: Quirks) -> None:
        self._quirks = quirks
        self._cookies: dict[Identity, tuple[int, Cookie]] = {}
        self._numbers = count()

    def __iter__(self) -> Iterator[Cookie]:
        return iter([cookie for _, cookie in self._cookies.values()])

    def store(self, lines: Iterable[str], trip: Trip, now: float) -> None:
        """Take in the Set-Cookie lines of an answer."""
        for line in lines:
            cookie = self._read(line, trip, now)
            if cookie is None:
                continue
            number, before = self._cookies.pop(cookie.identity, (next(self._numbers), cookie))
            if self._quirks.changed_cookie_is_newest and before.value != cookie.value:
                number = next(self._numbers)
            if cookie.expires is None or cookie.expires > now:
                self._cookies[cookie.identity] = number, cookie

    def header(self, trip: Trip, now: float) -> str | None:
        """Return the Cookie header of a request, None where no cookie travels."""
        found = [entry for entry in self._cookies.values() if self._travels(entry[1], trip, now)]
        # The longer path first, then the older cookie.
        found.sort(key=lambda entry: (-len(entry[1].path), entry[0]))
        return "; ".join(_pair(cookie) for _, cookie in found) or None

    def _travels(self, cookie: Cookie, trip: Trip, now: float) -> bool:
        return (
            (cookie.expires is None or cookie.expires > now)
            and (trip.url.is_trustworthy or not cookie.is_secure)
            and _domain_matches(trip.url.host, cookie)
            and _path_matches(trip.url.path, cookie.path)
            and _site_allows(cookie, trip)
            and self._partition_allows(cookie.partition, trip)
        )

    def _partition_allows(self, partition: str | None, trip: Trip) -> bool:
        if partition is not None:
            return partition == trip.partition
        return (
            not trip.is_third_party
            or trip.is_navigation
            or self._quirks.third_party_cookies is ThirdPartyCookies.ALLOWED
        )

    def _read(self, line: str, trip: Trip, now: float) -> Cookie | None:
        pair, _, rest = line.partition(";")
        name, equals, value = pair.partition("=")
        name, value = (name.strip(_BLANKS), value.strip(_BLANKS)) if equals else ("", pair.strip())
        if not (name or value) or len(name) + len(value) > _LONGEST_PAIR or _has_controls(line):
            return None
        attributes = _attributes(rest)
        host = trip.url.host
        domain = attributes.get("domain", "").removeprefix(".").lower()
        if domain == host and (is_ip(host) or registrable_domain(host) is None):
            domain = ""
        if domain and (registrable_domain(domain) is None or not _is_below(host, domain)):
            return None
        given = attributes.get("path", "")
        cookie = Cookie(
            name,
            value,
            domain or host,
            given if given.startswith("/") else _default_path(trip.url.path),
            not domain,
            "secure" in attributes,
            _SAME_SITE.get(
                attributes.get("samesite", "").lower(), self._quirks.unspecified_same_site
            ),
            _expiry(attributes, now),
            self._partition(attributes, trip),
        )
        return cookie if self._may_be_set(cookie, attributes, trip) else None

    def _partition(self, attributes: dict[str, str], trip: Trip) -> str | None:
        if "partitioned" in attributes:
            return trip.partition
        partitions = self._quirks.third_party_cookies is ThirdPartyCookies.PARTITIONED
        return trip.partition if partitions and trip.is_third_party else None

    def _may_be_set(self, cookie: Cookie, attributes: dict[str, str], trip: Trip) -> bool:
        if cookie.is_secure and not trip.url.is_trustworthy:
            return False
        says_none = attributes.get("samesite", "").lower() == "none"
        if (says_none or "partitioned" in attributes) and not cookie.is_secure:
            return False
        if not (trip.is_same_site or trip.is_navigation or cookie.same_site == "None"):
            return False
        return (
            self._partition_allows(cookie.partition, trip)
            and _prefix_allows(cookie, attributes)
            and not self._hides_secure(cookie, trip)
        )

    def _hides_secure(self, cookie: Cookie, trip: Trip) -> bool:
        """Report whether an insecure answer would overwrite what only secure ones may."""
        if cookie.is_secure or trip.url.is_trustworthy:
            return False
        return any(
            other.is_secure and other.name == cookie.name and _path_matches(cookie.path, other.path)
            for _, other in self._cookies.values()
            if _is_below(other.domain, cookie.domain) or _is_below(cookie.domain, other.domain)
        )


def _pair(cookie: Cookie) -> str:
    return f"{cookie.name}={cookie.value}" if cookie.name else cookie.value


def _attributes(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in text.split(";"):
        name, _, value = part.partition("=")
        if len(value) <= _LONGEST_ATTRIBUTE:
            found[name.strip(_BLANKS).lower()] = value.strip(_BLANKS)
    return found


def _has_controls(line: str) -> bool:
    return any(character < " " and character != "\t" for character in line) or "\x7f" in line


def _expiry(attributes: dict[str, str], now: float) -> float | None:
    seconds = attributes.get("max-age", "")
    if seconds.removeprefix("-").isdecimal() and seconds.isascii():
        return now + int(seconds[:12])
    return parse_cookie_date(attributes.get("expires", ""))


def _prefix_allows(cookie: Cookie, attributes: dict[str, str]) -> bool:
    """Report whether a cookie is what its name says: #name-cookie-name-prefixes."""
    name = cookie.name.lower()
    if not name and cookie.value.lower().startswith(_PREFIXES):
        return False
    if name.startswith("__host-") and not (cookie.is_host_only and attributes.get("path") == "/"):
        return False
    if name.startswith(("__http-", "__host-http-")) and "httponly" not in attributes:
        return False
    return cookie.is_secure or not name.startswith(_PREFIXES)


def _site_allows(cookie: Cookie, trip: Trip) -> bool:
    if trip.is_same_site or cookie.same_site == "None":
        return True
    return cookie.same_site == "Lax" and trip.is_navigation and trip.is_safe


def _is_below(host: str, domain: str) -> bool:
    return host == domain or (host.endswith(f".{domain}") and not is_ip(host))


def _domain_matches(host: str, cookie: Cookie) -> bool:
    return host == cookie.domain if cookie.is_host_only else _is_below(host, cookie.domain)


def _path_matches(path: str, cookie_path: str) -> bool:
    if path == cookie_path:
        return True
    return path.startswith(cookie_path if cookie_path.endswith("/") else f"{cookie_path}/")


def _default_path(path: str) -> str:
    return path.rpartition("/")[0] or "/"
