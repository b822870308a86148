"""What the API received, decided and answered, call by call: the right half of the page.

Nothing in here is needed to use the extension. A call is known by `?call=…` in its URL.
"""

import inspect
from collections import OrderedDict, deque
from collections.abc import Iterable
from contextvars import ContextVar
from itertools import count
from textwrap import dedent
from threading import Lock
from typing import Any

from flask import Flask, request
from werkzeug.exceptions import HTTPException
from werkzeug.test import run_wsgi_app
from werkzeug.wrappers import Request

from flask_strictcors import Rejection, StrictCORS, origin_rejected, preflight_rejected

CALLS_KEPT = 500
EXCHANGES_KEPT = 20
BODY_KEPT = 2000

# One exchange runs in one thread from the first byte to the last signal.
_heard: ContextVar[list[dict[str, Any]] | None] = ContextVar("_heard", default=None)


class Recording:
    """Stand in front of `api` and record each exchange that carries a call id."""

    def __init__(self, api: Flask, strict: StrictCORS) -> None:
        self._api = api
        self._strict = strict
        self._numbers = count(1)
        self._stories: OrderedDict[str, deque[dict[str, Any]]] = OrderedDict()
        self._lock = Lock()
        # In debug an exception would leave the app, and there were no answer to record.
        api.config["PROPAGATE_EXCEPTIONS"] = False
        origin_rejected.connect(self._hear_origin, api)
        preflight_rejected.connect(self._hear_preflight, api)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Let the API answer, and keep what happened before the answer leaves."""
        asked = Request(environ.copy())
        call = asked.args.get("call", "")[:64]
        if not call:
            return self._api.wsgi_app(environ, start_response)
        token = _heard.set([])
        try:
            body, status, headers = run_wsgi_app(self._api.wsgi_app, environ, buffered=True)
            signals = _heard.get()
        finally:
            _heard.reset(token)
        content = b"".join(body)
        answer = {
            "status": status,
            "headers": list(headers),
            "body": content.decode(errors="replace")[:BODY_KEPT],
        }
        self._keep(call, self._asked(asked) | {"signals": signals, "answer": answer})
        start_response(status, list(headers))
        return [content]

    def story(self, call: str) -> list[dict[str, Any]]:
        """Return the exchanges of `call`, oldest first."""
        with self._lock:
            return list(self._stories.get(call, ()))

    def _asked(self, asked: Request) -> dict[str, Any]:
        wanted = asked.headers.get("Access-Control-Request-Method")
        is_preflight = asked.method == "OPTIONS" and "Origin" in asked.headers and bool(wanted)
        with self._api.request_context(asked.environ.copy()):
            decision = self._strict.decide(request)
        return {
            "preflight": is_preflight,
            "method": asked.method,
            "path": asked.path,
            "asked": list(asked.headers),
            "view": self._view(asked, wanted if is_preflight else asked.method),
            "decision": {
                "allowed": decision.allowed,
                "reason": decision.reason and decision.reason.value,
                "rule": decision.rule,
                "detail": decision.detail,
            },
        }

    def _view(self, asked: Request, method: str | None) -> str | None:
        """Return the source of the view that serves `method` here."""
        adapter = self._api.create_url_adapter(asked)
        try:
            endpoint, _ = adapter.match(method=method) if adapter else (None, {})
        except HTTPException:
            return None
        return dedent(inspect.getsource(self._api.view_functions[endpoint])).strip()

    def _keep(self, call: str, exchange: dict[str, Any]) -> None:
        with self._lock:
            story = self._stories.setdefault(call, deque(maxlen=EXCHANGES_KEPT))
            story.append({"number": next(self._numbers)} | exchange)
            if len(self._stories) > CALLS_KEPT:
                self._stories.popitem(last=False)

    def _hear_origin(self, _: Flask, rejection: Rejection, **__: Any) -> None:
        self._hear("origin_rejected", rejection)

    def _hear_preflight(self, _: Flask, rejection: Rejection, **__: Any) -> None:
        self._hear("preflight_rejected", rejection)

    def _hear(self, name: str, rejection: Rejection) -> None:
        heard = _heard.get()
        if heard is not None:
            heard.append(
                {
                    "name": name,
                    "reason": rejection.reason.value,
                    "origin": rejection.origin,
                    "method": rejection.method,
                    "headers": rejection.headers,
                    "detail": rejection.detail,
                }
            )
