"""Writes what a recorded proof run has found, in figures."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from .proving import SEVERAL, Findings

INTRODUCTION = """\
# How the browser model was proved

`flask_strictcors.browser` says what a browser does between a script's `fetch()` and what
the script gets to see. Random servers' answers and random requests went through the model and
through real browsers, with their default settings. For each combination everything
had to be the same: what the script saw (an error or not, type, status, the headers it may read,
body, URL, `redirected`) and what went over the wire (which requests, in which order; method, URL,
body, `Origin`, `Referer`, `Cookie`, `Authorization`, `Content-Type`, `Accept`, `Sec-Fetch-Site`,
`Sec-Fetch-Mode`, `Sec-Fetch-Dest`, `Access-Control-Request-*`, and every header that the script
had set).

A few combinations are written by hand, for what chance comes upon too rarely; these and about 60
others per browser run with every test run. This page is printed by
`python -m browsers.proof --count COUNT --seeds SEED...`, called in the folder `tests`; with the
same numbers it makes up the same combinations.
"""
EXPLANATION = """\
Told to be like no browser (`like="standard"`), the model differs in so many combinations. Each
agrees as soon as the model is told of this one quirk, those in the last line of several. What
each means is said in `flask_strictcors/browser/quirks.py`.
"""
OUTRO = """\
## What is left out

- Answers that the server gives late or breaks off, HTTP caches, streams, HTTP/2 and HTTP/3.
- How long a preflight is kept: the run does not wait. That one is kept or not is compared.
- Status 407; a `Location` with bytes beyond ASCII, or with nothing but a fragment; cookies without
  a name, or with bytes beyond ASCII; two `Content-Type` headers in one request; a sandboxed page's
  requests over plain HTTP, and the `Referer` of its forms.
- An `XMLHttpRequest` has no types, no conditional headers and no header twice here.
- Wording that the browsers add by themselves: the blanks and the case of `Range`, the lines between
  the parts of a `multipart/form-data` body, the user name in the `url` of an answer, the empty
  lines of an `Access-Control-Allow-Origin` where a script reads it.
- `<form>`s are compared in a test of their own, one by one; of Safari nothing was seen.
"""


@dataclass(frozen=True, slots=True)
class Recorded:
    """One browser's part of a run; `version` is how the browser itself tells it."""

    findings: Findings
    version: str
    seeds: Sequence[int]
    seconds: float


def written(date: str, runs: Sequence[Recorded]) -> str:
    """Return the whole page."""
    return "\n".join(
        [
            INTRODUCTION,
            "## The run\n",
            *_run(date, runs),
            "\n## How the calls ended\n",
            *_counted("end", runs, [run.findings.ends for run in runs]),
            "\n## How often each step was reached\n",
            *_counted("step", runs, [run.findings.steps for run in runs]),
            "\n## Which quirk explains what the standard does not\n",
            EXPLANATION,
            *_counted("quirk", runs, [run.findings.quirks for run in runs]),
            "",
            OUTRO,
        ]
    )


def _run(date: str, runs: Sequence[Recorded]) -> Iterable[str]:
    rows: Mapping[str, list[str]] = {
        "date": [date for _ in runs],
        "version": [run.version for run in runs],
        "seeds": [", ".join(map(str, run.seeds)) for run in runs],
        "combinations": [str(run.findings.count) for run in runs],
        "calls": [str(run.findings.calls) for run in runs],
        "requests on the wire": [str(run.findings.requests) for run in runs],
        "of these preflights": [str(run.findings.preflights) for run in runs],
        "seconds": [f"{run.seconds:.0f}" for run in runs],
        "run twice, because the first time differed": [str(run.findings.repeated) for run in runs],
        "disagreements": [str(len(run.findings.disagreements)) for run in runs],
    }
    yield from _table("", runs, rows)


def _counted(
    title: str, runs: Sequence[Recorded], counters: Sequence[Counter[str]]
) -> Iterable[str]:
    names = sorted({name for counter in counters for name in counter} - {SEVERAL})
    rows = {f"`{name}`": [str(counter[name]) for counter in counters] for name in names}
    if any(SEVERAL in counter for counter in counters):
        rows[SEVERAL] = [str(counter[SEVERAL]) for counter in counters]
    yield from _table(title, runs, rows)


def _table(
    title: str, runs: Sequence[Recorded], rows: Mapping[str, Sequence[str]]
) -> Iterable[str]:
    yield f"| {title} | {' | '.join(run.findings.browser.title() for run in runs)} |"
    yield f"|---|{'--:|' * len(runs)}"
    for name, cells in rows.items():
        yield f"| {name} | {' | '.join(cells)} |"
