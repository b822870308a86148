"""The import contracts in setup.cfg bite: one forbidden import, and the contract is broken."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

LAYERS = "Nothing imports upward or sideways"
FACADE = "The facade stands on top: no module imports it"
CHAIN = "The core is a chain, bottom-up"
PURE = "The core and the browser model are pure: no framework, no I/O, no clock, no logging"
MODEL = "The browser model knows the standard, and nothing of the server that it judges"
SERVER = "No answer depends on the browser model"
EDGES = "Only the decorators and the extension know Flask"
GRAMMAR = "No regular expressions, anywhere"

CHANGES = [
    ("core/errors", "import flask", PURE),
    ("core/decision", "import werkzeug.http", PURE),
    ("core/rules", "from blinker import Signal", PURE),
    ("core/policy", "import logging", PURE),
    ("core/origins", "import socket", PURE),
    ("core/fetch", "from os import environ", PURE),
    ("core/fetch", "from time import monotonic", PURE),
    ("core/rules", "def late() -> None:\n    import urllib.request", PURE),
    ("core/decision", "from flask_strictcors import signals", LAYERS),
    ("signals", "from flask_strictcors.extension import StrictCORS", LAYERS),
    ("wsgi", "from flask_strictcors import decorators", LAYERS),
    ("decorators", "from flask_strictcors import wsgi", LAYERS),
    ("extension", "from flask_strictcors import cors", FACADE),
    ("core/rules", "import flask_strictcors", FACADE),
    ("core/fetch", "from flask_strictcors.core import errors", CHAIN),
    ("core/policy", "from flask_strictcors.core import decision", CHAIN),
    ("asking", "from flask_strictcors import wsgi", LAYERS),
    ("signals", "from flask import current_app", EDGES),
    ("wsgi", "import flask", EDGES),
    ("browser", "import socket", PURE),
    ("browser", "from werkzeug.datastructures import Headers", PURE),
    ("browser", "from flask_strictcors.core import decision", MODEL),
    ("browser", "from flask_strictcors.wsgi import answer", LAYERS),
    ("extension", "from flask_strictcors import browser", SERVER),
    ("wsgi", "from flask_strictcors import browser", SERVER),
    ("extension", "from flask_strictcors import cli", LAYERS),
    ("testing", "from flask_strictcors import cli", LAYERS),
    ("observability", "from flask_strictcors import testing", LAYERS),
    ("core/origins", "import re", GRAMMAR),
    ("extension", "from fnmatch import fnmatch", GRAMMAR),
]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "flask_strictcors", tmp_path / "flask_strictcors")
    shutil.copy(ROOT / "setup.cfg", tmp_path)
    return tmp_path


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    # -P and PYTHONPATH: the copy is judged, not the package that is installed.
    lint = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    return subprocess.run(
        [sys.executable, "-P", "-c", lint, "--no-cache"],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "COLUMNS": "200"},
        text=True,
        capture_output=True,
        check=False,
    )


def module(folder: Path, name: str) -> Path:
    path = folder / "flask_strictcors" / name
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def test_the_package_keeps_every_contract(copy: Path) -> None:
    result = lint_imports(copy)
    assert result.returncode == 0, result.stdout
    assert "BROKEN" not in result.stdout


@pytest.mark.parametrize(("name", "line", "contract"), CHANGES)
def test_one_import_breaks(copy: Path, name: str, line: str, contract: str) -> None:
    with module(copy, name).open("a") as source:
        source.write(f"\n{line}\n")
    result = lint_imports(copy)
    assert result.returncode == 1, result.stdout
    assert f"{contract} BROKEN" in result.stdout


@pytest.mark.parametrize(("name", "contract"), [("newcomer", LAYERS), ("core/newcomer", CHAIN)])
def test_a_new_module_must_be_given_its_place(copy: Path, name: str, contract: str) -> None:
    module(copy, name).write_text("")
    result = lint_imports(copy)
    assert result.returncode == 1, result.stdout
    assert f"{contract} BROKEN" in result.stdout
