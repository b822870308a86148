"""What happens to servers, and what all the workers of one say."""

from __future__ import annotations

import itertools
import re
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from redis import Redis

from saas.stack import Server, Stack

from .asking import LONG_ENOUGH

numbers = itertools.count()


@contextmanager
def down(server: Server, by: signal.Signals = signal.SIGKILL) -> Iterator[None]:
    """End a server for the block."""
    server.end(by)
    try:
        yield
    finally:
        server.start()


@contextmanager
def frozen(server: Server) -> Iterator[None]:
    """Let a server take connections, and say nothing, for the block."""
    server.send(signal.SIGSTOP)
    try:
        yield
    finally:
        server.send(signal.SIGCONT)


def forget_all(stack: Stack) -> None:
    """Do at once what time does."""
    with Redis.from_url(stack.redis_url) as redis:
        redis.flushall()


def answers_of_all(stack: Stack, ask: Callable[[str], bool]) -> dict[str, set[bool]]:
    """Ask until each worker has answered, by the access log; return what each of them said."""
    workers = set(re.findall(r"Booting worker with pid: (\d+)", stack.gunicorn.said()))
    found: dict[str, set[bool]] = {}
    deadline = time.monotonic() + LONG_ENOUGH
    with ThreadPoolExecutor(8) as pool:
        while found.keys() != workers:
            assert time.monotonic() < deadline, f"of {workers}, only {found} answered"
            marks = [f"?mark={next(numbers)}-" for _ in range(24)]
            told = dict(zip(marks, pool.map(ask, marks), strict=True))
            for pid, mark in re.findall(r"<(\d+)> \S+ \S+(\?mark=\d+-)", stack.gunicorn.said()):
                if mark in told:
                    found.setdefault(pid, set()).add(told[mark])
    return found
