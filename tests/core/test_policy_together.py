"""What the options of one policy may not say together."""

from typing import Any

import pytest

from flask_strictcors.core.errors import Code
from flask_strictcors.core.origins import parse_entry
from flask_strictcors.core.policy import DynamicOrigins, Policy

from .counting import calls_in
from .refusing import codes, problem_of, problems_of

HTTPS = "https://app.example.com"


def anybody(origin: str) -> bool:
    return True


WILDCARDS = [
    ({"origins": "*"}, Code.CREDENTIALS_ANY_ORIGIN, "origins"),
    ({"origins": HTTPS, "allow_headers": "*"}, Code.CREDENTIALS_ANY_HEADER, "allow_headers"),
    (
        {"origins": HTTPS, "expose_headers": "*"},
        Code.CREDENTIALS_ANY_EXPOSED_HEADER,
        "expose_headers",
    ),
    ({"origins": anybody, "allowlist": "*"}, Code.CREDENTIALS_UNBOUNDED_CALLABLE, "allowlist"),
    (
        {"origins": DynamicOrigins(anybody, allowlist="*")},
        Code.CREDENTIALS_UNBOUNDED_CALLABLE,
        "allowlist",
    ),
]


@pytest.mark.parametrize(("options", "code", "field"), WILDCARDS)
def test_a_wildcard_is_refused_beside_credentials(
    options: dict[str, Any], code: Code, field: str
) -> None:
    problem = problem_of(credentials=True, **options)
    assert (problem.code, problem.field, problem.value) == (code, field, "*")
    assert problem.fix


@pytest.mark.parametrize(("options", "code", "field"), WILDCARDS)
def test_a_wildcard_is_accepted_without(options: dict[str, Any], code: Code, field: str) -> None:
    assert getattr(Policy(**options), field) == "*"


def test_every_method_may_be_allowed_beside_credentials() -> None:
    assert Policy(origins=HTTPS, methods="*", credentials=True).methods == "*"


LOOPBACK = [
    "http://localhost",
    "http://localhost:3000",
    "http://localhost:*",
    "http://app.localhost",
    "http://*.localhost:*",
    "http://127.0.0.1:5000",
    "http://127.9.9.9:*",
    "http://[::1]:*",
    "http://[::1]",
]

INSECURE = [
    ("http://example.com", "https://example.com"),
    ("http://example.com:8080", "https://example.com:8080"),
    ("http://example.com:443", "https://example.com"),
    ("http://*.example.com", "https://*.example.com"),
    ("http://*.example.com:443", "https://*.example.com"),
    ("http://example.com:*", "https://example.com:*"),
    ("http://192.168.0.1", "https://192.168.0.1"),
    ("http://[2001:db8::1]", "https://[2001:db8::1]"),
    ("http://localhost.example.com", "https://localhost.example.com"),
    ("http://127.0.0.1.example.com", "https://127.0.0.1.example.com"),
]


def places(entry: str) -> list[tuple[str, dict[str, Any]]]:
    """Return the options that can name an entry: all pass the same refusals."""
    return [
        ("origins", {"origins": [entry]}),
        ("allowlist", {"origins": anybody, "allowlist": [entry]}),
        ("allowlist", {"origins": DynamicOrigins(anybody, allowlist=[entry])}),
        ("debug_origins", {"origins": HTTPS, "debug_origins": [entry]}),
    ]


@pytest.mark.parametrize("entry", LOOPBACK)
def test_loopback_needs_no_danger(entry: str) -> None:
    for _, options in places(entry):
        assert Policy(credentials=True, **options).credentials


@pytest.mark.parametrize(("entry", "fix"), INSECURE)
def test_insecure_origins_are_refused_beside_credentials(entry: str, fix: str) -> None:
    assert parse_entry(fix) is not None
    for field, options in places(entry):
        problem = problem_of(credentials=True, **options)
        assert (problem.code, problem.field) == (Code.CREDENTIALS_INSECURE_ORIGIN, field)
        assert (problem.value, problem.fix) == (entry, fix)
        assert Policy(**options)
        assert Policy(credentials=True, dangerously_allow_insecure_origins=True, **options)


def test_other_schemes_are_not_insecure() -> None:
    assert Policy(origins=["capacitor://localhost", "chrome-extension://abc"], credentials=True)


