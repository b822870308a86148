"""Invariants 7 and 8, the second half: what a preflight runs, and what browsers keep of it."""

from __future__ import annotations

from collections.abc import Callable
from wsgiref.types import WSGIApplication

import pytest
from flask import Flask, Response, request
from hypothesis import example, given
from hypothesis import strategies as st

from flask_strictcors import Policy
from flask_strictcors.browser import Exchange, Request, UserAgent
from flask_strictcors.testing.transport import transport_to

from .plans import APP, EXEMPT, OWN, PARTNER, Ask, Plan, Tag, View
from .reading import deciding
from .strategies import GOOD_ORIGINS, PATHS, plans, runs, some_asks, strict_tags
from .worlds import World, send


@runs(60)
@given(plan=plans(), requests=some_asks)
def test_7_a_preflight_runs_no_view_and_no_hook(plan: Plan, requests: list[Ask]) -> None:
    world = World(plan)
    for ask in requests:
        found = deciding(world, ask)
        if not ask.is_preflight or found.is_exempt:
            continue
        answer = send(world.app, ask.environ())
        has_callable = any(callable(getattr(p.origins, "function", None)) for p in found.policies)
        assert world.ran == []
        # A callable gets a context of its own, and what tears that down is the app's.
        assert world.touched in ([], ["teardown"] * has_callable)
        assert answer.status == 204 or (plan.enforce and answer.status == 403)
        assert answer.body in (b"", b"Cross-origin request refused.\n")
        world.touched.clear()


@st.composite
def fetches(draw: st.DrawFn) -> tuple[str | None, Request, int]:
    headers = draw(st.sampled_from([(), (("X-A", "1"),), (("Content-Type", "text/x"),)]))
    method = draw(st.sampled_from(["GET", "POST", "PUT", "PUT", "DELETE", "PATCH", "HEAD"]))
    path = draw(st.sampled_from(PATHS))
    asked = Request(
        OWN + path,
        method=method,
        headers=headers,
        credentials=draw(st.sampled_from(["omit", "include"])),
        redirect=draw(st.sampled_from(["follow", "follow", "manual"])),
    )
    origin = draw(st.sampled_from([APP, *GOOD_ORIGINS, None]))
    return origin, asked, draw(st.sampled_from([0, 0, 0, 5, 700]))


Fetches = list[tuple[str | None, Request, int]]
Ran = list[tuple[str, str]]


def check_kept(app: WSGIApplication, ran: Ran, asked: Fetches, like: str) -> None:
    """Fail where a browser with kept preflights changes what a fresh one would not reach."""
    clock = [0.0]
    old = UserAgent(transport_to(app), like, now=lambda: clock[0])
    for origin, one, seconds in asked:
        clock[0] += seconds
        reached = []
        for agent in (old, UserAgent(transport_to(app), like, now=lambda: clock[0])):
            ran.clear()
            outcome = agent.open(origin).fetch(one)
            reached.append([*ran])
            assert not any(ran_for(preflight) for preflight in outcome.exchanges)
        if one.method in ("GET", "HEAD"):
            continue
        assert reached[0] == reached[1], f"{like} reached {reached[0]}, a fresh one {reached[1]}"


def ran_for(exchange: Exchange) -> bool:
    """Report whether the preflight's answer is a view's."""
    received = exchange.received
    return exchange.sent.is_preflight and received is not None and b"view" in received.body


MANY = st.lists(fetches(), min_size=2, max_size=10)
BROWSERS = st.sampled_from(["standard", "chromium", "firefox"])

OPEN = Policy(origins=[APP], methods="*", allow_headers="*", max_age=86400)
NAMED = Policy(origins=[APP], methods="*", allow_headers=["X-A"])
STRICT = Policy(origins=[PARTNER], methods="*", allow_headers=["X-A"])


@runs(80)
@given(
    plan=plans(strict_tags, ("plain",), most_views=6, hooks=("none",)), asked=MANY, like=BROWSERS
)
def test_8_what_a_browser_keeps_never_reaches_a_view_that_a_fresh_one_would_not(
    plan: Plan, asked: Fetches, like: str
) -> None:
    world = World(plan)
    check_kept(world.app, world.ran, asked, like)


