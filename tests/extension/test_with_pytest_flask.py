"""A team's own suite, with pytest-flask's fixtures, sees what a browser would be told."""

from __future__ import annotations

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient

from flask_strictcors import StrictCORS

from .wire import APP, EVIL, SILENT, cors_headers, granted, offered


@pytest.fixture
def app() -> Flask:
    app = Flask(__name__)
    StrictCORS(app, origins=[APP])

    @app.get("/prices")
    def prices() -> str:
        return "1"

    return app


@pytest.mark.parametrize(("origin", "expected"), [(APP, granted()), (EVIL, SILENT)])
def test_the_client_fixture_gets_the_headers(
    client: FlaskClient, origin: str, expected: dict[str, str]
) -> None:
    assert cors_headers(client.get(url_for("prices"), headers={"Origin": origin})) == expected


def test_the_client_fixture_gets_a_preflight_answered(client: FlaskClient) -> None:
    headers = {"Origin": APP, "Access-Control-Request-Method": "GET"}
    response = client.options("/prices", headers=headers)
    assert (response.status_code, cors_headers(response)) == (204, offered("GET, HEAD"))
