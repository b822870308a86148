"""Client hints: the headers that Chromium lets a script set without asking the server.

They were safelisted by https://wicg.github.io/responsive-image-client-hints/ and its likes, which
the Fetch Standard has never taken in.
"""

from __future__ import annotations

from typing import Final

_DECIMALS: Final = frozenset({"device-memory", "downlink", "dpr"})
_INTEGERS: Final = frozenset({"rtt", "viewport-width", "width"})
_CONNECTIONS: Final = frozenset({"slow-2g", "2g", "3g", "4g"})


NAMES_OF_THE_DEVICE: Final = _DECIMALS | _INTEGERS | {"ect"}
"""All of them but Save-Data, which is about the person."""


def is_hint(name: str, value: str) -> bool:
    """Report whether the header, named in lower case, is a client hint with a value of its kind."""
    if name in _DECIMALS:
        whole, dot, part = value.partition(".")
        return _are_digits(whole) and (not dot or _are_digits(part))
    if name in _INTEGERS:
        return _are_digits(value)
    if name == "ect":
        return value in _CONNECTIONS
    return name == "save-data" and value.lower() == "on"


def _are_digits(text: str) -> bool:
    return text.isascii() and text.isdecimal()
