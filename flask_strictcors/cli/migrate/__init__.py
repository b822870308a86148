"""`flask cors migrate`: what takes the place of Flask-CORS in an app, and what differs."""

from flask_strictcors.cli.migrate.command import migrate

__all__ = ["migrate"]
