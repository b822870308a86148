"""`python -m flask_strictcors probe`: the commands that need no Flask app."""

from __future__ import annotations

import click

from flask_strictcors.cli.probe import probe


@click.group()
def main() -> None:
    """Ask live servers about CORS; `flask cors` has more, for an app at hand."""


main.add_command(probe)

if __name__ == "__main__":
    main(prog_name="python -m flask_strictcors")
