"""Every input that fuzzing has kept is judged again, without the fuzzer."""

from __future__ import annotations

import pytest

from . import CORPUS, TARGETS
from .replaying import inputs_of, replay, written_by_hand


@pytest.mark.parametrize("target", TARGETS)
def test_no_input_of_the_corpus_finds_anything(target: str) -> None:
    replay(target)
    assert len(inputs_of(target)) > 20
    assert len(written_by_hand(target)) > 8


def test_the_corpora_are_of_the_targets_and_small() -> None:
    assert sorted(folder.name for folder in CORPUS.iterdir()) == sorted(TARGETS)
    assert sum(path.stat().st_size for path in CORPUS.rglob("*")) < 400_000
