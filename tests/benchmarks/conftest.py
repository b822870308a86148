"""What is measured once for all tests of this folder."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

TESTS = Path(__file__).parents[1]


def measured(what: str) -> Any:
    """Measure in a process of its own, which nobody traces and where nobody listens."""
    words = [sys.executable, "-m", "benchmarks.measuring", what]
    done = subprocess.run(words, cwd=TESTS, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


@pytest.fixture(scope="session")
def counted() -> Any:
    """Return how much work requests are."""
    return measured("work")


@pytest.fixture(scope="session")
def large() -> Any:
    """Return what a large policy takes."""
    return measured("large")
