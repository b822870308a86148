"""Facts that stand in one place: the public names, the version, what coverage may leave out."""

import ast
import pickle
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib import import_module
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


# The packages whose names come on first use, each with what it may import until then.
LAZY = {
    "flask_strictcors": {"flask_strictcors", "flask_strictcors.lazy"},
    "flask_strictcors.testing": {
        "flask_strictcors",
        "flask_strictcors.lazy",
        "flask_strictcors.testing",
    },
}


def told_to_type_checkers(package: str) -> Iterator[tuple[str, str]]:
    """Yield each name that a package shows to type checkers only, and the module it is from."""
    source = Path(import_module(package).__file__ or "").read_text()
    for branch in ast.parse(source).body:
        if isinstance(branch, ast.If) and ast.unparse(branch.test) == "TYPE_CHECKING":
            for line in branch.body:
                assert isinstance(line, ast.ImportFrom)
                assert line.module is not None
                yield from ((alias.name, line.module) for alias in line.names)


TOLD = [(package, *told) for package in LAZY for told in told_to_type_checkers(package)]


def run(program: str) -> str:
    command = [sys.executable, "-W", "error", "-c", program]
    return subprocess.run(command, text=True, capture_output=True, check=True).stdout


def test_the_facade_exports_exactly_the_documented_names() -> None:
    assert sorted(flask_strictcors.__all__) == sorted(PUBLIC)


@pytest.mark.parametrize("package", LAZY)
def test_type_checkers_see_exactly_the_names_of(package: str) -> None:
    assert sorted(name for name, _ in told_to_type_checkers(package)) == sorted(
        import_module(package).__all__
    )


@pytest.mark.parametrize(("package", "name", "module"), TOLD)
def test_a_name_is_the_object_that_type_checkers_see(package: str, name: str, module: str) -> None:
    assert getattr(import_module(package), name) is getattr(import_module(module), name)


@pytest.mark.parametrize(("package", "name", "module"), TOLD)
def test_a_name_comes_first_by_whatever_way_and_is_kept(
    package: str, name: str, module: str
) -> None:
    program = f"from {package} import {name} as one; import {package} as all_; import {module} as m"
    assert run(f"{program}; print(one is all_.{name} is vars(all_)[{name!r}] is m.{name})") == (
        "True\n"
    )


@pytest.mark.parametrize("package", LAZY)
def test_a_star_import_brings_all_of(package: str) -> None:
    names = import_module(package).__all__
    found = run(f"from {package} import *; print(*sorted(set(dir()) & set({names!r})))")
    assert found.split() == sorted(names)


@pytest.mark.parametrize(("package", "modules"), LAZY.items())
def test_nothing_else_is_imported_before_a_name_is_asked_for(
    package: str, modules: set[str]
) -> None:
    found = run(
        "import __future__, collections.abc, importlib, sys, typing; old = set(sys.modules);"
        f"import {package}; print(*set(sys.modules) - old)"
    )
    assert set(found.split()) == modules


@pytest.mark.parametrize("package", LAZY)
def test_dir_shows_each_name_once_and_before_it_is_asked_for(package: str) -> None:
    names = run(f"import {package}; print(*dir({package}))").split()
    assert len(names) == len(set(names))
    assert {*import_module(package).__all__, "__all__", "__doc__", "__path__"} <= set(names)
    assert set(names) <= {*dir(import_module(package))}


@pytest.mark.parametrize("package", LAZY)
def test_a_name_that_is_not_there_is_an_attribute_error_as_ever(package: str) -> None:
    with pytest.raises(AttributeError) as raised:
        import_module(package).Polcy  # noqa: B018
    assert str(raised.value) == f"module {package!r} has no attribute 'Polcy'"
    with pytest.raises(ImportError, match="cannot import name 'Polcy'"):
        exec(f"from {package} import Polcy")


def test_the_modules_of_the_package_are_not_taken_for_its_names() -> None:
    program = "import flask_strictcors; print(hasattr(flask_strictcors, 'wsgi'), end=' ')"
    assert run(f"{program}; from flask_strictcors import wsgi; print(wsgi.__name__)") == (
        "False flask_strictcors.wsgi\n"
    )


def test_what_the_facade_exports_can_be_pickled() -> None:
    policy = flask_strictcors.Policy(origins=["https://app.example.com"])
    assert pickle.loads(pickle.dumps(policy)) == policy
    classes = [getattr(flask_strictcors, name) for name in sorted(PUBLIC)]
    for cls in (value for value in classes if isinstance(value, type)):
        assert pickle.loads(pickle.dumps(cls)) is cls


def test_hostile_origins_come_without_flask() -> None:
    program = "import sys; from flask_strictcors.testing import hostile_origins"
    assert run(f"{program}; print('flask' in sys.modules, 'werkzeug' in sys.modules)") == (
        "False False\n"
    )


def test_a_policy_comes_without_flask() -> None:
    program = "import sys; from flask_strictcors import Policy, PolicyError, Problem, Decision"
    assert run(f"{program}; print('flask' in sys.modules, 'werkzeug' in sys.modules)") == (
        "False False\n"
    )


def test_no_module_repeats_the_version_of_pyproject(root: Path) -> None:
    version = tomllib.loads((root / "pyproject.toml").read_text())["project"]["version"]
    modules = (root / "flask_strictcors").rglob("*.py")
    assert [path for path in modules if version in path.read_text()] == []


def test_no_line_of_the_package_asks_coverage_or_a_type_checker_to_look_away(root: Path) -> None:
    pragmas = ("pragma: no", "type: ignore\n", "mypy: ignore-errors", "pyright: basic")
    modules = (root / "flask_strictcors").rglob("*.py")
    assert [path for path in modules if any(word in path.read_text() for word in pragmas)] == []


def test_what_only_some_need_is_not_imported_with_the_extension() -> None:
    program = "import sys; from flask_strictcors import StrictCORS; print(*sys.modules)"
    modules = set(run(program).split())
    assert "flask_strictcors.extension.strictcors" in modules
    assert not modules & {
        "flask_strictcors.core.origins.diagnosis",
        "flask_strictcors.wsgi.middleware",
        "publicsuffixlist",
        "werkzeug.middleware.proxy_fix",
    }
    program = "from flask_strictcors import wsgi; print(wsgi.StrictCORSMiddleware.__name__)"
    assert run(program).split() == ["StrictCORSMiddleware"]
