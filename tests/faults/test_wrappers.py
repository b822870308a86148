"""Wrappers of `wsgi_app`, inside of ours and around it, that fail, come late or begin again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from typing import Any

import pytest
from extension.wire import (
    APP,
    EVIL,
    PREFLIGHT_SILENT,
    SILENT,
    granted,
    heard,
    offered,
    reasons,
    route,
)
from flask import Flask, Response, abort

from flask_strictcors import StrictCORS

from .points import FAULTS, FOREIGN
from .serving import Server, check_next, exhausted
from .traffic import BARRED, contexts_left

App = Callable[[dict[str, Any], Any], Iterable[bytes]]
Wrap = Callable[[App], App]


# --- inside of ours ------------------------------------------------------------------------------


def passing_on(inner: App) -> App:
    def serve(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        return inner(environ, start_response)

    return serve


def copying(inner: App) -> App:
    return lambda environ, start_response: inner(dict(environ), start_response)


def renewing(inner: App) -> App:
    def serve(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        kept = {name: value for name, value in environ.items() if not name.startswith("flask")}
        return inner(kept, start_response)

    return serve


def emptying(inner: App) -> App:
    def serve(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        kept = dict(environ)
        environ.clear()
        return inner(kept, start_response)

    return serve


def generating(inner: App) -> App:
    def serve(environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
        yield from inner(environ, start_response)

    return serve


def buffering(inner: App) -> App:
    def serve(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        started: list[Any] = []
        body = b"".join(inner(environ, lambda *given: started.append(given)))
        start_response(*started[-1])
        return [body]

    return serve


def beginning_again(inner: App) -> App:
    def serve(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        def start(status: str, headers: Any) -> Any:
            start_response("202 Accepted", [("Access-Control-Allow-Origin", "*")])
            try:
                raise LookupError("a fault")
            except LookupError as error:
                return start_response(status, headers, (LookupError, error, error.__traceback__))

        return inner(environ, start)

    return serve


WRAPS = [passing_on, copying, renewing, emptying, generating, buffering, beginning_again]


# --- who answers ---------------------------------------------------------------------------------


def by_the_view(app: Flask) -> None:
    """Let the view answer."""


def by_an_early_hook(app: Flask) -> None:
    app.before_request(lambda: Response("an early answer, longer than the 403's", 201, FOREIGN))


def by_a_preprocessor_that_aborts(app: Flask) -> None:
    app.url_value_preprocessor(lambda endpoint, values: abort(418))


def by_a_hook_that_raises(app: Flask) -> None:
    app.before_request(FAULTS["raises"])


def by_an_after_hook_that_raises(app: Flask) -> None:
    app.after_request(FAULTS["raises"])


STATUSES = {
    by_the_view: 200,
    by_an_early_hook: 201,
    by_a_preprocessor_that_aborts: 418,
    by_a_hook_that_raises: 500,
    by_an_after_hook_that_raises: 500,
}


def wrapped(wrap: Wrap, answer: Callable[[Flask], None], *, is_enforced: bool = False) -> Flask:
    app = Flask("wrappers", static_folder=None)
    app.logger.disabled = True
    answer(app)
    app.wsgi_app = wrap(app.wsgi_app)  # type: ignore[method-assign]
    with pytest.warns(UserWarning, match="already wraps"):
        StrictCORS(app, origins=[APP], enforce=is_enforced)
    route(app, "/", "GET POST")
    return app


@pytest.mark.parametrize("answer", STATUSES)
@pytest.mark.parametrize("wrap", WRAPS)
def test_whatever_stands_inside_the_headers_are_ours(
    wrap: Wrap, answer: Callable[[Flask], None]
) -> None:
    app = wrapped(wrap, answer)
    theirs = {"Vary": "Accept, Origin"} if answer is by_an_early_hook else {}
    for origin, expected in ((APP, granted()), (EVIL, SILENT), (None, SILENT)):
        with heard(app) as signals:
            server = exhausted(app, origin)
        assert server.status == STATUSES[answer]
        assert server.cors == expected | theirs
        assert reasons(signals) == ([("origin", "not-allowed")] if origin == EVIL else [])


@pytest.mark.parametrize("answer", STATUSES)
@pytest.mark.parametrize("wrap", WRAPS)
def test_whatever_stands_inside_the_barred_get_their_403(
    wrap: Wrap, answer: Callable[[Flask], None]
) -> None:
    app = wrapped(wrap, answer, is_enforced=True)
    for method in ("GET", "POST", "HEAD"):
        with heard(app) as signals:
            server = exhausted(app, EVIL, method)
        # Where a hook fails after the 403 was made, the 500 is all that there is left to send.
        is_lost = answer is by_an_after_hook_that_raises
        assert server.status == (500 if is_lost else 403)
        assert server.cors == SILENT
        assert reasons(signals) == [("origin", "not-allowed")]
        if not is_lost:
            assert server.whole == (b"" if method == "HEAD" else BARRED)
            assert server.headers["Content-Length"] == str(len(BARRED))


# --- faults of wrappers --------------------------------------------------------------------------


def failing_before(fault: Callable[[], Any]) -> Wrap:
    def wrap(inner: App) -> App:
        def serve(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
            if environ.get("QUERY_STRING"):
                fault()
            return inner(environ, start_response)

        return serve

    return wrap


def failing_after(fault: Callable[[], Any]) -> Wrap:
    def wrap(inner: App) -> App:
        def serve(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
            body = inner(environ, start_response)
            if environ.get("QUERY_STRING"):
                fault()
            return body

        return serve

    return wrap


def failing_at_the_start(fault: Callable[[], Any]) -> Wrap:
    def wrap(inner: App) -> App:
        def serve(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
            def start(*given: Any) -> Any:
                if environ.get("QUERY_STRING"):
                    fault()
                return start_response(*given)

            return inner(environ, start)

        return serve

    return wrap


def inside(app: Flask, wrap: Wrap) -> Flask:
    app.wsgi_app = wrap(app.wsgi_app)  # type: ignore[method-assign]
    with pytest.warns(UserWarning, match="already wraps"):
        StrictCORS(app, origins=[APP])
    return app


def around(app: Flask, wrap: Wrap) -> Flask:
    StrictCORS(app, origins=[APP])
    app.wsgi_app = wrap(app.wsgi_app)  # type: ignore[method-assign]
    return app


@pytest.mark.parametrize("fault", ["raises", "aborts", "exits", "is interrupted"])
@pytest.mark.parametrize("failing", [failing_before, failing_after, failing_at_the_start])
@pytest.mark.parametrize("place", [inside, around])
def test_what_a_wrapper_raises_leaves_as_it_is_and_nothing_stays(
    place: Callable[[Flask, Wrap], Flask], failing: Callable[..., Wrap], fault: str
) -> None:
    thrown: list[BaseException] = []

    def throw() -> None:
        try:
            FAULTS[fault]()
        except BaseException as error:
            thrown.append(error)
            raise

    app = place(Flask("wrappers", static_folder=None), failing(throw))
    app.logger.disabled = True
    route(app, "/", "GET PUT")
    route(app, "/plain", "GET")
    for origin in (APP, EVIL, None):
        with pytest.raises(BaseException) as caught:  # noqa: PT011  any of them
            Server(app, "/?fault", origin)
        assert caught.value is thrown[-1]
        assert contexts_left() == (False, False)
        check_next(app)
    # Inside of ours, no preflight is seen; around it, each is.
    asking = {"Access-Control-Request-Method": "PUT"}
    before = len(thrown)
    with pytest.raises(BaseException) if place is around else nullcontext():  # noqa: PT011
        server = Server(app, "/?fault", method="OPTIONS", headers=asking)
        assert server.cors == offered("GET, HEAD, PUT")
    assert len(thrown) - before == (place is around)
    check_next(app)


# --- where ours is not on the way ----------------------------------------------------------------


@pytest.mark.parametrize("answer", [by_an_early_hook, by_a_preprocessor_that_aborts])
def test_hooks_alone_have_the_last_word_over_whoever_answers_first(
    answer: Callable[[Flask], None],
) -> None:
    app = Flask("wrappers", static_folder=None)
    answer(app)
    StrictCORS(app, origins=[APP], enforce=True)
    route(app, "/", "GET POST")
    bare = Flask.wsgi_app.__get__(app)
    with heard(app) as signals:
        server = exhausted(bare, EVIL)
        assert (server.status, server.whole, server.cors) == (403, BARRED, SILENT)
        asking = {"Access-Control-Request-Method": "POST"}
        for origin, status, expected in (
            (APP, 204, offered("GET, HEAD, POST")),
            (EVIL, 403, PREFLIGHT_SILENT),
        ):
            server = Server(bare, origin=origin, method="OPTIONS", headers=asking)
            assert (server.status, server.cors) == (status, expected)
    assert reasons(signals) == [("origin", "not-allowed")] * 2
    assert exhausted(bare, APP).status == STATUSES[answer]
