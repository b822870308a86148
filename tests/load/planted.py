"""Faults that are planted into one app, so that a soak shows that it would find them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from .cases import Load

ALLOW_ORIGIN = "Access-Control-Allow-Origin"


class Leaking:
    """Keep something of each request."""

    def __init__(self, app: WSGIApplication) -> None:
        self.app = app
        self.kept: list[object] = []

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        self.kept.append([environ["PATH_INFO"]])
        return self.app(environ, start)


class Mistaken:
    """Author the origin of whoever came last, who need not be whoever is answered."""

    def __init__(self, app: WSGIApplication) -> None:
        self.app = app
        self.origin = ""

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        self.origin = environ.get("HTTP_ORIGIN", "")

        def start_response(status: str, lines: list[tuple[str, str]], *rest: Any) -> Any:
            told = {ALLOW_ORIGIN: self.origin}
            lines = [(n, told.get(n, v) if v.startswith("https://") else v) for n, v in lines]
            return start(status, lines, *rest)

        return self.app(environ, start_response)


class Remembering:
    """Answer a path with the headers that it was answered with first."""

    def __init__(self, app: WSGIApplication) -> None:
        self.app = app
        self.kept: dict[str, list[tuple[str, str]]] = {}

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        def start_response(status: str, lines: list[tuple[str, str]], *rest: Any) -> Any:
            return start(status, self.kept.setdefault(environ["PATH_INFO"], lines), *rest)

        return self.app(environ, start_response)


PLANTS: dict[str, Callable[[WSGIApplication], WSGIApplication]] = {
    "leak": Leaking,
    "mix-up": Mistaken,
    "stale": Remembering,
}


@contextmanager
def planted(load: Load, fault: str, app: str = "town") -> Iterator[None]:
    """Put a fault in front of one app."""
    sound = load.apps[app]
    load.apps[app] = sound._replace(wsgi=PLANTS[fault](sound.wsgi))
    try:
        yield
    finally:
        load.apps[app] = sound
