"""Facts that stand in one place: the public names, the version, what coverage may leave out."""

import tomllib
from pathlib import Path

import pytest

import flask_strictcors

PUBLIC = {
    "Decision",
    "DynamicOrigins",
    "Policy",
    "PolicyError",
    "Problem",
    "Reason",
    "Rejection",
    "StrictCORS",
    "cors",
    "origin_rejected",
    "preflight_rejected",
}


def test_the_facade_exports_exactly_the_documented_names() -> None:
    assert sorted(flask_strictcors.__all__) == sorted(PUBLIC)


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_the_facade_has(name: str) -> None:
    assert getattr(flask_strictcors, name) is not None


def test_no_module_repeats_the_version_of_pyproject(root: Path) -> None:
    version = tomllib.loads((root / "pyproject.toml").read_text())["project"]["version"]
    modules = (root / "flask_strictcors").rglob("*.py")
    assert [path for path in modules if version in path.read_text()] == []


def test_no_line_of_the_package_asks_coverage_or_a_type_checker_to_look_away(root: Path) -> None:
    pragmas = ("pragma: no", "type: ignore\n", "mypy: ignore-errors", "pyright: basic")
    modules = (root / "flask_strictcors").rglob("*.py")
    assert [path for path in modules if any(word in path.read_text() for word in pragmas)] == []
