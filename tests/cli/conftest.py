from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from click.testing import Result
from flask import Flask

from flask_strictcors.cli import cors


@pytest.fixture
def typed() -> Callable[..., Result]:
    """Type `flask cors …` for an app; with `debug`, as `flask --debug`."""

    def type_it(app: Flask, *words: str, debug: bool = False) -> Result:
        env: dict[str, Any] = {"FLASK_DEBUG": "1" if debug else None}
        return app.test_cli_runner().invoke(cors, words, env=env)

    return type_it
