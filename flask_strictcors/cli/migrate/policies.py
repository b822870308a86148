"""The options of Flask-CORS at one place → the policies that say the same with us, or less."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from flask_strictcors.cli.migrate.codes import Code, Remark
from flask_strictcors.cli.migrate.found import SWITCHES, Options
from flask_strictcors.cli.migrate.names import Sendable, others_of, problem_of
from flask_strictcors.cli.migrate.origins import Narrowed
from flask_strictcors.cli.migrate.who import Who, who_of
from flask_strictcors.core.origins import read_entries
from flask_strictcors.core.policy import POLICY_OPTIONS, unknown_option


class Tier(NamedTuple):
    """One policy to print: its origins, or what narrows an allowlist, and the other options."""

    origins: tuple[str, ...]
    narrowed: tuple[Narrowed, ...]
    others: tuple[tuple[str, Any], ...]


class Draft(NamedTuple):
    """The policies of one rule, none where nobody is left; and the expressions left out of it."""

    tiers: tuple[Tier, ...] = ()
    unread: tuple[str, ...] = ()


def draft_of(options: Options, place: str, sendable: Sendable, remarks: list[Remark]) -> Draft:
    """Return the policies for some options."""
    who = who_of(options.origins, place, remarks)
    trusted = _trusted(who, place, remarks) if options.credentials else Who()
    left = Who()
    left.add(
        [name for name in who.names if name not in trusted.names],
        [one for one in who.narrowed if one not in trusted.narrowed],
    )
    if options.is_any_origin:
        left = Who(["*"])
    remarks += _remarks(options, sendable, place)
    tiers: list[Tier] = []
    for people, credentials in ((trusted, True), (left, False)):
        if people.names or people.narrowed:
            others = others_of(options, sendable, place, remarks, credentials=credentials)
            tiers += _tiers(people, others)
    if not tiers:
        message = "of the origins, none is left, so that the code lets nobody in."
        remarks.append(Remark(Code.NOBODY_LEFT, place, message, "the origins that are meant"))
    return Draft(tuple(tiers), tuple(who.unread))


def _trusted(who: Who, place: str, remarks: list[Remark]) -> Who:
    """Return those who may come with credentials; the others keep what they may without."""
    trusted = Who()
    for name in [*who.names, *dict.fromkeys(one.allowlist for one in who.narrowed)]:
        problem = problem_of(origins=[name], credentials=True)
        if problem is not None:
            message = f"{problem.message} The code lets them in without credentials."
            remarks.append(Remark(Code.CREDENTIALS_REFUSED, place, message, problem.fix))
            continue
        trusted.add(
            [one for one in who.names if one == name],
            [one for one in who.narrowed if one.allowlist == name],
        )
    return trusted


def _tiers(who: Who, others: tuple[tuple[str, Any], ...]) -> Iterator[Tier]:
    if who.names:
        yield Tier(tuple(who.names), (), others)
    named = read_entries("origins", (n for n in who.names if n != "*"), [])
    narrowed = [
        one for one in who.narrowed if not named.covers(read_entries("", [one.allowlist], []))
    ]
    if narrowed:
        yield Tier((), tuple(narrowed), others)


def _remarks(options: Options, sendable: Sendable, place: str) -> Iterator[Remark]:
    if options.credentials and options.is_any_origin:
        message = (
            "Flask-CORS lets every site read, with the visitor's cookies. The code lets everybody "
            "in, without credentials."
        )
        fix = "the origins by name beside credentials=True; or nothing, if none are needed"
        yield Remark(Code.CREDENTIALS_ANY_ORIGIN, place, message, fix)
    if options.credentials and sendable.headers is None:
        message = "any header may be sent, and beside credentials each has to be named."
        fix = 'allow_headers=["Content-Type", ...] with those that pages send'
        yield Remark(Code.CREDENTIALS_ANY_HEADER, place, message, fix)
    for name, value in options.switches.items():
        if value is not SWITCHES[name]:
            message = f"{name}={value} has no counterpart."
            fix = unknown_option(name, value, POLICY_OPTIONS).fix
            yield Remark(Code(name.replace("_", "-")), place, message, fix)
