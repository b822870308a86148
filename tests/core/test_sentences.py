"""What each problem says, word for word: people read nothing else."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from flask_strictcors.core.errors import PolicyError, Problem
from flask_strictcors.core.policy import (
    POLICY_OPTIONS,
    DynamicOrigins,
    Policy,
    read_own_origins,
    read_policies,
)
from flask_strictcors.core.rules import read_rules

A = "https://a.com"
ANY = Policy(origins="*")
ALL = ", ".join(POLICY_OPTIONS)


class Tenants:
    """A callable that is written in one way wherever it is."""

    def __call__(self, origin: str) -> bool:
        return True

    def __repr__(self) -> str:
        return "tenants"


def of_options(**options: Any) -> Callable[[list[Problem]], object]:
    """Return what adds the problems of a policy."""

    def read(problems: list[Problem]) -> None:
        with pytest.raises(PolicyError) as caught:
            Policy(**options)
        problems += caught.value.problems

    return read


def of_dynamic(function: Any, allowlist: Any) -> Callable[[list[Problem]], object]:
    """Return what adds the problems of origins that change."""

    def read(problems: list[Problem]) -> None:
        with pytest.raises(PolicyError) as caught:
            DynamicOrigins(function, allowlist)
        problems += caught.value.problems

    return read


SAID: list[tuple[Callable[[list[Problem]], object], list[object], str]] = [
    (
        of_options(),
        [None],
        """
        origins: nobody is let in unless named. Instead: origins=["https://app.example.com"]
        [origins-missing]
        """,
    ),
    (
        of_options(origins=[]),
        [[]],
        """
        origins: an empty list lets nobody in. Instead: origins=["https://app.example.com"], or
        no policy at all [origins-empty]
        """,
    ),
    (
        of_options(origins=3, credentials="yes", max_age=1.5),
        [3, "yes", 1.5],
        """
        origins: this takes a list of strings, and got 3. Instead: a list of strings, such as
        ["…"] [wrong-type]

        credentials: this is a switch, and 'yes' is neither True nor False. Instead: True or
        False (in the environment: true or false) [wrong-type]

        max_age: this is a whole number of seconds, and 1.5 is not. Instead: 600 [wrong-type]
        """,
    ),
    (
        of_options(origins=[A, b"https://b.com", None], max_age=timedelta(milliseconds=5)),
        [b"https://b.com", None, timedelta(milliseconds=5)],
        """
        origins: each item must be a string, and b'https://b.com' is not. Instead:
        'https://b.com' [wrong-type]

        origins: each item must be a string, and None is not. Instead: a string [wrong-type]

        max_age: this is a whole number of seconds, and datetime.timedelta(microseconds=5000) is
        not. Instead: 600 [wrong-type]
        """,
    ),
    (
        of_options(
            origins="*", dangerously_allow_insecure_origins="x" * 198, credentials="x" * 199
        ),
        ["x" * 199, "x" * 198],
        f"""
        credentials: this is a switch, and '{"x" * 199}… is neither True nor False. Instead: True or
        False (in the environment: true or false) [wrong-type]

        dangerously_allow_insecure_origins: this is a switch, and '{"x" * 198}' is neither True nor
        False. Instead: True or False (in the environment: true or false) [wrong-type]
        """,
    ),
    (
        of_options(origins="*", max_age=-1),
        [-1],
        """
        max_age: a negative age is no age; 0 keeps browsers from remembering the answer.
        Instead: 0 [max-age-range]
        """,
    ),
    (
        of_options(origins="*", max_age=86401),
        [86401],
        """
        max_age: no browser keeps a preflight's answer longer than 86400 s. Instead: 86400
        [max-age-range]
        """,
    ),
    (
        of_options(origins=["", "https://a.com, https://b..c"]),
        ["", "https://a.com, https://b..c"],
        """
        origins: '': an origin is empty. Instead: remove it [origin-empty]

        origins: 'https://a.com, https://b..c': this one string holds several origins. Instead: a
        list with one string for each origin [origin-several]
        """,
    ),
    (
        of_options(origins=Tenants()),
        [None],
        """
        allowlist: a callable needs an allowlist: it may narrow, never widen. Instead:
        allowlist=["https://*.example.com"] [allowlist-missing]
        """,
    ),
    (
        of_options(origins=A, allowlist=A),
        [A],
        """
        allowlist: an allowlist bounds a callable, and these origins are none. Instead: remove
        it [allowlist-stray]
        """,
    ),
    (
        of_options(origins=DynamicOrigins(Tenants(), A), allowlist=A),
        [A],
        """
        allowlist: the allowlist is already in the DynamicOrigins. Instead: remove it
        [allowlist-stray]
        """,
    ),
    (
        of_dynamic(3, []),
        [3, []],
        """
        origins: origins that change need a callable. Instead: a function of one origin
        [wrong-type]

        allowlist: an empty list lets nobody in. Instead: allowlist=["https://app.example.com"],
        or no policy at all [origins-empty]
        """,
    ),
    (
        of_options(origins="*", credentials=True, allow_headers="*", expose_headers="*"),
        ["*", "*", "*"],
        """
        origins: '*' beside credentials. Browsers ignore it with credentials, and an origin that
        is reflected instead is a hole. Instead: name the origins, or give credentials up
        [credentials-any-origin]

        allow_headers: '*' beside credentials: browsers take it for the name of a header.
        Instead: name the headers [credentials-any-header]

        expose_headers: '*' beside credentials: browsers take it for the name of a header.
        Instead: name the headers [credentials-any-exposed-header]
        """,
    ),
    (
        of_options(origins=Tenants(), allowlist="*", credentials=True),
        ["*"],
        """
        allowlist: a callable that nothing bounds, beside credentials: one slip admits
        everybody. Instead: allowlist=["https://*.example.com"] [credentials-unbounded-callable]
        """,
    ),
    (
        of_options(origins=["http://a.com:443", "http://*.b.com"], credentials=True),
        ["http://*.b.com", "http://a.com:443"],
        """
        origins: http://*.b.com beside credentials: whoever is on the wire reads the answers.
        Instead: https://*.b.com [credentials-insecure-origin]

        origins: http://a.com:443 beside credentials: whoever is on the wire reads the answers.
        Instead: https://a.com [credentials-insecure-origin]
        """,
    ),
    (
        of_options(origins=["https://*.github.io", "https://*.de"], credentials=True),
        ["https://*.de", "https://*.github.io"],
        """
        origins: https://*.de beside credentials: de is a public suffix or has some below it
        (an unknown top-level name counts as one), so that anybody can have such a name.
        Instead: name the subdomains that are yours, such as https://you.de
        [credentials-public-suffix]

        origins: https://*.github.io beside credentials: github.io is a public suffix or has
        some below it (an unknown top-level name counts as one), so that anybody can have such a
        name. Instead: name the subdomains that are yours, such as https://you.github.io
        [credentials-public-suffix]
        """,
    ),
    (
        of_options(origins=A, methods=["*", "a b", "TRACE", "put"]),
        ["*", "a b", "TRACE", "put"],
        """
        methods: '*' stands alone, never inside a list. Instead: "*" [wildcard-in-list]

        methods: 'a b' is not the name of a method. Instead: ['a', 'b'] [method-syntax]

        methods: 'TRACE' is a method that browsers never send for a script. Instead: remove it
        [method-forbidden]

        methods: 'put' never matches: methods are compared with their case, and browsers send
        this one in upper case. Instead: PUT [method-case]
        """,
    ),
    (
        of_options(origins=A, allow_headers=["*", "a,b c", "é", "ETag", "Cookie"]),
        ["*", "a,b c", "é", "ETag", "Cookie"],
        """
        allow_headers: '*' stands alone, never inside a list. Instead: "*" [wildcard-in-list]

        allow_headers: 'a,b c' is not the name of a header. Instead: ['a', 'b', 'c']
        [header-syntax]

        allow_headers: 'é' is not the name of a header. Instead: one name for each item, of
        letters, digits and hyphens [header-syntax]

        allow_headers: 'ETag' is a response header, and these are the request headers that
        scripts may set. Instead: remove it; what scripts may read goes into expose_headers
        [header-direction]

        allow_headers: 'Cookie' is a header that browsers never let a script set. Instead:
        remove it [header-forbidden]
        """,
    ),
    (
        of_options(origins=A, expose_headers=["Set-Cookie", "Accept"]),
        ["Set-Cookie", "Accept"],
        """
        expose_headers: 'Set-Cookie' is a header that browsers never let a script read. Instead:
        remove it [header-forbidden]

        expose_headers: 'Accept' is a request header, and these are the response headers that
        scripts may read. Instead: remove it; what scripts may set goes into allow_headers
        [header-direction]
        """,
    ),
    (
        of_options(origins=A, Supports_Credentials=1, origin_regex=1, zzz=1),
        [1, 1, 1],
        """
        Supports_Credentials: there is no option Supports_Credentials. Instead: credentials
        [option-unknown]

        origin_regex: there is no option origin_regex. Instead: origins, with patterns such as
        https://*.example.com [option-unknown]

        zzz: there is no option zzz. Instead: one of: [ALL] [option-unknown]
        """,
    ),
    (
        lambda found: read_policies([3, {3: 1}, {"origins": "null"}], {}, found),
        [3, None, "null"],
        """
        policies[0]: 3 is no policy. Instead: Policy(origins=["https://app.example.com"]), or
        its options by keyword [not-a-policy]

        3: there is no option 3. Instead: one of: [ALL] [option-unknown]

        policies[2].origins: 'null': 'null' is the origin of every sandboxed frame and local
        file, of anybody's; it can never be allowed. Instead: remove it, and serve the page from
        an http or https origin [origin-null]
        """,
    ),
    (
        lambda found: read_policies([Policy(origins=A), ANY, ANY], {}, found),
        [ANY],
        """
        policies[2]: whoever this policy admits, those before it have admitted. Instead: the
        narrower policy first, or without this one [tier-unreachable]
        """,
    ),
    (
        lambda found: read_policies([ANY], {"max_age": 5, "credential": True}, found),
        [True, (ANY,)],
        """
        credential: there is no option credential. Instead: credentials [option-unknown]

        policies: policies and single options (credential, max_age) are both given: nothing is
        merged. Instead: Policy(credential, max_age) as one of the policies
        [policies-and-options]
        """,
    ),
    (
        lambda found: read_own_origins(["http://a.com:*", A], found),
        ["http://a.com:*"],
        """
        own_origins: http://a.com:*: an app is reached under single origins. Instead: each
        origin by name [origin-pattern-not-allowed]
        """,
    ),
    (
        lambda found: read_rules(3, found),
        [3],
        """
        rules: rules are a mapping of paths to policies, and this is none. Instead:
        rules={"/api/*": Policy(...), "/api/auth/*": None} [wrong-type]
        """,
    ),
    (
        lambda found: read_rules(
            [("api", ANY), (3, ANY), ("/a*", ANY), ("//", ANY), ("/", ANY), ("/", ANY), ("/b", [])],
            found,
        ),
        ["api", 3, "/a*", "//", "/", []],
        """
        rules['api']: a path begins with a slash. Instead: /api [rule-path]

        rules[3]: a path is a string. Instead: "/api/*" [wrong-type]

        rules['/a*']: '*' may only be the whole last segment. Instead: /api/* [rule-path]

        rules['//']: no request is judged by this path: it has a dot segment, an empty segment,
        or a character that has no place in a decoded path. Instead: the path as Flask's routes
        spell it [rule-path]

        rules['/']: there are two rules for these paths, and nothing is merged. Instead: one of
        them [rule-path-twice]

        rules['/b'].policies: [] is no policy. Instead:
        Policy(origins=["https://app.example.com"]), or its options by keyword [not-a-policy]
        """,
    ),
]


@pytest.mark.parametrize(
    ("read", "values", "said"), SAID, ids=[said.strip().split(".")[0] for *_, said in SAID]
)
def test_a_problem_reads_exactly_so_and_holds_the_value(
    read: Callable[[list[Problem]], object], values: list[object], said: str
) -> None:
    problems: list[Problem] = []
    read(problems)
    assert [str(problem).split() for problem in problems] == [
        sentence.replace("[ALL]", ALL).split() for sentence in said.split("\n\n")
    ]
    assert [problem.value for problem in problems] == values
