"""What the user wrote → a Policy that cannot be wrong."""

from flask_strictcors.core.policy.dynamic import Answer, DynamicOrigins, interpret
from flask_strictcors.core.policy.options import POLICY_OPTIONS, PolicyOptions, unknown_option
from flask_strictcors.core.policy.policy import Policy
from flask_strictcors.core.policy.readers import read_flag, read_strings

__all__ = [
    "POLICY_OPTIONS",
    "Answer",
    "DynamicOrigins",
    "Policy",
    "PolicyOptions",
    "interpret",
    "read_flag",
    "read_strings",
    "unknown_option",
]
