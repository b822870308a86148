"""How much work something is, in calls: clocks differ from machine to machine."""

import gc
import sys
from collections.abc import Callable
from types import FrameType


def calls_in(work: Callable[[], object]) -> int:
    """Return how many functions, Python's and C's, were called by the work."""
    count = 0

    def see(frame: FrameType, event: str, arg: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    # A collection would call what others hung into it, and what it finds to finalize.
    gc.disable()
    sys.setprofile(see)
    try:
        work()
    finally:
        sys.setprofile(before)
        gc.enable()
    return count


class Untouchable(str):
    """A text that has a length, and fails whoever reads a character of it."""

    __slots__ = ()

    def _fail(self, *args: object) -> bool:
        raise AssertionError("the text was read")

    __contains__ = __eq__ = __getitem__ = __hash__ = __iter__ = _fail
    casefold = encode = endswith = find = isascii = isdecimal = lower = partition = _fail
    rpartition = split = startswith = strip = _fail


class Watched(str):
    """A text that counts the characters and parts that are taken out of it or looked through."""

    __slots__ = ("seen",)

    def __init__(self, text: str) -> None:
        self.seen = 0

    def __getitem__(self, index):
        part = super().__getitem__(index)
        self.seen += len(part)
        return part

    def find(self, sub, start=0, end=sys.maxsize):
        found = super().find(sub, start, end)
        self.seen += (min(end, len(self)) if found < 0 else found) - start
        return found

    def split(self, sep=None, maxsplit=-1):
        parts = super().split(sep, maxsplit)
        self.seen += len(parts)
        return parts
