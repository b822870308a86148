"""What the user wrote → a Policy that cannot be wrong."""

from flask_strictcors.core.policy.dynamic import (
    Answer,
    DynamicOrigins,
    function_of,
    interpret,
    is_async,
)
from flask_strictcors.core.policy.options import (
    POLICY_OPTIONS,
    Wildcard,
    unknown_option,
)
from flask_strictcors.core.policy.policy import Policy, PolicyOptions
from flask_strictcors.core.policy.readers import read_flag, read_own_origins, read_strings, reported
from flask_strictcors.core.policy.tiers import RuleOptions, Tiers, read_policies, read_rule

__all__ = [
    "POLICY_OPTIONS",
    "Answer",
    "DynamicOrigins",
    "Policy",
    "PolicyOptions",
    "RuleOptions",
    "Tiers",
    "Wildcard",
    "function_of",
    "interpret",
    "is_async",
    "read_flag",
    "read_own_origins",
    "read_policies",
    "read_rule",
    "read_strings",
    "reported",
    "unknown_option",
]
