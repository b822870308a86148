"""The origins of one place: what is carried over, and what is said about the rest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from flask_strictcors.cli.migrate.codes import Code, Remark
from flask_strictcors.cli.migrate.expressions import Expression, read_expression
from flask_strictcors.cli.migrate.found import Entry
from flask_strictcors.cli.migrate.origins import Narrowed, Reading, read_origins
from flask_strictcors.core.errors import Problem
from flask_strictcors.core.origins import Origin, Pattern, parse_entry, read_entries

_FAULTS: Final = {
    Code.REGEX_UNANCHORED: "it does not ask for the end of the origin",
    Code.REGEX_DOT: "a dot without a backslash is any character",
    Code.REGEX_LABEL: "a name may begin before what it asks for",
    Code.REGEX_SCHEME: "it leaves the scheme open",
}


@dataclass(slots=True)
class Who:
    """The origins that one place let in, as far as they can be said with us."""

    names: list[str] = field(default_factory=list[str])
    narrowed: list[Narrowed] = field(default_factory=list[Narrowed])
    unread: list[str] = field(default_factory=list[str])

    def add(self, names: Iterable[str], narrowed: Iterable[Narrowed] = ()) -> None:
        """Add what is not there yet."""
        self.names += (name for name in names if name not in self.names)
        self.narrowed += (one for one in narrowed if one not in self.narrowed)


def who_of(entries: Sequence[Entry], place: str, remarks: list[Remark]) -> Who:
    """Return who is let in by name or pattern; what stands for everybody is left out."""
    who = Who()
    for entry in entries:
        if isinstance(entry, str):
            _add_text(who, entry, place, remarks)
        elif not entry.is_anything:
            _add_expression(who, entry, place, remarks)
    return who


def _add_text(who: Who, text: str, place: str, remarks: list[Remark]) -> None:
    lowered = text.lower()
    if parse_entry(lowered) is not None:
        who.add([lowered])
        return
    problems: list[Problem] = []
    read_entries("origins", [text], problems)
    code, ending = Code.ORIGIN_NEVER, " Flask-CORS let nobody in by it."
    if lowered == "null":
        code, ending = Code.ORIGIN_NULL, ""
    remarks += (Remark(code, place, p.message + ending, p.fix) for p in problems)


def _add_expression(who: Who, entry: Expression, place: str, remarks: list[Remark]) -> None:
    glob = parse_entry(entry.text)
    if isinstance(glob, Pattern) and not glob.any_subdomain:
        reading: Reading | None = Reading([entry.text])
    elif isinstance(glob, Pattern):
        remarks.append(_glob(entry, place))
        return
    else:
        reading = read_origins(entry)
    if reading is None:
        who.unread.append(entry.text)
        remarks.append(_unread(entry, place))
    else:
        who.add(reading.names, reading.narrowed)
        remarks += _remarks(entry, reading, place)


def _glob(entry: Expression, place: str) -> Remark:
    admitted = entry.text.replace("*.", "x", 1)
    message = (
        f"{entry.text} is a regular expression to Flask-CORS, which by it let in {admitted}, and "
        "no subdomain."
    )
    return Remark(Code.ORIGIN_GLOB, place, message, f"{entry.text} among the origins, if meant")


def _unread(entry: Expression, place: str) -> Remark:
    message = f"what the expression {entry.text} matches cannot be told for sure."
    fix = "the origins by name or pattern, or a function with an allowlist"
    return Remark(Code.REGEX_UNREAD, place, message, fix)


def _remarks(entry: Expression, reading: Reading, place: str) -> Iterator[Remark]:
    entries = reading.entries()
    if not entries:
        message = f"the expression {entry.text} matches no origin that a browser sends."
        yield Remark(Code.ORIGIN_NEVER, place, message, "the origin that was meant")
    for code, origin in _mistakes(entry, reading).items():
        message = (
            f"the expression {entry.text} also lets in {origin}: {_FAULTS[code]}. The code that is "
            "printed does not."
        )
        fix = f"nothing, unless {origin} is meant: then its name among the origins"
        yield Remark(code, place, message, fix)
    if reading.narrowed:
        allowed = ", ".join(dict.fromkeys(one.allowlist for one in reading.narrowed))
        message = f"no pattern says just what the expression {entry.text} matches."
        fix = f"the function that is printed; or {allowed} among the origins, which is more"
        yield Remark(Code.REGEX_CALLABLE, place, message, fix)


def _mistakes(entry: Expression, reading: Reading) -> dict[Code, str]:
    """Return an origin of each kind that an expression lets in, and its strict reading does not."""
    strict = read_entries("origins", reading.entries(), [])
    has_bare_dot = any(run.is_bare_dot for one in read_expression(entry) or () for run in one.runs)
    found: dict[Code, str] = {}
    for sample in reading.samples():
        for code, text in _candidates(sample):
            if code is Code.REGEX_DOT and not has_bare_dot:
                continue
            is_origin = Origin.parse(text) is not None
            if is_origin and entry.matches(text) and not strict.admits(text):
                found.setdefault(code, text)
    return found


def _candidates(sample: str) -> Iterator[tuple[Code, str]]:
    scheme, _, authority = sample.partition("://")
    yield Code.REGEX_UNANCHORED, f"{sample}.evil.net"
    yield Code.REGEX_UNANCHORED, f"{sample}:8443"
    yield Code.REGEX_UNANCHORED, f"{sample}0"
    for index in (at for at, sign in enumerate(authority) if sign == "."):
        yield Code.REGEX_DOT, f"{scheme}://{authority[:index]}x{authority[index + 1 :]}"
    yield Code.REGEX_DOT, f"{scheme}://{authority.replace('.', 'x')}"
    yield Code.REGEX_LABEL, f"{scheme}://evil{authority}"
    yield Code.REGEX_SCHEME, f"capacitor://{authority}"
