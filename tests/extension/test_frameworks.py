"""Views that other extensions make, and Flask-SocketIO's handshake."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from flask import Flask

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
    offered,
    preflight,
    route,
)

# What these packages import warns of its own future.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


def assert_lets_in(
    app: Flask, path: str, method: str, origin: str, methods: str, *others: str, age: str = "600"
) -> None:
    """Assert that an origin gets a readable answer that is no error of the server, others none.

    Where another rule decides POST at the URL, browsers may keep nothing: its age is then "0".
    """
    response = actual(app, path, method, origin, json={"name": "x"} if method == "POST" else None)
    assert response.status_code < 500
    assert cors_headers(response) == granted(origin)
    offer = offered(methods, origin, Max_Age=age)
    assert cors_headers(preflight(app, path, method, origin)) == offer
    for other in others:
        assert cors_headers(actual(app, path, method, other)) == SILENT
        assert cors_headers(preflight(app, path, method, other)) == PREFLIGHT_SILENT


# --- Flask-RESTX ----------------------------------------------------------------------------------


def restx_app(order: str) -> Flask:
    from flask_restx import Api, Resource, abort

    app = Flask(__name__, static_folder=None)
    if order == "extension first":
        StrictCORS(app, origins=[APP])
    api = Api(app, doc=False)

    @api.route("/users")
    class Users(Resource):
        def get(self) -> list[str]:
            return ["ada"]

        @cors(origins=[PARTNER])
        def post(self) -> dict[str, str]:
            return {"name": "x"}

    @api.route("/tagged")
    @cors(origins=[PARTNER])
    class Tagged(Resource):
        def get(self) -> list[str]:
            return ["ada"]

    @api.route("/errors")
    class Errors(Resource):
        def get(self) -> None:
            abort(404, "no such user")

        @cors(origins=[PARTNER])
        def put(self) -> None:
            raise KeyError

    @api.route("/exempt")
    class Exempt(Resource):
        @cors.exempt
        def get(self) -> tuple[str, int, dict[str, str]]:
            return "in", 200, {"Access-Control-Allow-Origin": "mine"}

    if order == "extension last":
        StrictCORS(app, origins=[APP])
    return app


@pytest.mark.parametrize("order", ["extension first", "extension last"])
def test_flask_restx(order: str) -> None:
    app = restx_app(order)
    assert_lets_in(app, "/users", "GET", APP, "GET, HEAD", PARTNER, EVIL, age="0")
    assert_lets_in(app, "/users", "POST", PARTNER, "POST", APP, EVIL)
    assert_lets_in(app, "/tagged", "GET", PARTNER, "GET, HEAD", APP, EVIL)
    assert_lets_in(app, "/errors", "GET", APP, "GET, HEAD", PARTNER)
    assert cors_headers(actual(app, "/exempt", origin=EVIL)) == {"Allow-Origin": "mine"}


@pytest.mark.parametrize("order", ["extension first", "extension last"])
def test_flask_restx_answers_errors_by_itself(order: str) -> None:
    app = restx_app(order)
    response = actual(app, "/errors")
    assert (response.status_code, response.is_json) == (404, True)
    assert cors_headers(response) == granted()
    response = actual(app, "/errors", "PUT", PARTNER)
    assert (response.status_code, cors_headers(response)) == (500, granted(PARTNER))
    assert cors_headers(actual(app, "/errors", "PUT")) == SILENT
    response = actual(app, "/users", "DELETE")
    assert (response.status_code, cors_headers(response)) == (405, granted())
    response = actual(app, "/nowhere")
    assert (response.status_code, cors_headers(response)) == (404, granted())


def test_flask_restx_in_a_tagged_blueprint() -> None:
    from flask import Blueprint
    from flask_restx import Api, Resource

    app = Flask(__name__, static_folder=None)
    StrictCORS(app, origins=[APP])
    blueprint = cors(origins=[PARTNER])(Blueprint("api", __name__, url_prefix="/api"))
    api = Api(blueprint)

    @api.route("/users")
    class Users(Resource):
        def get(self) -> list[str]:
            return ["ada"]

    app.register_blueprint(blueprint)
    assert_lets_in(app, "/api/users", "GET", PARTNER, "GET, HEAD", APP)
    assert cors_headers(actual(app, "/api/swagger.json", origin=PARTNER)) == granted(PARTNER)


def test_flask_restx_own_cors_decorator_writes_nothing() -> None:
    from flask_restx import Api, Resource
    from flask_restx import cors as restx_cors

    app = Flask(__name__, static_folder=None)
    StrictCORS(app, origins=[APP])
    api = Api(app, doc=False)

    @api.route("/users")
    class Users(Resource):
        @restx_cors.crossdomain(origin="*")
        def get(self) -> list[str]:
            return ["ada"]

    assert cors_headers(actual(app, "/users")) == granted()
    assert cors_headers(actual(app, "/users", origin=EVIL)) == SILENT


# --- flask-smorest --------------------------------------------------------------------------------


def smorest_app(order: str, tag_blueprint: bool) -> Flask:
    import marshmallow
    from flask.views import MethodView
    from flask_smorest import Api, Blueprint, abort

    class UserSchema(marshmallow.Schema):
        name = marshmallow.fields.String(required=True)

    app = Flask(__name__, static_folder=None)
    app.config |= {"API_TITLE": "Users", "API_VERSION": "1", "OPENAPI_VERSION": "3.0.2"}
    if order == "extension first":
        StrictCORS(app, origins=[APP])
    api = Api(app)
    blueprint = Blueprint("users", __name__)
    if tag_blueprint:
        cors(origins=[EVIL])(blueprint)

    @blueprint.route("/users")
    class Users(MethodView):
        @blueprint.response(200, UserSchema(many=True))
        def get(self) -> list[dict[str, str]]:
            return [{"name": "ada"}]

        @cors(origins=[PARTNER])
        @blueprint.arguments(UserSchema)
        @blueprint.response(201, UserSchema)
        def post(self, user: dict[str, str]) -> dict[str, str]:
            return user

        @blueprint.arguments(UserSchema)
        @cors(origins=[PARTNER])
        def put(self, user: dict[str, str]) -> None:
            abort(409, message="taken")

    @blueprint.route("/one")
    @cors(origins=[PARTNER])
    @blueprint.response(200, UserSchema)
    def one() -> dict[str, str]:
        return {"name": "ada"}

    api.register_blueprint(blueprint)
    if order == "extension last":
        StrictCORS(app, origins=[APP])
    return app


@pytest.mark.parametrize("order", ["extension first", "extension last"])
@pytest.mark.parametrize("tag_blueprint", [False, True])
def test_flask_smorest(order: str, tag_blueprint: bool) -> None:
    app = smorest_app(order, tag_blueprint)
    own, other = (EVIL, APP) if tag_blueprint else (APP, EVIL)
    assert_lets_in(app, "/users", "GET", own, "GET, HEAD", PARTNER, other, age="0")
    assert_lets_in(app, "/users", "POST", PARTNER, "POST", own, other)
    assert_lets_in(app, "/users", "PUT", PARTNER, "PUT", own, other, age="0")
    assert_lets_in(app, "/one", "GET", PARTNER, "GET, HEAD", own, other)


def test_flask_smorest_answers_errors_by_itself() -> None:
    app = smorest_app("extension first", False)
    response = actual(app, "/users", "POST", PARTNER, json={"wrong": 1})
    assert (response.status_code, response.is_json) == (422, True)
    assert cors_headers(response) == granted(PARTNER)
    response = actual(app, "/users", "PUT", PARTNER, json={"name": "x"})
    assert (response.status_code, cors_headers(response)) == (409, granted(PARTNER))


# --- Flask-SocketIO -------------------------------------------------------------------------------


def socket_app(**options: Any) -> tuple[Flask, list[tuple[str, bool]]]:
    from flask_socketio import SocketIO

    app = Flask(__name__, static_folder=None)
    ext = StrictCORS(app, **{"origins": [APP]} | options)
    route(app, "/", "GET PUT")
    route(app, "/partners", "GET", tag=cors(origins=[PARTNER]), endpoint="partners")
    asked: list[tuple[str, bool]] = []

    def may_connect(origin: str) -> bool:
        with app.app_context():
            asked.append((origin, ext.allows(origin, "partners")))
        return asked[-1][1]

    SocketIO(
        app,
        async_mode="threading",
        cors_allowed_origins=may_connect,
        monitor_clients=False,
    )
    return app, asked


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [(PARTNER, True), (APP, False), (EVIL, False), ("null", False), ("garbage", False)],
)
def test_flask_socketio_asks_for_its_handshake(origin: str, allowed: bool) -> None:
    app, asked = socket_app()
    response = actual(app, "/socket.io/?EIO=4&transport=polling", origin=origin)
    assert response.status_code == (200 if allowed else 400)
    assert set(asked) == {(origin, allowed)}


def test_flask_socketio_leaves_the_other_routes_to_their_rules() -> None:
    app, _ = socket_app()
    assert_lets_in(app, "/", "PUT", APP, "GET, HEAD, PUT", PARTNER)
    assert_lets_in(app, "/partners", "GET", PARTNER, "GET, HEAD", APP)


# --- OpenTelemetry --------------------------------------------------------------------------------

INSTRUMENTED = """
from flask import Flask
from opentelemetry.instrumentation.flask import FlaskInstrumentor
FlaskInstrumentor().instrument()
from flask_strictcors import StrictCORS, cors
app = Flask("shop")
StrictCORS(app, origins=["https://app.example.com"])
app.add_url_rule("/", view_func=lambda: "")
answer = app.test_client().get("/", headers={"Origin": "https://app.example.com"})
print(answer.headers["Access-Control-Allow-Origin"])
try:
    cors(origins="*")(app)
except TypeError as error:
    print(error)

other, outer = Flask("other"), Flask("outer")
other.add_url_rule("/", view_func=cors(origins="*")(lambda: ""))
StrictCORS(outer, origins=["https://app.example.com"])
outer.add_url_rule("/", view_func=(lambda inner: lambda: inner.name)(other))
answer = outer.test_client().get("/", headers={"Origin": "https://app.example.com"})
print(answer.headers["Access-Control-Allow-Origin"])
"""


def test_an_app_is_known_as_one_after_opentelemetry_has_replaced_flasks_class() -> None:
    command = [sys.executable, "-c", INSTRUMENTED]
    lines = subprocess.run(command, text=True, capture_output=True, check=True).stdout.splitlines()
    assert lines[0] == APP
    assert "StrictCORS(app" in lines[1]
    assert lines[2] == APP  # the tags of an app that a view encloses are that app's
