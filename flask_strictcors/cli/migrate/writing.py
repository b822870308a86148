"""The plan as Python: what takes the place of CORS(app), and what goes above the views."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, Final

from flask import Flask
from flask.views import MethodView

from flask_strictcors.cli.migrate.layout import (
    Group,
    Node,
    call,
    lines_of,
    listed,
    mapped,
    quoted,
    raw,
    value_node,
)
from flask_strictcors.cli.migrate.origins import Narrowed
from flask_strictcors.cli.migrate.pins import Pin, innermost, is_of_class
from flask_strictcors.cli.migrate.planning import Plan
from flask_strictcors.cli.migrate.policies import Draft, Tier
from flask_strictcors.cli.migrate.stubs import (
    class_of,
    comment,
    identifier,
    is_decorated_in_class,
    is_of_flask,
    owner,
)

_SKELETON: Final = (
    "#",
    "#     def may_read(origin: str) -> bool: ...",
    "#",
    '#     Policy(origins=may_read, allowlist=["https://*.example.com"])',
)

_IMPORTABLE: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "flask.views": {"MethodView": ("(MethodView):",), "View": ("(View):",)},
    "flask_strictcors": {
        "Policy": ("Policy(",),
        "StrictCORS": ("\nStrictCORS(",),
        "cors": ("@cors", "\ncors", " = cors", "[cors", "  cors"),
    },
}
"""What the code may need, each with what shows it: a comment alone does not."""

# What is no longer than this is said again.
_SHORT: Final = 60

Block = list[str]


def code_of(plan: Plan, app: Flask) -> str:
    """Return the code, which ends with a newline."""
    writer = _Writer(app)
    blocks = [*writer.blocks(plan)]
    functions = [*writer.functions()]
    parts = [_imports([line for part in (*functions, *blocks) for line in part])]
    parts += [*functions, *blocks]
    texts = ["\n".join(parts[0])]
    for before, part in pairwise(parts):
        gap = 3 if _is_definition(part) or _is_definition(before) else 2
        texts.append("\n" * gap + "\n".join(part))
    return "".join(texts) + "\n"


def _imports(lines: Block) -> Block:
    """Return the imports that lines need, sorted as tools sort them."""
    text = "".join(f"\n{line}" for line in lines if not line.lstrip().startswith("#"))
    found = ["import re", ""] if "re.fullmatch(" in text else []
    for module, names in _IMPORTABLE.items():
        used = [name for name, signs in names.items() if any(map(text.count, signs))]
        found += [f"from {module} import {', '.join(used)}"] if used else []
    return found


def _is_definition(block: Block) -> bool:
    return any(line.startswith(("def ", "class ")) for line in block)


class _Writer:
    def __init__(self, app: Flask) -> None:
        self._app = app
        self._narrowing: dict[tuple[str, ...], str] = {}
        self._names: dict[Draft, str] = {}

    def blocks(self, plan: Plan) -> Iterator[Block]:
        """Give the statements in their order."""
        yield from self._named(plan)
        yield self._extension(plan)
        for scope, draft in plan.blueprints.items():
            name = identifier(self._app.blueprints[scope].name)
            yield [f'# blueprint "{scope}"', *self._pinned(draft, name, f"{name}_cors")]
        for pins in _by_class(plan.pins):
            yield self._class(pins) if pins[0].name else self._view(pins)

    def functions(self) -> Iterator[Block]:
        """Give the functions that narrow allowlists."""
        for texts, name in self._narrowing.items():
            yield [
                f"def {name}(origin: str) -> bool:",
                '    """Report whether an origin of the allowlist may read the answers."""',
                *lines_of(
                    call("re.fullmatch", raw("|".join(texts)), "origin"), "found = ", "", "    "
                ),
                "    return found is not None",
            ]

    def _named(self, plan: Plan) -> Iterator[Block]:
        """Give the policies that more than one rule has, under a name."""
        pinned = [pin.draft for pin in plan.pins]
        drafts = Counter([plan.app, *plan.rules.values(), *plan.blueprints.values(), *pinned])
        for draft, count in drafts.items():
            node = self._rule(draft)
            if count > 1 and len("".join(lines_of(node))) > _SHORT:
                name = "policies" if len(draft.tiers) > 1 else "policy"
                taken = sum(one.startswith(name) for one in self._names.values())
                self._names[draft] = f"{name}_{taken + 1}" if taken else name
                yield [*_left_out([draft]), *lines_of(node, f"{self._names[draft]} = ")]

    def _extension(self, plan: Plan) -> Block:
        items = self._arguments(plan.app)
        if plan.rules:
            rules = {path: self._rule(draft) for path, draft in plan.rules.items()}
            items = (*items, ("rules=", mapped(rules)))
        drafts = [one for one in (plan.app, *plan.rules.values()) if one not in self._names]
        group = Group("StrictCORS(", (("", "app"), *items), ")")
        return [*_left_out(drafts), *lines_of(group)]

    def _rule(self, draft: Draft) -> Node:
        if draft in self._names:
            return self._names[draft]
        tiers = [self._policy(tier) for tier in draft.tiers]
        if not tiers:
            return "None"
        return tiers[0] if len(tiers) == 1 else listed(tiers)

    def _arguments(self, draft: Draft) -> tuple[tuple[str, Node], ...]:
        """Return a single policy as options, and several as policies."""
        if draft in self._names:
            return (("*" if len(draft.tiers) > 1 else "", self._names[draft]),)
        if len(draft.tiers) == 1:
            return self._options(draft.tiers[0])
        return tuple(("", self._policy(tier)) for tier in draft.tiers)

    def _policy(self, tier: Tier) -> Group:
        return Group("Policy(", self._options(tier), ")")

    def _options(self, tier: Tier) -> tuple[tuple[str, Node], ...]:
        others = tuple((f"{name}=", value_node(value)) for name, value in tier.others)
        if tier.origins == ("*",):
            return (("origins=", '"*"'), *others)
        if tier.origins:
            return (("origins=", value_node(tier.origins)), *others)
        allowlist = tuple(dict.fromkeys(one.allowlist for one in tier.narrowed))
        function = self._function(tier.narrowed)
        return (("origins=", function), ("allowlist=", value_node(allowlist)), *others)

    def _function(self, narrowed: Sequence[Narrowed]) -> str:
        texts = tuple(one.text for one in narrowed)
        number = len(self._narrowing) + 1
        name = "may_read" if number == 1 else f"may_read_{number}"
        return self._narrowing.setdefault(texts, name)

    def _decorator(self, draft: Draft) -> Node:
        if not draft.tiers:
            return "cors.exempt"
        return Group("cors(", self._arguments(draft), ")")

    def _pinned(self, draft: Draft, target: str, name: str) -> Block:
        """Return what pins a policy to something that has a name, and no line to decorate."""
        node = self._decorator(draft)
        lines = lines_of(node, "", f"({target})")
        if len(lines) > 1:
            lines = [*lines_of(node, f"{name} = "), f"{name}({target})"]
        return [*self._missing(draft), *lines]

    def _missing(self, draft: Draft) -> Block:
        return [] if draft in self._names else _left_out([draft])

    def _above(self, pin: Pin, indent: str = "") -> Block:
        left_out = [indent + line for line in self._missing(pin.draft)]
        return [*left_out, *lines_of(self._decorator(pin.draft), "@", "", indent)]

    def _view(self, pins: Sequence[Pin]) -> Block:
        outer, draft = pins[0].outer, pins[0].draft
        named = class_of(outer) or innermost(outer)
        name: str = getattr(named, "__name__", "")
        above = comment(named, pins)
        if is_decorated_in_class(named):
            node = listed([self._decorator(draft)])
            lines = [f"    {line}" for line in lines_of(node, "decorators = ")]
            return [above, *self._missing(draft), self._class_line(named), *lines]
        if is_of_class(outer) or not name.isidentifier() or is_of_flask(named):
            target = f"app.view_functions[{quoted(pins[0].endpoints[0])}]"
            return [above, *self._pinned(draft, target, "view_cors")]
        return [above, *self._above(pins[0]), f"def {name}(): ..."]

    def _class(self, pins: Sequence[Pin]) -> Block:
        view_class = owner(self._app.view_functions[pins[0].endpoints[0]], pins[0])
        lines = [comment(view_class, pins), self._class_line(view_class)]
        for pin in pins:
            lines += [*self._above(pin, "    "), f"    def {pin.name}(self): ...", ""]
        return lines[:-1]

    def _class_line(self, view_class: Any) -> str:
        base = "MethodView" if issubclass(view_class, MethodView) else "View"
        return f"class {view_class.__name__}({base}):"


def _by_class(pins: Sequence[Pin]) -> list[list[Pin]]:
    """Return the pins with those together that stand in one class, and each other alone."""
    groups: dict[object, list[Pin]] = {}
    for pin in pins:
        view_class = class_of(pin.outer)
        key: object = (pin.endpoints, "functions") if pin.name else pin.endpoints
        if is_decorated_in_class(view_class):
            key = (id(view_class), pin.draft)
        groups.setdefault(key, []).append(pin)
    return [*groups.values()]


def _left_out(drafts: Sequence[Draft]) -> Block:
    texts = dict.fromkeys(text for draft in drafts for text in draft.unread)
    if not texts:
        return []
    head = ["# Not carried over, as it cannot be told what they match. Name who may read, or ask a"]
    head += ["# function within an allowlist:"]
    return [
        *head,
        *(f"#     {_in_one_line(text)}" for text in texts),
        *_SKELETON,
    ]


def _in_one_line(text: str) -> str:
    return text if text.isprintable() else text.encode("unicode_escape").decode()
