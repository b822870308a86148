"""The figures of a recorded run, and the budgets that they are held to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

RECORDED: Final = Path(__file__).with_name("recorded.json")
SIMPLE: Final = {
    "same-origin": "GET without `Origin`",
    "actual": "allowed GET",
    "actual-foreign": "refused GET",
}
WSGI: Final = SIMPLE | {"preflight": "preflight"}


class Budget(NamedTuple):
    """What something may cost at most, and what it costs; `unit` stands behind both."""

    name: str
    limit: float
    measured: float
    unit: str

    @property
    def is_met(self) -> bool:
        """Report whether it costs no more."""
        return self.measured <= self.limit


class Figures:
    """A recorded run, asked by scenario and contender."""

    def __init__(self, run: dict[str, Any]) -> None:
        self.run = run
        self._times = {(row["scenario"], row["contender"]): row for row in run["times"]}

    def total(self, scenario: str, contender: str) -> float:
        """Return the microseconds of one request."""
        return float(self._times[scenario, contender]["us"])

    def overhead(self, scenario: str, contender: str) -> float:
        """Return the microseconds over the same request to the bare framework."""
        return float(self._times[scenario, contender]["overhead"])

    def has(self, scenario: str, contender: str) -> bool:
        """Report whether the contender can do this at all."""
        return "us" in self._times[scenario, contender]

    def errors(self) -> list[str]:
        """Return what was wrong with any answer."""
        return [error for row in self.run["times"] for error in row.get("errors", ())]

    def memory(self, size: str, contender: str) -> dict[str, Any]:
        """Return what so many origins or patterns take."""
        rows = self.run["memory"]
        return next(r for r in rows if (r["size"], r["contender"]) == (size, contender))

    def imported(self, contender: str) -> float:
        """Return the milliseconds that an import takes over Flask's."""
        return float(self.run["imports"][contender])

    def budgets(self) -> Iterator[Budget]:
        """Yield every budget."""
        for (scenario, name), most in zip(SIMPLE.items(), (1.4, 1.25, 1.4), strict=True):
            yield self._over_the_floor(scenario, f"{name}, over bare Flask", most)
        answered = self.total("preflight", "bare")
        total = self.total("preflight", "strictcors")
        yield Budget("preflight", 0.10, total / answered, "× Flask's own answer to OPTIONS")
        for scenario, name in (("commas", "commas"), ("names", "header names")):
            hostile = self.total(f"preflight-{scenario}", "strictcors")
            asked = f"preflight with 16 KiB of {name}"
            yield Budget(asked, 1.10, hostile / total, "× a normal preflight")
        yield self._as_one("origins-100000", "origins-1", "strictcors", "100,000 origins")
        for kind, name in (("paths", "1,000 path rules"), ("views", "1,000 views with a tag")):
            contender = f"strictcors-{kind}"
            yield self._as_one("routes-1000", "actual", contender, name)
            yield self._as_one(
                "routes-1000-preflight", "preflight", contender, f"preflight, {name}"
            )
        yield self._over_the_floor("patterns-1000", "1,000 patterns, over bare Flask", 1.25)
        memory = {c: self.memory("100k origins", c) for c in ("strictcors", "hand-wsgi")}
        times = memory["strictcors"]["mb"] / memory["hand-wsgi"]["mb"]
        yield Budget("memory of 100,000 origins", 1.25, times, "× a frozenset of them")
        seconds = memory["strictcors"]["build_ms"] / 1000
        yield Budget("building a policy of 100,000 origins", 1, seconds, "s")
        yield Budget("import, over Flask's", 10, self.imported("strictcors"), "ms")
        for scenario, name in WSGI.items():
            ours, hand = (self.total(scenario, f"wsgi-{c}") for c in ("strictcors", "hand"))
            served = f"`StrictCORSMiddleware`, {name}"
            yield Budget(served, 2, ours / hand, "× one written by hand")

    def _over_the_floor(self, scenario: str, name: str, most: float) -> Budget:
        floor, ours = (self.overhead(scenario, c) for c in ("floor-hooks", "strictcors"))
        return Budget(name, most, ours / floor, "× hooks written by hand")

    def _as_one(self, many: str, one: str, contender: str, name: str) -> Budget:
        times = self.total(many, contender) / self.total(one, contender)
        return Budget(name, 1.02, times, "× one")


def recorded() -> Figures:
    return Figures(json.loads(RECORDED.read_text()))
