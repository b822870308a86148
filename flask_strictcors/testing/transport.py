"""Werkzeug's test client as the model's transport, and its answers as a script sees them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from flask.app import Flask  # flask.Flask may be another by now: OpenTelemetry replaces it
from werkzeug.datastructures import Headers
from werkzeug.test import Client, EnvironBuilder, TestResponse

from flask_strictcors.browser import URL, Received, Sent, Transport, Visible
from flask_strictcors.core.fetch import DEFAULT_PORTS

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication


def transport_to(app: WSGIApplication) -> Transport:
    """Return what carries requests to an app, whatever their host, and raises what the app raises.

    A Flask app is asked through its own test client, so that its answers are what that gives.
    """
    client = _client(app)

    def carry(sent: Sent) -> Received:
        answer = client.open(_environ(sent), buffered=True)
        headers = tuple((name, value) for name, value in answer.headers)
        return Received(answer.status_code, headers, answer.get_data(), answer)

    return carry


def _client(app: WSGIApplication) -> Client:
    # The model has a cookie jar of its own, that knows SameSite and Secure.
    if isinstance(app, Flask):
        return app.test_client(use_cookies=False)
    if not callable(app):
        raise TypeError(f"{app!r} is no WSGI application: give the app itself, not its client.")
    return Client(app, use_cookies=False)


def _environ(sent: Sent) -> EnvironBuilder:
    builder = EnvironBuilder(
        base_url=sent.url.origin,
        method=sent.method,
        headers=sent.headers,
        data=sent.body,
        query_string=sent.url.query or "",
        environ_overrides=_server(sent.url),
    )
    # Not by the argument, which takes //a/b for a host.
    builder.path, builder.request_uri = sent.url.path, sent.url.target
    return builder


def _server(url: URL) -> dict[str, str]:
    """Return what the builder would not find in the Host of an IPv6 address."""
    return {"SERVER_NAME": url.host, "SERVER_PORT": str(url.port or DEFAULT_PORTS[url.scheme])}


def shown(visible: Visible, asked: Sent) -> TestResponse:
    """Return the client's own answer with only what is visible of it.

    Its request is what was asked for, at the URL that is visible: no cookie, nothing of the app.
    """
    whole = native(visible)
    status = whole.status if visible.status else f"0 {visible.type}"
    known = replace(asked, url=URL.parse(visible.url) or asked.url)
    request = _environ(known).get_request()
    answer = type(whole)([visible.body], status, Headers(), request=request)
    # Only now: an app's own class of responses may have added some.
    answer.headers = Headers(visible.headers)
    # Flask's client sets the app's own on each answer; the annotations know the standard's only.
    cast("Any", answer).json_module = whole.json_module
    return answer


def native(received: Received | Visible) -> TestResponse:
    """Return the answer of the test client, with nothing left out."""
    return cast("TestResponse", received.native)
