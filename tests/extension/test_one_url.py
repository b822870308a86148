"""Several rules on one URL, and what a browser may keep of a preflight there."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
from flask import Blueprint, Flask
from flask.views import MethodView
from werkzeug.exceptions import HTTPException
from werkzeug.routing import BaseConverter, RequestRedirect, Rule

from flask_strictcors import StrictCORS, cors

from .wire import (
    APP,
    EVIL,
    PARTNER,
    PREFLIGHT_SILENT,
    SILENT,
    actual,
    cors_headers,
    granted,
    offered,
    preflight,
    route,
)


class EverythingConverter(BaseConverter):
    """Match any number of segments, none included."""

    regex = ".*"
    part_isolating = False


def app_of(*routes: tuple[Any, ...], **options: Any) -> Flask:
    """Make an app of (rule, methods, tag) triples, the tags called by single words."""
    app = Flask(__name__, static_folder=None, **options.pop("flask", {}))
    app.url_map.converters["everything"] = EverythingConverter
    StrictCORS(app, **{"origins": [APP]} | options)
    for number, (rule, methods, tag, *more) in enumerate(routes):
        options = more[0] if more else {}
        route(app, rule, methods, tag=TAGS[tag](), endpoint=f"{tag}{number}", **options)
    return app


TAGS: dict[str, Callable[[], Any]] = {
    "app": lambda: None,
    "own": lambda: cors(origins=[APP, PARTNER]),
    "partner": lambda: cors(origins=[PARTNER]),
    "everybody": lambda: cors(origins="*"),
    "exempt": lambda: cors.exempt,
}


def test_each_method_on_one_url_has_its_own_rule() -> None:
    app = app_of(("/x", "GET", "everybody"), ("/x", "PUT", "partner"), ("/x", "DELETE", "app"))
    assert cors_headers(preflight(app, "/x", "GET")) == offered("GET, HEAD", "*")
    assert cors_headers(preflight(app, "/x", "PUT")) == PREFLIGHT_SILENT
    assert cors_headers(preflight(app, "/x", "PUT", PARTNER)) == offered("PUT", PARTNER)
    assert cors_headers(preflight(app, "/x", "DELETE")) == offered("DELETE")
    assert cors_headers(actual(app, "/x", "GET", EVIL)) == granted("*")
    assert cors_headers(actual(app, "/x", "PUT")) == SILENT
    assert cors_headers(actual(app, "/x", "PUT", PARTNER)) == granted(PARTNER)
    assert cors_headers(actual(app, "/x", "DELETE")) == granted()
    # Where none of them answers, none of them decides.
    assert cors_headers(actual(app, "/x", "PATCH", EVIL)) == SILENT
    assert cors_headers(preflight(app, "/x", "PATCH")) == offered("DELETE")


LISTS = [
    # rules with methods and tag, the URL, the requested method, what the browser may keep
    (["/x GET own", "/x PUT own"], "/x", "PUT", "PUT"),
    (["/x GET own", "/x PUT own"], "/x", "GET", "GET, HEAD"),
    (["/x GET app", "/x PUT app"], "/x", "PUT", "GET, HEAD, PUT"),
    (["/x GET app", "/x PUT exempt"], "/x", "GET", "GET, HEAD"),
    (["/x GET app", "/x PUT own"], "/x", "GET", "GET, HEAD"),
    (["/x GET PUT own", "/x DELETE own"], "/x", "PUT", "GET, HEAD, PUT"),
    # the same method twice: the first one serves it
    (["/x GET PUT own", "/x PUT partner"], "/x", "GET", "GET, HEAD"),
    # patterns that overlap
    (["/x/<a> GET PUT app", "/x/special PUT own"], "/x/special", "GET", "GET, HEAD"),
    (["/x/<a> GET PUT app", "/x/special PUT own"], "/x/special", "PUT", "PUT"),
    (["/x/<a> GET PUT app", "/x/special PUT own"], "/x/a", "GET", "GET, HEAD"),
    (["/x/<a> GET PUT app", "/x/special PUT own"], "/x/a", "PUT", "GET, HEAD, PUT"),
    (["/x/<a> GET PUT app", "/y/special PUT own"], "/x/a", "GET", "GET, HEAD, PUT"),
    (["/<a>/y GET PUT app", "/x/<b> PUT own"], "/x/y", "GET", "GET, HEAD"),
    (["/<a> GET PUT app", "/<int:n> PUT own"], "/7", "GET", "GET, HEAD"),
    (["/<a> GET PUT app", "/<any(a,b):n> PUT own"], "/b", "GET", "GET, HEAD"),
    (["/<a> GET PUT app", "/x<b> PUT own"], "/xy", "GET", "GET, HEAD"),
    (["/<a> GET PUT app", "/<b>/c PUT own"], "/x", "GET", "GET, HEAD, PUT"),
    # converters that match slashes
    (["/<path:p> GET PUT app", "/a/b PUT own"], "/a/b", "GET", "GET, HEAD"),
    (["/<path:p> GET PUT app", "/a/<b>/c PUT own"], "/a/x/c", "GET", "GET, HEAD"),
    (["/a/<path:p> GET PUT app", "/b/c PUT own"], "/a/b", "GET", "GET, HEAD, PUT"),
    (["/a/<path:p>/z GET PUT app", "/a/b/c/z PUT own"], "/a/b/c/z", "GET", "GET, HEAD"),
    (["/<path:p>/z GET PUT app", "/<path:p> PUT own"], "/a/z", "GET", "GET, HEAD"),
    # converters of which nothing is known
    (["/x/<everything:e> GET PUT app", "/x/y/z PUT own"], "/x/y/z", "GET", "GET, HEAD"),
    (["/x/<everything:e> GET PUT app", "/x/ PUT own"], "/x/", "GET", "GET, HEAD"),
    (["/<everything:e> GET PUT app", "/ PUT own"], "/", "GET", "GET, HEAD"),
    (["/<everything:e>/b GET PUT app", "/a/b PUT own"], "/a/b", "GET", "GET, HEAD"),
    (['/<any("",z):e> GET PUT app', "/ PUT own"], "/", "GET", "GET, HEAD"),
    (['/x/<any("",z):e> GET PUT app', "/x/ PUT own"], "/x/", "GET", "GET, HEAD"),
    (["/<string(length=2):s> GET PUT app", "/xx PUT own"], "/xx", "GET", "GET, HEAD"),
    # brackets where nobody expects them
    (['/<any("a>b",q):e>/y GET PUT app', "/q/y PUT own"], "/q/y", "GET", "GET, HEAD"),
    (["/<a>/c GET PUT app", "/a>b/c PUT own"], "/a>b/c", "GET", "GET, HEAD"),
    # slashes at the end
    (["/x GET PUT app", "/x/ PUT own"], "/x/", "PUT", "PUT"),
    (["/x/ GET PUT app", "/x PUT own"], "/x", "PUT", "PUT"),
    (["/x/ GET own", "/x/ PUT partner"], "/x", "GET", "GET, HEAD"),
    # as many shapes as there are
    (["/x GET OPTIONS own", "/x PUT app"], "/x", "OPTIONS", "GET, HEAD, OPTIONS"),
    (["/x GET own", "/x OPTIONS app"], "/x", "GET", "GET, HEAD"),
]


@pytest.mark.parametrize(("routes", "url", "method", "methods"), LISTS)
def test_a_browser_may_keep_only_what_the_same_rule_decides_there(
    routes: list[str], url: str, method: str, methods: str
) -> None:
    served = [(rule, " ".join(names), tag) for rule, *names, tag in map(str.split, routes)]
    assert cors_headers(preflight(app_of(*served), url, method)) == offered(methods)


def test_no_slash_is_put_between_hosts() -> None:
    options = {"flask": {"subdomain_matching": True}}
    app = app_of(
        ("/x", "GET", "app"),
        ("/x", "PUT", "own", {"subdomain": "api"}),
        ("/x", "GET PUT", "app", {"subdomain": "<tenant>"}),
        ("/y", "GET PUT", "app", {"subdomain": "a"}),
        ("/y", "PUT", "own", {"subdomain": "b"}),
        **options,
    )
    app.config["SERVER_NAME"] = "example.test"
    api = "http://api.example.test"
    assert cors_headers(preflight(app, "/x", "PUT", base_url=api)) == offered("PUT")
    assert cors_headers(preflight(app, "/x", "GET", base_url=api)) == offered("GET, HEAD")
    tenant = "http://a.example.test"
    assert cors_headers(preflight(app, "/x", "GET", base_url=tenant)) == offered("GET, HEAD")
    assert cors_headers(preflight(app, "/y", "GET", base_url=tenant)) == offered("GET, HEAD, PUT")


def test_what_a_blueprint_decides_is_another_rule() -> None:
    app = Flask(__name__)
    StrictCORS(app, origins=[APP])
    blueprint = Blueprint("api", __name__, url_prefix="/api")
    route(blueprint, "/x", "PUT")
    route(blueprint, "/x", "DELETE", endpoint="remove")
    cors(origins=[APP, PARTNER])(blueprint)
    app.register_blueprint(blueprint)
    route(app, "/api/x", "GET")
    assert cors_headers(preflight(app, "/api/x", "PUT", PARTNER)) == offered("DELETE, PUT", PARTNER)
    assert cors_headers(preflight(app, "/api/x", "GET")) == offered("GET, HEAD")
    assert cors_headers(preflight(app, "/api/x", "GET", PARTNER)) == PREFLIGHT_SILENT


def test_one_decorator_pinned_to_two_views_of_a_url() -> None:
    both = cors(origins=[PARTNER])
    app = Flask(__name__)
    StrictCORS(app, origins=[APP])
    route(app, "/x", "GET", tag=both)
    route(app, "/x", "PUT", tag=both, endpoint="put")
    for method in ("GET", "PUT"):
        listed = cors_headers(preflight(app, "/x", method, PARTNER))["Allow-Methods"]
        assert method in listed.split(", ")
        assert set(listed.split(", ")) <= {"GET", "HEAD", "PUT"}


RULES = [
    "/",
    "/a",
    "/a/",
    "/b",
    "/<s>",
    "/<int:n>",
    "/a/b",
    "/a/<s>",
    "/a/<s>/",
    "/<s>/b",
    "/<path:p>",
    "/a/<path:p>",
    "/<path:p>/b",
    "/<everything:e>",
    "/a/<everything:e>",
    "/a<s>",
    "/<s>-<int:n>",
    "/<any(a,b):s>/b",
]
URLS = ["/", "/a", "/a/", "/b", "/7", "/a/b", "/a/b/", "/a//b", "/a/7", "/x/b", "/ab", "/x-7"]
METHODS = ["GET", "PUT", "DELETE"]


def is_redirected(app: Flask, url: str, method: str) -> bool:
    """Report whether routing answers with a redirect, where the browser then preflights anew."""
    try:
        app.url_map.bind("localhost").match(url, method)
    except RequestRedirect:
        return True
    except HTTPException:
        return False
    return False


def governing(app: Flask, url: str, method: str) -> tuple[str, str]:
    """Return which rule decides, from Werkzeug's own word on who serves."""
    adapter = app.url_map.bind("localhost")
    for _ in range(5):
        try:
            endpoint = adapter.match(url, method)[0]
        except RequestRedirect as redirect:
            url = redirect.new_url.removeprefix("http://localhost")
        except HTTPException:
            return "app", ""
        else:
            return ("app", "") if endpoint.startswith("app") else ("tag", endpoint)
    return "app", ""


