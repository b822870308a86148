"""What the options of one policy may not say together: credentials beside wide access."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, cast

from flask_strictcors.core.errors import Code, Problem
from flask_strictcors.core.origins import OriginSet, host_of, is_loopback
from flask_strictcors.core.policy.dynamic import DynamicOrigins
from flask_strictcors.core.policy.values import PolicyValues

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

_OUTSIDE = "Browsers ignore it with credentials, and an origin that is reflected instead is a hole."


def refuse_together(policy: PolicyValues, problems: list[Problem]) -> None:
    """Add a problem for each pair of options that would open the API or do nothing."""
    if policy.credentials:
        problems += _refuse_wildcards(policy)
        for field, origins in _named_origins(policy):
            problems += _refuse_insecure(policy, field, origins)
            problems += _refuse_public_suffixes(policy, field, origins)


def _refuse_wildcards(policy: PolicyValues) -> Iterator[Problem]:
    if policy.is_any_origin:
        message = f"'*' beside credentials. {_OUTSIDE}"
        fix = "name the origins, or give credentials up"
        yield Problem(Code.CREDENTIALS_ANY_ORIGIN, "origins", "*", message, fix)
    if policy.allow_headers == "*":
        message = "'*' beside credentials: browsers take it for the name of a header."
        fix = "name the headers"
        yield Problem(Code.CREDENTIALS_ANY_HEADER, "allow_headers", "*", message, fix)
    if policy.expose_headers == "*":
        message = "'*' beside credentials: browsers take it for the name of a header."
        fix = "name the headers"
        yield Problem(Code.CREDENTIALS_ANY_EXPOSED_HEADER, "expose_headers", "*", message, fix)
    if policy.allowlist == "*" and not policy.dangerously_allow_unbounded_callable:
        message = "a callable that nothing bounds, beside credentials: one slip admits everybody."
        fix = 'allowlist=["https://*.example.com"]'
        code = Code.CREDENTIALS_UNBOUNDED_CALLABLE
        yield Problem(code, "allowlist", "*", message, fix)


def _named_origins(policy: PolicyValues) -> Iterator[tuple[str, OriginSet]]:
    origins = policy.origins
    if isinstance(origins, OriginSet):
        yield "origins", origins
    elif isinstance(origins, DynamicOrigins) and isinstance(origins.allowlist, OriginSet):
        yield "allowlist", origins.allowlist
    yield "debug_origins", policy.debug_origins


def _refuse_insecure(policy: PolicyValues, field: str, origins: OriginSet) -> Iterator[Problem]:
    if policy.dangerously_allow_insecure_origins:
        return
    hosts = {text: host_of(text) for text in origins if text[:7] == "http://"}
    for text in sorted(text for text, host in hosts.items() if not is_loopback(host)):
        message = f"{text} beside credentials: whoever is on the wire reads the answers."
        fix = text.replace("http://", "https://").removesuffix(":443")
        yield Problem(Code.CREDENTIALS_INSECURE_ORIGIN, field, text, message, fix)


def _refuse_public_suffixes(
    policy: PolicyValues, field: str, origins: OriginSet
) -> Iterator[Problem]:
    if policy.dangerously_allow_public_suffixes:
        return
    for pattern in sorted(origins.patterns, key=str):
        host = pattern.origin.host
        if pattern.any_subdomain and not is_loopback(host) and _holds_public_suffix(host):
            message = (
                f"{pattern} beside credentials: {host} is a public suffix or has some below it (an "
                "unknown top-level name counts as one), so that anybody can have such a name."
            )
            fix = (
                f"name the subdomains that are yours, such as {pattern.origin.scheme}://you.{host}"
            )
            yield Problem(Code.CREDENTIALS_PUBLIC_SUFFIX, field, str(pattern), message, fix)


def _holds_public_suffix(host: str) -> bool:
    """Report whether strangers can have a name below the host."""
    suffixes, above = _public_suffixes()
    bare = host.removesuffix(".")
    # A wildcard reaches the suffixes below, too: `*.windows.net` every `blob.core.windows.net`.
    return suffixes.is_public(bare) or bare in above


# 40 ms to load, and few policies need it; those that do may have thousands of patterns.
@cache
def _public_suffixes() -> tuple[PublicSuffixList, frozenset[str]]:
    """Return the list, and all names that have a suffix of it somewhere below them."""
    from publicsuffixlist import PublicSuffixList

    suffixes = PublicSuffixList()
    above: set[str] = set()
    for suffix in cast("frozenset[str]", vars(suffixes)["_publicsuffix"]):
        rest = suffix.partition(".")[2]
        while rest and rest not in above:
            above.add(rest)
            rest = rest.partition(".")[2]
    return suffixes, frozenset(above)
