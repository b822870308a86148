"""`flask cors check`: what is legal, and unwise or dead; exit status 1 where there is any of it."""

from flask_strictcors.cli.check.command import check

__all__ = ["check"]