@pytest.mark.parametrize("seed", range(60))
def test_nothing_that_is_kept_passes_where_another_preflight_would_be_judged_by_another_rule(
    seed: int,
) -> None:
    chance = random.Random(seed)
    routes = [
        (
            chance.choice(RULES),
            " ".join(chance.sample(METHODS, chance.randint(1, 3))),
            chance.choice(["app", "app", "own", "exempt"]),
        )
        for _ in range(chance.randint(2, 6))
    ]
    app = app_of(*routes)
    for url in URLS:
        for method in METHODS:
            judge = governing(app, url, method)
            response = preflight(app, url, method)
            if judge[1].startswith("exempt"):
                continue
            assert response.status_code == 204
            listed = cors_headers(response).get("Allow-Methods", "")
            for kept in listed.split(", ") if listed else ():
                if not is_redirected(app, url, kept):
                    assert governing(app, url, kept) == judge, (routes, url, method, kept)


def test_a_url_without_a_route_does_not_lend_its_list_to_one_with() -> None:
    app = app_of(("/x", "PUT", "partner"), ("/y", "DELETE", "app"))
    # At /x no method but PUT has a view, and that is the partner's.
    response = cors_headers(preflight(app, "/x", "DELETE"))
    assert response == offered("")


def rule_without_methods(app: Flask) -> None:
    app.url_map.add(Rule("/any", endpoint="any"))
    app.view_functions["any"] = lambda: "in"


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PROPFIND"])
def test_a_route_without_methods_serves_what_is_asked_for(method: str) -> None:
    app = Flask(__name__)
    StrictCORS(app, origins=[APP])
    rule_without_methods(app)
    response = preflight(app, "/any", method)
    headers = cors_headers(response)
    assert method in headers.pop("Allow-Methods").split(", ")
    assert headers | {"Allow-Methods": ""} == offered("") | {"Allow-Methods": ""}
    assert cors_headers(actual(app, "/any", method)) == granted()
    assert cors_headers(actual(app, "/any", method, EVIL)) == SILENT


