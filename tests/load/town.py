"""The town: one Flask app with every kind of tag, path rule and answer in it."""

from __future__ import annotations

from collections.abc import Iterator

from decisions.doors import FOREIGN
from flask import Blueprint, Flask, Response, abort, request
from flask.views import MethodView

from flask_strictcors import StrictCORS, cors

from . import town_rules as rules

BODY = b"the view ran"
shop = cors(rules.SHOP_POLICY)
partner = cors(rules.PARTNER_POLICY)
public = cors(rules.PUBLIC_POLICY)


def town(*, enforce: bool) -> Flask:
    """Make one; a hook that wants a password stands before ours."""
    app = Flask(__name__, static_folder=None)
    app.before_request(_ask_for_a_password)
    StrictCORS(
        app,
        rules.APP_POLICY,
        rules={
            "/files/*": rules.PARTNER_POLICY,
            "/files/open.txt": rules.PUBLIC_POLICY,
            "/files/private/*": None,
        },
        enforce=enforce,
    )
    app.after_request(_author)
    _serve_views(app)
    _serve_troubles(app)
    app.register_blueprint(_market())
    return app


def _ask_for_a_password() -> None:
    if request.path == "/secret":
        abort(401)


def _author(response: Response) -> Response:
    response.headers.update(FOREIGN)
    response.vary.add("Accept-Encoding")
    return response


def _view(**view_args: str) -> bytes:
    return BODY


def _things() -> type[MethodView]:
    class Things(MethodView):
        def get(self) -> bytes:
            return BODY

        def post(self) -> bytes:
            return BODY

        @partner
        def put(self) -> bytes:
            return BODY

        @cors.exempt
        def delete(self) -> bytes:
            return BODY

    return shop(Things)


def _serve_views(app: Flask) -> None:
    tagged = {
        "/public GET": public,
        "/tiers GET POST DELETE": cors(rules.FIRST_POLICY, rules.LAST_POLICY),
        "/dynamic GET PUT": cors(rules.DYNAMIC_POLICY),
        "/later GET": cors(rules.LATER_POLICY),
        "/slash/ GET POST": shop,
        "/secret GET": shop,
        "/own GET PATCH": cors.exempt,
    }
    for words, tag in tagged.items():
        path, *methods = words.split()
        app.add_url_rule(path, path, tag(lambda: BODY), methods=methods)
    app.add_url_rule("/orders", "orders", _view, methods=["GET", "POST", "PUT"])
    app.add_url_rule("/files/<path:name>", "files", _view, methods=["GET", "PUT"])
    app.add_url_rule("/things", view_func=_things().as_view("things"))


def _serve_troubles(app: Flask) -> None:
    @app.get("/raises")
    @shop
    def raises() -> bytes:
        raise LookupError

    @app.get("/aborts")
    @partner
    def aborts() -> None:
        abort(409)

    @app.get("/stream")
    @shop
    def stream() -> Response:
        def parts() -> Iterator[bytes]:
            yield from (BODY[:3], BODY[3:7], BODY[7:])

        return Response(parts())

    @app.get("/kept")
    def kept() -> Response:
        response = Response(BODY)
        response.set_etag("kept")
        return response.make_conditional(request)


def _market() -> Blueprint:
    market = partner(Blueprint("market", __name__, url_prefix="/market"))
    stalls = shop(Blueprint("stalls", __name__, url_prefix="/stalls"))
    market.add_url_rule("/list", "list", _view, methods=["GET", "PUT", "POST"])
    market.add_url_rule("/flyer", "flyer", public(lambda: BODY))
    stalls.add_url_rule("/one", "one", _view, methods=["GET", "DELETE"])
    market.register_blueprint(stalls)
    return market
