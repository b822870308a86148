"""What is at hand of a request when its verdict is made."""

from __future__ import annotations

import pytest
from flask import Flask

from flask_strictcors import StrictCORS

from .wire import APP, actual, cors_headers, granted, heard, preflight, reasons, route

OWN = "https://own.example.com"


@pytest.mark.parametrize(("own_origins", "told"), [([OWN], []), ([], [("origin", "not-allowed")])])
def test_nothing_is_told_of_a_request_from_the_apps_own_origin(
    own_origins: list[str], told: list[tuple[str, str]]
) -> None:
    app = Flask(__name__, static_folder=None)
    StrictCORS(app, origins=[APP], own_origins=own_origins)
    route(app, "/x")
    with heard(app) as signals:
        actual(app, "/x", origin=OWN)
    assert reasons(signals) == told


def test_a_callable_is_asked_for_the_origin_of_the_request() -> None:
    app = Flask(__name__, static_folder=None)
    asked: list[str] = []

    def admits(origin: str) -> bool:
        asked.append(origin)
        return True

    StrictCORS(app, origins=admits, allowlist=[APP])
    route(app, "/x", "PUT")
    assert cors_headers(actual(app, "/x", "PUT")) == granted()
    assert cors_headers(preflight(app, "/x"))["Allow-Origin"] == APP
    assert asked == [APP, APP]
