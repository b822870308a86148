"""What a policy allows, the script gets: answers, methods, headers, statuses, streams, files."""

import json
from pathlib import Path
from threading import Event

import pytest
from flask import Flask, Response, abort

from flask_strictcors import StrictCORS, cors
from flask_strictcors.wsgi import StrictCORSMiddleware

from .pixel import PIXEL
from .rejections import Listen
from .scripts import READ_STREAM, UPLOAD
from .servers import Serve
from .shop import JSON, shop
from .site import APP, ELSEWHERE, Visit


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_listed_origin_reads_a_simple_answer(
    visit: Visit, serve: Serve, listen: Listen, scheme: str
) -> None:
    page = visit(scheme=scheme)
    app = shop(origins=[page.origin])
    api, heard = serve(app, scheme=scheme), listen(app)
    seen = page.fetch(api.url("/items"))
    assert (seen.status, seen.type, json.loads(seen.body)["method"]) == (200, "cors", "GET")
    assert api.wire.lines == ["GET /items"]
    (exchange,) = api.wire.exchanges
    assert exchange.origin == page.origin
    assert exchange.cors == {"allow-origin": page.origin}
    assert "origin" in exchange.vary
    assert heard.is_silent


def test_a_json_post_is_preflighted_and_arrives(visit: Visit, serve: Serve, listen: Listen) -> None:
    page = visit()
    app = shop(origins=[page.origin])
    api, heard = serve(app), listen(app)
    seen = page.fetch(api.url("/items"), method="POST", headers=JSON, body='{"n": 1}')
    assert json.loads(seen.body) == {"method": "POST", "body": '{"n": 1}'}
    assert api.wire.lines == ["OPTIONS /items", "POST /items"]
    (preflight,), (request,) = api.wire.preflights, api.wire.requests
    assert preflight.request["access-control-request-headers"] == "content-type"
    assert preflight.status == 204
    assert preflight.cors.keys() == {"allow-origin", "allow-methods", "allow-headers", "max-age"}
    assert "POST" in preflight.allowed_methods
    assert preflight.vary >= {
        "origin",
        "access-control-request-method",
        "access-control-request-headers",
    }
    assert request.cors == {"allow-origin": page.origin}
    assert heard.is_silent


def test_the_methods_that_the_route_serves_pass_their_preflights(
    visit: Visit, serve: Serve, listen: Listen
) -> None:
    page = visit()
    app = shop(origins=[page.origin], max_age=0)
    api, heard = serve(app), listen(app)
    for method in ("PUT", "PATCH", "DELETE"):
        seen = page.fetch(api.url("/items"), method=method)
        assert json.loads(seen.body)["method"] == method
        assert api.wire.lines[-2:] == ["OPTIONS /items", f"{method} /items"]
        assert method in api.wire.preflights[-1].allowed_methods
    assert heard.is_silent


def test_a_listed_header_passes_its_preflight(visit: Visit, serve: Serve, listen: Listen) -> None:
    page = visit()
    app = shop(origins=[page.origin], allow_headers=["X-Api-Version"])
    api, heard = serve(app), listen(app)
    assert page.fetch(api.url("/items"), headers={"X-API-Version": "2"}).ok
    assert api.wire.lines == ["OPTIONS /items", "GET /items"]
    assert api.wire.requests[0].request["x-api-version"] == "2"
    assert heard.is_silent


def test_every_header_passes_under_a_wildcard_also_authorization(
    visit: Visit, serve: Serve, listen: Listen
) -> None:
    page = visit()
    app = shop(origins=[page.origin], allow_headers="*")
    api, heard = serve(app), listen(app)
    sent = {"Authorization": "Bearer t", "X-Anything": "1"}
    assert page.fetch(api.url("/items"), headers=sent).ok
    assert api.wire.preflights[0].request["access-control-request-headers"] == (
        "authorization,x-anything"
    )
    assert api.wire.requests[0].request["authorization"] == "Bearer t"
    assert heard.is_silent


