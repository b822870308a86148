"""The command `explain`: its options, and the one browser that it is about."""

from __future__ import annotations

import time
from typing import Unpack

import click
from flask.cli import ScriptInfo, pass_script_info

from flask_strictcors.browser import LIKE, UserAgent
from flask_strictcors.browser.quirks import STANDARD
from flask_strictcors.cli.explain.as_json import as_json, exempt_as_json
from flask_strictcors.cli.explain.asked import Typed, read_asked
from flask_strictcors.cli.explain.inside import ExemptError, Inside
from flask_strictcors.cli.explain.stages import fix_of, stages_of
from flask_strictcors.cli.explain.telling import tell, tell_exempt
from flask_strictcors.cli.loading import governed_app
from flask_strictcors.cli.printing import say_json
from flask_strictcors.cli.typed import OneLineCommand


@click.command(cls=OneLineCommand, short_help="Explain what a browser does with METHOD PATH.")
@click.argument("method")
@click.argument("path")
@click.option("--origin", help="The page's origin; null for a sandboxed page.")
@click.option(
    "--header",
    "headers",
    multiple=True,
    help="A header that the script sets: X-Trace, or 'X-Trace: value'. Can be repeated.",
)
@click.option("--credentials", "has_credentials", is_flag=True, help="Fetch with cookies.")
@click.option(
    "--base-url",
    help="Where the app is reached. [default: http://localhost, or what SERVER_NAME says]",
)
@click.option(
    "--like",
    type=click.Choice([*LIKE]),
    default=STANDARD.name,
    help="Take the ways of one browser instead of the standard's.",
)
@click.option("--json", "is_json", is_flag=True, help="Print JSON.")
@pass_script_info
@click.pass_context
def explain(
    ctx: click.Context, info: ScriptInfo, *, like: str, is_json: bool, **typed: Unpack[Typed]
) -> None:
    """Explain what a browser does when a script fetches METHOD PATH.

    Shows each request that a browser sends, the rule that decides, the answer, and what the
    browser makes of it. Nothing is sent and no view or hook runs, so that DELETE deletes nothing;
    callables of dynamic origins are asked, each in a context that opens a session and tears down.

    The exit status is 0 if the script may read the answer; 1 if not, and where the route is
    exempt, as only its view knows; 2 if what was typed makes no sense.
    """
    app, guard = governed_app(info)
    asked = read_asked(app, typed)
    inside = Inside(app, guard, asked.base)
    document = UserAgent(inside, like, now=time.time).open(asked.origin)
    try:
        outcome = document.fetch(asked.request)
    except ExemptError as stop:
        if is_json:
            say_json(exempt_as_json(asked, stop))
        else:
            tell_exempt(asked, stop)
        ctx.exit(1)
    stages = stages_of(outcome, document.origin)
    fix = fix_of(outcome, stages, asked.base.origin, document.origin)
    if is_json:
        say_json(as_json(asked, outcome, stages, fix))
    else:
        tell(asked, outcome, stages, fix)
    ctx.exit(1 if outcome.failure else 0)
