"""Compares two observations of one combination, as far as they can be the same."""

from dataclasses import replace

from .combination import Combination
from .observation import Line, Observation, Seen

REFUSALS = ("TypeError", "NetworkError", "SyntaxError", "SecurityError")
"""A failed fetch, a failed XMLHttpRequest, and its methods that throw."""

SERVERS_OWN = {"connection", "date", "server"}
"""Response headers that the real server writes on its own."""

ALWAYS_COMPARED = {
    "accept",
    "access-control-request-headers",
    "access-control-request-method",
    "authorization",
    "content-type",
    "cookie",
    "origin",
    "referer",
    "sec-fetch-dest",
    "sec-fetch-mode",
    "sec-fetch-site",
}
USER = "user:word@"
"""The user name and password of every Location that has them."""

FORGED = "forged"
"""The value that a script gives to names which a browser writes on its own."""


class HarnessError(Exception):
    """Something went wrong that says nothing about CORS."""


def comparable(combination: Combination, observation: Observation) -> Observation:
    """Return an observation without what two runs never share."""
    return Observation(
        tuple(map(_seen, observation.seen)),
        tuple(_line(combination, line) for line in observation.wire),
    )


def differences(imagined: Observation, observed: Observation) -> list[str]:
    """Return what two comparable observations do not share, for people; nothing if they agree."""
    found: list[str] = []
    for kind, ours, theirs in (
        ("call", imagined.seen, observed.seen),
        ("request", imagined.wire, observed.wire),
    ):
        for number in range(max(len(ours), len(theirs))):
            mine = ours[number] if number < len(ours) else None
            real = theirs[number] if number < len(theirs) else None
            if mine != real:
                found.append(f"{kind} {number}:\n    model   {mine}\n    browser {real}")
    return found


def _seen(seen: Seen) -> Seen:
    if not seen.error:
        kept = (
            # Firefox counts an empty line of this one header, and does not show it.
            (name, value.strip(", ") if name == "access-control-allow-origin" else value)
            for name, value in seen.headers
            if name not in SERVERS_OWN
        )
        # The model keeps no user name of a URL; only Firefox gets as far as to show one.
        return replace(seen, headers=tuple(sorted(kept)), url=seen.url.replace(USER, ""))
    if not seen.error.startswith(REFUSALS):
        raise HarnessError(seen.error)
    return Seen(error="refused")


def _line(combination: Combination, line: Line) -> Line:
    named = {name.lower() for call in combination.calls for name, _ in call.headers}
    headers = {
        name: shown
        for name, value in sorted(line.headers.items())
        if (shown := _shown(combination, name, value, is_named=name in named)) is not None
    }
    # Each browser has its own words around the parts.
    has_parts = any(call.body and call.body.kind == "multipart" for call in combination.calls)
    return replace(line, headers=headers, body="" if has_parts else line.body)


MULTIPART = "multipart/form-data; boundary=any"


def _shown(combination: Combination, name: str, value: str, *, is_named: bool) -> str | None:
    """Return a header's value as far as it is compared, None where it is not."""
    if name not in ALWAYS_COMPARED:
        # What a script may set is compared; what the browser writes there itself is not.
        return _scripts_own(name, value) if is_named else None
    if name == "cookie":
        # Those of other combinations travel, too, where they name a wide path.
        own = [pair for pair in value.split("; ") if combination.name in pair]
        return "; ".join(own) or None
    if name == "content-type" and value.startswith("multipart/form-data; boundary=-"):
        return MULTIPART
    return value


def _scripts_own(name: str, value: str) -> str | None:
    if name in BROWSERS_OWN and FORGED not in value:
        return None
    if name == "range":
        # Chromium writes it anew.
        return value.lower().replace(" ", "").replace("\t", "")
    return value


BROWSERS_OWN = {
    "accept-encoding",
    "accept-language",
    "cache-control",
    "connection",
    "content-length",
    "dnt",
    "host",
    "pragma",
    "priority",
    "te",
    "upgrade-insecure-requests",
    "user-agent",
}
