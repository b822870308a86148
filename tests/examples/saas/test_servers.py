"""The API in both ways, and what becomes of it when a server behind it is down."""

from __future__ import annotations

import argparse
import json
import pickle
import shlex
import signal
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from cli.probe.conftest import ask as probe
from redis import Redis
from sqlalchemy import select, text

from flask_strictcors import cors
from flask_strictcors.core.origins import LONGEST_ORIGIN
from saas import create_app
from saas.models import Tenant, db
from saas.origins import policy
from saas.stack import Stack

from .asking import Api
from .doing import answers_of_all, down, forget_all, frozen, numbers
from .ways import Shown, embedded, full

pytestmark = pytest.mark.once

WORKERS = 3
# Seconds. What is down is noticed in that time, with all that a busy machine adds to it.
SOON = 6
ELSEWHERE = "https://elsewhere.example"
LOCAL = "http://localhost:3000"


@pytest.fixture(scope="module")
def stack_and_shown() -> Iterator[tuple[Stack, Shown]]:
    with full(WORKERS) as both:
        yield both


@pytest.fixture(scope="module")
def stack(stack_and_shown: tuple[Stack, Shown]) -> Stack:
    return stack_and_shown[0]


@pytest.fixture(scope="module")
def front(stack_and_shown: tuple[Stack, Shown]) -> Api:
    """Ask nginx."""
    stack, shown = stack_and_shown
    return Api(stack.port, shown.keys)


@pytest.fixture(scope="module")
def behind(stack: Stack, front: Api) -> Api:
    """Ask gunicorn itself: nginx bounds how often it may be asked."""
    return Api(stack.gunicorn_port, front.keys)


@pytest.fixture(scope="module")
def alone() -> Iterator[Shown]:
    with embedded() as shown:
        yield shown


@pytest.fixture(params=["embedded", "full"])
def shown(request: pytest.FixtureRequest) -> Shown:
    if request.param == "embedded":
        return request.getfixturevalue("alone")
    return request.getfixturevalue("stack_and_shown")[1]


@pytest.fixture
def api(shown: Shown) -> Api:
    return Api(shown.port, shown.keys)


@pytest.fixture
def origin() -> str:
    """Return an origin that no other test has."""
    return f"https://shop-{next(numbers)}.example"


# --- both ways -----------------------------------------------------------------------------------


def test_an_origin_is_let_in_from_when_its_tenant_adds_it_until_it_removes_it(
    api: Api, origin: str
) -> None:
    assert not api.lets_in("north", origin)
    assert api.add("north", origin).status == 201
    assert api.lets_in("north", origin)
    assert not api.lets_in("north", ELSEWHERE)
    assert not api.lets_in("south", origin)
    assert not api.lets_in("nobody", origin)
    assert api.remove("north", origin).status == 200
    assert not api.lets_in("north", origin)


def test_two_tenants_never_have_one_origin_but_share_localhost(api: Api, origin: str) -> None:
    assert api.add("north", origin).status == 201
    assert api.add("south", origin).status == 409
    assert not api.lets_in("south", origin)
    for tenant in ("north", "south"):
        assert api.add(tenant, LOCAL).status in {200, 201}
        assert api.lets_in(tenant, LOCAL)
        assert api.remove(tenant, LOCAL).status == 200


def test_the_longest_origin_there_is_finds_room(api: Api) -> None:
    longest = f"{'x' * (LONGEST_ORIGIN - len('://localhost'))}://localhost"
    assert api.add("north", longest).status == 201
    assert api.lets_in("north", longest)
    assert api.remove("north", longest).status == 200


def test_no_page_may_use_an_api_key(api: Api, origin: str) -> None:
    api.add("north", origin)
    asked = api.preflight("north", origin, "origins")
    assert {*asked.cors} <= {"Vary"}
    key = {"Authorization": f"Bearer {api.keys['north']}", "Origin": origin}
    assert {*api.ask("GET", "/v1/north/origins", key).cors} <= {"Vary"}


def test_what_is_printed_to_be_typed_shows_what_it_says(shown: Shown) -> None:
    curl = argparse.ArgumentParser()
    curl.add_argument("-i", action="store_true")
    curl.add_argument("-d", type=json.loads)
    curl.add_argument("-H", action="append")
    curl.add_argument("url")
    answers = []
    for line in shown.curls:
        typed = curl.parse_args(shlex.split(line)[1:])
        place = f"http://127.0.0.1:{shown.port}"
        assert typed.url.startswith(place)
        headers = dict(header.split(": ") for header in typed.H)
        method = "GET" if typed.d is None else "POST"
        api = Api(shown.port)
        answers.append(api.ask(method, typed.url.removeprefix(place), headers, typed.d))
    assert [answer.status for answer in answers] == [201, 200, 200]
    assert ["Allow-Origin" in answer.cors for answer in answers] == [False, True, False]


# --- several workers -----------------------------------------------------------------------------


def test_what_one_worker_is_told_every_worker_honours_at_once(
    stack: Stack, behind: Api, origin: str
) -> None:
    def is_let_in(mark: str) -> bool:
        return "Allow-Origin" in behind.rates("north", origin, mark).cors

    for change, expected in ((None, False), (behind.add, True), (behind.remove, False)):
        if change is not None:
            change("north", origin)
        answers = answers_of_all(stack, is_let_in)
        assert len(answers) == WORKERS > 1
        assert [*answers.values()] == [{expected}] * WORKERS


# --- what is kept --------------------------------------------------------------------------------


