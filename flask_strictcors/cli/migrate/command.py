"""The command `migrate`: the code, and the report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import click
from flask.cli import ScriptInfo, pass_script_info

from flask_strictcors.cli.loading import loaded_app
from flask_strictcors.cli.migrate.codes import Remark
from flask_strictcors.cli.migrate.deciding import Theirs
from flask_strictcors.cli.migrate.found import find_setup
from flask_strictcors.cli.migrate.planning import plan_of
from flask_strictcors.cli.migrate.writing import code_of
from flask_strictcors.cli.printing import InputError, Text, Tone, counted, say, say_json
from flask_strictcors.cli.typed import OneLineCommand


@click.command(cls=OneLineCommand, short_help="Print what takes the place of Flask-CORS.")
@click.option("--json", "is_json", is_flag=True, help="Print JSON, for programs.")
@pass_script_info
def migrate(info: ScriptInfo, *, is_json: bool) -> None:
    """Print the code that takes the place of Flask-CORS in the app, and what differs.

    No file is changed. The exit status is 0 where all is carried over, 1 where there is something
    to decide, and 2 where the app has no Flask-CORS or the command itself is wrong.
    """
    app = loaded_app(info)
    setup = find_setup(app)
    if not any(setup):
        raise InputError(
            f"The app '{app.name}' has no Flask-CORS: give --app one that has CORS(app) in it, or "
            "@cross_origin."
        )
    plan = plan_of(Theirs(app, setup))
    code = code_of(plan, app)
    remarks = sorted(plan.remarks, key=lambda remark: not remark.is_decision)
    if is_json:
        say_json({"code": code, "remarks": [*map(_as_json, remarks)]})
    else:
        click.echo(code, color=False)
        _say(remarks)
    if any(remark.is_decision for remark in remarks):
        click.get_current_context().exit(1)


def _as_json(remark: Remark) -> dict[str, object]:
    told: dict[str, object] = asdict(remark)
    return told | {"decision": remark.is_decision}


def _say(remarks: Sequence[Remark]) -> None:
    for remark in remarks:
        tone = Tone.WARNING if remark.is_decision else Tone.FAINT
        say(Text(remark.code, tone), "  ", Text(remark.place, Tone.STRONG))
        say("  ", remark.message)
        say("  ", Text("To do: ", Tone.FAINT), remark.fix)
        say()
    decisions = sum(remark.is_decision for remark in remarks)
    told = counted(decisions, "thing") + " to decide" if decisions else "Nothing to decide"
    say(Text(f"{told}.", Tone.BAD if decisions else Tone.GOOD))
