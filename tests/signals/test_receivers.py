"""Whoever listens: told once, each in its own try, and never able to change the answer."""

import asyncio
import sys
from typing import Any

import pytest
from flask import Flask, has_app_context, has_request_context, request

from flask_strictcors import (
    Policy,
    Reason,
    Rejection,
    StrictCORS,
    origin_rejected,
    preflight_rejected,
)

from .listening import EVIL, OWN, SHOP, ask, get, listening, send, shop


def test_all_receivers_run_though_one_raises_and_the_answer_is_the_same(
    caplog: pytest.LogCaptureFixture,
) -> None:
    app = shop()
    heard: list[int] = []
    expected = get(app, EVIL)

    def first(_: object, rejection: Rejection) -> None:
        heard.append(1)
        raise LookupError("the pager is gone")

    def second(_: object, rejection: Rejection) -> None:
        heard.append(2)
        raise LookupError("the disk is full")

    def third(_: object, rejection: Rejection) -> None:
        heard.append(3)

    with (
        origin_rejected.connected_to(first, sender=app),
        origin_rejected.connected_to(second, sender=app),
        origin_rejected.connected_to(third, sender=app),
    ):
        answer = get(app, EVIL)
        assert sorted(heard) == [1, 2, 3]
        asked = ask(app, EVIL)
    assert (answer.status, answer.headers, answer.data) == (
        expected.status,
        expected.headers,
        expected.data,
    )
    assert asked.status_code == 204
    assert sorted(heard) == [1, 1, 2, 2, 3, 3]
    tracebacks = [r for r in caplog.records if r.exc_info and r.name == "flask_strictcors"]
    assert {r.getMessage() for r in tracebacks} == {
        "A receiver of origin-rejected raised; the answer is unchanged."
    }
    assert len(tracebacks) == 4
    assert "the pager is gone" in caplog.text
    assert "the disk is full" in caplog.text


def test_a_receiver_that_raises_does_not_stop_enforce(caplog: pytest.LogCaptureFixture) -> None:
    app = shop(enforce=True)

    def fail(_: object, rejection: Rejection) -> None:
        raise LookupError

    with origin_rejected.connected_to(fail, sender=app):
        assert get(app, EVIL).status_code == 403
        assert ask(app, EVIL).status_code == 403


def test_a_receiver_with_the_wrong_signature_is_contained(
    caplog: pytest.LogCaptureFixture,
) -> None:
    app = shop()

    def wrong(_: object) -> None: ...

    with origin_rejected.connected_to(wrong, sender=app):
        assert get(app, EVIL).status_code == 200
    assert "TypeError" in caplog.text


def test_receivers_may_disconnect_themselves_and_others_while_called() -> None:
    app = shop()
    heard: list[str] = []

    def once(sender: object, rejection: Rejection) -> None:
        heard.append("once")
        origin_rejected.disconnect(once, sender=sender)

    def meanwhile(sender: object, rejection: Rejection) -> None:
        heard.append("meanwhile")
        origin_rejected.disconnect(meanwhile, sender=sender)

    def always(_: object, rejection: Rejection) -> None:
        heard.append("always")

    for receiver in (once, meanwhile, always):
        origin_rejected.connect(receiver, sender=app)
    try:
        get(app, EVIL)
        assert sorted(heard) == ["always", "meanwhile", "once"]
        get(app, EVIL)
        assert heard[3:] == ["always"]
    finally:
        origin_rejected.disconnect(always, sender=app)


def test_a_receiver_may_connect_another_while_called() -> None:
    app = shop()
    heard: list[str] = []

    def late(_: object, rejection: Rejection) -> None:
        heard.append("late")

    def connecting(sender: object, rejection: Rejection) -> None:
        origin_rejected.connect(late, sender=sender)

    with origin_rejected.connected_to(connecting, sender=app):
        get(app, EVIL)
        get(app, EVIL)
    origin_rejected.disconnect(late, sender=app)
    assert heard


@pytest.mark.parametrize("asked", [False, True], ids=["actual", "preflight"])
def test_async_receivers_are_awaited(asked: bool) -> None:
    app = shop()
    heard: list[Rejection] = []

    async def listen(sender: object, rejection: Rejection, **extra: Any) -> None:
        await asyncio.sleep(0)
        heard.append(rejection)

    with origin_rejected.connected_to(listen, sender=app):
        ask(app, EVIL) if asked else get(app, EVIL)
    assert [rejection.preflight for rejection in heard] == [asked]


