"""What StrictCORS brings along when it is imported, and how long that takes."""

import sys

import pytest

from .importing import FLASK_CORS, STRICTCORS, Imported, imported

MOST_MODULES = 52
"""Each takes some 0.1 ms. A new one may raise it, if requests or set-up need it in every app."""

MOST_TEXTS = 3
"""Each takes some 0.1 ms: one for each named tuple. A dataclass has up to six, `frozen` none."""

MOST_OF_FLASK_CORS = 3.75
"""The budget is 10 ms where Flask-CORS takes 3; with so many modules, Python 3.12 needs more."""

MOST_TRIES = 40


@pytest.fixture(scope="module")
def brought() -> Imported:
    return imported(STRICTCORS, is_watched=True)


def test_it_brings_modules_of_its_own_and_few(brought: Imported) -> None:
    assert "flask_strictcors.extension.strictcors" in brought.modules
    packages = {name.partition(".")[0] for name in brought.modules}
    # No public suffixes, no tables of Unicode; Flask itself may not have all of its modules yet.
    assert packages - sys.stdlib_module_names <= {"flask", "flask_strictcors", "werkzeug"}
    assert len(brought.modules) <= MOST_MODULES


def test_it_brings_nothing_for_few_apps_debug_or_the_command_line(brought: Imported) -> None:
    rooms = ("browser", "cli", "observability", "testing")
    late = ("core.origins.diagnosis", "extension.candidate", "extension.texts", "wsgi.middleware")
    names = tuple(f"flask_strictcors.{name}" for name in (*rooms, *late))
    assert not [name for name in brought.modules if name.startswith(names)]


def test_it_compiles_hardly_a_text(brought: Imported) -> None:
    assert brought.texts <= MOST_TEXTS


def test_what_it_compiles_is_seen() -> None:
    classes = "@dataclass(frozen=True)\nclass Value:\n    name: str"
    seen = imported(f"from dataclasses import dataclass\n{classes}", is_watched=True)
    assert seen.texts > 0


@pytest.mark.once
def test_it_takes_no_longer_beside_flask_cors_than_it_may() -> None:
    ours = theirs = float("inf")
    for _ in range(MOST_TRIES):
        ours = min(ours, imported(STRICTCORS).ms)
        theirs = min(theirs, imported(FLASK_CORS).ms)
        if ours <= MOST_OF_FLASK_CORS * theirs:
            return
    pytest.fail(f"{ours:.1f} ms, of Flask-CORS {theirs:.1f} ms")
