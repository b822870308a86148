"""``enforce=True``: what CORS alone cannot stop, a request that only wants to be sent."""

from flask import Flask, request

from flask_strictcors import Reason, StrictCORS

from .rejections import Listen
from .servers import Serve
from .shop import JSON
from .site import APP, ELSEWHERE, Site, Visit


class Bank(Flask):
    """An application that counts the money it was told to send."""

    def __init__(self, origin: str, methods: list[str] | None = None) -> None:
        super().__init__(__name__)
        self.sent: list[str] = []
        StrictCORS(self, origins=[origin], methods=methods, enforce=True)
        self.add_url_rule("/send", view_func=self.send, methods=["GET", "POST", "PUT"])

    def send(self) -> str:
        self.sent.append(request.form.get("amount", "nothing"))
        return "sent"


def test_a_form_that_a_foreign_page_posts_gets_403_and_the_view_does_not_run(
    visit: Visit, serve: Serve, listen: Listen, site: Site
) -> None:
    page, bank = visit(ELSEWHERE), Bank(site.origin(APP))
    api, heard = serve(bank), listen(bank)
    page.submit_form(api.url("/send"), amount="100")
    assert bank.sent == []
    (exchange,) = api.wire.exchanges
    assert (exchange.method, exchange.origin, exchange.status) == ("POST", page.origin, 403)
    assert exchange.cors == {}
    assert ("cache-control", "no-store") in exchange.response
    assert "origin" in exchange.vary
    signal, rejection = heard.one()
    assert (signal, rejection.reason) == ("origin_rejected", Reason.NOT_ALLOWED)
    assert (rejection.origin, rejection.preflight) == (page.origin, False)


def test_a_form_in_a_sandboxed_frame_gets_403_because_null_is_nobody(
    visit: Visit, serve: Serve, listen: Listen, site: Site
) -> None:
    frame, bank = visit(sandboxed=True), Bank(site.origin(APP))
    api, heard = serve(bank), listen(bank)
    frame.submit_form(api.url("/send"), amount="100")
    assert bank.sent == []
    (exchange,) = api.wire.exchanges
    assert (exchange.origin, exchange.status) == ("null", 403)
    assert heard.one().rejection.reason is Reason.NULL_ORIGIN


def test_a_foreign_script_gets_403_before_the_view(
    visit: Visit, serve: Serve, listen: Listen, site: Site
) -> None:
    page, bank = visit(ELSEWHERE), Bank(site.origin(APP))
    api, heard = serve(bank), listen(bank)
    for method in ("GET", "POST"):
        assert page.fetch(api.url("/send"), method=method).is_blocked
        assert (api.wire.exchanges[-1].method, api.wire.exchanges[-1].status) == (method, 403)
        assert heard.one().rejection.reason is Reason.NOT_ALLOWED
    assert bank.sent == []


def test_a_foreign_preflight_gets_403_and_nothing_follows(
    visit: Visit, serve: Serve, listen: Listen, site: Site
) -> None:
    page, bank = visit(ELSEWHERE), Bank(site.origin(APP))
    api, heard = serve(bank), listen(bank)
    assert page.fetch(api.url("/send"), method="PUT", headers=JSON, body="{}").is_blocked
    assert api.wire.lines == ["OPTIONS /send"]
    assert (api.wire.preflights[0].status, api.wire.preflights[0].cors) == (403, {})
    assert heard.one().rejection.preflight


def test_a_form_of_the_listed_origin_gets_403_where_posting_is_not_listed(
    visit: Visit, serve: Serve, listen: Listen
) -> None:
    page = visit()
    bank = Bank(page.origin, methods=["GET"])
    api, heard = serve(bank), listen(bank)
    page.submit_form(api.url("/send"), amount="100")
    assert bank.sent == []
    (exchange,) = api.wire.exchanges
    assert (exchange.origin, exchange.status, exchange.cors) == (page.origin, 403, {})
    signal, rejection = heard.one()
    assert (signal, rejection.reason) == ("preflight_rejected", Reason.METHOD_NOT_ALLOWED)
    assert (rejection.method, rejection.preflight) == ("POST", False)


def test_the_listed_origin_posts_its_form_and_reads_its_answers(
    visit: Visit, serve: Serve, listen: Listen
) -> None:
    page = visit()
    bank = Bank(page.origin)
    api, heard = serve(bank), listen(bank)
    page.submit_form(api.url("/send"), amount="1")
    assert page.fetch(api.url("/send"), method="PUT").body == "sent"
    assert bank.sent == ["1", "nothing"]
    assert heard.is_silent


def test_the_application_posts_its_own_form(
    visit: Visit, serve: Serve, listen: Listen, site: Site
) -> None:
    bank = Bank(site.origin(APP))
    api, heard = serve(bank), listen(bank)
    page = visit(address=api.url("/send"))
    page.submit_form(api.url("/send"), amount="1")
    assert bank.sent == ["nothing", "1"]
    assert [exchange.origin for exchange in api.wire.at("/send")] == [None, api.origin]
    assert heard.is_silent


def test_a_plain_image_load_carries_no_origin_and_passes(
    visit: Visit, serve: Serve, listen: Listen, site: Site
) -> None:
    page, bank = visit(ELSEWHERE), Bank(site.origin(APP))
    api, heard = serve(bank), listen(bank)
    page.load_image(api.url("/send"))
    assert [(exchange.origin, exchange.status) for exchange in api.wire.exchanges] == [(None, 200)]
    assert heard.is_silent
