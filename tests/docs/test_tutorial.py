"""The tutorial's changes add up to the API that it shows, and the server says what it shows."""

from typing import Any

import pytest

from .pages import Block, blocks
from .tutorial import PAGE, PAGE_ORIGIN, changed, followed

STEPS, MADE = followed()
NAMED = f'StrictCORS(app, origins=["{PAGE_ORIGIN}"])'


def test_each_step_ends_in_a_result_or_in_what_both_browsers_say() -> None:
    assert len(STEPS) > 8
    for step in STEPS:
        assert bool(step.result) != (step.said.keys() == {"chromium", "firefox"})


def test_the_whole_of_it_is_what_the_changes_make() -> None:
    *_, shown = (block.text for block in blocks(PAGE) if block.language == "python")
    assert shown == MADE


def test_a_change_that_has_no_place_is_told() -> None:
    change = Block(PAGE, 1, "diff", "", "-two\n+three\n")
    assert changed("one\ntwo\n", change) == "one\nthree\n"
    for source in ("one\n", "two\ntwo\n"):
        with pytest.raises(AssertionError, match="no place"):
            changed(source, change)


def test_the_server_logs_what_is_shown(caplog: pytest.LogCaptureFixture) -> None:
    (shown,) = [block.text.rstrip() for block in blocks(PAGE) if block.mark == "logged"]
    # Where it is shown, nobody is named yet.
    named, *_ = (step.api for step in STEPS if NAMED in step.api)
    names: dict[str, Any] = {"__name__": "api"}
    exec(named.replace(NAMED, "StrictCORS(app)"), names)
    names["app"].test_client().get("/notes", headers={"Origin": PAGE_ORIGIN})
    assert caplog.messages == [shown]
