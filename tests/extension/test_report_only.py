"""A policy under report: the answers stay as they are, and what would be refused is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from flask import Flask, request

from flask_strictcors import Policy, PolicyError, Reason, StrictCORS, cors

from .wire import APP, EVIL, PARTNER, actual, cors_headers, heard, preflight, route

NULL = "null"
LIVE = {
    "named": (Policy(origins=[APP, PARTNER], credentials=True, methods=["GET", "PUT", "POST"]),),
    "any": (Policy(origins="*", allow_headers="*"),),
    "tiers": (Policy(origins=[APP], allow_headers=["X-A", "X-B"]), Policy(origins="*")),
}
CANDIDATES = {
    "fewer origins": (Policy(origins=[APP]),),
    "fewer methods": (Policy(origins=[APP, PARTNER], methods=["GET"]),),
    "fewer headers": (Policy(origins="*", allow_headers=["X-A"]),),
    "as many": (Policy(origins="*", allow_headers="*"),),
    "tiers": (Policy(origins=[PARTNER], methods=["PUT"]), Policy(origins=[APP])),
    "a callable": (Policy(origins=lambda origin: origin == APP, allowlist=[APP, PARTNER]),),
}
ASKED: tuple[Callable[..., Any], ...] = (
    lambda app, path, origin: actual(app, path, "GET", origin),
    lambda app, path, origin: actual(app, path, "POST", origin),
    lambda app, path, origin: preflight(app, path, "PUT", origin, "content-type"),
    lambda app, path, origin: preflight(app, path, "DELETE", origin),
    lambda app, path, origin: preflight(app, path, "PUT", origin, "x-a,x-b"),
    lambda app, path, origin: preflight(app, path, "no token", origin),
)
PATHS = ("/", "/ruled", "/exempt", "/tagged", "/nowhere", "/slash")
ORIGINS = (APP, PARTNER, NULL, None)


def shop(*policies: Policy, **options: Any) -> Flask:
    app = Flask(__name__, static_folder=None)
    StrictCORS(app, *policies, rules={"/ruled": Policy(origins=[EVIL]), "/exempt": None}, **options)
    for path in ("/", "/ruled", "/exempt", "/slash/"):
        route(app, path, "GET PUT POST")
    route(app, "/tagged", "GET PUT POST", tag=cors(origins=[PARTNER]))
    return app


@pytest.mark.parametrize("live", LIVE)
@pytest.mark.parametrize("candidate", CANDIDATES)
def test_it_tells_what_the_same_app_would_refuse_under_it_and_changes_no_answer(
    live: str, candidate: str
) -> None:
    enforce = live == "named"
    alone = shop(*LIVE[live], enforce=enforce)
    reporting = shop(*LIVE[live], enforce=enforce, report_only=CANDIDATES[candidate])
    tightened = shop(*CANDIDATES[candidate], enforce=enforce)
    told = 0
    for ask, path, origin in product(ASKED, PATHS, ORIGINS):
        if origin is None and ask is not ASKED[0]:
            continue
        with heard(alone) as refused, heard(reporting) as signals, heard(tightened) as would:
            expected, answer, _ = (ask(app, path, origin) for app in (alone, reporting, tightened))
        assert answer.status == expected.status
        assert cors_headers(answer) == cors_headers(expected)
        if refused:
            assert signals == refused
            continue
        assert len(signals) == len(would)
        for signal, other in zip(signals, would, strict=True):
            detail = other.rejection.detail.replace("'app'", "'report-only'")
            rejection = replace(
                other.rejection, rule="report-only", detail=detail, report_only=True
            )
            assert signal == other._replace(rejection=rejection)
            told += 1
    assert bool(told) is (candidate != "as many")


def test_a_request_from_the_apps_own_origin_is_not_told() -> None:
    app = shop(Policy(origins="*"), report_only=Policy(origins=[APP]))
    with heard(app) as signals:
        actual(app, origin="http://localhost", method="POST")
        actual(app, origin=EVIL, headers={"Sec-Fetch-Site": "same-origin"})
        actual(app, origin=EVIL)
    assert [signal.rejection.origin for signal in signals] == [EVIL]


def test_what_no_request_tells_is_not_told() -> None:
    live = Policy(origins=[APP], credentials=True, expose_headers=["X-Total"], max_age=9)
    app = shop(live, report_only=Policy(origins=[APP]))
    with heard(app) as signals:
        actual(app, headers={"Cookie": "a=b"})
        preflight(app)
    assert not signals


def test_its_callable_runs_inside_of_the_request_and_only_where_the_app_policy_decides() -> None:
    asked: list[tuple[str, str | None]] = []

    def ask(origin: str) -> bool:
        asked.append((origin, request.endpoint))
        raise RuntimeError("down")

    app = shop(Policy(origins=[APP]), report_only=Policy(origins=ask, allowlist=[APP]))
    with heard(app) as signals:
        for path in PATHS:
            actual(app, path)
            preflight(app, path)
    assert {(signal.rejection.path, signal.rejection.reason) for signal in signals} == {
        ("/", Reason.CALLABLE_FAILED),
        ("/nowhere", Reason.CALLABLE_FAILED),
        ("/slash/", Reason.CALLABLE_FAILED),
        ("/ruled", Reason.NOT_ALLOWED),
        ("/tagged", Reason.NOT_ALLOWED),
    }
    assert {endpoint for _, endpoint in asked} == {"/", "/slash/", None}


def test_without_a_subscriber_the_log_is_told_once_what_would_be_refused(
    caplog: pytest.LogCaptureFixture,
) -> None:
    app = shop(Policy(origins=[APP, PARTNER]), report_only=Policy(origins=[APP]))
    for _ in range(3):
        actual(app, origin=PARTNER)
    said = (
        f"CORS would refuse GET / from {PARTNER} under rule 'report-only': not-allowed. The "
        "origin is not among the origins of rule 'report-only': add it there."
    )
    assert caplog.messages == [said]


def test_a_decision_asked_for_is_the_live_one() -> None:
    app = Flask(__name__, static_folder=None)
    ext = StrictCORS(app, origins=[APP, PARTNER], report_only={"origins": [APP]})
    route(app, "/")
    with heard(app) as signals, app.test_request_context(headers={"Origin": PARTNER}):
        assert ext.decide(request).allowed
        assert ext.allows(PARTNER, "/")
    assert not signals


@pytest.mark.parametrize(
    "value",
    [
        Policy(origins=[APP]),
        {"origins": [APP]},
        [Policy(origins=[APP])],
        '{"origins": ["https://app.example.com"]}',
        f'[{{"origins": "{APP}"}}]',
    ],
)
def test_it_may_come_from_the_config_and_the_argument_wins(value: object) -> None:
    for named, told in (({}, [PARTNER]), ({"report_only": None}, [])):
        app = Flask(__name__, static_folder=None)
        app.config |= {"STRICTCORS_ORIGINS": [APP, PARTNER], "STRICTCORS_REPORT_ONLY": value}
        StrictCORS(app, **named)
        with heard(app) as signals:
            actual(app, "/nowhere", origin=PARTNER)
        assert [signal.rejection.origin for signal in signals] == told


def test_what_is_wrong_in_it_is_found_at_start_up() -> None:
    with pytest.raises(PolicyError) as caught:
        StrictCORS(Flask(__name__), origins="*", report_only={"origins": f"{APP}/", "max_age": -1})
    assert [(p.field, p.code) for p in caught.value.problems] == [
        ("report_only.origins", "origin-trailing-slash"),
        ("report_only.max_age", "max-age-range"),
    ]


def test_beside_no_policy_it_would_report_nothing_and_is_refused() -> None:
    options: dict[str, Any] = {"report_only": Policy(origins=[APP])}
    with pytest.raises(PolicyError) as caught:
        StrictCORS(Flask(__name__), rules={"/api/*": Policy(origins=[APP])}, **options)
    assert [(problem.code, problem.value) for problem in caught.value.problems] == [
        ("report-only-alone", options["report_only"])
    ]
    with pytest.raises(PolicyError) as caught:
        StrictCORS(Flask(__name__), origins=[], **options)
    # One mistake is not told as two.
    assert [problem.code for problem in caught.value.problems] == ["origins-empty"]
