"""The callables of dynamic origins: asked little, believed less, and contained."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from flask import (
    Flask,
    abort,
    after_this_request,
    current_app,
    g,
    has_request_context,
    request,
    session,
)
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask.views import MethodView

from flask_strictcors import DynamicOrigins, Policy, Reason, StrictCORS, cors

from .listening import ALLOWLIST, EVIL, NO, SHOP, YES, admits, ask, get, listening, shop

Log = pytest.LogCaptureFixture


class Asked:
    """A callable that keeps what it was asked, and answers or raises what it was made with."""

    def __init__(self, answer: Any = True) -> None:
        self.answer = answer
        self.origins: list[str] = []

    def __call__(self, origin: str) -> Any:
        self.origins.append(origin)
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer


def governed(function: Any, **options: Any) -> Flask:
    return shop(origins=function, **{"allowlist": ALLOWLIST} | options)


def reason_of(app: Flask, origin: str, *, asked: bool) -> Reason | None:
    with listening(app) as told:
        answer = ask(app, origin) if asked else get(app, origin)
    assert answer.status_code == (204 if asked else 200)
    assert admits(answer) is (told == [])
    return told[0].rejection.reason if told else None


BOTH = pytest.mark.parametrize("asked", [False, True], ids=["actual", "preflight"])


# --- who is asked about --------------------------------------------------------------------------


@BOTH
def test_it_is_asked_about_origins_that_the_allowlist_covers(asked: bool) -> None:
    function = Asked()
    app = governed(function)
    assert reason_of(app, YES, asked=asked) is None
    assert function.origins == [YES]


FOREIGN = [
    EVIL,
    "https://tenant.example",
    "http://yes.tenant.example",
    "https://yes.tenant.example:8443",
    "https://yes.tenant.example.evil.example",
    "https://YES.tenant.example",
    "https://yes.tenant.example/",
    "https://-.tenant.example/x.tenant.example",
    "https://a\x00.tenant.example",
    "https://" + "a" * 65_000 + ".tenant.example",
    "null",
    "",
    "*",
]


@BOTH
@pytest.mark.parametrize("origin", FOREIGN)
def test_foreign_origins_never_reach_it(origin: str, asked: bool) -> None:
    function = Asked()
    app = governed(function)
    assert reason_of(app, origin, asked=asked) is not None
    assert function.origins == []


@BOTH
@pytest.mark.parametrize(
    "origin", ["null", "", "*", "rubbish", SHOP + "/", "https://SHOP.example", SHOP + ":443"]
)
def test_an_unbounded_allowlist_covers_only_what_is_well_formed(origin: str, asked: bool) -> None:
    function = Asked()
    app = governed(function, allowlist="*")
    assert reason_of(app, origin, asked=asked) in (Reason.NULL_ORIGIN, Reason.MALFORMED_ORIGIN)
    assert function.origins == []


def test_it_is_asked_once_for_each_request_and_not_without_an_origin() -> None:
    function = Asked()
    app = governed(function)
    get(app, None)
    assert function.origins == []
    get(app, YES)
    ask(app, YES)
    assert function.origins == [YES, YES]


def test_it_is_not_asked_for_exempt_routes_or_of_other_rules() -> None:
    function = Asked()
    app = governed(function, rules={"/feed": Policy(origins=[SHOP])})
    get(app, YES, "/auth")
    ask(app, YES, "GET", "/auth")
    get(app, YES, "/feed")
    assert function.origins == []


def test_tiers_are_asked_in_order_and_only_when_reached() -> None:
    first, second = Asked(False), Asked(True)
    app = Flask(__name__)
    StrictCORS(
        app,
        Policy(origins=[SHOP]),
        Policy(origins=first, allowlist=ALLOWLIST),
        Policy(origins=second, allowlist=[*ALLOWLIST, "https://*.example"]),
    )
    assert admits(get(app, SHOP, "/"))
    assert (first.origins, second.origins) == ([], [])
    assert admits(get(app, YES, "/"))
    assert (first.origins, second.origins) == ([YES], [YES])
    assert admits(get(app, EVIL, "/"))
    assert (first.origins, second.origins) == ([YES], [YES, EVIL])


def test_a_tier_that_fails_ends_the_search(caplog: Log) -> None:
    first, second = Asked(LookupError("gone")), Asked(True)
    app = Flask(__name__)
    StrictCORS(
        app,
        Policy(origins=first, allowlist=ALLOWLIST),
        Policy(origins=second, allowlist="*"),
        Policy(origins="*"),
    )
    assert not admits(get(app, YES, "/"))
    assert second.origins == []


# --- what it answers -----------------------------------------------------------------------------


@BOTH
@pytest.mark.parametrize("answer", [True, YES, [YES], (SHOP, YES), {YES}, frozenset({YES})])
def test_these_answers_admit(answer: Any, asked: bool) -> None:
    assert reason_of(governed(Asked(answer)), YES, asked=asked) is None


@BOTH
@pytest.mark.parametrize(
    "answer", [False, None, NO, SHOP, "*", "", YES + "/", YES.upper(), [], [NO], set(), ["*"]]
)
def test_these_answers_refuse(answer: Any, asked: bool, caplog: Log) -> None:
    reason = reason_of(governed(Asked(answer)), YES, asked=asked)
    assert reason is Reason.CALLABLE_REFUSED
    assert not [r for r in caplog.records if r.levelname == "ERROR"]


class Strange:
    """An object that says yes to whatever it is asked, and raises where its class is asked for."""

    def __bool__(self) -> bool:
        return True

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return hash(YES)

    def __contains__(self, item: object) -> bool:
        return True


class Unbound:
    """As a proxy outside of its context: even its class cannot be had."""

    @property
    def __class__(self) -> Any:
        raise RuntimeError("working outside of a context")


class LazyList(list[str]):
    """As a lazily loaded collection whose database has gone."""

    def __iter__(self) -> Iterator[str]:
        raise LookupError("the database has gone")


class TouchyText(str):
    """A string that does not want to be compared."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        raise LookupError("not comparable")

    __hash__ = str.__hash__


