"""Logs what went over the wire: each request that reached a server, and the headers sent back."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

WSGIApp = Callable[..., Iterable[bytes]]


@dataclass(slots=True)
class Exchange:
    """One request and its answer; header names are lower-case."""

    method: str
    path: str
    request: dict[str, str]
    status: int = 0
    response: list[tuple[str, str]] = field(default_factory=list)

    @property
    def origin(self) -> str | None:
        """Return the request's ``Origin``, ``None`` where there was none."""
        return self.request.get("origin")

    @property
    def is_preflight(self) -> bool:
        """Report whether the browser sent this by itself to ask first."""
        return self.method == "OPTIONS" and "access-control-request-method" in self.request

    @property
    def cors(self) -> dict[str, str]:
        """Return every ``Access-Control-*`` header of the answer without that prefix."""
        prefix = "access-control-"
        found = [
            (name.removeprefix(prefix), value)
            for name, value in self.response
            if name.startswith(prefix)
        ]
        assert len(found) == len(dict(found)), f"sent twice: {found}"
        return dict(found)

    @property
    def allowed_methods(self) -> set[str]:
        """Return the members of ``Access-Control-Allow-Methods``."""
        return _members([self.cors.get("allow-methods", "")])

    @property
    def vary(self) -> set[str]:
        """Return the members of all ``Vary`` lines, lower-case."""
        lines = [value.lower() for name, value in self.response if name == "vary"]
        return _members(lines)


class Wire:
    """A WSGI application that passes everything on and remembers it."""

    def __init__(self, app: WSGIApp) -> None:
        self._app = app
        self.exchanges: list[Exchange] = []

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        exchange = Exchange(
            environ["REQUEST_METHOD"], environ["PATH_INFO"], _request_headers(environ)
        )
        self.exchanges.append(exchange)

        def logged(status: str, headers: list[tuple[str, str]], *exc_info: Any) -> Any:
            exchange.status = int(status.split(maxsplit=1)[0])
            exchange.response = [(name.lower(), value) for name, value in headers]
            return start_response(status, headers, *exc_info)

        return self._app(environ, logged)

    @property
    def preflights(self) -> list[Exchange]:
        """Return what the browser asked before it dared to send."""
        return [exchange for exchange in self.exchanges if exchange.is_preflight]

    @property
    def requests(self) -> list[Exchange]:
        """Return what was sent because the page wanted it."""
        return [exchange for exchange in self.exchanges if not exchange.is_preflight]

    def at(self, path: str) -> list[Exchange]:
        """Return what reached one path: browsers fetch icons of shown pages on their own."""
        return [exchange for exchange in self.exchanges if exchange.path == path]

    @property
    def lines(self) -> list[str]:
        """Return method and path of everything, in order."""
        return [f"{exchange.method} {exchange.path}" for exchange in self.exchanges]


def _request_headers(environ: dict[str, Any]) -> dict[str, str]:
    return {
        key.removeprefix("HTTP_").replace("_", "-").lower(): value
        for key, value in environ.items()
        if key.startswith("HTTP_")
    }


def _members(lines: Iterable[str]) -> set[str]:
    return {member for line in lines for item in line.split(",") if (member := item.strip())}
