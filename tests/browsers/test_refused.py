"""What a policy refuses, the script never reads, and the server says why in the same words."""

import pytest
from flask import Flask

from flask_strictcors import DynamicOrigins, Reason, StrictCORS

from .rejections import Listen
from .servers import Serve
from .shop import JSON, shop
from .site import APP, ELSEWHERE, PARTNER, Site, Visit

EVERY_TEST_ORIGIN = ["https://*.example.test:*"]


def _is_anybody(origin: str) -> bool:
    raise LookupError("the database is gone")


@pytest.mark.parametrize("host", [PARTNER, ELSEWHERE], ids=["same-site", "cross-site"])
def test_an_origin_that_is_not_listed_reads_nothing(
    visit: Visit, serve: Serve, listen: Listen, site: Site, host: str
) -> None:
    page = visit(host)
    app = shop(origins=[site.origin(APP)])
    api, heard = serve(app), listen(app)
    assert page.fetch(api.url("/items")).is_blocked
    assert page.console_says("Access-Control-Allow-Origin")
    assert api.wire.lines == ["GET /items"]
    (exchange,) = api.wire.exchanges
    assert (exchange.status, exchange.cors) == (200, {})
    assert "origin" in exchange.vary
    signal, rejection = heard.one()
    assert (signal, rejection.reason) == ("origin_rejected", Reason.NOT_ALLOWED)
    assert (rejection.origin, rejection.method, rejection.path) == (page.origin, "GET", "/items")
    assert (rejection.endpoint, rejection.rule, rejection.preflight) == ("items", "app", False)


def test_an_origin_that_is_not_listed_does_not_get_past_its_preflight(
    visit: Visit, serve: Serve, listen: Listen, site: Site
) -> None:
    page = visit(PARTNER)
    app = shop(origins=[site.origin(APP)])
    api, heard = serve(app), listen(app)
    assert page.fetch(api.url("/items"), method="PUT", headers=JSON, body="{}").is_blocked
    assert api.wire.lines == ["OPTIONS /items"]
    (preflight,) = api.wire.preflights
    assert (preflight.status, preflight.cors) == (204, {})
    assert "origin" in preflight.vary
    signal, rejection = heard.one()
    assert (signal, rejection.reason) == ("origin_rejected", Reason.NOT_ALLOWED)
    assert (rejection.method, rejection.preflight) == ("PUT", True)


def test_a_sandboxed_frame_is_refused_by_every_list(
    visit: Visit, serve: Serve, listen: Listen
) -> None:
    frame = visit(sandboxed=True)
    app = shop(origins=EVERY_TEST_ORIGIN)
    api, heard = serve(app), listen(app)
    for method, sent in (("GET", "GET /items"), ("PUT", "OPTIONS /items")):
        assert frame.fetch(api.url("/items"), method=method).is_blocked
        assert api.wire.lines[-1] == sent
        assert (api.wire.exchanges[-1].origin, api.wire.exchanges[-1].cors) == ("null", {})
        signal, rejection = heard.one()
        assert (signal, rejection.reason) == ("origin_rejected", Reason.NULL_ORIGIN)
        assert rejection.preflight is (method == "PUT")


def test_nobody_gets_in_where_no_rule_exists(visit: Visit, serve: Serve, listen: Listen) -> None:
    page = visit()
    app = shop()
    api, heard = serve(app), listen(app)
    for method, sent in (("GET", "GET /items"), ("PUT", "OPTIONS /items")):
        assert page.fetch(api.url("/items"), method=method).is_blocked
        assert api.wire.lines[-1] == sent
        assert api.wire.exchanges[-1].cors == {}
        signal, rejection = heard.one()
        assert (signal, rejection.reason) == ("origin_rejected", Reason.NO_RULE)
        assert (rejection.rule, rejection.preflight) == ("none", method == "PUT")


def test_a_method_that_is_not_listed_is_told_by_the_list_and_not_sent(
    visit: Visit, serve: Serve, listen: Listen
) -> None:
    page = visit()
    app = shop(origins=[page.origin], methods=["GET", "DELETE"])
    api, heard = serve(app), listen(app)
    assert page.fetch(api.url("/items"), method="PUT").is_blocked
    assert page.console_says("Access-Control-Allow-Methods")
    assert api.wire.lines == ["OPTIONS /items"]
    (preflight,) = api.wire.preflights
    assert preflight.status == 204
    assert preflight.cors["allow-origin"] == page.origin
    assert "PUT" not in preflight.allowed_methods
    assert preflight.allowed_methods <= {"GET", "HEAD", "DELETE"}
    signal, rejection = heard.one()
    assert (signal, rejection.reason) == ("preflight_rejected", Reason.METHOD_NOT_ALLOWED)
    assert (rejection.method, rejection.preflight) == ("PUT", True)


