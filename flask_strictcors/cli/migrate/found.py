"""What Flask-CORS was told, found in an app: its hooks, and its decorators around views."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, NamedTuple, cast

from flask import Flask

from flask_strictcors.cli.migrate.expressions import IGNORES_CASE, Expression
from flask_strictcors.extension.conflicts import Called, flask_cors_functions

SWITCHES: Final = {
    "allow_private_network": False,
    "always_send": True,
    "automatic_options": True,
    "intercept_exceptions": True,
    "send_wildcard": False,
    "vary_header": True,
}
"""The switches of Flask-CORS that have no counterpart, and what they are left at."""

Entry = str | Expression
"""A text that is compared whole and without case, or an expression."""


@dataclass(frozen=True, slots=True, eq=False)
class Options:
    """What Flask-CORS goes by at one place, as it has resolved it from everywhere."""

    origins: tuple[Entry, ...]
    methods: tuple[str, ...]
    allow_headers: tuple[Entry, ...]
    expose_headers: tuple[str, ...]
    credentials: bool
    max_age: object
    switches: Mapping[str, bool]

    @property
    def is_any_origin(self) -> bool:
        """Report whether everybody is let in."""
        return any(isinstance(one, Expression) and one.is_anything for one in self.origins)


@dataclass(frozen=True, slots=True, eq=False)
class Resource:
    """Some paths, and what Flask-CORS goes by there; resources are equal only to themselves."""

    path: Entry
    options: Options

    @property
    def text(self) -> str:
        """The path as somebody wrote it."""
        return self.path if isinstance(self.path, str) else self.path.text

    def matches(self, path: str) -> bool:
        """Report whether a path is one of the resource's."""
        return path == self.path if isinstance(self.path, str) else self.path.matches(path)


class Decoration(NamedTuple):
    """What `@cross_origin` goes by around one function of a view."""

    called: Called
    options: Options
    unknown: tuple[str, ...]


class Setup(NamedTuple):
    """All of Flask-CORS in an app: the hooks of each scope in the order in which they run."""

    hooks: dict[str | None, list[list[Resource]]]
    decorations: list[Decoration]
    unread: list[Called]


def find_setup(app: Flask) -> Setup:
    """Return what is found; nothing in it where there is no Flask-CORS."""
    setup = Setup({}, [], [])
    for called in flask_cors_functions(app):
        try:
            if called.endpoint is None:
                # Of several hooks, Flask runs the last first.
                setup.hooks.setdefault(called.scope, []).insert(0, _resources(called))
            else:
                setup.decorations.append(_decoration(app, called))
        except (AttributeError, KeyError, TypeError, ValueError):
            # Another Flask-CORS than those that are known here.
            setup.unread.append(called)
    return setup


def _resources(called: Called) -> list[Resource]:
    core = _core(called.function)
    resources = cast("Iterable[tuple[object, object]]", _closure(called.function)["resources"])
    return [
        Resource(_entry(core, path, ignores_case=False), _options(core, options))
        for path, options in resources
    ]


def _decoration(app: Flask, called: Called) -> Decoration:
    core = _core(called.function)
    given = cast("Mapping[str, object]", _closure(called.function)["_options"])
    resolved = core["get_cors_options"](app, given)
    known = {key.removeprefix("CORS_").lower() for key in core["CONFIG_OPTIONS"]}
    return Decoration(called, _options(core, resolved), tuple(sorted({*given} - known)))


def _core(function: Callable[..., Any]) -> dict[str, Any]:
    """Return the module of Flask-CORS that has the rest, which is never imported for this."""
    own: dict[str, Any] = function.__globals__
    core: dict[str, Any] = own["set_cors_headers"].__globals__
    return core


def _closure(function: Callable[..., Any]) -> dict[str, object]:
    names: tuple[str, ...] = function.__code__.co_freevars
    return {
        name: cell.cell_contents
        for name, cell in zip(names, function.__closure__ or (), strict=True)
    }


def _options(core: dict[str, Any], resolved: object) -> Options:
    def value(name: str) -> Any:
        if isinstance(resolved, Mapping):
            return cast("Mapping[str, object]", resolved)[name]
        return getattr(resolved, name)

    return Options(
        origins=tuple(_entry(core, one, ignores_case=True) for one in value("origins")),
        methods=_names(value("methods")),
        allow_headers=tuple(_entry(core, one, ignores_case=True) for one in value("allow_headers")),
        expose_headers=_names(value("expose_headers")),
        credentials=bool(value("supports_credentials")),
        max_age=value("max_age"),
        switches={name: bool(value(name)) for name in SWITCHES},
    )


def _names(joined: str | None) -> tuple[str, ...]:
    return tuple(name.strip() for name in (joined or "").split(",") if name.strip())


def _entry(core: dict[str, Any], pattern: Any, *, ignores_case: bool) -> Entry:
    ask = partial(core["try_match_pattern"], pattern=pattern, caseSensitive=not ignores_case)
    if hasattr(pattern, "match") and isinstance(pattern.pattern, str):
        return Expression(pattern.pattern, int(pattern.flags), ask)
    text = str(pattern)
    # Before 6.0.3, texts that look like expressions are told apart for each request.
    if text == pattern and core["probably_regex"](text):
        return Expression(text, IGNORES_CASE * ignores_case, ask)
    return text
