"""`flask cors routes`, read as people and as machines read it."""

from __future__ import annotations

import json
from collections.abc import Callable

from click.testing import Result
from flask import Blueprint
from flask.views import MethodView

from flask_strictcors import Policy, cors

from .apps import APP, PARTNER, make, route

Typed = Callable[..., Result]


UNGOVERNED = "Nothing governs 2 routes: no other origin may read what is there. To let one in, type"


def printed(result: Result) -> list[str]:
    assert (result.exit_code, result.stderr) == (0, "")
    return [line.rstrip() for line in result.stdout.splitlines()]


def test_each_route_has_its_rule_origins_credentials_and_methods(typed: Typed) -> None:
    app = make(origins=["https://a.com"], credentials=True)
    shop = Blueprint("shop", __name__, url_prefix="/shop")
    route(shop, "/")
    app.register_blueprint(cors(origins="*")(shop))
    route(app, "/u/<int:n>", "PUT")
    assert printed(typed(app, "routes")) == [
        "ROUTE       METHODS    DECIDED BY      WHO MAY READ IT  CREDENTIALS  PREFLIGHTS OFFER",
        "/shop/      GET, HEAD  blueprint shop  any origin       no           GET, HEAD",
        "/u/<int:n>  PUT        app             https://a.com    yes          PUT",
    ]


def test_methods_that_are_answered_alike_share_a_line(typed: Typed) -> None:
    app = make(origins="*", methods=["PUT", "PATCH"])
    route(app, "/x", "PATCH PUT", endpoint="x")
    route(app, "/x", "POST DELETE", endpoint="y")
    assert printed(typed(app, "routes"))[1:] == [
        "/x     DELETE      app         any origin       no           refused: only PUT, PATCH",
        "/x     PATCH, PUT  app         any origin       no           PUT, PATCH",
        "/x     POST        app         any origin       no           refused: only PUT, PATCH",
    ]


def test_methods_of_a_view_class_have_their_own_rules(typed: Typed) -> None:
    class Items(MethodView):
        @cors(origins="*")
        def get(self) -> str:
            raise AssertionError

        @cors.exempt
        def put(self) -> str:
            raise AssertionError

    app = make(origins=[APP])
    app.add_url_rule("/items", view_func=Items.as_view("items"))
    assert printed(typed(app, "routes"))[1:] == [
        "/items  GET, HEAD  view items (GET)  any origin       no           GET, HEAD",
        "/items  PUT        view items (PUT)  exempt: the view answers for itself",
    ]


def test_what_nothing_governs_stands_out(typed: Typed) -> None:
    app = make()
    route(app, "/x", "GET POST")
    route(app, "/y", "GET")
    route(app, "/z", "GET", tag=cors(origins="*"))
    assert printed(typed(app, "routes"))[1:] == [
        "/x     GET, HEAD, POST  nothing     no other origin",
        "/y     GET, HEAD        nothing     no other origin",
        "/z     GET, HEAD        view z      any origin       no           GET, HEAD",
        "",
        f"{UNGOVERNED} @cors(origins=[...]) above the view, or give the app a policy.",
    ]


def test_each_policy_and_each_path_rule_has_a_line(typed: Typed) -> None:
    app = make(
        Policy(origins=[PARTNER], credentials=True),
        Policy(origins="*"),
        rules={"/a/me": None, "/a/*": Policy(origins=[APP], methods=["GET"])},
    )
    route(app, "/a/<name>", "GET")
    route(app, "/b", "PUT")
    assert printed(typed(app, "routes"))[1:] == [
        "/a/<name>  GET, HEAD  path /a/me   exempt: the view answers for itself",
        "                      path /a/*    https://app.example.com      no           GET, HEAD",
        "/b         PUT        app, 1 of 2  https://partner.example.org  yes          PUT",
        "                      app, 2 of 2  any origin                   no           PUT",
        "",
        "Of several lines for a route, the first that fits decides alone.",
    ]