def test_a_method_in_lower_case_is_not_the_one_that_the_route_serves(
    visit: Visit, serve: Serve, listen: Listen
) -> None:
    page = visit()
    app = shop(origins=[page.origin])
    api, heard = serve(app), listen(app)
    assert page.fetch(api.url("/items"), method="patch").is_blocked
    assert api.wire.lines == ["OPTIONS /items"]
    assert api.wire.preflights[0].request["access-control-request-method"] == "patch"
    signal, rejection = heard.one()
    assert (signal, rejection.reason) == ("preflight_rejected", Reason.METHOD_NOT_ALLOWED)


def test_a_post_that_is_not_listed_is_unreadable_though_no_preflight_stops_it(
    visit: Visit, serve: Serve, listen: Listen
) -> None:
    page = visit()
    app = shop(origins=[page.origin], methods=["GET"])
    api, heard = serve(app), listen(app)
    assert page.fetch(api.url("/items"), method="POST", body="plain").is_blocked
    assert api.wire.lines == ["POST /items"]
    assert api.wire.requests[0].cors == {}
    signal, rejection = heard.one()
    assert (signal, rejection.reason) == ("preflight_rejected", Reason.METHOD_NOT_ALLOWED)
    assert (rejection.method, rejection.preflight) == ("POST", False)


def test_a_post_that_is_not_listed_does_not_get_past_a_preflight_either(
    visit: Visit, serve: Serve, listen: Listen
) -> None:
    page = visit()
    app = shop(origins=[page.origin], methods=["GET"])
    api, heard = serve(app), listen(app)
    assert page.fetch(api.url("/items"), method="POST", headers=JSON, body="{}").is_blocked
    assert api.wire.lines == ["OPTIONS /items"]
    assert api.wire.preflights[0].cors == {}
    signal, rejection = heard.one()
    assert (signal, rejection.reason) == ("preflight_rejected", Reason.METHOD_NOT_ALLOWED)
    assert (rejection.method, rejection.preflight) == ("POST", True)


def test_a_header_that_is_not_listed_is_named_by_the_browser_and_not_sent(
    visit: Visit, serve: Serve, listen: Listen
) -> None:
    page = visit()
    app = shop(origins=[page.origin])
    api, heard = serve(app), listen(app)
    sent = {**JSON, "X-Secret": "1"}
    assert page.fetch(api.url("/items"), method="PUT", headers=sent).is_blocked
    assert page.console_says("x-secret")
    assert api.wire.lines == ["OPTIONS /items"]
    assert api.wire.preflights[0].cors["allow-origin"] == page.origin
    signal, rejection = heard.one()
    assert (signal, rejection.reason) == ("preflight_rejected", Reason.HEADER_NOT_ALLOWED)
    assert (rejection.headers, rejection.preflight) == (("x-secret",), True)


@pytest.mark.parametrize(
    ("callable_", "reason"),
    [(lambda origin: False, "CALLABLE_REFUSED"), (_is_anybody, "CALLABLE_FAILED")],
    ids=["says no", "fails"],
)
def test_a_callable_that_does_not_consent_is_a_refusal_and_never_an_error(
    visit: Visit, serve: Serve, listen: Listen, callable_: object, reason: str
) -> None:
    page = visit()
    app = shop(origins=DynamicOrigins(callable_, allowlist=EVERY_TEST_ORIGIN))
    api, heard = serve(app), listen(app)
    for method, sent, status in (("GET", "GET /items", 200), ("PUT", "OPTIONS /items", 204)):
        assert page.fetch(api.url("/items"), method=method).is_blocked
        assert api.wire.lines[-1] == sent
        assert (api.wire.exchanges[-1].status, api.wire.exchanges[-1].cors) == (status, {})
        signal, rejection = heard.one()
        assert (signal, rejection.reason) == ("origin_rejected", Reason[reason])
        assert rejection.preflight is (method == "PUT")


def test_a_callable_narrows_its_allowlist_and_is_not_asked_beyond_it(
    visit: Visit, serve: Serve, listen: Listen
) -> None:
    page, stranger = visit(), visit(ELSEWHERE)
    asked: list[str] = []

    def is_known(origin: str) -> bool:
        asked.append(origin)
        return True

    app = shop(origins=is_known, allowlist=EVERY_TEST_ORIGIN)
    api, heard = serve(app), listen(app)
    assert page.fetch(api.url("/items"), method="PUT").ok
    assert heard.is_silent
    assert stranger.fetch(api.url("/items")).is_blocked
    assert heard.one().rejection.reason is Reason.NOT_ALLOWED
    assert asked == [page.origin, page.origin]


def test_a_refusal_undoes_nothing_that_the_view_did(
    visit: Visit, serve: Serve, listen: Listen, site: Site
) -> None:
    page = visit(ELSEWHERE)
    app = Flask(__name__)
    StrictCORS(app, origins=[site.origin(APP)])
    orders: list[str] = []

    @app.post("/orders")
    def order() -> str:
        orders.append("one")
        return "ordered"

    api, heard = serve(app), listen(app)
    assert page.fetch(api.url("/orders"), method="POST", body="plain").is_blocked
    assert orders == ["one"]
    assert heard.one().rejection.reason is Reason.NOT_ALLOWED