@st.composite
def crowded(draw: st.DrawFn) -> tuple[Plan, Fetches]:
    """Draw an app all of whose views are at one URL, nearly, and a page that knows it well."""
    rules = st.sampled_from(["/x", "/x", "/x", "/x/", "/<v>", "/<path:v>", "/<any(x, y):v>"])
    tag: st.SearchStrategy[Tag] = st.sampled_from([(OPEN,), (NAMED,), (STRICT,), None, EXEMPT])
    served = draw(st.permutations([("PUT",), ("DELETE",), ("POST",), ("PATCH", "GET")]))
    found = [View(draw(rules), methods, draw(tag)) for methods in served]
    policies = draw(st.sampled_from([(), (OPEN,), (NAMED,), (STRICT,)]))
    paths = draw(st.sampled_from([{}, {}, {"/x": (STRICT,)}, {"/x/*": (NAMED,)}, {"/x/": (OPEN,)}]))
    plan = Plan(tuple(found), rules=paths, policies=policies)
    one = st.builds(
        Request,
        st.sampled_from([f"{OWN}/x", f"{OWN}/x", f"{OWN}/x", f"{OWN}/x/"]),
        st.sampled_from(["PUT", "POST", "DELETE", "PATCH"]),
        st.sampled_from([(), (("X-A", "1"),), (("X-A", "1"),)]),
    )
    return plan, [(APP, asked, 0) for asked in draw(st.lists(one, min_size=3, max_size=8))]


def at_x(put: Policy, other: Tag, *methods: str) -> tuple[Plan, Fetches]:
    """Return an app with PUT under a policy and the other methods elsewhere, and who asks all."""
    plan = Plan((View("/x", ("PUT",), (put,)), View("/x", methods, other)))
    asked = [Request(f"{OWN}/x", method=m, headers=(("X-A", "1"),)) for m in ("PUT", *methods)]
    return plan, [(APP, one, 0) for one in asked]


@runs(80)
@given(crowd=crowded(), like=BROWSERS)
@example(crowd=at_x(NAMED, (STRICT,), "DELETE"), like="standard")
@example(crowd=at_x(NAMED, (STRICT,), "POST"), like="chromium")
@example(crowd=at_x(OPEN, None, "DELETE", "POST"), like="standard")
def test_8_nor_where_many_rules_meet_at_one_url(crowd: tuple[Plan, Fetches], like: str) -> None:
    plan, asked = crowd
    world = World(plan)
    check_kept(world.app, world.ran, asked, like)


@pytest.mark.parametrize("other", [None, (STRICT,)], ids=["no rule", "a stricter rule"])
@pytest.mark.parametrize("like", ["standard", "chromium", "firefox"])
def test_8_but_a_header_that_was_kept_may_bring_a_get_whose_answer_nobody_reads(
    like: str, other: Tag
) -> None:
    """A GET changes nothing, and to keep nothing for its sake would cost most PUTs a preflight."""
    plan, asked = at_x(NAMED, other, "GET")
    page = UserAgent(transport_to(World(plan).app), like, now=lambda: 0.0).open(APP)
    put, get = (page.fetch(one) for _, one, _ in asked)
    assert put.response is not None
    assert get.response is None
    assert [exchange.sent.method for exchange in get.exchanges] == ["GET"]


# --- the same, where it does not hold ------------------------------------------------------------


def lists_what_is_served(lists: str, max_age: str = "600") -> tuple[Flask, Ran]:
    """Make a naive server: one preflight's answer lists what other rules decide at the URL."""
    app, ran = Flask(__name__, static_folder=None), Ran()

    @app.route("/x", methods=["PUT", "DELETE", "POST", "OPTIONS"], provide_automatic_options=False)
    def everything() -> Response:
        wanted = request.headers.get("Access-Control-Request-Method")
        response = Response()
        if request.method != "OPTIONS":
            ran.append(("x", request.method))
        # DELETE and POST are under a stricter rule, which lets this page not in.
        if (wanted or request.method) == "PUT":
            response.headers["Access-Control-Allow-Origin"] = APP
            response.headers["Access-Control-Allow-Methods"] = lists
            response.headers["Access-Control-Allow-Headers"] = "X-A"
            response.headers["Access-Control-Max-Age"] = max_age
        return response

    return app, ran


def put_and(method: str) -> Fetches:
    both = [Request(f"{OWN}/x", method=m, headers=(("X-A", "1"),)) for m in ("PUT", method)]
    return [(APP, asked, 0) for asked in both]


@pytest.mark.parametrize(
    ("server", "method"),
    [
        (lambda: lists_what_is_served("PUT, DELETE"), "DELETE"),
        (lambda: lists_what_is_served("PUT"), "POST"),
    ],
    ids=["a method on the list", "a header that is kept for POST"],
)
@pytest.mark.parametrize("like", ["standard", "chromium", "firefox"])
def test_the_property_finds_a_server_that_lists_too_much(
    server: Callable[[], tuple[Flask, Ran]], method: str, like: str
) -> None:
    app, ran = server()
    with pytest.raises(AssertionError, match="a fresh one"):
        check_kept(app, ran, put_and(method), like)


def test_the_property_lets_a_server_pass_of_which_nothing_is_kept() -> None:
    app, ran = lists_what_is_served("PUT, DELETE", max_age="0")
    check_kept(app, ran, [*put_and("DELETE"), *put_and("POST")], "standard")
