"""Runs a combination through the model, in the place of a browser."""

from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode

from flask_strictcors.browser import (
    Outcome,
    Quirks,
    Received,
    Request,
    Sent,
    UserAgent,
    Visible,
)

from .combination import Body, Call, Combination, Map
from .observation import Line, Observation, Seen
from .scripted import answer_at

NOW = 1_800_000_000.0


class Imagined(NamedTuple):
    """What the model says that a browser shows, and how it came to that."""

    observation: Observation
    outcomes: tuple[Outcome, ...]


def imagine(map_: Map, combination: Combination, like: str | Quirks) -> Imagined:
    """Make the combination's calls in a fresh profile of the model."""

    def transport(sent: Sent) -> Received:
        answer = answer_at(map_, combination, line_of(sent))
        return Received(answer.status, answer.headers, answer.body.encode())

    document = UserAgent(transport, like, now=lambda: NOW).open(page_of(map_, combination))
    outcomes = tuple(
        document.fetch(_request(map_, combination, call)) for call in combination.calls
    )
    seen = tuple(map(_seen, outcomes, combination.calls))
    wire = tuple(line_of(exchange.sent) for outcome in outcomes for exchange in outcome.exchanges)
    return Imagined(Observation(seen, wire), outcomes)


def page_of(map_: Map, combination: Combination) -> str | None:
    """Return the URL of the page, None where it is sandboxed."""
    if combination.page == "sandboxed":
        return None
    return map_.origins[combination.page] + "/page"


def _request(map_: Map, combination: Combination, call: Call) -> Request:
    body, content_type = _body(call.body)
    choices: dict[str, Any] = {
        "credentials": call.credentials,
        "mode": call.mode,
        "redirect": call.redirect,
    }
    return Request(
        map_.url(combination, call.stop),
        call.method,
        map_.filled(combination, call.headers),
        body,
        content_type,
        use_cors_preflight=call.means == "upload",
        **choices,
    )


def _body(body: Body | None) -> tuple[bytes | None, str | None]:
    """Return the bytes and the type: https://fetch.spec.whatwg.org/#concept-bodyinit-extract."""
    if body is None:
        return None, None
    sent = body.text.encode()
    if body.kind == "form":
        sent = urlencode(parse_qsl(body.text, keep_blank_values=True)).encode()
    types = {
        "text": "text/plain;charset=UTF-8",
        "blob": body.type.lower() or None,
        "form": "application/x-www-form-urlencoded;charset=UTF-8",
        "multipart": "multipart/form-data; boundary=any",
    }
    return sent, types.get(body.kind)


def _seen(outcome: Outcome, call: Call) -> Seen:
    if outcome.response is None:
        return Seen(error="TypeError")
    seen = outcome.response
    is_request = call.means != "fetch"
    return Seen(
        "",
        "xhr" if is_request else seen.type,
        seen.status,
        _headers(seen),
        seen.body.decode(),
        seen.url,
        seen.redirected and not is_request,
    )


def _headers(seen: Visible) -> tuple[tuple[str, str], ...]:
    return tuple(_combined(seen.headers).items())


def line_of(sent: Sent) -> Line:
    """Return a request of the model as a server would log it."""
    body = "" if sent.body is None else sent.body.decode()
    return Line(sent.method, str(sent.url), _combined(sent.headers), body)


def _combined(headers: tuple[tuple[str, str], ...]) -> dict[str, str]:
    combined: dict[str, str] = {}
    for name, value in headers:
        known = combined.get(name.lower())
        bare = value.strip("\t\n\r ")
        combined[name.lower()] = bare if known is None else f"{known}, {bare}"
    return combined
