"""What work costs as texts grow, in calls: the same on every machine, and on the next run."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable
from types import FrameType

from core.counting import calls_in

_SIZES = (400, 1600)
_SLACK = 1000
"""What may come once: another ground is looked at, a cache is missed."""


def is_measured(data: bytes) -> bool:
    """Report whether the input is one of the few whose cost is looked at, which costs most."""
    return zlib.crc32(data) % 128 == 0


def grown(text: str, size: int) -> str:
    """Return the text with its middle repeated until it is about so long."""
    start, end = len(text) // 3, len(text) - len(text) // 3
    middle = text[start:end] or "a"
    return text[:start] + middle * (1 + size // len(middle)) + text[end:]


def check_linear(work: Callable[[str], object], text: str) -> None:
    """Fail where four times the length costs much more than four times as much, so not sixteen."""
    few, many = (grown(text, size) for size in _SIZES)
    # What is loaded on first use is no cost of the text's.
    work(few)
    before, after = calls_in(lambda: work(few)), calls_in(lambda: work(many))
    assert after <= 6 * before + _SLACK, f"{before} calls become {after}: {few!r}"


def check_bounded(work: Callable[[str], object], text: str, most: int) -> None:
    """Fail where the text costs more than so many calls, however long it is."""
    for size in (0, *_SIZES):
        asked = grown(text, size) if size else text
        calls = calls_in(lambda asked=asked: work(asked))
        assert calls <= most, f"{calls} calls: {asked!r}"


def calls_by(package: str, work: Callable[[], object]) -> int:
    """Return how many calls the modules of a package make while the work is done."""
    count = 0

    def see(frame: FrameType, event: str, arg: object) -> None:
        nonlocal count
        module = str(frame.f_globals.get("__name__", ""))
        count += event in ("call", "c_call") and module.startswith(package)

    before = sys.getprofile()
    sys.setprofile(see)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count
