"""Which tests a mutant is tried by, and in which order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import accumulate

# After so many seconds of tests, which began with the likeliest, a mutant counts as a survivor.
ENOUGH = 30.0
# A test that takes longer waits until the quick ones of files as near have run.
QUICK = 0.1


def likeliest(module: str, tests: Iterable[str], seconds: Mapping[str, float]) -> list[str]:
    """Return the tests to run, in their order, and not for too long.

    Near files come first, in these the quick tests, and one case of each before the second of any.
    """
    words = _words(module)
    cases: Counter[str] = Counter()
    ranked = []
    for test in sorted(tests, key=lambda test: (seconds[test], test)):
        function = test.partition("[")[0]
        near = len(words & _words(function.partition(".py::")[0]))
        ranked.append((-near, seconds[test] > QUICK, cases[function], seconds[test], test))
        cases[function] += 1
    in_order = sorted(ranked)
    begins = accumulate((each for *_, each, _ in in_order), initial=0.0)
    return [test for (*_, test), begin in zip(in_order, begins, strict=False) if begin < ENOUGH]


def _words(path: str) -> set[str]:
    """Return the words of a path or a module, without their endings."""
    return {word[:6] for word in path.replace("/", ".").replace("_", ".").split(".")}
