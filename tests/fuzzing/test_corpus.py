"""Every input that fuzzing has kept is judged again, without the fuzzer."""

from __future__ import annotations

from importlib import import_module

import pytest

from . import CORPUS, TARGETS


@pytest.mark.parametrize("target", TARGETS)
def test_no_input_of_the_corpus_finds_anything(target: str) -> None:
    check = import_module(f"fuzzing.{target}").check
    inputs = sorted((CORPUS / target).iterdir())
    assert len(inputs) > 20
    for path in inputs:
        try:
            check(path.read_bytes())
        except BaseException as error:
            error.add_note(f"the input is {path}")
            raise


def test_the_corpora_are_of_the_targets_and_small() -> None:
    assert sorted(folder.name for folder in CORPUS.iterdir()) == sorted(TARGETS)
    assert sum(path.stat().st_size for path in CORPUS.rglob("*")) < 400_000
