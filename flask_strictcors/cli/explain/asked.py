"""What was typed → what a script of a page would ask for, or one line that says what to type."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple, TypedDict, cast

from flask import Flask

from flask_strictcors.browser import URL, Request
from flask_strictcors.cli.printing import InputError
from flask_strictcors.cli.typed import is_text, url_of, value_for
from flask_strictcors.core.errors import Code
from flask_strictcors.core.fetch import NORMALIZED_METHODS, is_forbidden_method, is_token
from flask_strictcors.core.origins import is_well_formed
from flask_strictcors.core.origins.diagnosis import diagnose

_OPAQUE: Final = (Code.ORIGIN_NULL, Code.ORIGIN_SCHEME)


class Typed(TypedDict):
    """The arguments and options that say what a script asks for."""

    method: str
    path: str
    origin: str | None
    headers: tuple[str, ...]
    has_credentials: bool
    base_url: str | None


class Asked(NamedTuple):
    """A page's origin, None for a sandboxed one, and what its script asks for.

    `base` is the URL at which the app is reached, `notes` are for whoever typed it.
    """

    origin: str | None
    request: Request
    base: URL
    notes: tuple[str, ...]


def read_asked(app: Flask, typed: Typed) -> Asked:
    """Return what was typed. Raises `InputError`."""
    base = read_base(app, typed["base_url"])
    request = Request(
        read_url(typed["path"], base),
        read_method(typed["method"]),
        tuple(map(read_header, typed["headers"])),
        credentials="include" if typed["has_credentials"] else "same-origin",
    )
    return Asked(read_origin(typed["origin"]), request, base, tuple(_notes(typed["method"])))


def read_origin(text: str | None) -> str | None:
    """Return the origin, None for a sandboxed page's. Raises `InputError`."""
    if text is None:
        raise InputError("Whose script asks? Type --origin https://app.example.com")
    if text == "null":
        return None
    if is_well_formed(text):
        return text
    problem = diagnose("--origin", text)
    fix = problem.fix
    if not is_well_formed(fix):
        fix = "null" if problem.code in _OPAQUE else "https://app.example.com"
    raise InputError(f"{problem.message} Type --origin {fix}")


def read_base(app: Flask, text: str | None) -> URL:
    """Return the URL at which the app is reached. Raises `InputError`."""
    if text is None:
        config = cast("Mapping[str, str | None]", app.config)
        name, scheme = config["SERVER_NAME"], config["PREFERRED_URL_SCHEME"]
        text = f"{scheme}://{name}" if name else "http://localhost"
    base = url_of(text)
    if base is None or base.query is not None or base.has_credentials:
        raise InputError(f"{text!r} is no URL of an app. Type --base-url https://api.example.com")
    return base


def read_url(path: str, base: URL) -> str:
    """Return the URL of a path of the app, as a script would write it. Raises `InputError`."""
    if not is_text(path):
        raise InputError(f"{path!r}: bytes that are no UTF-8 are escaped in a URL. Type %FF for FF")
    url = URL.parse(path)
    if url is not None:
        raise InputError(
            f"{path!r} is a whole URL, and a path is asked for. "
            f"Type {url.target} --base-url {url.origin}"
        )
    if not path.startswith("/"):
        raise InputError(f"{path!r}: a path begins with a slash. Type /{path}")
    return f"{base.origin}{base.path.rstrip('/')}{path}"


def read_method(text: str) -> str:
    """Return a method that a script can send, as it was typed. Raises `InputError`."""
    if not is_token(text):
        raise InputError(f"{text!r} is no method. Type GET, or another one.")
    if is_forbidden_method(text):
        raise InputError(f"No browser lets a script send {text}. Type GET, or another one.")
    return text


def read_header(text: str) -> tuple[str, str]:
    """Return a header's name and value, with some value where there is none."""
    name, colon, value = text.partition(":")
    name, value = name.strip(), value.strip()
    if not is_token(name) or not (value.isascii() and value.isprintable()):
        raise InputError(
            f"{text!r} is no header. Type --header X-Trace, or --header 'X-Trace: value'"
        )
    return name, value if colon else value_for(name, "1")


def _notes(method: str) -> Iterable[str]:
    upper = method.upper()
    if method == upper:
        return
    if upper in NORMALIZED_METHODS:
        yield f"Browsers send {method} as {upper}."
    else:
        yield f"Browsers send {method} as it is written, and it is not the same as {upper}."