def test_a_flood_neither_fills_redis_nor_reaches_the_database(
    stack: Stack, behind: Api, origin: str
) -> None:
    behind.add("north", origin)
    assert behind.lets_in("north", origin)
    with Redis.from_url(stack.redis_url) as redis, down(stack.postgres, signal.SIGQUIT):
        kept, failures = redis.dbsize(), behind.failures()
        for number in range(20):
            assert not behind.lets_in("north", f"https://flood-{number}.example")
        assert (redis.dbsize(), behind.failures()) == (kept, failures)


def test_names_that_no_tenant_has_are_not_kept(stack: Stack, behind: Api) -> None:
    with Redis.from_url(stack.redis_url) as redis:
        kept = redis.dbsize()
        for number in range(10):
            assert not behind.lets_in(f"made-up-{number}", ELSEWHERE)
        assert redis.dbsize() == kept


def test_what_is_kept_is_kept_for_its_time_at_most(stack: Stack, front: Api, origin: str) -> None:
    front.add("north", origin)
    front.rates("north", ELSEWHERE)
    with Redis.from_url(stack.redis_url) as redis:
        kept = redis.get("saas:origins:north")
        assert origin in json.loads(kept)
        assert 0 < redis.ttl("saas:origins:north") <= 30


def test_what_somebody_else_put_into_redis_is_not_run(
    stack: Stack, behind: Api, origin: str
) -> None:
    with Redis.from_url(stack.redis_url) as redis:
        redis.set("saas:origins:north", b"!" + pickle.dumps([origin]))
        before = behind.failures()
        assert not behind.lets_in("north", origin)
        assert behind.failures() == before + 2
        redis.delete("saas:origins:north")


# --- a server that is down -----------------------------------------------------------------------


def is_refused_and_signalled(front: Api, behind: Api, origin: str) -> bool:
    """Report whether a preflight and a request are refused, soon, and both are counted."""
    before, started = behind.failures(), time.monotonic()
    is_refused = not front.lets_in("north", origin)
    assert time.monotonic() - started < SOON
    return is_refused and behind.failures() == before + 2


@pytest.mark.parametrize("outage", [down, frozen])
def test_without_redis_everybody_is_refused_and_it_is_signalled(
    stack: Stack, front: Api, behind: Api, origin: str, outage: Callable[..., Any]
) -> None:
    front.add("north", origin)
    assert front.lets_in("north", origin)
    with outage(stack.redis):
        assert is_refused_and_signalled(front, behind, origin)
    assert front.lets_in("north", origin)


def test_without_redis_a_tenant_still_changes_its_origins(
    stack: Stack, front: Api, origin: str
) -> None:
    with down(stack.redis):
        assert front.add("north", origin).status == 201
    assert front.lets_in("north", origin)


def test_without_postgresql_what_is_kept_holds_for_its_time_and_then_everybody_is_refused(
    stack: Stack, front: Api, behind: Api, origin: str
) -> None:
    front.add("north", origin)
    assert front.lets_in("north", origin)
    with down(stack.postgres, signal.SIGQUIT):
        assert front.lets_in("north", origin)
        forget_all(stack)
        assert is_refused_and_signalled(front, behind, origin)
        later = front.own("north")
        assert (later.status, dict(later.headers)["Retry-After"]) == (503, "5")
    assert front.lets_in("north", origin)
    assert origin in front.own("north").json["origins"]


def test_a_database_that_keeps_everybody_waiting_is_not_waited_for(
    stack: Stack, front: Api, behind: Api, origin: str
) -> None:
    front.add("north", origin)
    forget_all(stack)
    with stack.app.app_context(), db.engine.connect() as connection:
        connection.execute(text("LOCK TABLE tenant IN ACCESS EXCLUSIVE MODE"))
        assert is_refused_and_signalled(front, behind, origin)
        assert front.own("north").status == 503
    assert front.lets_in("north", origin)


def test_a_view_reads_the_database_after_the_function_that_is_asked_could_not(
    stack: Stack, origin: str
) -> None:
    app = create_app(DATABASE_URL=stack.database_url, REDIS_URL=stack.redis_url)

    @app.get("/v1/<tenant>/names")
    @cors(policy)
    def names(tenant: str) -> dict[str, Any]:
        return {"names": sorted(db.session.scalars(select(Tenant.name)))}

    forget_all(stack)
    with stack.app.app_context(), db.engine.connect() as connection:
        connection.execute(text("LOCK TABLE allowed_origin IN ACCESS EXCLUSIVE MODE"))
        answer = app.test_client().get("/v1/north/names", headers={"Origin": origin})
    assert (answer.status_code, answer.json) == (200, {"names": ["north", "south"]})
    assert "Access-Control-Allow-Origin" not in answer.headers
    with app.app_context():
        db.engine.dispose()


# --- nginx --------------------------------------------------------------------------


def test_the_probe_finds_no_fault_in_what_comes_through_nginx(front: Api, origin: str) -> None:
    front.add("north", origin)
    words = ("--method", "POST", "--header", "Content-Type", "--header", "Authorization")
    printed = probe(f"http://127.0.0.1:{front.port}/v1/north/quotes", *words, origin=origin)
    assert (printed.status, printed.codes) == (0, []), printed.out


def test_nginx_keeps_the_sums_to_those_who_run_it(front: Api, behind: Api) -> None:
    assert front.ask("GET", "/metrics").status == 404
    assert behind.ask("GET", "/metrics").status == 200
