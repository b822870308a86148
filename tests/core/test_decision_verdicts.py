"""What goes out: the lines of every verdict, and Vary."""

from typing import Any

import pytest

from flask_strictcors.core.decision import Judge, Reason, Verdict
from flask_strictcors.core.policy import Policy
from flask_strictcors.core.rules import NO_RULE, Rule

from .asking import Asked

A = "https://a.com"
EVIL = "https://evil.net"
PREFLIGHT = "Access-Control-Request-Method, Access-Control-Request-Headers"


def lines(verdict: Verdict, origin: str | None = A) -> dict[str, str]:
    headers = verdict.decision(origin).headers
    assert len(dict(headers)) == len(headers)
    return {name.removeprefix("Access-Control-"): value for name, value in headers}


ACTUAL = [
    ({"origins": "*"}, {"Allow-Origin": "*"}),
    ({"origins": A}, {"Allow-Origin": A, "Vary": "Origin"}),
    (
        {"origins": A, "credentials": True},
        {"Allow-Origin": A, "Allow-Credentials": "true", "Vary": "Origin"},
    ),
    (
        {"origins": A, "expose_headers": ["X-A", "X-B"]},
        {"Allow-Origin": A, "Expose-Headers": "X-A, X-B", "Vary": "Origin"},
    ),
    ({"origins": "*", "expose_headers": "*"}, {"Allow-Origin": "*", "Expose-Headers": "*"}),
    (
        {"origins": lambda origin: True, "allowlist": "*"},
        {"Allow-Origin": A, "Vary": "Origin"},
    ),
]


@pytest.mark.parametrize(("options", "expected"), ACTUAL)
def test_an_actual_request_gets_these_lines_and_no_others(
    options: dict[str, Any], expected: dict[str, str]
) -> None:
    judge = Judge(Rule("app", (Policy(**options),)))
    assert lines(judge.actual(Asked(A))) == expected


OFFERS = [
    # (the policy, what is served, what is offered)
    ({}, ("GET", "PUT"), {"Allow-Methods": "GET, PUT", "Allow-Headers": "Content-Type"}),
    ({"methods": "*"}, ("GET", "PUT"), {"Allow-Methods": "GET, PUT"}),
    ({"methods": ["DELETE", "PUT"]}, ("GET", "PUT"), {"Allow-Methods": "PUT"}),
    ({"methods": ["PUT", "GET"]}, ("PUT",), {"Allow-Methods": "PUT"}),
    ({"allow_headers": ["X-A", "x-b"]}, ("PUT",), {"Allow-Headers": "X-A, x-b"}),
    ({"allow_headers": "*"}, ("PUT",), {"Allow-Headers": "*, Authorization"}),
    ({"max_age": 0}, ("PUT",), {"Max-Age": "0"}),
    ({"expose_headers": "X-A"}, ("PUT",), {}),
]


@pytest.mark.parametrize("origins", ["*", A])
@pytest.mark.parametrize(("options", "served", "expected"), OFFERS)
def test_a_preflight_gets_the_whole_truth(
    origins: str, options: dict[str, Any], served: tuple[str, ...], expected: dict[str, str]
) -> None:
    judge = Judge(Rule("app", (Policy(origins=origins, **options),)))
    request = Asked(A, "PUT", is_preflight=True)
    vary = PREFLIGHT if origins == "*" else f"Origin, {PREFLIGHT}"
    defaults = {"Allow-Methods": "PUT", "Allow-Headers": "Content-Type", "Max-Age": "600"}
    assert lines(judge.preflight(request, judge.offers(served))) == (
        {"Allow-Origin": origins, "Vary": vary} | defaults | expected
    )


def test_what_is_switched_off_sends_no_line() -> None:
    policy = Policy(origins=A, credentials=True, allow_headers=(), max_age=None, methods="DELETE")
    judge = Judge(Rule("app", (policy,)))
    verdict = judge.preflight(Asked(A, "PATCH", is_preflight=True), judge.offers(("PUT",)))
    assert lines(verdict) == {
        "Allow-Origin": A,
        "Allow-Credentials": "true",
        "Vary": f"Origin, {PREFLIGHT}",
    }


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_a_method_that_passes_whatever_the_list_says_is_refused_without_a_line(
    method: str,
) -> None:
    for origins, vary in (("*", PREFLIGHT), (A, f"Origin, {PREFLIGHT}")):
        judge = Judge(Rule("app", (Policy(origins=origins, methods="PUT"),)))
        verdict = judge.preflight(Asked(A, method, is_preflight=True), judge.offers(("PUT",)))
        assert verdict.reason is Reason.METHOD_NOT_ALLOWED
        assert lines(verdict) == {"Vary": vary}


