"""An app in debug whose view raises, with Werkzeug's debugger around it."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO, StringIO
from typing import Any, NamedTuple
from wsgiref.handlers import SimpleHandler

from flask import Flask
from werkzeug.debug import DebuggedApplication
from werkzeug.test import EnvironBuilder, TestResponse

from flask_strictcors import StrictCORS

from .wire import APP, actual, cors_headers, granted, route

SHOWN = {"StrictCORS-Decision": 'rule="app"; verdict=allowed; reason=none'}
RAISED = "KeyError: 'no such user'\n"


def failing() -> str:
    raise KeyError("no such user")


def failing_with(*_: Any) -> Any:
    """Raise where something is called with arguments."""
    failing()


def developed(place: Callable[[Flask], Any] | None = None, **options: Any) -> Flask:
    """Return an app in debug, with a view that raises; `place` puts something before ours."""
    app = Flask(__name__, static_folder=None)
    app.debug = True
    if place is not None:
        place(app)
    StrictCORS(app, **{"origins": [APP]} | options)
    route(app, "/x", "GET POST", failing)
    return app


class Told(NamedTuple):
    """What came back, and what the terminal shows."""

    response: TestResponse
    log: str

    @property
    def is_page(self) -> bool:
        """Report whether it is the debugger's page, which no script of others reads."""
        text = self.response.text
        return (
            self.response.status_code == 500
            and 'SECRET = "' in text
            and "Allow-Origin" not in cors_headers(self.response)
            and self.log.endswith(RAISED)
        )

    @property
    def is_readable(self) -> bool:
        """Report whether it is a readable 500 with the traceback that the terminal shows."""
        return (
            self.response.status_code == 500
            and cors_headers(self.response) == granted() | SHOWN
            and self.response.text == self.log
            and self.log.startswith("Traceback (most recent call last):\n")
            and self.log.endswith(RAISED)
        )


def debugged(app: Any, *, evalex: bool = True) -> DebuggedApplication:
    """Put the debugger around an app."""
    return DebuggedApplication(app, evalex=evalex, pin_security=False)


def told(app: Any, path: str = "/x", method: str = "GET", **more: Any) -> Told:
    """Ask an app that the debugger stands around."""
    log = StringIO()
    stand = debugged(app, evalex=more.pop("evalex", True))
    response = actual(stand, path, method, environ_overrides={"wsgi.errors": log}, **more)
    return Told(response, log.getvalue())


def sent(app: Any, path: str = "/x") -> tuple[str, str]:
    """Return what the reference server sends, byte for byte, and what the terminal shows."""
    environ = EnvironBuilder(path, headers={"Origin": APP}).get_environ()
    out, log = BytesIO(), StringIO()
    handler = SimpleHandler(BytesIO(), out, log, environ, multithread=False)
    handler.run(debugged(app))
    return out.getvalue().decode(), log.getvalue()
