"""One WebDriver BiDi session over one websocket: commands go out, answers and events come in."""

import json
import time
from collections.abc import Callable
from typing import Any

import websocket

PATIENCE = 30.0
"""Seconds until a browser that says nothing counts as dead."""


class CommandError(Exception):
    """The browser refused a command, or a script in it threw."""


class Session:
    """Speak with one browser; commands are answered in order, events are kept for whoever asks."""

    def __init__(self, url: str) -> None:
        # Firefox refuses a websocket that carries an Origin it was not told about.
        self._socket = websocket.create_connection(url, timeout=PATIENCE, suppress_origin=True)
        self._last_id = 0
        self._events: list[dict[str, Any]] = []

    def send(self, method: str, /, **params: Any) -> dict[str, Any]:
        """Run one command and return its result."""
        self._last_id += 1
        try:
            self._socket.send(json.dumps({"id": self._last_id, "method": method, "params": params}))
            while (message := json.loads(self._socket.recv())).get("id") != self._last_id:
                self._events.append(message)
        except (OSError, websocket.WebSocketException):
            # Closed, so that a dead browser costs one test its patience and not every test.
            self.close()
            raise
        if message["type"] == "error":
            raise CommandError(f"{method}: {message['error']}: {message['message']}")
        return dict(message["result"])

    def wait_for(self, is_wanted: Callable[[dict[str, Any]], bool], seconds: float = 5.0) -> bool:
        """Report whether a wanted event is here or arrives within ``seconds``."""
        if any(map(is_wanted, self._events)):
            return True
        deadline = time.monotonic() + seconds
        try:
            while (left := deadline - time.monotonic()) > 0:
                self._socket.settimeout(left)
                self._events.append(json.loads(self._socket.recv()))
                if is_wanted(self._events[-1]):
                    return True
        except websocket.WebSocketTimeoutException:
            pass
        finally:
            self._socket.settimeout(PATIENCE)
        return False

    def forget_events(self) -> None:
        """Drop what was kept, so that one test never reads another's console."""
        self._events.clear()

    def close(self) -> None:
        """Close the websocket; the browser is its driver's to stop."""
        self._socket.close()
