"""The mistakes of `refused.py` get the codes that the documentation promises."""

import runpy
from collections.abc import Callable
from types import ModuleType

import pytest

CODES = [
    ["origin-trailing-slash"],
    ["origin-scheme-missing"],
    ["origin-case"],
    ["origin-unicode"],
    ["origin-regex"],
    ["origin-wildcard"],
    ["origin-null"],
    ["origins-empty"],
    ["credentials-any-origin"],
    ["credentials-insecure-origin"],
    ["credentials-public-suffix"],
    ["credentials-any-exposed-header"],
    ["wrong-type"],
    ["option-unknown"],
    ["method-case", "method-forbidden"],
    ["header-syntax", "header-forbidden", "header-direction"],
    ["max-age-range"],
    ["allowlist-missing"],
]


def test_each_mistake_is_refused_with_all_its_problems(
    load: Callable[[str], ModuleType],
) -> None:
    refusals = list(load("refused").refusals())
    codes = [[str(problem.code) for problem in error.problems] for _, error in refusals]
    assert codes == CODES


def test_every_code_and_fix_is_printed_under_its_mistake(
    load: Callable[[str], ModuleType], capsys: pytest.CaptureFixture[str]
) -> None:
    module = load("refused")
    runpy.run_path(str(module.__file__), run_name="__main__")
    blocks = capsys.readouterr().out.rstrip().split("\n\n")
    for block, (written, error) in zip(blocks, module.refusals(), strict=True):
        lines = block.splitlines()
        if "<function" not in written:
            assert lines[0] == written
        assert lines[1::2] == [f"    {p.code}: {p.message}" for p in error.problems]
        assert lines[2::2] == [f"    → {p.fix}" for p in error.problems]
