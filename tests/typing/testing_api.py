"""`flask_strictcors.testing` as people write it: read by mypy and pyright, and never run."""

from typing import assert_type

from flask import Flask
from werkzeug.datastructures import Headers
from werkzeug.test import TestResponse

import flask_strictcors
import flask_strictcors.testing
from flask_strictcors import Policy
from flask_strictcors.browser import Exchange, Step
from flask_strictcors.testing import (
    Browser,
    CORSError,
    Page,
    assert_allows,
    assert_refuses,
    hostile_origins,
)
from flask_strictcors.wsgi import StrictCORSMiddleware

app = Flask(__name__)
APP = "https://app.example.com"


# --- names that come on first use are as strict as others ---


def names() -> None:
    assert_type(flask_strictcors.Policy(origins="*"), Policy)
    assert_type(flask_strictcors.testing.hostile_origins(APP), tuple[str, ...])
    flask_strictcors.StrictCROS  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]  # noqa: B018
    flask_strictcors.testing.Brwser  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]  # noqa: B018


# --- what users write ---


def pages() -> None:
    browser = Browser(app, like="chromium", base_url="https://api.example.com")
    Browser(StrictCORSMiddleware(app, origins="*", methods="*"))
    assert_type(browser.open(APP), Page)
    page = browser.open(None)
    assert_type(page.origin, str)
    assert_type(page.preflights, tuple[Exchange, ...])
    assert_type(page.requests[0], Exchange)
    browser.advance(1)
    browser.advance(0.5)


def calls(page: Page) -> None:
    assert_type(page.fetch("/users"), TestResponse)
    page.fetch("/users", method="PUT", json={"a": [1]}, credentials="include")
    page.fetch("/users", headers={"X-Token": "t"}, mode="no-cors", redirect="manual")
    page.fetch("/users", headers=[("X-Token", "t")], data=b"x")
    page.fetch("/users", headers=Headers({"X-Token": "t"}), data={"a": 1, "b": [2, 3]})
    assert_type(page.submit("/pay", data={"sum": 1}), TestResponse)
    page.submit("/pay", method="GET")


def errors(error: CORSError) -> None:
    assert_type(error.step, Step)
    assert_type(error.fix, str)
    assert_type(error.exchanges, tuple[Exchange, ...])


def assertions() -> None:
    assert_type(assert_allows(app, APP, "/users", method="PUT", json={}), TestResponse)
    assert_refuses(app, None, credentials="include", like="safari", base_url="https://a.example")
    for origin in hostile_origins(APP):
        assert_refuses(app.wsgi_app, origin, "/users", headers={"X-Token": "t"}, data="x")


# --- mistakes, each a type error ---


def mistakes(page: Page) -> None:
    Browser("app")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    page.fetch("/users", metod="PUT")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    page.fetch("/users", credentials="yes")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    page.fetch("/users", mode="navigate")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    page.fetch("/users", data=1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    page.submit("/users", data="a=b")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    assert_refuses(app, APP, mode="no-cors")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    assert_allows(app, APP, credentials=True)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
