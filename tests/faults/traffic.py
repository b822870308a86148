"""The requests that every world gets, each with what the decision table promises for it."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from io import BytesIO
from typing import Any, NamedTuple

from extension.wire import (
    APP,
    EVIL,
    PREFLIGHT_SILENT,
    SILENT,
    cors_headers,
    granted,
    offered,
)
from flask import has_app_context, has_request_context
from werkzeug.test import EnvironBuilder

OWN = "http://localhost"
DECISION = "StrictCORS-Decision"
BARRED = b"Cross-origin request refused.\n"


class Call(NamedTuple):
    """One request: the CORS headers of its answer, and the signal where something is refused."""

    name: str
    path: str
    method: str
    origin: str | None
    cors: dict[str, str]
    signal: str | None = None
    wants: str | None = None
    asks: str | None = None

    @property
    def is_preflight(self) -> bool:
        return self.wants is not None

    @property
    def is_barred(self) -> bool:
        """Report whether the view may not run where the rules are enforced."""
        return self.signal is not None and self.asks is None

    def environ(self) -> dict[str, Any]:
        sent = {
            "HTTP_ORIGIN": self.origin,
            "HTTP_ACCESS_CONTROL_REQUEST_METHOD": self.wants,
            "HTTP_ACCESS_CONTROL_REQUEST_HEADERS": self.asks,
        }
        given = {name: value for name, value in sent.items() if value is not None}
        return _environ(self.path, self.method) | given | {"wsgi.input": BytesIO()}


@cache
def _environ(path: str, method: str) -> dict[str, Any]:
    return EnvironBuilder(path, OWN, method=method).get_environ()


_OFFER = offered("GET, HEAD, PUT")
_TO_ALL = offered("GET, HEAD", "*")

ACTUAL = [
    Call("allowed", "/", "GET", APP, granted()),
    Call("refused", "/", "GET", EVIL, SILENT, "origin"),
    Call("without an origin", "/", "GET", None, SILENT),
    Call("from its own origin", "/", "PUT", OWN, SILENT),
    Call("for everybody", "/public", "GET", EVIL, granted("*")),
    Call("by an unlisted method", "/listed", "POST", APP, SILENT, "preflight"),
    Call("allowed, to nowhere", "/nowhere", "GET", APP, granted()),
    Call("refused, to nowhere", "/nowhere", "GET", EVIL, SILENT, "origin"),
    Call("allowed, by a method that is not served", "/", "DELETE", APP, granted()),
]
PREFLIGHTS = [
    Call("asked for", "/", "OPTIONS", APP, _OFFER, None, "PUT"),
    Call("asked for by a stranger", "/", "OPTIONS", EVIL, PREFLIGHT_SILENT, "origin", "PUT"),
    Call("asked for with a header", "/", "OPTIONS", APP, _OFFER, "preflight", "PUT", "x-a"),
    Call("asked for by anybody", "/public", "OPTIONS", EVIL, _TO_ALL, None, "GET"),
]
TRAFFIC = [*ACTUAL, *PREFLIGHTS]


class Got(NamedTuple):
    """What a server saw of one request: an answer, an exception, or first one and then the other.

    `left` says which contexts were still pushed when it was over.
    """

    status: str | None
    headers: list[tuple[str, str]]
    body: bytes
    error: BaseException | None
    left: tuple[bool, bool]

    @property
    def cors(self) -> dict[str, str]:
        return cors_headers(self)  # type: ignore[arg-type]  # it has headers, as a response has

    @property
    def others(self) -> list[tuple[str, str]]:
        """All lines but those of CORS and caches."""
        ours = ("access-control-", "strictcors-", "vary")
        return sorted(line for line in self.headers if not line[0].lower().startswith(ours))


def serve(app: Any, call: Call) -> Got:
    """Serve one request as a strict server does, and keep whatever comes of it."""
    started: list[tuple[str, list[tuple[str, str]]]] = []
    chunks: list[bytes] = []
    error: BaseException | None = None
    environ = call.environ()

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        assert exc_info or not started, "started twice"
        started.append((status, list(headers)))
        return chunks.append

    try:
        _write(app(environ, start_response), chunks)
    except BaseException as raised:
        error = raised
    kept = [name for name in environ if name.startswith("flask_strictcors")]
    assert not kept, f"left in the environ: {kept}"
    status, headers = started[-1] if started else (None, [])
    return Got(status, headers, b"".join(chunks), error, contexts_left())


def _write(body: Iterable[bytes], chunks: list[bytes]) -> None:
    try:
        chunks.extend(body)
    finally:
        with suppress(AttributeError):
            body.close  # noqa: B018
            body.close()  # type: ignore[attr-defined]


def contexts_left() -> tuple[bool, bool]:
    return has_app_context(), has_request_context()


def promised(call: Call, control: Got | None, *, is_debug: bool = False) -> dict[str, str]:
    """Return the table's headers, with the members of Vary that others have set."""
    expected = dict(call.cors)
    theirs = control.cors.get("Vary") if control else None
    if theirs:
        members = {*theirs.split(", "), *expected.get("Vary", theirs).split(", ")}
        expected["Vary"] = ", ".join(sorted(members))
    if is_debug:
        expected[DECISION] = _decision(call)
    return expected


def _decision(call: Call) -> str:
    label = {"/public": "view shop.public", "/listed": "view shop.listed"}.get(call.path, "app")
    reasons = {None: "none", "origin": "not-allowed", "preflight": "method-not-allowed"}
    reason = "header-not-allowed" if call.asks else reasons[call.signal]
    word = "refused" if call.signal else "allowed"
    return f'rule="{label}"; verdict={word}; reason={reason}'
