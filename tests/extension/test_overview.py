"""The overview says of each route and method what preflights and requests there really get."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Blueprint, Flask
from flask.views import MethodView
from werkzeug.routing import BaseConverter, Rule

from flask_strictcors import Policy, StrictCORS, cors
from flask_strictcors.core.origins import OriginSet
from flask_strictcors.core.policy import DynamicOrigins
from flask_strictcors.extension.overview import Governed, overview

from .wire import APP, EVIL, PARTNER, actual, cors_headers, preflight, route

SAMPLES = {"<int:n>": "7", "<name>": "x", "<path:rest>": "a/b", "<any(red, blue):c>": "red"}
"""What stands for the variable parts of the URL rules."""


def make(*policies: Policy, rules: Any = None, **options: Any) -> Flask:
    app = Flask(__name__, static_folder=None)
    StrictCORS(app, *policies, rules=rules, **options)
    return app


def blueprints() -> Flask:
    app = make(origins=[APP], credentials=True)
    outer = Blueprint("outer", __name__, url_prefix="/outer")
    inner = Blueprint("inner", __name__, url_prefix="/inner")
    cors(origins=[PARTNER], methods=["GET", "PUT"])(outer)
    route(outer, "/o", "GET PUT DELETE POST", endpoint="o")
    route(inner, "/i", "GET POST", endpoint="i")
    route(inner, "/tagged", "PATCH", endpoint="t", tag=cors(origins="*"))
    outer.register_blueprint(inner)
    app.register_blueprint(outer)
    route(app, "/plain", "PUT GET")
    return app


def method_views() -> Flask:
    app = make(origins=[APP])

    class Items(MethodView):
        @cors(origins=[PARTNER])
        def get(self) -> str:
            return "get"

        def put(self) -> str:
            return "put"

        @cors.exempt
        def delete(self) -> str:
            return "delete"

        def options(self) -> str:
            return "options"

    app.add_url_rule("/items", view_func=Items.as_view("items"))
    return app


def shared_url() -> Flask:
    app = make(origins=[APP], max_age=None)
    route(app, "/x", "GET PUT", endpoint="x")
    route(app, "/x", "POST DELETE", endpoint="y", tag=cors(origins=[PARTNER], allow_headers="X-A"))
    route(app, "/<name>", "PATCH", endpoint="z", tag=cors(origins=[PARTNER]))
    return app


def exempt() -> Flask:
    app = make(origins=[APP], rules={"/auth/*": None})
    route(app, "/auth/login", "GET POST")
    route(app, "/hands/off", "PUT", tag=cors.exempt)
    return app


def path_rules() -> Flask:
    app = make(
        origins=[APP],
        rules={
            "/users/me": Policy(origins=[PARTNER], methods=["GET", "PUT"]),
            "/users/*": Policy(origins="*", methods=["GET", "DELETE", "PUT"]),
        },
    )
    route(app, "/users/<name>", "GET DELETE")
    route(app, "/users/<int:n>", "PUT")
    route(app, "/users/me/posts", "GET")
    route(app, "/else/<path:rest>", "GET PUT")
    return app


def tiers() -> Flask:
    app = make(
        Policy(origins=[PARTNER], credentials=True, methods=["GET", "PUT"]),
        Policy(origins=lambda origin: True, allowlist=[APP]),
        Policy(origins="*", methods=["GET"]),
    )
    route(app, "/x", "GET PUT DELETE POST")
    return app


def nothing() -> Flask:
    app = make()
    route(app, "/x", "GET PUT")
    route(app, "/tagged", "GET", tag=cors(origins=[APP]))
    return app


def any_method() -> Flask:
    app = make(origins=[APP])
    app.url_map.add(Rule("/any", endpoint="any"))
    app.view_functions["any"] = lambda: "any"
    return app


APPS = [
    blueprints,
    method_views,
    shared_url,
    exempt,
    path_rules,
    tiers,
    nothing,
    any_method,
]


def origin_for(policy: Policy) -> str:
    origins = policy.origins
    if isinstance(origins, DynamicOrigins):
        origins = origins.allowlist
    return next(iter(origins)) if isinstance(origins, OriginSet) else EVIL


def at(spelling: str) -> str:
    for variable, sample in SAMPLES.items():
        spelling = spelling.replace(variable, sample)
    assert "<" not in spelling
    return spelling


def told(app: Flask, path: str, method: str, origin: str) -> tuple[str, ...]:
    headers = cors_headers(preflight(app, path, method, origin))
    return tuple(headers.get("Allow-Methods", "").split(", ")) if "Allow-Methods" in headers else ()


def decider(app: Flask, path: str, method: str, origin: str) -> str:
    shown = preflight(app, path, method, origin).headers["StrictCORS-Decision"]
    return shown.partition('rule="')[2].partition('"')[0]


@pytest.mark.parametrize("made", APPS)
def test_each_method_of_each_route_is_answered_as_the_overview_says(
    made: Callable[[], Flask],
) -> None:
    app = made()
    governed = overview(app)
    assert governed
    app.debug = True
    for one in governed:
        # Where path rules differ, the sample is at the last and widest.
        rule, offered_by = one.rules[-1], one.offered_by[-1]
        path = at(one.url_rule.rule)
        if rule.is_exempt:
            assert "StrictCORS-Decision" not in preflight(app, path, one.method).headers
            assert offered_by == ()
            continue
        assert decider(app, path, one.method, APP) == rule.label
        if not rule.policies:
            assert told(app, path, one.method, APP) == ()
        for policy, offered in zip(rule.policies, offered_by, strict=True):
            origin = origin_for(policy)
            assert told(app, path, one.method, origin) == tuple(sorted(offered))
            answer = cors_headers(preflight(app, path, one.method, origin))
            if offered and one.method in offered:
                kept = None if policy.max_age is None else str(policy.max_age)
                assert answer.get("Max-Age") == (kept if one.may_be_kept else "0")
            assert (answer.get("Allow-Credentials") == "true") == (
                policy.credentials and bool(offered)
            )


@pytest.mark.parametrize("made", APPS)
def test_every_route_and_method_is_there_once_and_in_order(made: Callable[[], Flask]) -> None:
    app = made()
    keys = [(one.url, one.method) for one in overview(app)]
    assert keys == sorted(keys)
    served = {
        (rule.rule, method)
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
        if method != "OPTIONS"
    }
    assert {key for key in keys if key[1] != "OPTIONS" and key[0] != "/any"} == served


def labels(governed: list[Governed], url: str, method: str) -> list[str]:
    return next(
        [rule.label for rule in one.rules]
        for one in governed
        if (one.url, one.method) == (url, method)
    )


def test_several_path_rules_decide_for_a_variable_the_most_specific_first() -> None:
    app = path_rules()
    governed = overview(app)
    assert labels(governed, "/users/<name>", "GET") == ["path /users/me", "path /users/*"]
    one = next(one for one in governed if (one.url, one.method) == ("/users/<name>", "GET"))
    assert one.offered_by == ((("GET", "HEAD"),), (("GET", "DELETE", "HEAD"),))
    assert one.offered == ("GET", "HEAD")
    assert told(app, "/users/me", "GET", PARTNER) == ("GET", "HEAD")
    assert told(app, "/users/x", "GET", EVIL) == ("DELETE", "GET", "HEAD")


def test_the_first_policy_of_the_first_rule_says_what_is_offered() -> None:
    offered = {one.method: one.offered for one in overview(tiers())}
    assert offered == {
        "GET": ("GET", "PUT", "HEAD"),
        "HEAD": ("GET", "PUT", "HEAD"),
        "PUT": ("GET", "PUT", "HEAD"),
        "DELETE": ("GET", "PUT", "HEAD"),
        # What is listed keeps no browser from a POST, so that nothing is told.
        "POST": (),
    }


class Fussy(BaseConverter):
    """A converter that needs what is not there."""

    def to_python(self, value: str) -> str:
        raise RuntimeError


class Colour(BaseConverter):
    regex = "red|blue"


class Even(BaseConverter):
    regex = "[02468]/[02468]"
    part_isolating = False


REACHED = [
    # the URL rule, the paths of the rules, and those that could decide there
    ("/a/<name>", ["/a/b"], ["/a/b", "app"]),
    ("/a/<name>", ["/a/b", "/a/*"], ["/a/b", "/a/*"]),
    ("/a/<name>", ["/a/b/c", "/a/b/c/*", "/b/*"], ["app"]),
    ("/a/<name>/", ["/a/b", "/a/b/"], ["/a/b/", "app"]),
    ("/a/<int:n>", ["/a/me", "/a/1", "/a/me/*", "/a/2/*"], ["/a/1", "/a/2/*", "app"]),
    ("/a/<int:n>/x", ["/a/me/*", "/a/2/*", "/a/2/y/*"], ["/a/2/*", "app"]),
    ("/a/<any(red, blue):c>", ["/a/red", "/a/green"], ["/a/red", "app"]),
    ("/a/<path:rest>", ["/a/b/c/d/*", "/a/b/*", "/b/*"], ["/a/b/c/d/*", "/a/b/*", "app"]),
    ("/a/v<int:n>/x", ["/a/v1/*", "/a/w/*"], ["/a/v1/*", "app"]),
    ("/<name>", ["/*"], ["/*"]),
    ("/<name>", ["/", "/a/*"], ["/a/*", "app"]),
    ("/a/b", ["/a/b", "/a/*", "/*"], ["/a/b"]),
    ("/a/b/", ["/a/b"], ["app"]),
    ("/a/<fussy:x>", ["/a/b", "/a/c/*", "/b/*"], ["/a/b", "/a/c/*", "app"]),
    ("/a/<colour:x>", ["/a/red", "/a/green", "/a/blue/*"], ["/a/red", "/a/blue/*", "app"]),
    # What only looks like a variable part is none.
    ("/a/<name>", ["/a/<name>/*"], ["/a/<name>/*", "app"]),
    ("/X/<name>", ["/X/*"], ["/X/*"]),
    ("/a/<even:x>", ["/a/2/*", "/a/2/4"], ["/a/2/4", "/a/2/*", "app"]),
    ('/a/<any("b/c"):x>', ["/a/b/*", "/b/*"], ["/a/b/*", "app"]),
]


@pytest.mark.parametrize(("spelling", "paths", "reached"), REACHED)
def test_only_rules_that_could_decide_for_a_url_rule_are_named(
    spelling: str, paths: list[str], reached: list[str]
) -> None:
    app = Flask(__name__, static_folder=None)
    app.url_map.converters |= {"fussy": Fussy, "even": Even, "colour": Colour}
    StrictCORS(app, origins=[APP], rules={path: Policy(origins=[PARTNER]) for path in paths})
    route(app, spelling, "PUT", endpoint="x")
    found = labels(overview(app), spelling, "PUT")
    assert [label.removeprefix("path ") for label in found] == reached


def test_a_route_without_a_strict_slash_is_reached_by_both_rules() -> None:
    app = make(origins=[APP], rules={"/a/b": Policy(origins=[PARTNER])})
    route(app, "/a/<name>/", "PUT", endpoint="x", strict_slashes=False)
    assert labels(overview(app), "/a/<name>/", "PUT") == ["path /a/b", "app"]
    assert told(app, "/a/b", "PUT", PARTNER) == ("PUT",)


def test_url_rules_that_only_lead_to_others_are_left_out() -> None:
    app = make(origins=[APP])
    route(app, "/new", endpoint="new")
    app.add_url_rule("/alias", "new", alias=True)
    app.add_url_rule("/old", "old", redirect_to="/new")
    app.url_map.add(Rule("/built", endpoint="built", build_only=True))
    app.url_map.add(Rule("/socket", endpoint="socket", websocket=True))
    assert {one.url for one in overview(app)} == {"/new"}


def test_hosts_and_subdomains_stand_before_the_path() -> None:
    app = Flask(__name__, static_folder=None, subdomain_matching=True)
    StrictCORS(app, origins=[APP])
    route(app, "/x", endpoint="x", subdomain="api")
    route(app, "/y", endpoint="y")
    assert sorted({one.url for one in overview(app)}) == ["/y", "api/x"]


def test_the_overview_follows_the_set_up() -> None:
    app = make(origins=[APP])
    route(app, "/x")
    assert {one.url for one in overview(app)} == {"/x"}
    route(app, "/y")
    assert {one.url for one in overview(app)} == {"/x", "/y"}
    # The overview has frozen nothing: the first request has not come.
    assert actual(app, "/y").status_code == 200


def test_a_hidden_tag_is_shown_as_the_refusal_that_it_is() -> None:
    app = make(origins=[APP])

    def hiding(view: Any) -> Any:
        return lambda: str(view())

    @app.get("/hidden")
    @hiding
    @cors(origins=[PARTNER])
    def hidden() -> str:
        return ""

    assert labels(overview(app), "/hidden", "GET") == ["none"]


def test_an_app_without_strictcors_is_refused_by_name() -> None:
    with pytest.raises(LookupError, match=r"There is no StrictCORS in this app"):
        overview(Flask(__name__))
