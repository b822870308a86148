"""What the pages show as permitted is permitted, what they show as refused is refused, and why."""

from collections.abc import Iterator
from typing import Any

import pytest

from flask_strictcors import origin_rejected, preflight_rejected

from .pairs import Pair, all_pairs, outcome, rule_of

PAIRS = all_pairs()


@pytest.fixture
def namespace() -> Iterator[dict[str, Any]]:
    """Give an app a module of its own, and forget afterwards whom it made listen."""
    names: dict[str, Any] = {"__name__": "documented"}
    yield names
    for signal in (origin_rejected, preflight_rejected):
        for receiver in [*signal.receivers_for(names.get("app"))]:
            signal.disconnect(receiver)


def test_there_are_pairs_of_both_kinds_on_each_page_that_has_some() -> None:
    for page in {pair.page for pair in PAIRS}:
        assert {pair.is_read for pair in PAIRS if pair.page == page} == {True, False}


@pytest.mark.parametrize("pair", PAIRS, ids=str)
def test_a_pair_is_as_it_is_shown(pair: Pair, namespace: dict[str, Any]) -> None:
    exec(pair.app.text, namespace)
    is_read, reasons = outcome(namespace["app"], pair)
    assert is_read is pair.is_read
    if pair.rule is None:
        assert reasons == pair.reasons
    else:
        assert rule_of(namespace["app"], pair) == pair.rule
