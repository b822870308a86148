"""Origin and Pattern: one entry of a configuration, or the value of one Origin header."""

from typing import Final, NamedTuple

from flask_strictcors.core.fetch import DEFAULT_PORTS
from flask_strictcors.core.origins.hosts import is_host, is_ip

LONGEST_ORIGIN: Final = 320
"""A domain has 253 octets at the most; what is left is ample for any scheme and port."""

_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_SCHEME_CHARACTERS: Final = _LETTERS + "0123456789+-."


class Origin(NamedTuple):
    """Hold a tuple origin: scheme, host, and port unless it is the scheme's own.

    https://html.spec.whatwg.org/multipage/browsers.html#concept-origin-tuple
    """

    scheme: str
    host: str
    port: int | None = None

    @classmethod
    def parse(cls, text: str) -> "Origin | None":
        """Return the origin if the text is its serialized ASCII form exactly, else None.

        https://html.spec.whatwg.org/multipage/browsers.html#ascii-serialisation-of-an-origin
        """
        if len(text) > LONGEST_ORIGIN or not text.isascii():
            return None
        scheme, separator, authority = text.partition("://")
        if not separator or not is_scheme(scheme):
            return None
        host, colon, digits = split_authority(authority)
        if not is_host(host):
            return None
        if not colon:
            return cls(scheme, host)
        port = parse_port(digits)
        if port is None or port == DEFAULT_PORTS.get(scheme):
            return None
        return cls(scheme, host, port)

    def __str__(self) -> str:
        port = "" if self.port is None else f":{self.port}"
        return f"{self.scheme}://{self.host}{port}"


class Pattern(NamedTuple):
    """Hold a set of origins: any subdomain of a host, any port of it, or both.

    `https://*.example.com` is one or more labels in front of the host and never the host itself;
    `http://localhost:*` is any port, or none.
    """

    origin: Origin
    any_subdomain: bool
    any_port: bool

    @classmethod
    def parse(cls, text: str) -> "Pattern | None":
        """Return the pattern that the text stands for, or None."""
        any_port = text.endswith(":*")
        any_subdomain = "://*." in text
        rest = text.removesuffix(":*").replace("://*.", "://")
        origin = Origin.parse(rest)
        if origin is None or not (any_port or any_subdomain):
            return None
        if any_port and origin.port is not None:
            return None
        if any_subdomain and is_ip(origin.host):
            return None
        return cls(origin, any_subdomain, any_port)

    def covers(self, other: "Pattern") -> bool:
        """Report whether each origin of the other pattern is one of this pattern's."""
        mine, theirs = self.origin, other.origin
        if mine.scheme != theirs.scheme:
            return False
        if not self.any_port and (other.any_port or mine.port != theirs.port):
            return False
        if self.any_subdomain and theirs.host.endswith("." + mine.host):
            return True
        return mine.host == theirs.host and self.any_subdomain == other.any_subdomain

    def __str__(self) -> str:
        origin = self.origin
        host = f"*.{origin.host}" if self.any_subdomain else origin.host
        port = "" if origin.port is None else f":{origin.port}"
        return f"{origin.scheme}://{host}{':*' if self.any_port else port}"


def is_well_formed(text: str) -> bool:
    """Report whether the text is the serialized form of some origin."""
    return Origin.parse(text) is not None


def is_scheme(text: str) -> bool:
    """Report whether the text is a URL's scheme in lower case."""
    return text[:1] in _LETTERS and text != "" and not text.strip(_SCHEME_CHARACTERS)


def split_authority(authority: str) -> tuple[str, str, str]:
    """Return the host, the colon if there is one, and what follows it."""
    if authority.startswith("["):
        address, bracket, rest = authority.partition("]")
        colon = ":" if rest.startswith(":") else ""
        # Whatever else follows the bracket stays with the host, which is then no host.
        return address + bracket + rest[: 0 if colon else None], colon, rest[1:]
    return authority.partition(":")


def parse_port(digits: str) -> int | None:
    """Return the port if the text is a serialized one that a server can listen on, else None."""
    if not digits.isdecimal() or not digits.isascii() or len(digits) > 5 or digits[0] == "0":
        return None
    port = int(digits)
    return port if port <= 65535 else None
