"""The public API as people write it: read by mypy and pyright, and never run.

A line that must not pass carries both checkers' ignores. They are reported as soon as they have
nothing left to ignore, so that a mistake which the types no longer catch fails the check.
"""

from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta
from typing import Any, assert_type
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Blueprint, Flask, Request, Response
from flask.views import MethodView, View

from flask_strictcors import (
    Decision,
    DynamicOrigins,
    Policy,
    PolicyError,
    Problem,
    Reason,
    Rejection,
    StrictCORS,
    cors,
    origin_rejected,
    preflight_rejected,
)
from flask_strictcors.wsgi import StrictCORSMiddleware

app = Flask(__name__)
api = Blueprint("api", __name__)
PARTNER = "https://partner.example"


# --- what users write ---


def policies() -> None:
    Policy(origins="*")
    Policy(origins=PARTNER, credentials=True)
    Policy(origins=[PARTNER, "https://*.example.com"], methods=["GET", "PUT"], max_age=60)
    Policy(origins={PARTNER}, methods="*", max_age=timedelta(minutes=1))
    Policy(origins=(name for name in (PARTNER,)), methods=None, max_age=None)
    Policy(origins=PARTNER, allow_headers=("X-Token",), expose_headers="*")
    Policy(origins=[PARTNER], debug_origins=["http://localhost:*"])
    Policy(
        origins=["http://intranet.example", "https://*.github.io"],
        credentials=True,
        dangerously_allow_insecure_origins=True,
        dangerously_allow_public_suffixes=True,
    )
    policy = Policy(origins=is_tenant, allowlist="*", dangerously_allow_unbounded_callable=True)
    assert_type(policy.replace(credentials=True, origins=[PARTNER]), Policy)


def is_tenant(origin: str) -> bool:
    return origin == PARTNER


def tenants_of(origin: str) -> list[str] | None:
    return [origin]


async def is_tenant_soon(origin: str) -> bool:
    return origin == PARTNER


def dynamic_origins() -> None:
    Policy(origins=is_tenant, allowlist=[PARTNER])
    Policy(origins=tenants_of, allowlist=[PARTNER])
    Policy(origins=is_tenant_soon, allowlist=[PARTNER])
    dynamic = DynamicOrigins(is_tenant, allowlist=["https://*.example.com"])
    Policy(origins=dynamic)
    cors(origins=lambda origin: origin == PARTNER, allowlist=[PARTNER])


def extensions(request: Request) -> None:
    StrictCORS(app)
    StrictCORS(app, origins=[PARTNER], credentials=True, enforce=True)
    StrictCORS(app, Policy(origins=[PARTNER], credentials=True), Policy(origins="*"))
    StrictCORS(app, rules={"/api/*": Policy(origins="*"), "/api/auth/*": None})
    StrictCORS(app, rules={"/feed.xml": {"origins": "*", "methods": ["GET"]}})
    StrictCORS(app, origins=[PARTNER], own_origins=["https://api.example"])
    StrictCORS(app, rules={"/api/*": [Policy(origins=[PARTNER]), {"origins": "*"}]})
    extension = StrictCORS(origins=[PARTNER])
    extension.init_app(app)

    decision = extension.decide(request)
    assert_type(decision, Decision)
    assert_type(decision.allowed, bool)
    assert_type(decision.reason, Reason | None)
    assert_type(decision.rule, str)
    assert_type(extension.allows(PARTNER, "api.prices"), bool)
    assert_type(extension.allows(PARTNER, "api.prices", path="/api/prices"), bool)


def refusals() -> tuple[Problem, ...]:
    try:
        Policy(origins=[])
    except PolicyError as error:
        for problem in error.problems:
            assert_type(problem.field, str)
            assert_type(problem.message, str)
            assert_type(problem.fix, str)
        return error.problems
    return ()


@origin_rejected.connect_via(app)
def on_origin(sender: Flask, rejection: Rejection, **extra: Any) -> None:
    assert_type(rejection.reason, Reason)
    assert_type(rejection.origin, str)
    assert_type(rejection.endpoint, str | None)
    assert_type(rejection.preflight, bool)
    sender.logger.info("%s: %s", rejection.rule, rejection.detail)


def on_preflight(sender: Flask, rejection: Rejection, **extra: Any) -> None:
    if rejection.reason is Reason.METHOD_NOT_ALLOWED:
        sender.logger.info("%s %s", rejection.method, rejection.path)


preflight_rejected.connect(on_preflight, app)


