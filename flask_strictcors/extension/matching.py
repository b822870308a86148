"""Which route a request is for: asked of Werkzeug, outside of any context where that will do."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from contextvars import copy_context
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast
from urllib.parse import unquote_to_bytes, urlsplit

from flask import Flask
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.routing import MapAdapter, RequestRedirect, Rule

from flask_strictcors.core.frozen import frozen
from flask_strictcors.signals import logger

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping

    from _typeshed.wsgi import WSGIEnvironment
    from flask.ctx import RequestContext

T = TypeVar("T")

Served = tuple[Rule, "Mapping[str, Any]"]
"""A URL rule and the arguments of its view, as Werkzeug returns them."""

_MOST_REDIRECTS: Final = 3
_NO_METHOD: Final = "--"
"""A token that is no method, so that only routes for any method serve it."""


class Found(Enum):
    """What routing found for a path and a method."""

    VIEW = auto()
    VIEW_BEHIND_SLASH = auto()  # Flask redirects to the same path with a slash at its end
    VIEW_BEHIND_REDIRECT = auto()
    OTHER_METHODS = auto()  # Flask answers 405
    NOTHING = auto()  # Flask answers 404, whatever the method
    NO_VIEW = auto()  # Flask answers by itself, and may not with another method


# Members of enumerations are looked up by a function of Python's in 3.11: once is enough.
VIEW: Final = Found.VIEW
OTHER_METHODS: Final = Found.OTHER_METHODS


@frozen()
class Match:
    """What routing says of a path and a method.

    `path` is where routing led to. `rule` is the URL rule that serves the method there; where only
    other methods are served, one that serves such a method, if it is known.
    """

    found: Found
    path: str
    rule: Rule | None
    view_args: Mapping[str, Any]


class Unmatched(Enum):
    """Why there is no saying what serves a request."""

    BY_HOST = auto()  # Flask answers 400 to it
    BY_FAULT = auto()  # a converter or an app's own class raised


class Matcher:
    """Match requests of one app as Flask would."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._adapter = None if _depends_on_host(app) else _bound_once(app)

    def view(self, path: str, method: str) -> Served | None:
        """Return the URL rule of the view that serves a method at a path, and its arguments.

        None where each request needs an adapter of its own; whatever else keeps Werkzeug from
        naming one is raised, for `match` to look at.
        """
        if self._adapter is None:
            return None
        return self._adapter.match(path, method, return_rule=True, websocket=False)

    def match(
        self, environ: WSGIEnvironment, path: str, method: str, raised: Exception | None = None
    ) -> Match | Unmatched:
        """Return what serves a path and a method; never raise, whatever a converter does.

        `raised` is what `view` raised for the same, where it was asked.
        """
        try:
            return self._match(environ, path, method, raised)
        except Exception:
            # Some converters need a context: Flask matches inside of one, and so do we, once more.
            return self._match_in_context(environ, path, method)

    def _match(
        self, environ: WSGIEnvironment, path: str, method: str, raised: Exception | None = None
    ) -> Match | Unmatched:
        adapter = self._adapter or self._create_adapter(environ)
        if adapter is None:
            return Unmatched.BY_HOST
        if raised is not None:
            return _without_view(adapter, path, method, raised)
        return _follow(adapter, path, method)

    def _match_in_context(
        self, environ: WSGIEnvironment, path: str, method: str
    ) -> Match | Unmatched:
        try:
            return in_context(self._app, environ, lambda _: self._match(environ, path, method))
        except Exception:
            logger.exception("Matching a request raised, so that it is refused.")
            return Unmatched.BY_FAULT

    def _create_adapter(self, environ: WSGIEnvironment) -> MapAdapter | None:
        try:
            # A copy: Werkzeug's request notes itself in the environ.
            adapter = self._app.create_url_adapter(self._app.request_class(environ.copy()))
        except HTTPException:
            return None
        if adapter is not None:
            # Redirects are followed inside of the app, where no prefix is to be told from a path.
            adapter.script_name = "/"
        return adapter


def _follow(adapter: MapAdapter, path: str, method: str) -> Match:
    """Return what serves a path and a method, through the redirects that routing itself makes."""
    try:
        rule, view_args = adapter.match(path, method, return_rule=True, websocket=False)
    except HTTPException as error:
        return _without_view(adapter, path, method, error)
    return Match(VIEW, routed(path), rule, view_args)


