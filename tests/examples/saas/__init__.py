"""The tests of examples/saas, which is imported here, and nothing else of that folder."""

import sys
from importlib import import_module
from pathlib import Path

EXAMPLES = Path(__file__).parents[3] / "examples"

sys.path.insert(0, str(EXAMPLES))
import_module("saas")
sys.path.remove(str(EXAMPLES))
