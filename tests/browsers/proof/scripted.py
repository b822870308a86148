"""Serves the answers of many combinations at once, and logs for each what reached it."""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from .combination import Answer, Combination, Map
from .observation import Line

PAGES = {
    "/page": (),
    # Also what a frame with a sandbox attribute is: a page whose origin is opaque.
    "/sandboxed": (("Content-Security-Policy", "sandbox allow-scripts allow-forms"),),
}
HTML = b'<!doctype html><title>page</title><link rel="icon" href="data:,"><body></body>'
WITHOUT_BODY = {204, 304}


def answer_at(map_: Map, combination: Combination, line: Line) -> Answer:
    """Return what is answered to a request, with nothing left to fill in."""
    path = urlsplit(line.url).path
    name, _, stop = path[1:].partition("/")
    if name != combination.name or not stop.isdigit() or int(stop) >= len(combination.stops):
        return Answer(410)
    there = combination.stops[int(stop)]
    answer = there.preflight if line.is_preflight else there.actual
    filled = map_.filled(combination, answer.headers)
    headers = tuple((name, _echoed(value, line)) for name, value in filled)
    if answer.status in WITHOUT_BODY:
        return Answer(answer.status, headers)
    length = ("Content-Length", str(len(answer.body)))
    body = "" if line.method == "HEAD" else answer.body
    return Answer(answer.status, (*headers, length), body)


def _echoed(value: str, line: Line) -> str:
    """Return a header's value with what the preflight has asked for filled in."""
    for name in ("method", "headers"):
        asked = line.headers.get(f"access-control-request-{name}", "")
        value = value.replace(f"{{asked-{name}}}", asked)
    return value


class Scripted:
    """A WSGI application that answers as the combination does that the path names."""

    def __init__(self) -> None:
        self.map = Map({})
        self._running: dict[str, Combination] = {}
        self._log: dict[str, list[Line]] = {}

    def add(self, combination: Combination) -> None:
        """Answer for one more combination."""
        self._log[combination.name] = []
        self._running[combination.name] = combination

    def take(self, combination: Combination) -> tuple[Line, ...]:
        """Return what came for a combination, in order, and forget both."""
        del self._running[combination.name]
        return tuple(self._log.pop(combination.name))

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path in PAGES:
            start_response("200 OK", [("Content-Type", "text/html"), *PAGES[path]])
            return [HTML]
        line = _line(environ)
        combination = self._running.get(path[1:].partition("/")[0])
        if combination is None:
            start_response("404 Not Found", [])
            return []
        self._log[combination.name].append(line)
        answer = answer_at(self.map, combination, line)
        start_response(f"{answer.status} Said", [*answer.headers])
        return [answer.body.encode()]


def _line(environ: dict[str, Any]) -> Line:
    headers = {
        key.removeprefix("HTTP_").replace("_", "-").lower(): value
        for key, value in environ.items()
        if key.startswith("HTTP_") or key == "CONTENT_TYPE"
    }
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    address = f"{environ['wsgi.url_scheme']}://{headers['host']}{environ['REQUEST_URI']}"
    return Line(environ["REQUEST_METHOD"], address, headers, body.decode())
