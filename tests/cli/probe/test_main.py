"""`python -m flask_strictcors probe`, and `flask cors probe` where there is no app."""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import flask_strictcors

from .raw import Raw, saying
from .scripted import PAGE

# By its path: pytest has its own way of importing what belongs to a plugin.
MODULE = str(Path(flask_strictcors.__file__).with_name("__main__.py"))

Listen = Callable[..., Raw]
OPEN = saying("HTTP/1.1 200 OK", "Access-Control-Allow-Origin: *", "Content-Length: 0")


def run(monkeypatch: pytest.MonkeyPatch, *words: str) -> int | str | None:
    monkeypatch.setattr(sys, "argv", ["flask_strictcors", *words])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(MODULE, run_name="__main__")
    return ended.value.code


def test_the_module_probes(
    listen: Listen, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "probe", listen(OPEN).url(), "--origin", PAGE) == 0
    assert "Allowed. A browser lets" in capsys.readouterr().out


@pytest.mark.parametrize("words", [[], ["prob"]], ids=["none", "a wrong one"])
def test_without_a_command_that_it_knows_the_module_says_how_it_is_used(
    words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    status = run(monkeypatch, *words)
    printed = capsys.readouterr()
    assert "Usage: python -m flask_strictcors [OPTIONS] COMMAND [ARGS]..." in (
        printed.out + printed.err
    )
    assert status == 2 or not words  # click before 8.2 takes no command for a question


def test_importing_the_module_does_nothing() -> None:
    runpy.run_path(MODULE, run_name="imported")


@pytest.mark.parametrize("words", [["flask", "cors"], ["flask_strictcors"]], ids=" ".join)
def test_a_shell_probes_without_an_app(words: list[str], listen: Listen, tmp_path: Path) -> None:
    environment = {key: value for key, value in os.environ.items() if key != "FLASK_APP"}
    words = [*words, "probe", listen(OPEN).url(), "--origin", PAGE]
    result = subprocess.run(
        [sys.executable, "-m", *words],
        cwd=tmp_path,
        env=environment,
        text=True,
        capture_output=True,
        check=False,
    )
    assert (result.returncode, result.stderr) == (0, "")
    assert "Allowed." in result.stdout
