"""An app before and after: with Flask-CORS, and with the code that `flask cors migrate` prints."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

import flask_cors
from click.testing import Result
from flask import Flask

from flask_strictcors.cli import cors


class Author(Protocol):
    """Who speaks CORS in an app while it is made: Flask-CORS, or nobody yet."""

    def on(self, target: Any, **options: Any) -> None: ...

    def view(self, **options: Any) -> Callable[[Any], Any]: ...


class FlaskCORS:
    """Be what people have: `CORS(app, ...)` and `@cross_origin(...)`."""

    def on(self, target: Any, **options: Any) -> None:
        flask_cors.CORS(target, **options)

    def view(self, **options: Any) -> Callable[[Any], Any]:
        return flask_cors.cross_origin(**options)


class Nobody:
    """Leave the app as it is without Flask-CORS."""

    def on(self, target: Any, **options: Any) -> None:
        pass

    def view(self, **options: Any) -> Callable[[Any], Any]:
        return lambda function: function


World = Callable[[Author], Flask]


def run(app: Flask, *arguments: str) -> Result:
    env = {"NO_COLOR": "1"}
    return app.test_cli_runner().invoke(cors, ["migrate", *arguments], env=env)


@dataclass(frozen=True)
class Move:
    """What is printed for an app: the code, and the remarks."""

    code: str
    remarks: list[dict[str, Any]]

    @property
    def decisions(self) -> set[str]:
        return {remark["code"] for remark in self.remarks if remark["decision"]}

    @property
    def codes(self) -> set[str]:
        return {remark["code"] for remark in self.remarks}


def move(app: Flask) -> Move:
    result = run(app, "--json")
    assert result.exit_code in (0, 1), result.output
    told = json.loads(result.stdout)
    moved = Move(told["code"], told["remarks"])
    assert result.exit_code == bool(moved.decisions)
    return moved


@cache
def before_and_after(world: World) -> tuple[Flask, Flask, Move]:
    """Return the app with Flask-CORS, the same with our code, and what was printed."""
    before, after = world(FlaskCORS()), world(Nobody())
    moved = move(before)
    put_in(moved.code, after)
    return before, after, moved


def put_in(code: str, app: Flask) -> None:
    """Run printed code for an app, and put what is above its stubs above the views themselves."""
    names: dict[str, Any] = {"app": app, "__name__": "printed"}
    for blueprint in app.blueprints.values():
        names[blueprint.name.replace("-", "_")] = blueprint
    exec(code, names)
    lines = code.splitlines()
    for node in ast.parse(code).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and (endpoints := above(node, lines)):
            views = [app.view_functions[endpoint] for endpoint in endpoints]
            for target, decorator in targets(node, views):
                eval(ast.unparse(decorator), names)(target)


def above(node: ast.FunctionDef | ast.ClassDef, lines: list[str]) -> list[str]:
    """Return the endpoints in the comment above a stub; none for a function that is no stub."""
    line = min([node.lineno, *(one.lineno for one in node.decorator_list)]) - 1
    while lines[line - 1].startswith("#"):
        line -= 1
    told = lines[line].partition("endpoint ")[2]
    return told.replace('"', "").split(", ") if told else []


def targets(node: Any, views: list[Any]) -> Iterator[tuple[Any, ast.expr]]:
    """Give what is decorated, with its decorator: a function, views of a class, or its methods."""
    for decorator in node.decorator_list:
        yield views[0], decorator
    for inner in node.body if isinstance(node, ast.ClassDef) else ():
        if isinstance(inner, ast.Assign):
            assert isinstance(inner.value, ast.List)
            yield from ((view, inner.value.elts[0]) for view in views)
        for decorator in getattr(inner, "decorator_list", ()):
            yield getattr(views[0].view_class, inner.name), decorator
