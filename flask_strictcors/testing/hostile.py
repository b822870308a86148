"""Hostile origins: what an attacker, or bad luck, puts in the place of a good one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Address, IPv6Address
from typing import Final

from flask_strictcors.browser.sites import registrable_domain
from flask_strictcors.core.fetch import DEFAULT_PORTS
from flask_strictcors.core.origins import Origin
from flask_strictcors.core.origins.hosts import is_ip

# The same for everybody: each has been let in somewhere by a check that meant well.
_ANYBODY: Final = (
    "null",
    "",
    "*",
    "https://*",
    ".*",
    "%",
    "file://",
    "chrome-extension://abcdefghijklmnopabcdefghijklmnop",
    "http://localhost:3000",
    "http://127.0.0.1:3000",
    "http://[::1]:3000",
    "http://192.168.0.10",
    "http://localhost.evil.net",
)
# Cyrillic letters that look Latin, and Latin ones that lose an accent where somebody tidies up.
_LOOK_ALIKES: Final = {
    "a": "\u0430",
    "c": "\u0441",
    "e": "\u0435",
    "i": "\u0456",
    "o": "\u043e",
    "p": "\u0440",
    "s": "\u0455",
    "w": "\u051d",
    "x": "\u0445",
    "y": "\u0443",
}
_ACCENTED: Final = {
    "a": "\u00e4",
    "c": "\u00e7",
    "e": "\u00e9",
    "i": "\u00ef",
    "o": "\u00f6",
    "p": "\u1e55",
    "s": "\u0161",
    "w": "\u0175",
    "x": "\u1e8b",
    "y": "\u00fd",
}
# Of a column in which somebody keeps origins.
_WIDTH: Final = 64


def hostile_origins(origin: str) -> tuple[str, ...]:
    """Return what must not pass for an origin, such as https://app.example.com, in a fixed order.

    Each is a string that HTTP can carry as the value of Origin; many are none that a browser
    would send. None is the origin itself, or becomes it on the way. Raises `TypeError`, and
    `ValueError` for what is no origin.
    """
    good = _parsed(origin)
    evil = "evil.org" if good.host.endswith("evil.net") else "evil.net"
    found = (
        *_strangers(good, evil),
        *_neighbours(good),
        *_twins(good),
        *_misspelt(good),
        *_mixed(good, evil),
        *_ANYBODY,
    )
    return tuple(text for text in dict.fromkeys(found) if text != origin)


def _parsed(origin: object) -> Origin:
    if not isinstance(origin, str):
        raise TypeError(f"{origin!r} is no string: write an origin as in https://app.example.com.")
    good = Origin.parse(origin)
    if good is None:
        raise ValueError(f"{origin!r} is no origin: write it as in https://app.example.com.")
    return good


def _at(good: Origin, *hosts: str) -> Iterator[str]:
    return (str(Origin(good.scheme, host, good.port)) for host in hosts)


def _strangers(good: Origin, evil: str) -> Iterator[str]:
    """Yield pages of others, under names that contain the good one or end with it."""
    host = good.host
    yield f"{good.scheme}://{evil}"
    yield from _at(good, f"{host}.{evil}", f"{host}{evil}", f"{host}_.{evil}")
    yield from _at(good, f"evil-{host}.{evil}", f"evil{host}", f"evil-{host}")
    dots = (index for index, letter in enumerate(host) if letter == ".")
    for index in dots:
        before, after = host[:index], host[index + 1 :]
        yield from _at(good, f"{before}x{after}", f"{before}_{after}")


def _neighbours(good: Origin) -> Iterator[str]:
    """Yield pages of other schemes and ports, and of hosts above, below and beside the good one."""
    host = good.host
    yield str(Origin("http" if good.scheme == "https" else "https", host, good.port))
    yield str(Origin(good.scheme, host, 9443 if good.port == 8443 else 8443))
    yield from _at(good, f"evil.{host}", f".{host}", f"{host}.")
    parent, registered = host.partition(".")[2], registrable_domain(host)
    if parent and not is_ip(host):
        yield from _at(good, parent, f"evil.{parent}", f"evil{parent}", f"*.{parent}")
    if registered:
        yield from _at(good, f"evil.{registered.partition('.')[2]}")


def _twins(good: Origin) -> Iterator[str]:
    """Yield what looks like the good host to people, or is it in another notation."""
    if good.host.startswith("["):
        yield from _at(good, f"[{IPv6Address(good.host[1:-1]).exploded}]")
    elif is_ip(good.host):
        yield from _at(good, str(int(IPv4Address(good.host))))
    else:
        yield from _at(good, *_in_punycode(good.host, _LOOK_ALIKES))
        yield from _at(good, *_in_punycode(good.host, _ACCENTED))


def _in_punycode(host: str, alphabet: Mapping[str, str]) -> Iterator[str]:
    label, dot, rest = host.partition(".")
    letter = next((letter for letter in label if letter in alphabet), None)
    if letter is not None and not label.startswith("xn--"):
        changed = label.replace(letter, alphabet[letter], 1)
        yield f"xn--{changed.encode('punycode').decode()}{dot}{rest}"


def _misspelt(good: Origin) -> Iterator[str]:
    """Yield what is nearly the good origin, and would be it if somebody were kind."""
    origin, authority = str(good), str(good).partition("://")[2]
    first, rest = authority[0], authority[1:]
    yield from (origin.upper(), origin[:-1], authority, f"//{authority}")
    yield from (f"{origin}/", f"{origin}:", f"{origin}\xa0")
    if good.port is None and good.scheme in DEFAULT_PORTS:
        yield f"{origin}:{DEFAULT_PORTS[good.scheme]}"
    yield f"{good.scheme}://%{ord(first):x}{rest}"
    if first.isalnum():
        # A full-width letter in UTF-8, and a soft hyphen: both vanish where hosts are normalized.
        wide = chr(ord(first) + 0xFEE0).encode().decode("latin-1")
        yield from (f"{good.scheme}://{wide}{rest}", f"{good.scheme}://{first}\xad{rest}")


def _mixed(good: Origin, evil: str) -> Iterator[str]:
    """Yield texts that begin or end with the good origin, and belong to somebody else."""
    origin, authority = str(good), str(good).partition("://")[2]
    theirs = f"{good.scheme}://{evil}"
    yield from (f"{origin}@{evil}", f"{theirs}@{authority}", f"{origin}/{evil}")
    yield from (f"{theirs}{sign}{authority}" for sign in ("/", "?", "#", "\\"))
    # Of these, browsers have let some into hosts, and checks take them for a host's end.
    yield from (f"{origin}{sign}.{evil}" for sign in ("{", "`", "%60", "%00"))
    yield from (f"{origin}{sign}{theirs}" for sign in (" ", ", ", "\t", "\x85"))
    yield from (f"{theirs}{sign}{origin}" for sign in (" ", ", "))
    yield f"{origin:<{(len(origin) // _WIDTH + 1) * _WIDTH}}.{evil}"
