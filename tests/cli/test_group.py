"""The group is there for every `flask` call, and costs next to nothing."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask.cli import NoAppException, ScriptInfo

from flask_strictcors import StrictCORS
from flask_strictcors.cli import cors

APP = """
from flask import Flask
from flask_strictcors import StrictCORS

app = Flask(__name__, static_folder=None)
StrictCORS(app, origins=["https://app.example.com"])

@app.get("/prices")
def prices():
    return "1"
"""

COMMANDS = ["check", "explain", "migrate", "probe", "routes"]

LOADED = """
import sys
import flask.cli
before = set(sys.modules)
import flask_strictcors.cli
print(*sorted(set(sys.modules) - before))
"""


def run(*words: str, cwd: Path | None = None) -> str:
    result = subprocess.run(
        [sys.executable, *words], cwd=cwd, text=True, capture_output=True, check=True
    )
    return result.stdout


def test_flask_finds_the_group_by_its_entry_point(tmp_path: Path) -> None:
    (tmp_path / "shop.py").write_text(APP)
    out = run("-m", "flask", "--app", "shop", "cors", "routes", cwd=tmp_path)
    assert out.splitlines()[1].split() == [
        *("/prices", "GET,", "HEAD", "app", "https://app.example.com", "no", "GET,", "HEAD")
    ]


def test_loading_the_group_loads_nothing_but_the_group() -> None:
    assert run("-c", LOADED).split() == [
        "flask_strictcors",
        "flask_strictcors.cli",
        "flask_strictcors.cli.group",
        "flask_strictcors.lazy",
    ]


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_is_found_where_the_group_says(name: str) -> None:
    assert isinstance(cors, click.Group)
    command = cors.get_command(click.Context(cors), name)
    assert command is not None
    assert command.name == name


def test_help_tells_of_each_command_in_a_line() -> None:
    lines = CliRunner().invoke(cors, ["--help"]).output.splitlines()
    told = lines[lines.index("Commands:") + 1 :]
    assert [line.split()[0] for line in told] == COMMANDS


def test_a_command_that_is_none_is_bad_usage(typed: Callable[..., Result]) -> None:
    result = typed(Flask(__name__), "route")
    assert result.exit_code == 2
    assert result.stderr.startswith("Error: No such command 'route'.")
    assert result.stderr.endswith(" See --help.\n")
    assert len(result.output.splitlines()) == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["explain", "GET"], "Missing argument 'PATH'."),
        (["explain", "GET", "/", "--like", "netscape"], "'netscape' is not one of"),
        (["routes", "--xml"], "No such option '--xml'."),
        (["routes", "extra"], "Got unexpected extra argument (extra)"),
        (["check", "--ignore"], "Option '--ignore' requires an argument."),
        (["probe"], "Missing argument 'URL'."),
    ],
)
def test_words_that_a_command_does_not_take_are_told_in_a_line(
    words: list[str], told: str, typed: Callable[..., Result]
) -> None:
    result = typed(Flask(__name__), *words)
    assert (result.exit_code, result.stdout) == (2, "")
    (line,) = result.stderr.splitlines()
    assert line.startswith("Error: ")
    assert told in line
    assert line.endswith(" See --help.")


@pytest.mark.parametrize("command", [["routes"], ["explain", "GET", "/", "--origin", "null"]])
def test_an_app_without_strictcors_is_told_what_to_type(
    command: list[str], typed: Callable[..., Result]
) -> None:
    result = typed(Flask("shop"), *command)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        "Error: The app 'shop' has no StrictCORS: "
        'type StrictCORS(app, origins=["https://app.example.com"]) where the app is made.\n'
    )


@pytest.mark.parametrize("command", [["routes"], ["explain", "GET", "/", "--origin", "null"]])
def test_what_only_views_show_is_told_in_a_line(
    command: list[str], typed: Callable[..., Result]
) -> None:
    app = Flask(__name__, static_folder=None)
    ext = StrictCORS(app)

    def hiding(view: Callable[[], str]) -> Callable[[], str]:
        return lambda: str(view())

    app.add_url_rule("/", "hiding", hiding(ext(origins="*")(lambda: "")))
    result = typed(app, *command, debug=True)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("Error: view hiding: a decorator hides the policy")
    assert result.stderr.count("\n") == 1


def loaded(create: Callable[[], Flask], command: list[str]) -> Result:
    info = ScriptInfo(create_app=create)
    return CliRunner().invoke(cors, command, obj=info)


EACH = pytest.mark.parametrize(
    "command", [["routes"], ["check", "--json"], ["explain", "GET", "/", "--origin", "null"]]
)


@EACH
def test_an_app_that_is_refused_at_start_up_is_told_in_a_line(command: list[str]) -> None:
    def create() -> Flask:
        app = Flask(__name__)
        StrictCORS(app, origins="*", max_age=-1, methods=["get"])
        return app

    line = create.__code__.co_firstlineno + 2
    result = loaded(create, command)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"Error: test_group.py, line {line}: methods: ")
    assert "max_age: " in result.stderr
    assert result.stderr.count("\n") == 1


@EACH
def test_an_app_that_raises_while_it_loads_is_no_verdict(command: list[str]) -> None:
    def create() -> Flask:
        raise RuntimeError("there is no\ndatabase")

    result = loaded(create, command)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "RuntimeError: there is no\ndatabase" in result.stderr
    assert result.stderr.splitlines()[-1] == (
        "Error: The app does not load: mend what is said above, so that flask routes works."
    )


@EACH
def test_an_app_that_is_not_there_is_told_as_flask_tells_it(command: list[str]) -> None:
    def create() -> Flask:
        raise NoAppException("Could not import 'shop'.")

    result = loaded(create, command)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.endswith("Error: Could not import 'shop'.\n")
