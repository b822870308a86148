"""The exchange as a story: what is sent, who decides, what is answered, and what it means."""

from __future__ import annotations

import shlex
import textwrap
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from typing import Final

from flask_strictcors.browser import Check, Outcome, Received, Sent
from flask_strictcors.cli.explain.asked import Asked
from flask_strictcors.cli.explain.inside import ExemptError, Ruling
from flask_strictcors.cli.explain.stages import Stage
from flask_strictcors.cli.printing import Cell, Text, Tone, say, say_table
from flask_strictcors.core import fetch

_UNTOLD: Final = ("accept", "referer", "sec-fetch-dest", "sec-fetch-mode", "sec-fetch-site")
_WIDTH: Final = 85
_TOLD: Final = ("allow", "location", "vary")
_ANSWERS: Final[dict[int, str]] = {
    HTTPStatus.OK: "which Flask gives to OPTIONS by itself",
    HTTPStatus.NOT_FOUND: "a 404: no route of the app has this path",
    HTTPStatus.METHOD_NOT_ALLOWED: "a 405: no route serves this method there",
}

Row = tuple[Cell, ...]


def tell(asked: Asked, outcome: Outcome, stages: list[Stage], fix: str) -> None:
    """Print the whole exchange and how it ends."""
    tell_beginning(asked, dropped=outcome.dropped)
    for number, stage in enumerate(stages, 1):
        say()
        say(Text(f"{number}. {_headline(stage)}", Tone.STRONG))
        say_table(_rows(stage), indent="   ")
    say()
    say_table(_ending(outcome, stages, fix))


def tell_beginning(asked: Asked, dropped: Iterable[str] = ()) -> None:
    """Print what is asked for, and what is to be known of it."""
    request = asked.request
    page = f"A page of {asked.origin}" if asked.origin else "A sandboxed page (origin null)"
    with_what = ", with credentials" if request.credentials == "include" else ""
    say(f"{page} fetches {request.method} {request.url}{with_what}.")
    for note in asked.notes:
        say(Text(f"Note: {note}", Tone.WARNING))
    for name in dropped:
        say(Text(f"Note: browsers let no script set {name}; it is left out.", Tone.WARNING))


def tell_exempt(asked: Asked, stop: ExemptError) -> None:
    """Print that only the view can say what it answers, and who can ask it."""
    tell_beginning(asked)
    say()
    say_table(
        [
            (Text("decided by", Tone.FAINT), f"{_decider(stop.ruling)}: {stop.ruling.detail}"),
            (Text("Unknown:", Tone.WARNING), "only the view could say, and no view runs here."),
            ("To ask it:", _probing(asked, stop.sent)),
        ]
    )


def _probing(asked: Asked, sent: Sent) -> str:
    words = ["flask", "cors", "probe", str(sent.url), "--origin", asked.origin or "null"]
    words += ["--method", asked.request.method]
    for name, value in asked.request.headers:
        words += ["--header", f"{name}: {value}"]
    if asked.request.credentials == "include":
        words.append("--credentials")
    return shlex.join(words)


def _headline(stage: Stage) -> str:
    sent = stage.exchange.sent
    if sent.is_preflight:
        return f"The browser asks whether it may send {sent.get(fetch.REQUEST_METHOD)}: a preflight"
    return f"The browser sends {sent.method}"


def _rows(stage: Stage) -> Iterator[Row]:
    sent, received = stage.exchange.sent, stage.exchange.received
    yield from _labelled("sent", _request_lines(sent))
    if stage.ruling is not None:
        yield from _labelled("decided by", _decision_lines(stage.ruling))
    if received is not None:
        yield from _labelled("answered", _answer_lines(received, stage.ruling))
    for check in stage.checks:
        yield _mark(check), check.message


def _labelled(label: str, lines: Iterable[str], tone: Tone = Tone.FAINT) -> Iterator[Row]:
    for line in lines:
        yield Text(label, tone), line
        label = ""


def _wrapped(text: str) -> list[str]:
    # Names, URLs and codes are whole, so that they can be copied.
    return textwrap.wrap(text, _WIDTH, break_long_words=False, break_on_hyphens=False)


def _request_lines(sent: Sent) -> Iterator[str]:
    yield f"{sent.method} {sent.url.target}"
    yield from (f"{name}: {value}" for name, value in sent.headers if name.lower() not in _UNTOLD)


def _decision_lines(ruling: Ruling) -> Iterator[str]:
    yield _decider(ruling)
    reason = f" ({ruling.reason})" if ruling.reason else ""
    yield from _wrapped(f"{ruling.detail}{reason}")


def _decider(ruling: Ruling) -> str:
    rule = "no rule" if ruling.rule == "none" else f"rule '{ruling.rule}'"
    return f"{rule}, at endpoint '{ruling.endpoint}'" if ruling.endpoint else rule


def _answer_lines(received: Received, ruling: Ruling | None) -> Iterator[str]:
    status = HTTPStatus(received.status)
    assumed = ", if the view says so: it does not run here" if ruling and ruling.is_served else ""
    yield f"{status} {status.phrase}{assumed}"
    for name, value in received.headers:
        if name.lower() in _TOLD or name.lower().startswith(fetch.CORS_PREFIX):
            yield f"{name}: {value}"


def _mark(check: Check) -> Text:
    return Text("passes", Tone.GOOD) if check.passed else Text("FAILS", Tone.BAD)


# --- the end -------------------------------------------------------------------------------------


def _ending(outcome: Outcome, stages: list[Stage], fix: str) -> Iterator[Row]:
    failure = outcome.failure
    if failure is None:
        yield Text("Allowed:", Tone.GOOD), _read(outcome, stages[-1].ruling)
        return
    yield from _labelled("Refused:", _wrapped(failure.message), Tone.BAD)
    yield "", _consequence(stages)
    yield from _labelled("To fix it:", _wrapped(fix), Tone.PLAIN)


def _read(outcome: Outcome, ruling: Ruling | None) -> str:
    is_same = outcome.response is not None and outcome.response.type == "basic"
    said = "page and URL have the same origin, so the script" if is_same else "the script"
    if ruling is None or ruling.is_served:
        return f"{said} reads what the view answers."
    return f"{said} reads the answer, {_ANSWERS.get(ruling.status, f'a {ruling.status}')}."


def _consequence(stages: list[Stage]) -> str:
    last = stages[-1] if stages else None
    if last is None or last.exchange.sent.is_preflight:
        return "The browser does not send the request, and the script gets a network error."
    if last.ruling is not None and last.ruling.is_served:
        return "The view runs all the same: only its answer is kept from the script."
    return "No view runs, and the script gets a network error."
