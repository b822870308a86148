"""Other wrappers of `app.wsgi_app`, and their order."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask, request
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix

from flask_strictcors import StrictCORS

from .asking import APP, codes, only, route


class StripsPrefix:
    def __init__(self, wrapped: Any) -> None:
        self.wrapped = wrapped

    def __call__(self, environ: Any, start_response: Any) -> Any:
        environ["PATH_INFO"] = environ["PATH_INFO"].removeprefix("/shop")
        return self.wrapped(environ, start_response)


class Named:
    __slots__ = ("inner",)

    def __init__(self, inner: Any) -> None:
        self.inner = inner

    def __call__(self, environ: Any, start_response: Any) -> Any:
        return self.inner(environ, start_response)


def closing(inner: Any) -> Callable[..., Any]:
    def wrapper(environ: Any, start_response: Any) -> Any:
        return inner(environ, start_response)

    return wrapper


def dispatching(inner: Any) -> Any:
    return DispatcherMiddleware(inner, {})


def shop(
    wrap: Callable[[Any], Any] | None = None,
    policy: dict[str, Any] | None = None,
    **options: Any,
) -> Flask:
    app = Flask(__name__, static_folder=None, **options)
    if wrap is not None:
        app.wsgi_app = wrap(app.wsgi_app)  # type: ignore[method-assign]
    StrictCORS(app, **policy or {"origins": [APP]})
    app.add_url_rule("/", "home", lambda: "home", host="shop.test" if options else None)
    return app


class TestInside:
    def test_a_wrapper_inside_is_named(self) -> None:
        with pytest.warns(UserWarning, match="StripsPrefix already wraps"):
            app = shop(StripsPrefix)
        found = only(app, "wrapper-inside")
        assert found["message"].startswith("StripsPrefix stands inside StrictCORS")

    def test_proxy_fix_inside_hides_the_host_that_routes_depend_on(self) -> None:
        with pytest.warns(UserWarning, match="ProxyFix already wraps"):
            app = shop(ProxyFix, host_matching=True)
        assert only(app, "wrapper-inside")["message"].startswith("ProxyFix stands")

    def test_proxy_fix_inside_is_fine_where_no_route_depends_on_the_host(self) -> None:
        assert codes(shop(ProxyFix)) == []

    @pytest.mark.parametrize(
        "name",
        [
            "access_route",
            "base_url",
            "host",
            "host_url",
            "is_secure",
            "remote_addr",
            "root_url",
            "scheme",
            "url",
            "url_root",
        ],
    )
    def test_proxy_fix_inside_hides_what_a_function_asks_for(self, name: str) -> None:
        names: dict[str, Any] = {"request": request}
        exec(f"def is_own_page(origin): return origin in str(request.{name})", names)
        policy = {"origins": names["is_own_page"], "allowlist": ["https://*.example.com"]}
        assert codes(shop(ProxyFix, policy=policy)) == ["wrapper-inside"]
        assert codes(shop(policy=policy)) == []

    def test_proxy_fix_inside_is_fine_where_a_function_asks_for_none(self) -> None:
        policy = {"origins": lambda origin: origin == APP, "allowlist": [APP]}
        assert codes(shop(ProxyFix, policy=policy)) == []

    def test_no_wrapper_at_all_is_fine(self) -> None:
        assert codes(shop()) == []


class TestAround:
    @pytest.mark.parametrize("wrap", [ProxyFix, dispatching, StripsPrefix, Named, closing])
    def test_a_wrapper_around_is_fine(self, wrap: Callable[[Any], Any]) -> None:
        app = shop()
        app.wsgi_app = wrap(app.wsgi_app)  # type: ignore[method-assign]
        app.wsgi_app = ProxyFix(app.wsgi_app)  # type: ignore[method-assign]
        assert codes(app) == []

    @pytest.mark.parametrize("wrap", [ProxyFix, dispatching])
    def test_one_that_leads_past_ours_is_found(self, wrap: Callable[[Any], Any]) -> None:
        app = shop()
        app.wsgi_app = ProxyFix(wrap(Flask.wsgi_app.__get__(app)))  # type: ignore[method-assign]
        assert only(app, "wrapper-bypasses")["place"] == "app.wsgi_app"

    @pytest.mark.parametrize(
        "name", ["app", "wsgi_app", "application", "_app", "_wsgi_app", "wrapped_app"]
    )
    def test_what_is_wrapped_is_found_by_its_usual_names(self, name: str) -> None:
        app = shop()
        outer = SimpleNamespace(**{name: Flask.wsgi_app.__get__(app)})
        app.wsgi_app = outer  # type: ignore[assignment,method-assign]
        assert codes(app) == ["wrapper-bypasses"]

    def test_flasks_own_put_back_is_found(self) -> None:
        app = shop()
        del app.wsgi_app
        assert codes(app) == ["wrapper-bypasses"]

    @pytest.mark.parametrize("wrap", [Named, closing])
    def test_one_that_cannot_be_looked_into_is_not_guessed_about(
        self, wrap: Callable[[Any], Any]
    ) -> None:
        app = shop()
        app.wsgi_app = wrap(Flask.wsgi_app.__get__(app))  # type: ignore[method-assign]
        assert codes(app) == []

    def test_a_circle_ends_the_search(self) -> None:
        app = shop()
        outer = ProxyFix(app.wsgi_app)
        outer.app = outer
        app.wsgi_app = outer  # type: ignore[method-assign]
        assert codes(app) == []


def test_an_app_with_no_such_odds_is_fine_with_routes() -> None:
    app = shop()
    route(app, "/orders", "GET POST")
    assert codes(app) == []


class WritesHeaders:
    def __init__(self, wrapped: Any) -> None:
        self.app = wrapped

    def __call__(self, environ: Any, start_response: Any) -> Any:
        def start(status: str, headers: Any, exc_info: Any = None) -> Any:
            return start_response(status, [*headers, ("Access-Control-Allow-Origin", "*")])

        return self.app(environ, start)


class TestHeaders:
    def test_what_is_written_around_strictcors_is_not_dropped(self) -> None:
        app = shop()
        app.wsgi_app = ProxyFix(WritesHeaders(app.wsgi_app))  # type: ignore[method-assign]
        both = app.test_client().get("/", headers={"Origin": APP}).headers
        assert both.getlist("Access-Control-Allow-Origin") == [APP, "*"]
        found = only(app, "header-set-by-hand")
        assert found["place"] == "app.wsgi_app"
        assert found["message"].startswith("Access-Control-Allow-Origin in what wraps StrictCORS")

    def test_a_wrapper_that_writes_others_is_fine(self) -> None:
        app = shop()
        app.wsgi_app = StripsPrefix(app.wsgi_app)  # type: ignore[method-assign]
        assert codes(app) == []


def test_a_wrapper_inside_a_proxy_fix_inside_is_found() -> None:
    app = shop(lambda inner: ProxyFix(StripsPrefix(inner)))
    assert only(app, "wrapper-inside")["message"].startswith("StripsPrefix stands inside")
