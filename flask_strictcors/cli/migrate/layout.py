"""Calls, lists and mappings as lines of Python, laid out as formatters leave them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, NamedTuple, cast

_LONGEST: Final = 88
"""What ruff and black are left at."""

_INDENT: Final = "    "


class Group(NamedTuple):
    """Something in brackets: each item has what stands in front of it, such as its keyword."""

    opening: str
    items: tuple[tuple[str, Node], ...]
    closing: str

    @property
    def is_call(self) -> bool:
        """Report whether the items are arguments."""
        return self.closing == ")"


Node = str | Group


def call(name: str, *arguments: Node) -> Group:
    """Return a call."""
    return Group(f"{name}(", tuple(("", argument) for argument in arguments), ")")


def listed(items: Iterable[Node]) -> Group:
    """Return a list."""
    return Group("[", tuple(("", item) for item in items), "]")


def mapped(items: dict[str, Node]) -> Group:
    """Return a mapping with texts for keys."""
    return Group("{", tuple((f"{quoted(key)}: ", value) for key, value in items.items()), "}")


def value_node(value: Any) -> Node:
    """Return a value of an option."""
    if isinstance(value, tuple):
        return listed(map(quoted, cast("tuple[str, ...]", value)))
    return quoted(value) if isinstance(value, str) else repr(value)


def quoted(text: str) -> str:
    """Return a string literal, in double quotes where it has none inside."""
    if '"' in text:
        return repr(text)
    # The apostrophe makes repr() take double quotes.
    return '"' + repr("'" + text)[2:]


def raw(text: str) -> str:
    """Return a literal in which backslashes need no other."""
    return f'r"{text}"' if "\\" in text else quoted(text)


def lines_of(node: Node, before: str = "", after: str = "", indent: str = "") -> list[str]:
    """Return the lines of a statement, or of an item, with what stands before and after it."""
    line = f"{indent}{before}{_flat(node)}{after}"
    if isinstance(node, str) or len(line) <= _LONGEST:
        return [line]
    inside = indent + _INDENT
    body = inside + ", ".join(prefix + _flat(item) for prefix, item in node.items)
    if node.is_call and len(body) <= _LONGEST:
        lines = [body]
    else:
        lines = [
            text for prefix, item in node.items for text in lines_of(item, prefix, ",", inside)
        ]
    return [f"{indent}{before}{node.opening}", *lines, f"{indent}{node.closing}{after}"]


def _flat(node: Node) -> str:
    if isinstance(node, str):
        return node
    return node.opening + ", ".join(p + _flat(item) for p, item in node.items) + node.closing
