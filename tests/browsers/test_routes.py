"""Where Flask's routing meets the browser: redirects, one URL with two views, auth hooks."""

import pytest
from flask import Flask, Response, redirect, request
from werkzeug import Response as AnyResponse

from flask_strictcors import Reason, StrictCORS, cors

from .rejections import Listen
from .servers import Serve
from .shop import JSON, shop
from .site import PARTNER, Site, Visit


def test_a_redirect_within_the_api_keeps_the_origin_and_stays_readable(
    visit: Visit, serve: Serve, listen: Listen
) -> None:
    page = visit()
    app = shop(origins=[page.origin])

    @app.get("/old")
    def old() -> AnyResponse:
        return redirect("/items")

    api, heard = serve(app), listen(app)
    seen = page.fetch(api.url("/old"))
    assert (seen.status, seen.redirected) == (200, True)
    assert api.wire.lines == ["GET /old", "GET /items"]
    assert [exchange.origin for exchange in api.wire.exchanges] == [page.origin] * 2
    assert [exchange.cors for exchange in api.wire.exchanges] == [{"allow-origin": page.origin}] * 2
    assert heard.is_silent


def _sends_away(origin: str, target: str) -> Flask:
    app = Flask(__name__)
    StrictCORS(app, origins=[origin])

    @app.get("/away")
    def away() -> AnyResponse:
        return redirect(target)

    return app


def test_a_redirect_to_another_origin_arrives_as_null_and_is_refused_there(
    visit: Visit, serve: Serve, listen: Listen
) -> None:
    page = visit()
    there = shop(origins=[page.origin])
    second, heard = serve(there, host="second.example.test"), listen(there)
    first = serve(_sends_away(page.origin, second.url("/items")))
    assert page.fetch(first.url("/away")).is_blocked
    assert first.wire.exchanges[0].cors == {"allow-origin": page.origin}
    (exchange,) = second.wire.exchanges
    assert (exchange.origin, exchange.cors) == ("null", {})
    signal, rejection = heard.one()
    assert (signal, rejection.reason) == ("origin_rejected", Reason.NULL_ORIGIN)


def test_a_redirect_to_another_origin_is_readable_where_everybody_may_read(
    visit: Visit, serve: Serve, listen: Listen
) -> None:
    page = visit()
    there = shop(origins="*")
    second, heard = serve(there, host="second.example.test"), listen(there)
    first = serve(_sends_away(page.origin, second.url("/items")))
    assert page.fetch(first.url("/away")).ok
    (exchange,) = second.wire.exchanges
    assert (exchange.origin, exchange.cors) == ("null", {"allow-origin": "*"})
    assert heard.is_silent


def _with_slash() -> Flask:
    app = Flask(__name__)

    @app.route("/items/", methods=["GET", "PUT"])
    def items() -> str:
        return request.get_data(as_text=True) or "items"

    return app


def test_a_slash_redirect_passes_under_a_preflight(
    visit: Visit, serve: Serve, listen: Listen
) -> None:
    page, app = visit(), _with_slash()
    StrictCORS(app, origins=[page.origin])
    api, heard = serve(app), listen(app)
    seen = page.fetch(api.url("/items"), method="PUT", headers=JSON, body='{"n": 1}')
    assert (seen.body, seen.redirected) == ('{"n": 1}', True)
    assert api.wire.lines == ["OPTIONS /items", "PUT /items", "OPTIONS /items/", "PUT /items/"]
    assert [exchange.status for exchange in api.wire.exchanges] == [204, 308, 204, 200]
    assert {exchange.cors["allow-origin"] for exchange in api.wire.exchanges} == {page.origin}
    assert heard.is_silent


def test_a_slash_redirect_passes_for_a_simple_request(visit: Visit, serve: Serve) -> None:
    page, app = visit(), _with_slash()
    StrictCORS(app, origins=[page.origin])
    api = serve(app)
    assert page.fetch(api.url("/items")).body == "items"
    assert api.wire.lines == ["GET /items", "GET /items/"]


def test_a_slash_redirect_is_judged_by_the_view_that_it_leads_to(
    visit: Visit, serve: Serve, listen: Listen, site: Site
) -> None:
    page, app = visit(), Flask(__name__)
    StrictCORS(app, origins="*")

    @app.put("/items/")
    @cors(origins=[site.origin(PARTNER)])
    def items() -> str:
        return "for partners"

    api, heard = serve(app), listen(app)
    assert page.fetch(api.url("/items"), method="PUT").is_blocked
    assert api.wire.lines == ["OPTIONS /items"]
    assert api.wire.preflights[0].status == 204
    assert api.wire.preflights[0].cors == {}
    signal, rejection = heard.one()
    assert (signal, rejection.reason) == ("origin_rejected", Reason.NOT_ALLOWED)
    assert rejection.rule == "view items"