def test_an_upload_listener_is_preflighted_with_no_header_to_ask_for(
    visit: Visit, serve: Serve, listen: Listen
) -> None:
    page = visit()
    app = shop(origins=[page.origin])
    api, heard = serve(app), listen(app)
    assert page.run(UPLOAD, api.url("/items")) == 200
    assert api.wire.lines == ["OPTIONS /items", "POST /items"]
    assert "access-control-request-headers" not in api.wire.preflights[0].request
    assert heard.is_silent


@pytest.mark.parametrize(
    "host",
    ["my_app.example.test", "app.example.test.", "localhost"],
)
def test_an_origin_is_admitted_just_as_the_browser_spells_it(
    visit: Visit, serve: Serve, listen: Listen, host: str
) -> None:
    page = visit(host)
    app = shop(origins=[page.origin])
    api, heard = serve(app), listen(app)
    assert page.fetch(api.url("/items"), method="PUT").ok
    assert {exchange.origin for exchange in api.wire.exchanges} == {page.origin}
    assert heard.is_silent


def test_a_pattern_admits_the_hosts_below_it_and_no_others(
    visit: Visit, serve: Serve, listen: Listen
) -> None:
    app = shop(origins=["https://*.example.test:*"])
    api, heard = serve(app), listen(app)
    assert visit().fetch(api.url("/items")).ok
    assert heard.is_silent
    assert visit(ELSEWHERE).fetch(api.url("/items")).is_blocked
    assert heard.one().signal == "origin_rejected"


@pytest.mark.parametrize("sandboxed", [False, True], ids=["a page", "a sandboxed frame"])
def test_an_anonymous_wildcard_lets_everybody_read(
    visit: Visit, serve: Serve, listen: Listen, sandboxed: bool
) -> None:
    page = visit(ELSEWHERE, sandboxed=sandboxed)
    app = shop(origins="*")
    api, heard = serve(app), listen(app)
    assert page.fetch(api.url("/items")).ok
    assert page.fetch(api.url("/items"), method="PUT", headers=JSON, body="{}").ok
    assert api.wire.lines == ["GET /items", "OPTIONS /items", "PUT /items"]
    assert [exchange.cors["allow-origin"] for exchange in api.wire.exchanges] == ["*", "*", "*"]
    assert all("origin" not in exchange.vary for exchange in api.wire.exchanges)
    assert heard.is_silent


def test_an_allowed_script_reads_the_status_of_an_error(
    visit: Visit, serve: Serve, listen: Listen
) -> None:
    page = visit()
    app = shop(origins=[page.origin])

    @app.post("/401")
    def refuse() -> Response:
        abort(401)

    @app.get("/405")
    def other_method() -> str:
        return "not reached by POST"

    @app.post("/500")
    def fail() -> Response:
        raise RuntimeError("a view that fails")

    api, heard = serve(app), listen(app)
    for status in (401, 404, 405, 500):
        seen = page.fetch(api.url(f"/{status}"), method="POST", body="plain")
        assert (seen.error, seen.status, seen.ok) == (None, status, False)
        exchange = api.wire.exchanges[-1]
        assert (exchange.method, exchange.status) == ("POST", status)
        assert exchange.cors == {"allow-origin": page.origin}
        assert "origin" in exchange.vary
    assert heard.is_silent


def test_a_404_is_readable_also_after_a_preflight(
    visit: Visit, serve: Serve, listen: Listen
) -> None:
    page = visit()
    app = shop(origins=[page.origin])
    api, heard = serve(app), listen(app)
    assert page.fetch(api.url("/missing"), method="PUT", headers=JSON, body="{}").status == 404
    assert api.wire.lines == ["OPTIONS /missing", "PUT /missing"]
    assert heard.is_silent


def test_the_script_sees_the_exposed_headers_and_no_others(visit: Visit, serve: Serve) -> None:
    page, app = visit(), Flask(__name__)
    StrictCORS(app, origins=[page.origin])
    counted = Response("3", headers={"X-Total": "3", "X-Secret": "s", "Set-Cookie": "a=b"})
    exposed: dict[str, str | list[str]] = {"/none": [], "/one": ["X-Total"], "/all": "*"}
    for path, names in exposed.items():
        view = cors(origins=[page.origin], expose_headers=names)(lambda: counted)
        app.add_url_rule(path, path.strip("/"), view)
    api = serve(app)
    seen = [page.fetch(api.url(path)).headers or {} for path in exposed]
    sensitive = {"x-total", "x-secret", "set-cookie"}
    assert [headers.keys() & sensitive for headers in seen] == [
        set(),
        {"x-total"},
        {"x-total", "x-secret"},
    ]
    assert [exchange.cors.get("expose-headers") for exchange in api.wire.exchanges] == [
        None,
        "X-Total",
        "*",
    ]