RUBBISH: dict[str, Any] = {
    "1": 1,
    "0": 0,
    "bytes": YES.encode(),
    "bytearray": bytearray(YES.encode()),
    "mapping": {YES: True},
    "generator": (origin for origin in [YES]),
    "list of bytes": [YES.encode()],
    "list with None": [YES, None],
    "nested list": [[YES]],
    "strange": Strange(),
    "list of the strange": [Strange()],
    "class": Asked,
    "exception": ValueError("returned, not raised"),
    "DynamicOrigins": DynamicOrigins(len, allowlist=ALLOWLIST),
    "unbound proxy": Unbound(),
    "lazy list": LazyList([YES]),
    "touchy text": TouchyText(YES),
}


@BOTH
@pytest.mark.parametrize("name", RUBBISH)  # pytest itself could not look at some of these
def test_rubbish_is_a_failure_with_a_line_in_the_log(name: str, asked: bool, caplog: Log) -> None:
    app = governed(lambda origin: RUBBISH[name])
    assert reason_of(app, YES, asked=asked) is Reason.CALLABLE_FAILED
    assert [r for r in caplog.records if r.levelname == "ERROR" and YES in r.getMessage()]


@BOTH
def test_what_the_log_says_of_rubbish(asked: bool, caplog: Log) -> None:
    reason_of(governed(lambda origin: {YES: True}), YES, asked=asked)
    (record,) = [r for r in caplog.records if r.levelname == "ERROR"]
    assert record.getMessage() == (
        f"The callable of dynamic origins answered {YES} with a dict: it may answer True, False, "
        "None, an origin or a collection of origins."
    )


@BOTH
def test_an_exception_is_a_failure_with_its_traceback_in_the_log(asked: bool, caplog: Log) -> None:
    app = governed(Asked(LookupError("the database has gone")))
    assert reason_of(app, YES, asked=asked) is Reason.CALLABLE_FAILED
    (record,) = [r for r in caplog.records if r.levelname == "ERROR"]
    assert record.getMessage() == f"The callable of dynamic origins raised for {YES}."
    assert record.exc_info is not None
    assert "the database has gone" in caplog.text


@BOTH
@pytest.mark.parametrize("error", [StopIteration(), RecursionError(), AssertionError()])
def test_exceptions_of_any_kind_are_contained(error: Exception, asked: bool) -> None:
    assert reason_of(governed(Asked(error)), YES, asked=asked) is Reason.CALLABLE_FAILED


