"""Listening: one receiver of both signals of one app, for as long as the app lives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, cast
from weakref import WeakKeyDictionary, ref

from flask import Flask
from werkzeug.local import LocalProxy

from flask_strictcors.core.decision import Rejection
from flask_strictcors.signals import origin_rejected, preflight_rejected
from flask_strictcors.wsgi import StrictCORSMiddleware

Sender = Flask | StrictCORSMiddleware
Receiver = Callable[..., None]

# The signals hold receivers weakly. A strong reference from the signal instead would outlive the
# app, and keep each refusal of every other app from being as cheap as where nobody listens.
_listening: Final[WeakKeyDictionary[Sender, dict[str, Listening]]] = WeakKeyDictionary()


class Listening:
    """Hear of what an app refuses, until stopped or until the app is gone."""

    def __init__(self, called: str, app: Sender, receiver: Receiver) -> None:
        if _listening.setdefault(app, {}).setdefault(called, self) is not self:
            raise RuntimeError(
                f"{called} was called for this app already, and all would come twice: leave one "
                f"call out, or .stop() what the first one returned."
            )
        self._called = called
        self._app = ref(app)
        self._receiver = receiver
        origin_rejected.connect(receiver, app)
        preflight_rejected.connect(receiver, app)

    def stop(self) -> None:
        """Hear of nothing any more."""
        origin_rejected.disconnect(self._receiver)
        preflight_rejected.disconnect(self._receiver)
        app = self._app()
        others = {} if app is None else _listening[app]
        if others.get(self._called) is self:
            del others[self._called]


def sender_of(called: str, app: object) -> Sender:
    """Return what sends the signals: the app itself, where a proxy such as `current_app` is given.

    Raises `TypeError` for whatever sends none.
    """
    if isinstance(app, LocalProxy):
        app = cast("LocalProxy[object]", app)._get_current_object()  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    if isinstance(app, Flask | StrictCORSMiddleware):
        return app
    raise TypeError(f"{called} takes the Flask app, or the StrictCORSMiddleware, and got {app!r}.")


def is_report_only(rejection: Rejection) -> bool:
    """Report whether nothing was refused, but would be if the policy under report were live."""
    return bool(getattr(rejection, "report_only", False))
