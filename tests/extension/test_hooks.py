"""Whatever other hooks, sessions and error handlers do, the headers are right."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Blueprint, Flask, Response, abort, make_response, session
from flask.sessions import SecureCookieSessionInterface
from werkzeug.exceptions import Conflict

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
    reasons,
    route,
)

ORDERS = pytest.mark.parametrize("order", ["before", "after"])


def app_with(register: Callable[[Flask], Any], order: str = "after", **options: Any) -> Flask:
    """Make an app whose hooks are registered before or after the extension."""
    app = Flask(__name__)
    if order == "before":
        register(app)
    StrictCORS(app, **{"origins": [APP]} | options)
    if order == "after":
        register(app)

    @app.get("/")
    def index() -> str:
        return "in"

    @app.get("/pinned")
    @cors(origins=[PARTNER])
    def pinned() -> str:
        return "in"

    return app


def aborting() -> None:
    abort(401)


def answering() -> tuple[str, int]:
    return "who are you?", 401


def failing() -> None:
    raise KeyError("no such user")


GATES = [
    pytest.param(aborting, 401, id="aborts"),
    pytest.param(answering, 401, id="answers"),
    pytest.param(failing, 500, id="raises"),
]


@ORDERS
@pytest.mark.parametrize(("gate", "status"), GATES)
def test_an_auth_hook_never_sees_a_preflight(gate: Any, status: int, order: str) -> None:
    app = app_with(lambda app: app.before_request(gate), order)
    response = preflight(app, method="GET")
    assert (response.status_code, response.data) == (204, b"")
    assert cors_headers(response) == offered("GET, HEAD")


@ORDERS
@pytest.mark.parametrize(("gate", "status"), GATES)
def test_what_an_auth_hook_answers_is_readable(gate: Any, status: int, order: str) -> None:
    app = app_with(lambda app: app.before_request(gate), order)
    response = actual(app)
    assert response.status_code == status
    assert cors_headers(response) == granted()


@ORDERS
@pytest.mark.parametrize(("gate", "status"), GATES)
def test_what_an_auth_hook_answers_is_judged_by_the_views_own_rule(
    gate: Any, status: int, order: str
) -> None:
    app = app_with(lambda app: app.before_request(gate), order)
    with heard(app) as signals:
        refused = actual(app, "/pinned")
        allowed = actual(app, "/pinned", origin=PARTNER)
    assert (refused.status_code, cors_headers(refused)) == (status, SILENT)
    assert (allowed.status_code, cors_headers(allowed)) == (status, granted(PARTNER))
    assert reasons(signals) == [("origin", "not-allowed")]
    assert signals[0].rejection.rule == "view pinned"


@ORDERS
def test_a_hook_of_a_blueprint_never_sees_a_preflight(order: str) -> None:
    blueprint = Blueprint("api", __name__)
    blueprint.before_request(aborting)
    route(blueprint, "/users")
    app = app_with(lambda app: app.register_blueprint(blueprint), order)
    assert cors_headers(preflight(app, "/users", "GET")) == offered("GET, HEAD")
    response = actual(app, "/users")
    assert (response.status_code, cors_headers(response)) == (401, granted())


@ORDERS
@pytest.mark.parametrize(("gate", "status"), [GATES[0], GATES[2]])
def test_a_url_value_preprocessor_that_stops_the_request(
    gate: Any, status: int, order: str
) -> None:
    def preprocess(endpoint: str | None, values: dict[str, Any] | None) -> None:
        gate()

    app = app_with(lambda app: app.url_value_preprocessor(preprocess), order)
    assert cors_headers(preflight(app, method="GET")) == offered("GET, HEAD")
    for path, origin, expected in (
        ("/", APP, granted()),
        ("/", EVIL, SILENT),
        ("/", None, SILENT),
        ("/pinned", PARTNER, granted(PARTNER)),
        ("/pinned", APP, SILENT),
        ("/nowhere", APP, granted()),
    ):
        response = actual(app, path, origin=origin)
        assert (response.status_code, cors_headers(response)) == (status, expected), path


@ORDERS
def test_a_preflight_is_refused_before_any_hook_too(order: str) -> None:
    seen: list[str] = []

    def register(app: Flask) -> None:
        app.before_request(lambda: seen.append("before"))
        app.teardown_request(lambda error: seen.append("teardown"))
        app.teardown_appcontext(lambda error: seen.append("teardown app"))

        @app.after_request
        def after(response: Response) -> Response:
            seen.append("after")
            return response

    app = app_with(register, order)
    response = preflight(app, method="GET", origin=EVIL)
    assert (response.status_code, response.data) == (204, b"")
    assert cors_headers(response) == PREFLIGHT_SILENT
    assert seen == []


@ORDERS
def test_another_after_request_that_raises(order: str) -> None:
    def register(app: Flask) -> None:
        @app.after_request
        def fail(response: Response) -> Response:
            raise RuntimeError("out of ink")

    app = app_with(register, order)
    for origin, expected in ((APP, granted()), (EVIL, SILENT), (None, SILENT)):
        response = actual(app, origin=origin)
        assert (response.status_code, cors_headers(response)) == (500, expected)
    assert cors_headers(actual(app, "/pinned", origin=PARTNER)) == granted(PARTNER)


@ORDERS
def test_another_after_request_that_returns_a_new_response(order: str) -> None:
    def register(app: Flask) -> None:
        @app.after_request
        def replace(response: Response) -> Response:
            new = make_response("new", 202)
            new.headers["Access-Control-Allow-Origin"] = "*"
            new.headers["Vary"] = "Cookie"
            return new

    app = app_with(register, order)
    response = actual(app)
    assert (response.status_code, response.data) == (202, b"new")
    assert cors_headers(response) == granted(Vary="Cookie, Origin")
    assert cors_headers(actual(app, origin=EVIL)) == {"Vary": "Cookie, Origin"}


class UnsavedSession(SecureCookieSessionInterface):
    """A session store that is down when the answer is ready."""

    def save_session(self, app: Any, session: Any, response: Any) -> None:
        raise OSError("the session store is down")


@ORDERS
def test_a_session_that_cannot_be_saved(order: str) -> None:
    def register(app: Flask) -> None:
        app.secret_key = "k"
        app.session_interface = UnsavedSession()

    app = app_with(register, order)
    for origin, expected in ((APP, granted()), (EVIL, SILENT), (None, SILENT)):
        response = actual(app, origin=origin)
        assert (response.status_code, cors_headers(response)) == (500, expected)
    assert cors_headers(preflight(app, method="GET")) == offered("GET, HEAD")


class UnopenedSession(SecureCookieSessionInterface):
    """A session store that is down from the start."""

    def open_session(self, app: Any, request: Any) -> Any:
        raise OSError("the session store is down")


@pytest.mark.parametrize(
    ("path", "origin", "expected"),
    [
        ("/", APP, granted()),
        ("/", EVIL, SILENT),
        ("/pinned", PARTNER, granted(PARTNER)),
        ("/pinned", APP, SILENT),
    ],
)
def test_a_session_that_cannot_be_opened(path: str, origin: str, expected: dict[str, str]) -> None:
    app = app_with(lambda app: setattr(app, "session_interface", UnopenedSession()))
    assert cors_headers(preflight(app, method="GET")) == offered("GET, HEAD")
    response = actual(app, path, origin=origin)
    assert (response.status_code, cors_headers(response)) == (500, expected)


@pytest.mark.parametrize(
    ("lines", "merged"),
    [
        ([], "Origin"),
        (["Cookie"], "Cookie, Origin"),
        (["Accept, Cookie", "Accept-Encoding"], "Accept, Accept-Encoding, Cookie, Origin"),
        (["Origin"], "Origin"),
        (["Accept", "origin", "accept"], "Accept, origin"),
        ([" , Accept ,,", ""], "Accept, Origin"),
        (["*"], "*"),
        (["Accept", "*"], "*"),
        (["Accept, *", "Cookie"], "*"),
    ],
)
@pytest.mark.parametrize("origin", [APP, EVIL, None])
def test_all_vary_lines_of_others_are_merged_and_none_is_lost(
    lines: list[str], merged: str, origin: str | None
) -> None:
    def register(app: Flask) -> None:
        @app.after_request
        def vary(response: Response) -> Response:
            for line in lines:
                response.headers.add("Vary", line)
            return response

    response = actual(app_with(register), origin=origin)
    assert cors_headers(response)["Vary"] == merged
    assert ("Allow-Origin" in cors_headers(response)) == (origin == APP)


def test_vary_lines_are_left_alone_where_nothing_depends_on_the_origin() -> None:
    app = Flask(__name__)
    StrictCORS(app, origins="*")

    @app.get("/")
    def index() -> Response:
        response = Response("in")
        response.headers.add("Vary", "Accept")
        return response

    assert cors_headers(actual(app)) == granted("*", Vary="Accept")


def test_vary_cookie_of_flasks_session_stays() -> None:
    app = app_with(lambda app: setattr(app, "secret_key", "k"))
    route(app, "/me", "GET", lambda: str(session.get("user")))
    assert cors_headers(actual(app, "/me")) == granted(Vary="Cookie, Origin")


def test_abort_in_a_view() -> None:
    app = app_with(lambda app: route(app, "/gone", "GET", lambda: abort(410)))
    for origin, expected in ((APP, granted()), (EVIL, SILENT), (None, SILENT)):
        response = actual(app, "/gone", origin=origin)
        assert (response.status_code, cors_headers(response)) == (410, expected)


def test_abort_with_a_response_in_a_view() -> None:
    app = app_with(
        lambda app: route(
            app, "/gone", "GET", lambda: abort(Response("x", 418, {"Vary": "Accept"}))
        )
    )
    response = actual(app, "/gone")
    assert response.status_code == 418
    assert cors_headers(response) == granted(Vary="Accept, Origin")


@ORDERS
def test_abort_in_an_after_request_hook(order: str) -> None:
    def register(app: Flask) -> None:
        @app.after_request
        def stop(response: Response) -> Response:
            abort(503)

    app = app_with(register, order)
    for origin, expected in ((APP, granted()), (EVIL, SILENT)):
        response = actual(app, origin=origin)
        assert (response.status_code, cors_headers(response)) == (500, expected)


@ORDERS
@pytest.mark.parametrize("path", ["/nowhere", "/teapot"])
def test_abort_in_an_error_handler(path: str, order: str) -> None:
    def register(app: Flask) -> None:
        @app.errorhandler(404)
        @app.errorhandler(418)
        def stop(error: Exception) -> Response:
            abort(409)

        route(app, "/teapot", "GET", lambda: abort(418))

    app = app_with(register, order)
    for origin, expected in ((APP, granted()), (EVIL, SILENT), (None, SILENT)):
        response = actual(app, path, origin=origin)
        assert (response.status_code, cors_headers(response)) == (500, expected)


def test_abort_in_the_error_handler_of_500_leaves_the_app_as_it_is() -> None:
    def register(app: Flask) -> None:
        app.register_error_handler(500, lambda error: abort(409))
        route(app, "/broken", "GET", failing)

    with pytest.raises(Conflict):
        actual(app_with(register), "/broken")


@ORDERS
def test_an_error_handler_that_answers_is_readable(order: str) -> None:
    def register(app: Flask) -> None:
        app.register_error_handler(Exception, lambda error: ({"error": str(error)}, 418))
        route(app, "/broken", "GET", failing)

    app = app_with(register, order)
    for path in ("/broken", "/nowhere"):
        response = actual(app, path)
        assert (response.status_code, cors_headers(response)) == (418, granted())


def test_an_unhandled_exception_is_a_readable_500() -> None:
    app = app_with(lambda app: route(app, "/broken", "GET", failing), credentials=True)
    for origin, expected in (
        (APP, granted(Allow_Credentials="true")),
        (EVIL, SILENT),
        (None, SILENT),
    ):
        response = actual(app, "/broken", origin=origin)
        assert (response.status_code, cors_headers(response)) == (500, expected)


@pytest.mark.parametrize("key", ["PROPAGATE_EXCEPTIONS", "TESTING", "DEBUG"])
def test_a_propagated_exception_leaves_the_app_as_it_is(key: str) -> None:
    app = app_with(lambda app: route(app, "/broken", "GET", failing))
    app.config[key] = True
    with pytest.raises(KeyError, match="no such user"):
        actual(app, "/broken")
    assert cors_headers(actual(app))["Allow-Origin"] == APP


def test_an_exception_that_does_not_propagate_in_debug_is_readable() -> None:
    app = app_with(lambda app: route(app, "/broken", "GET", failing))
    app.config |= {"DEBUG": True, "PROPAGATE_EXCEPTIONS": False}
    response = actual(app, "/broken")
    assert response.status_code == 500
    assert granted().items() <= cors_headers(response).items()


def test_a_teardown_that_raises_after_a_sent_answer_changes_nothing_of_it() -> None:
    app = app_with(lambda app: app.teardown_request(lambda error: failing()))
    with pytest.raises(KeyError):
        actual(app)
    assert cors_headers(preflight(app, method="GET")) == offered("GET, HEAD")
