"""A server that answers as it is told, and the transport that reaches it without a network."""

from collections.abc import Callable
from dataclasses import dataclass, field

from flask_strictcors.browser import Document, Received, Sent, UserAgent

APP = "https://app.example.com"
API = "https://api.example.com"

Answer = Callable[[Sent], Received]


def received(status: int = 200, body: bytes = b"seen", **headers: str | list[str]) -> Received:
    """Return an answer; a keyword is a header's name with underscores, a list is several lines."""
    lines: list[tuple[str, str]] = []
    for keyword, value in headers.items():
        name = keyword.replace("_", "-").title()
        lines += [(name, line) for line in ([value] if isinstance(value, str) else value)]
    return Received(status, tuple(lines), body)


def allowing(
    status: int = 200, origin: str = APP, body: bytes = b"seen", **headers: str | list[str]
) -> Received:
    """Return an answer that allows an origin."""
    return received(status, body, access_control_allow_origin=origin, **headers)


def granting(
    methods: str = "", names: str = "", origin: str = APP, **headers: str | list[str]
) -> Received:
    """Return an answer to a preflight."""
    lines: dict[str, str | list[str]] = {}
    if methods:
        lines["access_control_allow_methods"] = methods
    if names:
        lines["access_control_allow_headers"] = names
    return allowing(204, origin, b"", **{**lines, **headers})


@dataclass
class Server:
    """Answer preflights and requests; `paths` answer for themselves, `seen` is what came."""

    answer: Received = field(default_factory=allowing)
    preflight: Received = field(default_factory=granting)
    paths: dict[str, Received] = field(default_factory=dict)
    seen: list[Sent] = field(default_factory=list)
    time: float = 1_000_000.0
    like: str = "standard"

    def __post_init__(self) -> None:
        self.agent = UserAgent(self, self.like, now=lambda: self.time)

    def __call__(self, sent: Sent) -> Received:
        self.seen.append(sent)
        if sent.is_preflight:
            return self.preflight
        return self.paths.get(sent.url.target, self.answer)

    def page(self, url: str | None = APP) -> Document:
        """Open a page in the server's one browser."""
        return self.agent.open(url)

    @property
    def lines(self) -> list[str]:
        """Return method and path of everything that came, in order."""
        return [f"{sent.method} {sent.url.target}" for sent in self.seen]

    @property
    def last(self) -> Sent:
        """Return what came last."""
        return self.seen[-1]
