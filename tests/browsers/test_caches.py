"""What browsers remember: preflights for as long as the policy says, answers by ``Vary``."""

from pathlib import Path

import pytest
from flask import Flask, Response

from flask_strictcors import Reason, StrictCORS

from .pixel import PIXEL
from .rejections import Listen
from .servers import Serve
from .shop import shop
from .site import PARTNER, Visit


def test_the_second_call_sends_no_preflight(visit: Visit, serve: Serve) -> None:
    page = visit()
    api = serve(shop(origins=[page.origin], max_age=60))
    assert page.fetch(api.url("/items"), method="PUT").ok
    assert page.fetch(api.url("/items"), method="PUT").ok
    assert api.wire.lines == ["OPTIONS /items", "PUT /items", "PUT /items"]
    assert api.wire.preflights[0].cors["max-age"] == "60"


def test_every_call_sends_its_preflight_where_none_may_be_kept(visit: Visit, serve: Serve) -> None:
    page = visit()
    api = serve(shop(origins=[page.origin], max_age=0))
    assert page.fetch(api.url("/items"), method="PUT").ok
    assert page.fetch(api.url("/items"), method="PUT").ok
    assert api.wire.lines == ["OPTIONS /items", "PUT /items"] * 2
    assert api.wire.preflights[0].cors["max-age"] == "0"


def test_one_origins_preflight_is_no_other_origins(
    visit: Visit, serve: Serve, listen: Listen
) -> None:
    page, stranger = visit(), visit(PARTNER)
    app = shop(origins=[page.origin])
    api, heard = serve(app), listen(app)
    assert page.fetch(api.url("/items"), method="PUT").ok
    assert stranger.fetch(api.url("/items"), method="PUT").is_blocked
    assert api.wire.lines == ["OPTIONS /items", "PUT /items", "OPTIONS /items"]
    assert heard.one().rejection.reason is Reason.NOT_ALLOWED


@pytest.fixture
def gallery(tmp_path: Path) -> Flask:
    """An application whose pictures may be kept for ten minutes."""
    (tmp_path / "pixel.png").write_bytes(PIXEL)
    app = Flask(__name__, static_folder=tmp_path, static_url_path="/static")
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 600

    @app.get("/pixel.png")
    def pixel() -> Response:
        return Response(PIXEL, mimetype="image/png", headers={"Cache-Control": "max-age=600"})

    return app


def test_an_image_that_is_loaded_first_does_not_poison_the_fetch(
    visit: Visit, serve: Serve, listen: Listen, gallery: Flask
) -> None:
    page = visit()
    StrictCORS(gallery, origins=[page.origin], credentials=True)
    api, heard = serve(gallery), listen(gallery)
    picture = api.url("/static/pixel.png")
    assert page.load_image(picture)
    assert page.fetch(picture, credentials="include").size == len(PIXEL)
    image, fetched = api.wire.exchanges
    assert (image.origin, fetched.origin) == (None, page.origin)
    assert image.cors == {}
    assert "origin" in image.vary
    assert heard.is_silent


def test_an_opaque_fetch_that_comes_first_does_not_poison_the_next(
    visit: Visit, serve: Serve, gallery: Flask
) -> None:
    page = visit()
    StrictCORS(gallery, origins=[page.origin])
    api = serve(gallery)
    assert page.fetch(api.url("/pixel.png"), mode="no-cors").type == "opaque"
    assert page.fetch(api.url("/pixel.png")).size == len(PIXEL)
    assert [exchange.origin for exchange in api.wire.exchanges] == [None, page.origin]


@pytest.mark.parametrize("path", ["/pixel.png", "/static/pixel.png"])
def test_an_answer_that_was_refused_first_does_not_poison_the_origin_that_is_allowed(
    visit: Visit, serve: Serve, listen: Listen, gallery: Flask, path: str
) -> None:
    page, stranger = visit(), visit(PARTNER)
    StrictCORS(gallery, origins=[page.origin])
    api, heard = serve(gallery), listen(gallery)
    assert stranger.fetch(api.url(path)).is_blocked
    assert heard.one().rejection.reason is Reason.NOT_ALLOWED
    assert page.fetch(api.url(path)).size == len(PIXEL)
    refused, allowed = api.wire.exchanges
    assert (refused.cors, allowed.cors) == ({}, {"allow-origin": page.origin})
    assert heard.is_silent


def test_one_cached_answer_serves_everybody_under_a_wildcard(
    visit: Visit, serve: Serve, gallery: Flask
) -> None:
    page, other = visit(), visit(PARTNER)
    StrictCORS(gallery, origins="*")
    api = serve(gallery)
    assert page.fetch(api.url("/pixel.png"), mode="no-cors").type == "opaque"
    assert page.fetch(api.url("/pixel.png")).size == len(PIXEL)
    assert other.fetch(api.url("/pixel.png")).size == len(PIXEL)
    assert api.wire.lines == ["GET /pixel.png"]


def test_a_revalidated_answer_is_as_readable_as_the_first(
    visit: Visit, serve: Serve, gallery: Flask
) -> None:
    page = visit()
    StrictCORS(gallery, origins=[page.origin])
    api = serve(gallery)
    picture = api.url("/static/pixel.png")
    assert page.fetch(picture).size == len(PIXEL)
    assert page.fetch(picture, cache="no-cache").size == len(PIXEL)
    assert [exchange.status for exchange in api.wire.exchanges] == [200, 304]
    assert api.wire.exchanges[1].cors == {"allow-origin": page.origin}
