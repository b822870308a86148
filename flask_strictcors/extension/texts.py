"""The strings of app.config and of the environment → the values that they stand for."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final, cast

from flask_strictcors.core.errors import Code, Problem
from flask_strictcors.core.policy import POLICY_OPTIONS, reported

_LISTS: Final = frozenset(
    {
        "allow_headers",
        "allowlist",
        "debug_origins",
        "expose_headers",
        "methods",
        "origins",
        "own_origins",
    }
)
_TREES: Final = frozenset({"policies", "report_only", "rules"})
# What JSON of an option looks like; of origins, where nothing else is said.
_ORIGINS_IN_JSON: Final = '["https://app.example.com"]'
_EXAMPLES: Final = {
    "allow_headers": '["Content-Type", "X-Edition"]',
    "expose_headers": '["ETag"]',
    "methods": '["GET", "PUT"]',
    "policies": f'[{{"origins": {_ORIGINS_IN_JSON}}}]',
    "report_only": f'{{"origins": {_ORIGINS_IN_JSON}}}',
    "rules": f'{{"/api/*": {{"origins": {_ORIGINS_IN_JSON}}}}}',
}


def read_text(option: str, value: Any, problems: list[Problem]) -> Any:
    """Return what stands for an option in the config, its strings read; None if that fails."""
    try:
        return _read(option, option, value, problems)
    except RecursionError:
        message = "lists are nested in lists here, far too deeply."
        problems.append(_unread(option, option, value, message))
        return None


def _read(option: str, field: str, value: Any, problems: list[Problem]) -> Any:
    """Return what a string stands for; other values stand for themselves."""
    if isinstance(value, str):
        if option in _TREES or (option in _LISTS and value.lstrip().startswith(("[", '"'))):
            value = _read_json(option, field, value, problems)
        elif option in _LISTS and value.strip() != "*":
            return value.replace(",", " ").split()
        else:
            return value.strip()
    if option in _TREES:
        return _read_tree(field, value, problems)
    return value


def _read_tree(field: str, value: Any, problems: list[Problem]) -> Any:
    """Return rules or policies with the strings in their options read in the same way."""
    if isinstance(value, Mapping) and field == "policies":
        # One policy is a list of one, also where its problems are named.
        value = [value]
    if isinstance(value, Mapping):
        items = cast("Mapping[str, Any]", value).items()
        return {
            name: _read(name, f"{field}.{name}", item, problems)
            if name in POLICY_OPTIONS
            else _read_tree(f"{field}[{reported(name)}]", item, problems)
            for name, item in items
        }
    if isinstance(value, list | tuple):
        tiers = field if field == "policies" else f"{field}.policies"
        numbered = enumerate(cast("Iterable[Any]", value))
        return [_read_tree(f"{tiers}[{i}]", item, problems) for i, item in numbered]
    return value


def _read_json(option: str, field: str, text: str, problems: list[Problem]) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        problems.append(_unread(option, field, text, f"this is no JSON: {error}."))
        return None


def _unread(option: str, field: str, value: object, message: str) -> Problem:
    fix = _EXAMPLES.get(option, _ORIGINS_IN_JSON)
    return Problem(Code.WRONG_TYPE, field, value, message, fix)
