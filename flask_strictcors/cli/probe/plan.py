"""The plan: what will be sent, and what will not, said before the first byte goes out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from flask_strictcors.browser import Sent
from flask_strictcors.cli.probe.asked import Asked
from flask_strictcors.cli.probe.asking import USER_AGENT
from flask_strictcors.cli.probe.sockets import UNVERIFIED
from flask_strictcors.cli.probe.strangers import NAME, strangers

# The page's two, one without Origin, a stranger's preflight, a missing path, five for caches.
_BESIDE_STRANGERS: Final = 10

# Said once for all requests.
_UNSAID: Final = frozenset(
    {
        ("User-Agent", USER_AGENT),
        ("Accept", "*/*"),
        ("Sec-Fetch-Mode", "cors"),
        ("Sec-Fetch-Dest", "empty"),
    }
)
# What is part of the names of headers whose values are nobody else's business.
_SECRET: Final = ("auth", "cookie", "key", "password", "secret", "session", "token")


def plan_of(asked: Asked, *, timeout: float, is_insecure: bool) -> Iterator[str]:
    """Yield the lines that say what will be sent."""
    page = "a sandboxed page" if asked.origin == "null" else f"a page of {asked.origin}"
    credentials = ", with credentials" if asked.has_credentials else ""
    yield f"Asking as {page} would: {asked.method} {asked.url}{credentials}."
    yield from _on_method(asked)
    most = _BESIDE_STRANGERS + len(strangers(asked.origin))
    yield (
        f"At most {most} requests, each told below before it is sent, with {timeout:g} s for each; "
        "no redirect is followed."
    )
    yield (
        f"All carry Host, Connection: close, Accept: */* and User-Agent: {USER_AGENT}, unless a "
        "--header says otherwise; those of pages also Sec-Fetch-Mode: cors, Sec-Fetch-Dest: empty "
        "and, the page's own, Referer."
    )
    yield from _on_query(asked)
    if is_insecure:
        yield f"--insecure: {UNVERIFIED}, so that what is found may be another server's."


def _on_method(asked: Asked) -> Iterator[str]:
    if asked.is_withheld:
        yield (
            f"{asked.method} itself is not sent, because it may change something: GET stands in "
            "for it. --send sends it, once and without a body."
        )
    elif asked.is_sent and asked.safe_method != asked.method:
        yield f"--send: {asked.method} is sent, once and without a body, if a browser would."
    yield f"All else is asked with {asked.safe_method} and OPTIONS."


def _on_query(asked: Asked) -> Iterator[str]:
    if asked.is_exact:
        yield (
            "--exact-url: strangers ask the URL as it is. A cache that ignores Vary may keep what "
            "they are told, and give it to others."
        )
    else:
        yield (
            f"All but the page's own requests add {NAME}=… to the query or the path, so that no "
            "cache gives others what they are told."
        )


def told(sent: Sent) -> str:
    """Return the header lines of a request that are not said once for all; no secret is shown."""
    lines = [
        f"{name}: {'…' if _is_secret(name) else value}"
        for name, value in sent.headers
        if (name, value) not in _UNSAID and name != "Referer"
    ]
    return "; ".join(lines) or "no Origin"


def _is_secret(name: str) -> bool:
    """Report whether a header may hold what nobody else is to know."""
    lowered = name.lower()
    return any(part in lowered for part in _SECRET)
