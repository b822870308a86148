"""Invariants 9 and 10: what a request costs, and that nothing in it raises."""

from __future__ import annotations

import gc
import re
import sys
import tracemalloc
from collections.abc import Callable
from types import FrameType
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flask_strictcors.core.rules import read_rules
from flask_strictcors.wsgi import StrictCORSMiddleware

from .plans import APP, Ask, Plan
from .strategies import plans, runs, some_asks
from .worlds import World, send

OURS = "flask_strictcors"
PATTERN = type(re.compile(""))


def module_of(frame: FrameType | None) -> str:
    return "" if frame is None else str(frame.f_globals.get("__name__", ""))


def is_standard(frame: FrameType | None) -> bool:
    return module_of(frame).partition(".")[0] in sys.stdlib_module_names


def regexes_in(work: Callable[[], object]) -> list[str]:
    """Return who of us asked a regex engine, by himself or through the standard library."""
    found: list[str] = []

    def see(frame: FrameType, event: str, arg: Any) -> None:
        if event == "c_call" and isinstance(getattr(arg, "__self__", None), PATTERN):
            asking: FrameType | None = frame
            while asking is not None and is_standard(asking):
                asking = asking.f_back
            if asking is not None and module_of(asking).partition(".")[0] == OURS:
                found.append(f"{module_of(asking)}:{asking.f_lineno}")

    before = sys.getprofile()
    sys.setprofile(see)
    try:
        work()
    finally:
        sys.setprofile(before)
    return found


@runs(30)
@given(plan=plans(), requests=some_asks)
def test_9_no_byte_of_a_request_reaches_a_regex_engine(plan: Plan, requests: list[Ask]) -> None:
    world = World(plan)
    # What is compiled from the app on its first request is no byte of a request.
    send(world.app, Ask().environ())
    for ask in requests:
        assert regexes_in(lambda ask=ask: send(world.app, ask.environ())) == []


def test_9_a_regex_of_ours_would_be_seen_also_behind_the_standard_library() -> None:
    program = "import urllib.parse, re\nPATTERN.match('a'); unquote('%41')"
    names = {"__name__": f"{OURS}.naive", "unquote": unquote, "PATTERN": re.compile("a")}
    assert f"{OURS}.naive:2" in regexes_in(lambda: exec(program, names))


SIZES = (2_000, 200_000)
FILLERS = [",", " ", "a", "a,", "x-a,", "\t,", "\xff", "-", ".", "a.", "/", "://", "%41", "\\", ":"]
FIELDS = [
    "HTTP_ORIGIN",
    "HTTP_ACCESS_CONTROL_REQUEST_HEADERS",
    "HTTP_ACCESS_CONTROL_REQUEST_METHOD",
]


