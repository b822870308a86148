"""What a process holds, and whether that grows with what it serves."""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from pathlib import Path
from resource import getpagesize
from typing import NamedTuple

# Beyond what a warm process holds. A leak of one block in a thousand requests is this many in two
# million. Some growth is Python's own: its cache of attributes keeps up to 4096 names by which
# they were looked up, and a MethodView makes a new one of each request's method.
MOST_BLOCKS = 2000
MOST_OBJECTS = 250
MOST_RSS = 4 << 20


class Mark(NamedTuple):
    """What is held after so many requests: bytes of the process, and blocks and objects of Python.

    A block is one piece of allocated memory; an object one that the garbage collector looks after.
    """

    requests: int
    rss: int
    blocks: int
    objects: int


def mark(requests: int) -> Mark:
    """Look at this process, after all garbage is gone."""
    gc.collect()
    gc.collect()
    objects = len(gc.get_objects())
    return Mark(requests, rss_of("self"), sys.getallocatedblocks(), objects)


def rss_of(process: int | str) -> int:
    """Return the resident bytes of a process."""
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * getpagesize()


def is_flat(marks: Sequence[Mark]) -> bool:
    """Report whether nothing has grown since the first mark, which is of a warm process."""
    blocks, objects, rss = grown(marks)
    return blocks <= MOST_BLOCKS and objects <= MOST_OBJECTS and rss <= MOST_RSS


def grown(marks: Sequence[Mark]) -> tuple[int, int, int]:
    """Return how many blocks, objects and resident bytes more there are."""
    first, last = marks[0], marks[-1]
    return last.blocks - first.blocks, last.objects - first.objects, last.rss - first.rss
