"""Origin, Pattern, OriginSet: parsing and membership."""

from flask_strictcors.core.origins.grammar import host_of, parse_entry
from flask_strictcors.core.origins.hosts import is_loopback
from flask_strictcors.core.origins.origin import LONGEST_ORIGIN, Origin, Pattern, is_well_formed
from flask_strictcors.core.origins.sets import OriginSet, read_entries

__all__ = [
    "LONGEST_ORIGIN",
    "Origin",
    "OriginSet",
    "Pattern",
    "host_of",
    "is_loopback",
    "is_well_formed",
    "parse_entry",
    "read_entries",
]
