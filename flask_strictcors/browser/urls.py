"""URLs of http and https, read as browsers read them, from a script, a page or a Location."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import quote, unquote

from flask_strictcors.core.fetch import DEFAULT_PORTS
from flask_strictcors.core.origins.hosts import (
    canonical_ipv4,
    canonical_ipv6,
    ends_in_number,
    is_domain,
    is_loopback,
    to_ascii,
)
from flask_strictcors.core.origins.origin import is_scheme, split_authority

_CONTROLS_AND_SPACE: Final = "".join(map(chr, range(0x21)))
_IGNORED: Final = str.maketrans("", "", "\t\n\r")
# https://url.spec.whatwg.org/#path-percent-encode-set, and the one for the queries of these schemes
_KEPT_IN_PATH: Final = "%!$&'()*+,-./:;=@[\\]_|~"
_KEPT_IN_QUERY: Final = "%!$&()*+,-./:;=?@[\\]^_`{|}~"
_DOT: Final = frozenset({".", "%2e"})
_DOT_DOT: Final = frozenset({"..", ".%2e", "%2e.", "%2e%2e"})


@dataclass(frozen=True, slots=True)
class URL:
    """Hold a parsed URL of http or https; the fragment never leaves a browser and is dropped."""

    scheme: str
    host: str
    port: int | None
    path: str
    query: str | None = None
    has_credentials: bool = False

    @classmethod
    def parse(cls, text: str, base: URL | None = None) -> URL | None:
        """Return the URL that a browser reads there, relative to a base; None if it reads none.

        https://url.spec.whatwg.org/#concept-basic-url-parser
        """
        if not text.isascii():
            # https://infra.spec.whatwg.org/#javascript-string-convert: half a character is none.
            text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        text = text.strip(_CONTROLS_AND_SPACE).translate(_IGNORED).partition("#")[0]
        head, colon, rest = text.partition(":")
        if colon and is_scheme(head.lower()):
            return _absolute(head.lower(), rest, base)
        return None if base is None else _relative(text, base)

    @property
    def origin(self) -> str:
        """The serialized origin."""
        port = "" if self.port is None else f":{self.port}"
        return f"{self.scheme}://{self.host}{port}"

    @property
    def target(self) -> str:
        """The path and the query, as a request line has them."""
        return self.path if self.query is None else f"{self.path}?{self.query}"

    @property
    def is_trustworthy(self) -> bool:
        """Report whether nobody on the wire could have written what comes from there.

        https://w3c.github.io/webappsec-secure-contexts/#is-origin-trustworthy
        """
        return self.scheme == "https" or is_loopback(self.host)

    def __str__(self) -> str:
        return self.origin + self.target


def _absolute(scheme: str, rest: str, base: URL | None) -> URL | None:
    if scheme not in DEFAULT_PORTS:
        return None
    if base is not None and base.scheme == scheme and not rest.startswith("//"):
        # https://url.spec.whatwg.org/#special-relative-or-authority-state
        return _relative(rest, base)
    return _with_authority(scheme, rest.lstrip("/\\"))


def _relative(text: str, base: URL) -> URL | None:
    path, question, query = text.partition("?")
    path = path.replace("\\", "/")
    if path.startswith("//"):
        return _with_authority(base.scheme, (path + question + query).lstrip("/"))
    if not path:
        return replace(base, query=_query(question, query)) if question else base
    if not path.startswith("/"):
        path = base.path.rpartition("/")[0] + "/" + path
    return replace(base, path=_path(path), query=_query(question, query))


def _with_authority(scheme: str, text: str) -> URL | None:
    before, question, query = text.partition("?")
    authority, slash, path = before.replace("\\", "/").partition("/")
    userinfo, _, place = authority.rpartition("@")
    host, _, digits = split_authority(place)
    found, port = _host(host), _port(scheme, digits)
    if found is None or port is None:
        return None
    return URL(
        scheme,
        found,
        port or None,
        _path(slash + path),
        _query(question, query),
        has_credentials=userinfo.strip(":") != "",
    )


def _host(text: str) -> str | None:
    """Return the host as browsers serialize it: https://url.spec.whatwg.org/#host-parsing."""
    if text.startswith("["):
        return canonical_ipv6(text)
    host = unquote(text) if "%" in text else text
    ascii_host = host.lower() if host.isascii() else to_ascii(host)
    if not ascii_host:
        return None
    if ends_in_number(ascii_host):
        return canonical_ipv4(ascii_host)
    return ascii_host if is_domain(ascii_host) else None


def _port(scheme: str, digits: str) -> int | None:
    """Return the port, 0 for the scheme's own, None for what is none."""
    if not digits:
        return 0
    if not digits.isdecimal() or not digits.isascii() or len(digits.lstrip("0")) > 5:
        return None
    port = int(digits)
    if port == DEFAULT_PORTS[scheme]:
        return 0
    return port if 0 < port <= 65535 else None


def _path(text: str) -> str:
    """Return the path with its dot segments walked and what has no place in it encoded."""
    kept: list[str] = []
    *inner, last = text.split("/")[1:] or [""]
    for segment in inner:
        lowered = segment.lower()
        if lowered in _DOT_DOT:
            kept = kept[:-1]
        elif lowered not in _DOT:
            kept.append(segment)
    if last.lower() in _DOT_DOT:
        kept, last = kept[:-1], ""
    elif last.lower() in _DOT:
        last = ""
    return quote("/" + "/".join([*kept, last]), safe=_KEPT_IN_PATH)


def _query(question: str, query: str) -> str | None:
    return quote(query, safe=_KEPT_IN_QUERY) if question else None
