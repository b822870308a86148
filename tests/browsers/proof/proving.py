"""Proves the model on many combinations: what it says of each, and what a browser does."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields, replace
from itertools import islice

from browsers.browser import Browser
from flask_strictcors.browser import LIKE, Outcome, Quirks

from .combination import Combination
from .comparison import comparable, differences
from .modelled import imagine
from .observation import Observation
from .real import observe
from .scripted import Scripted

SEVERAL = "several at once"
"""What stands for a quirk where only more than one explains what the standard does not."""

AT_ONCE = 200
"""Combinations that are made up, run and forgotten together."""


@dataclass(slots=True)
class Findings:
    """What a proof has found: figures, and each disagreement in full."""

    browser: str
    count: int = 0
    calls: int = 0
    requests: int = 0
    preflights: int = 0
    repeated: int = 0
    steps: Counter[str] = field(default_factory=Counter[str])
    ends: Counter[str] = field(default_factory=Counter[str])
    quirks: Counter[str] = field(default_factory=Counter[str])
    disagreements: list[str] = field(default_factory=list[str])

    def add(self, other: "Findings") -> None:
        """Take in what another proof has found of the same browser."""
        for name in ("count", "calls", "requests", "preflights", "repeated"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.steps += other.steps
        self.ends += other.ends
        self.quirks += other.quirks
        self.disagreements += other.disagreements


def prove(browser: Browser, app: Scripted, combinations: Iterable[Combination]) -> Findings:
    """Run all combinations through a browser and the model that is told to be like it."""
    findings, rest = Findings(browser.name), iter(combinations)
    while batch := list(islice(rest, AT_ONCE)):
        for combination, observed in zip(batch, observe(browser, app, batch), strict=True):
            _judge(browser, app, combination, observed, findings)
    return findings


def _judge(
    browser: Browser,
    app: Scripted,
    combination: Combination,
    observation: Observation,
    findings: Findings,
) -> None:
    found, real = _differences(app, combination, observation, browser.name), observation
    if found:
        # Once more and alone: only what a browser does each time says something about it.
        combination = combination.renamed(f"{combination.name}again")
        (real,) = observe(browser, app, [combination])
        found = _differences(app, combination, real, browser.name)
        findings.repeated += 1
    outcomes = imagine(app.map, combination, browser.name).outcomes
    _count(findings, real, outcomes)
    if found:
        findings.disagreements.append(_report(combination, found))
        return
    quirk = _explaining_quirk(app, combination, real, LIKE[browser.name])
    if quirk:
        findings.quirks[quirk] += 1


def _differences(
    app: Scripted, combination: Combination, real: Observation, like: str | Quirks
) -> list[str]:
    imagined = imagine(app.map, combination, like).observation
    return differences(comparable(combination, imagined), comparable(combination, real))


def _explaining_quirk(
    app: Scripted, combination: Combination, real: Observation, quirks: Quirks
) -> str:
    """Return the quirk without which the browser would have kept to the standard, if any."""
    standard = LIKE["standard"]
    if not _differences(app, combination, real, standard):
        return ""
    for name in names_of_quirks(quirks):
        alone = replace(standard, **{name: getattr(quirks, name)})
        if not _differences(app, combination, real, alone):
            return name
    return SEVERAL


def names_of_quirks(quirks: Quirks) -> Sequence[str]:
    """Return the names of the quirks that a browser has."""
    standard = LIKE["standard"]
    return [
        each.name
        for each in fields(Quirks)[1:]
        if getattr(quirks, each.name) != getattr(standard, each.name)
    ]


def _count(findings: Findings, real: Observation, outcomes: Iterable[Outcome]) -> None:
    findings.count += 1
    findings.requests += len(real.wire)
    findings.preflights += sum(line.is_preflight for line in real.wire)
    for outcome in outcomes:
        findings.calls += 1
        for check in outcome.checks:
            findings.steps[f"{check.step}: {'passed' if check.passed else 'failed'}"] += 1
        response, failure = outcome.response, outcome.failure
        if response is not None:
            findings.ends[response.type] += 1
        elif failure is not None:
            findings.ends[f"failed at {failure.step}"] += 1


def _report(combination: Combination, found: list[str]) -> str:
    return "\n".join([repr(combination), *found])
