"""What is offered is proven in as much work as it is worth."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule

from flask_strictcors import StrictCORS, cors
from flask_strictcors.extension import offering

from .wire import APP, PARTNER, cors_headers, offered, preflight, route

ONE = cors(origins=[PARTNER])


@pytest.mark.parametrize("tags", ["none", "one", "many"])
@pytest.mark.parametrize(
    ("rule", "path"),
    [
        ("/r{}/<tenant>/<int:x>", "/r7/a/1"),
        ("/<tenant>/r{}/<int:x>", "/a/r7/1"),
        ("/<tenant>/<int:x>/r{}", "/a/1/r7"),
    ],
)
def test_twice_the_routes_cost_about_twice_the_comparisons(
    tags: str, rule: str, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[int] = [0]
    compare = offering.overlap

    def counting(one: Any, other: Any) -> bool:
        compared[0] += 1
        return compare(one, other)

    monkeypatch.setattr(offering, "overlap", counting)

    def comparisons(routes: int) -> int:
        app = Flask(__name__, static_folder=None)
        StrictCORS(app, origins=[APP])
        for number in range(routes):
            tag = {"none": None, "one": ONE, "many": cors(origins=[PARTNER])}[tags]
            pinned = tag if tags != "one" or number == 0 else None
            route(app, rule.format(number), "GET PUT", endpoint=f"r{number}", tag=pinned)
        compared[0] = 0
        assert preflight(app, path, "PUT").status_code == 204
        return compared[0]

    few, many = comparisons(60), comparisons(120)
    assert many <= 2.5 * few + 50


@pytest.mark.parametrize(("method", "seconds"), [("POST", "0"), ("DELETE", "600")])
def test_nothing_may_be_kept_where_another_rule_decides_post(method: str, seconds: str) -> None:
    app = Flask(__name__, static_folder=None)
    StrictCORS(app, origins=[APP])
    route(app, "/x", "PUT", endpoint="put")
    route(app, "/x", method, endpoint="other", tag=ONE)
    assert cors_headers(preflight(app, "/x")) == offered("PUT", Max_Age=seconds)


def test_the_routes_are_all_url_rules_that_can_match_a_request() -> None:
    app = Flask(__name__, static_folder=None)
    app.url_map.add(Rule("/built", endpoint="built", build_only=True))
    app.url_map.add(Rule("/socket", endpoint="socket", websocket=True))
    app.url_map.add(Rule("/any", endpoint="any"))
    route(app, "/x", "PUT")
    served = {each.rule.rule: each for each in offering.routes_of(app)}
    assert set(served) == {"/any", "/x"}
    # Flask answers OPTIONS there, and no view.
    asked = ("PUT", "GET", "OPTIONS")
    assert [served["/x"].serves(method) for method in asked] == [True, False, False]
    assert [served["/any"].serves(method) for method in asked] == [True, True, True]
