"""What browsers put on the wire, and all that comes back of CORS."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple

from werkzeug.test import Client, TestResponse

from flask_strictcors import Rejection, origin_rejected, preflight_rejected

APP = "https://app.example.com"
PARTNER = "https://partner.example.org"
EVIL = "https://evil.example.net"

ASKING_VARY = "Access-Control-Request-Headers, Access-Control-Request-Method"
PREFLIGHT_VARY = f"{ASKING_VARY}, Origin"

# Nothing but Vary: what a refusal looks like under a rule that depends on the origin.
SILENT = {"Vary": "Origin"}
PREFLIGHT_SILENT = {"Vary": PREFLIGHT_VARY}
# The same where no rule exists, so that nothing depends on the origin.
PREFLIGHT_RULELESS = {"Vary": ASKING_VARY}

_LISTS = {"Vary", "Allow-Methods", "Allow-Headers", "Expose-Headers"}


def cors_headers(response: TestResponse) -> dict[str, str]:
    """Return each header that CORS or a cache of it reads, lists sorted; none may come twice."""
    found: dict[str, str] = {}
    for name, value in response.headers:
        lowered = name.lower()
        if not lowered.startswith(("access-control-", "strictcors-")) and lowered != "vary":
            continue
        short = name.removeprefix("Access-Control-")
        assert short not in found, f"two lines of {name}"
        members = sorted(item.strip() for item in value.split(","))
        found[short] = ", ".join(members) if short in _LISTS else value
    return found


def granted(origin: str = APP, **others: str) -> dict[str, str]:
    """Return what an allowed actual request gets."""
    vary = {} if origin == "*" else {"Vary": "Origin"}
    return {"Allow-Origin": origin} | vary | _named(others)


def offered(
    methods: str, origin: str = APP, headers: str = "Content-Type", **others: str
) -> dict[str, str]:
    """Return what a preflight gets whose origin is admitted."""
    offer = {
        "Allow-Origin": origin,
        "Allow-Methods": methods,
        "Allow-Headers": headers,
        "Max-Age": "600",
        "Vary": ASKING_VARY if origin == "*" else PREFLIGHT_VARY,
    }
    return {name: value for name, value in offer.items() if value} | _named(others)


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def actual(
    app: Any,
    path: str = "/",
    method: str = "GET",
    origin: str | None = APP,
    headers: dict[str, str] | None = None,
    **more: Any,
) -> TestResponse:
    """Send one request that is no preflight."""
    given = dict(headers or {})
    if origin is not None:
        given["Origin"] = origin
    return Client(app).open(path, method=method, headers=given, buffered=True, **more)


def preflight(
    app: Any,
    path: str = "/",
    method: str = "PUT",
    origin: str = APP,
    asks: str | None = None,
    **more: Any,
) -> TestResponse:
    """Send the preflight of a request."""
    given = {"Access-Control-Request-Method": method, **more.pop("headers", {})}
    if asks is not None:
        given["Access-Control-Request-Headers"] = asks
    return actual(app, path, "OPTIONS", origin, given, **more)


def route(
    on: Any,
    rule: str,
    methods: str = "GET",
    answer: Any = "in",
    *,
    tag: Any = None,
    endpoint: str | None = None,
    **options: Any,
) -> Callable[..., Any]:
    """Serve a rule of an app or a blueprint; return the view, which `tag` has decorated."""

    def view(**view_args: Any) -> Any:
        return answer() if callable(answer) else answer

    if tag is not None:
        tag(view)
    on.add_url_rule(
        rule, endpoint or rule.replace(".", "-"), view, methods=methods.split(), **options
    )
    return view


class Heard(NamedTuple):
    """One signal."""

    signal: str
    rejection: Rejection


@contextmanager
def heard(sender: Any) -> Iterator[list[Heard]]:
    """Collect the signals that are sent for an app."""
    signals: list[Heard] = []

    def note_origin(sender: Any, rejection: Rejection) -> None:
        signals.append(Heard("origin", rejection))

    def note_preflight(sender: Any, rejection: Rejection) -> None:
        signals.append(Heard("preflight", rejection))

    listening = {origin_rejected: note_origin, preflight_rejected: note_preflight}
    for signal, note in listening.items():
        signal.connect(note, sender)
    try:
        yield signals
    finally:
        for signal, note in listening.items():
            # blinker raises where an app of another test is collected meanwhile; by then the
            # receiver is gone.
            with suppress(RuntimeError):
                signal.disconnect(note)


def reasons(signals: list[Heard]) -> list[tuple[str, str]]:
    """Return which signals were sent, and why."""
    return [(signal, str(rejection.reason)) for signal, rejection in signals]
