"""Try every fault at every point in every way: `cd tests && python -m faults`."""

import os
import sys
from pathlib import Path

import pytest

os.environ["STRICTCORS_ALL_FAULTS"] = "1"
sys.exit(pytest.main([str(Path(__file__).parent), "-q", *sys.argv[1:]]))
