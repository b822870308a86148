"""Problem, PolicyError and the codes: what is wrong with a configuration, all of it at once."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from flask_strictcors.core.frozen import frozen


class Code(StrEnum):
    """The stable names of all problems; `docs/problems.md` explains each."""

    # origins and patterns
    ORIGIN_CASE = "origin-case"
    ORIGIN_DEFAULT_PORT = "origin-default-port"
    ORIGIN_EMPTY = "origin-empty"
    ORIGIN_HOST = "origin-host"
    ORIGIN_IP_FORM = "origin-ip-form"
    ORIGIN_NULL = "origin-null"
    ORIGIN_PATH = "origin-path"
    ORIGIN_PATTERN_NOT_ALLOWED = "origin-pattern-not-allowed"
    ORIGIN_PORT = "origin-port"
    ORIGIN_QUERY = "origin-query"
    ORIGIN_REGEX = "origin-regex"
    ORIGIN_SCHEME = "origin-scheme"
    ORIGIN_SCHEME_MISSING = "origin-scheme-missing"
    ORIGIN_SEVERAL = "origin-several"
    ORIGIN_TRAILING_SLASH = "origin-trailing-slash"
    ORIGIN_UNICODE = "origin-unicode"
    ORIGIN_USERINFO = "origin-userinfo"
    ORIGIN_WILDCARD = "origin-wildcard"
    ORIGIN_WILDCARD_IN_LIST = "origin-wildcard-in-list"
    ORIGIN_WILDCARD_IP = "origin-wildcard-ip"
    # the options of a policy, one by one
    ALLOWLIST_MISSING = "allowlist-missing"
    ALLOWLIST_STRAY = "allowlist-stray"
    ASYNC_WITHOUT_ASGIREF = "async-without-asgiref"
    HEADER_DIRECTION = "header-direction"
    HEADER_FORBIDDEN = "header-forbidden"
    HEADER_SYNTAX = "header-syntax"
    MAX_AGE_RANGE = "max-age-range"
    METHOD_CASE = "method-case"
    METHOD_FORBIDDEN = "method-forbidden"
    METHOD_SYNTAX = "method-syntax"
    METHODS_UNNAMED = "methods-unnamed"
    OPTION_UNKNOWN = "option-unknown"
    ORIGINS_EMPTY = "origins-empty"
    ORIGINS_MISSING = "origins-missing"
    WILDCARD_IN_LIST = "wildcard-in-list"
    WRONG_TYPE = "wrong-type"
    # options that do not go together
    CREDENTIALS_ANY_EXPOSED_HEADER = "credentials-any-exposed-header"
    CREDENTIALS_ANY_HEADER = "credentials-any-header"
    CREDENTIALS_ANY_ORIGIN = "credentials-any-origin"
    CREDENTIALS_INSECURE_ORIGIN = "credentials-insecure-origin"
    CREDENTIALS_PUBLIC_SUFFIX = "credentials-public-suffix"
    CREDENTIALS_UNBOUNDED_CALLABLE = "credentials-unbounded-callable"
    # several policies, rules, apps
    NOT_A_POLICY = "not-a-policy"
    POLICIES_AND_OPTIONS = "policies-and-options"
    REPORT_ONLY_ALONE = "report-only-alone"
    RULE_PATH = "rule-path"
    RULE_PATH_TWICE = "rule-path-twice"
    TIER_UNREACHABLE = "tier-unreachable"
    FLASK_CORS_PRESENT = "flask-cors-present"
    STRICTCORS_TWICE = "strictcors-twice"
    TAG_HIDDEN = "tag-hidden"


@frozen()
class Problem:
    """Say what is wrong with one value of a configuration, and what to type instead.

    `code` is stable (tests and tools compare it); `field` is the option as the caller named it;
    `value` is what was given; `message` says why it is refused; `fix` is the text to type where
    there is one text to type, else a short instruction.
    """

    code: Code
    field: str
    value: object
    message: str
    fix: str

    def __str__(self) -> str:
        return f"{self.field}: {self.message} Instead: {self.fix} [{self.code}]"


class PolicyError(ValueError):
    """Refuse a configuration, with every problem that it has.

    `problems` is a tuple of `Problem`, in the order in which the options are documented.
    """

    problems: tuple[Problem, ...]

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        count = "1 problem" if len(self.problems) == 1 else f"{len(self.problems)} problems"
        lines = [f"{count} in this CORS configuration:"]
        lines += [f"  - {problem}" for problem in self.problems]
        return "\n".join(lines)


def within(place: str, problems: Iterable[Problem]) -> list[Problem]:
    """Return the problems with their fields prefixed by the place that they were found in."""
    return [
        Problem(p.code, f"{place}.{p.field}" if p.field else place, p.value, p.message, p.fix)
        for p in problems
    ]
