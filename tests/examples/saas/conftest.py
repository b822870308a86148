"""Lets the tests import examples/saas."""

from __future__ import annotations

import sys
from pathlib import Path

EXAMPLES = Path(__file__).parents[3] / "examples"

# The name of the package, and no other of that folder's.
sys.path.insert(0, str(EXAMPLES))
import saas.__main__  # noqa: E402, F401

sys.path.remove(str(EXAMPLES))
