"""What app.config and the environment say, alone and together with the arguments."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask

from flask_strictcors import Policy, PolicyError, StrictCORS

from .wire import (
    APP,
    EVIL,
    PARTNER,
    SILENT,
    actual,
    cors_headers,
    granted,
    offered,
    preflight,
    route,
)


def configured(config: dict[str, Any], *policies: Any, **options: Any) -> Flask:
    app = Flask(__name__, static_folder=None)
    app.config |= {f"STRICTCORS_{key}": value for key, value in config.items()}
    StrictCORS(app, *policies, **options)
    route(app, "/", "GET PUT")
    route(app, "/api/x", "GET PUT")
    return app


def from_environment(monkeypatch: pytest.MonkeyPatch, **variables: str) -> Flask:
    for name, value in variables.items():
        monkeypatch.setenv(f"FLASK_STRICTCORS_{name}", value)
    app = Flask(__name__, static_folder=None)
    app.config.from_prefixed_env()
    StrictCORS(app)
    route(app, "/", "GET PUT")
    route(app, "/api/x", "GET PUT")
    return app


def codes(caught: pytest.ExceptionInfo[PolicyError]) -> list[str]:
    return [str(problem.code) for problem in caught.value.problems]


@pytest.mark.parametrize(
    "text",
    [
        f"{APP},{PARTNER}",
        f"{APP} {PARTNER}",
        f" {APP} , {PARTNER} ",
        f"{APP},\n{PARTNER}",
        f"{APP}\t{PARTNER},",
        json.dumps([APP, PARTNER]),
        f" {json.dumps([APP, PARTNER])} ",
    ],
)
@pytest.mark.parametrize("source", ["environment", "config"])
def test_a_string_is_split_and_a_json_list_is_one(
    text: str, source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if source == "environment":
        app = from_environment(monkeypatch, ORIGINS=text)
    else:
        app = configured({"ORIGINS": text})
    for origin in (APP, PARTNER):
        assert cors_headers(actual(app, origin=origin)) == granted(origin)
    assert cors_headers(actual(app, origin=EVIL)) == SILENT


def test_every_option_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    app = from_environment(
        monkeypatch,
        ORIGINS="https://app.example.com,https://*.example.org",
        METHODS="GET PUT",
        ALLOW_HEADERS="X-Token, Content-Type",
        EXPOSE_HEADERS="ETag",
        CREDENTIALS="true",
        MAX_AGE="30",
        DEBUG_ORIGINS="http://localhost:*",
        DANGEROUSLY_ALLOW_INSECURE_ORIGINS="false",
        ENFORCE="true",
        OWN_ORIGINS="https://api.example.com",
        RULES='{"/api/*": {"origins": "https://a.example.com https://b.example.com"}}',
    )
    full = {"Allow_Credentials": "true"}
    assert cors_headers(actual(app)) == granted(APP, Expose_Headers="ETag", **full)
    assert cors_headers(actual(app, origin=PARTNER)) == granted(
        PARTNER, Expose_Headers="ETag", **full
    )
    assert cors_headers(preflight(app)) == offered(
        "GET, HEAD, PUT", APP, "Content-Type, X-Token", Max_Age="30", **full
    )
    assert actual(app, origin=EVIL).status_code == 403
    assert actual(app, origin="https://api.example.com").status_code == 200
    for name in "ab":
        origin = f"https://{name}.example.com"
        assert cors_headers(actual(app, "/api/x", origin=origin)) == granted(origin)
    assert cors_headers(actual(app, "/api/x")) == SILENT


def test_everybody_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    app = from_environment(
        monkeypatch, ORIGINS="*", ALLOW_HEADERS="*", EXPOSE_HEADERS="*", METHODS="*", MAX_AGE="null"
    )
    assert cors_headers(actual(app, origin=EVIL)) == granted("*", Expose_Headers="*")
    expected = offered("GET, HEAD, PUT", "*", "*, Authorization")
    del expected["Max-Age"]
    assert cors_headers(preflight(app, origin=EVIL)) == expected


@pytest.mark.parametrize(
    ("rules", "path", "origin", "expected"),
    [
        ({"/api/*": None}, "/api/x", EVIL, {}),
        ({"/api/*": {"origins": "*"}}, "/api/x", EVIL, granted("*")),
        ({"/api/*": {"origins": [PARTNER]}}, "/api/x", PARTNER, granted(PARTNER)),
        ({"/api/*": [{"origins": PARTNER}]}, "/api/x", PARTNER, granted(PARTNER)),
    ],
)
@pytest.mark.parametrize("form", ["json", "value"])
def test_rules_of_the_configuration(
    rules: dict[str, Any], path: str, origin: str, expected: dict[str, str], form: str
) -> None:
    app = configured({"ORIGINS": APP, "RULES": json.dumps(rules) if form == "json" else rules})
    assert cors_headers(actual(app, path, origin=origin)) == expected
    assert cors_headers(actual(app, "/")) == granted()


def test_options_are_merged_one_by_one_and_the_arguments_win() -> None:
    config = {"ORIGINS": [PARTNER], "CREDENTIALS": True, "MAX_AGE": 30, "ENFORCE": True}
    app = configured(config, origins=[APP], max_age=5)
    assert cors_headers(preflight(app)) == offered(
        "GET, HEAD, PUT", Allow_Credentials="true", Max_Age="5"
    )
    assert actual(app, origin=PARTNER).status_code == 403
    assert actual(configured(config, enforce=False), origin=EVIL).status_code == 200


def test_rules_and_own_origins_of_the_arguments_win_whole() -> None:
    config = {
        "RULES": {"/api/*": {"origins": [PARTNER]}},
        "OWN_ORIGINS": [EVIL],
        "ENFORCE": True,
        "ORIGINS": [APP],
    }
    app = configured(config, rules={}, own_origins=())
    assert cors_headers(actual(app, "/api/x")) == granted()
    assert actual(app, origin=EVIL).status_code == 403


@pytest.mark.parametrize(
    ("config", "policies", "options"),
    [
        ({}, [Policy(origins="*")], {"origins": [APP]}),
        ({}, [Policy(origins="*")], {"credentials": False}),
        ({"CREDENTIALS": True}, [Policy(origins=[APP])], {}),
        ({"ORIGINS": APP}, [Policy(origins=[APP])], {}),
    ],
)
def test_policies_together_with_single_options_are_a_problem(
    config: dict[str, Any], policies: list[Policy], options: dict[str, Any]
) -> None:
    with pytest.raises(PolicyError) as caught:
        configured(config, *policies, **options)
    assert codes(caught) == ["policies-and-options"]


def test_policies_go_with_what_is_no_policys_option() -> None:
    app = configured({"ENFORCE": True, "OWN_ORIGINS": EVIL}, Policy(origins=[APP]))
    assert actual(app, origin=PARTNER).status_code == 403
    assert actual(app, origin=EVIL).status_code == 200


@pytest.mark.parametrize(
    ("key", "nearest"),
    [
        ("ORIGIN", "STRICTCORS_ORIGINS"),
        ("ORIGNS", "STRICTCORS_ORIGINS"),
        ("SUPPORTS_CREDENTIALS", "STRICTCORS_CREDENTIALS"),
        ("ALLOWED_METHODS", "STRICTCORS_METHODS"),
        ("RESOURCES", "STRICTCORS_RULES"),
        ("EXPOSED_HEADERS", "STRICTCORS_EXPOSE_HEADERS"),
        ("OWN_ORIGIN", "STRICTCORS_OWN_ORIGINS"),
        ("ENFORCED", "STRICTCORS_ENFORCE"),
    ],
)
def test_an_unknown_key_is_named_with_the_nearest(key: str, nearest: str) -> None:
    with pytest.raises(PolicyError) as caught:
        configured({"ORIGINS": APP, key: "x"})
    (problem,) = caught.value.problems
    assert (problem.code, problem.field) == ("option-unknown", f"STRICTCORS_{key}")
    assert problem.value == "x"
    assert nearest in problem.fix


@pytest.mark.parametrize(
    ("option", "nearest"),
    [
        ("origin", "origins"),
        ("supports_credentials", "credentials"),
        ("resources", "rules"),
        ("own_origin", "own_origins"),
        ("enforced", "enforce"),
        ("max_ages", "max_age"),
    ],
)
@pytest.mark.parametrize("late", [False, True])
def test_an_unknown_argument_is_named_with_the_nearest(
    option: str, nearest: str, late: bool
) -> None:
    with pytest.raises(PolicyError) as caught:
        StrictCORS(None if late else Flask(__name__), **{option: "x"})
    (problem,) = caught.value.problems
    assert (problem.code, problem.field) == ("option-unknown", option)
    assert nearest in problem.fix


@pytest.mark.parametrize("value", ["yes", "False", "no", "1", "on", 1, None, "TRUE"])
@pytest.mark.parametrize("key", ["CREDENTIALS", "ENFORCE"])
def test_a_switch_takes_only_true_and_false(key: str, value: Any) -> None:
    with pytest.raises(PolicyError) as caught:
        configured({"ORIGINS": APP, key: value})
    assert codes(caught) == ["wrong-type"]


DEEP = "[" * 5000
TREE = "[" * 3000 + "]" * 3000


@pytest.mark.parametrize("text", ['["https://app.example.com"', DEEP], ids=["open", "deep"])
@pytest.mark.parametrize(
    "key",
    [
        "RULES",
        "POLICIES",
        "ORIGINS",
        "ALLOWLIST",
        "DEBUG_ORIGINS",
        "OWN_ORIGINS",
        "METHODS",
        "ALLOW_HEADERS",
        "EXPOSE_HEADERS",
    ],
)
def test_text_that_is_no_json_is_a_problem_and_the_fix_is_accepted(key: str, text: str) -> None:
    with pytest.raises(PolicyError) as caught:
        configured({"ORIGINS": APP, key: text})
    (problem,) = (p for p in caught.value.problems if p.value == text)
    assert (problem.code, problem.field) == ("wrong-type", key.lower())
    beside = {"POLICIES": {}, "ALLOWLIST": {"ORIGINS": lambda origin: True}}
    configured(beside.get(key, {"ORIGINS": APP}) | {key: problem.fix})


@pytest.mark.parametrize("key", ["RULES", "POLICIES"])
def test_json_that_is_nested_deeply_is_a_problem(key: str) -> None:
    with pytest.raises(PolicyError) as caught:
        configured({key: TREE})
    assert "wrong-type" in codes(caught)


def test_every_problem_of_every_source_comes_at_once() -> None:
    with pytest.raises(PolicyError) as caught:
        configured(
            {"ORIGINS": "app.example.com", "MAXAGE": 3, "RULES": {"api": {"origins": "null"}}},
            methods=["get"],
            enforce="yes",
            own_origins=["https://*.example.com"],
        )
    assert set(codes(caught)) == {
        "option-unknown",
        "origin-scheme-missing",
        "method-case",
        "rule-path",
        "wrong-type",
        "origin-pattern-not-allowed",
    }


def test_a_refused_configuration_leaves_the_app_as_it_was() -> None:
    app = Flask(__name__)
    wsgi_app = app.wsgi_app
    with pytest.raises(PolicyError):
        StrictCORS(app, origins=["x"])
    assert app.wsgi_app == wsgi_app
    assert app.before_request_funcs == {}
    assert app.extensions == {}
    StrictCORS(app, origins=[APP])
    route(app, "/")
    assert cors_headers(actual(app)) == granted()


def test_the_configuration_is_read_at_init_app() -> None:
    app = Flask(__name__)
    ext = StrictCORS()
    app.config["STRICTCORS_ORIGINS"] = APP
    ext.init_app(app)
    app.config["STRICTCORS_ORIGINS"] = EVIL
    app.config["STRICTCORS_NONSENSE"] = 1
    route(app, "/")
    assert cors_headers(actual(app)) == granted()
    assert cors_headers(actual(app, origin=EVIL)) == SILENT


@pytest.mark.parametrize("value", ["app", ["https://app.example.com"], Policy(origins="*"), 3])
def test_what_is_no_app_is_an_error_that_says_what_to_write(value: Any) -> None:
    with pytest.raises(TypeError, match=r"StrictCORS\(app"):
        StrictCORS(value)


# --- debug_origins --------------------------------------------------------------------------------


def test_debug_origins_count_only_while_the_app_is_in_debug() -> None:
    dev = "http://localhost:5173"
    app = configured({}, origins=[APP], debug_origins=["http://localhost:*"], credentials=True)
    assert cors_headers(actual(app, origin=dev)) == SILENT
    app.debug = True
    full = granted(dev, Allow_Credentials="true")
    assert full.items() <= cors_headers(actual(app, origin=dev)).items()
    expected = offered("GET, HEAD, PUT", dev, Allow_Credentials="true")
    assert expected.items() <= cors_headers(preflight(app, origin=dev)).items()
    app.debug = False
    assert cors_headers(actual(app, origin=dev)) == SILENT


def test_debug_origins_need_no_callables_consent() -> None:
    asked: list[str] = []

    def admit(origin: str) -> bool:
        asked.append(origin)
        return False

    dev = "http://localhost:5173"
    app = configured({}, origins=admit, allowlist=[APP, dev], debug_origins=[dev])
    assert cors_headers(actual(app, origin=dev)) == SILENT
    app.debug = True
    assert granted(dev).items() <= cors_headers(actual(app, origin=dev)).items()
    assert asked == [dev]


@pytest.mark.parametrize(
    ("origin", "verdict", "reason"),
    [
        (APP, "allowed", "none"),
        (EVIL, "refused", "not-allowed"),
        ("null", "refused", "null-origin"),
    ],
)
def test_in_debug_the_decision_is_shown(origin: str, verdict: str, reason: str) -> None:
    app = configured({}, origins=[APP])
    assert "StrictCORS-Decision" not in actual(app, origin=origin).headers
    app.debug = True
    for response in (actual(app, origin=origin), preflight(app, origin=origin)):
        shown = response.headers["StrictCORS-Decision"]
        assert "app" in shown
        assert verdict in shown
        assert reason in shown
