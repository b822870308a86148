"""Rejections: what they tell, within bounds, safe to log."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flask_strictcors.core.decision import Judge, Reason, Rejection, printable, reject
from flask_strictcors.core.policy import Policy
from flask_strictcors.core.rules import Rule

from .asking import Asked
from .strategies import short

TEXTS = [
    ("", ""),
    ("https://a.com", "https://a.com"),
    ("a" * 200, "a" * 200),
    ("a" * 201, "a" * 200),
    ("a\r\nINFO:forged", "a\\r\\nINFO:forged"),
    ("\x1b[31m", "\\x1b[31m"),
    ("\x00\x7f", "\\x00\\x7f"),
    ("é", "\\xe9"),
    ("\u2028", "\\u2028"),
    ("\ud800", "\\ud800"),
    ("\U0001f600", "\\U0001f600"),
    ("\\\n", "\\\\\\n"),
    ("\\n", "\\\\n"),
]


@pytest.mark.parametrize(("text", "shown"), TEXTS)
def test_a_text_of_a_request_is_shown_in_printable_ascii(text: str, shown: str) -> None:
    assert printable(text) == shown


@short
@given(st.text(max_size=300))
def test_whatever_comes_is_printable_and_bounded(text: str) -> None:
    shown = printable(text)
    assert shown.isascii()
    assert shown == "" or shown.isprintable()
    assert len(shown) <= 200


def test_a_rejection_tells_what_was_refused() -> None:
    rule = Rule("view users", (Policy(origins="https://a.com", methods="PUT"),))
    request = Asked("https://evil.net", "PUT")
    verdict = Judge(rule).actual(request)
    assert reject(
        verdict,
        Reason.NOT_ALLOWED,
        request,
        path="/users",
        endpoint="users",
        detail="Add it.",
        report_only=True,
    ) == Rejection(
        reason=Reason.NOT_ALLOWED,
        origin="https://evil.net",
        method="PUT",
        headers=(),
        path="/users",
        endpoint="users",
        rule="view users",
        preflight=False,
        detail="Add it.",
        report_only=True,
    )


@pytest.mark.parametrize(
    ("requested", "headers"),
    [
        ("x-a,x-evil,x-other", ("x-evil",)),
        ("X-Evil", ("x-evil",)),
        ("x-e\nvil", ("x-e\\nvil",)),
        ("é", ("\\xe9",)),
        ("y" * 250, ("y" * 200,)),
        ("," * 1000, ()),
    ],
)
def test_a_rejection_names_the_first_foreign_header(
    requested: str, headers: tuple[str, ...]
) -> None:
    rule = Rule("app", (Policy(origins="https://a.com", allow_headers="X-A"),))
    judge = Judge(rule)
    offers = judge.offers(("PUT",))
    request = Asked("https://a.com", "PUT", requested_headers=requested, is_preflight=True)
    judged = judge.preflight(request, offers)
    # What was judged malformed is told as far as it can be read.
    verdict = judge.preflight(Asked("https://a.com", "PUT", requested_headers="x-evil"), offers)
    assert judged.reason in (Reason.HEADER_NOT_ALLOWED, Reason.MALFORMED_REQUEST_HEADERS)
    rejection = reject(
        verdict, Reason.HEADER_NOT_ALLOWED, request, path="/", endpoint=None, detail=""
    )
    assert rejection.headers == headers
    assert rejection.preflight


def test_everything_a_rejection_repeats_is_capped_and_safe() -> None:
    evil = "\r\nINFO:forged" * 50
    judge = Judge(Rule("app"))
    request = Asked(evil, evil, requested_headers=evil)
    rejection = reject(
        judge.actual(request), Reason.NO_RULE, request, path=evil, endpoint=None, detail=""
    )
    for text in (rejection.origin, rejection.method, rejection.path):
        assert text.startswith("\\r\\nINFO:forged")
        assert len(text) == 200


def test_a_request_without_origin_or_headers_can_be_rejected() -> None:
    rule = Rule("app", (Policy(origins="*", allow_headers="X-A"),))
    judge = Judge(rule)
    request = Asked(None, "PUT", requested_headers="x-evil", is_preflight=True)
    verdict = judge.preflight(request, judge.offers(("PUT",)))
    silent = Asked(None, "PUT", is_preflight=True)
    rejection = reject(
        verdict, Reason.HEADER_NOT_ALLOWED, silent, path="/", endpoint=None, detail=""
    )
    assert (rejection.origin, rejection.headers) == ("", ())


def test_a_rejection_is_a_frozen_value() -> None:
    request = Asked("null")
    rejection = reject(
        Judge(Rule("app")).actual(request),
        Reason.NO_RULE,
        request,
        path="/",
        endpoint=None,
        detail="",
    )
    with pytest.raises(AttributeError):
        rejection.origin = "other"  # type: ignore[misc]
    assert pickle.loads(pickle.dumps(rejection)) == rejection
