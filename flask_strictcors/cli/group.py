"""The command group: Flask loads it with each `flask` call, so a command is imported when asked."""

from __future__ import annotations

from importlib import import_module
from typing import Final, cast

import click

_COMMANDS: Final = {
    "check": "flask_strictcors.cli.check",
    "explain": "flask_strictcors.cli.explain",
    "migrate": "flask_strictcors.cli.migrate",
    "probe": "flask_strictcors.cli.probe",
    "routes": "flask_strictcors.cli.routes",
}
"""The module of each command, in which the command has the same name."""


class _LateGroup(click.Group):
    """Import the module of a command only when the command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the names of the commands."""
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Return a command; None where there is none of the name."""
        module = _COMMANDS.get(cmd_name)
        if module is None:
            return None
        return cast("click.Command", getattr(import_module(module), cmd_name))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that is asked for. Raises `InputError`."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from flask_strictcors.cli.printing import InputError

            raise InputError(f"{error.format_message()} See --help.") from error


@click.group(cls=_LateGroup)
def cors() -> None:
    """Show, explain, check and probe what StrictCORS does, and move over from Flask-CORS.

    Where to begin: `flask cors routes` shows who may read what; `flask cors explain GET /path
    --origin https://app.example.com` shows what a browser would do there, and why.
    """
