"""What an app with Flask-CORS is made of, and what is to decide when it moves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask

from .moving import World

APP = "https://app.example.com"
PARTNER = "https://partner.example.org"


@dataclass(frozen=True)
class Case:
    """One app, the pages that are of interest, and the decisions that the report must leave."""

    make: World
    origins: tuple[str, ...]
    decisions: set[str]

    def __str__(self) -> str:
        return self.make.__name__


CASES: list[Case] = []


def case(*origins: str, decisions: str = "") -> Callable[[World], World]:
    def keep(make: World) -> World:
        CASES.append(Case(make, origins or (APP,), {*decisions.split()}))
        return make

    return keep


def route(on: Any, rule: str, methods: str = "GET", view: Any = None) -> None:
    """Let an app or a blueprint serve methods at a URL rule; each route has a view of its own."""
    if view is None:

        def view(**_: Any) -> str:
            return "answer"

    endpoint = f"{rule}-{methods}".translate(str.maketrans("/<>:. ", "______"))
    on.add_url_rule(rule, endpoint, view, methods=methods.split())


def bare() -> Flask:
    return Flask("shop", static_folder=None)


def shop() -> Flask:
    """Make an app with a few routes."""
    app = bare()
    route(app, "/orders", "GET POST PUT")
    route(app, "/api/items", "GET DELETE")
    return app
