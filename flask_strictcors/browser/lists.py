"""The values of the CORS response headers, read by their grammar."""

from __future__ import annotations

from typing import Final

from flask_strictcors.browser.quirks import Quirks
from flask_strictcors.browser.wire import Received, combined
from flask_strictcors.core.fetch import MAX_AGE, is_token

DEFAULT_MAX_AGE: Final = 5
"""How long a preflight is kept, in seconds, where the server says nothing."""

_BLANKS: Final = " \t"


class MalformedListError(ValueError):
    """A list holds something that is no name; `item` is the first such thing."""

    def __init__(self, item: str) -> None:
        super().__init__(item)
        self.item = item


def names_in(received: Received, header: str) -> tuple[str, ...] | None:
    """Return the names that a header lists, None without it. Raises `MalformedListError`.

    https://fetch.spec.whatwg.org/#extract-header-list-values
    """
    value = combined(received.headers, header)
    if value is None:
        return None
    # https://httpwg.org/specs/rfc9110.html#abnf.extension.recipient: empty items are ignored.
    names = [item for item in (item.strip(_BLANKS) for item in value.split(",")) if item]
    for name in names:
        if not is_token(name):
            raise MalformedListError(name)
    return tuple(names)


def max_age_of(received: Received, quirks: Quirks) -> int:
    """Return for how many seconds a preflight may be kept, within the browser's own cap.

    https://fetch.spec.whatwg.org/#cors-preflight-fetch, steps 7.7 to 7.9
    """
    value = received.get(MAX_AGE)
    if not value:
        return min(DEFAULT_MAX_AGE, quirks.max_age_cap)
    if not _are_digits(value):
        is_negative = value.startswith("-") and _are_digits(value[1:])
        is_zero = quirks.junk_max_age_is_zero or (is_negative and quirks.negative_max_age_is_zero)
        return 0 if is_zero else min(DEFAULT_MAX_AGE, quirks.max_age_cap)
    digits = value.lstrip("0") or "0"
    return quirks.max_age_cap if len(digits) > 9 else min(int(digits), quirks.max_age_cap)


def _are_digits(text: str) -> bool:
    return text.isascii() and text.isdecimal()
