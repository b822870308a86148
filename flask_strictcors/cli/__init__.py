"""`flask cors`: what the rules say, what a browser would do, what is unwise, what a server does."""

from flask_strictcors.cli.group import cors

__all__ = ["cors"]
