"""Every Python block of the documents runs, alone, and those that show an error raise it."""

import builtins
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from flask import Flask

import flask_strictcors
from flask_strictcors import PolicyError, origin_rejected, preflight_rejected

from .pages import Block, all_blocks

ALL = all_blocks("python", "text")
PYTHON = [block for block in ALL if block.language == "python"]


def error_of(block: Block) -> type[Exception] | None:
    """Return what a block's mark says that it raises: an exception, or a problem by its code."""
    match block.mark.split(": "):
        case ["raises", name]:
            return getattr(flask_strictcors, name, None) or getattr(builtins, name)
        case ["gives", _]:
            return PolicyError
    assert block.mark == "", f"{block} has a mark that nobody reads: {block.mark}"
    return None


WORKING = [block for block in PYTHON if error_of(block) is None]
FAILING = [block for block in PYTHON if error_of(block) is not None]
SHOWN = [
    (block, following.text)
    for block, following in pairwise(ALL)
    if block in FAILING and following.language == "text" and block.page == following.page
]


@pytest.fixture
def namespace() -> Iterator[dict[str, Any]]:
    """Give a block a module of its own, and forget afterwards whom it made listen."""
    names: dict[str, Any] = {"__name__": "documented"}
    yield names
    for signal in (origin_rejected, preflight_rejected):
        for receiver in [*signal.receivers_for(names.get("app"))]:
            signal.disconnect(receiver)


def run(block: Block, names: dict[str, Any]) -> None:
    # Behind as many empty lines, so that a traceback names the line of the page.
    exec(compile("\n" * block.line + block.text, str(block.page), "exec"), names)


def test_there_are_blocks_to_run() -> None:
    assert len(WORKING) > 5
    assert len(FAILING) > 3
    assert len(SHOWN) > 1


@pytest.mark.parametrize("block", WORKING, ids=str)
def test_a_block_runs_and_its_app_admits_no_stranger(
    block: Block, namespace: dict[str, Any]
) -> None:
    run(block, namespace)
    app = namespace.get("app")
    if isinstance(app, Flask):
        response = app.test_client().get("/nowhere", headers={"Origin": "https://evil.net"})
        assert response.status_code in (403, 404)
        assert response.headers.getlist("Access-Control-Allow-Origin") == []


@pytest.mark.parametrize("block", FAILING, ids=str)
def test_a_block_raises_what_it_is_marked_with(block: Block, namespace: dict[str, Any]) -> None:
    with pytest.raises(error_of(block) or Exception) as raised:
        run(block, namespace)
    if isinstance(raised.value, PolicyError) and block.mark.startswith("gives: "):
        codes = [problem.code for problem in raised.value.problems]
        assert codes == [block.mark.removeprefix("gives: ")]


@pytest.mark.parametrize(("block", "message"), SHOWN, ids=str)
def test_a_message_is_shown_as_it_is_raised(
    block: Block, message: str, namespace: dict[str, Any]
) -> None:
    with pytest.raises(error_of(block) or Exception) as raised:
        run(block, namespace)
    assert message == f"{raised.value}\n"
