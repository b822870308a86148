"""Answers that are given before, beside or instead of ours, and set-up that cannot be read."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from flask import Flask, abort, make_response, request
from flask.sessions import SecureCookieSessionInterface, SessionInterface
from flask.views import MethodView, View
from werkzeug.routing import BaseConverter, Rule

from flask_strictcors import PolicyError, StrictCORS, cors
from flask_strictcors.wsgi import StrictCORSMiddleware

from .wire import (
    APP,
    EVIL,
    PARTNER,
    PREFLIGHT_RULELESS,
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


def early_app() -> Flask:
    app = Flask(__name__)

    @app.before_request
    def early() -> Any:
        response = make_response("done already")
        response.set_cookie("seen", "1")
        return response

    StrictCORS(app, origins=[APP], enforce=True)
    route(app, "/", "GET POST")
    return app


@pytest.mark.parametrize("as_list", [False, True])
def test_an_earlier_hooks_answer_to_a_barred_request_is_replaced(as_list: bool) -> None:
    app = early_app()
    if as_list:
        # The wrapper of ours stays outside of what is put inside of it.
        guard = app.extensions["strictcors"]
        inner = guard._inner
        guard._inner = lambda environ, start: list(inner(environ, start))
    response = actual(app, "/", "POST", EVIL)
    assert (response.status_code, response.data) == (403, b"Cross-origin request refused.\n")
    assert "Set-Cookie" not in response.headers
    assert cors_headers(response) == SILENT
    assert actual(app, "/", "HEAD", EVIL).data == b""
    response = actual(app, "/", "POST")
    assert (response.data, cors_headers(response)) == (b"done already", granted())


def test_a_request_inside_a_request_gets_nothing_of_the_outer_one() -> None:
    app = Flask(__name__)
    flask_app = app.wsgi_app

    def inner(environ: dict[str, Any], start_response: Any) -> Any:
        if environ["PATH_INFO"] == "/answered":
            start_response("200 OK", [])
            return [b""]
        return flask_app(environ, start_response)

    app.wsgi_app = inner
    with pytest.warns(UserWarning, match="already wraps"):
        StrictCORS(app, origins=[APP])

    @app.get("/outer")
    def outer() -> str:
        response = app.test_client().get("/answered", headers={"Origin": EVIL})
        return repr(cors_headers(response))

    response = actual(app, "/outer")
    assert (response.get_data(as_text=True), cors_headers(response)) == ("{}", granted())


def test_foreign_headers_of_an_untrusted_hosts_preflight_are_dropped() -> None:
    app = Flask(__name__)
    app.config["TRUSTED_HOSTS"] = ["good.example"]
    if "TRUSTED_HOSTS" not in Flask(__name__).config:
        pytest.skip("this Flask trusts every host")
    StrictCORS(app, origins=[APP])

    @app.after_request
    def add(response: Any) -> Any:
        response.headers["Access-Control-Allow-Origin"] = "*"
        return response

    route(app, "/")
    response = preflight(app, "/", "GET", base_url="http://bad.example")
    assert (response.status_code, cors_headers(response)) == (400, {})


def test_a_url_rule_without_an_endpoint_breaks_nothing() -> None:
    app = Flask(__name__, static_folder=None)
    app.url_map.add(Rule("/old", redirect_to="/new"))
    StrictCORS(app, origins=[APP])
    route(app, "/new")
    assert cors_headers(actual(app, "/old")) == granted()
    assert cors_headers(preflight(app, "/new", "GET")) == offered("GET, HEAD")


class Raises(BaseConverter):
    def to_python(self, value: str) -> str:
        raise RuntimeError("not now")


def test_a_converter_that_raises_lets_nobody_read_the_500(caplog: Any) -> None:
    app = Flask(__name__)
    app.url_map.converters["raises"] = Raises
    StrictCORS(app, origins=[APP])
    route(app, "/x/<raises:y>", tag=cors(origins=[PARTNER]))
    with caplog.at_level(logging.CRITICAL):
        for origin in (APP, PARTNER):
            response = actual(app, "/x/1", origin=origin)
            assert (response.status_code, cors_headers(response)) == (500, {})


class Broken(SecureCookieSessionInterface):
    def open_session(self, app: Flask, request: Any) -> Any:
        raise RuntimeError("no sessions today")


def test_an_error_before_routing_for_an_unserved_method_is_the_paths() -> None:
    app = Flask(__name__)
    interface: SessionInterface = Broken()
    app.session_interface = interface
    StrictCORS(app, origins=[APP])
    route(app, "/x", "GET", tag=cors(origins=[PARTNER]))
    response = actual(app, "/x", "DELETE")
    assert (response.status_code, cors_headers(response)) == (500, granted())


def test_no_adapter_at_all_leaves_the_answer_to_flask() -> None:
    class Unrouted(Flask):
        def create_url_adapter(self, request: Any) -> Any:
            return None

    app = Unrouted(__name__)
    app.before_request(lambda: abort(418))
    StrictCORS(app, origins=[APP])
    response = preflight(app, "/", "GET")
    assert (response.status_code, cors_headers(response)) == (418, {})


def test_a_callable_hears_of_a_preflight_for_no_method() -> None:
    app = Flask(__name__)
    asked: list[object] = []

    def admits(origin: str) -> bool:
        asked.append(request.url_rule)
        return True

    StrictCORS(app, origins=admits, allowlist=[APP])
    route(app, "/", "GET")
    with heard(app) as signals:
        assert "Allow-Origin" not in cors_headers(preflight(app, "/", "no token"))
    assert len(asked) == 1
    assert reasons(signals) == [("preflight", "method-not-allowed")]


# --- tags that nobody asks for -------------------------------------------------------------------


def test_a_tag_on_a_method_that_flask_never_calls_denies_the_view() -> None:
    class Prices(View):
        def dispatch_request(self) -> str:
            return self.get()

        @cors(origins=[PARTNER])
        def get(self) -> str:
            return "in"

    app = Flask(__name__)
    StrictCORS(app, origins=[APP])
    app.add_url_rule("/x", "x", Prices.as_view("x"))
    assert cors_headers(preflight(app, "/x", "GET")) == PREFLIGHT_RULELESS
    app.debug = True
    with pytest.raises(PolicyError, match="tag-hidden"):
        actual(app, "/x")


def test_a_tag_on_dispatch_request_decides() -> None:
    class Prices(MethodView):
        def get(self) -> str:
            return "in"

        @cors(origins=[PARTNER])
        def dispatch_request(self, **view_args: Any) -> Any:
            return super().dispatch_request(**view_args)

    app = Flask(__name__)
    StrictCORS(app, origins=[APP])
    app.add_url_rule("/x", "x", Prices.as_view("x"))
    assert cors_headers(actual(app, "/x", origin=PARTNER)) == granted(PARTNER)
    assert cors_headers(actual(app, "/x")) == SILENT


def test_a_tag_on_what_runs_when_an_object_is_called_decides() -> None:
    class Prices:
        @cors(origins=[PARTNER])
        def __call__(self) -> str:
            return "in"

        @cors(origins=[PARTNER])
        def bound(self) -> str:
            return "in"

    app = Flask(__name__)
    StrictCORS(app, origins=[APP])
    app.add_url_rule("/x", "x", Prices())
    app.add_url_rule("/y", "y", Prices().bound)
    for path in ("/x", "/y"):
        assert cors_headers(actual(app, path, origin=PARTNER)) == granted(PARTNER)
        assert cors_headers(actual(app, path)) == SILENT


@pytest.mark.parametrize("kind", [staticmethod, classmethod])
def test_a_descriptor_takes_no_tag(kind: Any) -> None:
    with pytest.raises(TypeError, match="below @staticmethod"):
        cors(origins=[APP])(kind(lambda *args: "in"))


def test_a_registry_of_views_is_no_wrapper() -> None:
    @cors(origins=[PARTNER])
    def prices() -> str:
        return "prices"

    registry = {"prices": prices}
    app = Flask(__name__)
    app.debug = True
    StrictCORS(app, origins=[APP])
    app.add_url_rule("/prices", "prices", prices)
    app.add_url_rule("/", "index", lambda: ",".join(registry))
    assert cors_headers(actual(app, "/"))["Allow-Origin"] == APP


@pytest.mark.parametrize("way", ["default", "keyword", "list", "dict"])
def test_a_tag_is_found_wherever_a_wrapper_keeps_the_view(way: str) -> None:
    def prices() -> str:
        return "prices"

    cors(origins=[PARTNER])(prices)
    kept: Any = {"list": [prices], "dict": {"view": prices}}.get(way, prices)

    def positional(wrapped: Any = kept) -> str:
        return str(wrapped())

    def keyword(*, wrapped: Any = kept) -> str:
        return str(wrapped())

    def enclosing() -> str:
        return "".join(view() for view in kept)

    views = {"default": positional, "keyword": keyword}
    app = Flask(__name__)
    StrictCORS(app, origins=[APP])
    app.add_url_rule("/x", "x", views.get(way, enclosing))
    assert cors_headers(actual(app, "/x")) == {}


def test_a_name_that_was_never_bound_hides_nothing() -> None:
    def make(*, is_bound: bool) -> Any:
        def view() -> str:
            return str(later)

        if is_bound:
            later = 1
        return view

    app = Flask(__name__)
    StrictCORS(app, origins=[APP])
    app.add_url_rule("/x", "x", make(is_bound=False))
    assert cors_headers(preflight(app, "/x", "GET")) == offered("GET, HEAD")


# --- set-up that cannot be read ------------------------------------------------------------------


class Touchy(type):
    def __getattr__(cls, name: str) -> Any:
        if name == "__strictcors__":
            raise LookupError("the registry is closed")
        raise AttributeError(name)


def unreadable_app() -> Flask:
    class Closed(metaclass=Touchy):
        pass

    def view() -> str:
        return "in"

    view.view_class = Closed  # type: ignore[attr-defined]
    app = Flask(__name__)
    StrictCORS(app, origins=[APP])
    app.add_url_rule("/x", "x", view)
    return app


def test_routes_that_cannot_be_read_are_denied_and_logged(caplog: Any) -> None:
    app = unreadable_app()
    with caplog.at_level(logging.ERROR, "flask_strictcors"):
        assert cors_headers(actual(app, "/x")) == {}
        assert cors_headers(preflight(app, "/x", "GET")) == PREFLIGHT_RULELESS
    assert [r for r in caplog.records if "cannot be read" in r.getMessage()]


def test_a_view_of_which_nothing_can_be_asked_breaks_no_request() -> None:
    class Unreadable:
        def __call__(self) -> str:
            return "in"

        def __getattr__(self, name: str) -> Any:
            raise LookupError(name) if name == "view_class" else AttributeError(name)

    app = Flask(__name__)
    StrictCORS(app, origins=[APP])
    route(app, "/x", endpoint="x")
    app.view_functions["x"] = Unreadable()
    response = actual(app, "/x")
    assert (response.data, cors_headers(response)) == (b"in", {})


def test_routes_that_cannot_be_read_are_an_error_in_debug() -> None:
    app = unreadable_app()
    app.debug = True
    with pytest.raises(LookupError):
        preflight(app, "/x", "GET")


def test_a_view_that_is_replaced_before_the_first_request_is_judged_anew() -> None:
    app = Flask(__name__)
    StrictCORS(app, origins=[APP])
    strict = cors(origins=[PARTNER])(lambda: "in")
    route(app, "/x", endpoint="x")
    assert cors_headers(preflight(app, "/x", "GET")) == offered("GET, HEAD")
    app.view_functions["x"] = strict
    assert cors_headers(preflight(app, "/x", "GET", PARTNER)) == offered("GET, HEAD", PARTNER)


def test_a_wrapper_that_leads_back_to_itself_is_no_endless_way() -> None:
    def view() -> str:
        return "in"

    view.__wrapped__ = view  # type: ignore[attr-defined]
    app = Flask(__name__)
    app.add_url_rule("/x", "x", view)
    StrictCORS(app, origins=[APP])
    assert cors_headers(actual(app, "/x")) == granted()


@pytest.mark.parametrize("value", [{"origins": [APP]}, [{"origins": APP}]])
def test_one_policy_in_the_config_needs_no_list(value: Any) -> None:
    app = Flask(__name__)
    app.config["STRICTCORS_POLICIES"] = value
    StrictCORS(app)
    route(app, "/")
    assert cors_headers(actual(app)) == granted()


@pytest.mark.parametrize("value", [5, False, "not json"])
def test_what_is_no_policy_in_the_config_is_a_problem(value: Any) -> None:
    app = Flask(__name__)
    app.config["STRICTCORS_POLICIES"] = value
    with pytest.raises(PolicyError):
        StrictCORS(app)


def test_options_that_are_no_names_are_a_problem() -> None:
    with pytest.raises(PolicyError) as caught:
        StrictCORS(Flask(__name__), rules={"/a": {1: 2}})
    assert [problem.code for problem in caught.value.problems] == ["option-unknown"]


def test_the_middleware_names_its_own_options() -> None:
    def nothing(environ: Any, start_response: Any) -> list[bytes]:
        start_response("204 No Content", [])
        return []

    with pytest.raises(PolicyError) as caught:
        StrictCORSMiddleware(nothing, origins=[APP], methods=["GET"], enforced=True)  # type: ignore[call-arg]
    assert [problem.fix for problem in caught.value.problems] == ["enforce"]
    with pytest.raises(TypeError, match="WSGI app first"):
        StrictCORSMiddleware("nothing", origins=[APP], methods=["GET"])  # type: ignore[arg-type]


def test_a_path_without_its_slash_falls_through_to_nobody() -> None:
    def nothing(environ: Any, start_response: Any) -> list[bytes]:
        start_response("204 No Content", [])
        return []

    rules = {"/admin/*": {"origins": [APP], "methods": ["GET"]}}
    app = StrictCORSMiddleware(nothing, origins="*", methods=["GET"], rules=rules)
    seen: list[Any] = []
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "admin/x", "HTTP_ORIGIN": EVIL}
    app(environ | {"wsgi.url_scheme": "http"}, lambda status, headers: seen.extend(headers))
    assert seen == []