def test_a_preflight_never_opens_the_stricter_view_on_the_same_url(
    visit: Visit, serve: Serve, listen: Listen, site: Site
) -> None:
    page, partner, app = visit(), visit(PARTNER), Flask(__name__)
    # The wide policy names PUT, but another view decides it: its preflight must not be saved.
    StrictCORS(app, origins="*", methods=["GET", "PUT"], allow_headers=["X-Version"])

    @app.get("/items")
    def read() -> str:
        return "read"

    @app.put("/items")
    @cors(origins=[site.origin(PARTNER)])
    def write() -> str:
        return "written"

    api, heard = serve(app), listen(app)
    assert page.fetch(api.url("/items"), headers={"X-Version": "1"}).body == "read"
    assert "PUT" not in api.wire.preflights[0].allowed_methods
    assert heard.is_silent
    assert page.fetch(api.url("/items"), method="PUT").is_blocked
    assert api.wire.lines == ["OPTIONS /items", "GET /items", "OPTIONS /items"]
    signal, rejection = heard.one()
    assert (signal, rejection.reason) == ("origin_rejected", Reason.NOT_ALLOWED)
    assert (rejection.rule, rejection.method) == ("view write", "PUT")
    assert partner.fetch(api.url("/items"), method="PUT").body == "written"


def test_a_kept_preflight_of_the_wide_view_saves_no_json_post_to_the_strict_one(
    visit: Visit, serve: Serve, listen: Listen, site: Site
) -> None:
    page, app = visit(), Flask(__name__)
    # A POST needs no kept method: the kept Content-Type alone would be enough to send it.
    StrictCORS(app, origins="*", allow_headers=["Content-Type", "X-Version"])

    @app.get("/items")
    def read() -> str:
        return "read"

    @app.post("/items")
    @cors(origins=[site.origin(PARTNER)])
    def write() -> str:
        return "written"

    api, heard = serve(app), listen(app)
    assert page.fetch(api.url("/items"), headers={"X-Version": "1"}).body == "read"
    assert heard.is_silent
    assert page.fetch(api.url("/items"), method="POST", headers=JSON, body="{}").is_blocked
    assert api.wire.lines == ["OPTIONS /items", "GET /items", "OPTIONS /items"]
    signal, rejection = heard.one()
    assert (signal, rejection.reason) == ("origin_rejected", Reason.NOT_ALLOWED)
    assert (rejection.rule, rejection.method) == ("view write", "POST")


def test_a_header_of_one_view_does_not_reach_the_other_on_the_same_url(
    visit: Visit, serve: Serve, listen: Listen
) -> None:
    page, app = visit(), Flask(__name__)
    StrictCORS(app, origins=[page.origin], allow_headers=["X-Version"])

    @app.get("/items")
    def read() -> str:
        return "read"

    @app.put("/items")
    @cors(origins=[page.origin], allow_headers=["Content-Type"])
    def write() -> str:
        return "written"

    api, heard = serve(app), listen(app)
    assert page.fetch(api.url("/items"), headers={"X-Version": "1"}).body == "read"
    assert page.fetch(api.url("/items"), method="PUT", headers=JSON, body="{}").body == "written"
    assert heard.is_silent
    assert page.fetch(api.url("/items"), method="PUT", headers={"X-Version": "1"}).is_blocked
    assert [line for line in api.wire.lines if line.startswith("PUT")] == ["PUT /items"]
    signal, rejection = heard.one()
    assert (signal, rejection.reason) == ("preflight_rejected", Reason.HEADER_NOT_ALLOWED)


@pytest.mark.parametrize("is_first", [True, False], ids=["hook first", "extension first"])
def test_an_auth_hook_that_refuses_everything_stops_no_preflight_and_its_401_is_readable(
    visit: Visit, serve: Serve, listen: Listen, is_first: bool
) -> None:
    page, app = visit(), Flask(__name__)

    def authenticate() -> Response | None:
        if request.headers.get("Authorization") == "Bearer right":
            return None
        return Response("who are you?", 401)

    if is_first:
        app.before_request(authenticate)
    StrictCORS(app, origins=[page.origin], allow_headers=["Authorization"])
    if not is_first:
        app.before_request(authenticate)

    @app.put("/items")
    def items() -> str:
        return "let in"

    api, heard = serve(app), listen(app)
    wrong, right = {"Authorization": "Bearer wrong"}, {"Authorization": "Bearer right"}
    seen = page.fetch(api.url("/items"), method="PUT", headers=wrong)
    assert (seen.status, seen.body) == (401, "who are you?")
    assert page.fetch(api.url("/items"), method="PUT", headers=right).body == "let in"
    assert api.wire.preflights[0].status == 204
    assert [exchange.status for exchange in api.wire.requests] == [401, 200]
    assert heard.is_silent
