"""Hosts in the serialized form of the URL Standard: what they may look like, what loopback is.

https://url.spec.whatwg.org/#host-serializing
"""

from __future__ import annotations

import ipaddress
from typing import Final

_LABEL_CHARACTERS: Final = "0123456789abcdefghijklmnopqrstuvwxyz-_."
_HEX_DIGITS: Final = "0123456789abcdef"

# RFC 1035, section 2.3.4, in octets: the dots count, a trailing one does not.
LONGEST_LABEL: Final = 63
LONGEST_DOMAIN: Final = 253


def are_labels(text: str) -> bool:
    """Report whether the text is one or more labels of a domain, joined by dots."""
    if text.strip(_LABEL_CHARACTERS):
        return False
    if "." not in text:
        return 0 < len(text) <= LONGEST_LABEL
    return all(0 < len(label) <= LONGEST_LABEL for label in text.split("."))


def ends_in_number(host: str) -> bool:
    """Report whether a URL parser would take the host for an IPv4 address.

    https://url.spec.whatwg.org/#ends-in-a-number-checker
    """
    last = host.removesuffix(".").rpartition(".")[2]
    if last.isdecimal():
        return True
    return last.startswith("0x") and not last[2:].strip(_HEX_DIGITS)


def is_domain(host: str) -> bool:
    """Report whether the host is a domain as browsers serialize it, a trailing dot included."""
    bare = host.removesuffix(".")
    return len(bare) <= LONGEST_DOMAIN and are_labels(bare) and not ends_in_number(host)


def is_ip(host: str) -> bool:
    """Report whether the host is an IPv4 address, or an IPv6 address in brackets, serialized."""
    if host.startswith("["):
        return canonical_ipv6(host) == host
    return canonical_ipv4(host) == host


def is_host(host: str) -> bool:
    """Report whether the host is a domain or an address, as browsers serialize it."""
    return is_domain(host) or is_ip(host)


def is_loopback(host: str) -> bool:
    """Report whether the host is this machine: localhost, *.localhost, 127.0.0.0/8 or [::1].

    https://w3c.github.io/webappsec-secure-contexts/#is-origin-trustworthy
    """
    if host in ("localhost", "[::1]") or host.endswith(".localhost"):
        return True
    return host.startswith("127.") and is_ip(host)


def canonical_ipv4(host: str) -> str | None:
    """Return an IPv4 address as browsers serialize it, from any form that they parse.

    https://url.spec.whatwg.org/#concept-ipv4-parser
    """
    parts = host.removesuffix(".").split(".")
    if len(parts) > 4:
        return None
    numbers = [_ipv4_number(part) for part in parts]
    *leading, last = numbers
    if last is None or last >= 256 ** (5 - len(numbers)):
        return None
    address = last
    for index, number in enumerate(leading):
        if number is None or number > 255:
            return None
        address += number * 256 ** (3 - index)
    return str(ipaddress.IPv4Address(address))


def _ipv4_number(text: str) -> int | None:
    # Eleven digits are the longest octal form of 32 bits; more are never an address, and int()
    # is not to be asked about thousands of them.
    if not text or len(text) > 12 or not text.isascii():
        return None
    lowered = text.lower()
    digits, base = lowered, 10
    if lowered.startswith("0x"):
        digits, base = lowered[2:] or "0", 16
    elif len(lowered) > 1 and lowered.startswith("0"):
        digits, base = lowered[1:], 8
    try:
        return int(digits, base) if digits.isalnum() else None
    except ValueError:
        return None


def canonical_ipv6(host: str) -> str | None:
    """Return a bracketed IPv6 address as browsers serialize it, from any form that they parse.

    https://url.spec.whatwg.org/#concept-ipv6-serializer
    """
    if not (host.startswith("[") and host.endswith("]")) or "%" in host:
        return None
    try:
        address = int(ipaddress.IPv6Address(host[1:-1]))
    except ValueError:
        return None
    # ipaddress has changed how it prints mapped IPv4 addresses; browsers print them as hex.
    pieces = [f"{address >> shift & 0xFFFF:x}" for shift in range(112, -1, -16)]
    start, length = _longest_zeros(pieces)
    if length < 2:
        return f"[{':'.join(pieces)}]"
    return f"[{':'.join(pieces[:start])}::{':'.join(pieces[start + length :])}]"


def _longest_zeros(pieces: list[str]) -> tuple[int, int]:
    best_start, best_length, length = 0, 0, 0
    for index, piece in enumerate(pieces):
        length = length + 1 if piece == "0" else 0
        if length > best_length:
            best_start, best_length = index - length + 1, length
    return best_start, best_length


def to_ascii(host: str) -> str | None:
    """Return the punycode form of a Unicode domain as browsers compute it, or None.

    https://url.spec.whatwg.org/#concept-domain-to-ascii
    """
    import idna  # its tables take milliseconds to load, and few configurations need them

    try:
        mapped = idna.uts46_remap(host, std3_rules=False, transitional=False)
        labels = [
            label if label.isascii() else "xn--" + label.encode("punycode").decode("ascii")
            for label in mapped.split(".")
        ]
    except (idna.IDNAError, UnicodeError):
        return None
    joined = ".".join(labels)
    return joined if has_valid_punycode(joined) else None


def has_valid_punycode(host: str) -> bool:
    """Report whether each `xn--` label of the host stands for a label that browsers accept."""
    return all(_is_valid_punycode(x[4:]) for x in host.split(".") if x.startswith("xn--"))


def _is_valid_punycode(encoded: str) -> bool:
    import idna  # see to_ascii

    try:
        label = encoded.encode("ascii").decode("punycode")
        if (
            label.isascii()
            or idna.uts46_remap(label, std3_rules=False, transitional=False) != label
        ):
            return False
        idna.check_initial_combiner(label)
        idna.check_bidi(label)
        joiners = (i for i, c in enumerate(label) if c in "\u200c\u200d")
        if not all(idna.valid_contextj(label, i) for i in joiners):
            return False
        return label.encode("punycode").decode("ascii") == encoded
    except (idna.IDNAError, UnicodeError, ValueError):
        return False