def test_a_stream_is_readable_while_it_is_still_being_written(visit: Visit, serve: Serve) -> None:
    page = visit()
    app = shop(origins=[page.origin])
    go_on = Event()

    @app.get("/stream")
    def stream() -> Response:
        def parts() -> object:
            yield "first"
            yield "second" if go_on.wait(10) else "nobody read the first part"

        return Response(parts(), mimetype="text/plain")

    @app.get("/go-on")
    def go() -> str:
        go_on.set()
        return "gone"

    api = serve(app)
    parts = page.run(READ_STREAM, api.url("/stream"), api.url("/go-on"))
    assert parts == ["first", "second"]
    assert api.wire.exchanges[0].cors == {"allow-origin": page.origin}


@pytest.fixture
def gallery(tmp_path: Path) -> Flask:
    """An application with a picture among its static files, which it keeps cacheable."""
    (tmp_path / "pixel.png").write_bytes(PIXEL)
    app = Flask(__name__, static_folder=tmp_path, static_url_path="/static")
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 600
    return app


def test_a_static_file_is_readable_for_a_listed_origin_and_for_no_other(
    visit: Visit, serve: Serve, listen: Listen, gallery: Flask
) -> None:
    page, stranger = visit(), visit(ELSEWHERE)
    StrictCORS(gallery, origins=[page.origin])
    api, heard = serve(gallery), listen(gallery)
    picture = api.url("/static/pixel.png")
    assert page.fetch(picture).size == len(PIXEL)
    assert page.load_image(picture, cross_origin="anonymous")
    assert heard.is_silent
    assert stranger.load_image(picture)
    assert heard.is_silent
    assert not stranger.load_image(picture, cross_origin="anonymous")
    assert heard.one().rejection.endpoint == "static"


def test_an_exempt_view_speaks_for_itself_beside_a_strict_application(
    visit: Visit, serve: Serve, listen: Listen
) -> None:
    page = visit(ELSEWHERE)
    app = shop()

    @app.route("/own", methods=["PUT", "OPTIONS"])
    @cors.exempt
    def own() -> Response:
        answer = Response("mine")
        answer.headers["Access-Control-Allow-Origin"] = "*"
        answer.headers["Access-Control-Allow-Methods"] = "PUT"
        return answer

    api, heard = serve(app), listen(app)
    assert page.fetch(api.url("/own"), method="PUT").body == "mine"
    assert api.wire.preflights[0].cors == {"allow-origin": "*", "allow-methods": "PUT"}
    assert heard.is_silent


def test_a_page_posts_to_its_own_origin_without_any_rule(
    visit: Visit, serve: Serve, listen: Listen
) -> None:
    app = shop()
    api, heard = serve(app, host=APP), listen(app)
    page = visit(address=api.origin)
    assert page.fetch(api.url("/items"), method="POST", body="mine").type == "basic"
    (exchange,) = api.wire.at("/items")
    assert (exchange.origin, exchange.cors) == (api.origin, {})
    assert heard.is_silent


def test_the_middleware_does_the_same_before_any_wsgi_application(
    visit: Visit, serve: Serve, listen: Listen
) -> None:
    page, stranger = visit(), visit(ELSEWHERE)
    plain = Flask(__name__)

    @plain.route("/items", methods=["GET", "PUT"])
    def items() -> str:
        return "plain"

    middleware = StrictCORSMiddleware(plain, origins=[page.origin], methods=["GET", "PUT"])
    api, heard = serve(middleware), listen(middleware)
    assert page.fetch(api.url("/items"), method="PUT").body == "plain"
    assert api.wire.lines == ["OPTIONS /items", "PUT /items"]
    assert heard.is_silent
    assert stranger.fetch(api.url("/items")).is_blocked
    assert heard.one().signal == "origin_rejected"