PUBLIC = [
    "https://*.com",
    "https://*.co.uk",
    "https://*.github.io",
    "https://*.github.io:*",
    "https://*.com.",
    "https://*.windows.net.",
    "https://*.xn--55qx5d.cn",
    "https://*.ck",
    "https://*.other.ck",
    "https://*.kobe.jp",
    "https://*.internal",
    "https://*.intranet:8443",
    # Not on the list themselves, but what is lies below them.
    "https://*.windows.net",
    "https://*.core.windows.net",
    "https://*.amazonaws.com",
    "https://*.amazonaws.com:*",
    "https://*.linode.com",
    "https://*.fastly.net",
]

PRIVATE = [
    "https://*.example.com",
    "https://*.example.co.uk",
    "https://*.you.github.io",
    "https://*.www.ck",
    "https://*.city.kobe.jp",
    "https://*.localhost",
    "https://*.app.internal",
    "https://github.io:*",
    "https://github.io",
    "https://*.account.blob.core.windows.net",
    "https://*.notamazonaws.com",
]


@pytest.mark.parametrize("entry", PUBLIC)
def test_wildcards_over_a_public_suffix_are_refused_beside_credentials(entry: str) -> None:
    for field, options in places(entry):
        problem = problem_of(credentials=True, **options)
        assert (problem.code, problem.field) == (Code.CREDENTIALS_PUBLIC_SUFFIX, field)
        assert problem.value == entry
        assert "an unknown top-level name counts as one" in problem.message
        assert "such as https://you." in problem.fix
        assert Policy(**options)
        assert Policy(credentials=True, dangerously_allow_public_suffixes=True, **options)


@pytest.mark.parametrize("entry", PRIVATE)
def test_other_wildcards_are_accepted_beside_credentials(entry: str) -> None:
    for _, options in places(entry):
        assert Policy(credentials=True, **options)


def test_an_unbounded_callable_has_its_own_danger() -> None:
    policy = Policy(
        origins=anybody,
        allowlist="*",
        credentials=True,
        dangerously_allow_unbounded_callable=True,
    )
    assert policy.allowlist == "*"


def test_no_danger_opens_another() -> None:
    dangers = [name for name in Policy.__slots__ if name.startswith("danger")]
    assert codes(
        problems_of(Policy, origins="*", credentials=True, **dict.fromkeys(dangers, True))
    ) == [Code.CREDENTIALS_ANY_ORIGIN]


def test_everything_that_is_wrong_together_is_told_at_once() -> None:
    problems = problems_of(
        Policy,
        origins=["http://b.com", "https://*.github.io", "http://a.com", "http://*.com"],
        debug_origins=["http://c.com"],
        allow_headers="*",
        expose_headers="*",
        credentials=True,
    )
    assert [(problem.code, problem.field, problem.value) for problem in problems] == [
        (Code.CREDENTIALS_ANY_HEADER, "allow_headers", "*"),
        (Code.CREDENTIALS_ANY_EXPOSED_HEADER, "expose_headers", "*"),
        (Code.CREDENTIALS_INSECURE_ORIGIN, "origins", "http://*.com"),
        (Code.CREDENTIALS_INSECURE_ORIGIN, "origins", "http://a.com"),
        (Code.CREDENTIALS_INSECURE_ORIGIN, "origins", "http://b.com"),
        (Code.CREDENTIALS_PUBLIC_SUFFIX, "origins", "http://*.com"),
        (Code.CREDENTIALS_PUBLIC_SUFFIX, "origins", "https://*.github.io"),
        (Code.CREDENTIALS_INSECURE_ORIGIN, "debug_origins", "http://c.com"),
    ]


def test_wildcards_that_differ_by_their_port_are_told_one_by_one() -> None:
    wide = ["https://*.github.io", "https://*.github.io:*", "https://*.github.io:8443"]
    problems = problems_of(Policy, origins=reversed(wide), credentials=True)
    assert [problem.value for problem in problems] == wide


def test_a_thousand_wildcards_beside_credentials_cost_little_more_than_one_each() -> None:
    def build(count: int) -> Policy:
        origins = [f"https://*.tenant-{i}.example.com" for i in range(count)]
        return Policy(origins=origins, credentials=True)

    build(1)
    assert calls_in(lambda: build(1)) < 1000
    assert calls_in(lambda: build(1000)) < 300_000
