"""A WSGI server of one request: it keeps every call of start_response, every write and close."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from werkzeug.test import EnvironBuilder

SHOP = "https://shop.example"
EVIL = "https://evil.example"
OWN = "http://api.example"

Header = tuple[str, str]


@dataclass
class Answer:
    """What the server was given, in order; `status`, `headers` are the last start's."""

    starts: list[tuple[str, list[Header], Any]] = field(default_factory=list)
    written: list[bytes] = field(default_factory=list)
    body: bytes = b""

    @property
    def status(self) -> int:
        return int(self.starts[-1][0][:3])

    @property
    def headers(self) -> list[Header]:
        return self.starts[-1][1]

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name.lower()]

    @property
    def cors(self) -> dict[str, str]:
        return {k: v for k, v in self.headers if k.lower().startswith("access-control-")}


def environ(
    path: str | None = "/",
    *,
    method: str = "GET",
    script_name: str | None = "",
    **overrides: Any,
) -> WSGIEnvironment:
    """Return an environ; `overrides` are its keys, `origin` for short, and None removes one."""
    if "origin" in overrides:
        overrides["HTTP_ORIGIN"] = overrides.pop("origin")
    made = EnvironBuilder(base_url=OWN, method=method).get_environ()
    made |= {"SCRIPT_NAME": script_name, "PATH_INFO": path} | overrides
    return {key: value for key, value in made.items() if value is not None}


def preflight(
    origin: str = SHOP, wants: str = "PUT", path: str = "/", **overrides: Any
) -> WSGIEnvironment:
    requested = {"HTTP_ORIGIN": origin, "HTTP_ACCESS_CONTROL_REQUEST_METHOD": wants}
    return environ(path, method="OPTIONS", **requested | overrides)


def serve(app: WSGIApplication, request: WSGIEnvironment) -> Answer:
    answer = Answer()

    def start_response(
        status: str, headers: list[Header], exc_info: Any = None, /
    ) -> Callable[[bytes], object]:
        answer.starts.append((status, headers, exc_info))
        return answer.written.append

    body = app(request, start_response)
    try:
        answer.body = b"".join(body)
    finally:
        close = getattr(body, "close", None)
        if close is not None:
            close()
    return answer


class App:
    """A WSGI app that counts its calls and answers with the headers it was made with."""

    def __init__(self, *headers: Header) -> None:
        self.headers = headers
        self.calls: list[WSGIEnvironment] = []

    def __call__(self, request: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        self.calls.append(request)
        start_response("200 OK", [("Content-Type", "text/plain"), *self.headers])
        return [b"the app"]
