"""Say which web origins may read what a Flask app answers, and cannot be held wrong.

PYTEST_DONT_REWRITE: else, for the sake of the plugin, pytest warns where an app came before it.
"""

from typing import TYPE_CHECKING

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

# pytest imports this module for the plugin, in every run of everybody who has us installed: it
# must not bring Flask along. So each name comes on first use, and type checkers are told here.
if TYPE_CHECKING:
    from flask_strictcors.core.decision import Decision, Reason, Rejection
    from flask_strictcors.core.errors import PolicyError, Problem
    from flask_strictcors.core.policy import DynamicOrigins, Policy
    from flask_strictcors.decorators import cors
    from flask_strictcors.extension import StrictCORS
    from flask_strictcors.signals import origin_rejected, preflight_rejected
else:
    from flask_strictcors.lazy import exports

    # Bottom-up, so that a name brings no more along than it needs.
    __getattr__, __dir__ = exports(
        __name__,
        __all__,
        "core.errors",
        "core.policy",
        "core.decision",
        "signals",
        "decorators",
        "extension",
    )
