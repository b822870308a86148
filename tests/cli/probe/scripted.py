"""Servers made of one function, and what a probe finds on them, without a network."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import count

from flask_strictcors.browser import URL, Received, Sent, UnreachableError
from flask_strictcors.cli.probe.answers import Answer, Role, Seen
from flask_strictcors.cli.probe.asked import Words, read
from flask_strictcors.cli.probe.asking import Asker
from flask_strictcors.cli.probe.experiments import Experiments
from flask_strictcors.cli.probe.judging import findings_of
from flask_strictcors.cli.probe.strangers import Kind

PAGE = "https://app.example.com"
URL_ = "https://api.example.com/users"

Header = tuple[str, str]
Server = Callable[[Sent], Received]


class Silent:
    """Says nothing, and keeps what it was told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, int]] = []

    def before(self, number: int, role: Role, sent: Sent, kind: Kind | None) -> None:
        self.told.append(("before", number))

    def after(self, answer: Answer) -> None:
        self.told.append(("after", answer.number))


def probed(
    server: Server,
    *headers: str,
    method: str = "GET",
    origin: str = PAGE,
    credentials: bool = False,
    send: bool = False,
    exact: bool = False,
    url: str = URL_,
    teller: Silent | None = None,
) -> Seen:
    """Return what a probe sees of a server."""
    asked = read(Words(url, origin, method, headers, credentials, send, exact))
    numbers = count(1)
    asker = Asker(server, teller or Silent())
    return Experiments(asked, asker, lambda: f"n{next(numbers)}", lambda: 0.0).run()


def codes(seen: Seen) -> list[str]:
    """Return the codes of what was found, the heaviest first."""
    return [finding.code.value for finding in findings_of(seen)]


def answer(status: int = 200, **headers: str | list[str] | None) -> Received:
    """Return an answer; `allow_origin` is Access-Control-Allow-Origin, a list several lines."""
    lines: list[Header] = []
    for key, value in headers.items():
        for one in value if isinstance(value, list) else [value]:
            lines += [] if one is None else [(_name(key), one)]
    return Received(status, tuple(lines))


_OTHERS = {"vary", "age", "location", "x_cache", "cache_control", "www_authenticate"}


def _name(key: str) -> str:
    if key in _OTHERS or key.startswith(("cross_", "strictcors_")):
        return key.replace("_", "-")
    return "Access-Control-" + key.replace("_", "-")


def is_missing(url: URL) -> bool:
    return "strictcors-probe" in url.path


def right(sent: Sent, *, allows: Callable[[str], bool] = lambda origin: origin == PAGE) -> Received:
    """Answer as a server without a fault does; `allows` says who may read."""
    origin = sent.get("Origin") or ""
    if not allows(origin):
        return answer(404 if is_missing(sent.url) else 200, vary="Origin")
    status = 204 if sent.is_preflight else 404 if is_missing(sent.url) else 200
    preflight = {"allow_methods": "GET, PUT, DELETE", "allow_headers": "content-type, x-trace"}
    return answer(
        status,
        allow_origin=origin,
        allow_credentials="true",
        vary="Origin",
        **(preflight if sent.is_preflight else {}),
    )


def changed(
    server: Server,
    *,
    where: Callable[[Sent], bool] = lambda sent: True,
    **headers: str | list[str] | None,
) -> Server:
    """Return the server with some headers of its answers replaced, or removed, where that holds."""

    def serve(sent: Sent) -> Received:
        received = server(sent)
        if not where(sent):
            return received
        names = {_name(key).lower() for key in headers}
        kept = tuple(line for line in received.headers if line[0].lower() not in names)
        return replace(received, headers=kept + answer(**headers).headers)

    return serve


def for_preflights(status: int, **headers: str) -> Server:
    """Return a server that is right but for preflights, which get this answer."""
    return lambda sent: answer(status, **headers) if sent.is_preflight else right(sent)


def mute(sent: Sent) -> Received:
    raise UnreachableError("https://api.example.com broke off.")