def _without_view(adapter: MapAdapter, path: str, method: str, raised: Exception) -> Match:
    if isinstance(raised, RequestRedirect):
        return _follow_on(adapter, path, method, raised)
    if isinstance(raised, HTTPException):
        return _unserved(adapter, path, raised)
    raise raised


def _follow_on(adapter: MapAdapter, path: str, method: str, redirect: RequestRedirect) -> Match:
    for _ in range(_MOST_REDIRECTS):
        place = _local_path(adapter, redirect.new_url)
        if place is None:
            break
        try:
            rule, view_args = adapter.match(place, method, return_rule=True, websocket=False)
        except RequestRedirect as next_redirect:
            redirect = next_redirect
        except HTTPException:
            break
        else:
            is_slash = routed(place) == f"{routed(path)}/"
            found = Found.VIEW_BEHIND_SLASH if is_slash else Found.VIEW_BEHIND_REDIRECT
            return Match(found, routed(place), rule, view_args)
    # Out of the app, in a circle, or to where this method is not served.
    return _no_view(path)


def _unserved(adapter: MapAdapter, path: str, error: HTTPException) -> Match:
    if isinstance(error, MethodNotAllowed):
        return Match(OTHER_METHODS, routed(path), _beside(adapter, path, error), {})
    # Werkzeug says 404 also where a slash more or less would find other methods.
    toggled = path.removesuffix("/") if path.endswith("/") else f"{path}/"
    if isinstance(error, NotFound) and not any(_is_there(adapter, p) for p in (path, toggled)):
        return Match(Found.NOTHING, routed(path), None, {})
    return _no_view(path)


def _is_there(adapter: MapAdapter, path: str) -> bool:
    try:
        adapter.match(path, _NO_METHOD, websocket=False)
    except NotFound:
        return False
    except HTTPException:
        return True
    return True


def _no_view(path: str) -> Match:
    return Match(Found.NO_VIEW, routed(path), None, {})


def routed(path: str) -> str:
    """Return a path as Flask routes and shows it: with one leading slash."""
    if path[:1] == "/" and path[1:2] != "/":
        return path
    return "/" + path.lstrip("/")


def in_context(app: Flask, environ: WSGIEnvironment, function: Callable[[RequestContext], T]) -> T:
    """Call a function inside of a context that is pushed for a preflight."""

    def call() -> T:
        with pushed_context(app, environ) as context:
            return function(context)

    # In a copy of what is current: where a receiver of `appcontext_pushed` raises, Flask cannot
    # pop what it has pushed. That is then gone with the copy, and with it its `g`.
    return copy_context().run(call)


@contextmanager
def pushed_context(app: Flask, environ: WSGIEnvironment) -> Generator[RequestContext]:
    """Push a request context for a preflight, which has no own, and contain its teardown."""
    context = app.request_context(environ.copy())
    try:
        # Inside the try, as in Flask: a push that raises half-way is to be popped, too.
        context.push()
        yield context
    finally:
        try:
            context.pop()
        except Exception:
            logger.exception("Tearing down the context of a preflight raised.")


def _depends_on_host(app: Flask) -> bool:
    config = cast("Mapping[str, object]", app.config)
    return (
        app.url_map.host_matching
        or app.subdomain_matching
        # Flask 3.0 restricts requests to the server's name.
        or config.get("SERVER_NAME") is not None
        or config.get("TRUSTED_HOSTS") is not None
        or app.request_class.trusted_hosts is not None
        or type(app).create_url_adapter is not Flask.create_url_adapter
    )


def _bound_once(app: Flask) -> MapAdapter:
    return app.url_map.bind("localhost")


def _beside(adapter: MapAdapter, path: str, error: MethodNotAllowed) -> Rule | None:
    with suppress(HTTPException):
        method = min(error.valid_methods or ("GET",))
        return adapter.match(path, method, return_rule=True, websocket=False)[0]
    return None


def _local_path(adapter: MapAdapter, url: str) -> str | None:
    """Return where in the app a redirect leads; None where it leads out of it."""
    parts = urlsplit(url)
    if parts.netloc != adapter.get_host(None):
        return None
    # unquote() would hand the path to a regex.
    return unquote_to_bytes(parts.path).decode("utf-8", "replace")
