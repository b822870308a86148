"""What a policy says, once it is read: values, and the questions that they answer."""

from __future__ import annotations

from flask_strictcors.core.frozen import frozen
from flask_strictcors.core.origins import OriginSet
from flask_strictcors.core.policy.dynamic import DynamicOrigins
from flask_strictcors.core.policy.options import Wildcard


@frozen(init=False)
class PolicyValues:
    """Hold the options of a policy as they were read; `Policy` reads and refuses them."""

    origins: Wildcard | OriginSet | DynamicOrigins
    methods: tuple[str, ...] | Wildcard | None
    allow_headers: tuple[str, ...] | Wildcard
    expose_headers: tuple[str, ...] | Wildcard
    credentials: bool
    max_age: int | None
    debug_origins: OriginSet
    dangerously_allow_insecure_origins: bool
    dangerously_allow_public_suffixes: bool
    dangerously_allow_unbounded_callable: bool

    @property
    def allowlist(self) -> OriginSet | Wildcard | None:
        """What bounds the callable; None where the origins are no callable's."""
        return self.origins.allowlist if isinstance(self.origins, DynamicOrigins) else None

    @property
    def is_any_origin(self) -> bool:
        """Report whether everybody may read the answers, and nobody with credentials."""
        return self.origins == "*"
