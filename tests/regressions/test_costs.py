"""Work that grew with what a client sent."""

from __future__ import annotations

import re
import sys
import tracemalloc
from collections.abc import Callable
from functools import partial
from types import FrameType
from typing import Any

import pytest
from flask import Flask

from flask_strictcors import Policy, StrictCORS

from .doors import (
    APP,
    METHODS,
    Door,
    codes,
    door_of,
    flask_cors_6,
    get,
    preflight,
    through_flask,
    through_flask_cors,
    through_middleware,
)
from .test_matching import only

MEGABYTE = 1_000_000
PATTERN = type(re.compile(""))
# Each is a list of header names that is long in another way.
BOMBS = {
    "commas": "," * MEGABYTE,
    "blanks": " " * MEGABYTE,
    "tabs and commas": "\t," * (MEGABYTE // 2),
    "blanks before a comma": " " * MEGABYTE + ",",
    "names": "a," * (MEGABYTE // 2),
    "the allowed name": "content-type," * (MEGABYTE // 13),
    "the allowed name first": "content-type," + "x-a," * (MEGABYTE // 4),
    "the allowed name, blanks": "content-type" + " " * MEGABYTE,
    "one name": "x" * MEGABYTE,
    "one name, dashes": "x-" * (MEGABYTE // 2),
    "no ASCII": "\xff" * MEGABYTE,
}
bombs = pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS.keys())


def held_by(door: Door, environ: dict[str, Any]) -> int:
    """Return how many bytes are allocated at most while a request is served."""
    return held_while(partial(door, environ))


def held_while(work: Callable[[], object]) -> int:
    work()
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def regexes_of(work: Callable[[], object], module: str) -> int:
    """Return how often a module's own code, and nobody else's, asks the regex engine."""
    count = 0

    def see(frame: FrameType, event: str, arg: Any) -> None:
        nonlocal count
        name = str(frame.f_globals.get("__name__", ""))
        if event == "c_call" and isinstance(getattr(arg, "__self__", None), PATTERN):
            asking = frame.f_back if name == "re" else frame
            assert asking is not None
            count += str(asking.f_globals.get("__name__", "")).startswith(module)

    before = sys.getprofile()
    sys.setprofile(see)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


def calls_in(door: Door, environ: dict[str, Any]) -> int:
    """Return how many functions of ours are called while a request is served."""
    count = 0

    def see(frame: FrameType, event: str, arg: Any) -> None:
        nonlocal count
        ours = str(frame.f_globals.get("__name__", "")).startswith("flask_strictcors")
        count += ours and event in ("call", "c_call")

    door(environ)
    before = sys.getprofile()
    sys.setprofile(see)
    try:
        door(environ)
    finally:
        sys.setprofile(before)
    return count


def doors(**options: Any) -> list[Door]:
    return [through_flask(**options), through_middleware(**options)]


class TestFlaskCors6_UnboundedHeaders:
    """A header of any length was split, and matched with regexes that users had written."""

    @flask_cors_6
    def test_naively_a_list_of_commas_becomes_many_objects(self) -> None:
        door = through_flask_cors(origins=[APP], allow_headers=["Content-Type"])
        environ = preflight("/", "PUT", APP, "," * 50_000)
        # Ten times what was sent.
        assert held_by(door, environ) > 500_000
        assert regexes_of(partial(door, environ), "flask_cors") > 0

    @bombs
    def test_a_bomb_costs_what_an_honest_list_costs(self, bomb: str) -> None:
        for door in doors(**only(APP)):
            honest, bombed = (preflight("/", "PUT", APP, a) for a in ("content-type,x-a", bomb))
            assert calls_in(door, bombed) <= calls_in(door, honest) + 10
            assert held_by(door, bombed) <= held_by(door, honest) + 20_000

    @pytest.mark.parametrize("field", ["HTTP_ORIGIN", "HTTP_ACCESS_CONTROL_REQUEST_METHOD"])
    @bombs
    def test_so_do_bombs_elsewhere(self, bomb: str, field: str) -> None:
        door = through_middleware(**only(APP, "https://*.example.com", "http://localhost:*"))
        for value in (bomb, f"https://{bomb}", f"https://a.{bomb}.example.com"):
            for environ in (get("/", **{field: value}), preflight("/") | {field: value}):
                assert held_by(door, environ) < 60_000

    @pytest.mark.parametrize("regex", ["(a+)+$", r"https://(.*)*\.example\.com", "^(([a-z])+.)+$"])
    def test_no_regex_can_be_written(self, regex: str) -> None:
        assert codes(Policy, origins=[regex])
        assert codes(Policy, origins=[APP], allow_headers=[regex]) or regex == "x"
        assert codes(through_flask, rules={regex: only(APP)})


class TestCVE_2025_47908_CommaBombs:
    """A list of commas was split before anybody looked at it, in memory that grew with it."""

    @pytest.mark.parametrize("bomb", [bomb for bomb in BOMBS.values() if bomb.count(",") > 1])
    def test_naively_each_item_is_an_object(self, bomb: str) -> None:
        held = held_while(lambda: [name.strip().lower() for name in bomb.split(",")])
        assert held > MEGABYTE / 2

    @bombs
    @pytest.mark.parametrize("headers", [["Content-Type"], ["X-A", "X-B", "X-C"], "*", []])
    def test_nothing_is_allocated_for_it(self, bomb: str, headers: Any) -> None:
        for door in doors(**only(APP, allow_headers=headers)):
            environ = preflight("/", "PUT", APP, bomb)
            assert held_by(door, environ) < 100_000

    @bombs
    def test_the_answer_is_the_whole_truth_all_the_same(self, bomb: str) -> None:
        for door in doors(**only(APP)):
            answer, honest = (door(preflight("/", "PUT", APP, a)) for a in (bomb, "content-type"))
            assert (answer.status, answer.lines) == (honest.status, honest.lines)


class TestHono_4_12_34_RegexOnTheRequestedHeaders:
    """The requested headers were split by a regex that looked twice at each blank."""

    SPLIT = re.compile(r"\s*,\s*")

    def test_naively_the_engine_reads_what_a_client_wrote(self) -> None:
        def naive() -> list[str]:
            return self.SPLIT.split("a , b")

        assert regexes_of(naive, __name__) == 1

    @pytest.mark.parametrize(
        "asks", [*(bomb[:2000] for bomb in BOMBS.values()), "content-type", ""]
    )
    @pytest.mark.parametrize("path", ["/", "/x", "/x/../y", "/%2e%2e/", "/\xff", "//x"])
    def test_no_regex_of_ours_reads_a_request(self, asks: str, path: str) -> None:
        rules = {"/x": only(APP), "/x/*": only(APP)}
        for door in doors(**only(APP, "https://*.example.com"), rules=rules):
            for origin in (APP, "https://a.example.com", asks):
                for environ in (preflight(path, "PUT", origin, asks), get(path, origin)):
                    door(environ)
                    asked = regexes_of(partial(door, environ), "flask_strictcors")
                    assert asked == 0

    def test_nor_where_routing_leads_on(self) -> None:
        app = Flask(__name__, static_folder=None)
        app.add_url_rule("/<v>/", "v", lambda v: v, methods=METHODS)
        StrictCORS(app, origins=[APP])
        for environ in (preflight("/%2541%20b"), get("/%2541%20b")):
            # urllib's unquote() asks one, on behalf of whoever calls it.
            assert regexes_of(partial(door_of(app), environ), "urllib") == 0
