"""Under Werkzeug's debugger: a script reads of the exception, and a person debugs it."""

import pytest
from flask import Flask
from werkzeug.debug import DebuggedApplication

from flask_strictcors import StrictCORS

from .browser import Context
from .scripts import DEBUG
from .servers import Serve
from .site import Visit

PIN = "123-456-789"


def developed(origin: str) -> Flask:
    """Return an app in debug, in which each view raises."""
    app = Flask(__name__, static_folder=None)
    app.debug = True
    StrictCORS(app, origins=[origin], credentials=True)

    @app.route("/broken", methods=["GET", "PUT"])
    def broken() -> str:
        user = "ada"
        raise KeyError(f"no {user}")

    return app


def test_an_allowed_script_reads_the_traceback_and_another_nothing(
    visit: Visit, serve: Serve
) -> None:
    page, other = visit("localhost", "http"), visit("127.0.0.1", "http")
    api = serve(DebuggedApplication(developed(page.origin), evalex=True), "localhost", "http")
    for options in ({}, {"method": "PUT"}, {"credentials": "include"}):
        seen = page.fetch(api.url("/broken"), **options)
        assert (seen.status, seen.type) == (500, "cors")
        assert seen.body.startswith("Traceback (most recent call last):\n")
        assert seen.body.endswith("KeyError: 'no ada'\n")
        assert other.fetch(api.url("/broken"), **options).is_blocked
    head = page.fetch(api.url("/broken"), method="HEAD")
    assert (head.status, head.size) == (500, 0)


def test_a_person_debugs_on_the_page_as_before(
    context: Context, visit: Visit, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WERKZEUG_DEBUG_PIN", PIN)
    origin = visit("localhost", "http").origin
    api = serve(DebuggedApplication(developed(origin), evalex=True), "localhost", "http")
    opened = context.open(api.url("/broken"))
    said = opened.run(DEBUG, PIN, "user * 2")
    assert said == "[console ready]>>> user * 2\n'adaada'"
    # What its own scripts ask is for people, too.
    assert "SECRET" in opened.fetch("/broken", method="PUT").body
    assert all(not exchange.cors for exchange in api.wire.exchanges)


def test_a_form_of_an_allowed_page_shows_the_debugger(visit: Visit, serve: Serve) -> None:
    page = visit("localhost", "http")
    app = developed(page.origin)
    app.add_url_rule("/sent", "sent", app.view_functions["broken"], methods=["POST"])
    api = serve(DebuggedApplication(app, evalex=True), "localhost", "http")
    page.submit_form(api.url("/sent"), name="ada")
    # The page asks for its script and its style at the same path.
    (exchange,) = [exchange for exchange in api.wire.at("/sent") if exchange.method == "POST"]
    assert exchange.origin == page.origin
    assert (exchange.status, exchange.cors) == (500, {})
