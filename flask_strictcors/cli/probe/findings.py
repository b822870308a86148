"""Findings: what was wrong with a live server, where, and what stood there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flask_strictcors.cli.probe.codes import Code, Sign, Weight
from flask_strictcors.cli.probe.notices import NOTICES
from flask_strictcors.cli.probe.signs import SIGNS


@dataclass(frozen=True, slots=True)
class Finding:
    """Hold one thing that was found: its code, in which answers, and what stood there."""

    code: Code
    place: str
    seen: str

    @property
    def sign(self) -> Sign:
        """What the code stands for."""
        return SIGNS.get(self.code) or NOTICES[self.code]

    @property
    def weight(self) -> Weight:
        """How much it matters."""
        return self.sign.weight

    @property
    def is_weighty(self) -> bool:
        """Report whether it is a reason to fail."""
        return self.weight is not Weight.NOTICE


_ORDER: Final = {code: index for index, code in enumerate(Code)}


def merged(findings: list[Finding]) -> tuple[Finding, ...]:
    """Return each code once, with all its places, the heaviest first."""
    places: dict[Code, list[str]] = {}
    first: dict[Code, Finding] = {}
    for finding in findings:
        first.setdefault(finding.code, finding)
        known = places.setdefault(finding.code, [])
        if finding.place not in known:
            known.append(finding.place)
    ordered = sorted(first.values(), key=lambda finding: (finding.weight, _ORDER[finding.code]))
    return tuple(Finding(f.code, ", ".join(places[f.code]), f.seen) for f in ordered)