@BOTH
def test_an_abort_is_contained_as_any_exception_is(asked: bool) -> None:
    app = governed(lambda origin: abort(401))
    assert reason_of(app, YES, asked=asked) is Reason.CALLABLE_FAILED


@BOTH
@pytest.mark.parametrize("error", [SystemExit(3), KeyboardInterrupt(), GeneratorExit()])
def test_a_base_exception_passes(error: BaseException, asked: bool) -> None:
    app = governed(Asked(error))
    with pytest.raises(type(error)):
        ask(app, YES) if asked else get(app, YES)
    assert not has_request_context()


@BOTH
def test_with_enforce_a_failure_is_a_403_and_never_a_500(asked: bool) -> None:
    app = governed(Asked(LookupError()), enforce=True)
    answer = ask(app, YES) if asked else get(app, YES)
    assert (answer.status_code, answer.data) == (403, b"Cross-origin request refused.\n")


@BOTH
def test_in_debug_and_in_testing_it_is_contained_too(asked: bool) -> None:
    app = governed(Asked(LookupError()), debug=True)
    app.testing = True
    assert reason_of(app, YES, asked=asked) is Reason.CALLABLE_FAILED


@BOTH
@pytest.mark.parametrize("answer", [[YES, "https://no.tenant.example\r\nX: y"], [SHOP, YES], True])
def test_its_answer_is_never_echoed(answer: Any, asked: bool) -> None:
    app = governed(Asked(answer))
    headers = (ask(app, YES) if asked else get(app, YES)).headers
    assert headers.getlist("Access-Control-Allow-Origin") == [YES]
    assert SHOP not in str(headers)


@BOTH
def test_another_origin_as_an_answer_lets_nobody_in(asked: bool) -> None:
    app = governed(Asked(SHOP), allowlist=[*ALLOWLIST, SHOP])
    assert reason_of(app, YES, asked=asked) is Reason.CALLABLE_REFUSED
    assert reason_of(app, SHOP, asked=asked) is None


@BOTH
def test_every_answer_varies_whatever_it_said(asked: bool) -> None:
    for answer in (True, False, 1, LookupError()):
        app = governed(Asked(answer))
        for origin in (YES, EVIL):
            reply = ask(app, origin) if asked else get(app, origin)
            assert "Origin" in reply.headers["Vary"].split(", ")


# --- async ---------------------------------------------------------------------------------------


async def answer_later(origin: str) -> bool:
    await asyncio.sleep(0)
    return {YES: True, NO: False}[origin] and request.method != ""


class Asynchronous:
    """Both kinds of async callables that are no functions."""

    async def __call__(self, origin: str) -> bool:
        return await answer_later(origin)

    async def method(self, origin: str) -> bool:
        return await answer_later(origin)


ASYNC_ONES = {
    "function": answer_later,
    "method": Asynchronous().method,
    "instance": Asynchronous(),
}


@BOTH
@pytest.mark.parametrize("function", ASYNC_ONES.values(), ids=ASYNC_ONES)
def test_async_callables_are_awaited_with_the_request_at_hand(function: Any, asked: bool) -> None:
    app = governed(function)
    assert reason_of(app, YES, asked=asked) is None
    assert reason_of(app, NO, asked=asked) is Reason.CALLABLE_REFUSED
    assert reason_of(app, "https://raises.tenant.example", asked=asked) is Reason.CALLABLE_FAILED


@BOTH
def test_a_coroutine_of_a_plain_function_is_closed_and_a_failure(asked: bool) -> None:
    def start(origin: str) -> object:
        return answer_later(origin)

    app = governed(start)
    # A coroutine that nobody awaits would warn, and warnings are errors.
    assert reason_of(app, YES, asked=asked) is Reason.CALLABLE_FAILED


