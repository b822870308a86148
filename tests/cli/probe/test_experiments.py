"""What is sent: in which order, announced before, nothing that may change something, no leaks."""

from __future__ import annotations

import pytest

from flask_strictcors.browser import Received, Sent, UnreachableError
from flask_strictcors.cli.probe.answers import Role
from flask_strictcors.cli.probe.judging import verdict_of

from .scripted import PAGE, URL_, Server, Silent, answer, for_preflights, mute, probed, right

COOKIE = "Cookie: session=secret"


class Kept:
    """A server that keeps what it was sent."""

    def __init__(self, server: Server = right) -> None:
        self._server = server
        self.sent: list[Sent] = []

    def __call__(self, sent: Sent) -> Received:
        self.sent.append(sent)
        return self._server(sent)


def test_everything_is_asked_in_the_order_that_is_promised() -> None:
    seen = probed(right, method="PUT")
    assert [(each.role, each.sent.method, each.origin) for each in seen.answers] == [
        (Role.PREFLIGHT, "OPTIONS", PAGE),
        (Role.STAND_IN, "GET", PAGE),
        (Role.BARE, "GET", None),
        (Role.STRANGER, "GET", "https://strictcors-probe.example"),
        (Role.STRANGER_PREFLIGHT, "OPTIONS", "https://strictcors-probe.example"),
        (Role.STRANGER, "GET", "null"),
        (Role.STRANGER, "GET", "https://app.example.com.strictcors-probe.example"),
        (Role.STRANGER, "GET", "https://xexample.com"),
        (Role.STRANGER, "GET", "https://appxexample.com"),
        (Role.STRANGER, "GET", "https://strictcors-probe.example.com"),
        (Role.STRANGER, "GET", "http://app.example.com"),
        (Role.MISSING, "GET", PAGE),
        (Role.KEPT_PAGE, "GET", PAGE),
        (Role.KEPT_STRANGER, "GET", "https://strictcors-probe.example"),
        (Role.KEPT_BARE, "GET", None),
        (Role.LATE_BARE, "GET", None),
        (Role.LATE_PAGE, "GET", PAGE),
    ]


def test_each_request_is_announced_before_it_is_sent() -> None:
    teller = Silent()
    is_told: list[bool] = []

    def serve(sent: Sent) -> Received:
        is_told.append(teller.told[-1] == ("before", len(is_told) + 1))
        return right(sent)

    probed(serve, method="PUT", teller=teller)
    assert len(is_told) == 17
    assert all(is_told)


@pytest.mark.parametrize("method", ["DELETE", "POST", "PATCH", "PURGE"])
@pytest.mark.parametrize("send", [False, True])
def test_what_may_change_something_is_sent_never_or_once(method: str, send: bool) -> None:
    server = Kept(lambda sent: right(sent) if not sent.is_preflight else allowing(sent))
    probed(server, method=method, send=send)
    unsafe = [sent for sent in server.sent if sent.method not in ("GET", "OPTIONS")]
    assert [(sent.method, sent.get("Origin")) for sent in unsafe] == [(method, PAGE)] * send


def allowing(sent: Sent) -> Received:
    return answer(204, allow_origin=PAGE, allow_methods="PATCH, DELETE, PURGE")


def test_what_the_preflight_refuses_is_not_sent_even_where_it_was_asked_for() -> None:
    server = Kept(for_preflights(403))
    seen = probed(server, method="DELETE", send=True)
    assert {sent.method for sent in server.sent} == {"GET", "OPTIONS"}
    assert seen.one(Role.STAND_IN) is not None


def test_only_the_page_asks_the_url_as_it_is() -> None:
    server = Kept()
    probed(server, url=f"{URL_}?a=b", method="PUT")
    asked = [str(sent.url) for sent in server.sent]
    assert asked[:3] == [f"{URL_}?a=b", f"{URL_}?a=b", f"{URL_}?a=b&strictcors-probe=n1"]
    assert [text for text in asked[2:] if "strictcors-probe" not in text] == []
    assert asked[11].startswith("https://api.example.com/strictcors-probe-n")


def test_the_url_stays_as_it_is_where_that_is_asked_for() -> None:
    server = Kept()
    probed(server, exact=True)
    assert len({str(sent.url) for sent in server.sent}) == 2  # and a path that does not exist


def test_caches_are_asked_for_one_url_twice_and_thrice() -> None:
    server = Kept()
    probed(server)
    *kept, bare, late = [sent.url.query for sent in server.sent[-5:]]
    assert len(set(kept)) == len({bare, late}) == 1
    assert {*kept} != {bare}
    assert server.sent[1].url.query == "strictcors-probe=n1"


def test_cookies_go_with_all_but_preflights() -> None:
    server = Kept()
    probed(server, COOKIE, method="PUT", credentials=True)
    with_cookie = {sent.is_preflight for sent in server.sent if sent.get("Cookie") is not None}
    assert with_cookie == {False}
    assert all(sent.is_preflight or sent.get("Cookie") == "session=secret" for sent in server.sent)