# --- a tag gives back the very type that it was put on ---


@cors(origins="*")
def price(name: str, amount: int = 1) -> Response:
    return Response(name * amount)


@cors.exempt
def login(user: str) -> Response:
    return Response(user)


@app.get("/soon/<name>")
@cors(Policy(origins=[PARTNER], credentials=True), Policy(origins="*"))
async def price_soon(name: str) -> Response:
    return Response(name)


@cors(origins="*")
@app.get("/below/<name>")
def below(name: str) -> Response:
    return Response(name)


@cors(origins=[PARTNER])
class Page(View):
    title = "page"

    def dispatch_request(self) -> Response:
        return Response(self.title)


class Books(MethodView):
    decorators = [cors(origins="*")]  # noqa: RUF012

    def get(self, number: int) -> Response:
        return Response(str(number))

    @cors(origins=[PARTNER], credentials=True)
    def put(self, number: int) -> Response:
        return Response(str(number))

    @cors.exempt
    def delete(self, number: int) -> Response:
        return Response(str(number))


@cors.exempt
class Health(View):
    def dispatch_request(self) -> Response:
        return Response("ok")


def tags_keep_the_type(books: Books) -> None:
    assert_type(price("apple", amount=2), Response)
    assert_type(login("ann"), Response)
    assert_type(below("apple"), Response)
    waiting: Awaitable[Response] = price_soon("apple")
    assert_type(books.put(1), Response)
    assert_type(books.delete(number=1), Response)
    assert_type(Page.title, str)
    assert_type(Page().dispatch_request(), Response)
    assert_type(Health(), Health)
    assert_type(cors(origins="*")(api), Blueprint)
    assert_type(cors.exempt(api), Blueprint)
    view: Callable[..., object] = cors(origins="*")(Page.as_view("page"))
    app.add_url_rule("/page", view_func=Page.as_view("page"))
    del waiting, view


extension = StrictCORS(app)


@extension(origins="*")
def through_the_instance(name: str) -> Response:
    return Response(name)


@extension.exempt
def exempt_through_the_instance(name: str) -> Response:
    return Response(name)


def instances_tag_too() -> None:
    assert_type(through_the_instance("apple"), Response)
    assert_type(exempt_through_the_instance("apple"), Response)
    assert_type(extension(origins="*")(api), Blueprint)


# --- any WSGI application ---


def legacy(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    start_response("200 OK", [])
    return [environ["PATH_INFO"].encode()]


def middlewares() -> None:
    wrapped = StrictCORSMiddleware(legacy, origins=[PARTNER], methods=["GET"])
    StrictCORSMiddleware(wrapped, Policy(origins="*", methods=["GET"]), enforce=True, debug=True)
    StrictCORSMiddleware(app.wsgi_app, rules={"/old/*": None}, own_origins="https://old.example")
    app.wsgi_app = StrictCORSMiddleware(app.wsgi_app, origins="*", methods="*")  # type: ignore[method-assign]


# --- mistakes, each a type error ---


def misspelt_options() -> None:
    Policy(origin="*")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    Policy(supports_credentials=True)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    cors(orgins="*")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    StrictCORS(app, alow_headers="*")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    StrictCORSMiddleware(legacy, method=["GET"])  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    extension(origin="*")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    Policy(origins="*").replace(maxage=1)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


def wrong_types() -> None:
    Policy(origins=[PARTNER], credentials="yes")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Policy(origins=[PARTNER, None])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
    Policy(origins=b"*")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Policy(origins=None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Policy(origins="*", max_age="60")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Policy(origins="*", allow_headers=None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    cors(origins=[PARTNER], methods=["GET", 1])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
    StrictCORS(app, origins="*", enforce="no")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    StrictCORS(app, "*")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    StrictCORS(app, rules={"/feed": "*"})  # type: ignore[dict-item]  # pyright: ignore[reportArgumentType]
    StrictCORS(app, rules={"/feed": {"origin": "*"}})  # type: ignore[dict-item]  # pyright: ignore[reportArgumentType]
    StrictCORSMiddleware(app, origins="*", debug="on")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def positional_options() -> None:
    Policy("*")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    cors("*")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def tags_in_wrong_places() -> None:
    cors(price)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    cors(origins="*")("price")  # type: ignore[type-var]  # pyright: ignore[reportArgumentType]
    cors(origins="*")(price)(1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def frozen_values(rejection: Rejection, decision: Decision) -> None:
    rejection.reason = Reason.NO_RULE  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    decision.allowed = True  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
