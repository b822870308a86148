"""Listening: one receiver of both signals of one app, for as long as the app lives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, cast
from weakref import WeakKeyDictionary, finalize, ref

from flask.app import Flask  # flask.Flask may be another by now: OpenTelemetry replaces it
from werkzeug.local import LocalProxy

from flask_strictcors.core.decision import Rejection
from flask_strictcors.signals import origin_rejected, preflight_rejected
from flask_strictcors.wsgi import StrictCORSMiddleware

Sender = Flask | StrictCORSMiddleware
Receiver = Callable[[Sender, Rejection], None]

# By the names of what was called, so that nothing comes twice.
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
        # The signals hold receivers weakly, and this one for as long as the app lives. Where they
        # hold one strongly it outlives its app, and no other app's refusals are unheard any more.
        hear = _hearing(receiver)
        self._disconnect = finalize(app, _disconnect, hear)
        origin_rejected.connect(hear, app)
        preflight_rejected.connect(hear, app)

    def stop(self) -> None:
        """Hear of nothing any more."""
        self._disconnect()
        app = self._app()
        others = {} if app is None else _listening[app]
        if others.get(self._called) is self:
            del others[self._called]


def _hearing(receiver: Receiver) -> Callable[..., None]:
    """Return a function of its own for one app: several may share a receiver."""

    def hear(sender: Sender, rejection: Rejection, **_: object) -> None:
        receiver(sender, rejection)

    return hear


def _disconnect(hear: Callable[..., None]) -> None:
    origin_rejected.disconnect(hear)
    preflight_rejected.disconnect(hear)


def sender_of(called: str, app: object) -> Sender:
    """Return what sends the signals: the app itself, where a proxy such as `current_app` is given.

    Raises `TypeError` for whatever sends none.
    """
    if isinstance(app, LocalProxy):
        app = cast("LocalProxy[object]", app)._get_current_object()  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    if isinstance(app, Flask | StrictCORSMiddleware):
        return app
    raise TypeError(f"{called} takes the Flask app, or the StrictCORSMiddleware, and got {app!r}.")


def missing_extra(called: str, package: str, extra: str) -> ImportError:
    """Return the error for a back end that is not installed."""
    return ImportError(
        f'{called} needs {package}, which is not installed: pip install "flask-strictcors[{extra}]"'
    )
