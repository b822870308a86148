"""What serves a path and a method, asked of Werkzeug outside of any request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from flask import Flask, Request, appcontext_pushed, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import BaseConverter, MapAdapter, Rule
from werkzeug.test import EnvironBuilder

from flask_strictcors.extension.matching import Found, Match, Matcher, routed

from .wire import route


class Trusting(Request):
    trusted_hosts = ("localhost",)


class OwnAdapter(Flask):
    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        return super().create_url_adapter(request)


class Needing(BaseConverter):
    """Match only inside of a request to the right host."""

    def to_python(self, value: str) -> str:
        return f"{value} at {request.host}"


def plain() -> Flask:
    return Flask(__name__, static_folder=None)


def of_a_default_subdomain() -> Flask:
    app = plain()
    app.url_map.default_subdomain = "www"
    return app


def with_server_name() -> Flask:
    app = plain()
    app.config["SERVER_NAME"] = "localhost"
    return app


def with_trusted_hosts() -> Flask:
    app = plain()
    app.config["TRUSTED_HOSTS"] = ["localhost"]
    return app


def with_trusting_requests() -> Flask:
    app = plain()
    app.request_class = Trusting
    return app


def by_host() -> Flask:
    return Flask(__name__, static_folder=None, host_matching=True)


def by_subdomain() -> Flask:
    return Flask(__name__, static_folder=None, subdomain_matching=True)


def with_its_own_adapter() -> Flask:
    return OwnAdapter(__name__, static_folder=None)


BOUND_ONCE = [plain, of_a_default_subdomain]
EACH_ITS_OWN = [
    with_server_name,
    with_trusted_hosts,
    with_trusting_requests,
    by_host,
    by_subdomain,
    with_its_own_adapter,
]
WEBSOCKET = {"HTTP_CONNECTION": "Upgrade", "HTTP_UPGRADE": "websocket"}


def served(make: Callable[[], Flask]) -> Flask:
    app = make()
    app.url_map.converters["needing"] = Needing
    host = {"host": "localhost"} if app.url_map.host_matching else {}
    for rule in ("/x", "/n/<int:n>", "/slash/", "/in/<needing:it>"):
        route(app, rule, "PUT", **host)  # type: ignore[arg-type]
    for old, new in (("/old", "/x"), ("/odd", "/%ff")):
        app.url_map.add(Rule(old, redirect_to=new, methods=["PUT"], **host))  # type: ignore[arg-type]
    return app


@pytest.mark.parametrize("make", BOUND_ONCE)
def test_one_adapter_serves_all_where_the_host_does_not_matter(make: Callable[[], Flask]) -> None:
    rule, view_args = Matcher(served(make)).view("/n/7", "PUT") or (None, {})
    assert rule is not None
    assert (rule.endpoint, view_args) == ("/n/<int:n>", {"n": 7})


@pytest.mark.parametrize("make", EACH_ITS_OWN)
def test_each_request_has_its_own_adapter_where_the_host_may_matter(
    make: Callable[[], Flask],
) -> None:
    assert Matcher(served(make)).view("/n/7", "PUT") is None


MATCHES: list[tuple[str, str, Found, str, str | None, dict[str, object]]] = [
    ("/x", "PUT", Found.VIEW, "/x", "/x", {}),
    ("/n/7", "PUT", Found.VIEW, "/n/7", "/n/<int:n>", {"n": 7}),
    ("/n/7", "GET", Found.OTHER_METHODS, "/n/7", "/n/<int:n>", {}),
    ("/n//7", "PUT", Found.VIEW_BEHIND_REDIRECT, "/n/7", "/n/<int:n>", {"n": 7}),
    ("/old", "PUT", Found.VIEW_BEHIND_REDIRECT, "/x", "/x", {}),
    ("/slash", "PUT", Found.VIEW_BEHIND_SLASH, "/slash/", "/slash/", {}),
    ("/slash", "GET", Found.NO_VIEW, "/slash", None, {}),
    ("/odd", "PUT", Found.NO_VIEW, "/odd", None, {}),
    ("/none", "PUT", Found.NOTHING, "/none", None, {}),
    ("/in/it", "PUT", Found.VIEW, "/in/it", "/in/<needing:it>", {"it": "it at localhost"}),
]


@pytest.mark.parametrize("make", [*BOUND_ONCE, *EACH_ITS_OWN])
@pytest.mark.parametrize("headers", [{}, WEBSOCKET], ids=["plain", "websocket"])
def test_what_serves_a_path_and_a_method_is_found(
    make: Callable[[], Flask], headers: Mapping[str, str]
) -> None:
    matcher = Matcher(served(make))
    for path, method, *expected in MATCHES:
        environ = EnvironBuilder(path).get_environ() | headers
        raised: Exception | None = None
        try:
            matcher.view(path, method)
        except HTTPException as error:
            raised = error
        except RuntimeError:
            pass
        for given in (None, raised):
            match: Any = matcher.match(environ, path, method, given)
            assert isinstance(match, Match), path
            endpoint = match.rule and match.rule.endpoint
            assert [match.found, match.path, endpoint, match.view_args] == expected


@pytest.mark.parametrize("make", [*BOUND_ONCE, *EACH_ITS_OWN])
def test_no_context_is_opened_where_none_is_needed(make: Callable[[], Flask]) -> None:
    app = served(make)
    matcher = Matcher(app)
    opened: list[object] = []

    def note(sender: object, **_: object) -> None:
        opened.append(sender)

    with appcontext_pushed.connected_to(note, app):
        for path, *_ in MATCHES:
            matcher.match(EnvironBuilder(path).get_environ(), path, "PUT")
    # What needs one gets one.
    assert len(opened) == sum(path == "/in/it" for path, *_ in MATCHES)


@pytest.mark.parametrize("path", ["/", "", "/x", "//x", "///Xa/", "x", "x/", " x", "// x", "/x//y"])
def test_a_path_is_shown_as_flask_shows_it(path: str) -> None:
    environ = EnvironBuilder().get_environ() | {"PATH_INFO": path}
    assert routed(path) == Request(environ).path
