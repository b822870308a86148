"""`flask cors probe`: what a live server says, judged as a browser would."""

from flask_strictcors.cli.probe.command import probe

__all__ = ["probe"]
