"""The doors: an app that serves any path, under rules in force, asked with raw environs."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version
from typing import Any, NamedTuple
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import pytest
from flask import Flask
from flask_cors import CORS
from werkzeug.test import EnvironBuilder, run_wsgi_app

from flask_strictcors import PolicyError, StrictCORS
from flask_strictcors.wsgi import StrictCORSMiddleware

APP = "https://app.example.com"
PARTNER = "https://partner.example.org"
EVIL = "https://evil.net"
METHODS = ("GET", "PUT", "POST", "DELETE")

flask_cors_6 = pytest.mark.skipif(
    not version("flask-cors").startswith("6."), reason="the row speaks of Flask-CORS 6"
)


class Answer(NamedTuple):
    """What came back."""

    status: int
    lines: list[tuple[str, str]]
    body: bytes

    def get(self, name: str) -> str | None:
        """Return a header's value, all its lines joined, or None."""
        lines = [value for line, value in self.lines if line.lower() == name.lower()]
        return ", ".join(lines) if lines else None

    @property
    def cors(self) -> dict[str, str]:
        """The CORS headers, of which none may be there twice."""
        found = [(n, v) for n, v in self.lines if n.lower().startswith("access-control-")]
        assert len({name.lower() for name, _ in found}) == len(found)
        return dict(found)

    @property
    def vary(self) -> set[str]:
        """The members of Vary, in lower case."""
        return {item.strip().lower() for item in (self.get("Vary") or "").split(",")} - {""}

    def is_readable(self, origin: str) -> bool:
        """Report whether a browser shows the answer to a script of the origin."""
        return self.get("Access-Control-Allow-Origin") in ("*", origin)

    def is_readable_with_cookies(self, origin: str) -> bool:
        """Report whether a browser shows it also where the request carried cookies."""
        is_named = self.get("Access-Control-Allow-Origin") == origin
        return is_named and self.get("Access-Control-Allow-Credentials") == "true"


Door = Callable[[WSGIEnvironment], Answer]
Install = Callable[..., Door]


def get(path: str = "/", origin: str | None = APP, **more: Any) -> WSGIEnvironment:
    """Return an environ that no client has tidied up."""
    environ = EnvironBuilder("/", "http://localhost").get_environ()
    environ |= {"PATH_INFO": path}
    return environ | ({} if origin is None else {"HTTP_ORIGIN": origin}) | more


def preflight(
    path: str = "/", method: str = "PUT", origin: str = APP, asks: str | None = None, **more: Any
) -> WSGIEnvironment:
    """Return the environ of a preflight."""
    asked = {"REQUEST_METHOD": "OPTIONS", "HTTP_ACCESS_CONTROL_REQUEST_METHOD": method}
    if asks is not None:
        asked["HTTP_ACCESS_CONTROL_REQUEST_HEADERS"] = asks
    return get(path, origin, **asked, **more)


def send(app: WSGIApplication, environ: WSGIEnvironment) -> Answer:
    """Serve one environ."""
    body, status, headers = run_wsgi_app(app, dict(environ), buffered=True)
    return Answer(int(status[:3]), headers.to_wsgi_list(), b"".join(body))


def lets_in(door: Door, origin: str, path: str = "/") -> bool:
    """Report whether an origin gets through, with a request or with a preflight."""
    answers = [door(get(path, origin)), door(preflight(path, "PUT", origin))]
    return any(answer.is_readable(origin) for answer in answers)


def serving_anything() -> Flask:
    """Make an app with one view for each path there is."""
    app = Flask(__name__, static_folder=None)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.add_url_rule("/", "root", lambda: "root", methods=METHODS)
    app.add_url_rule("/<path:path>", "any", lambda path: "any", methods=METHODS)
    return app


def door_of(app: WSGIApplication) -> Door:
    """Return the way into an app."""
    return lambda environ: send(app, environ)


def through_flask(**options: Any) -> Door:
    """Guard an app of Flask's."""
    app = serving_anything()
    StrictCORS(app, **options)
    return door_of(app)


def through_hooks(**options: Any) -> Door:
    """Guard an app whose wrapper is not in the way: only the hooks answer."""
    app = serving_anything()
    StrictCORS(app, **options)

    def answer(environ: WSGIEnvironment) -> Answer:
        with app.request_context(dict(environ)):
            response = app.full_dispatch_request()
            body, status, headers = response.get_wsgi_response(environ)
            return Answer(int(status[:3]), headers, b"".join(body))

    return answer


def through_middleware(**options: Any) -> Door:
    """Guard an app that knows no routes."""
    return door_of(StrictCORSMiddleware(bare, **options))


def through_flask_cors(**options: Any) -> Door:
    """Give the app to Flask-CORS instead."""
    app = serving_anything()
    CORS(app, **options)
    return door_of(app)


def bare(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
    """Answer as the simplest app does."""
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"any"]


DOORS: dict[str, Install] = {
    "flask": through_flask,
    "hooks": through_hooks,
    "middleware": through_middleware,
}


def codes(make: Callable[..., object], *args: Any, **options: Any) -> list[str]:
    """Return the codes of the problems for which a configuration is refused."""
    with pytest.raises(PolicyError) as caught:
        make(*args, **options)
    return [str(problem.code) for problem in caught.value.problems]


def fixes(make: Callable[..., object], *args: Any, **options: Any) -> list[str]:
    """Return what a refused configuration is told to type."""
    with pytest.raises(PolicyError) as caught:
        make(*args, **options)
    return [problem.fix for problem in caught.value.problems]
