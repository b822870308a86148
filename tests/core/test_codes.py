"""Every code that the core can produce, and a configuration that produces it."""

from collections.abc import Callable
from typing import Any

import pytest

from flask_strictcors.core.errors import Code, Problem
from flask_strictcors.core.policy import Policy, read_own_origins, read_policies
from flask_strictcors.core.rules import read_rules

from .refusing import codes, problem_of

# What only the extension, the middleware and the caller of callables can see.
ELSEWHERE = {
    Code.ASYNC_WITHOUT_ASGIREF,
    Code.FLASK_CORS_PRESENT,
    Code.METHODS_UNNAMED,
    Code.REPORT_ONLY_ALONE,
    Code.STRICTCORS_TWICE,
    Code.TAG_HIDDEN,
}

A = "https://a.com"


def anybody(origin: str) -> bool:
    return True


BY_OPTIONS: dict[Code, dict[str, Any]] = {
    Code.ORIGIN_CASE: {"origins": "https://A.com"},
    Code.ORIGIN_DEFAULT_PORT: {"origins": "https://a.com:443"},
    Code.ORIGIN_EMPTY: {"origins": ""},
    Code.ORIGIN_HOST: {"origins": "https://a..com"},
    Code.ORIGIN_IP_FORM: {"origins": "http://127.1"},
    Code.ORIGIN_NULL: {"origins": "null"},
    Code.ORIGIN_PATH: {"origins": "https://a.com/app"},
    Code.ORIGIN_PORT: {"origins": "https://a.com:0"},
    Code.ORIGIN_QUERY: {"origins": "https://a.com?q"},
    Code.ORIGIN_REGEX: {"origins": r"https://.*\.a\.com"},
    Code.ORIGIN_SCHEME: {"origins": "file:"},
    Code.ORIGIN_SCHEME_MISSING: {"origins": "a.com"},
    Code.ORIGIN_SEVERAL: {"origins": "https://a.com, https://b.com"},
    Code.ORIGIN_TRAILING_SLASH: {"origins": "https://a.com/"},
    Code.ORIGIN_UNICODE: {"origins": "https://ä.com"},
    Code.ORIGIN_USERINFO: {"origins": "https://me@a.com"},
    Code.ORIGIN_WILDCARD: {"origins": "https://a.*"},
    Code.ORIGIN_WILDCARD_IN_LIST: {"origins": ["*"]},
    Code.ORIGIN_WILDCARD_IP: {"origins": "http://10.0.0.*"},
    Code.ALLOWLIST_MISSING: {"origins": anybody},
    Code.ALLOWLIST_STRAY: {"origins": A, "allowlist": A},
    Code.HEADER_DIRECTION: {"origins": A, "allow_headers": "ETag"},
    Code.HEADER_FORBIDDEN: {"origins": A, "allow_headers": "Cookie"},
    Code.HEADER_SYNTAX: {"origins": A, "expose_headers": "X A"},
    Code.MAX_AGE_RANGE: {"origins": A, "max_age": 86401},
    Code.METHOD_CASE: {"origins": A, "methods": "put"},
    Code.METHOD_FORBIDDEN: {"origins": A, "methods": "TRACE"},
    Code.METHOD_SYNTAX: {"origins": A, "methods": "P T"},
    Code.OPTION_UNKNOWN: {"origins": A, "supports_credentials": True},
    Code.ORIGINS_EMPTY: {"origins": []},
    Code.ORIGINS_MISSING: {},
    Code.WILDCARD_IN_LIST: {"origins": A, "methods": ["PUT", "*"]},
    Code.WRONG_TYPE: {"origins": A, "credentials": "False"},
    Code.CREDENTIALS_ANY_EXPOSED_HEADER: {
        "origins": A,
        "expose_headers": "*",
        "credentials": True,
    },
    Code.CREDENTIALS_ANY_HEADER: {"origins": A, "allow_headers": "*", "credentials": True},
    Code.CREDENTIALS_ANY_ORIGIN: {"origins": "*", "credentials": True},
    Code.CREDENTIALS_INSECURE_ORIGIN: {"origins": "http://a.com", "credentials": True},
    Code.CREDENTIALS_PUBLIC_SUFFIX: {"origins": "https://*.github.io", "credentials": True},
    Code.CREDENTIALS_UNBOUNDED_CALLABLE: {
        "origins": anybody,
        "allowlist": "*",
        "credentials": True,
    },
}

ANY = Policy(origins="*")

BY_READERS: dict[Code, Callable[[list[Problem]], object]] = {
    Code.ORIGIN_PATTERN_NOT_ALLOWED: lambda found: read_own_origins(["http://a.com:*"], found),
    Code.NOT_A_POLICY: lambda found: read_policies([A], {}, found),
    Code.POLICIES_AND_OPTIONS: lambda found: read_policies([ANY], {"max_age": 5}, found),
    Code.TIER_UNREACHABLE: lambda found: read_policies([ANY, ANY], {}, found),
    Code.RULE_PATH: lambda found: read_rules({"api": ANY}, found),
    Code.RULE_PATH_TWICE: lambda found: read_rules([("/api", ANY), ("/api", ANY)], found),
}


def test_every_code_is_produced_by_the_core_or_elsewhere() -> None:
    assert not BY_OPTIONS.keys() & BY_READERS.keys()
    assert BY_OPTIONS.keys() | BY_READERS.keys() | ELSEWHERE == set(Code)
    assert not ELSEWHERE & (BY_OPTIONS.keys() | BY_READERS.keys())


@pytest.mark.parametrize(("code", "options"), BY_OPTIONS.items(), ids=BY_OPTIONS)
def test_options_produce_the_code_and_no_other(code: Code, options: dict[str, Any]) -> None:
    problem = problem_of(**options)
    assert problem.code is code
    assert problem.message[-1] in ".:"
    assert problem.fix
    assert f"[{code}]" in str(problem)


@pytest.mark.parametrize(("code", "read"), BY_READERS.items(), ids=BY_READERS)
def test_what_holds_policies_produces_the_code(
    code: Code, read: Callable[[list[Problem]], object]
) -> None:
    problems: list[Problem] = []
    read(problems)
    assert codes(problems) == [code]
    assert problems[0].message
    assert problems[0].fix
