"""Apps on SQLite in this process, and a tenant's own endpoints."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask

from saas import create_app
from saas.models import db


@contextmanager
def created(url: str) -> Iterator[Flask]:
    app = create_app(DATABASE_URL=url)
    with app.app_context():
        db.create_all()
    yield app
    with app.app_context():
        db.engine.dispose()


class Own:
    """A tenant's own endpoints, asked with an API key."""

    def __init__(self, app: Flask, key: str | None, tenant: str = "north") -> None:
        self.client = app.test_client()
        self.headers = {} if key is None else {"Authorization": f"Bearer {key}"}
        self.url = f"/v1/{tenant}/origins"

    def get(self) -> Any:
        return self.client.get(self.url, headers=self.headers)

    def add(self, origin: object) -> Any:
        return self.client.post(self.url, headers=self.headers, json={"origin": origin})

    def remove(self, origin: str) -> Any:
        asked = {"origin": origin}
        return self.client.delete(self.url, headers=self.headers, query_string=asked)
