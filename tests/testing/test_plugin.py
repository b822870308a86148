"""The pytest plugin: a fixture for those who ask for it, and nothing for those who do not."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from flask import Flask

from flask_strictcors.testing import Browser, CORSError, assert_refuses, hostile_origins

from .apps import APP, EVIL, strict_app

pytestmark = pytest.mark.once

pytest_plugins = ["pytester"]

# The order of other plugins is nobody's business here, and theirs are not the options to test.
QUIET = ("-p", "no:randomly", "-p", "no:cacheprovider")

WITH_APP = """
    import pytest
    from flask import Flask
    from flask_strictcors import StrictCORS
    from flask_strictcors.testing import CORSError, assert_refuses, hostile_origins

    @pytest.fixture
    def app():
        app = Flask(__name__)
        StrictCORS(app, origins=["https://app.example.com"])
        app.add_url_rule("/", view_func=lambda: "hello")
        return app
"""


@pytest.fixture
def app() -> Flask:
    return strict_app()


# --- in this very suite, beside pytest-flask ---


def test_the_fixture_is_a_browser_in_front_of_the_suites_app(cors_browser: Browser) -> None:
    assert cors_browser.open(APP).fetch("/users").json["host"] == "localhost"
    with pytest.raises(CORSError):
        cors_browser.open(EVIL).fetch("/users")


def test_each_test_gets_a_profile_of_its_own(cors_browser: Browser, app: Flask) -> None:
    page = cors_browser.open(APP)
    page.fetch("/users", method="PUT")
    assert len(page.preflights) == 1
    assert isinstance(cors_browser, Browser)


@pytest.mark.parametrize("origin", hostile_origins(APP)[:3])
def test_the_assertions_work_beside_the_request_context_of_pytest_flask(
    app: Flask, origin: str
) -> None:
    assert_refuses(app, origin, "/users")


# --- in the suites of others ---


def test_a_suite_uses_it_without_further_ado(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        WITH_APP
        + """
    def test_page(cors_browser):
        assert cors_browser.open("https://app.example.com").fetch("/").text == "hello"

    def test_other_page(cors_browser):
        with pytest.raises(CORSError, match="Access-Control-Allow-Origin"):
            cors_browser.open("https://evil.net").fetch("/")

    @pytest.mark.parametrize("origin", hostile_origins("https://app.example.com"))
    def test_hostile(app, origin):
        assert_refuses(app, origin)
    """
    )
    result = pytester.runpytest_subprocess(*QUIET, "-W", "error")
    result.assert_outcomes(passed=2 + len(hostile_origins(APP)))


def test_it_needs_no_pytest_flask_and_no_flask_app(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
    import pytest

    @pytest.fixture
    def app():
        def answer(environ, start_response):
            start_response("200 OK", [("Access-Control-Allow-Origin", "*")])
            return [b"hello"]
        return answer

    def test_page(cors_browser):
        assert cors_browser.open("https://evil.net").fetch("/").text == "hello"
    """
    )
    result = pytester.runpytest_subprocess(*QUIET, "-p", "no:flask", "-W", "error")
    result.assert_outcomes(passed=1)


def test_a_failed_assertion_shows_the_story_and_the_line_of_the_test(
    pytester: pytest.Pytester,
) -> None:
    pytester.makepyfile(
        WITH_APP
        + """
    def test_open(app):
        assert_refuses(app, "https://app.example.com")
    """
    )
    result = pytester.runpytest_subprocess(*QUIET)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            '>       assert_refuses(app, "https://app.example.com")',
            "E       AssertionError: GET http://localhost/ from https://app.example.com: its*",
            "E       > GET http://localhost/",
            "E       yes origin: The answer allows https://app.example.com.",
        ]
    )
    result.stdout.no_fnmatch_line("*expectations.py*")


def test_without_an_app_fixture_pytest_says_so(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_page(cors_browser): pass")
    result = pytester.runpytest_subprocess(*QUIET)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*fixture 'app' not found"])


def test_the_fixture_is_listed_with_what_it_is(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest_subprocess(*QUIET, "--fixtures")
    result.stdout.fnmatch_lines(
        ["cors_browser -- *plugin.py:*", "    Return a browser with a fresh profile, *"]
    )


def test_a_suite_can_do_without_the_plugin(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_page(cors_browser): pass")
    result = pytester.runpytest_subprocess(*QUIET, "-p", "no:strictcors")
    result.stdout.fnmatch_lines(["*fixture 'cors_browser' not found"])


def test_a_suite_that_does_not_use_it_imports_nothing_more(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makepyfile(
        """
    import sys

    def test_what_is_imported():
        ours = {name for name in sys.modules if name.partition(".")[0] == "flask_strictcors"}
        assert ours == {
            "flask_strictcors",
            "flask_strictcors.lazy",
            "flask_strictcors.testing",
            "flask_strictcors.testing.plugin",
        }
        assert not {"flask", "werkzeug", "blinker", "idna", "publicsuffixlist"} & set(sys.modules)
    """
    )
    result = pytester.runpytest_subprocess("-p", "strictcors", "-W", "error")
    result.assert_outcomes(passed=1)


def test_pytest_does_not_mind_that_the_app_was_imported_before_it(tmp_path: Path) -> None:
    """As in a `flask test` command that calls pytest.main, with the package from a wheel."""
    installed = tmp_path / "wheel-1.dist-info"
    installed.mkdir()
    (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: wheel\nVersion: 1\n")
    (installed / "RECORD").write_text("flask_strictcors/__init__.py,,\n")
    plugin = "strictcors = flask_strictcors.testing.plugin"
    (installed / "entry_points.txt").write_text(f"[pytest11]\n{plugin}\n")
    (tmp_path / "test_none.py").write_text("def test_nothing(): pass")
    program = (
        "import flask_strictcors, pytest, sys;"
        f"sys.path.insert(0, {str(tmp_path)!r});"
        "sys.exit(pytest.main(['-W', 'error', '-p', 'no:cacheprovider', '-q']))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, text=True, capture_output=True, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "warning" not in ran.stdout


def test_the_plugin_has_one_fixture_and_no_hook() -> None:
    from flask_strictcors.testing import plugin

    assert not [name for name in vars(plugin) if name.startswith("pytest_")]
    assert not isinstance(plugin.cors_browser, type)


def test_the_plugin_is_registered_under_the_name_that_the_page_tells() -> None:
    (found,) = (
        entry
        for entry in entry_points(group="pytest11")
        if entry.value.startswith("flask_strictcors.")
    )
    assert (found.name, found.value) == ("strictcors", "flask_strictcors.testing.plugin")


def test_the_plugin_imports_neither_flask_nor_werkzeug_nor_the_core() -> None:
    program = (
        "import pytest, sys; old = set(sys.modules); import flask_strictcors.testing.plugin;"
        "print(*sorted(set(sys.modules) - old))"
    )
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", program], text=True, capture_output=True, check=True
    )
    assert ran.stdout.split() == [
        "flask_strictcors",
        "flask_strictcors.lazy",
        "flask_strictcors.testing",
        "flask_strictcors.testing.plugin",
    ]
