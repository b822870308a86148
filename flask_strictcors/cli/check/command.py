"""The command `check`: its options, and the report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from difflib import get_close_matches
from typing import Final

import click
from flask import Flask
from flask.cli import ScriptInfo, pass_script_info

from flask_strictcors.browser.urls import URL
from flask_strictcors.cli.check.cookies import check_cookies
from flask_strictcors.cli.check.finding import CheckCode, Finding
from flask_strictcors.cli.check.forgery import check_forgery
from flask_strictcors.cli.check.headers import check_headers
from flask_strictcors.cli.check.kept import check_kept, check_max_age
from flask_strictcors.cli.check.methods import check_methods
from flask_strictcors.cli.check.neighbours import check_late, check_neighbours
from flask_strictcors.cli.check.origins import check_origins
from flask_strictcors.cli.check.paths import check_any_rule, check_blueprints, check_paths
from flask_strictcors.cli.check.served import places_of
from flask_strictcors.cli.check.subject import Subject
from flask_strictcors.cli.check.tokens import check_tokens
from flask_strictcors.cli.check.wrappers import check_wrappers
from flask_strictcors.cli.loading import governed_app
from flask_strictcors.cli.printing import InputError, Text, Tone, counted, say, say_json
from flask_strictcors.cli.typed import OneLineCommand, url_of
from flask_strictcors.extension.guard import Guard
from flask_strictcors.extension.overview import overview

_CHECKS: Final = (
    check_late,
    check_any_rule,
    check_paths,
    check_blueprints,
    check_methods,
    check_origins,
    check_headers,
    check_tokens,
    check_max_age,
    check_kept,
    check_cookies,
    check_forgery,
    check_neighbours,
    check_wrappers,
)


def _read_codes(
    _ctx: click.Context, _param: click.Parameter, values: tuple[str, ...]
) -> frozenset[CheckCode]:
    for value in values:
        if value not in [*CheckCode]:
            nearest = get_close_matches(value, [*CheckCode], 1)
            known = ", ".join(sorted(CheckCode))
            told = f"type --ignore {nearest[0]}" if nearest else f"one of {known}"
            raise InputError(f"There is no code '{value}': {told}.")
    return frozenset(map(CheckCode, values))


def _read_urls(
    _ctx: click.Context, _param: click.Parameter, values: tuple[str, ...]
) -> tuple[URL, ...]:
    return tuple(map(_read_url, values))


def _read_url(value: str) -> URL:
    url = url_of(value)
    if url is None:
        raise InputError(
            f"'{value}' is no URL of http or https: type --served-at https://api.example.com."
        )
    return url


@click.command(cls=OneLineCommand)
@click.option(
    "--ignore",
    "ignored",
    metavar="CODE",
    multiple=True,
    callback=_read_codes,
    help="Leave findings of this code out; may be given several times.",
)
@click.option(
    "--served-at",
    metavar="URL",
    multiple=True,
    callback=_read_urls,
    help="Where browsers reach the app, to know which cookies travel; may be given several times.",
)
@click.option("--json", "is_json", is_flag=True, help="Print JSON, for programs.")
@pass_script_info
def check(
    info: ScriptInfo, *, ignored: frozenset[CheckCode], served_at: tuple[URL, ...], is_json: bool
) -> None:
    """Find what is legal in the app's rules, and unwise or dead.

    The exit status is 1 where something is found, 0 where nothing is, and 2 where the command
    itself is wrong.
    """
    app, guard = governed_app(info)
    found = find(app, guard, served_at or places_of(guard))
    shown = [finding for finding in found if finding.code not in ignored]
    if is_json:
        say_json({"findings": [*map(asdict, shown)], "ignored": len(found) - len(shown)})
    else:
        _say(shown, len(found) - len(shown))
    if shown:
        click.get_current_context().exit(1)


def find(app: Flask, guard: Guard, served_at: tuple[URL, ...]) -> list[Finding]:
    """Return all findings, in the order of the checks."""
    subject = Subject(app, guard, tuple(overview(app)), served_at)
    return [finding for one in _CHECKS for finding in one(subject)]


def _say(shown: Sequence[Finding], ignored: int) -> None:
    for finding in shown:
        say(Text(finding.code, Tone.WARNING), "  ", Text(finding.place, Tone.STRONG))
        say("  ", finding.message)
        say("  ", Text("Instead: ", Tone.FAINT), finding.fix)
        say()
    found = counted(len(shown), "finding") if shown else "Nothing found"
    remark = f", and {ignored} ignored" if ignored else ""
    say(Text(f"{found}{remark}.", Tone.BAD if shown else Tone.GOOD))
