"""Listens to both signals of one application, for tests that compare its story with the wire."""

import queue
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple, Protocol

from flask_strictcors import Rejection, origin_rejected, preflight_rejected


class Story(NamedTuple):
    """One refusal as the server tells it."""

    signal: str
    rejection: Rejection


class Heard:
    """What has been said so far; each story is told once."""

    def __init__(self) -> None:
        self._stories: queue.SimpleQueue[Story] = queue.SimpleQueue()

    def add(self, signal: str, rejection: Rejection) -> None:
        self._stories.put(Story(signal, rejection))

    def one(self) -> Story:
        """Return the only story; it may come a moment after the script has its answer."""
        story = self._stories.get(timeout=5)
        assert self.is_silent, self._stories.get()
        return story

    @property
    def is_silent(self) -> bool:
        """Report whether no story is left."""
        return self._stories.empty()


class Listen(Protocol):
    """Start listening to an application until the test ends."""

    def __call__(self, app: object) -> Heard: ...


@contextmanager
def listening(app: object) -> Iterator[Heard]:
    """Collect what both signals say about ``app``."""
    heard = Heard()

    def on_origin(sender: Any, rejection: Rejection, **extra: Any) -> None:
        heard.add("origin_rejected", rejection)

    def on_preflight(sender: Any, rejection: Rejection, **extra: Any) -> None:
        heard.add("preflight_rejected", rejection)

    with (
        origin_rejected.connected_to(on_origin, app),
        preflight_rejected.connected_to(on_preflight, app),
    ):
        yield heard
