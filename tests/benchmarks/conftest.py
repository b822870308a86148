"""One measuring for all tests of this folder."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

TESTS = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def figures() -> Any:
    """Measure in a process of its own, which nobody traces and where nobody listens."""
    words = [sys.executable, "-m", "benchmarks.measuring"]
    done = subprocess.run(words, cwd=TESTS, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)
