"""Judges the inputs of a corpus again, without the fuzzer, on any Python."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from . import CORPUS


def inputs_of(target: str) -> list[Path]:
    """Return all inputs of a target."""
    return sorted((CORPUS / target).iterdir())


def written_by_hand(target: str) -> list[Path]:
    """Return the inputs that are there for what they are, whatever else reaches as much."""
    return [path for path in inputs_of(target) if path.name.startswith("by-hand-")]


def replay(target: str) -> None:
    """Fail where an input fails, or one that was written by hand costs too much."""
    module = import_module(f"fuzzing.{target}")
    _replay(module.check, inputs_of(target))
    _replay(module.measure, written_by_hand(target))


def _replay(judge: Callable[[bytes], None], inputs: list[Path]) -> None:
    for path in inputs:
        try:
            judge(path.read_bytes())
        except BaseException as error:
            error.add_note(f"the input is {path}")
            raise
