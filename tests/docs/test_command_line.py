"""The answers on the page of the command line are those that its app gives."""

import shlex
from typing import Any

import pytest

from flask_strictcors.cli import cors

from .pages import DOCS, blocks

PAGE = DOCS / "command-line.md"
(APP,) = [block for block in blocks(PAGE) if block.language == "python"]
SHOWN = [block for block in blocks(PAGE) if block.language == "console"]


def test_three_commands_are_shown() -> None:
    assert len(SHOWN) == 3


@pytest.mark.parametrize("block", SHOWN, ids=str)
def test_a_command_prints_what_is_shown(block: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    names: dict[str, Any] = {"__name__": "documented"}
    exec(APP.text, names)
    command, _, printed = block.text.partition("\n")
    program, group, *arguments = shlex.split(command.removeprefix("$ "))
    assert (program, group) == ("flask", "cors")
    assert names["app"].test_cli_runner().invoke(cors, arguments).output == printed
