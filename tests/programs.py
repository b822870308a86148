"""Programs that a machine may lack: their tests are skipped there, and fail where all must run."""

import os
from typing import NoReturn

import pytest


def lack(reason: object) -> NoReturn:
    """Skip for this reason; fail where somebody asks for what is missing."""
    if os.environ.get("STRICTCORS_REQUIRE_BROWSERS") == "1":
        pytest.fail(f"{reason}, and STRICTCORS_REQUIRE_BROWSERS=1 asks for it")
    pytest.skip(str(reason))
