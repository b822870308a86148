"""Path rules: the most specific one, whole, compared once with the path that Flask routed."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from flask_strictcors import Policy, PolicyError, StrictCORS, cors

from .wire import (
    APP,
    EVIL,
    PARTNER,
    PREFLIGHT_RULELESS,
    PREFLIGHT_SILENT,
    SILENT,
    actual,
    cors_headers,
    granted,
    heard,
    offered,
    preflight,
    route,
)


def everywhere(**options: Any) -> Flask:
    """Make an app with one view for each path there is."""
    app = Flask(__name__, static_folder=None)
    route(app, "/<path:path>", "GET PUT")
    route(app, "/", "GET PUT")
    StrictCORS(app, **options)
    return app


def origin_n(number: int) -> str:
    return f"https://n{number}.example.com"


RULES = [
    "/*",
    "/api/*",
    "/api",
    "/api/v1/*",
    "/api/v1/users",
    "/api/v1/users/*",
    "/Api/*",
    "/feed.xml",
    "/caf\u00e9/*",
]


@pytest.mark.parametrize(
    ("path", "rule"),
    [
        ("/", "/*"),
        ("/other", "/*"),
        ("/apiary", "/*"),
        ("/api.json", "/*"),
        ("/api", "/api"),
        ("/api/", "/api/*"),
        ("/api/x", "/api/*"),
        ("/api/v", "/api/*"),
        ("/api/v1", "/api/v1/*"),
        ("/api/v1/", "/api/v1/*"),
        ("/api/v1/x/y/z", "/api/v1/*"),
        ("/api/v1/users", "/api/v1/users"),
        ("/api/v1/users/", "/api/v1/users/*"),
        ("/api/v1/users/7", "/api/v1/users/*"),
        ("/api/v1/userships", "/api/v1/*"),
        ("/Api/v1/users", "/Api/*"),
        ("/API/v1/users", "/*"),
        ("/feed.xml", "/feed.xml"),
        ("/feed.xml/", "/*"),
        ("/feed-xml", "/*"),
        ("/caf\u00e9/menu", "/caf\u00e9/*"),
        ("/cafe/menu", "/*"),
        ("/api/.well-known", "/api/*"),
        ("/api/...", "/api/*"),
        ("/api/a+b c", "/api/*"),
    ],
)
def test_the_most_specific_rule_decides(path: str, rule: str) -> None:
    rules = {text: Policy(origins=[origin_n(i)]) for i, text in enumerate(RULES)}
    app = everywhere(rules=rules, origins=[APP])
    own = origin_n(RULES.index(rule))
    for origin in [APP, *(origin_n(i) for i in range(len(RULES)))]:
        with heard(app) as signals:
            headers = cors_headers(actual(app, path, origin=origin))
            asked = cors_headers(preflight(app, path, "PUT", origin))
        if origin == own:
            assert (headers, asked) == (granted(origin), offered("GET, HEAD, PUT", origin))
        else:
            assert (headers, asked) == (SILENT, PREFLIGHT_SILENT)
            assert [r.rule for _, r in signals] == [f"path {rule}"] * 2


def test_the_order_of_the_rules_does_not_matter() -> None:
    rules = {"/api/*": {"origins": [APP]}, "/api/v1/*": {"origins": [PARTNER]}}
    for given in (rules, dict(reversed(rules.items()))):
        app = everywhere(rules=given)
        assert cors_headers(actual(app, "/api/v1/x")) == SILENT
        assert cors_headers(actual(app, "/api/v1/x", origin=PARTNER)) == granted(PARTNER)
        assert cors_headers(actual(app, "/api/x")) == granted()


def test_where_no_rule_is_the_app_decides_and_else_nobody() -> None:
    rules = {"/api/*": {"origins": [PARTNER]}}
    assert cors_headers(actual(everywhere(rules=rules, origins=[APP]), "/x")) == granted()
    assert cors_headers(actual(everywhere(rules=rules), "/x")) == {}
    assert cors_headers(preflight(everywhere(rules=rules), "/x")) == PREFLIGHT_RULELESS


def test_a_rule_may_be_a_policy_a_mapping_tiers_or_none() -> None:
    app = everywhere(
        origins=[EVIL],
        rules={
            "/policy": Policy(origins=[APP], credentials=True),
            "/mapping": {"origins": APP, "max_age": 5},
            "/tiers": [Policy(origins=[APP], credentials=True), {"origins": "*"}],
            "/none/*": None,
        },
    )
    with_credentials = granted(Allow_Credentials="true")
    assert cors_headers(actual(app, "/policy")) == with_credentials
    assert cors_headers(actual(app, "/mapping")) == granted()
    assert cors_headers(preflight(app, "/mapping")) == offered("GET, HEAD, PUT", Max_Age="5")
    assert cors_headers(actual(app, "/tiers")) == with_credentials
    assert cors_headers(actual(app, "/tiers", origin=EVIL)) == {
        "Allow-Origin": "*",
        "Vary": "Origin",
    }
    assert cors_headers(actual(app, "/none/x", origin=EVIL)) == {}
    response = preflight(app, "/none/x", origin=EVIL)
    assert (response.status_code, cors_headers(response)) == (200, {})


def test_a_tag_beats_every_path_rule() -> None:
    app = Flask(__name__)
    StrictCORS(app, origins=[EVIL], rules={"/x": {"origins": [APP]}, "/y": None})
    route(app, "/x", tag=cors(origins=[PARTNER]))
    route(app, "/y", tag=cors(origins=[PARTNER]))
    for path in ("/x", "/y"):
        assert cors_headers(actual(app, path, origin=PARTNER)) == granted(PARTNER)
        assert cors_headers(actual(app, path)) == SILENT


AMBIGUOUS = [
    # as it stands in PATH_INFO, decoded once by the server
    "/api/../private",
    "/api/..",
    "/..",
    "/./api/x",
    "/api/.",
    "/api/./x",
    "/private/../api/x",
    "/api//x",
    "/api///",
    "/api\\..\\private",
    "/api/x\\",
    "/api/%2e%2e/private",
    "/api/%",
    "/api/100%25",
    "/%61pi/x",
    "/api/\xff",
    "/api/\xc3\x28",
]


@pytest.mark.parametrize("path_info", AMBIGUOUS)
def test_a_path_that_reads_in_two_ways_is_denied_where_path_rules_could_decide(
    path_info: str,
) -> None:
    app = Flask(__name__, static_folder=None)
    StrictCORS(app, rules={"/api/*": {"origins": "*"}}, origins="*")
    route(app, "/<path:path>", "GET PUT", merge_slashes=False)
    given = {"environ_overrides": {"PATH_INFO": path_info}}
    with heard(app) as signals:
        response = actual(app, **given)
        asked = preflight(app, **given)
    assert (response.status_code, cors_headers(response)) == (200, {})
    assert (asked.status_code, cors_headers(asked)) == (204, PREFLIGHT_RULELESS)
    assert [(str(r.reason), r.rule) for _, r in signals] == [("no-rule", "none")] * 2


@pytest.mark.parametrize("path_info", AMBIGUOUS)
@pytest.mark.parametrize("rules", [{"/api/*": None}, {"/*": None}])
def test_a_path_that_reads_in_two_ways_is_never_exempt(
    path_info: str, rules: dict[str, Any]
) -> None:
    app = Flask(__name__, static_folder=None)
    StrictCORS(app, origins=[APP], rules=rules)
    headers = {"Access-Control-Allow-Origin": "*"}
    route(app, "/<path:path>", "GET", ("in", headers), merge_slashes=False)
    assert cors_headers(actual(app, environ_overrides={"PATH_INFO": path_info})) == {}


@pytest.mark.parametrize("path_info", AMBIGUOUS)
def test_a_tag_decides_for_any_path_of_its_view(path_info: str) -> None:
    app = Flask(__name__, static_folder=None)
    StrictCORS(app, rules={"/api/*": {"origins": "*"}}, origins="*")
    route(app, "/<path:path>", "GET", tag=cors(origins=[APP]), merge_slashes=False)
    given = {"environ_overrides": {"PATH_INFO": path_info}}
    assert cors_headers(actual(app, **given)) == granted()
    assert cors_headers(actual(app, origin=EVIL, **given)) == SILENT
    assert cors_headers(preflight(app, method="GET", **given)) == offered("GET, HEAD")


def test_merged_slashes_are_judged_by_where_they_lead() -> None:
    app = Flask(__name__, static_folder=None)
    StrictCORS(app, rules={"/api/*": {"origins": [PARTNER]}}, origins=[APP])
    route(app, "/api/x", "GET PUT")
    for origin, expected in ((PARTNER, granted(PARTNER)), (APP, SILENT)):
        response = actual(app, "/api//x", "PUT", origin)
        assert (response.status_code, cors_headers(response)) == (308, expected)


@pytest.mark.parametrize("path_info", AMBIGUOUS)
def test_without_path_rules_a_path_decides_nothing(path_info: str) -> None:
    app = Flask(__name__, static_folder=None)
    StrictCORS(app, origins=[APP])
    route(app, "/<path:path>", "GET", merge_slashes=False)
    assert cors_headers(actual(app, environ_overrides={"PATH_INFO": path_info})) == granted()


def test_a_path_is_never_decoded_again() -> None:
    app = everywhere(rules={"/a b": {"origins": [PARTNER]}}, origins=[APP])
    assert cors_headers(actual(app, "/a%20b", origin=PARTNER)) == granted(PARTNER)
    assert cors_headers(actual(app, "/a+b", origin=PARTNER)) == SILENT
    assert cors_headers(actual(app, "/a%2520b", origin=PARTNER)) == {}


def test_path_rules_and_the_methods_of_one_url() -> None:
    app = Flask(__name__)
    StrictCORS(app, origins=[APP], rules={"/x": {"origins": [PARTNER], "methods": ["PUT", "GET"]}})
    route(app, "/x", "GET PUT DELETE")
    assert cors_headers(preflight(app, "/x", "PUT", PARTNER)) == offered("GET, HEAD, PUT", PARTNER)
    assert cors_headers(preflight(app, "/x", "DELETE", PARTNER)) == offered(
        "GET, HEAD, PUT", PARTNER
    )
    assert cors_headers(actual(app, "/x", "DELETE", PARTNER)) == SILENT


@pytest.mark.parametrize(("path", "status"), [("/api/nowhere", 404), ("/api/x", 405)])
def test_path_rules_decide_where_no_route_answers(path: str, status: int) -> None:
    app = Flask(__name__)
    StrictCORS(app, origins=[APP], rules={"/api/*": {"origins": [PARTNER]}})
    route(app, "/api/x", "PUT", tag=cors(origins=[EVIL]))
    response = actual(app, path, "POST", PARTNER)
    assert (response.status_code, cors_headers(response)) == (status, granted(PARTNER))
    for other in (APP, EVIL):
        assert cors_headers(actual(app, path, "POST", other)) == SILENT


@pytest.mark.parametrize(
    ("rules", "codes"),
    [
        ({"api/*": {"origins": "*"}}, ["rule-path"]),
        ({"/a*": {"origins": "*"}}, ["rule-path"]),
        ({"/*/a": {"origins": "*"}}, ["rule-path"]),
        ({"/a//b": {"origins": "*"}}, ["rule-path"]),
        ({"/a/../b": None}, ["rule-path"]),
        ({"/a%20b": None}, ["rule-path"]),
        ({"": None}, ["rule-path"]),
        ({"/a?x": None}, ["rule-path"]),
        ({3: None}, ["wrong-type"]),
        ({"/a": {}}, ["origins-missing"]),
        ({"/a": 3}, ["not-a-policy"]),
        ({"/a": []}, ["not-a-policy"]),
        ({"/a": {"origin": "*"}}, ["option-unknown", "origins-missing"]),
        ([("/a", None), ("/a", None)], ["rule-path-twice"]),
        ([("/a", {"origins": "*"}), ("/a", None)], ["rule-path-twice"]),
        ("/a", ["wrong-type"]),
        ({"/a": {"origins": ["x"]}, "b": None}, ["origin-scheme-missing", "rule-path"]),
    ],
)
def test_rules_that_make_no_sense_are_refused_all_at_once(rules: Any, codes: list[str]) -> None:
    with pytest.raises(PolicyError) as caught:
        StrictCORS(Flask(__name__), rules=rules)
    assert [str(problem.code) for problem in caught.value.problems] == codes
