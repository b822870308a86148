"""The report: what is sent and what comes, as it happens; then the verdict and the findings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flask_strictcors.browser import Check, Sent
from flask_strictcors.browser.wire import Header
from flask_strictcors.cli.printing import Text, Tone, counted, say, say_json, say_table
from flask_strictcors.cli.probe.answers import Answer, Role, Seen
from flask_strictcors.cli.probe.codes import Weight
from flask_strictcors.cli.probe.findings import Finding
from flask_strictcors.cli.probe.judging import Verdict
from flask_strictcors.cli.probe.plan import told
from flask_strictcors.cli.probe.strangers import Kind
from flask_strictcors.core.fetch import CORS_PREFIX

LONGEST_VALUE: Final = 200
LONGEST_TEXT: Final = 400

_TONES: Final = {
    Weight.CRITICAL: Tone.BAD,
    Weight.ERROR: Tone.WARNING,
    Weight.NOTICE: Tone.FAINT,
}
_SHOWN: Final = frozenset(
    {
        "age",
        "allow",
        "cache-control",
        "cross-origin-resource-policy",
        "location",
        "strictcors-decision",
        "vary",
        "www-authenticate",
    }
)


@dataclass(frozen=True, slots=True)
class Narrator:
    """Say each request before it is sent, and each answer when it came."""

    to_stderr: bool

    def plan(self, line: str) -> None:
        """Say a line of the plan."""
        say(line, to_stderr=self.to_stderr)

    def before(self, number: int, role: Role, sent: Sent, kind: Kind | None) -> None:
        """Say what is about to be sent."""
        why = f"{role.value}: {kind.value}" if kind else role.value
        first = (f"{number:2}  ", Text(f"{sent.method} {sent.url}", Tone.STRONG), f"  ({why})")
        say(to_stderr=self.to_stderr)
        say(*first, to_stderr=self.to_stderr)
        say(Text(f"    > {told(sent)}", Tone.FAINT), to_stderr=self.to_stderr)

    def after(self, answer: Answer) -> None:
        """Say what came."""
        lines = "; ".join(f"{name}: {value}" for name, value in shown(answer))
        came = f"{answer.status}; {lines}" if lines else f"{answer.status}, no CORS header"
        say(f"    < {came if answer.received else answer.trouble}", to_stderr=self.to_stderr)


def shown(answer: Answer) -> list[Header]:
    """Return the header lines that matter here, each apart; no cookie is among them."""
    if answer.received is None:
        return []
    return [
        (name[:LONGEST_VALUE], value[:LONGEST_VALUE])
        for name, value in answer.received.headers
        if _is_shown(name)
    ]


def _clipped(text: str) -> str:
    """Return no more of a text than is read, for a server says as much as it likes."""
    return text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 1]}…"


def _is_shown(name: str) -> bool:
    lowered = name.lower()
    return lowered in _SHOWN or lowered.startswith(CORS_PREFIX) or "cache" in lowered


def say_report(seen: Seen, verdict: Verdict, findings: tuple[Finding, ...]) -> None:
    """Print what a browser makes of it, and what else was found."""
    say()
    say(Text("As a browser sees it", Tone.STRONG))
    say_table([_step(check) for check in seen.outcome.checks], indent="  ")
    say(*_verdict(verdict))
    if verdict.fix:
        say(f"  Fix: {_clipped(verdict.fix)}")
    say()
    say(Text(counted(len(findings), "finding") + (":" if findings else "."), Tone.STRONG))
    for finding in findings:
        _say_finding(finding)


def _step(check: Check) -> tuple[Text, str, str]:
    mark = Text("ok", Tone.GOOD) if check.passed else Text("no", Tone.BAD)
    return mark, check.step.value, _clipped(check.message)


def _verdict(verdict: Verdict) -> tuple[Text, str]:
    word = Text("Allowed. ", Tone.GOOD) if verdict.allows else Text("Refused. ", Tone.BAD)
    return word, _clipped(verdict.message)


def _say_finding(finding: Finding) -> None:
    say()
    weight = Text(finding.weight.word, _TONES[finding.weight])
    say("  ", weight, "  ", Text(finding.code.value, Tone.STRONG), f"  ({finding.place})")
    say(f"    {finding.sign.sign}")
    say_table(
        [
            ("seen", _clipped(finding.seen)),
            ("cause", finding.sign.cause),
            ("fix", finding.sign.fix),
        ],
        indent="    ",
    )


def say_as_json(seen: Seen, verdict: Verdict, findings: tuple[Finding, ...]) -> None:
    """Print all of it as one JSON document."""
    asked = seen.asked
    say_json(
        {
            "url": str(asked.url),
            "origin": asked.origin,
            "method": asked.method,
            "credentials": asked.has_credentials,
            "verdict": {
                "allows": verdict.allows,
                "message": _clipped(verdict.message),
                "fix": _clipped(verdict.fix),
            },
            "steps": [_check_as_json(check) for check in seen.outcome.checks],
            "findings": [_finding_as_json(finding) for finding in findings],
            "requests": [_answer_as_json(answer) for answer in seen.answers],
        }
    )


def _check_as_json(check: Check) -> dict[str, object]:
    return {
        "step": check.step.value,
        "passed": check.passed,
        "message": _clipped(check.message),
        "fix": _clipped(check.fix),
    }


def _finding_as_json(finding: Finding) -> dict[str, object]:
    return {
        "code": finding.code.value,
        "weight": finding.weight.word,
        "place": finding.place,
        "seen": _clipped(finding.seen),
        **{key: value for key, value in finding.sign._asdict().items() if key != "weight"},
    }


def _answer_as_json(answer: Answer) -> dict[str, object]:
    return {
        "number": answer.number,
        "why": answer.role.value,
        "stranger": answer.kind.value if answer.kind else None,
        "method": answer.sent.method,
        "url": str(answer.sent.url),
        "origin": answer.origin,
        "status": answer.status or None,
        "headers": [list(line) for line in shown(answer)],
        "trouble": answer.trouble,
    }
