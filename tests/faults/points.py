"""The points at which other people's code runs around a request, and the faults that it has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    after_this_request,
    appcontext_popped,
    appcontext_tearing_down,
    got_request_exception,
    has_request_context,
    render_template_string,
    request,
    request_finished,
    request_started,
    request_tearing_down,
    template_rendered,
    url_for,
)
from flask.sessions import SecureCookieSessionInterface
from flask.views import MethodView

FOREIGN = {
    "Access-Control-Allow-Origin": "*",
    "access-control-allow-credentials": "true",
    "Vary": "Accept",
}


# --- faults --------------------------------------------------------------------------------------


def raising() -> None:
    raise LookupError("a fault")


def aborting() -> None:
    abort(418)


def aborting_with_headers() -> None:
    abort(Response("stop", 409, FOREIGN))


def exiting() -> None:
    raise SystemExit(3)


def interrupting() -> None:
    raise KeyboardInterrupt


def closing() -> None:
    raise GeneratorExit


def rubbish() -> object:
    return {"a": object()}


def answering() -> Response:
    return Response("instead", 202, FOREIGN)


def meddling() -> None:
    if has_request_context():
        request.environ |= {
            "HTTP_ORIGIN": "https://meddling.example",
            "HTTP_ACCESS_CONTROL_REQUEST_METHOD": "DELETE",
            "PATH_INFO": "/public",
        }


FEW_FAULTS: dict[str, Callable[[], Any]] = {
    "raises": raising,
    "aborts with headers of CORS": aborting_with_headers,
    "exits": exiting,
    "returns rubbish": rubbish,
    "answers": answering,
    "changes the environ": meddling,
}
# The others take the same ways as one of these.
FAULTS = FEW_FAULTS | {
    "aborts": aborting,
    "is interrupted": interrupting,
    "is closed": closing,
}


class Trap:
    """Lies at one point of an app; armed, it runs its fault whenever it is called."""

    def __init__(self, fault: Callable[[], Any]) -> None:
        self.fault = fault
        self.is_armed = False
        self.sprung = 0

    def __call__(self, *_: Any, **__: Any) -> Any:
        if not self.is_armed:
            return None
        self.sprung += 1
        return self.fault()


# --- views ---------------------------------------------------------------------------------------


def well(trap: Trap) -> str:
    return "in"


def failing(trap: Trap) -> str:
    if trap.is_armed:
        raise LookupError("what the handlers are for")
    return "in"


def falling(trap: Trap) -> Any:
    return trap() or "in"


def linking(trap: Trap) -> str:
    return url_for("shop.index")


def rendering(trap: Trap) -> str:
    return render_template_string("in")


def deferring(trap: Trap) -> str:
    after_this_request(lambda response: trap() or response)
    return "in"


class Point(NamedTuple):
    """Where a trap lies: how it is put there, and the views for which its code runs.

    `is_late` where it is put after the blueprint has been registered.
    """

    put: Callable[[Flask, Blueprint, Trap], Any]
    view: Callable[[Trap], Any] = well
    is_late: bool = False


def _nowhere(app: Flask, shop: Blueprint, trap: Trap) -> None:
    """The trap lies in the views themselves."""


def receiving(signal: Any) -> Callable[[Flask, Blueprint, Trap], None]:
    def put(app: Flask, shop: Blueprint, trap: Trap) -> None:
        def receive(sender: Any, **extra: Any) -> None:
            trap()

        app.extensions[f"kept {signal.name}"] = receive
        signal.connect(receive, sender=app)

    return put


def overriding(name: str) -> Callable[[Flask, Blueprint, Trap], None]:
    def put(app: Flask, shop: Blueprint, trap: Trap) -> None:
        own = getattr(app, name)

        def method(*given: Any, **named: Any) -> Any:
            return trap() or own(*given, **named)

        setattr(app, name, method)

    return put


def in_session(name: str) -> Callable[[Flask, Blueprint, Trap], None]:
    def put(app: Flask, shop: Blueprint, trap: Trap) -> None:
        def method(self: Any, *given: Any) -> Any:
            return trap() or getattr(SecureCookieSessionInterface, name)(self, *given)

        app.session_interface = type("Sessions", (SecureCookieSessionInterface,), {name: method})()

    return put


def _in_response_class(app: Flask, shop: Blueprint, trap: Trap) -> None:
    class Answer(Response):
        def get_wsgi_response(self, environ: Any) -> Any:
            trap()
            return super().get_wsgi_response(environ)

    app.response_class = Answer


def _in_response_of_the_app(app: Flask, shop: Blueprint, trap: Trap) -> None:
    class Answer(Response):
        def __init__(self, *given: Any, **named: Any) -> None:
            trap()
            super().__init__(*given, **named)

    app.response_class = Answer


def in_request_class(app: Flask, shop: Blueprint, trap: Trap) -> None:
    class Asked(app.request_class):  # type: ignore[name-defined]
        def __init__(self, *given: Any, **named: Any) -> None:
            trap()
            super().__init__(*given, **named)

    app.request_class = Asked


def _in_method_view(app: Flask, shop: Blueprint, trap: Trap) -> None:
    class Page(MethodView):
        def dispatch_request(self, **given: Any) -> Any:
            return trap() or super().dispatch_request(**given)

        def get(self) -> str:
            return "in"

        put = get

    app.view_functions["shop.index"] = Page.as_view("index")


def _deferred_close(app: Flask, shop: Blueprint, trap: Trap) -> None:
    @app.after_request
    def defer(response: Response) -> Response:
        response.call_on_close(trap)
        return response


_Put = Callable[[Flask, Blueprint, Trap], Any]


def _on_error(kind: Any) -> _Put:
    return lambda app, shop, trap: app.register_error_handler(kind, lambda e: trap() or ("x", 400))


def _on_error_of_blueprint(kind: Any) -> _Put:
    return lambda app, shop, trap: shop.register_error_handler(kind, lambda e: trap() or ("x", 400))


POINTS: dict[str, Point] = {
    "the view": Point(_nowhere, falling),
    "a class of views": Point(_in_method_view, is_late=True),
    "before_request": Point(lambda app, shop, trap: app.before_request(trap)),
    "before_request of the blueprint": Point(lambda app, shop, trap: shop.before_request(trap)),
    "before_app_request": Point(lambda app, shop, trap: shop.before_app_request(trap)),
    "after_request": Point(lambda app, shop, trap: app.after_request(lambda r: trap() or r)),
    "after_request of the blueprint": Point(
        lambda app, shop, trap: shop.after_request(lambda r: trap() or r)
    ),
    "after_this_request": Point(_nowhere, deferring),
    "teardown_request": Point(lambda app, shop, trap: app.teardown_request(trap)),
    "teardown_request of the blueprint": Point(lambda app, shop, trap: shop.teardown_request(trap)),
    "teardown_appcontext": Point(lambda app, shop, trap: app.teardown_appcontext(trap)),
    "url_value_preprocessor": Point(lambda app, shop, trap: app.url_value_preprocessor(trap)),
    "url_value_preprocessor of the blueprint": Point(
        lambda app, shop, trap: shop.url_value_preprocessor(trap)
    ),
    "url_defaults": Point(lambda app, shop, trap: app.url_defaults(trap), linking),
    "a handler of 404": Point(_on_error(404)),
    "a handler of 500": Point(_on_error(500), failing),
    "a handler of an exception": Point(_on_error(LookupError), failing),
    "a handler of an exception in the blueprint": Point(
        _on_error_of_blueprint(LookupError), failing
    ),
    "a handler of every exception": Point(_on_error(Exception), failing),
    "opening the session": Point(in_session("open_session")),
    "saving the session": Point(in_session("save_session")),
    "the session's being none": Point(in_session("is_null_session")),
    "a context processor": Point(
        lambda app, shop, trap: app.context_processor(lambda: trap() or {}), rendering
    ),
    "request_started": Point(receiving(request_started)),
    "request_finished": Point(receiving(request_finished)),
    "request_tearing_down": Point(receiving(request_tearing_down)),
    "appcontext_tearing_down": Point(receiving(appcontext_tearing_down)),
    "appcontext_popped": Point(receiving(appcontext_popped)),
    "got_request_exception": Point(receiving(got_request_exception), failing),
    "template_rendered": Point(receiving(template_rendered), rendering),
    "the request class": Point(in_request_class),
    "the response class, being made": Point(_in_response_of_the_app),
    "the response class, being sent": Point(_in_response_class),
    "closing the response": Point(_deferred_close),
} | {
    f"the app's own {name}": Point(overriding(name), view)
    for name, view in {
        "request_context": well,
        "full_dispatch_request": well,
        "preprocess_request": well,
        "dispatch_request": well,
        "make_response": well,
        "finalize_request": well,
        "process_response": well,
        "handle_http_exception": well,
        "handle_user_exception": failing,
        "handle_exception": failing,
        "log_exception": failing,
        "do_teardown_request": well,
        "do_teardown_appcontext": well,
    }.items()
}