def test_long_lists_and_callables_are_told_in_few_words(typed: Typed) -> None:
    app = make()
    many = [f"https://{name}.example.com" for name in "abc"]
    for place, policy in enumerate(
        (
            Policy(origins=many),
            Policy(origins=lambda origin: True, allowlist="*"),
            Policy(origins=lambda origin: True, allowlist=many),
            Policy(origins=lambda origin: True, allowlist="https://*.example.com"),
        )
    ):
        route(app, f"/{place}", tag=cors(policy))
    rows = printed(typed(app, "routes"))[1:]
    assert [row.partition("view ")[2] for row in rows] == [
        "0      3 origins: https://a.example.com, …                  no           GET, HEAD",
        "1      callable within any origin                           no           GET, HEAD",
        "2      callable within 3 origins: https://a.example.com, …  no           GET, HEAD",
        "3      callable within https://*.example.com                no           GET, HEAD",
    ]


def test_debug_origins_are_shown_while_they_count(typed: Typed) -> None:
    app = make(origins=[APP], debug_origins="http://localhost:*")
    route(app, "/x")
    row = "/x     GET, HEAD  app         https://app.example.com"
    assert printed(typed(app, "routes"))[1] == f"{row}  no           GET, HEAD"
    in_debug = f"{row} (in debug also http://localhost:*)  no           GET, HEAD"
    assert printed(typed(app, "routes", debug=True))[1] == in_debug


def test_enforce_is_told(typed: Typed) -> None:
    app = make(origins=[APP], enforce=True)
    route(app, "/x")
    remark = "enforce is on: a refused request gets 403 before its view runs."
    assert printed(typed(app, "routes"))[2:] == ["", remark]


def test_an_app_without_routes_says_so(typed: Typed) -> None:
    assert printed(typed(make(origins="*"), "routes")) == ["The app has no routes."]


def test_json_has_every_origin_and_every_method(typed: Typed) -> None:
    many = [f"https://{name}.example.com" for name in "abc"]
    app = make(
        Policy(origins=many, credentials=True, expose_headers="X-Total", max_age=60),
        Policy(origins=lambda origin: True, allowlist=[PARTNER], debug_origins=[APP]),
        rules={"/exempt/*": None},
        enforce=True,
    )
    route(app, "/x", "PUT")
    route(app, "/exempt/me", "POST")
    result = typed(app, "routes", "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    assert json.loads(result.stdout) == {
        "enforce": True,
        "debug": False,
        "routes": [
            {
                "url": "/exempt/me",
                "endpoint": "exempt",
                "method": "POST",
                "governed": True,
                "offered": [],
                "may_be_kept": True,
                "rules": [{"rule": "path /exempt/*", "exempt": True, "policies": []}],
            },
            {
                "url": "/x",
                "endpoint": "x",
                "method": "PUT",
                "governed": True,
                "offered": ["PUT"],
                "may_be_kept": True,
                "rules": [
                    {
                        "rule": "app",
                        "exempt": False,
                        "policies": [
                            {
                                "origins": many,
                                "callable_decides": False,
                                "debug_origins": [],
                                "credentials": True,
                                "methods": None,
                                "allow_headers": ["Content-Type"],
                                "expose_headers": ["X-Total"],
                                "max_age": 60,
                                "offered": ["PUT"],
                            },
                            {
                                "origins": [PARTNER],
                                "callable_decides": True,
                                "debug_origins": [APP],
                                "credentials": False,
                                "methods": None,
                                "allow_headers": ["Content-Type"],
                                "expose_headers": [],
                                "max_age": 600,
                                "offered": ["PUT"],
                            },
                        ],
                    }
                ],
            },
        ],
    }


def test_json_tells_what_nothing_governs_and_wildcards(typed: Typed) -> None:
    app = make()
    route(app, "/x", "POST")
    route(app, "/y", "POST", tag=cors(origins="*"))
    nothing, anybody = json.loads(typed(app, "routes", "--json").stdout)["routes"]
    assert (nothing["governed"], nothing["rules"][0]["rule"]) == (False, "none")
    assert anybody["rules"][0]["policies"][0]["origins"] == "*"


def test_looking_at_the_routes_freezes_nothing(typed: Typed) -> None:
    app = make(origins=[APP])
    typed(app, "routes")
    route(app, "/late")
    assert printed(typed(app, "routes"))[1].startswith("/late")