def test_headers_of_the_script_go_with_all_but_preflights() -> None:
    server = Kept()
    probed(server, "X-Trace: 7", "Accept: text/csv", "User-Agent: me")
    for sent in server.sent:
        assert sent.get("X-Trace") == (None if sent.is_preflight else "7")
        assert sent.get("Accept") == ("*/*" if sent.is_preflight else "text/csv")
        assert sent.get("User-Agent") == ("flask-strictcors-probe" if sent.is_preflight else "me")


def test_pages_say_that_they_are_on_another_site_where_browsers_do() -> None:
    server = Kept()
    probed(server, url="http://api.example.com/users", origin="http://app.example.com")
    assert {sent.get("Sec-Fetch-Site") for sent in server.sent} == {None}
    server = Kept()
    probed(server)
    told = {sent.get("Sec-Fetch-Site") for sent in server.sent[1:] if sent.get("Origin")}
    assert told == {"cross-site"}


def test_a_strangers_preflight_asks_what_the_pages_did() -> None:
    server = Kept()
    probed(server, "X-Trace", method="DELETE")
    mine, stranger = [sent for sent in server.sent if sent.is_preflight]
    for name in ("Access-Control-Request-Method", "Access-Control-Request-Headers"):
        assert mine.get(name) == stranger.get(name) is not None


def test_where_anybody_is_let_in_only_null_is_tried_besides() -> None:
    seen = probed(lambda sent: right(sent, allows=bool))
    origins = [each.origin for each in seen.all(Role.STRANGER)]
    assert origins == ["https://strictcors-probe.example", "null"]


def test_a_page_of_https_is_not_let_near_http_and_the_server_is_looked_at_all_the_same() -> None:
    seen = probed(right, url="http://api.example.com/users")
    verdict = verdict_of(seen)
    assert not verdict.allows
    assert "https" in verdict.fix
    assert seen.answers[0].role is Role.STAND_IN


def test_a_server_that_answers_nothing_is_asked_twice_and_then_left_alone() -> None:
    server = Kept(mute)
    with pytest.raises(UnreachableError, match="broke off"):
        probed(server, method="PUT")
    assert len(server.sent) == 2


def test_a_server_that_stops_answering_is_left_alone_and_the_rest_is_judged() -> None:
    numbers = iter(range(100))
    server = Kept(lambda sent: mute(sent) if next(numbers) > 3 else right(sent))
    seen = probed(server)
    assert len(server.sent) == 6
    assert verdict_of(seen).allows


# --- the verdict ---------------------------------------------------------------------------------


def test_an_answer_that_may_be_read_is_allowed() -> None:
    verdict = verdict_of(probed(right))
    assert verdict == (True, f"A browser lets a page of {PAGE} read the answer to GET.", "")


@pytest.mark.parametrize(
    ("status", "told"), [(304, ""), (404, ", which is 404"), (500, ", which is 500")]
)
def test_an_error_that_may_be_read_is_allowed_and_told(status: int, told: str) -> None:
    verdict = verdict_of(probed(lambda sent: answer(status, allow_origin="*")))
    assert verdict == (True, f"A browser lets a page of {PAGE} read the answer to GET{told}.", "")


def test_credentials_and_what_was_not_sent_are_told() -> None:
    verdict = verdict_of(probed(right, method="PUT", credentials=True))
    assert verdict.message == (
        f"A browser lets a page of {PAGE} read the answer to PUT, with credentials, if it has the "
        "headers that GET in its place had (--send sends it)."
    )


def test_a_sandboxed_page_is_called_that() -> None:
    verdict = verdict_of(probed(lambda sent: answer(allow_origin="*"), origin="null"))
    assert verdict.message == "A browser lets a sandboxed page read the answer to GET."


def test_a_preflight_speaks_for_a_method_whose_stand_in_is_not_allowed() -> None:
    verdict = verdict_of(
        probed(lambda s: right(s) if s.is_preflight else answer(405), method="PUT")
    )
    assert verdict.allows
    assert verdict.message == (
        "As far as was asked, the preflight allows PUT. GET in its place is not allowed: --send "
        "asks for the answer itself."
    )


def test_without_a_preflight_the_stand_in_speaks_and_says_so() -> None:
    verdict = verdict_of(probed(lambda sent: answer(), method="POST"))
    assert not verdict.allows
    assert verdict.message.endswith("That is GET in place of POST: --send sends that.")
    assert verdict.fix


def test_a_refusal_is_told_with_its_fix() -> None:
    verdict = verdict_of(probed(right, method="PATCH"))
    assert not verdict.allows
    assert "without PATCH" in verdict.message
    assert verdict.fix.startswith("Add PATCH to methods")
