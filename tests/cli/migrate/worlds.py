"""Apps as people have them with Flask-CORS, each with what is to decide when it moves."""

from __future__ import annotations

from . import worlds_of_options, worlds_of_origins, worlds_of_paths, worlds_of_views
from .cases import APP, CASES, PARTNER, Case, bare, route

__all__ = ["APP", "CASES", "PARTNER", "Case", "bare", "route"]

WORLDS = (worlds_of_options, worlds_of_origins, worlds_of_paths, worlds_of_views)
