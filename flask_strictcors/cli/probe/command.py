"""`flask cors probe`: ask a live server what a browser would ask, and more."""

from __future__ import annotations

import secrets
import sys
import time
from typing import TypedDict, Unpack

import click

from flask_strictcors.browser import UnreachableError
from flask_strictcors.cli.printing import InputError
from flask_strictcors.cli.probe.answers import Seen
from flask_strictcors.cli.probe.asked import Asked, Words, read
from flask_strictcors.cli.probe.asking import Asker
from flask_strictcors.cli.probe.deadline import Deadline
from flask_strictcors.cli.probe.experiments import Experiments
from flask_strictcors.cli.probe.judging import findings_of, verdict_of
from flask_strictcors.cli.probe.plan import plan_of
from flask_strictcors.cli.probe.report import Narrator, say_as_json, say_report
from flask_strictcors.cli.probe.sockets import tls_context
from flask_strictcors.cli.probe.transport import Wire
from flask_strictcors.cli.typed import OneLineCommand

_TIMES_IN_ALL = 6
"""How many timeouts all requests may take together."""


class Options(TypedDict):
    """What the command line says, under the names of the options."""

    url: str
    origin: str
    method: str
    headers: tuple[str, ...]
    credentials: bool
    send: bool
    exact_url: bool
    timeout: float
    ca: str | None
    insecure: bool
    is_json: bool


@click.command(cls=OneLineCommand)
@click.argument("url")
@click.option("--origin", default="", metavar="ORIGIN", help="The page's origin, or null.")
@click.option(
    "--method", default="GET", show_default=True, metavar="METHOD", help="What the script sends."
)
@click.option(
    "--header",
    "headers",
    multiple=True,
    metavar="NAME[: VALUE]",
    help="A header that the script sets; Cookie is what the browser adds. May be repeated.",
)
@click.option("--credentials", is_flag=True, help='As fetch(..., {credentials: "include"}).')
@click.option("--send", is_flag=True, help="Send a method that may change something, once.")
@click.option(
    "--exact-url", is_flag=True, help="Ask nothing but the URL as it is, at the risk of caches."
)
@click.option(
    "--timeout",
    type=float,
    default=10.0,
    show_default=True,
    metavar="SECONDS",
    help="How long each request may take.",
)
@click.option("--ca", metavar="FILE", help="Trust the authorities in this PEM file.")
@click.option(
    "--insecure", is_flag=True, help="Do not check the certificate: trust whoever answers."
)
@click.option("--json", "is_json", is_flag=True, help="Print JSON; the rest goes to stderr.")
def probe(**options: Unpack[Options]) -> None:
    """Ask a live server, as a browser and as strangers would, and say what is wrong.

    Nothing that may change something is sent without --send. The exit status is 0 where the page
    may read the answer and nothing of weight was found, 1 where not, 2 where the server could not
    be asked.
    """
    if not options["origin"]:
        raise InputError("The origin of a page is missing: type --origin https://app.example.com.")
    asked = read(_words(options))
    wire = _wire(options["timeout"], options["ca"], is_insecure=options["insecure"])
    narrator = Narrator(to_stderr=options["is_json"])
    for line in plan_of(asked, timeout=wire.timeout, is_insecure=options["insecure"]):
        narrator.plan(line)
    sys.exit(_report(_seen(asked, Asker(wire, narrator)), is_json=options["is_json"]))


def _words(options: Options) -> Words:
    return Words(
        options["url"],
        options["origin"],
        options["method"],
        options["headers"],
        options["credentials"],
        options["send"],
        options["exact_url"],
    )


def _wire(timeout: float, ca: str | None, *, is_insecure: bool) -> Wire:
    if not 0 < timeout <= 600:
        raise InputError("--timeout is a number of seconds up to 600: type --timeout 10.")
    try:
        tls = tls_context(ca=ca, is_insecure=is_insecure)
    except OSError as fault:
        raise InputError(
            f"--ca {ca}: no certificate can be read there ({fault.strerror})."
        ) from fault
    return Wire(timeout, tls, Deadline.after(_TIMES_IN_ALL * timeout))


def _seen(asked: Asked, asker: Asker) -> Seen:
    try:
        return Experiments(asked, asker, lambda: secrets.token_hex(4), time.time).run()
    except UnreachableError as fault:
        raise InputError(f"The server could not be asked: {fault}") from fault


def _report(seen: Seen, *, is_json: bool) -> int:
    """Print what was seen; return the exit status."""
    verdict, findings = verdict_of(seen), findings_of(seen)
    (say_as_json if is_json else say_report)(seen, verdict, findings)
    return 0 if verdict.allows and not any(finding.is_weighty for finding in findings) else 1
