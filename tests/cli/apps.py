"""The apps that are asked about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from flask_strictcors import Policy, StrictCORS

APP = "https://app.example.com"
PARTNER = "https://partner.example.org"
EVIL = "https://evil.example.net"


def make(*policies: Policy, **options: Any) -> Flask:
    """Make an app without routes."""
    app = Flask(__name__, static_folder=None)
    StrictCORS(app, *policies, **options)
    return app


def never_run(**view_args: object) -> str:
    """Be a view that must not run."""
    raise AssertionError("a view has run")


def route(
    on: Any,
    rule: str,
    methods: str = "GET",
    *,
    tag: Callable[[Any], Any] | None = None,
    endpoint: str | None = None,
    **options: Any,
) -> None:
    """Serve a rule of an app or a blueprint by a view that fails whoever runs it."""

    def view(**view_args: object) -> str:
        return never_run(**view_args)

    name = endpoint or rule.strip("/").partition("/")[0] or "root"
    on.add_url_rule(rule, name, tag(view) if tag else view, methods=methods.split(), **options)
