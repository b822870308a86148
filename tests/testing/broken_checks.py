"""Checks of an origin as people write them: each lets APP in, and somebody else."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from fnmatch import fnmatchcase
from urllib.parse import unquote, urlsplit

from .apps import APP

HOST = "app.example.com"
LOOK_ALIKES = str.maketrans("\u0430\u0440", "ap")


def url_of(origin: str) -> tuple[str, str | None, int | None]:
    """Return scheme, host and port as a program reads them that was written for URLs."""
    try:
        url = urlsplit(origin)
        port = url.port or {"http": 80, "https": 443}.get(url.scheme)
    except ValueError:
        return "", None, None
    return url.scheme, url.hostname, port


def unicode_host(origin: str) -> str:
    labels = (urlsplit(origin).hostname or "").split(".")
    with suppress(UnicodeError):
        return ".".join(
            label[4:].encode().decode("punycode") if label.startswith("xn--") else label
            for label in labels
        )
    return ""


def is_private(origin: str) -> bool:
    host = url_of(origin)[1] or ""
    with suppress(ValueError):
        return ipaddress.ip_address(host).is_private
    return host == "localhost"


def sql_like(pattern: str, text: str) -> bool:
    return fnmatchcase(text, pattern.replace("_", "?").replace("%", "*"))


def matches(pattern: str, text: str) -> bool:
    with suppress(re.error):
        return re.fullmatch(pattern, text) is not None
    return False


def as_utf8(origin: str) -> str:
    return origin.encode("latin-1").decode("utf-8", "replace")


def idna_host(origin: str) -> str:
    with suppress(UnicodeError, ValueError):
        return (urlsplit(origin).hostname or "").encode("idna").decode()
    return ""


def accents_removed(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


Check = Callable[[str], bool]
BROKEN: dict[str, Check] = {
    "startswith": lambda origin: origin.startswith(APP),
    "endswith": lambda origin: origin.endswith(HOST),
    "endswith a dot and the host": lambda o: o == APP or o.endswith("." + HOST),
    "endswith the parent": lambda o: o.startswith("https://") and o.endswith("example.com"),
    "the same top level": lambda o: o.startswith("https://") and o.endswith(".com"),
    "the host in the origin": lambda origin: HOST in origin,
    "the origin in a string": lambda origin: origin in f"{APP},https://partner.example",
    "a regex with unescaped dots": lambda o: matches("https://app.example.com", o),
    "a regex for the end": lambda o: re.search(r"\bapp\.example\.com$", o) is not None,
    "a regex that reads the host": lambda o: (
        (found := re.match(r"https://([a-zA-Z0-9.-]+)", o)) is not None and found[1] == HOST
    ),
    "a regex from the request": lambda origin: matches(origin, APP),
    "a glob from the request": lambda origin: fnmatchcase(APP, origin),
    "LIKE from the request": lambda origin: sql_like(origin, APP),
    "without case": lambda origin: origin.lower() == APP,
    "without a slash at the end": lambda origin: origin.rstrip("/") == APP,
    "without blanks": lambda origin: origin.strip() == APP,
    "without a dot at the end": lambda origin: origin.rstrip(".") == APP,
    "unquoted": lambda origin: unquote(origin) == APP,
    "unquoted, up to a NUL": lambda origin: unquote(origin).split("\0")[0] == APP,
    "the first line": lambda origin: origin.splitlines()[:1] == [APP],
    "one of a list": lambda origin: APP in re.split(r"[\s,]+", origin),
    "as a column has it": lambda origin: origin[:64].rstrip() == APP,
    "read as a URL": lambda origin: url_of(origin) == ("https", HOST, 443),
    "only the host": lambda origin: url_of(origin)[1] == HOST or origin == HOST,
    "only the place": lambda origin: urlsplit(origin).netloc == HOST,
    "the host, through IDNA": lambda origin: idna_host(origin) == HOST,
    "normalized": lambda origin: unicodedata.normalize("NFKC", as_utf8(origin)) == APP,
    "the host, without accents": lambda origin: accents_removed(unicode_host(origin)) == HOST,
    "the host, as it looks": lambda o: unicode_host(o).translate(LOOK_ALIKES) == HOST,
    "null": lambda origin: origin in (APP, "null"),
    "none at all": lambda origin: origin in (APP, ""),
    "all but the web": lambda origin: origin == APP or not origin.startswith("http"),
    "a machine of ours": lambda origin: origin == APP or is_private(origin),
    "startswith localhost": lambda o: o == APP or o.startswith("http://localhost"),
}
REFLECTING: Check = lambda origin: True  # noqa: E731
