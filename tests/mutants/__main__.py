"""Runs mutmut and judges what it leaves: ``python -m tests.mutants [PATTERN...]``, at the root."""

import os
import shutil
import sys
from collections.abc import Sequence

# The properties are run again and again: few examples, always the same.
os.environ.setdefault("STRICTCORS_EXAMPLES", "10")

from .judging import complaints, table
from .results import read_listed, read_mutants
from .running import run


def main(patterns: Sequence[str]) -> int:
    """Run the mutants whose names match, or all; the exit status is 1 where one is unexplained."""
    if not patterns:
        # mutmut keeps its results although tests have changed.
        shutil.rmtree("mutants", ignore_errors=True)
    run(tuple(patterns))
    mutants = list(read_mutants(tuple(patterns)))
    wrong = list(complaints(mutants, read_listed()))
    sys.stdout.write("\n".join(["", *table(mutants), *wrong, ""]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
