"""The browsers themselves: they refuse what nobody allowed, keep caches, and send cookies.

The applications here speak CORS by hand, so a browser that would let everything
through, or a cache that is switched off, cannot make the other tests pass for nothing.
"""

from flask import Flask, Response, request

from .pixel import PIXEL
from .servers import Serve
from .site import ELSEWHERE, PARTNER, Visit


def _by_hand(*, vary: bool = True) -> Flask:
    """Return an application that lets every origin but the partner's in."""
    app = Flask(__name__)

    @app.route("/open", methods=["GET", "PUT"], provide_automatic_options=False)
    def open_() -> Response:
        return Response("open")

    @app.route("/open", methods=["OPTIONS"], provide_automatic_options=False)
    def ask() -> Response:
        return Response(headers={"Access-Control-Allow-Methods": "PUT"})

    @app.get("/pixel.png")
    def pixel() -> Response:
        return Response(PIXEL, mimetype="image/png", headers={"Cache-Control": "max-age=600"})

    @app.get("/login")
    def login() -> Response:
        answer = Response("welcome")
        answer.set_cookie("session", "s3cret", secure=True, httponly=True, samesite="None")
        return answer

    @app.after_request
    def cors(response: Response) -> Response:
        origin = request.headers.get("Origin")
        if origin is not None and PARTNER not in origin:
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Access-Control-Allow-Credentials"] = "true"
        if vary:
            response.vary.add("Origin")
        return response

    return app


def test_the_browser_shows_the_script_an_answer_that_allows_its_origin(
    visit: Visit, serve: Serve
) -> None:
    api, page = serve(_by_hand()), visit()
    seen = page.fetch(api.url("/open"))
    assert (seen.error, seen.ok, seen.status, seen.type, seen.body) == (
        None, True, 200, "cors", "open",
    )  # fmt: skip
    assert [exchange.origin for exchange in api.wire.exchanges] == [page.origin]


def test_the_browser_blocks_an_answer_that_allows_nobody_and_its_console_says_so(
    visit: Visit, serve: Serve
) -> None:
    api, page = serve(_by_hand()), visit(PARTNER)
    seen = page.fetch(api.url("/open"))
    assert seen.is_blocked
    assert not seen.is_readable
    assert page.console_says("Access-Control-Allow-Origin")
    assert api.wire.lines == ["GET /open"]


def test_the_browser_asks_before_a_put_and_stays_away_when_the_answer_is_no(
    visit: Visit, serve: Serve
) -> None:
    api, page = serve(_by_hand()), visit(PARTNER)
    assert page.fetch(api.url("/open"), method="PUT").is_blocked
    assert api.wire.lines == ["OPTIONS /open"]
    assert api.wire.preflights[0].request["access-control-request-method"] == "PUT"


def test_a_page_reads_its_own_origin_without_any_cors(visit: Visit) -> None:
    page = visit()
    assert page.fetch(page.origin + "/").type == "basic"


def test_a_sandboxed_frame_speaks_as_null(visit: Visit, serve: Serve) -> None:
    api, frame = serve(_by_hand()), visit(sandboxed=True)
    assert frame.fetch(api.url("/open")).is_readable
    assert [exchange.origin for exchange in api.wire.exchanges] == ["null"]


def test_plain_http_works_alike(visit: Visit, serve: Serve) -> None:
    api, page = serve(_by_hand(), scheme="http"), visit(scheme="http")
    assert page.fetch(api.url("/open")).body == "open"
    assert page.origin.startswith("http://")


def test_a_cookie_travels_within_a_site_only_when_the_script_asks_for_it(
    visit: Visit, serve: Serve
) -> None:
    api, page = serve(_by_hand()), visit()
    page.fetch(api.url("/login"), credentials="include")
    page.fetch(api.url("/open"), credentials="include")
    page.fetch(api.url("/open"), credentials="omit")
    cookies = [exchange.request.get("cookie") for exchange in api.wire.exchanges]
    assert cookies == [None, "session=s3cret", None]


def test_the_http_cache_is_on_over_https(visit: Visit, serve: Serve) -> None:
    api, page = serve(_by_hand()), visit()
    assert page.fetch(api.url("/pixel.png")).size == len(PIXEL)
    assert page.fetch(api.url("/pixel.png")).size == len(PIXEL)
    assert api.wire.lines == ["GET /pixel.png"]


def test_without_vary_an_image_poisons_the_fetch_that_follows(visit: Visit, serve: Serve) -> None:
    api, page = serve(_by_hand(vary=False)), visit()
    assert page.load_image(api.url("/pixel.png"))
    # With credentials: Firefox keeps answers to anonymous requests apart.
    assert page.fetch(api.url("/pixel.png"), credentials="include").is_blocked
    assert api.wire.lines == ["GET /pixel.png"]


def test_each_test_starts_with_empty_caches_and_no_cookies(visit: Visit, serve: Serve) -> None:
    api = serve(_by_hand())
    page = visit(ELSEWHERE)
    assert page.run("() => document.cookie") == ""
    assert page.fetch(api.url("/pixel.png")).is_readable
    assert len(api.wire.exchanges) == 1
