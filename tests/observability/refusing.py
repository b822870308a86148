"""Rejections, apps that refuse, and a clock that stands still until it is moved."""

from __future__ import annotations

import sys
from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

from flask import Flask

from flask_strictcors import Reason, Rejection, StrictCORS, preflight_rejected

SHOP = "https://shop.example"
EVIL = "https://evil.example"


class Clock:
    """Tell the seconds that a test says have passed."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def pass_(self, seconds: float) -> None:
        self.now += seconds


def refusal(origin: str = EVIL, path: str = "/items/1", **changes: Any) -> Rejection:
    """Return a rejection as an app that knows only the shop sends it."""
    fields: dict[str, Any] = {
        "reason": Reason.NOT_ALLOWED,
        "origin": origin,
        "method": "GET",
        "headers": (),
        "path": path,
        "endpoint": "items",
        "rule": "app",
        "preflight": False,
        "detail": "Add it.",
    }
    return Rejection(**fields | changes)


def shop() -> Flask:
    """Return an app with a view, a path rule, and nobody admitted but the shop."""
    app = Flask(__name__)
    StrictCORS(app, origins=[SHOP], methods=["GET", "PUT"], rules={"/feed": {"origins": [SHOP]}})

    @app.route("/items/<int:item>", methods=["GET", "PUT", "POST"])
    def items(item: int) -> str:
        return str(item)

    return app


def get(app: Flask, origin: str, path: str = "/items/1") -> int:
    return send(app, "GET", path, {"Origin": origin})


def ask(app: Flask, origin: str, method: str = "PUT", header: str | None = None) -> int:
    headers = {"Origin": origin, "Access-Control-Request-Method": method}
    if header:
        headers["Access-Control-Request-Headers"] = header
    return send(app, "OPTIONS", "/items/1", headers)


def send(app: Flask, method: str, path: str, headers: dict[str, str]) -> int:
    # Closed, as servers do: a span around the app ends with the answer's last byte.
    with app.test_client().open(path, method=method, headers=headers) as answer:
        return answer.status_code


def send_reported(app: Flask) -> None:
    """Send a report-only rejection, as the extension does."""
    rejection = refusal(SHOP, reason=Reason.METHOD_NOT_ALLOWED, report_only=True)
    preflight_rejected.send(app, rejection=rejection)


def in_parallel(*jobs: Callable[[], object]) -> None:
    """Run each job in a thread of its own, switching between them as often as Python can."""
    barrier = Barrier(len(jobs))

    def run(job: Callable[[], object]) -> None:
        barrier.wait()
        job()

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        threads = [Thread(target=run, args=[job]) for job in jobs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
