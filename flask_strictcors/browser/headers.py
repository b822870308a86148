"""Which request headers a script may set, and which of them a server is asked about first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from flask_strictcors.browser.quirks import Quirks
from flask_strictcors.browser.wire import Header
from flask_strictcors.core.fetch import (
    FORBIDDEN_METHODS,
    NORMALIZED_METHODS,
    is_forbidden_request_header,
    is_token,
)

SIMPLE_TYPES: Final = frozenset(
    {"application/x-www-form-urlencoded", "multipart/form-data", "text/plain"}
)
LONGEST_SAFE_VALUE: Final = 128
MOST_SAFE_BYTES: Final = 1024

_BLANKS: Final = "\t\n\r "
# https://fetch.spec.whatwg.org/#forbidden-request-header, step 3
_METHOD_OVERRIDES: Final = frozenset(
    {"x-http-method", "x-http-method-override", "x-method-override"}
)
# https://fetch.spec.whatwg.org/#cors-unsafe-request-header-byte
_UNSAFE: Final = frozenset('"():<>?@[\\]{}\x7f') | (frozenset(map(chr, range(0x20))) - {"\t"})
_LANGUAGE: Final = frozenset(
    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ *,-.;="
)
_SAFE_NAMES: Final = frozenset(
    {"accept", "accept-language", "content-language", "content-type", "range"}
)
# https://fetch.spec.whatwg.org/#no-cors-safelisted-request-header-name
_NO_CORS_NAMES: Final = _SAFE_NAMES - {"range"}


def normalized_method(method: str) -> str:
    """Return the method as it is sent: https://fetch.spec.whatwg.org/#concept-method-normalize."""
    upper = method.upper()
    return upper if upper in NORMALIZED_METHODS else method


def normalized_value(value: str) -> str | None:
    """Return a header's value as it is sent, None where it can be none.

    https://fetch.spec.whatwg.org/#header-value
    """
    bare = value.strip(_BLANKS)
    if any(character in bare for character in "\0\r\n"):
        return None
    return bare if all(character <= "\xff" for character in bare) else None


def settable(
    headers: Iterable[Header], *, only_simple: bool
) -> tuple[tuple[Header, ...], tuple[str, ...]]:
    """Return the headers that a script's list really sets, and the names of those left out.

    Lines of one name become one. `only_simple` is for requests whose mode is `no-cors`.
    https://fetch.spec.whatwg.org/#concept-headers-append
    """
    set_: dict[str, Header] = {}
    dropped: list[str] = []
    for name, value in headers:
        lowered = name.lower()
        spelling, before = set_.get(lowered, (name, None))
        joined = value if before is None else f"{before}, {value}"
        if _is_forbidden(lowered, value) or (only_simple and not _is_simple(lowered, joined)):
            dropped.append(name)
        else:
            set_[lowered] = spelling, joined
    return tuple(set_.values()), tuple(dropped)


def unsafe_names(headers: Iterable[Header], quirks: Quirks) -> tuple[str, ...]:
    """Return the names that a preflight has to ask about: unique, in lower case, sorted.

    https://fetch.spec.whatwg.org/#cors-unsafe-request-header-names
    """
    unsafe: set[str] = set()
    maybe: set[str] = set()
    size = 0
    for name, value in headers:
        lowered = name.lower()
        if lowered in quirks.free_headers:
            continue
        if is_safelisted(lowered, value):
            maybe.add(lowered)
            size += len(value)
        else:
            unsafe.add(lowered)
    return tuple(sorted(unsafe | maybe if size > MOST_SAFE_BYTES else unsafe))


def is_safelisted(name: str, value: str) -> bool:
    """Report whether a form could have sent the header, so that no server need be asked.

    https://fetch.spec.whatwg.org/#cors-safelisted-request-header; the name is in lower case.
    """
    if name not in _SAFE_NAMES or len(value) > LONGEST_SAFE_VALUE:
        return False
    if name == "range":
        return _is_simple_range(value)
    if name.endswith("-language"):
        return _LANGUAGE.issuperset(value)
    if not _UNSAFE.isdisjoint(value):
        return False
    return name == "accept" or essence(value) in SIMPLE_TYPES


def essence(content_type: str) -> str | None:
    """Return type/subtype of a MIME type in lower case: https://mimesniff.spec.whatwg.org/."""
    kind, slash, rest = content_type.strip(_BLANKS).partition("/")
    subtype = rest.partition(";")[0].rstrip(_BLANKS)
    if not slash or not is_token(kind) or not is_token(subtype):
        return None
    return f"{kind}/{subtype}".lower()


def _is_simple(name: str, value: str) -> bool:
    return name in _NO_CORS_NAMES and is_safelisted(name, value)


def _is_forbidden(name: str, value: str) -> bool:
    if name in _METHOD_OVERRIDES:
        return any(item.strip(_BLANKS).upper() in FORBIDDEN_METHODS for item in value.split(","))
    return is_forbidden_request_header(name)


def _is_simple_range(value: str) -> bool:
    """Report whether the value is one range with a start: #simple-range-header-value."""
    unit, equals, span = value.partition("=")
    first, dash, last = span.partition("-")
    if unit != "bytes" or not equals or not dash or not _are_digits(first):
        return False
    return last == "" or (_are_digits(last) and int(first) <= int(last))


def _are_digits(text: str) -> bool:
    return text.isascii() and text.isdecimal()
