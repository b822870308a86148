"""What holds for all tests."""

import os

import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Leave the programs that tests start alone: coverage is of the tests' own processes."""
    if hasattr(config, "workerinput"):
        for name in [name for name in os.environ if name.startswith("COVERAGE_")]:
            del os.environ[name]
