"""Policy: what the user wrote, compiled into a value that cannot be wrong."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, Final, TypedDict, Unpack

from flask_strictcors.core.errors import Code, PolicyError, Problem
from flask_strictcors.core.origins import OriginSet
from flask_strictcors.core.policy.dynamic import DynamicOrigins, read_allowlist
from flask_strictcors.core.policy.names import (
    read_allow_headers,
    read_expose_headers,
    read_methods,
)
from flask_strictcors.core.policy.options import (
    DEFAULTS,
    POLICY_OPTIONS,
    OriginCallable,
    Wildcard,
    unknown_option,
)
from flask_strictcors.core.policy.readers import (
    read_flag,
    read_max_age,
    read_origins,
    read_some_origins,
)
from flask_strictcors.core.policy.together import refuse_together
from flask_strictcors.core.policy.values import PolicyValues

_FIELDS: Final = tuple(option for option in POLICY_OPTIONS if option != "allowlist")
# What repr() leaves out.
_QUIET: Final[Mapping[str, object]] = DEFAULTS | {"debug_origins": OriginSet(())}


class PolicyOptions(TypedDict, total=False):
    """Type the keyword arguments of Policy, cors, StrictCORS and StrictCORSMiddleware."""

    origins: str | Iterable[str] | OriginCallable | DynamicOrigins
    allowlist: str | Iterable[str] | None
    methods: str | Iterable[str] | None
    allow_headers: str | Iterable[str]
    expose_headers: str | Iterable[str]
    credentials: bool
    max_age: int | timedelta | None
    debug_origins: str | Iterable[str]
    dangerously_allow_insecure_origins: bool
    dangerously_allow_public_suffixes: bool
    dangerously_allow_unbounded_callable: bool


class Policy(PolicyValues):
    """Hold what one rule allows: which origins, methods and headers, and for how long.

    Takes the options of `PolicyOptions` by keyword; `origins` is required. Immutable, comparable
    and hashable. `origins` reads back as "*", an `OriginSet` or `DynamicOrigins`; `debug_origins`
    as an `OriginSet`; `max_age` in seconds. Raises `PolicyError` with every problem at once.
    """

    __slots__ = ()

    def __init__(self, **options: Unpack[PolicyOptions]) -> None:
        problems = [
            unknown_option(name, value, POLICY_OPTIONS)
            for name, value in options.items()
            if name not in POLICY_OPTIONS
        ]
        for name, value in _read(DEFAULTS | dict(options), problems).items():
            object.__setattr__(self, name, value)
        refuse_together(self, problems)
        if problems:
            raise PolicyError(problems)

    def replace(self, **changes: Unpack[PolicyOptions]) -> "Policy":
        """Return a copy with some options changed. Raises `PolicyError` as the class does."""
        options: dict[str, Any] = {name: getattr(self, name) for name in _FIELDS}
        if isinstance(self.origins, DynamicOrigins) and (
            "origins" not in changes or callable(changes["origins"])
        ):
            # Taken apart, so that the callable and its allowlist can be changed one by one.
            options["origins"] = self.origins.function
            options["allowlist"] = self.origins.allowlist
        return _rebuild(options | dict(changes))

    def __repr__(self) -> str:
        changed = [
            f"{name}={getattr(self, name)!r}"
            for name in _FIELDS
            if getattr(self, name) != _QUIET.get(name)
        ]
        return f"Policy({', '.join(changed)})"


def _rebuild(options: dict[str, Any]) -> "Policy":
    return Policy(**options)


def _read(given: Mapping[str, Any], problems: list[Problem]) -> dict[str, object]:
    flags = [name for name in DEFAULTS if name.startswith("dangerously_")]
    values: dict[str, object] = {
        "origins": _read_who(given, problems),
        "methods": read_methods("methods", given["methods"], problems),
        "allow_headers": read_allow_headers("allow_headers", given["allow_headers"], problems),
        "expose_headers": read_expose_headers("expose_headers", given["expose_headers"], problems),
        "credentials": read_flag("credentials", given["credentials"], problems),
        "max_age": read_max_age("max_age", given["max_age"], problems),
        "debug_origins": read_origins("debug_origins", given["debug_origins"], problems),
    }
    return values | {name: read_flag(name, given[name], problems) for name in flags}


def _read_who(
    given: Mapping[str, Any], problems: list[Problem]
) -> Wildcard | OriginSet | DynamicOrigins:
    if "origins" not in given:
        message = "nobody is let in unless named."
        fix = 'origins=["https://app.example.com"]'
        problems.append(Problem(Code.ORIGINS_MISSING, "origins", None, message, fix))
        return OriginSet(())
    origins, allowlist = given["origins"], given["allowlist"]
    if callable(origins):
        bounds = read_allowlist(allowlist, problems)
        return DynamicOrigins(origins, bounds) if bounds else OriginSet(())
    if allowlist is not None:
        message = "an allowlist bounds a callable, and these origins are none."
        if isinstance(origins, DynamicOrigins):
            message = "the allowlist is already in the DynamicOrigins."
        problems.append(Problem(Code.ALLOWLIST_STRAY, "allowlist", allowlist, message, "remove it"))
    if isinstance(origins, DynamicOrigins):
        return origins
    return "*" if origins == "*" else read_some_origins("origins", origins, problems)