def test_async_receivers_that_raise_are_contained(caplog: pytest.LogCaptureFixture) -> None:
    app = shop()

    async def fail(sender: object, rejection: Rejection) -> None:
        raise LookupError("awaited, and gone")

    with origin_rejected.connected_to(fail, sender=app):
        assert get(app, EVIL).status_code == 200
        assert ask(app, EVIL).status_code == 204
    assert caplog.text.count("LookupError: awaited, and gone") == 2


def test_an_async_callable_instance_is_awaited_too() -> None:
    app = shop()
    heard: list[Rejection] = []

    class Listener:
        async def __call__(self, sender: object, rejection: Rejection) -> None:
            heard.append(rejection)

    listener = Listener()
    with origin_rejected.connected_to(listener, sender=app):
        get(app, EVIL)
    assert len(heard) == 1


def test_without_asgiref_an_async_receiver_is_contained_as_one_that_raises(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "asgiref.sync", None)
    app = shop()

    async def listen(sender: object, rejection: Rejection) -> None: ...

    with origin_rejected.connected_to(listen, sender=app), listening(app) as told:
        assert get(app, EVIL).status_code == 200
        assert ask(app, EVIL).status_code == 204
    assert len(told) == 2
    assert "RuntimeError" in caplog.text


def test_a_base_exception_of_a_receiver_passes() -> None:
    app = shop()

    def leave(_: object, rejection: Rejection) -> None:
        raise SystemExit(3)

    with origin_rejected.connected_to(leave, sender=app):
        with pytest.raises(SystemExit):
            get(app, EVIL)
        with pytest.raises(SystemExit):
            ask(app, EVIL)


def test_the_sender_is_the_app_itself_and_no_proxy() -> None:
    app, other = shop(), shop()
    with listening(app) as told, listening(other) as told_of_the_other:
        get(app, EVIL)
        ask(app, EVIL)
    assert [type(t.sender) for t in told] == [Flask, Flask]
    assert all(t.sender is app for t in told)
    assert told_of_the_other == []


def test_a_receiver_of_any_sender_hears_all_apps() -> None:
    senders: list[object] = []

    def listen(sender: object, rejection: Rejection) -> None:
        senders.append(sender)

    apps = [shop(), shop()]
    with origin_rejected.connected_to(listen):
        for app in apps:
            get(app, EVIL)
    assert senders == apps


def test_receivers_of_a_preflight_have_no_request_context() -> None:
    app = shop()
    contexts: list[bool] = []

    def listen(_: object, rejection: Rejection) -> None:
        contexts.append(has_request_context())

    with origin_rejected.connected_to(listen, sender=app):
        ask(app, EVIL)
        get(app, EVIL)
    assert contexts == [False, True]


def test_receivers_of_a_preflight_refused_by_a_callable_have_none_either() -> None:
    app = shop(origins=lambda origin: False, allowlist=["https://*.example"])
    contexts: list[bool] = []

    def listen(_: object, rejection: Rejection) -> None:
        contexts.append(has_request_context() or has_app_context())

    with origin_rejected.connected_to(listen, sender=app):
        ask(app, EVIL)
    assert contexts == [False]


# --- at most one, and none where nothing is refused ----------------------------------------------


@pytest.mark.parametrize("enforce", [False, True])
def test_there_is_one_signal_at_most_for_each_request(enforce: bool) -> None:
    app = shop(enforce=enforce)
    with listening(app) as told:
        for refused in (
            lambda: get(app, EVIL),
            lambda: send(app, "POST", EVIL),
            lambda: send(app, "POST", SHOP),
            lambda: get(app, "null", "/nowhere"),
            lambda: send(app, "DELETE", EVIL),
            lambda: ask(app, EVIL, "PATCH", headers="x-a"),
            lambda: ask(app, SHOP, "PATCH", headers="x-a,\x00"),
            lambda: ask(app, SHOP, "PUT", headers="x-a,x-b"),
            lambda: ask(app, "rubbish", "PATCH", "/nowhere"),
        ):
            refused()
            assert len(told) == 1
            told.clear()


def test_an_error_on_the_way_tells_nothing_twice() -> None:
    app = shop()

    @app.get("/fails")
    def fails() -> str:
        raise LookupError

    @app.before_request
    def abort_some() -> tuple[str, int] | None:
        return ("stop", 401) if request.path == "/items/401" else None

    with listening(app) as told:
        assert get(app, EVIL, "/fails").status_code == 500
        assert len(told) == 1
        assert get(app, EVIL, "/items/401").status_code == 401
        assert len(told) == 2


