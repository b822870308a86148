"""The judge: one request under one rule, its reasons, and what it asks of a request."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flask_strictcors.core.decision import Decision, Judge, Reason, Verdict, judge
from flask_strictcors.core.origins import Origin
from flask_strictcors.core.policy import Policy
from flask_strictcors.core.rules import NO_RULE, Rule

from .asking import Asked
from .counting import Untouchable
from .strategies import METHODS, TOKENS, mutated, origins, origins_near, policies, short

A = "https://a.com"
EVIL = "https://evil.net"
# 320 characters, of which a host takes 253.
LONGEST = "a" * 64 + "://" + ".".join("b" * length for length in (63, 63, 63, 61))
SERVED = ("GET", "HEAD", "PUT", "POST")


def rule(*tiers: Policy, **options: Any) -> Rule:
    return Rule("app", (*tiers, Policy(**options)) if options else tiers)


def judged(governing: Rule, request: Asked, *, enforce: bool = False) -> Verdict:
    judge = Judge(governing, enforce=enforce)
    if request.is_preflight:
        return judge.preflight(request, judge.offers(SERVED))
    return judge.actual(request)


def refuses(origin: str) -> bool:
    return False


def raises(origin: str) -> bool:
    raise ValueError(origin)


NAMED = rule(origins=[A, "https://*.b.com"], methods="PUT", allow_headers="X-A")
CREDENTIALS = rule(origins=A, credentials=True)
ANYBODY = rule(origins="*")
ANYBODY_PUTS = rule(origins="*", methods="PUT", allow_headers="X-A")
REFUSING = rule(origins=refuses, allowlist=[A, "https://*.b.com"])
RAISING = rule(origins=raises, allowlist=[A])
UNBOUNDED = rule(origins=refuses, allowlist="*")

REASONS = [
    # of the origin: the same for an actual request and for a preflight
    (NO_RULE, {"origin": A}, Reason.NO_RULE),
    (NO_RULE, {"origin": "null"}, Reason.NO_RULE),
    (NO_RULE, {"origin": ""}, Reason.NO_RULE),
    (NAMED, {"origin": A}, None),
    (NAMED, {"origin": "https://x.b.com"}, None),
    (NAMED, {"origin": EVIL}, Reason.NOT_ALLOWED),
    (NAMED, {"origin": "https://b.com"}, Reason.NOT_ALLOWED),
    (NAMED, {"origin": "null"}, Reason.NULL_ORIGIN),
    (NAMED, {"origin": ""}, Reason.MALFORMED_ORIGIN),
    (NAMED, {"origin": "NULL"}, Reason.MALFORMED_ORIGIN),
    (NAMED, {"origin": "*"}, Reason.MALFORMED_ORIGIN),
    (NAMED, {"origin": f"{A}/"}, Reason.MALFORMED_ORIGIN),
    (NAMED, {"origin": f"{A}:443"}, Reason.MALFORMED_ORIGIN),
    (NAMED, {"origin": A.upper()}, Reason.MALFORMED_ORIGIN),
    (NAMED, {"origin": f"{A}, {EVIL}"}, Reason.MALFORMED_ORIGIN),
    (NAMED, {"origin": f"{A} {A}"}, Reason.MALFORMED_ORIGIN),
    (NAMED, {"origin": "https://ü.b.com"}, Reason.MALFORMED_ORIGIN),
    (NAMED, {"origin": "https://a..b.com"}, Reason.MALFORMED_ORIGIN),
    (NAMED, {"origin": "https://u@x.b.com"}, Reason.MALFORMED_ORIGIN),
    (NAMED, {"origin": "https://" + "a." * 32768 + "b.com"}, Reason.MALFORMED_ORIGIN),
    (NAMED, {"origin": LONGEST}, Reason.NOT_ALLOWED),
    (NAMED, {"origin": f"a{LONGEST}"}, Reason.MALFORMED_ORIGIN),
    (REFUSING, {"origin": A}, Reason.CALLABLE_REFUSED),
    (REFUSING, {"origin": EVIL}, Reason.NOT_ALLOWED),
    (REFUSING, {"origin": "null"}, Reason.NULL_ORIGIN),
    (RAISING, {"origin": A}, Reason.CALLABLE_FAILED),
    (RAISING, {"origin": EVIL}, Reason.NOT_ALLOWED),
    (UNBOUNDED, {"origin": EVIL}, Reason.CALLABLE_REFUSED),
    (UNBOUNDED, {"origin": "null"}, Reason.NULL_ORIGIN),
    (UNBOUNDED, {"origin": f"{EVIL}/"}, Reason.MALFORMED_ORIGIN),
    (UNBOUNDED, {"origin": ""}, Reason.MALFORMED_ORIGIN),
    (ANYBODY, {"origin": EVIL}, None),
    (ANYBODY, {"origin": "null"}, None),
    (ANYBODY, {"origin": f"{A}/"}, None),
    (ANYBODY, {"origin": ""}, None),
]

METHOD_REASONS = [
    (NAMED, {"method": "PUT"}, None, None),
    (NAMED, {"method": "put"}, Reason.METHOD_NOT_ALLOWED, Reason.METHOD_NOT_ALLOWED),
    (NAMED, {"method": "GET"}, Reason.METHOD_NOT_ALLOWED, Reason.METHOD_NOT_ALLOWED),
    (NAMED, {"method": "DELETE"}, Reason.METHOD_NOT_ALLOWED, Reason.METHOD_NOT_ALLOWED),
    (NAMED, {"method": ""}, Reason.METHOD_NOT_ALLOWED, Reason.METHOD_NOT_ALLOWED),
    (ANYBODY_PUTS, {"method": "GET"}, Reason.METHOD_NOT_ALLOWED, Reason.METHOD_NOT_ALLOWED),
    # no named methods refuse no actual request, and preflights get what is served
    (CREDENTIALS, {"method": "DELETE"}, None, Reason.METHOD_NOT_ALLOWED),
    (rule(origins=A, methods="*"), {"method": "DELETE"}, None, Reason.METHOD_NOT_ALLOWED),
    (CREDENTIALS, {"method": "GET"}, None, None),
]

HEADER_REASONS = [
    (NAMED, None, None),
    (NAMED, "", None),
    (NAMED, "x-a", None),
    (NAMED, "X-A, ,", None),
    (NAMED, "x-a,x-b", Reason.HEADER_NOT_ALLOWED),
    (NAMED, "authorization", Reason.HEADER_NOT_ALLOWED),
    (NAMED, "*", Reason.HEADER_NOT_ALLOWED),
    (NAMED, "x a", Reason.MALFORMED_REQUEST_HEADERS),
    (NAMED, "x-a\r\nset-cookie: a", Reason.MALFORMED_REQUEST_HEADERS),
    (NAMED, "é", Reason.MALFORMED_REQUEST_HEADERS),
    (NAMED, "," * 65536, Reason.MALFORMED_REQUEST_HEADERS),
    (NAMED, "x-a," * 1000, Reason.MALFORMED_REQUEST_HEADERS),
    (NAMED, "x" * 65536, Reason.MALFORMED_REQUEST_HEADERS),
    # as long as all that is allowed, and longer
    (rule(origins=A, methods="PUT", allow_headers=["a", "cc", "b" * 20]), "a," * 12 + "cc", None),
    (
        rule(origins=A, methods="PUT", allow_headers=["a", "cc", "b" * 20]),
        "a," * 13 + "a",
        Reason.MALFORMED_REQUEST_HEADERS,
    ),
    (rule(origins=A, methods="PUT", allow_headers=["y" * 256, "x"]), f"{'y' * 256}, x", None),
    # "x-a" and its comma, with 4096 characters more
    (NAMED, f"x-b,{'y' * 4096}", Reason.HEADER_NOT_ALLOWED),
    (NAMED, f"x-b,{'y' * 4097}", Reason.MALFORMED_REQUEST_HEADERS),
    (rule(origins=A, methods="PUT", allow_headers="*"), "x-b," * 4096, None),
    (rule(origins=A, methods="PUT", allow_headers=()), "", None),
    (rule(origins=A, methods="PUT", allow_headers=()), "x-a", Reason.HEADER_NOT_ALLOWED),
    (rule(origins=A, methods="PUT", allow_headers="*"), "anything", None),
    (rule(origins=A, methods="PUT", allow_headers="*"), "no list\n", None),
    (rule(origins=A, methods="PUT", allow_headers=["X-A", "X-B"]), "x-b,x-a", None),
    (
        rule(origins=A, methods="PUT", allow_headers=["X-A", "X-B"]),
        "x-a x-b",
        Reason.MALFORMED_REQUEST_HEADERS,
    ),
    (
        rule(origins=A, methods="PUT", allow_headers=list("abcd")),
        "a,a,a,a,a,a",
        Reason.MALFORMED_REQUEST_HEADERS,
    ),
    (ANYBODY_PUTS, "x-b", Reason.HEADER_NOT_ALLOWED),
]


@pytest.mark.parametrize("is_preflight", [False, True])
@pytest.mark.parametrize(("governing", "asked", "reason"), REASONS)
def test_an_origin_is_refused_for_a_reason(
    governing: Rule, asked: dict[str, Any], reason: Reason | None, is_preflight: bool
) -> None:
    verdict = judged(governing, Asked(method="PUT", is_preflight=is_preflight, **asked))
    assert verdict.reason == reason
    assert verdict.allowed == (reason is None)
    assert reason is None or reason.is_about_origin
    assert verdict.detail


@pytest.mark.parametrize(("governing", "asked", "actual", "preflight"), METHOD_REASONS)
def test_a_method_is_refused_as_it_came(
    governing: Rule, asked: dict[str, Any], actual: Reason | None, preflight: Reason | None
) -> None:
    assert judged(governing, Asked(A, **asked)).reason == actual
    assert judged(governing, Asked(A, is_preflight=True, **asked)).reason == preflight


@pytest.mark.parametrize(("governing", "requested", "reason"), HEADER_REASONS)
def test_requested_headers_are_refused_for_a_reason(
    governing: Rule, requested: str | None, reason: Reason | None
) -> None:
    asked = {"origin": A, "method": "PUT", "requested_headers": requested}
    verdict = judged(governing, Asked(is_preflight=True, **asked))
    assert verdict.reason == reason
    assert reason is None or not reason.is_about_origin
    # The answer does not depend on what was requested.
    assert (
        verdict.decision(A).headers
        == judged(governing, Asked(A, "PUT", is_preflight=True)).decision(A).headers
    )
    assert judged(governing, Asked(**asked)).reason is None


def test_every_reason_is_given_to_some_request() -> None:
    given = {reason for *_, reason in REASONS + HEADER_REASONS}
    given |= {reason for *_, actual, preflight in METHOD_REASONS for reason in (actual, preflight)}
    assert given - {None} == set(Reason)


@pytest.mark.parametrize("reason", Reason)
def test_reasons_are_named_like_their_members(reason: Reason) -> None:
    assert reason.value == reason.name.lower().replace("_", "-")


SAME_ORIGIN = [
    (NO_RULE, Asked(A, "PUT")),
    (NAMED, Asked(EVIL, "PUT")),
    (NAMED, Asked("null", "POST")),
    (NAMED, Asked("", "POST")),
    (NAMED, Asked(A, "DELETE")),
    (ANYBODY_PUTS, Asked(A, "DELETE")),
    (REFUSING, Asked(A)),
    (RAISING, Asked(A)),
    (NO_RULE, Asked(A, "PUT", is_preflight=True)),
    (NAMED, Asked(EVIL, "PUT", is_preflight=True)),
]


@pytest.mark.parametrize("enforce", [False, True])
@pytest.mark.parametrize(("governing", "request_"), SAME_ORIGIN)
def test_being_of_the_same_origin_removes_a_refusal_and_adds_no_header(
    governing: Rule, request_: Asked, enforce: bool
) -> None:
    request = Asked(**(vars(request_) | {"same_origin": True, "questions": []}))
    verdict = judged(governing, request, enforce=enforce)
    assert verdict.allowed
    assert verdict.reason is None
    assert not verdict.is_barred
    assert not verdict.lines
    assert {name for name, _ in verdict.decision(request.origin).headers} <= {"Vary"}
    assert not judged(governing, Asked(**(vars(request_) | {"questions": []}))).allowed


@pytest.mark.parametrize(
    ("governing", "request_"), [given for given in SAME_ORIGIN if not given[1].is_preflight]
)
def test_taken_to_be_of_another_origin_it_gets_the_same_headers_unasked(
    governing: Rule, request_: Asked
) -> None:
    request = Asked(**(vars(request_) | {"same_origin": True, "questions": []}))
    verdict = Judge(governing).cross_origin(request)
    assert "same origin?" not in request.questions
    assert not verdict.allowed
    settled = verdict.settled(request)
    assert settled.allowed
    assert verdict.headers(request.origin) == settled.headers(request.origin)
    assert verdict.settled(Asked(request.origin)) is verdict
    assert settled.settled(request) is settled


def test_being_of_the_same_origin_changes_nothing_where_the_origin_is_admitted() -> None:
    for asked in ({}, {"is_preflight": True}):
        request, other = Asked(A, "PUT", **asked), Asked(A, "PUT", same_origin=True, **asked)
        assert judged(NAMED, request).decision(A) == judged(NAMED, other).decision(A)


@pytest.mark.parametrize("governing", [NO_RULE, NAMED, CREDENTIALS, REFUSING, RAISING])
def test_a_request_without_origin_passes_without_a_header(governing: Rule) -> None:
    request = Asked(None, "DELETE")
    verdict = judged(governing, request, enforce=True)
    assert verdict.allowed
    assert not verdict.is_barred
    assert verdict.decision(None).headers == (("Vary", "Origin"),)
    assert not request.questions


def test_a_method_that_is_not_listed_passes_without_origin() -> None:
    verdict = judged(ANYBODY_PUTS, Asked(None, "DELETE"))
    assert verdict.decision(None) == Decision(True, None, "app", (), verdict.detail)


def test_an_exempt_rule_keeps_its_hands_off() -> None:
    verdict = judged(Rule("view login", is_exempt=True), Asked(EVIL, "PUT"), enforce=True)
    assert verdict.is_exempt
    assert not verdict.is_barred
    decision = verdict.decision(EVIL)
    assert (decision.allowed, decision.reason, decision.headers) == (False, None, ())
    assert decision.rule == "view login"


DEBUG = rule(origins=A, debug_origins=["http://localhost:*"], methods="PUT")
DEBUG_CALLABLE = rule(origins=refuses, allowlist=A, debug_origins=["http://localhost:*"])


@pytest.mark.parametrize("governing", [DEBUG, DEBUG_CALLABLE])
def test_debug_origins_count_in_debug_only(governing: Rule) -> None:
    origin = "http://localhost:3000"
    assert judged(governing, Asked(origin, "PUT", debug=True)).allowed
    assert judged(governing, Asked(origin, "PUT")).reason is Reason.NOT_ALLOWED
    assert not judged(governing, Asked(EVIL, "PUT", debug=True)).allowed
    assert not judged(governing, Asked("null", "PUT", debug=True)).allowed


def test_debug_origins_need_no_consent_of_the_callable() -> None:
    request = Asked("http://localhost:3000", "PUT", debug=True)
    assert judged(DEBUG_CALLABLE, request).allowed
    assert request.origin not in request.questions


@pytest.mark.parametrize(
    ("governing", "origin", "asked"),
    [
        (REFUSING, A, [A]),
        (REFUSING, "https://x.b.com", ["https://x.b.com"]),
        (REFUSING, EVIL, []),
        (REFUSING, "https://x..b.com", []),
        (REFUSING, "null", []),
        (UNBOUNDED, EVIL, [EVIL]),
        (UNBOUNDED, "null", []),
        (UNBOUNDED, "", []),
        (UNBOUNDED, f"{A}, {EVIL}", []),
        (UNBOUNDED, "https://ü.com", []),
        (UNBOUNDED, "https://" + "a." * 32768 + "com", []),
    ],
)
def test_a_callable_hears_only_of_covered_origins(
    governing: Rule, origin: str, asked: list[str]
) -> None:
    for is_preflight in (False, True):
        request = Asked(origin, is_preflight=is_preflight)
        judged(governing, request)
        assert [question for question in request.questions if "?" not in question] == asked


def test_an_anonymous_rule_for_everybody_asks_nothing_about_the_origin() -> None:
    for is_preflight in (False, True):
        request = Asked(Untouchable("https://a.com"), "PUT", is_preflight=is_preflight)
        assert judged(ANYBODY, request, enforce=True).allowed
        assert not request.questions


def admits_b(origin: str) -> str:
    return "https://b.com"


PARTNERS = Policy(origins=A, credentials=True)
SOME = Policy(origins=admits_b, allowlist=["https://b.com", "https://c.com"], methods="PUT")
BROKEN = Policy(origins=raises, allowlist="https://c.com")
EVERYBODY = Policy(origins="*")

TIERS = [
    ((PARTNERS, EVERYBODY), A, 0),
    ((PARTNERS, EVERYBODY), EVIL, 1),
    ((PARTNERS, EVERYBODY), "null", 1),
    ((PARTNERS, Policy(origins="https://b.com")), "https://b.com", 1),
    ((PARTNERS, SOME), "https://b.com", 1),
    ((PARTNERS, SOME), "https://c.com", Reason.CALLABLE_REFUSED),
    ((PARTNERS, SOME), EVIL, Reason.NOT_ALLOWED),
    ((SOME, EVERYBODY), "https://c.com", 1),
    ((SOME, PARTNERS), "https://c.com", Reason.CALLABLE_REFUSED),
    ((BROKEN, EVERYBODY), "https://c.com", Reason.CALLABLE_FAILED),
    ((BROKEN, EVERYBODY), EVIL, 1),
    ((SOME, BROKEN, EVERYBODY), "https://c.com", Reason.CALLABLE_FAILED),
    ((SOME, BROKEN, EVERYBODY), "https://b.com", 0),
]


@pytest.mark.parametrize(("tiers", "origin", "expected"), TIERS)
def test_the_first_tier_that_admits_the_origin_answers(
    tiers: tuple[Policy, ...], origin: str, expected: int | Reason
) -> None:
    governing = Rule("app", tiers)
    decision = judged(governing, Asked(origin, "PUT")).decision(origin)
    if isinstance(expected, Reason):
        assert (decision.allowed, decision.reason) == (False, expected)
        assert decision.headers == (("Vary", "Origin"),)
    else:
        policy = tiers[expected]
        lines = [("Access-Control-Allow-Origin", "*" if policy.is_any_origin else origin)]
        lines += [("Access-Control-Allow-Credentials", "true")] if policy.credentials else []
        assert decision.headers == (*lines, ("Vary", "Origin"))
    assert Judge(governing).admits(Asked(origin)) == isinstance(expected, int)


def test_a_callable_is_asked_only_when_its_tier_is_reached() -> None:
    request = Asked("https://b.com", "PUT")
    judged(Rule("app", (Policy(origins="https://b.com"), SOME)), request)
    assert not request.questions


@pytest.mark.parametrize(
    ("governing", "origin", "admits"),
    [
        (NO_RULE, A, False),
        (ANYBODY, "null", True),
        (NAMED, A, True),
        (NAMED, EVIL, False),
        (NAMED, "null", False),
        (NAMED, None, False),
        (REFUSING, A, False),
        (RAISING, A, False),
    ],
)
def test_a_judge_says_whether_an_origin_is_admitted(
    governing: Rule, origin: str | None, admits: bool
) -> None:
    assert Judge(governing).admits(Asked(origin)) is admits


@pytest.mark.parametrize("method", ["DELETE", "GET", "", "no token", "é"])
@pytest.mark.parametrize(
    ("governing", "origin", "reason"),
    [
        (NAMED, A, Reason.METHOD_NOT_ALLOWED),
        (ANYBODY, EVIL, Reason.METHOD_NOT_ALLOWED),
        (rule(PARTNERS, EVERYBODY), EVIL, Reason.METHOD_NOT_ALLOWED),
        (NAMED, EVIL, Reason.NOT_ALLOWED),
        (NAMED, "null", Reason.NULL_ORIGIN),
        (NO_RULE, A, Reason.NO_RULE),
    ],
)
def test_a_method_that_no_route_could_serve_is_offered_nothing(
    governing: Rule, origin: str, reason: Reason, method: str
) -> None:
    verdict = Judge(governing).unroutable(Asked(origin, method, is_preflight=True))
    assert verdict.reason is reason
    assert not verdict.lines
    assert not verdict.echoes_origin


ANY_TEXT = st.text() | st.text("https://a.com*,null \r\n\x00", max_size=40)


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    tiers = tuple(draw(st.lists(policies(), max_size=3)))
    return Rule("app", tiers, is_exempt=not tiers and draw(st.booleans()))


@st.composite
def requests(draw: st.DrawFn, governing: Rule) -> Asked:
    written = [
        entry
        for policy in governing.policies
        for named in (policy.origins, policy.allowlist, policy.debug_origins)
        if named not in ("*", None) and hasattr(named, "admits")
        for entry in sorted(named)
    ]
    is_preflight = draw(st.booleans())
    texts = st.one_of(ANY_TEXT, st.just("null"), origins().flatmap(mutated), origins_near(written))
    names = st.lists(TOKENS | st.just("x-evil"), max_size=4).map(",".join)
    return Asked(
        draw(texts if is_preflight else st.none() | texts),
        draw(METHODS | ANY_TEXT),
        draw(st.none() | names | ANY_TEXT),
        is_preflight=is_preflight,
        same_origin=draw(st.booleans()),
        debug=draw(st.booleans()),
    )


SOME_SERVED = st.lists(METHODS, max_size=4, unique=True).map(tuple)


@short
@given(st.data(), SOME_SERVED, st.booleans(), st.booleans())
def test_nothing_in_a_request_raises_and_the_invariants_hold(
    data: st.DataObject, served: tuple[str, ...], is_routed: bool, enforce: bool
) -> None:
    governing = data.draw(rules())
    judge = Judge(governing, enforce=enforce)
    for _ in range(4):
        request = data.draw(requests(governing))
        if request.is_preflight and governing.is_exempt:
            continue
        if request.is_preflight:
            verdict = judge.preflight(request, judge.offers(served, is_routed=is_routed))
            judge.unroutable(request)
        else:
            verdict = judge.actual(request)
        _hold(governing, request, verdict, judge)


def _hold(governing: Rule, request: Asked, verdict: Verdict, judge: Judge) -> None:
    decision = verdict.decision(request.origin)
    cors = [(name, value) for name, value in decision.headers if name != "Vary"]
    names = [name for name, _ in cors]
    values = dict(cors)
    allow_origin = values.get("Access-Control-Allow-Origin")
    # Each line once, and of nothing but this protocol.
    assert len(names) == len(set(names))
    assert all(name.startswith("Access-Control-") for name in names)
    # 1. No policy: no header, ever.
    if not governing.policies:
        assert not cors
    # 2. The origin is "*", or the request's own, well formed and matched by the rule.
    if allow_origin == "*":
        assert any(policy.is_any_origin for policy in governing.policies)
    elif allow_origin is not None:
        assert allow_origin == request.origin
        assert Origin.parse(allow_origin) is not None
        assert judge.admits(request)
        assert any(_matches(policy, request) for policy in governing.policies)
    else:
        assert not cors
    # 3. Credentials only beside a concrete origin.
    if "Access-Control-Allow-Credentials" in values:
        assert values["Access-Control-Allow-Credentials"] == "true"
        assert allow_origin != "*"
    # 4. The origin refused: no header.
    if decision.reason is not None and decision.reason.is_about_origin:
        assert not cors
        assert not judge.admits(request)
        assert not decision.allowed
    # 5. What depends on the origin varies by it.
    varies = "Origin" in dict(decision.headers).get("Vary", "").split(", ")
    if governing.policies:
        assert varies == (not governing.is_any_origin)
    # Nothing else of a request is ever sent: the values come from the configuration.
    assert values == dict(verdict.lines) | (
        {"Access-Control-Allow-Origin": request.origin} if verdict.echoes_origin else {}
    )
    # With `enforce`, only a cross-origin request can be kept from its view.
    if verdict.is_barred:
        assert not decision.allowed
        assert not request.same_origin
        assert request.origin is not None


def _matches(policy: Policy, request: Asked) -> bool:
    origin = request.origin or ""
    if request.debug and policy.debug_origins.admits(origin):
        return True
    named = policy.allowlist if policy.allowlist is not None else policy.origins
    return named == "*" or named.admits(origin)


def test_strangers_are_told_apart_however_many_have_come(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    known: dict[str, Reason] = {}
    monkeypatch.setattr(judge, "_strangers", known)
    judging = Judge(rule(origins=[A]))
    strangers = [f"https://{number}.evil.net" for number in range(2500)] + ["null", "x"]
    for _ in range(2):
        reasons = [judging.actual(Asked(stranger)).reason for stranger in strangers]
        assert reasons == [Reason.NOT_ALLOWED] * 2500 + [
            Reason.NULL_ORIGIN,
            Reason.MALFORMED_ORIGIN,
        ]
        assert 0 < len(known) <= 1000


def test_a_stranger_that_came_before_is_known_to_preflights_and_several_tiers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stranger = "https://evil.net"
    # Not what it is: so it is seen where the answer comes from.
    monkeypatch.setattr(judge, "_strangers", {stranger: Reason.NULL_ORIGIN})
    for tiers in ([Policy(origins=[A])], [Policy(origins=[A]), Policy(origins=["https://b.com"])]):
        judging = Judge(rule(*tiers))
        request = Asked(stranger, "PUT", is_preflight=True)
        assert judging.preflight(request, judging.offers(("PUT",))).reason is Reason.NULL_ORIGIN
        assert judging.actual(Asked(stranger)).reason is Reason.NULL_ORIGIN


def test_a_text_that_is_too_long_for_an_origin_is_not_remembered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    known: dict[str, Reason] = {}
    monkeypatch.setattr(judge, "_strangers", known)
    for tiers in ([Policy(origins=[A])], [Policy(origins=[A]), Policy(origins=["https://b.com"])]):
        judging = Judge(rule(*tiers))
        assert judging.actual(Asked("https://" + "a" * 320)).reason is Reason.MALFORMED_ORIGIN
        assert judging.actual(Asked(A)).reason is None
    assert known == {}