def test_a_route_without_methods_may_have_a_rule_of_its_own() -> None:
    app = Flask(__name__)
    StrictCORS(app, origins=[APP], methods=["GET", "PUT"])
    rule_without_methods(app)
    cors(origins=[PARTNER], methods=["PUT"])(app.view_functions["any"])
    assert cors_headers(preflight(app, "/any", "PUT", PARTNER)) == offered("PUT", PARTNER)
    assert cors_headers(preflight(app, "/any", "PUT")) == PREFLIGHT_SILENT
    assert cors_headers(preflight(app, "/any", "POST", PARTNER)) == PREFLIGHT_SILENT


def test_a_view_class_without_get_may_be_asked_for_head() -> None:
    class Items(MethodView):
        def post(self) -> str:
            return "in"

    app = Flask(__name__, static_folder=None)
    StrictCORS(app, origins=[APP])
    app.url_map.add(Rule("/any", endpoint="any"))
    app.view_functions["any"] = Items.as_view("any")
    assert cors_headers(preflight(app, "/any", "HEAD")) == offered("HEAD")
    assert cors_headers(preflight(app, "/any", "HEAD", EVIL)) == PREFLIGHT_SILENT


def test_url_rules_that_serve_no_request_change_nothing() -> None:
    app = Flask(__name__)
    StrictCORS(app, origins=[APP])
    for kind in ("build_only", "websocket"):
        app.url_map.add(Rule("/x", endpoint=kind, **{kind: True}))
        app.view_functions[kind] = cors(origins=[PARTNER])(lambda: "in")
    route(app, "/x", "GET PUT")
    assert cors_headers(preflight(app, "/x", "PUT")) == offered("GET, HEAD, PUT")
    assert cors_headers(actual(app, "/x", "PUT")) == granted()


