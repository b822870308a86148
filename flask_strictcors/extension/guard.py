"""Guard: the hooks of one app and the wrapper of its `wsgi_app`, on the same verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import count
from typing import TYPE_CHECKING, Final, cast

from flask import Flask, current_app, has_request_context, request
from flask.wrappers import Request, Response
from werkzeug.wsgi import ClosingIterator

from flask_strictcors.core.decision import Header, Verdict
from flask_strictcors.extension.config import Configuration
from flask_strictcors.extension.exchange import Exchange
from flask_strictcors.extension.judging import Judging
from flask_strictcors.extension.raised import Raised
from flask_strictcors.extension.ruling import NOT_OURS
from flask_strictcors.signals import Announcer, logger
from flask_strictcors.wsgi import BARRED_BODY, BARRED_HEADERS, answer, rewrite

if TYPE_CHECKING:
    from types import TracebackType

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
    from werkzeug.local import LocalProxy

    ExcInfo = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None]

_numbers: Final = count(1)

# Each attribute of the proxy would look the request up again.
_request: Final[Callable[[], Request]] = cast("LocalProxy[Request]", request)._get_current_object  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]


class Guard:
    """Stand in one app: decide before its views, answer its preflights, author its headers."""

    def __init__(self, app: Flask, configuration: Configuration) -> None:
        self.app = app
        self._announcer = Announcer(app, app.ensure_sync, app.config)
        self.judging = Judging(app, configuration, self._announcer)
        # One environ may pass through several apps, each with an exchange of its own.
        self._key = f"flask_strictcors.exchange.{next(_numbers)}"
        self.inner: WSGIApplication = app.wsgi_app
        self._reported: dict[str | None, object] = {}
        self._config: Mapping[str, object] = app.config
        app.before_request(self._before_request())
        app.after_request(self._after_request())
        app.wsgi_app = self.wsgi_app  # type: ignore[method-assign]
        self._raised = Raised(app, self._key, lambda: self.judging)

    def reconfigure(self, configuration: Configuration) -> None:
        """Judge by another configuration, from the next request on; raise, and nothing changes."""
        judging = Judging(self.app, configuration, self._announcer)
        if self.judging.is_frozen:
            # Set-up is over, and no request is to wait for the table of routes.
            judging.freeze()
        # One step: each request is judged by what stands here when its turn comes.
        self.judging = judging

    # --- the wrapper ---------------------------------------------------------------------------

    def wsgi_app(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a preflight before Flask builds anything; else be the last author of headers."""
        judging = self.judging
        exchange = Exchange(environ, judging.place)
        exchange.is_wrapped = True
        if exchange.is_preflight:
            verdict = judging.preflight(exchange)
            if verdict is not None and not verdict.is_exempt:
                if verdict.reason is not None or judging.candidate is not None:
                    judging.notice(exchange, verdict)
                is_debug = bool(self._config["DEBUG"])
                return answer(verdict, exchange.origin, start_response, is_debug=is_debug)

        def start(
            status: str, headers: list[Header], exc_info: ExcInfo | None = None, /
        ) -> Callable[[bytes], object]:
            verdict = exchange.verdict or self._late_verdict(exchange)
            if verdict is not None and not verdict.is_exempt:
                if verdict.is_barred and exchange.is_late:
                    # Somebody else's hook answered before ours could.
                    status, headers = "403 FORBIDDEN", list(BARRED_HEADERS)
                headers, dropped = rewrite(headers, verdict, exchange.origin)
                if dropped or self._config["DEBUG"]:
                    self._show(headers, dropped, verdict, exchange)
            return (
                start_response(status, headers)
                if exc_info is None
                else start_response(status, headers, exc_info)
            )

        # In the environ, for whoever copies it; in the closure, for whoever makes a new one.
        environ[self._key] = exchange
        body: Iterable[bytes] | None
        try:
            body = self.inner(environ, start)
        except Exception as error:
            body = self._raised.readable(error, exchange, start)
            if body is None:
                raise
        finally:
            # The two hold each other: left alone, they would wait for the garbage collector.
            environ.pop(self._key, None)
        verdict = exchange.verdict if exchange.is_late else None
        return body if verdict is None or not verdict.is_barred else _replaced(body, exchange)

    def _late_verdict(self, exchange: Exchange) -> Verdict | None:
        """Return the verdict where no hook of ours came to make one; None if it was not Flask."""
        # The proxy compares as the app that it stands for.
        if not has_request_context() or current_app != self.app:
            return None
        current = _request()
        # Where the environ was replaced on its way, the hooks had an exchange of their own. One
        # that another wrapping call made is of a request around this one.
        own: Exchange | None = current.environ.get(self._key)
        if own is None or (own.is_wrapped and own is not exchange):
            return None
        exchange.is_late = own.verdict is None
        verdict = own.verdict or self._decide(own, current)
        exchange.verdict = verdict
        exchange.origin = own.origin
        exchange.is_wrapped = own.is_wrapped
        return verdict

    def _show(
        self, headers: list[Header], dropped: Sequence[str], verdict: Verdict, exchange: Exchange
    ) -> None:
        """Tell people of what they wrote in vain, and in debug of what was decided."""
        # Where the hooks had an exchange of their own, these are what they have written.
        if dropped and exchange.is_wrapped:
            self._report(dropped, exchange)
        if self._config["DEBUG"]:
            from flask_strictcors.wsgi.debugger import in_debug  # not for production

            headers[:] = in_debug(headers, verdict)
            exchange.is_begun = True

    def _report(self, dropped: Sequence[str], exchange: Exchange) -> None:
        ours = object()
        # One step, so that two threads do not both report it.
        if self._reported.setdefault(exchange.endpoint, ours) is not ours:
            return
        logger.warning(
            "Dropped %s, set beside the rules for endpoint %s: only the rules write CORS headers. "
            "Give the view @cors(...), or @cors.exempt to let it speak for itself.",
            ", ".join(sorted(set(dropped))),
            exchange.endpoint,
        )

    # --- the hooks -----------------------------------------------------------------------------

    # Both are plain functions: Flask looks at each hook before each call, and longer at methods.

    def _before_request(self) -> Callable[[], Response | None]:
        key = self._key

        def before_request() -> Response | None:
            """Decide, now that the view is known; keep it from running where the rules say so."""
            current = _request()
            exchange = current.environ.get(key) or self._unwrapped(current)
            if exchange.verdict is not None:
                return None
            judging = self.judging
            if not judging.is_frozen:
                judging.freeze()
            if exchange.is_preflight:
                return self._instead(self._decide(exchange, current), exchange)
            # As `_decide` does, with fewer calls: nearly every request comes by here.
            verdict = judging.actual(exchange, current)
            if verdict.reason is None:
                if judging.candidate is not None:
                    judging.report(exchange, verdict)
            elif verdict.is_barred or judging.is_heard(verdict):
                # Nobody else would see the difference.
                exchange.verdict = verdict = verdict.settled(exchange)
                judging.notice(exchange, verdict)
            return self._instead(verdict, exchange) if verdict.is_barred else None

        return before_request

    def _instead(self, verdict: Verdict, exchange: Exchange) -> Response | None:
        """Return what answers in the view's place, or None where the view may run."""
        if verdict.is_exempt or verdict is NOT_OURS:
            return None
        # Not of the app's own response class: what that makes of a body would not be constant.
        if verdict.is_barred:
            return Response(BARRED_BODY, 403, list(BARRED_HEADERS))
        if exchange.is_preflight:
            return Response(status=204)
        return None

    def _after_request(self) -> Callable[[Response], Response]:
        key = self._key

        def after_request(response: Response) -> Response:
            """Attach the headers, where the wrapper is not in the way to do it."""
            current = _request()
            exchange = current.environ.get(key) or self._unwrapped(current)
            verdict = exchange.verdict
            if verdict is None:
                # Now, and not when the answer starts: a wrapper that buffers starts it without us.
                verdict = self._decide(exchange, current)
                exchange.is_late = True
            return response if exchange.is_wrapped else self._attach(response, verdict, exchange)

        return after_request

    def _attach(self, response: Response, verdict: Verdict, exchange: Exchange) -> Response:
        instead = self._instead(verdict, exchange) if exchange.is_late else None
        if instead is not None:
            # Somebody else's hook answered before ours could.
            instead.call_on_close(response.close)
            response = instead
        if not verdict.is_exempt:
            headers, dropped = rewrite(response.headers.to_wsgi_list(), verdict, exchange.origin)
            if dropped:
                self._report(dropped, exchange)
            self._show(headers, (), verdict, exchange)
            response.headers.clear()
            response.headers.extend(headers)
        return response

    def _unwrapped(self, current: Request) -> Exchange:
        exchange = Exchange(current.environ, self.judging.place)
        current.environ[self._key] = exchange
        return exchange

    def _decide(self, exchange: Exchange, current: Request) -> Verdict:
        judging = self.judging
        if exchange.is_preflight:
            exchange.place = judging.place
            exchange.environ = current.environ
            exchange.trusted_hosts = current.trusted_hosts
            # No verdict: Flask refuses the host, and answers by itself.
            verdict = judging.preflight(exchange) or NOT_OURS
            exchange.verdict = verdict
        else:
            verdict = judging.actual(exchange, current).settled(exchange)
            exchange.verdict = verdict
        judging.notice(exchange, verdict)
        return verdict


def _replaced(body: Iterable[bytes], exchange: Exchange) -> Iterable[bytes]:
    # A preflight's own method is OPTIONS; what it asks for may be HEAD.
    is_head = exchange.method == "HEAD" and not exchange.is_preflight
    # Whoever serves it closes what was replaced, as it would have: what that raises comes too late
    # to keep the 403 from going out.
    return ClosingIterator(() if is_head else (BARRED_BODY,), getattr(body, "close", None))
