"""Which request headers a script may set, and which of them a server is asked about first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from flask_strictcors.browser.hints import is_hint
from flask_strictcors.browser.quirks import Quirks
from flask_strictcors.browser.wire import Header
from flask_strictcors.core.fetch import (
    FORBIDDEN_METHODS,
    METHOD_OVERRIDES,
    NORMALIZED_METHODS,
    is_forbidden_request_header,
    is_token,
)

SIMPLE_TYPES: Final = frozenset(
    {"application/x-www-form-urlencoded", "multipart/form-data", "text/plain"}
)
LONGEST_SAFE_VALUE: Final = 128
MOST_SAFE_BYTES: Final = 1024

# https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch, where they set the cache mode
CONDITIONS: Final = frozenset(
    {"if-match", "if-modified-since", "if-none-match", "if-range", "if-unmodified-since"}
)

_BLANKS: Final = "\t\n\r "
# https://fetch.spec.whatwg.org/#cors-unsafe-request-header-byte
_UNSAFE: Final = frozenset('"():<>?@[\\]{}\x7f') | (frozenset(map(chr, range(0x20))) - {"\t"})
_LANGUAGE: Final = frozenset(
    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ *,-.;="
)
_SAFE_NAMES: Final = frozenset(
    {"accept", "accept-language", "content-language", "content-type", "range"}
)
# Of which Firefox sends one line, whatever a script says.
_SINGLE: Final = frozenset(
    {
        "authorization",
        "from",
        "if-modified-since",
        "if-unmodified-since",
        "max-forwards",
        "user-agent",
    }
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
    headers: Iterable[Header], quirks: Quirks, *, only_simple: bool
) -> tuple[tuple[Header, ...], tuple[str, ...]]:
    """Return the headers that a script's list really sets, and the names of those left out.

    `only_simple` is for requests whose mode is `no-cors`.
    https://fetch.spec.whatwg.org/#concept-headers-append
    """
    set_: list[Header] = []
    dropped: list[str] = []
    for name, value in headers:
        lowered = name.lower()
        if _is_forbidden(lowered, value, quirks) or (
            only_simple and not _is_simple(lowered, _added(set_, lowered, value), quirks)
        ):
            dropped.append(name)
        else:
            set_.append((name, value))
    return tuple(set_), tuple(dropped)


def joined(headers: Iterable[Header], quirks: Quirks) -> tuple[Header, ...]:
    """Return the headers as they are sent: the lines of one name in one, where the first was."""
    lines: dict[str, Header] = {}
    for name, value in headers:
        lowered = name.lower()
        first, before = lines.get(lowered, (name, None))
        is_first = before is None or (
            quirks.keeps_last_line and (lowered in _SINGLE or not before or not value)
        )
        lines[lowered] = first, value if is_first else f"{before}, {value}"
    return tuple(lines.values())


def unsafe_names(headers: Iterable[Header], quirks: Quirks) -> tuple[str, ...]:
    """Return the names that a preflight has to ask about: unique, in lower case, sorted.

    https://fetch.spec.whatwg.org/#cors-unsafe-request-header-names
    """
    unsafe: list[str] = []
    maybe: list[str] = []
    size = 0
    for name, value in joined(headers, quirks) if quirks.judges_lines_together else headers:
        lowered = name.lower()
        if quirks.sends_hints_freely and is_hint(lowered, value):
            continue
        if is_safelisted(lowered, value, quirks):
            maybe.append(lowered)
            size += len(value)
        else:
            unsafe.append(lowered)
    is_too_much = size > MOST_SAFE_BYTES and not quirks.counts_no_total
    names = unsafe + maybe if is_too_much else unsafe
    return tuple(sorted(names if quirks.asks_for_each_line else set(names)))


def is_safelisted(name: str, value: str, quirks: Quirks) -> bool:
    """Report whether a form could have sent the header, so that no server need be asked.

    https://fetch.spec.whatwg.org/#cors-safelisted-request-header; the name is in lower case.
    """
    if name not in _SAFE_NAMES or len(value) > LONGEST_SAFE_VALUE:
        return False
    if name == "range":
        return _is_simple_range(value, quirks)
    if name.endswith("-language"):
        return _LANGUAGE.issuperset(value)
    if not _UNSAFE.isdisjoint(value) or (quirks.reads_values_strictly and not value.isascii()):
        return False
    if name == "accept":
        return True
    return essence(value) in SIMPLE_TYPES and not (quirks.reads_values_strictly and _is_odd(value))


def essence(content_type: str) -> str | None:
    """Return type/subtype of a MIME type in lower case: https://mimesniff.spec.whatwg.org/."""
    kind, slash, rest = content_type.strip(_BLANKS).partition("/")
    subtype = rest.partition(";")[0].rstrip(_BLANKS)
    if not slash or not is_token(kind) or not is_token(subtype):
        return None
    return f"{kind}/{subtype}".lower()


def _is_odd(content_type: str) -> bool:
    """Report whether Firefox does not take the parameters of a type for any."""
    _, _, parameters = content_type.partition(";")
    return "," in parameters or parameters.endswith(";")


def _added(headers: list[Header], name: str, value: str) -> str:
    return ", ".join([*(v for n, v in headers if n.lower() == name), value])


def _is_simple(name: str, value: str, quirks: Quirks) -> bool:
    return name in _NO_CORS_NAMES and is_safelisted(name, value, quirks)


def _is_forbidden(name: str, value: str, quirks: Quirks) -> bool:
    if name == "user-agent":
        return quirks.writes_user_agent_itself
    if name in METHOD_OVERRIDES:
        return any(item.strip(_BLANKS).upper() in FORBIDDEN_METHODS for item in value.split(","))
    return is_forbidden_request_header(name)


def _is_simple_range(value: str, quirks: Quirks) -> bool:
    """Report whether the value is one range with a start: #simple-range-header-value."""
    unit, equals, span = value.partition("=")
    first, dash, last = span.partition("-")
    if unit != "bytes" or not equals or not dash or not _are_digits(first):
        return False
    if last and not (_are_digits(last) and int(first) <= int(last)):
        return False
    return quirks.longest_range is None or int(last or first) <= quirks.longest_range


def _are_digits(text: str) -> bool:
    return text.isascii() and text.isdecimal()
