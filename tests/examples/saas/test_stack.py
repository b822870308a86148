"""Servers that are missing, or do not start."""

from __future__ import annotations

from pathlib import Path

import pytest

from saas.stack import Stack

from .ways import full, processes_of

pytestmark = pytest.mark.once


def test_what_has_started_ends_when_something_else_does_not_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("saas.stack.find", lambda name, package: f"/nowhere/{name}")
    stack = Stack(tmp_path)
    stack.redis.words = ["sleep", "60"]
    with pytest.raises(FileNotFoundError, match="initdb"), stack:
        raise AssertionError("it has started")
    assert processes_of(stack) == []


@pytest.mark.parametrize("asked", ["", "1"])
def test_a_missing_program_is_a_skip_and_a_failure_where_it_is_asked_for(
    asked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.which", lambda name, path: None)
    monkeypatch.setenv("STRICTCORS_REQUIRE_BROWSERS", asked)
    outcome = pytest.fail.Exception if asked else pytest.skip.Exception
    with pytest.raises(outcome, match="no postgres here: apt-get install postgresql"), full(1):
        raise AssertionError("it has started")
