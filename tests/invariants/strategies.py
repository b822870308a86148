"""What the properties draw from: policies, rule sets, apps and requests, few of each kind.

The pools are small, so that rules meet: the same origins, the same URLs, again and again.
"""

from __future__ import annotations

import os
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from flask_strictcors import Policy

from .plans import (
    APP,
    CALLABLES,
    EVIL,
    EXEMPT,
    LOCAL,
    OWN,
    PARTNER,
    SUBDOMAIN,
    Ask,
    Group,
    Plan,
    Tag,
    View,
)


def runs(examples: int) -> settings:
    """Return settings for so many examples; STRICTCORS_EXAMPLES=N makes any run as long as told."""
    return settings(
        max_examples=int(os.environ.get("STRICTCORS_EXAMPLES", examples)),
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


ENTRIES = [APP, PARTNER, SUBDOMAIN, LOCAL, "https://*.example.com", "http://localhost:*"]
GOOD_ORIGINS = [APP, PARTNER, SUBDOMAIN, LOCAL, EVIL]
ODD_ORIGINS = [
    "null",
    "",
    "*",
    OWN,
    f"{APP}/",
    f"{APP}.evil.net",
    f"{APP}:443",
    f"{APP}, {EVIL}",
    APP.upper(),
    "http://app.example.com",
    "https://example.com",
    "https://xexample.com",
    "https://*.example.com",
    "http://localhost",
    "http://localhost:80",
    "http://localhost:3000.evil.net",
    "https://\xff.example.com",
]
URL_RULES = [
    "/",
    "/x",
    "/x/",
    "/<v>",
    "/<v>/",
    "/<path:v>",
    "/x/<v>",
    "/x/y",
    "/<any(x, y):v>",
    "/<int:v>",
    "/<v>/y",
]
PATHS = ["/", "/x", "/x/", "/y", "/x/y", "/x/y/", "/1", "/1/y", "/z", "/x/x/y"]
ODD_PATHS = [
    "",
    "//",
    "//x",
    "/x//y",
    "/x/../y",
    "/./x",
    "/x/y/..",
    "/x%2fy",
    "/%78",
    "/x\\y",
    "/X",
    "/X/y",
    "/\xff",
    "/\xc3\xa9",
    "x",
    "/x\x00",
    "/x;y",
    "/x?y",
    "/x" * 50,
]
RULE_PATHS = ["/*", "/x", "/x/*", "/x/y", "/x/y/*", "/y", "/1/*", "/x/"]
SERVED = [
    ("GET",),
    ("PUT",),
    ("POST",),
    ("DELETE",),
    ("GET", "POST"),
    ("GET", "PUT", "DELETE"),
    ("PATCH", "OPTIONS"),
]
METHODS = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"]
ODD_METHODS = ["put", "", "G T", "BREW", "\xff", "GET, PUT"]
ASKED_HEADERS = ["content-type", "x-a", "x-a,x-b", "", ",,", "\xff", "x" * 500, "a," * 500]


# Mostly what is there, so that views are reached.
paths = st.sampled_from([*PATHS * 4, *ODD_PATHS])
origins = st.sampled_from([*GOOD_ORIGINS * 4, *ODD_ORIGINS])
_some_entries = st.lists(st.sampled_from(ENTRIES), min_size=1, max_size=2, unique=True)


@st.composite
def policies(draw: st.DrawFn, *, is_any: bool | None = None) -> Policy:
    """Draw one policy; `is_any` says whether it is for everybody, if that matters."""
    options: dict[str, Any] = {
        "methods": draw(st.sampled_from([None, None, "*", ["GET"], ["GET", "PUT"], ["POST"]])),
        "allow_headers": draw(st.sampled_from(["*", "X-A", ["Content-Type", "X-B"], ()])),
        "expose_headers": draw(st.sampled_from([(), "*", "X-Total"])),
        "max_age": draw(st.sampled_from([600, None, 0, 86400])),
    }
    if draw(st.booleans()) if is_any is None else is_any:
        return Policy(origins="*", **options)
    if draw(st.booleans()):
        options |= {"credentials": True, "expose_headers": ()}
        if options["allow_headers"] == "*":
            options["allow_headers"] = ["Authorization"]
    if draw(st.integers(0, 3)) == 0:
        options |= {"origins": draw(st.sampled_from(CALLABLES)), "allowlist": draw(_some_entries)}
    else:
        options["origins"] = draw(_some_entries)
    if draw(st.integers(0, 3)) == 0:
        options["debug_origins"] = [EVIL]
    return Policy(**options)


@st.composite
def rule_sets(draw: st.DrawFn) -> tuple[Policy, ...]:
    """Draw what one rule says: mostly one policy, else one for some and then one for everybody."""
    if draw(st.integers(0, 3)):
        return (draw(policies()),)
    return draw(policies(is_any=False)), draw(policies(is_any=True))


tags: st.SearchStrategy[Tag] = st.one_of(st.none(), rule_sets(), rule_sets(), st.just(EXEMPT))
strict_tags: st.SearchStrategy[Tag] = st.one_of(st.none(), rule_sets())


@st.composite
def views(
    draw: st.DrawFn, groups: int, tag: st.SearchStrategy[Tag], answers: tuple[str, ...]
) -> View:
    methods = draw(st.sampled_from(SERVED))
    by_method: tuple[tuple[str, Tag], ...] | None = None
    if draw(st.integers(0, 3)) == 0:
        by_method = tuple((method, draw(tag)) for method in methods)
    return View(
        rule=draw(st.sampled_from(URL_RULES)),
        methods=methods,
        tag=draw(tag),
        by_method=by_method,
        group=draw(st.sampled_from([None, *range(groups), groups - 1])) if groups else None,
        answer=draw(st.sampled_from(answers)),
    )


ANSWERS = ("plain", "author", "vary", "vary-star", "abort", "raise")


@st.composite
def plans(
    draw: st.DrawFn,
    tag: st.SearchStrategy[Tag] = tags,
    answers: tuple[str, ...] = ANSWERS,
    most_views: int = 4,
    hooks: tuple[str, ...] = ("none", "none", "none", "answer", "abort", "raise"),
) -> Plan:
    """Draw a whole app."""
    groups: list[Group] = []
    for index in range(draw(st.sampled_from([0, 1, 2, 2]))):
        prefix = draw(st.sampled_from(["", "/x", "/y"]))
        parent = draw(st.sampled_from([None, index - 1, index - 1])) if index else None
        groups.append(Group(prefix, draw(tag), parent))
    some = views(len(groups), tag, answers)
    return Plan(
        views=tuple(
            draw(st.lists(some, min_size=draw(st.sampled_from([0, 2])), max_size=most_views))
        ),
        groups=tuple(groups),
        rules=draw(st.dictionaries(st.sampled_from(RULE_PATHS), tag.filter(bool), max_size=3)),
        policies=draw(st.just(()) | rule_sets()),
        enforce=draw(st.booleans()),
        debug=draw(st.booleans()),
        is_early=draw(st.booleans()),
        hook=draw(st.sampled_from(hooks)),
    )


@st.composite
def asks(draw: st.DrawFn) -> Ask:
    """Draw one request, half of them preflights."""
    site = draw(st.sampled_from([None, None, None, "cross-site", "same-origin"]))
    method = st.sampled_from([*METHODS * 3, *ODD_METHODS])
    if draw(st.booleans()):
        headers = draw(st.none() | st.sampled_from(ASKED_HEADERS))
        return Ask(draw(paths), "OPTIONS", draw(origins), draw(method), headers, site)
    # No server passes on a request without any method.
    return Ask(draw(paths), draw(method.filter(bool)), draw(st.none() | origins), site=site)


some_asks = st.lists(asks(), min_size=4, max_size=12)