def test_a_hook_that_answers_before_ours_is_told_of_once() -> None:
    app = Flask(__name__)

    @app.before_request
    def refuse() -> tuple[str, int]:
        return "who are you?", 401

    StrictCORS(app, origins=[SHOP])
    with listening(app) as told:
        assert get(app, EVIL, "/").status_code == 401
    assert [t.rejection.reason for t in told] == [Reason.NOT_ALLOWED]


def test_nothing_is_sent_for_what_is_allowed_or_same_origin_or_exempt() -> None:
    app = shop(own_origins=["https://front.example"])
    same = {"HTTP_SEC_FETCH_SITE": "same-origin"}
    with listening(app) as told:
        get(app, None)
        get(app, SHOP)
        ask(app, SHOP, headers="content-type")
        send(app, "POST", None)
        send(app, "POST", OWN)
        send(app, "POST", "https://front.example")
        send(app, "POST", EVIL, **same)
        send(app, "POST", SHOP, **same)
        ask(app, OWN)
        ask(app, EVIL, **same)
        get(app, EVIL, "/auth")
        send(app, "OPTIONS", EVIL, "/auth")
        ask(app, EVIL, "GET", "/auth")
    assert told == []


def test_nothing_is_sent_for_a_same_origin_preflight_that_asks_for_too_much() -> None:
    app = shop()
    same = {"HTTP_SEC_FETCH_SITE": "same-origin"}
    with listening(app) as told:
        ask(app, SHOP, "DELETE", **same)
        ask(app, SHOP, "PUT", headers="x-a", **same)
        ask(app, OWN, "not a token", **same)
    assert told == []


def test_an_anybody_rule_sends_no_origin_signal() -> None:
    app = shop(origins="*")
    with listening(app) as told:
        for origin in (None, "null", "", "rubbish", EVIL, OWN):
            get(app, origin)
        ask(app, "null")
        assert told == []
        send(app, "POST", "null")
        ask(app, EVIL, "POST")
    assert [t.signal for t in told] == ["preflight-rejected"] * 2


def test_every_signal_is_the_one_that_its_reason_belongs_to() -> None:
    def say(origin: str) -> bool:
        return {"https://no.tenant.example": False}[origin]

    dynamic = Policy(origins=say, allowlist=["https://*.tenant.example"], methods=["GET"])
    app = Flask(__name__)
    StrictCORS(app, dynamic, rules={"/listed/*": Policy(origins=[SHOP], methods=["GET"])})
    bare = Flask(__name__)
    StrictCORS(bare)
    for each in (app, bare):
        each.add_url_rule("/x", "x", lambda: "")
        each.add_url_rule("/listed/x", "listed", lambda: "", methods=["GET", "POST"])
    with listening(app) as told, listening(bare) as told_of_bare:
        get(bare, SHOP, "/x")
        get(app, "rubbish", "/x")
        get(app, "null", "/x")
        get(app, EVIL, "/x")
        get(app, "https://no.tenant.example", "/x")
        get(app, "https://raises.tenant.example", "/x")
        send(app, "POST", SHOP, "/listed/x")
        ask(app, SHOP, "GET", "/listed/x", headers="x-a")
        ask(app, SHOP, "GET", "/listed/x", headers="x(")
    heard = [(t.signal, t.rejection.reason) for t in (*told_of_bare, *told)]
    assert heard == [
        ("origin-rejected", Reason.NO_RULE),
        ("origin-rejected", Reason.MALFORMED_ORIGIN),
        ("origin-rejected", Reason.NULL_ORIGIN),
        ("origin-rejected", Reason.NOT_ALLOWED),
        ("origin-rejected", Reason.CALLABLE_REFUSED),
        ("origin-rejected", Reason.CALLABLE_FAILED),
        ("preflight-rejected", Reason.METHOD_NOT_ALLOWED),
        ("preflight-rejected", Reason.HEADER_NOT_ALLOWED),
        ("preflight-rejected", Reason.MALFORMED_REQUEST_HEADERS),
    ]
    assert {reason for _, reason in heard} == set(Reason)


def test_the_two_signals_are_named_apart() -> None:
    assert (origin_rejected.name, preflight_rejected.name) == (
        "origin-rejected",
        "preflight-rejected",
    )


def test_a_refused_origin_is_told_as_such_whatever_method_it_asks_for() -> None:
    app = shop()
    with listening(app) as told:
        ask(app, EVIL, "not a token")
        ask(app, EVIL, "")
    assert [t.signal for t in told] == ["origin-rejected"] * 2


def test_a_muted_signal_is_not_sent() -> None:
    app = shop()
    with listening(app) as told:
        with origin_rejected.muted():
            get(app, EVIL)
        get(app, EVIL, "/items/2")
    assert [one.rejection.path for one in told] == ["/items/2"]