def work_of(app: Any, environ: dict[str, Any]) -> tuple[int, int]:
    """Return how many calls serving takes, and how many bytes are held at its peak."""
    calls = 0

    def see(frame: FrameType, event: str, arg: Any) -> None:
        nonlocal calls
        calls += event in ("call", "c_call") and module_of(frame).startswith(OURS)

    for _ in range(2):
        send(app, environ)
    gc.disable()
    before = sys.getprofile()
    sys.setprofile(see)
    try:
        send(app, environ)
    finally:
        sys.setprofile(before)
        gc.enable()
    tracemalloc.start()
    try:
        send(app, environ)
        return calls, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def bare(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    start_response("200 OK", [])
    return []


@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
@pytest.mark.parametrize("field", FIELDS)
@runs(4)
@given(data=st.data())
def test_9_the_length_of_what_is_sent_costs_nothing(
    method: str, field: str, data: st.DataObject
) -> None:
    filler = data.draw(st.sampled_from(FILLERS))
    start = data.draw(st.sampled_from(["", "https://", f"{APP}.", "content-type,"]))
    policy: Any = {"origins": [APP, "https://*.example.com"], "methods": ["GET", "PUT"]}
    guarded = StrictCORSMiddleware(bare, rules={"/x/*": policy, "/y": policy}, **policy)
    asked = Ask("/x", method, APP, "PUT", "content-type")
    few, many = (asked.environ(**{field: start + filler * size}) for size in SIZES)
    (calls, held), (most_calls, most_held) = work_of(guarded, few), work_of(guarded, many)
    assert most_calls <= calls + 2
    # What is told of a request is cut first; nothing is held that grows with it.
    assert most_held <= held + 20_000


@pytest.mark.parametrize("filler", ["/", "/a", "/..", "%2e", "\\", "a"])
def test_9_the_length_of_a_path_costs_nothing_where_rules_are_found(filler: str) -> None:
    rules = read_rules({f"/a/{n}/*": None for n in range(50)}, [])
    profile = []
    for size in SIZES:
        calls = 0

        def see(frame: FrameType, event: str, arg: Any) -> None:
            nonlocal calls
            calls += event in ("call", "c_call")

        path = "/a" + filler * size
        sys.setprofile(see)
        try:
            rules.find(path)
        finally:
            sys.setprofile(None)
        profile.append(calls)
    assert profile[0] == profile[1]


# --- nothing raises ------------------------------------------------------------------------------

NAMES = [
    "HTTP_ORIGIN",
    "HTTP_ACCESS_CONTROL_REQUEST_METHOD",
    "HTTP_ACCESS_CONTROL_REQUEST_HEADERS",
    "HTTP_SEC_FETCH_SITE",
    "HTTP_HOST",
    "HTTP_COOKIE",
    "PATH_INFO",
    "SCRIPT_NAME",
    "QUERY_STRING",
    "REQUEST_METHOD",
    "SERVER_NAME",
    "SERVER_PORT",
    "CONTENT_LENGTH",
    "CONTENT_TYPE",
    "wsgi.url_scheme",
]
# As servers decode it: each byte is one character.
LATIN = st.text(st.characters(max_codepoint=0xFF), max_size=20)
NASTY = st.sampled_from(
    [
        "",
        "\x00",
        "\r\nX: y",
        "https://",
        "https://[",
        "https://a:b",
        f"{APP}\n",
        "[::1",
        ":",
        "//",
        "/..",
    ]
)
OPTIONAL = ["HTTP_HOST", "QUERY_STRING", "SCRIPT_NAME", "PATH_INFO", "CONTENT_TYPE"]


@st.composite
def malformed(draw: st.DrawFn) -> dict[str, str | None]:
    """Draw what is changed in an environ; None where it is left out."""
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=5, unique=True))
    changed: dict[str, str | None] = {name: draw(LATIN | NASTY) for name in names}
    return changed | dict.fromkeys(draw(st.lists(st.sampled_from(OPTIONAL), max_size=2)))


@runs(50)
@given(
    plan=plans(answers=("plain", "abort", "raise")),
    requests=some_asks,
    changes=st.lists(malformed(), min_size=1, max_size=4),
)
def test_10_nothing_in_a_request_makes_the_extension_raise(
    plan: Plan, requests: list[Ask], changes: list[dict[str, str | None]]
) -> None:
    world, bare = World(plan), World(plan, is_guarded=False)
    for index, ask in enumerate(requests):
        environ = ask.environ()
        for name, value in changes[index % len(changes)].items():
            environ.pop(name, None)
            if value is not None:
                environ[name] = value
        if not survives(bare, environ):
            continue
        answer = send(world.app, environ)
        assert world.faults == []
        assert answer.cors.get("allow-origin") in (None, "*", environ.get("HTTP_ORIGIN"))


def survives(world: World, environ: dict[str, Any]) -> bool:
    """Report whether Flask alone, without the extension, has an answer to this."""
    world.faults.clear()
    try:
        send(world.app, environ)
    except Exception:
        return False
    return not world.faults
