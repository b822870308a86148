"""Reads the tables that show a policy as pairs of permitted and refused, and tries each row."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask

from flask_strictcors import Reason, Rejection, origin_rejected, preflight_rejected
from flask_strictcors.extension.asked import decide
from flask_strictcors.extension.strictcors import guard_of
from flask_strictcors.testing import Browser, CORSError

from .pages import PAGES, ROOT, Block, blocks, code, codes

HEAD = "| Page of | Request | Reads it | "
LAST = ("Why", "Decided by")
_ROW = re.compile(
    r"^\| `(?P<origin>\S+)` \| (?P<request>.*) \| (?P<reads>yes|no) \| ?(?P<last>.*)\|$"
)


@dataclass(frozen=True)
class Pair:
    """One row, the app that it is about, and what its last column is about."""

    page: Path
    line: int
    app: Block
    origin: str
    request: str
    is_read: bool
    column: str
    last: str

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"

    @property
    def reasons(self) -> list[str]:
        """Return the reasons that the row names: none where nobody is told of anything."""
        return [name for name in codes(self.last) if name in {*Reason}]

    @property
    def rule(self) -> str | None:
        """Return the label of the rule that decides, where the table says so."""
        return code(self.last) if self.column == "Decided by" else None


def pairs(page: Path) -> list[Pair]:
    """Return the rows of a page's tables of pairs, each with the app above it."""
    found: list[Pair] = []
    apps = [block for block in blocks(page) if block.language == "python" and not block.mark]
    column = ""
    for number, line in enumerate(page.read_text().splitlines(), start=1):
        if line.startswith(HEAD):
            column = line.removeprefix(HEAD).removesuffix(" |")
            assert column in LAST, f"{page.name}:{number} has a last column that nobody reads"
        elif not line.startswith("|"):
            column = ""
        elif column and not line.startswith("|---"):
            row = _ROW.match(line)
            assert row is not None, f"{page.name}:{number} is no pair"
            app = [block for block in apps if block.line < number][-1]
            parts = row["origin"], row["request"], row["reads"] == "yes"
            found.append(Pair(page, number, app, *parts, column, row["last"].strip()))
    return found


def all_pairs() -> list[Pair]:
    return [pair for page in PAGES for pair in pairs(page)]


def options_of(request: str) -> tuple[str, dict[str, Any]]:
    """Return the path and the options of a call, such as `PUT /orders` with JSON and cookies."""
    (first, *headers), (_, _, told) = codes(request), request.partition("` with ")
    method, path = first.split()
    words = set(re.findall(r"\w+", re.sub(r"`[^`]*`", "", told)))
    assert words <= {"JSON", "cookies", "and"}, f"{request} has words that nobody reads"
    assert bool(headers or words) == (" with " in request)
    options: dict[str, Any] = {"method": method, "headers": dict.fromkeys(headers, "1")}
    if "JSON" in words:
        options["json"] = {"text": "some"}
    if "cookies" in words:
        options["credentials"] = "include"
    return path, options


def outcome(app: Any, pair: Pair) -> tuple[bool, list[str]]:
    """Report whether a script reads the answer, with the reasons that the server was told."""
    reasons: list[str] = []

    def hear(_: object, rejection: Rejection, **extra: object) -> None:
        reasons.append(rejection.reason)

    path, options = options_of(pair.request)
    page = Browser(app, base_url="https://api.example.com").open(
        None if pair.origin == "null" else pair.origin
    )
    with origin_rejected.connected_to(hear, app), preflight_rejected.connected_to(hear, app):
        try:
            page.fetch(path, **options)
        except CORSError:
            return False, reasons
    return True, reasons


def rule_of(app: Flask, pair: Pair) -> str:
    """Return the label of the rule that decides about the request itself."""
    path, options = options_of(pair.request)
    guard = guard_of(app)
    assert guard is not None
    headers = {"Origin": pair.origin}
    with app.test_request_context(path, method=options["method"], headers=headers) as context:
        return decide(guard.judging, context.request.environ).rule
