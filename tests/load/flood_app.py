"""What gunicorn serves under a flood: one app for each way to hear of what it refuses."""

from __future__ import annotations

import json
import os
import sys
import time

from extension.wire import APP
from flask import Flask

from flask_strictcors import Rejection, StrictCORS, cors, origin_rejected
from flask_strictcors.observability import log_rejections

from .flooding import PLANT
from .memory import mark

CUSTOMERS = "customers.example.net"


def serving(way: str) -> Flask:
    """Make an app that lets a page and all customers in, and in one way hears of all others."""
    app = Flask("orders", static_folder=None)
    StrictCORS(app, origins=[APP, f"https://*.{CUSTOMERS}"], credentials=True)
    app.add_url_rule("/orders/<path:number>", view_func=order, methods=["GET", "PUT"])
    app.add_url_rule("/mark", view_func=cors.exempt(marked))
    app.add_url_rule("/spent", view_func=cors.exempt(spent))
    if way == "naive":
        origin_rejected.connect(say_why, app)
    if way == "folded":
        log_rejections(app)
    return app


def order(number: str) -> str:
    return "order"


def marked() -> str:
    return json.dumps(mark(0))


def spent() -> str:
    return json.dumps(time.process_time())


def say_why(sender: Flask, rejection: Rejection, **extra: object) -> None:
    """Log each refusal, as the README does."""
    sender.logger.warning("%s: %s", rejection.origin, rejection.detail)


# --- what is planted to see that it would be found -----------------------------------------------

_kept: list[Rejection] = []


def keep(sender: Flask, rejection: Rejection) -> None:
    _kept.append(rejection)


def dawdle(sender: Flask, rejection: Rejection) -> None:
    time.sleep(0.01)


def chatter(sender: Flask, rejection: Rejection) -> None:
    sys.stderr.write(f"chatter: {rejection!r} {rejection!r} {rejection!r}\n")


_planted = {"chatter": chatter, "dawdle": dawdle, "keep": keep}.get(os.environ.get(PLANT, ""))
if _planted is not None:
    origin_rejected.connect(_planted)
