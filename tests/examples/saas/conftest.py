"""Apps of examples/saas, for the tests that need no server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from saas.commands import add_tenant

from .made import Own, created


@pytest.fixture
def app() -> Iterator[Flask]:
    with created("sqlite://") as app:
        yield app


@pytest.fixture
def keys(app: Flask) -> dict[str, str]:
    with app.app_context():
        return {name: add_tenant(name) for name in ("north", "south")}


@pytest.fixture
def own(app: Flask, keys: dict[str, str]) -> Own:
    return Own(app, keys["north"])
