"""What routes add to the table: where none answers, and what a list may hold at one URL."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.views import MethodView
from werkzeug.test import run_wsgi_app

from flask_strictcors import Policy, StrictCORS, cors

from .asking import (
    BAD_METHOD,
    HEADERS,
    MAX_AGE,
    METHODS,
    NOT_ALLOWED,
    OK,
    ORIGIN,
    VARY,
    VARY_BOTH,
    Ask,
    Outcome,
    ask,
    get,
    send,
)
from .doors import environ_of, hearing, normalized
from .rulesets import EVIL, PARTNER, SHOP

NONE: dict[str, str] = {}


def offer(methods: str, origin: str = SHOP) -> dict[str, str]:
    return {ORIGIN: origin, METHODS: methods, HEADERS: "Content-Type", MAX_AGE: "600"}


def view() -> str:
    return "view"


def routed(*policies: Policy) -> Flask:
    app = Flask(__name__, static_folder=None)
    StrictCORS(app, *policies)
    app.add_url_rule("/read", "read", view)
    app.add_url_rule("/form", "form", view, methods=["POST"])
    app.add_url_rule("/all", "all", view, methods=["GET", "POST", "PUT", "DELETE"])
    app.add_url_rule("/shared", "shared", view, methods=["GET", "DELETE"])
    app.add_url_rule(
        "/shared", "partners", cors(origins=[PARTNER])(lambda: "view"), methods=["PUT", "PATCH"]
    )

    class Things(MethodView):
        def get(self) -> str:
            return "get"

        @cors(origins=[PARTNER])
        def put(self) -> str:
            return "put"

        @cors.exempt
        def delete(self) -> str:
            return "delete"

        def post(self) -> str:
            return "post"

    app.add_url_rule("/things", view_func=Things.as_view("things"))
    app.add_url_rule("/slash/", "slash", view, methods=["PUT"])
    return app


def with_options_view(*policies: Policy) -> Flask:
    app = Flask(__name__, static_folder=None)
    StrictCORS(app, *policies)
    app.add_url_rule("/own", "own", view, methods=["GET", "OPTIONS"])
    return app


UNNAMED = (Policy(origins=[SHOP]),)
NAMED = (Policy(origins=[SHOP], methods=["GET", "PUT", "REPORT"]),)
EVERYWHERE = "DELETE, GET, HEAD, PATCH, POST, PUT"

Make = Callable[..., Flask]
Case = tuple[Make, tuple[Policy, ...], str, Ask, int, Outcome, dict[str, str]]

ONE = {ORIGIN: SHOP}

ROUTES: list[Case] = [
    # No route: the policy's methods, or all that the app serves anywhere.
    (routed, UNNAMED, "/nowhere", get(SHOP), 404, OK, ONE),
    (routed, UNNAMED, "/nowhere", get(EVIL), 404, NOT_ALLOWED, NONE),
    (routed, UNNAMED, "/nowhere", ask("PUT", SHOP), 204, OK, offer(EVERYWHERE)),
    (routed, UNNAMED, "/nowhere", ask("BREW", SHOP), 204, BAD_METHOD, offer(EVERYWHERE)),
    (routed, UNNAMED, "/nowhere", ask("PUT", EVIL), 204, NOT_ALLOWED, NONE),
    (routed, NAMED, "/nowhere", get(SHOP), 404, OK, ONE),
    (routed, NAMED, "/nowhere", ask("REPORT", SHOP), 204, OK, offer("GET, HEAD, PUT, REPORT")),
    (routed, NAMED, "/nowhere", ask("POST", SHOP), 204, BAD_METHOD, NONE),
    # Another method's route: a 405 that can be read, where no preflight was needed.
    (routed, UNNAMED, "/form", get(SHOP), 405, OK, ONE),
    (routed, UNNAMED, "/read", send("PUT", SHOP), 405, OK, ONE),
    (routed, UNNAMED, "/read", ask("PUT", SHOP), 204, BAD_METHOD, offer("GET, HEAD")),
    (routed, UNNAMED, "/form", ask("GET", SHOP), 204, BAD_METHOD, NONE),
    (routed, UNNAMED, "/form", ask("PUT", EVIL), 204, NOT_ALLOWED, NONE),
    (routed, NAMED, "/read", send("POST", SHOP), 405, BAD_METHOD, NONE),
    # A route: what is named and served.
    (routed, UNNAMED, "/form", ask("POST", SHOP), 204, OK, offer("POST")),
    (routed, UNNAMED, "/all", ask("PUT", SHOP), 204, OK, offer("DELETE, GET, HEAD, POST, PUT")),
    (routed, NAMED, "/all", ask("PUT", SHOP), 204, OK, offer("GET, HEAD, PUT")),
    (routed, NAMED, "/read", ask("GET", SHOP), 204, OK, offer("GET, HEAD")),
    (routed, NAMED, "/read", ask("REPORT", SHOP), 204, BAD_METHOD, offer("GET, HEAD")),
    # OPTIONS is listed only where a view serves it.
    (routed, UNNAMED, "/read", ask("OPTIONS", SHOP), 204, BAD_METHOD, offer("GET, HEAD")),
    (with_options_view, UNNAMED, "/own", ask("GET", SHOP), 204, OK, offer("GET, HEAD, OPTIONS")),
    # Two rules at one URL: each list has its own rule's methods, and none of the other's.
    (routed, UNNAMED, "/shared", ask("DELETE", SHOP), 204, OK, offer("DELETE, GET, HEAD")),
    (routed, UNNAMED, "/shared", ask("PUT", SHOP), 204, NOT_ALLOWED, NONE),
    (routed, UNNAMED, "/shared", ask("PUT", PARTNER), 204, OK, offer("PATCH, PUT", PARTNER)),
    (routed, UNNAMED, "/shared", ask("DELETE", PARTNER), 204, NOT_ALLOWED, NONE),
    (routed, UNNAMED, "/things", ask("GET", SHOP), 204, OK, offer("GET, HEAD, POST")),
    (routed, UNNAMED, "/things", ask("PUT", SHOP), 204, NOT_ALLOWED, NONE),
    # Another rule decides POST there: what a browser kept from here would go past its preflight.
    (
        routed,
        UNNAMED,
        "/things",
        ask("PUT", PARTNER),
        204,
        OK,
        offer("PUT", PARTNER) | {"Access-Control-Max-Age": "0"},
    ),
    # A preflight is never redirected, and is judged by where the request would be led.
    (routed, UNNAMED, "/slash", ask("PUT", SHOP), 204, OK, offer("PUT")),
    (routed, UNNAMED, "/slash", send("PUT", SHOP), 308, OK, ONE),
    (routed, UNNAMED, "/slash", ask("PUT", EVIL), 204, NOT_ALLOWED, NONE),
]


def id_of(case: Case) -> str:
    make, policies, path, asked, *_ = case
    named = "named" if policies is NAMED else "unnamed"
    return f"{make.__name__}-{named}-{path}-{asked.method}-{asked.wants}-{asked.origin}"


@pytest.mark.parametrize("door", ["flask", "hooks"])
@pytest.mark.parametrize("case", ROUTES, ids=id_of)
def test_a_request_to_a_path_gets_exactly_this(case: Case, door: str) -> None:
    make, policies, path, asked, status, outcome, cors_lines = case
    app = make(*policies)
    environ = environ_of(asked) | {"PATH_INFO": path}
    with hearing(app) as heard:
        if door == "flask":
            _, line, headers = run_wsgi_app(app, environ, buffered=True)
            answered, lines = int(line[:3]), headers.to_wsgi_list()
        else:
            with app.request_context(environ):
                response = app.full_dispatch_request()
            answered, lines = response.status_code, response.headers.to_wsgi_list()
    assert answered == status
    assert normalized(lines) == (cors_lines, VARY_BOTH if asked.is_preflight else VARY)
    assert [(signal, told.reason) for signal, told in heard] == (
        [(outcome.signal, outcome.reason)] if outcome.signal else []
    )
