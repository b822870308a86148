"""Methods, headers and max_age of Flask-CORS → the options that say the same with us, or less."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from flask_strictcors.cli.migrate.codes import Code, Remark
from flask_strictcors.cli.migrate.found import Options
from flask_strictcors.core import errors
from flask_strictcors.core.errors import PolicyError, Problem
from flask_strictcors.core.fetch import LONGEST_MAX_AGE
from flask_strictcors.core.policy import Policy

_SIMPLE: Final = ("GET", "POST")
_DEFAULT: Final = Policy(origins="*")


class Sendable(NamedTuple):
    """What scripts may send: no `methods` are those of the route, no `headers` any."""

    methods: tuple[str, ...] | None
    headers: tuple[str, ...] | None


ONLY_SIMPLE: Final = Sendable(_SIMPLE, ())
"""What needs no preflight, and nothing else."""


def problem_of(**options: Any) -> Problem | None:
    """Return the first problem of a policy with these options."""
    try:
        _DEFAULT.replace(**options)
    except PolicyError as error:
        return error.problems[0]
    return None


def sendable_of(
    options: Options, place: str, served: frozenset[str], remarks: list[Remark]
) -> Sendable:
    """Return what scripts may send; `served` are the methods that routes serve."""
    methods = _accepted("methods", options.methods, place, remarks)
    if not methods:
        return ONLY_SIMPLE
    any_header = any(one for one in options.allow_headers if _is_anything(one))
    headers = None if any_header else _headers(options, place, remarks)
    if "GET" in methods and "HEAD" not in methods:
        message = "GET is in the methods and HEAD is not: with GET, HEAD may be sent, too."
        remarks.append(Remark(Code.METHOD_HEAD, place, message, "nothing: it reads less than GET"))
        methods = (*methods, "HEAD")
    if served <= {*methods}:
        return Sendable(None, headers)
    _remark_simple(methods, served, place, remarks)
    return Sendable(tuple(m for m in methods if m in options.methods), headers)


def _remark_simple(
    methods: tuple[str, ...], served: frozenset[str], place: str, remarks: list[Remark]
) -> None:
    missing = [method for method in _SIMPLE if method in served and method not in methods]
    if missing:
        message = (
            f"{' and '.join(missing)} reached Flask-CORS without being in the methods, where no "
            "preflight asked; what is not in the methods is refused here."
        )
        fix = f"methods={[*methods, *missing]}, if scripts may send them"
        remarks.append(Remark(Code.METHOD_SIMPLE, place, message, fix))


def _is_anything(entry: object) -> bool:
    return not isinstance(entry, str) and bool(getattr(entry, "is_anything", False))


def _headers(options: Options, place: str, remarks: list[Remark]) -> tuple[str, ...]:
    texts = [one for one in options.allow_headers if isinstance(one, str)]
    for one in options.allow_headers:
        if not isinstance(one, str):
            message = f"headers are named, and the expression {one.text} names none."
            fix = "the headers that pages send, by name"
            remarks.append(Remark(Code.HEADER_REGEX, place, message, fix))
    return _accepted("allow_headers", texts, place, remarks)


def _accepted(
    field: str, names: Iterable[str], place: str, remarks: list[Remark]
) -> tuple[str, ...]:
    """Return the names that a policy accepts, and remark on the others."""
    found: dict[str, str] = {}
    for name in names:
        problem = problem_of(**{field: [name]})
        if problem is None:
            found.setdefault(name.lower(), name)
        else:
            message = f"{field}: {problem.message}"
            remarks.append(Remark(_code_of(field, problem), place, message, problem.fix))
    return tuple(found.values())


def _code_of(field: str, problem: Problem) -> Code:
    if field == "methods":
        return Code.METHOD_DROPPED
    # Browsers never send these for a script, and never show these to one.
    is_needless = problem.code is errors.Code.HEADER_FORBIDDEN
    return Code.HEADER_NEEDLESS if is_needless else Code.HEADER_DROPPED


def exposed_of(
    options: Options, place: str, remarks: list[Remark], *, credentials: bool
) -> tuple[str, ...] | str:
    """Return the headers that scripts may read."""
    if "*" in options.expose_headers and not credentials:
        return "*"
    return _accepted("expose_headers", options.expose_headers, place, remarks)


def max_age_of(options: Options, place: str, remarks: list[Remark]) -> int | None:
    """Return how many seconds browsers may keep a preflight; None leaves it to our default."""
    text = str(options.max_age)
    if options.max_age is None:
        return None
    if text.isascii() and text.isdecimal():
        seconds = int(text[:9])
        if seconds > LONGEST_MAX_AGE:
            message = f"{text} seconds are longer than any browser keeps a preflight."
            fix = f"max_age={LONGEST_MAX_AGE}, as printed"
            remarks.append(Remark(Code.MAX_AGE_CHANGED, place, message, fix))
        return min(seconds, LONGEST_MAX_AGE)
    message = f"max_age={options.max_age!r} is no number of seconds, and browsers ignore it."
    fix = "max_age=0, so that no preflight is kept, or seconds"
    remarks.append(Remark(Code.MAX_AGE_CHANGED, place, message, fix))
    return None


def others_of(
    options: Options, sendable: Sendable, place: str, remarks: list[Remark], *, credentials: bool
) -> tuple[tuple[str, Any], ...]:
    """Return the options of a policy besides its origins, where they are not our defaults."""
    headers: Any = sendable.headers
    if headers is None:
        headers = _DEFAULT.allow_headers if credentials else "*"
    chosen = {
        "methods": sendable.methods,
        "allow_headers": headers,
        "expose_headers": exposed_of(options, place, remarks, credentials=credentials),
        "credentials": credentials,
    }
    max_age = max_age_of(options, place, remarks)
    if max_age is not None:
        chosen["max_age"] = max_age
    return tuple((n, value) for n, value in chosen.items() if value != getattr(_DEFAULT, n))
