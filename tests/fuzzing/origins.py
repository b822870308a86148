"""Any bytes, as the value of an Origin header and as an entry of a configuration."""

from __future__ import annotations

from core.whatwg import serialized

from flask_strictcors.core.origins import (
    LONGEST_ORIGIN,
    Origin,
    OriginSet,
    is_well_formed,
    read_entries,
)

from . import entries
from .work import check_bounded, check_linear

WORDS = entries.WORDS
_LISTED = OriginSet(["https://example.com"])
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-_.:[]")


def check(data: bytes) -> None:
    """Fail where the text is read in another way than browsers write origins."""
    for text in entries.texts_of(data):
        _check_header(text)
        entries.check_entry(text)


def measure(data: bytes) -> None:
    """Fail where a longer text costs a request anything, or a configuration more than its share."""
    text = data.decode("latin-1")
    check_bounded(_judged, text, most=1500)
    check_linear(lambda text: read_entries("origins", [text], []), text)


def _check_header(text: str) -> None:
    origin = Origin.parse(text)
    assert is_well_formed(text) == (origin is not None)
    assert _LISTED.admits(text) == (text == "https://example.com")
    if origin is None:
        assert not _is_plainly_one(text)
        return
    assert str(origin) == text
    assert text.isascii()
    assert len(text) <= LONGEST_ORIGIN
    assert len(origin.host.removesuffix(".")) <= 253
    assert origin.port is None or 1 <= origin.port <= 65535


def _is_plainly_one(text: str) -> bool:
    """Report whether nobody could doubt that a browser sends this, be it long or odd or not."""
    scheme, separator, authority = text.partition("://")
    if scheme not in ("http", "https") or not separator or not set(authority) <= _PLAIN:
        return False
    # URLs may name hosts of any length, which no name server knows.
    labels = authority.partition(":")[0].removesuffix(".").split(".")
    if len(authority) > 250 or not all(0 < len(label) <= 63 for label in labels):
        return False
    return serialized(text) == text and not text.endswith(":0")


def _judged(text: str) -> None:
    is_well_formed(text)
    Origin.parse(text)
    _LISTED.admits(text)
