"""Lines as the options of a configuration: each names an option, a kind of value, and the value.

The first line chooses the door: `Policy`, `cors`, `StrictCORS`, the middleware, or `app.config`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from docs.pages import DOCS, code, table
from flask import Flask

from flask_strictcors import DynamicOrigins, Policy, PolicyError, StrictCORS, cors
from flask_strictcors.core.fetch import is_forbidden_method, is_forbidden_request_header, is_token
from flask_strictcors.core.origins import Origin, OriginSet, host_of, is_loopback, parse_entry
from flask_strictcors.core.policy import POLICY_OPTIONS
from flask_strictcors.core.rules import Rules
from flask_strictcors.decorators import tag_of
from flask_strictcors.extension.strictcors import guard_of
from flask_strictcors.wsgi import StrictCORSMiddleware

from . import entries
from .work import check_linear

PAGE = DOCS / "problems.md"
HEADINGS = (
    "## Origins and patterns",
    "## The options of a policy",
    "## Beside credentials",
    "## Several policies, rules and apps",
)
DOCUMENTED = {code(row[0]) for heading in HEADINGS for row in table(PAGE, heading)}

NAMES = (
    *POLICY_OPTIONS,
    "rules",
    "enforce",
    "own_origins",
    "policies",
    "debug",
    "supports_credentials",
    "origin_regex",
)
# Names that stand for an argument of another kind.
_TAKEN = {"self", "app", "wsgi_app"}
_MOST = 12


class Wordless:
    """Something whose repr() raises, as of a row whose session is gone."""

    def __repr__(self) -> str:
        raise LookupError


def yes(origin: str) -> bool:
    return True


async def later(origin: str) -> bool:
    return True


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _age(text: str) -> object:
    try:
        return timedelta(seconds=float(text))
    except (OverflowError, ValueError):
        return timedelta.max


KINDS: dict[str, Callable[[str], Any]] = {
    "t": str,
    "l": lambda text: text.split("|"),
    "u": lambda text: tuple(text.split("|")),
    "s": lambda text: set(text.split("|")),
    "g": lambda text: iter(text.split("|")),
    "x": lambda text: [text, None, text.encode("utf-8", "surrogateescape"), 7, [text]],
    "j": _json,
    "b": lambda text: text.encode("utf-8", "surrogateescape"),
    "i": lambda text: int(text) if text.isdecimal() and len(text) < 10 else -len(text),
    "h": lambda text: 10 ** (5000 + len(text)),
    "f": lambda text: float(len(text)) / 2,
    "y": lambda text: True,
    "n": lambda text: False,
    "0": lambda text: None,
    "d": _age,
    "c": lambda text: yes,
    "a": lambda text: later,
    "D": lambda text: DynamicOrigins(yes, text.split("|")),
    "p": lambda text: [Policy(origins=part.split("|")) for part in text.split(";")],
    "m": lambda text: {text: {"origins": text}, "/api/*": None},
    "w": lambda text: Wordless(),
}
WORDS = (
    *(f"\n{chr(ord('a') + i)}" for i in range(len(NAMES))),
    *(f"\nat{entry}" for entry in ("https://example.com", "https://*.example.com", "*")),
    '\nlj{"/api/*": {"origins": "https://example.com"}}',
    '[["/api", null]]',
    '{"origins": ["https://example.com"], "credentials": true}',
    '"methods": "GET, PUT"',
    "\nfy",
    "86400",
    "content-type|x-a",
    "Set-Cookie",
    "GET|put",
    "TRACE",
    *entries.WORDS,
)


def check(data: bytes) -> None:
    """Fail where a configuration is neither refused with help nor a policy that is right."""
    text = data.decode("utf-8", "surrogateescape")
    made = _made(text)
    assert made == _made(text)
    for policy in made or ():
        _check_policy(policy)


def measure(data: bytes) -> None:
    """Fail where a longer configuration costs more than its share."""
    check_linear(_made, data.decode("utf-8", "surrogateescape"))


def _made(text: str) -> tuple[Policy, ...] | None:
    """Return the policies that the text makes, or None where it is refused."""
    first, *lines = text.split("\n")[:_MOST]
    door = DOORS[ord(first[0]) % len(DOORS)] if first else DOORS[0]
    try:
        options = dict(_options(lines))
        return tuple(door(options))
    except PolicyError as error:
        _check_error(error)
        return None


def _options(lines: Iterable[str]) -> Iterator[tuple[str, Any]]:
    for line in lines:
        name, kind, rest = line[:1], line[1:2], line[2:]
        if name == "?":
            name, _, rest = rest.partition("=")
        else:
            name = NAMES[(ord(name) - ord("a")) % len(NAMES)] if name else "origins"
        if name not in _TAKEN:
            yield name, KINDS.get(kind, str)(rest)


def _check_error(error: PolicyError) -> None:
    assert error.problems
    assert str(error).count("\n") >= len(error.problems)
    for problem in error.problems:
        assert problem.code in DOCUMENTED
        assert problem.message
        assert problem.fix


# --- the doors -----------------------------------------------------------------------------------


def _by_policy(options: dict[str, Any]) -> Iterable[Policy]:
    return [Policy(**options)]


def _by_cors(options: dict[str, Any]) -> Iterable[Policy]:
    def view() -> None: ...

    tag = tag_of(cors(**options)(view))
    assert tag is not None
    return tag.policies


def _by_arguments(options: dict[str, Any]) -> Iterable[Policy]:
    app = Flask(__name__, static_folder=None)
    tiers = options.pop("policies", None)
    StrictCORS(app, *(tiers if isinstance(tiers, list) else []), **options)
    return _of(app)


def _by_config(options: dict[str, Any]) -> Iterable[Policy]:
    app = Flask(__name__, static_folder=None)
    app.config |= {f"STRICTCORS_{name.upper()}": value for name, value in options.items()}
    StrictCORS(app)
    return _of(app)


def _by_middleware(options: dict[str, Any]) -> Iterable[Policy]:
    return _policies_of(StrictCORSMiddleware(_bare, **options)._rules)


DOORS = (_by_policy, _by_cors, _by_arguments, _by_config, _by_middleware)


def _bare(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    raise NotImplementedError


def _of(app: Flask) -> Iterable[Policy]:
    guard = guard_of(app)
    assert guard is not None
    assert all(Origin.parse(origin) for origin in guard.judging.configuration.own_origins)
    return _policies_of(guard.judging.configuration.rules)


def _policies_of(rules: Rules) -> Iterable[Policy]:
    return [policy for rule in rules.wherever() for policy in rule.policies]


# --- what every policy is ------------------------------------------------------------------------


def _check_policy(policy: Policy) -> None:
    assert policy.replace() == policy
    assert hash(policy.replace()) == hash(policy)
    assert repr(policy).startswith("Policy(")
    bounds = policy.allowlist if policy.allowlist is not None else policy.origins
    for named in (bounds, policy.debug_origins):
        assert named == "*" or isinstance(named, OriginSet)
        for entry in named:
            if named != "*":
                _check_named(policy, entry)
    assert policy.max_age is None or policy.max_age in range(86_401)
    _check_names(policy)
    if policy.credentials:
        assert "*" not in (policy.origins, policy.allow_headers, policy.expose_headers)
        assert bounds != "*" or policy.dangerously_allow_unbounded_callable


def _check_named(policy: Policy, entry: str) -> None:
    entries.check_entry(entry)
    assert parse_entry(entry)
    if policy.credentials and not policy.dangerously_allow_insecure_origins:
        is_local = is_loopback(host_of(entry).removeprefix("*."))
        assert not entry.startswith("http://") or is_local


def _check_names(policy: Policy) -> None:
    for names in (policy.methods, policy.allow_headers, policy.expose_headers):
        listed = [] if names is None or names == "*" else [*names]
        assert all(map(is_token, listed))
        assert "*" not in listed
        assert len({*listed}) == len(listed)
    assert not any(map(is_forbidden_method, policy.methods or ()))
    assert not any(map(is_forbidden_request_header, policy.allow_headers))