@pytest.mark.parametrize("method", ["DELETE", "get", "put", "PATCH"])
def test_another_method_is_refused_by_the_list(method: str) -> None:
    judge = Judge(Rule("app", (Policy(origins=A, methods="PUT"),)))
    verdict = judge.preflight(Asked(A, method, is_preflight=True), judge.offers(("PUT", "GET")))
    assert verdict.reason is Reason.METHOD_NOT_ALLOWED
    assert lines(verdict)["Allow-Methods"] == "PUT"
    assert lines(verdict)["Allow-Origin"] == A


@pytest.mark.parametrize(
    ("methods", "offered"),
    [(["PUT", "DELETE"], "PUT, DELETE"), (None, "GET, POST"), ("*", "GET, POST")],
)
def test_where_no_route_exists_the_methods_are_not_cut_down(methods: Any, offered: str) -> None:
    judge = Judge(Rule("app", (Policy(origins=A, methods=methods),)))
    method = offered.rpartition(", ")[2]
    offers = judge.offers(("GET", "POST"), is_routed=False)
    verdict = judge.preflight(Asked(A, method, is_preflight=True), offers)
    assert lines(verdict)["Allow-Methods"] == offered


def test_offers_are_compiled_once_for_each_set_of_methods() -> None:
    judge = Judge(Rule("app", (Policy(origins=A, methods=["PUT", "GET"]),)))
    assert judge.offers(("PUT",)) is judge.offers(("PUT",))
    assert judge.offers(("PUT",)) is not judge.offers(("GET",))
    assert judge.offers(("PUT",)) is not judge.offers(("PUT",), is_routed=False)
    assert judge.offers(("PUT",)) is not Judge(judge.rule).offers(("PUT",))


def test_refused_origins_get_vary_and_nothing_else() -> None:
    judge = Judge(Rule("app", (Policy(origins=A),)))
    preflight = judge.preflight(Asked(EVIL, "PUT", is_preflight=True), judge.offers(("PUT",)))
    assert lines(judge.actual(Asked(EVIL)), EVIL) == {"Vary": "Origin"}
    assert lines(preflight, EVIL) == {"Vary": f"Origin, {PREFLIGHT}"}


def test_where_no_rule_exists_the_answer_is_the_same_for_everybody() -> None:
    judge = Judge(NO_RULE)
    preflight = judge.preflight(Asked(A, "PUT", is_preflight=True), judge.offers(("PUT",)))
    assert judge.offers(("PUT",)) == ()
    assert lines(judge.actual(Asked(A))) == {}
    assert lines(preflight) == {"Vary": PREFLIGHT}


BARRED = [
    (Rule("app", (Policy(origins=A, methods="PUT"),)), Asked(EVIL, "PUT"), True),
    (Rule("app", (Policy(origins=A, methods="PUT"),)), Asked("null", "PUT"), True),
    (Rule("app", (Policy(origins=A, methods="PUT"),)), Asked("", "PUT"), True),
    (Rule("app", (Policy(origins=A, methods="PUT"),)), Asked(f"{A}/", "PUT"), True),
    (Rule("app", (Policy(origins=A, methods="PUT"),)), Asked(A, "DELETE"), True),
    (Rule("app", (Policy(origins=A, methods="PUT"),)), Asked(A, "GET"), True),
    (Rule("app", (Policy(origins=A, methods="PUT"),)), Asked(A, "PUT"), False),
    (NO_RULE, Asked(A, "PUT"), True),
    (Rule("app", (Policy(origins="*", methods="PUT"),)), Asked(EVIL, "PUT"), False),
    (Rule("app", (Policy(origins="*", methods="PUT"),)), Asked(EVIL, "DELETE"), False),
]


