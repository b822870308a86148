"""The apps of the examples have no findings."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest
from flask import Flask

from .asking import codes

EXAMPLES = Path(__file__).parents[3] / "examples"


def load(name: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(EXAMPLES))
    spec = importlib.util.spec_from_file_location(f"checked_{name}", EXAMPLES / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    "name", ["auth_routes", "cookies", "observed", "static_fonts", "tenants", "views"]
)
def test_an_app_of_the_examples_has_no_findings(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert codes(load(name, monkeypatch).app) == []


@pytest.mark.parametrize("name", ["blueprints", "env_config"])
def test_an_app_that_an_example_creates_has_no_findings(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLASK_STRICTCORS_ORIGINS", "https://app.example.com")
    monkeypatch.setenv("FLASK_STRICTCORS_CREDENTIALS", "true")
    assert codes(load(name, monkeypatch).create_app()) == []


def test_the_app_that_follows_a_list_has_no_findings(monkeypatch: pytest.MonkeyPatch) -> None:
    example = load("following", monkeypatch)
    # No Redis is looked for, from here or from what this process may fork.
    vars(example)["follow"] = lambda app: None
    assert codes(example.create_app()) == []


def test_the_quickstart_has_no_findings(monkeypatch: pytest.MonkeyPatch) -> None:
    api, _ = load("quickstart", monkeypatch).create_api("http://localhost:8000")
    assert isinstance(api, Flask)
    assert codes(api) == []


def test_each_example_with_an_app_of_flasks_is_checked() -> None:
    texts = {path.stem: path.read_text() for path in EXAMPLES.glob("*.py")}
    with_app = {name for name, text in texts.items() if "Flask(__name__" in text}
    checked = {"auth_routes", "cookies", "observed", "static_fonts", "tenants", "views"}
    assert with_app - {"serving"} == checked | {
        "blueprints",
        "env_config",
        "following",
        "quickstart",
    }
