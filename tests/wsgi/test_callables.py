"""Dynamic origins in front of a WSGI app, async ones too, where asgiref is there."""

import asyncio
from importlib.machinery import ModuleSpec
from typing import Any

import pytest

from flask_strictcors import DynamicOrigins, Policy, PolicyError, Rejection, origin_rejected
from flask_strictcors.wsgi import StrictCORSMiddleware

from .server import SHOP, App, environ, preflight, serve

ALLOWLIST = ["https://*.tenant.example"]
YES, NO, BROKEN = (f"https://{name}.tenant.example" for name in ("yes", "no", "broken"))


async def ask(origin: str) -> bool:
    await asyncio.sleep(0)
    return {YES: True, NO: False}[origin]


class Asker:
    async def __call__(self, origin: str) -> bool:
        return await ask(origin)

    async def method(self, origin: str) -> bool:
        return await ask(origin)


def call_it(origin: str) -> object:
    return ask(origin)


def guarded(function: Any, **options: Any) -> StrictCORSMiddleware:
    dynamic = DynamicOrigins(function, allowlist=ALLOWLIST)
    return StrictCORSMiddleware(App(), origins=dynamic, methods=["GET", "PUT"], **options)


@pytest.fixture
def no_asgiref(monkeypatch: pytest.MonkeyPatch) -> None:
    def find_spec(name: str, package: str | None = None) -> ModuleSpec | None:
        return None if name == "asgiref" else ModuleSpec(name, None)

    monkeypatch.setattr("flask_strictcors.asking.find_spec", find_spec)


ASYNC_ONES = [ask, Asker(), Asker().method]
IDS = ["function", "instance", "method"]


@pytest.mark.parametrize("function", ASYNC_ONES, ids=IDS)
def test_an_async_callable_is_awaited(function: Any, caplog: pytest.LogCaptureFixture) -> None:
    middleware = guarded(function)
    assert serve(middleware, environ(origin=YES)).cors == {"Access-Control-Allow-Origin": YES}
    assert serve(middleware, environ(origin=NO)).cors == {}
    assert serve(middleware, preflight(YES)).cors["Access-Control-Allow-Origin"] == YES
    assert "KeyError" not in caplog.text
    assert serve(middleware, environ(origin=BROKEN)).cors == {}
    assert "KeyError" in caplog.text


@pytest.mark.parametrize("function", ASYNC_ONES, ids=IDS)
@pytest.mark.usefixtures("no_asgiref")
def test_without_asgiref_an_async_callable_is_a_problem_at_start_up(function: Any) -> None:
    with pytest.raises(PolicyError) as caught:
        guarded(function)
    (problem,) = caught.value.problems
    assert (problem.code.value, problem.field) == ("async-without-asgiref", "origins")
    assert "asgiref" in problem.message
    assert problem.fix == 'pip install "flask-strictcors[async]"'


@pytest.mark.usefixtures("no_asgiref")
def test_without_asgiref_a_path_rules_async_callable_is_found() -> None:
    policy = Policy(origins=ask, allowlist=ALLOWLIST, methods=["GET"])
    with pytest.raises(PolicyError, match="asgiref"):
        StrictCORSMiddleware(App(), rules={"/api/*": policy})


@pytest.mark.usefixtures("no_asgiref")
def test_without_asgiref_a_plain_callable_is_no_problem() -> None:
    assert serve(guarded(lambda origin: True), environ(origin=NO)).cors


def test_inside_a_running_loop_an_async_callable_is_a_contained_failure() -> None:
    middleware = guarded(ask)

    async def main() -> dict[str, str]:
        return serve(middleware, environ(origin=YES)).cors

    assert asyncio.run(main()) == {}


def test_a_coroutine_of_a_plain_function_is_a_failure_and_is_closed() -> None:
    heard: list[Rejection] = []

    def listen(_: object, rejection: Rejection) -> None:
        heard.append(rejection)

    middleware = guarded(call_it)
    with origin_rejected.connected_to(listen, sender=middleware):
        assert serve(middleware, environ(origin=YES)).cors == {}
    assert [rejection.reason.value for rejection in heard] == ["callable-failed"]


def test_a_system_exit_passes() -> None:
    def leave(origin: str) -> bool:
        raise SystemExit(3)

    for request in (environ(origin=YES), preflight(YES)):
        with pytest.raises(SystemExit):
            serve(guarded(leave), request)


def test_an_async_receiver_is_awaited() -> None:
    heard: list[Rejection] = []

    async def listen(_: object, rejection: Rejection) -> None:
        await asyncio.sleep(0)
        heard.append(rejection)

    middleware = guarded(ask)
    with origin_rejected.connected_to(listen, sender=middleware):
        serve(middleware, environ(origin=SHOP))
        serve(middleware, preflight(NO))
    assert [rejection.reason.value for rejection in heard] == ["not-allowed", "callable-refused"]
