"""Whom an entry stands for, found out by taking both texts to pieces."""

import re

_ORIGIN = re.compile(r"([a-z][a-z0-9+.-]*)://(\[[0-9a-f:]+\]|[a-z0-9._-]+)(?::([1-9][0-9]{0,4}))?")
_ENTRY = re.compile(r"([^:]+)://(\[.*\]|[^:]*)(?::(.+))?")
_DEFAULTS = {"http": "80", "https": "443"}


def naively_admits(entry: str, origin: str) -> bool:
    """Report whether the entry, which is accepted, stands for the origin."""
    if "*" not in entry:
        return origin == entry
    parts = _ORIGIN.fullmatch(origin)
    if parts is None:
        return False
    scheme, host, port = parts.groups()
    if port is not None and (int(port) > 65535 or port == _DEFAULTS.get(scheme)):
        return False
    entry_scheme, entry_host, entry_port = _ENTRY.fullmatch(entry).groups()
    if scheme != entry_scheme or entry_port not in ("*", port):
        return False
    if not entry_host.startswith("*."):
        return host == entry_host
    wanted, given = entry_host.split(".")[1:], host.split(".")
    front = given[: -len(wanted)]
    return (
        given[len(front) :] == wanted
        and front != []
        and all(1 <= len(label) <= 63 for label in front)
        and len(host.removesuffix(".")) <= 253
    )
