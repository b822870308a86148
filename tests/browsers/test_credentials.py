"""Cookies and tiers: who may read what a cookie brought, and who only reads anonymously."""

import pytest
from flask import Flask, Response, request

from flask_strictcors import Policy, Reason, StrictCORS

from .rejections import Listen
from .servers import Serve
from .site import APP, ELSEWHERE, PARTNER, Site, Visit


def _members_only(*policies: Policy, **options: object) -> Flask:
    """Return an application that greets whom the cookie of ``/login`` names."""
    app = Flask(__name__)
    StrictCORS(app, *policies, **options)

    @app.post("/login")
    def login() -> Response:
        answer = Response("welcome")
        answer.set_cookie("member", "ada", secure=True, httponly=True, samesite="None")
        return answer

    @app.route("/me", methods=["GET", "PUT"])
    def me() -> str:
        return request.cookies.get("member", "nobody")

    return app


def test_a_cookie_arrives_and_its_answer_is_readable_where_credentials_are_allowed(
    visit: Visit, serve: Serve, listen: Listen
) -> None:
    page = visit()
    app = _members_only(origins=[page.origin], credentials=True)
    api, heard = serve(app), listen(app)
    assert page.fetch(api.url("/login"), method="POST", credentials="include").body == "welcome"
    assert page.fetch(api.url("/me"), credentials="include").body == "ada"
    assert page.fetch(api.url("/me"), method="PUT", credentials="include").body == "ada"
    assert page.fetch(api.url("/me"), credentials="omit").body == "nobody"
    assert api.wire.lines == ["POST /login", "GET /me", "OPTIONS /me", "PUT /me", "GET /me"]
    cookies = [exchange.request.get("cookie") for exchange in api.wire.exchanges]
    assert cookies == [None, "member=ada", None, "member=ada", None]
    for exchange in api.wire.exchanges:
        assert exchange.cors["allow-origin"] == page.origin
        assert exchange.cors["allow-credentials"] == "true"
    assert heard.is_silent


def test_a_script_that_sends_credentials_reads_nothing_where_they_are_not_allowed(
    visit: Visit, serve: Serve, listen: Listen
) -> None:
    page = visit()
    app = _members_only(origins=[page.origin])
    api, heard = serve(app), listen(app)
    assert page.fetch(api.url("/me"), credentials="include").is_blocked
    assert page.fetch(api.url("/me"), method="PUT", credentials="include").is_blocked
    assert page.console_says("Access-Control-Allow-Credentials")
    assert api.wire.lines == ["GET /me", "OPTIONS /me"]
    for exchange in api.wire.exchanges:
        assert exchange.cors["allow-origin"] == page.origin
        assert "allow-credentials" not in exchange.cors
    # The server said yes to this origin: only the browser knows what the script wanted.
    assert heard.is_silent


def test_a_wildcard_never_answers_credentials(visit: Visit, serve: Serve) -> None:
    page = visit()
    api = serve(_members_only(origins="*"))
    assert page.fetch(api.url("/me"), credentials="include").is_blocked
    assert page.fetch(api.url("/me"), credentials="omit").ok
    assert [exchange.cors for exchange in api.wire.exchanges] == [{"allow-origin": "*"}] * 2


def test_a_stranger_may_bring_the_cookie_but_reads_nothing(
    visit: Visit, serve: Serve, listen: Listen
) -> None:
    page, stranger = visit(), visit(PARTNER)
    app = _members_only(origins=[page.origin], credentials=True)
    api, heard = serve(app), listen(app)
    page.fetch(api.url("/login"), method="POST", credentials="include")
    assert heard.is_silent
    assert stranger.fetch(api.url("/me"), credentials="include").is_blocked
    assert api.wire.exchanges[-1].request["cookie"] == "member=ada"
    assert api.wire.exchanges[-1].cors == {}
    signal, rejection = heard.one()
    assert (signal, rejection.reason) == ("origin_rejected", Reason.NOT_ALLOWED)


def _tiers(site: Site) -> list[Policy]:
    return [Policy(origins=[site.origin(PARTNER)], credentials=True), Policy(origins="*")]


def test_partners_read_with_credentials(
    visit: Visit, serve: Serve, listen: Listen, site: Site
) -> None:
    partner = visit(PARTNER)
    app = _members_only(*_tiers(site))
    api, heard = serve(app), listen(app)
    partner.fetch(api.url("/login"), method="POST", credentials="include")
    assert partner.fetch(api.url("/me"), method="PUT", credentials="include").body == "ada"
    for exchange in api.wire.exchanges:
        assert exchange.cors["allow-origin"] == partner.origin
        assert exchange.cors["allow-credentials"] == "true"
        assert "origin" in exchange.vary
    assert heard.is_silent


@pytest.mark.parametrize(
    ("host", "sandboxed"),
    [(APP, False), (ELSEWHERE, True)],
    ids=["a page", "a sandboxed frame"],
)
def test_everybody_but_the_partners_reads_anonymously(
    visit: Visit, serve: Serve, listen: Listen, site: Site, host: str, sandboxed: bool
) -> None:
    page = visit(host, sandboxed=sandboxed)
    app = _members_only(*_tiers(site))
    api, heard = serve(app), listen(app)
    assert page.fetch(api.url("/me"), method="PUT").body == "nobody"
    assert page.fetch(api.url("/me"), credentials="include").is_blocked
    assert api.wire.lines == ["OPTIONS /me", "PUT /me", "GET /me"]
    for exchange in api.wire.exchanges:
        assert exchange.cors["allow-origin"] == "*"
        assert "allow-credentials" not in exchange.cors
        assert "origin" in exchange.vary
    assert heard.is_silent
