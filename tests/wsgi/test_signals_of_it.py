"""The middleware is the sender of its signals."""

from typing import Any

import pytest

from flask_strictcors import (
    Policy,
    Reason,
    Rejection,
    origin_rejected,
    preflight_rejected,
)
from flask_strictcors.wsgi import StrictCORSMiddleware

from .server import EVIL, OWN, SHOP, App, environ, preflight, serve


def guarded(**options: Any) -> StrictCORSMiddleware:
    return StrictCORSMiddleware(App(), **{"origins": [SHOP], "methods": ["PUT"]} | options)


def test_the_sender_is_the_middleware_and_no_other() -> None:
    one, other = guarded(), guarded()
    heard: list[tuple[object, Rejection]] = []

    def listen(sender: object, rejection: Rejection) -> None:
        heard.append((sender, rejection))

    with origin_rejected.connected_to(listen, sender=one):
        serve(other, environ(origin=EVIL))
        assert heard == []
        serve(one, environ("/x", origin=EVIL))
    ((sender, rejection),) = heard
    assert sender is one
    assert rejection.reason is Reason.NOT_ALLOWED
    assert (rejection.path, rejection.endpoint, rejection.rule) == ("/x", None, "app")


def test_the_path_is_the_whole_one_and_the_rule_is_the_paths() -> None:
    middleware = StrictCORSMiddleware(
        App(), rules={"/api/*": Policy(origins=[SHOP], methods=["PUT"])}
    )
    heard: list[Rejection] = []

    def listen(_: object, rejection: Rejection) -> None:
        heard.append(rejection)

    with preflight_rejected.connected_to(listen, sender=middleware):
        serve(middleware, preflight(SHOP, "PATCH", path="/x", SCRIPT_NAME="/api"))
    (rejection,) = heard
    assert (rejection.path, rejection.rule, rejection.method) == ("/api/x", "path /api/*", "PATCH")
    assert rejection.preflight


def test_a_page_of_the_own_origin_is_no_matter_of_them() -> None:
    middleware = guarded()
    heard: list[Rejection] = []

    def listen(_: object, rejection: Rejection) -> None:
        heard.append(rejection)

    with origin_rejected.connected_to(listen, sender=middleware):
        answer = serve(middleware, environ(method="POST", origin=OWN))
    assert (answer.status, answer.cors, answer.all("Vary"), heard) == (200, {}, ["Origin"], [])


@pytest.mark.parametrize("debug", [False, True])
def test_a_receiver_that_raises_changes_nothing(
    debug: bool, caplog: pytest.LogCaptureFixture
) -> None:
    middleware = guarded(debug=debug)
    heard: list[Rejection] = []

    def fail(_: object, rejection: Rejection) -> None:
        raise LookupError("the pager is gone")

    def listen(_: object, rejection: Rejection) -> None:
        heard.append(rejection)

    expected = serve(middleware, environ(origin=EVIL))
    with (
        origin_rejected.connected_to(fail, sender=middleware),
        origin_rejected.connected_to(listen, sender=middleware),
    ):
        assert serve(middleware, environ(origin=EVIL)) == expected
    assert len(heard) == 1
    assert "the pager is gone" in caplog.text


def test_a_refusal_of_its_own_host_under_another_scheme_says_what_to_change() -> None:
    middleware = guarded()
    heard: list[Rejection] = []

    def listen(_: object, rejection: Rejection) -> None:
        heard.append(rejection)

    with origin_rejected.connected_to(listen, sender=middleware):
        serve(middleware, environ(origin="https://api.example"))
        serve(middleware, environ(origin=EVIL))
    assert ["ProxyFix" in r.detail and "own_origins" in r.detail for r in heard] == [True, False]


def test_nobody_listens_so_the_log_hears_of_the_first_of_each_kind(
    caplog: pytest.LogCaptureFixture,
) -> None:
    middleware = guarded()
    for _ in range(3):
        serve(middleware, environ(origin=EVIL))
        serve(middleware, environ(origin="null"))
        serve(middleware, preflight(SHOP, "GET"))
    reasons = ["not-allowed", "null-origin", "method-not-allowed"]
    assert len(caplog.records) == 3
    for record, reason in zip(caplog.records, reasons, strict=True):
        assert record.levelname == "WARNING"
        assert reason in record.getMessage()


def test_a_refused_header_is_named() -> None:
    middleware = guarded()
    heard: list[Rejection] = []

    def listen(_: object, rejection: Rejection) -> None:
        heard.append(rejection)

    asked = {"HTTP_ACCESS_CONTROL_REQUEST_HEADERS": "content-type,x-a,x-b"}
    with preflight_rejected.connected_to(listen, sender=middleware):
        serve(middleware, preflight(SHOP, "PUT", **asked))
    (rejection,) = heard
    assert rejection.detail == (
        "A requested header is not among the allow_headers of rule 'app': add it there. "
        "It is 'x-a'."
    )
