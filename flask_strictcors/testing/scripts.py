"""What a script writes: the arguments of `fetch()` and the fields of a form, as requests."""

from __future__ import annotations

import json as standard_json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, TypedDict, cast
from urllib.parse import urlencode

from flask.app import Flask  # flask.Flask may be another by now: OpenTelemetry replaces it

from flask_strictcors.browser import URL, Request
from flask_strictcors.browser.request import Credentials, Mode, Redirect
from flask_strictcors.browser.wire import Header

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

HeaderOptions = Mapping[str, str] | Iterable[tuple[str, str]]
Fields = Mapping[str, Any]
FORM_TYPE = "application/x-www-form-urlencoded"


class CallOptions(TypedDict, total=False):
    """What a call may say beside its URL; `mode` and `redirect` are for `Page.fetch` alone."""

    method: str
    headers: HeaderOptions | None
    json: Any
    data: str | bytes | Fields | None
    credentials: Credentials


class Body(NamedTuple):
    """A body, the type that it brings along, and the headers that a script sets for it."""

    content: bytes | None = None
    content_type: str | None = None
    headers: tuple[Header, ...] = ()


@dataclass(frozen=True, slots=True)
class Script:
    """Write requests to one app: paths are relative to `base`, and `dumps` writes JSON."""

    base: URL
    dumps: Callable[[Any], str]

    @classmethod
    def against(cls, app: WSGIApplication, base_url: str) -> Script:
        """Return a script that asks an app, which is reached at `base_url`.

        Raises `TypeError` and `ValueError` for what is no scheme and host.
        """
        base = URL.parse(_text("base_url", base_url))
        if base is None or base.has_credentials or base.target != "/":
            raise ValueError(f"base_url={base_url!r}: write a scheme and a host: http://localhost.")
        return cls(base, app.json.dumps if isinstance(app, Flask) else standard_json.dumps)

    def request(
        self,
        url: str,
        *,
        method: str = "GET",
        headers: HeaderOptions | None = None,
        json: Any = None,
        data: str | bytes | Fields | None = None,
        credentials: Credentials = "same-origin",
        mode: Mode = "cors",
        redirect: Redirect = "follow",
    ) -> Request:
        """Return the request of one call. Raises `TypeError` and `ValueError`, as browsers do."""
        body = self._json(json) if data is None else _body(data, json)
        given = _headers(headers)
        names = {name.lower() for name, _ in given}
        added = tuple(header for header in body.headers if header[0].lower() not in names)
        request = Request(
            str(self.url(url)),
            _text("method", method),
            (*given, *added),
            body.content,
            body.content_type,
            credentials,
            mode,
            redirect,
        )
        problem = request.problem()
        if problem is not None:
            raise ValueError(f"{problem.message} {problem.fix}")
        return request

    def url(self, text: str) -> URL:
        """Return a URL, or a path of the app, as a URL. Raises `TypeError` and `ValueError`."""
        url = URL.parse(_text("url", text), self.base)
        if url is None or url.has_credentials:
            raise ValueError(
                f"{text!r} is nothing that a script can fetch: write a path of the app, or a URL "
                "of http or https, without a password."
            )
        return url

    def _json(self, value: Any) -> Body:
        # A script has to say the type itself: a string alone would bring text/plain.
        if value is None:
            return Body()
        content = self.dumps(value).encode()
        return Body(content, headers=(("Content-Type", "application/json"),))


def place(origin: object) -> str | None:
    """Return where a page is to be opened. Raises `TypeError`."""
    if not isinstance(origin, str | None):
        raise TypeError(f"{origin!r}: write a string, or None for a sandboxed page.")
    return origin


def form_fields(fields: object) -> bytes:
    """Return the fields of a form as its body. Raises `TypeError`."""
    if not isinstance(fields, Mapping):
        raise TypeError(f"data={fields!r}: a form has fields: write them as a mapping.")
    return urlencode(cast("Fields", fields), doseq=True).encode()


def _body(data: object, json: Any) -> Body:
    """Return a body with its type: https://fetch.spec.whatwg.org/#concept-bodyinit-extract."""
    if json is not None:
        raise TypeError("Give json or data, not both: a request has one body.")
    if isinstance(data, str):
        return Body(data.encode(), "text/plain;charset=UTF-8")
    if isinstance(data, bytes):
        return Body(data)
    if isinstance(data, Mapping):
        return Body(form_fields(cast("Fields", data)), f"{FORM_TYPE};charset=UTF-8")
    raise TypeError(f"data={data!r}: write a string, bytes, or a mapping of a form's fields.")


def _headers(headers: object) -> tuple[Header, ...]:
    if headers is None:
        return ()
    if isinstance(headers, Iterable) and not isinstance(headers, str | bytes):
        mapping = isinstance(headers, Mapping)
        pairs = cast("Fields", headers).items() if mapping else cast("Iterable[object]", headers)
        found = tuple(pairs)
        if all(_is_header(pair) for pair in found):
            return cast("tuple[Header, ...]", found)
    raise TypeError(f"headers={headers!r}: write a mapping, or pairs, of strings.")


def _is_header(pair: object) -> bool:
    """Report whether somebody wrote a name and a value."""
    match pair:
        case (str(), str()):
            return True
        case _:
            return False


def _text(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{name}={value!r}: write a string.")
    return value