@pytest.mark.parametrize(("automatic", "status"), [(None, 200), (False, 405)])
def test_preflights_do_not_depend_on_automatic_options(automatic: bool | None, status: int) -> None:
    app = Flask(__name__)
    StrictCORS(app, origins=[APP])
    route(app, "/x", "GET PUT", provide_automatic_options=automatic)
    assert cors_headers(preflight(app, "/x", "PUT")) == offered("GET, HEAD, PUT")
    # No view serves OPTIONS: Flask's own answer is nothing that a script should ask for.
    assert cors_headers(preflight(app, "/x", "OPTIONS")) == offered("GET, HEAD, PUT")
    response = actual(app, "/x", "OPTIONS")
    assert (response.status_code, cors_headers(response)) == (status, granted())


def test_options_that_a_view_serves_are_listed_and_reach_it() -> None:
    app = Flask(__name__)
    StrictCORS(app, origins=[APP])
    route(app, "/x", "GET OPTIONS", "the view's")
    assert cors_headers(preflight(app, "/x", "GET")) == offered("GET, HEAD, OPTIONS")
    assert cors_headers(preflight(app, "/x", "OPTIONS")) == offered("GET, HEAD, OPTIONS")
    response = actual(app, "/x", "OPTIONS")
    assert (response.data, cors_headers(response)) == (b"the view's", granted())


def test_options_of_a_url_rule_that_flask_did_not_make_are_listed() -> None:
    app = Flask(__name__)
    StrictCORS(app, origins=[APP])
    app.url_map.add(Rule("/x", endpoint="x", methods=["GET", "OPTIONS"]))
    app.view_functions["x"] = lambda: "in"
    assert cors_headers(preflight(app, "/x", "GET")) == offered("GET, HEAD, OPTIONS")


def test_a_preflight_never_runs_a_view_for_options() -> None:
    seen: list[str] = []
    app = Flask(__name__)
    StrictCORS(app, origins=[APP])
    route(app, "/x", "GET OPTIONS", lambda: seen.append("ran") or "in")
    preflight(app, "/x", "GET")
    preflight(app, "/x", "GET", EVIL)
    preflight(app, "/x", "DELETE")
    assert seen == []
