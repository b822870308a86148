"""Which URL rules could match one URL: two that do are never told apart, and most others are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import BaseConverter, Map, RequestRedirect, Rule

from flask_strictcors.extension.urls import overlap, shape, url_rules


class Anything(BaseConverter):
    """Match any number of segments, whatever it is given."""

    regex = ".*"
    part_isolating = False

    def __init__(self, url_map: Map, *_: str) -> None:
        super().__init__(url_map)


CONVERTERS = {"anything": Anything}


def matches(spelling: str, path: str) -> bool:
    """Ask Werkzeug whether a URL rule matches a path, or leads to one that it matches."""
    alone = Map([Rule(spelling, endpoint="alone")], converters=CONVERTERS)
    try:
        alone.bind("localhost").match(path)
    except RequestRedirect:
        return True
    except HTTPException:
        return False
    return True


def told_apart(one: str, other: str) -> bool:
    rules = [Rule(spelling, endpoint="x") for spelling in (one, other)]
    mapped = Map(rules, converters=CONVERTERS)
    shapes = [shape(rule, mapped) for rule in rules]
    answers = {overlap(*shapes), overlap(*reversed(shapes))}
    assert len(answers) == 1
    return answers == {False}


@pytest.mark.parametrize(
    ("one", "other", "path"),
    [
        ("/x", "/x/", "/x"),
        ("/", "/<anything:a>", "/"),
        ("/x/", "/x/<anything:a>", "/x/"),
        ("/<a>", "/x", "/x"),
        ("/<a>-<int:b>", "/x-<c>", "/x-1"),
        ("/<int(min=1):n>", "/7", "/7"),
        ("/x/<string(minlength=0):a>", "/x/", "/x/"),
        ("/<path:a>", "/x/y", "/x/y"),
        ("/a/<anything('b/c'):x>", "/a/b/c", "/a/b/c"),
        ("/<any('b>c'):x>/d", "/b>c/d", "/b>c/d"),
        ("/x/<any('', 'b'):a>", "/x/", "/x/"),
    ],
)
def test_rules_that_match_one_path_are_never_told_apart(one: str, other: str, path: str) -> None:
    assert matches(one, path)
    assert matches(other, path)
    assert not told_apart(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/x", "/y"),
        ("/x", "/Xx"),
        ("/x", "/x/y"),
        ("/", "/<a>"),
        ("/<a>", "/x/y"),
        ("/<Xa>", "/x/y"),
        ("/<int:a>-<int:b>", "/x/y"),
        ("/<int(min=1):n>", "/x/y"),
        ("/x/<path:a>", "/y/<path:a>"),
    ],
)
def test_rules_that_match_no_path_together_are_told_apart(one: str, other: str) -> None:
    assert told_apart(one, other)


@pytest.mark.parametrize(
    ("one", "other", "is_apart"),
    [("api", "www", True), ("api", "api", False), ("api", "", True), ("<tenant>", "api", False)],
)
@pytest.mark.parametrize("by", ["host", "subdomain"])
def test_hosts_are_told_apart_unless_one_is_variable(
    one: str, other: str, is_apart: bool, by: str
) -> None:
    rules = [Rule("/x/y", endpoint="x", **{by: place}) for place in (one, other)]  # type: ignore[arg-type]
    mapped = Map(rules, host_matching=by == "host")
    shapes = [shape(rule, mapped) for rule in rules]
    assert overlap(*shapes) is overlap(*reversed(shapes)) is not is_apart


def test_the_rules_are_listed_although_another_thread_adds_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = Flask(__name__)
    listing, tries = app.url_map.iter_rules, iter([True, True, False])

    def iter_rules(*args: Any) -> Iterator[Rule]:
        if next(tries):
            raise RuntimeError("list changed size during iteration")
        return listing(*args)

    monkeypatch.setattr(app.url_map, "iter_rules", iter_rules)
    assert [rule.endpoint for rule in url_rules(app)] == ["static"]
