"""`flask cors explain`: one exchange, step by step, as a browser would live it."""

from flask_strictcors.cli.explain.command import explain

__all__ = ["explain"]
