"""Say which web origins may read what a Flask app answers, and cannot be held wrong."""

from flask_strictcors.core.decision import Decision, Reason, Rejection
from flask_strictcors.core.errors import PolicyError, Problem
from flask_strictcors.core.policy import DynamicOrigins, Policy
from flask_strictcors.decorators import cors
from flask_strictcors.extension import StrictCORS
from flask_strictcors.signals import origin_rejected, preflight_rejected

__all__ = [
    "Decision",
    "DynamicOrigins",
    "Policy",
    "PolicyError",
    "Problem",
    "Reason",
    "Rejection",
    "StrictCORS",
    "cors",
    "origin_rejected",
    "preflight_rejected",
]