@pytest.mark.parametrize("is_preflight", [False, True])
@pytest.mark.parametrize(("rule", "asked", "is_barred"), BARRED)
def test_with_enforce_refused_origins_and_methods_are_kept_from_the_view(
    rule: Rule, asked: Asked, is_barred: bool, is_preflight: bool
) -> None:
    def barred(enforce: bool) -> bool:
        request = Asked(asked.origin, asked.method, is_preflight=is_preflight)
        judge = Judge(rule, enforce=enforce)
        if is_preflight:
            return judge.preflight(request, judge.offers(("PUT",))).is_barred
        return judge.actual(request).is_barred

    assert barred(enforce=True) is is_barred
    assert barred(enforce=False) is False


def test_with_enforce_a_header_that_is_not_allowed_bars_nothing() -> None:
    judge = Judge(Rule("app", (Policy(origins=A),)), enforce=True)
    for requested in ("x-evil", "no list\n"):
        request = Asked(A, "PUT", requested_headers=requested, is_preflight=True)
        verdict = judge.preflight(request, judge.offers(("PUT",)))
        assert not verdict.allowed
        assert not verdict.is_barred


def test_with_enforce_every_answer_varies_but_those_for_everybody() -> None:
    assert lines(Judge(NO_RULE, enforce=True).actual(Asked(A))) == {"Vary": "Origin"}
    judge = Judge(Rule("app", (Policy(origins="*"),)), enforce=True)
    assert lines(judge.actual(Asked(A))) == {"Allow-Origin": "*"}


def test_details_name_the_rule_and_what_to_change() -> None:
    judge = Judge(Rule("view users.edit", (Policy(origins=A, methods="PUT"),)))
    for request in (Asked(EVIL), Asked(A, "DELETE")):
        decision = judge.actual(request).decision(request.origin)
        assert decision.rule == "view users.edit"
        assert "'view users.edit'" in decision.detail
        assert "add it" in decision.detail


def test_a_verdict_knows_the_policy_that_let_the_origin_in() -> None:
    partners, everyone = Policy(origins=A, credentials=True), Policy(origins="*")
    judge = Judge(Rule("app", (partners, everyone)))
    for asked in ({}, {"is_preflight": True}):
        for origin, policy in ((A, partners), (EVIL, everyone)):
            request = Asked(origin, **asked)
            offers = judge.offers(("GET",))
            verdict = judge.preflight(request, offers) if asked else judge.actual(request)
            assert verdict.policy is policy


def test_a_verdict_knows_what_is_told_of_it() -> None:
    judge = Judge(Rule("app", (Policy(origins=A, methods="PUT"),)))
    about_origin, about_method = judge.actual(Asked(EVIL)), judge.actual(Asked(A, "DELETE"))
    assert (about_origin.is_about_origin, about_method.is_about_origin) == (True, False)
    assert about_origin.topic == "not-allowed under app"
    assert about_method.topic == "method-not-allowed under app"


def test_the_headers_of_a_decision_are_fresh_and_cannot_be_changed() -> None:
    verdict = Judge(Rule("app", (Policy(origins=A),))).actual(Asked(A))
    headers = verdict.decision(A).headers
    assert isinstance(headers, tuple)
    assert verdict.decision(A) == verdict.decision(A)
    with pytest.raises(AttributeError):
        verdict.decision(A).allowed = False  # type: ignore[misc]


def test_a_reason_survives_as_its_text() -> None:
    assert str(Reason.NOT_ALLOWED) == "not-allowed"
    assert Reason("not-allowed") is Reason.NOT_ALLOWED


def test_what_is_not_decided_says_so_under_its_rule() -> None:
    exempt = Judge(Rule("path /auth/*", (), is_exempt=True)).actual(Asked(EVIL))
    assert exempt.decision(EVIL).detail == "The route is exempt: it speaks CORS itself."
    judge = Judge(Rule("app", (Policy(origins=A),)))
    own = Asked(EVIL, is_preflight=True, same_origin=True)
    for verdict in (judge.actual(Asked(None)), judge.preflight(own, judge.offers(("GET",)))):
        decision = verdict.decision(None)
        assert decision.detail == "Not a cross-origin request: nothing to decide."
        assert (decision.allowed, decision.rule) == (True, "app")