@pytest.mark.parametrize("function", ASYNC_ONES.values(), ids=ASYNC_ONES)
def test_without_asgiref_an_async_callable_is_a_problem_at_start_up(
    function: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flask_strictcors.asking.find_spec", lambda name: None)
    with pytest.raises(ValueError, match="asgiref"):
        governed(function)
    with pytest.raises(ValueError, match="asgiref"):
        cors(origins=function, allowlist=ALLOWLIST)


# --- what it sees --------------------------------------------------------------------------------


class Witness:
    """A callable that notes what it can see of the request."""

    def __init__(self) -> None:
        self.seen: dict[str, Any] = {}

    def __call__(self, origin: str) -> bool:
        self.seen = {
            "app": current_app.name,
            "method": request.method,
            "path": request.path,
            "args": dict(request.args),
            "endpoint": request.endpoint,
            "rule": str(request.url_rule),
            "view_args": request.view_args,
            "g": dict(g.__dict__),
            "session": dict(session),
        }
        session["asked"] = True
        g.asked = True
        return True


def two_views(witness: Witness) -> Flask:
    """Return an app with two views on one URL, of which one is Flask's for OPTIONS."""
    app = shop(origins=witness, allowlist=ALLOWLIST, methods=None)

    @app.get("/tenants/<tenant>/files/<path:name>")
    def read(tenant: str, name: str) -> str:
        return ""

    @app.put("/tenants/<int:number>/files/<name>")
    def write(number: int, name: str) -> str:
        return ""

    class Things(MethodView):
        def delete(self, thing: str) -> str:
            return ""

    app.add_url_rule("/things/<thing>", view_func=Things.as_view("things"))
    return app


@pytest.mark.parametrize(
    ("wants", "path", "endpoint", "rule", "view_args"),
    [
        (
            "GET",
            "/tenants/7/files/a",
            "read",
            "/tenants/<tenant>/files/<path:name>",
            {"tenant": "7", "name": "a"},
        ),
        (
            "PUT",
            "/tenants/7/files/a",
            "write",
            "/tenants/<int:number>/files/<name>",
            {"number": 7, "name": "a"},
        ),
        ("DELETE", "/things/x", "things", "/things/<thing>", {"thing": "x"}),
    ],
)
def test_a_preflights_callable_sees_the_judged_view(
    wants: str, path: str, endpoint: str, rule: str, view_args: dict[str, Any]
) -> None:
    witness = Witness()
    app = two_views(witness)
    assert ask(app, YES, wants, path, QUERY_STRING="a=1").status_code == 204
    assert witness.seen == {
        "app": app.name,
        "method": "OPTIONS",
        "path": path,
        "args": {"a": "1"},
        "endpoint": endpoint,
        "rule": rule,
        "view_args": view_args,
        "g": {},
        "session": {},
    }
    assert not has_request_context()


@pytest.mark.parametrize(
    ("wants", "endpoint", "view_args"),
    [
        ("GET", "read", {"tenant": "7", "name": "a"}),
        ("PUT", "write", {"number": 7, "name": "a"}),
    ],
)
def test_hooks_alone_show_the_judged_view_as_well(
    wants: str, endpoint: str, view_args: dict[str, Any]
) -> None:
    witness = Witness()
    app = two_views(witness)
    headers = {"Origin": YES, "Access-Control-Request-Method": wants}
    with app.test_request_context("/tenants/7/files/a", method="OPTIONS", headers=headers):
        answer = app.full_dispatch_request()
    assert answer.headers["Access-Control-Allow-Origin"] == YES
    assert (witness.seen["endpoint"], witness.seen["view_args"]) == (endpoint, view_args)


def test_a_preflight_where_no_route_is_has_no_view() -> None:
    witness = Witness()
    app = two_views(witness)
    ask(app, YES, "GET", "/nowhere")
    assert (witness.seen["endpoint"], witness.seen["rule"]) == (None, "None")


def test_an_actual_requests_callable_sees_flasks_own_request() -> None:
    witness = Witness()
    app = two_views(witness)
    get(app, YES, "/tenants/7/files/a/b")
    assert witness.seen["endpoint"] == "read"
    assert witness.seen["view_args"] == {"tenant": "7", "name": "a/b"}


def test_nothing_of_one_preflight_is_left_for_the_next() -> None:
    witness = Witness()
    app = two_views(witness)
    client = app.test_client()
    for _ in range(2):
        headers = {"Origin": YES, "Access-Control-Request-Method": "DELETE"}
        answer = client.options("/things/x", headers=headers)
        assert "Set-Cookie" not in answer.headers
        assert (witness.seen["g"], witness.seen["session"]) == ({}, {})


def test_a_preflight_asked_inside_another_request_leaves_that_one_alone() -> None:
    witness = Witness()
    app = two_views(witness)
    with app.test_request_context("/items/7"):
        ask(app, YES, "GET", "/tenants/7/files/a")
        assert request.path == "/items/7"
        assert request.view_args == {"item": 7}


# --- its context ---------------------------------------------------------------------------------


def with_teardowns(function: Any, *, fails: bool = False) -> tuple[Flask, list[str]]:
    app = governed(function)
    ran: list[str] = []

    @app.teardown_request
    def request_down(error: BaseException | None) -> None:
        ran.append("request")
        if fails:
            raise LookupError("the pool is gone")

    @app.teardown_appcontext
    def app_down(error: BaseException | None) -> None:
        ran.append("app")

    return app, ran


@pytest.mark.parametrize("answer", [True, False, 1, LookupError()])
def test_teardown_runs_exactly_once(answer: Any) -> None:
    app, ran = with_teardowns(Asked(answer))
    ask(app, YES)
    assert sorted(ran) == ["app", "request"]


def test_teardown_runs_exactly_once_for_an_exit_as_well() -> None:
    app, ran = with_teardowns(Asked(SystemExit(3)))
    with pytest.raises(SystemExit):
        ask(app, YES)
    assert sorted(ran) == ["app", "request"]


def test_no_context_is_opened_where_nobody_is_asked() -> None:
    app, ran = with_teardowns(Asked())
    ask(app, EVIL)
    ask(app, "null")
    assert ran == []


def test_an_actual_request_opens_none_of_its_own() -> None:
    app, ran = with_teardowns(Asked())
    get(app, YES)
    assert sorted(ran) == ["app", "request"]


@pytest.mark.parametrize(("answer", "is_admitted"), [(True, True), (False, False)])
def test_a_teardown_that_raises_is_contained_and_changes_nothing(
    answer: Any, is_admitted: bool, caplog: Log
) -> None:
    app, ran = with_teardowns(Asked(answer), fails=True)
    reply = ask(app, YES)
    assert (reply.status_code, admits(reply)) == (204, is_admitted)
    assert ran.count("request") == 1
    assert "the pool is gone" in caplog.text
    assert not has_request_context()
    assert admits(ask(app, YES)) is is_admitted


class BrokenSessions(SecureCookieSessionInterface):
    """A session store that cannot be reached."""

    def open_session(self, app: Flask, request: Any) -> Any:
        raise LookupError("the session store is gone")


def test_a_session_that_cannot_be_opened_is_a_contained_failure(caplog: Log) -> None:
    function = Asked()
    app, ran = with_teardowns(function)
    app.session_interface = BrokenSessions()
    assert reason_of(app, YES, asked=True) is Reason.CALLABLE_FAILED
    assert function.origins == []
    assert "the session store is gone" in caplog.text
    assert not has_request_context()
    assert len(ran) == len(set(ran))


def test_a_session_is_opened_and_never_saved() -> None:
    saved: list[SessionMixin] = []

    class Sessions(SecureCookieSessionInterface):
        def save_session(self, app: Flask, session: SessionMixin, response: Any) -> None:
            saved.append(session)

    app = two_views(Witness())
    app.session_interface = Sessions()
    assert admits(ask(app, YES, "DELETE", "/things/x"))
    assert saved == []


def test_what_it_defers_to_the_answer_of_a_preflight_is_not_run() -> None:
    def defer(origin: str) -> bool:
        @after_this_request
        def author(response: Any) -> Any:
            response.headers["X-Deferred"] = "yes"
            return response

        return True

    answer = ask(governed(defer), YES)
    assert (answer.status_code, "X-Deferred" in answer.headers) == (204, False)


def test_no_hook_of_the_app_runs_for_a_preflight() -> None:
    app = governed(Asked())
    ran: list[str] = []

    @app.before_request
    def before() -> None:
        ran.append("before")

    @app.after_request
    def after(response: Any) -> Any:
        ran.append("after")
        return response

    @app.url_value_preprocessor
    def preprocess(endpoint: str | None, values: Any) -> None:
        ran.append("preprocessor")

    assert admits(ask(app, YES))
    assert ran == []
