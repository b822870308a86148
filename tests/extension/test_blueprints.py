"""Tags on blueprints: nested, registered twice, pinned before and after everything."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Blueprint, Flask, Response, abort

from flask_strictcors import StrictCORS, cors

from .wire import (
    APP,
    EVIL,
    PARTNER,
    PREFLIGHT_SILENT,
    SILENT,
    actual,
    cors_headers,
    granted,
    heard,
    offered,
    preflight,
    route,
)

PARTNERS = {"origins": [PARTNER]}


def assert_governed_by(app: Flask, path: str, origin: str, *others: str) -> None:
    """Assert that one origin is let in to GET, and the others are not."""
    assert cors_headers(actual(app, path, origin=origin)) == granted(origin)
    assert cors_headers(preflight(app, path, "GET", origin)) == offered("GET, HEAD", origin)
    for other in others:
        assert cors_headers(actual(app, path, origin=other)) == SILENT
        assert cors_headers(preflight(app, path, "GET", other)) == PREFLIGHT_SILENT


@pytest.mark.parametrize("pinned", ["first", "before registration", "last"])
@pytest.mark.parametrize("extension", ["first", "last"])
def test_a_tagged_blueprint_in_every_order(pinned: str, extension: str) -> None:
    app = Flask(__name__)
    if extension == "first":
        StrictCORS(app, origins=[APP])
    blueprint = Blueprint("api", __name__)
    if pinned == "first":
        assert cors(**PARTNERS)(blueprint) is blueprint
    route(blueprint, "/x")
    if pinned == "before registration":
        cors(**PARTNERS)(blueprint)
    app.register_blueprint(blueprint)
    if pinned == "last":
        cors(**PARTNERS)(blueprint)
    if extension == "last":
        StrictCORS(app, origins=[APP])
    route(app, "/y")
    assert_governed_by(app, "/x", PARTNER, APP)
    assert_governed_by(app, "/y", APP, PARTNER)


def test_a_blueprint_that_is_pinned_after_the_first_preflight() -> None:
    app = Flask(__name__)
    StrictCORS(app, origins=[APP])
    blueprint = Blueprint("api", __name__)
    route(blueprint, "/x")
    app.register_blueprint(blueprint)
    assert cors_headers(preflight(app, "/x", "GET")) == offered("GET, HEAD")
    cors(**PARTNERS)(blueprint)
    assert cors_headers(preflight(app, "/x", "GET")) == PREFLIGHT_SILENT
    assert_governed_by(app, "/x", PARTNER, APP)


def test_a_views_tag_beats_its_blueprints() -> None:
    app = Flask(__name__)
    StrictCORS(app, origins=[APP])
    blueprint = cors(**PARTNERS)(Blueprint("api", __name__))
    route(blueprint, "/x", tag=cors(origins=[EVIL]))
    route(blueprint, "/y", "GET", ("in", {"Access-Control-Allow-Origin": "mine"}), tag=cors.exempt)
    app.register_blueprint(blueprint)
    assert_governed_by(app, "/x", EVIL, PARTNER, APP)
    assert cors_headers(actual(app, "/y")) == {"Allow-Origin": "mine"}


def test_a_blueprint_beats_path_rules_and_these_the_app() -> None:
    app = Flask(__name__)
    StrictCORS(app, origins=[APP], rules={"/api/*": {"origins": [EVIL]}})
    blueprint = cors(**PARTNERS)(Blueprint("api", __name__, url_prefix="/api"))
    route(blueprint, "/x")
    app.register_blueprint(blueprint)
    route(app, "/api/y")
    route(app, "/z")
    assert_governed_by(app, "/api/x", PARTNER, EVIL, APP)
    assert_governed_by(app, "/api/y", EVIL, PARTNER, APP)
    assert_governed_by(app, "/z", APP, PARTNER, EVIL)


def test_a_blueprint_that_is_registered_twice_has_its_tag_at_both_places() -> None:
    app = Flask(__name__)
    StrictCORS(app, origins=[APP])
    blueprint = cors(**PARTNERS)(Blueprint("api", __name__))
    route(blueprint, "/x")
    app.register_blueprint(blueprint, url_prefix="/one")
    app.register_blueprint(blueprint, url_prefix="/two", name="again")
    with heard(app) as signals:
        assert_governed_by(app, "/one/x", PARTNER, APP)
        assert_governed_by(app, "/two/x", PARTNER, APP)
    labels = [rejection.rule for _, rejection in signals]
    assert labels == ["blueprint api", "blueprint api", "blueprint again", "blueprint again"]


def test_a_blueprint_in_two_apps() -> None:
    blueprint = cors(**PARTNERS)(Blueprint("api", __name__))
    route(blueprint, "/x")
    for own in (APP, EVIL):
        app = Flask(__name__)
        StrictCORS(app, origins=[own])
        app.register_blueprint(blueprint)
        route(app, "/y")
        assert_governed_by(app, "/x", PARTNER, own)
        assert_governed_by(app, "/y", own, PARTNER)


NESTED = [
    # outer's tag, inner's tag, view's tag, who is let in
    (None, None, None, APP),
    ("partner", None, None, PARTNER),
    (None, "partner", None, PARTNER),
    ("evil", "partner", None, PARTNER),
    ("partner", "evil", None, EVIL),
    ("evil", "evil", "partner", PARTNER),
    ("evil", None, "partner", PARTNER),
]


@pytest.mark.parametrize(("outer_tag", "inner_tag", "view_tag", "origin"), NESTED)
@pytest.mark.parametrize("order", ["before views", "after views", "after registration"])
def test_the_innermost_tag_decides(
    outer_tag: str | None, inner_tag: str | None, view_tag: str | None, origin: str, order: str
) -> None:
    def pin(name: str | None, target: Any) -> None:
        if name is not None:
            cors(origins=[{"partner": PARTNER, "evil": EVIL}[name]])(target)

    outer, inner = Blueprint("outer", __name__), Blueprint("inner", __name__)
    app = Flask(__name__)
    StrictCORS(app, origins=[APP])
    if order == "before views":
        pin(outer_tag, outer)
        pin(inner_tag, inner)
    view = route(inner, "/x")
    pin(view_tag, view)
    if order == "after views":
        pin(outer_tag, outer)
        pin(inner_tag, inner)
    outer.register_blueprint(inner, url_prefix="/inner")
    app.register_blueprint(outer, url_prefix="/outer")
    if order == "after registration":
        pin(outer_tag, outer)
        pin(inner_tag, inner)
    others = {APP, PARTNER, EVIL} - {origin}
    assert_governed_by(app, "/outer/inner/x", origin, *others)


def test_nested_blueprints_that_are_registered_twice() -> None:
    outer, inner = Blueprint("outer", __name__), Blueprint("inner", __name__)
    route(inner, "/x")
    route(outer, "/y")
    outer.register_blueprint(inner, url_prefix="/a")
    outer.register_blueprint(inner, url_prefix="/b", name="again")
    cors(origins=[EVIL])(outer)
    cors(**PARTNERS)(inner)
    app = Flask(__name__)
    StrictCORS(app, origins=[APP])
    app.register_blueprint(outer, url_prefix="/1")
    app.register_blueprint(outer, url_prefix="/2", name="second")
    for place in ("/1/a/x", "/1/b/x", "/2/a/x", "/2/b/x"):
        assert_governed_by(app, place, PARTNER, APP, EVIL)
    for place in ("/1/y", "/2/y"):
        assert_governed_by(app, place, EVIL, APP, PARTNER)


def test_an_exempt_blueprint_with_a_governed_view() -> None:
    blueprint = cors.exempt(Blueprint("auth", __name__, url_prefix="/auth"))
    route(blueprint, "/login", "POST", ("in", {"Access-Control-Allow-Origin": "mine"}))
    route(blueprint, "/me", tag=cors(**PARTNERS))
    app = Flask(__name__)
    StrictCORS(app, origins=[APP])
    app.register_blueprint(blueprint)
    assert cors_headers(actual(app, "/auth/login", "POST")) == {"Allow-Origin": "mine"}
    assert cors_headers(preflight(app, "/auth/login", "POST")) == {}
    assert_governed_by(app, "/auth/me", PARTNER, APP)


def test_a_blueprint_does_not_reach_a_404_or_405_under_its_prefix() -> None:
    blueprint = cors(**PARTNERS)(Blueprint("api", __name__, url_prefix="/api"))
    route(blueprint, "/x")
    app = Flask(__name__)
    StrictCORS(app, origins=[APP])
    app.register_blueprint(blueprint)
    for path, method, status in (("/api/nowhere", "GET", 404), ("/api/x", "POST", 405)):
        response = actual(app, path, method)
        assert (response.status_code, cors_headers(response)) == (status, granted())
        assert cors_headers(actual(app, path, method, PARTNER)) == SILENT


def test_static_files_of_a_blueprint_are_under_its_tag(tmp_path: Any) -> None:
    (tmp_path / "a.css").write_text("a {}")
    blueprint = Blueprint("ui", __name__, static_folder=str(tmp_path), static_url_path="/ui")
    app = Flask(__name__)
    StrictCORS(app, origins=[APP])
    app.register_blueprint(cors(origins="*")(blueprint))
    assert cors_headers(actual(app, "/ui/a.css", origin=EVIL)) == granted("*")


def test_hooks_and_error_handlers_of_a_blueprint_change_nothing() -> None:
    blueprint = cors(**PARTNERS)(Blueprint("api", __name__))
    blueprint.before_request(lambda: abort(401))
    blueprint.register_error_handler(401, lambda error: ("who?", 401, {"Vary": "Cookie"}))

    @blueprint.after_request
    def replace(response: Response) -> Response:
        return Response("new", response.status, {"Access-Control-Allow-Origin": "*"})

    route(blueprint, "/x")
    app = Flask(__name__)
    StrictCORS(app, origins=[APP])
    app.register_blueprint(blueprint)
    assert_governed_by(app, "/x", PARTNER, APP)
    assert actual(app, "/x").status_code == 401
