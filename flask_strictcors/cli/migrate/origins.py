"""Who Flask-CORS let in → origins, patterns, and what only a function can narrow down."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from flask_strictcors.cli.migrate.expressions import (
    DIGITS,
    Alternative,
    Expression,
    Run,
    read_expression,
)
from flask_strictcors.cli.migrate.pieces import (
    LABELS,
    Parts,
    Pieces,
    is_any_port,
    parts_of,
    pieces_of,
    sample,
    strict_text,
)
from flask_strictcors.core.origins import Pattern, is_loopback, parse_entry

_IN_PATTERNS: Final = ("a", "a.b", "x-1_y")
_ANY_PORT: Final = Run(DIGITS, 1, None)


class Narrowed(NamedTuple):
    """What no pattern says: the origins of an allowlist that an expression matches to their end."""

    text: str
    allowlist: str
    example: str


@dataclass(slots=True)
class Reading:
    """The strict reading of one expression: each of these origins, Flask-CORS admits too."""

    names: list[str] = field(default_factory=list[str])
    narrowed: list[Narrowed] = field(default_factory=list[Narrowed])

    def samples(self) -> Iterator[str]:
        """Give some origins of each kind that is admitted."""
        for name in self.names:
            yield from samples_of(name)
        yield from (one.example for one in self.narrowed)

    def entries(self) -> list[str]:
        """Return the origins and patterns that cover all that is admitted."""
        return [*self.names, *(one.allowlist for one in self.narrowed)]


def samples_of(name: str) -> list[str]:
    """Return some origins that an entry admits."""
    entry = parse_entry(name)
    if not isinstance(entry, Pattern):
        return [name]
    plain = name.removesuffix(":*")
    ports = ("", ":8443") if entry.any_port else ("",)
    labels = _IN_PATTERNS if entry.any_subdomain else ("",)
    return [plain.replace("*", label, 1) + port for label in labels for port in ports]


def read_origins(expression: Expression) -> Reading | None:
    """Return the strict reading of an expression; None where it cannot be read soundly.

    A reading may be empty: then no browser's origin matches.
    """
    found = _all_parts(expression)
    reading = None if found is None else _read(found)
    if reading is None or not all(map(expression.matches, reading.samples())):
        return None
    return reading


def _all_parts(expression: Expression) -> list[Parts] | None:
    parts: list[Parts] = []
    for alternative in read_expression(expression) or (None,):
        variants = None if alternative is None else pieces_of(_without_slash(alternative))
        if alternative is None or variants is None:
            return None
        for pieces in variants:
            found = parts_of(pieces, is_open=not alternative.is_ended)
            if found is None:
                return None
            parts += (one for each in found for one in _without_tail(each))
    return [*dict.fromkeys(parts)]


def _without_slash(alternative: Alternative) -> tuple[Run, ...]:
    # Where anything may follow, it makes no difference whether there is a slash or none.
    runs = alternative.runs
    is_idle = bool(runs) and runs[-1].least == 0 and len(runs[-1].characters) == 1
    return runs[:-1] if is_idle and not alternative.is_ended else runs


def _without_tail(parts: Parts) -> list[Parts]:
    """Return the parts without a run behind the host: of this machine, any port was meant."""
    match parts.host:
        case (str(name), Run() as rest) if rest[1:3] == (0, None) and not name.endswith("."):
            bare = Parts(parts.scheme, (name,), parts.port, parts.is_open)
            return [bare, bare._replace(port=_ANY_PORT)] if is_loopback(name) else [bare]
        case _:
            return [parts]


def _read(parts: list[Parts]) -> Reading | None:
    reading = Reading()
    any_port = {one[:2] for one in parts if is_any_port(one.port)}
    no_port = {one[:2] for one in parts if one.port == ""}
    for one in parts:
        hosts = _plain_hosts(one)
        if hosts is not None and one[:2] in any_port & no_port:
            # Only together these are what the pattern means: any port, or none.
            is_read = _add(reading, [f"{host}:*" for host in hosts], one)
        elif hosts is not None and isinstance(one.port, str):
            is_read = _add(reading, [f"{host}{one.port}" for host in hosts], one)
        else:
            narrowed = _narrowed(one, hosts)
            reading.narrowed += [narrowed] if narrowed is not None else []
            is_read = narrowed is not None
        if not is_read:
            return None
    return reading


def _add(reading: Reading, texts: list[str], parts: Parts) -> bool:
    """Add what are origins and patterns; report whether the others match no origin for sure."""
    names = [text for text in texts if parse_entry(text) is not None]
    reading.names += (name for name in names if name not in reading.names)
    # Behind a slash, no more can follow that would make an origin of it.
    is_read = not parts.is_open or all("/" in text.partition("://")[2] for text in texts)
    return is_read or names == texts


def _plain_hosts(parts: Parts) -> list[str] | None:
    """Return what stands for a host, with the scheme; None where no pattern does."""
    match parts.host:
        case (str(name),):
            return [f"{parts.scheme}://{name}"]
        case (Run() as run, str(tail)) if _is_any_subdomain(run, tail):
            wild = f"{parts.scheme}://*.{tail.removeprefix('.')}"
            bare = f"{parts.scheme}://{tail}"
            return [wild] if run.least or tail.startswith(".") else [bare, wild]
        case _:
            return None


def _is_any_subdomain(run: Run, tail: str) -> bool:
    # Of `.*-shop.example.com`, the tail is half a label.
    return run.is_endless and run.characters >= LABELS and tail[0] not in "-_"


def _narrowed(parts: Parts, hosts: list[str] | None) -> Narrowed | None:
    """Return what a function can narrow an allowlist to; None where nothing bounds it."""
    pieces = _whole(parts)
    port = parts.port if isinstance(parts.port, str) else ":*"
    bounds = [f"{host}{port}" for host in hosts or _bound(parts)]
    if len(bounds) != 1 or parse_entry(bounds[0]) is None:
        return None
    return Narrowed(strict_text(pieces), bounds[0], sample(pieces))


def _bound(parts: Parts) -> list[str]:
    """Return the pattern of a domain that every host ends in."""
    last = parts.host[-1] if parts.host else ""
    if isinstance(last, Run):
        return []
    return [f"{parts.scheme}://*.{last.partition('.')[2]}"]


def _whole(parts: Parts) -> Pieces:
    port: Pieces = (":", parts.port) if isinstance(parts.port, Run) else (parts.port,)
    return (f"{parts.scheme}://", *parts.host, *port)
