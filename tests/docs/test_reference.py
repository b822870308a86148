"""docs/reference.md has every public name, with the parameters and the options that there are."""

import inspect
import re
from importlib import import_module
from logging import WARNING

import pytest

import flask_strictcors
import flask_strictcors.observability
import flask_strictcors.testing
from flask_strictcors.core.policy import POLICY_OPTIONS
from flask_strictcors.core.policy.options import DEFAULTS

from .pages import DOCS, code, section

# What is on the page depends on the source alone.
pytestmark = pytest.mark.once

PAGE = DOCS / "reference.md"
LOG = "flask_strictcors.observability.log_rejections"
LEVELS = {WARNING: "WARNING"}
PUBLIC = {
    package.__name__: package.__all__
    for package in (flask_strictcors, flask_strictcors.testing, flask_strictcors.observability)
}
DIRECTIVE = re.compile(
    r"^\.\. (?:currentmodule|(?:auto|py:)\w+):: ([\w.]+)(\(.*\))?$", re.MULTILINE
)
OF_A_POLICY, OF_AN_APP = (
    [line for line in part.splitlines() if line.startswith("| `")]
    for part in section(PAGE, "## The options of a policy").split("Of an app")
)


def described() -> dict[str, str]:
    """Return the full names of what the page describes, with the parameters that it shows."""
    found, module = {}, ""
    for name, parameters in DIRECTIVE.findall(PAGE.read_text()):
        if name in PUBLIC:
            module = name
        else:
            found[name if name.startswith("flask_") else f"{module}.{name}"] = parameters
    return found


DESCRIBED = described()
CALLED = {name: shown for name, shown in DESCRIBED.items() if shown not in ("", "()")}


def test_every_public_name_is_described_and_no_other() -> None:
    public = {f"{package}.{name}" for package, names in PUBLIC.items() for name in names}
    middleware = "flask_strictcors.wsgi.StrictCORSMiddleware"
    assert DESCRIBED.keys() == public | {middleware, "flask_strictcors.cors.exempt"}


@pytest.mark.parametrize("name", sorted(CALLED))
def test_the_parameters_that_are_shown_are_there(name: str) -> None:
    place, _, attribute = name.removesuffix(".exempt").rpartition(".")
    subject = getattr(import_module(place), attribute)
    subject = subject.exempt if name.endswith(".exempt") else subject
    shown = inspect.signature(eval(f"lambda {CALLED[name][1:-1]}: 0")).parameters.values()
    there = inspect.signature(subject).parameters.values()
    # What only tests of the package itself give is not shown.
    assert [(p.name, p.kind) for p in shown] == [
        (p.name, p.kind) for p in there if (name, p.name) != (LOG, "clock")
    ]
    for mine, theirs in zip(shown, there, strict=False):
        # The default of an argument that leaves the word to app.config is a private name.
        if mine.default is not mine.empty and isinstance(theirs.default, str | bool | tuple | int):
            assert mine.default in (theirs.default, LEVELS.get(theirs.default))


@pytest.mark.parametrize("member", ["__call__", "exempt"])
def test_what_sphinx_does_not_find_stands_there_word_for_word(member: str) -> None:
    written = inspect.getdoc(getattr(type(flask_strictcors.cors), member)) or ""
    assert " ".join(written.split()) in " ".join(PAGE.read_text().split())


def test_every_option_of_a_policy_has_its_row_with_its_default() -> None:
    rows = {code(line): line for line in OF_A_POLICY}
    assert tuple(rows) == POLICY_OPTIONS
    for option, default in DEFAULTS.items():
        shown = re.split(r"(?<!\\)\| ", rows[option])[3]
        assert code(shown) == repr(default).replace("'", '"')


def test_every_option_of_an_app_has_its_row() -> None:
    parameters = [
        parameter.name
        for parameter in inspect.signature(flask_strictcors.StrictCORS).parameters.values()
        if parameter.kind is parameter.KEYWORD_ONLY
    ]
    assert [code(line) for line in OF_AN_APP] == parameters
