"""What is tried out: some calls of a script, and what the servers answer to each of them.

Texts hold placeholders, because ports are known only once the servers run: ``{page}`` is the
serialized origin of the page, ``{api}`` and the like that of a place, ``{api-host}`` its host and
port, ``{1}`` the address of stop 1, ``{asked-method}`` and ``{asked-headers}`` what a preflight
asks for, and ``{id}`` the combination's own name, which no other shares.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

Header = tuple[str, str]

PLACES = {
    "app": ("https", "app.example.test", 0),
    "api": ("https", "api.example.test", 0),
    "partner": ("https", "partner.example.test", 0),
    "port": ("https", "api.example.test", 1),
    "elsewhere": ("https", "www.elsewhere.test", 0),
    "plain-app": ("http", "app.example.test", 0),
    "plain-api": ("http", "api.example.test", 0),
    "plain-elsewhere": ("http", "www.elsewhere.test", 0),
}
"""Scheme, host, and which of the servers of that scheme."""

PAGES = ("app", "elsewhere", "plain-app", "sandboxed")


@dataclass(frozen=True, slots=True)
class Answer:
    """Hold what a server says, line by line."""

    status: int
    headers: tuple[Header, ...] = ()
    body: str = ""


@dataclass(frozen=True, slots=True)
class Stop:
    """Hold one address, and what is answered there to a preflight and to anything else."""

    place: str
    preflight: Answer
    actual: Answer


@dataclass(frozen=True, slots=True)
class Body:
    """Hold what a script sends: its kind, its text, and the type of a blob."""

    kind: str
    text: str
    type: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """Hold one ``fetch``, or one ``XMLHttpRequest`` with or without an upload listener."""

    stop: int = 0
    method: str = "GET"
    headers: tuple[Header, ...] = ()
    body: Body | None = None
    credentials: str = "same-origin"
    mode: str = "cors"
    redirect: str = "follow"
    means: str = "fetch"


@dataclass(frozen=True, slots=True)
class Combination:
    """Hold one page's calls, made one after the other, and everything that answers them."""

    name: str
    page: str
    stops: tuple[Stop, ...]
    calls: tuple[Call, ...]

    def renamed(self, name: str) -> "Combination":
        """Return the same under a name that no cache and no cookie jar has heard of."""
        return replace(self, name=name)


@dataclass(frozen=True, slots=True)
class Map:
    """Hold where the places are today, and fill that in."""

    origins: Mapping[str, str]

    def page(self, combination: Combination) -> str:
        """Return the serialized origin of the page."""
        page = combination.page
        return "null" if page == "sandboxed" else self.origins[page]

    def url(self, combination: Combination, stop: int) -> str:
        """Return the address of a stop."""
        return f"{self.origins[combination.stops[stop].place]}/{combination.name}/{stop}"

    def fill(self, combination: Combination, text: str) -> str:
        """Return a text with its placeholders filled in."""
        if "{" not in text:
            return text
        filled = text.replace("{page}", self.page(combination)).replace("{id}", combination.name)
        for place, origin in self.origins.items():
            filled = filled.replace("{" + place + "}", origin)
            filled = filled.replace("{" + place + "-host}", origin.partition("//")[2])
        for stop in range(len(combination.stops)):
            filled = filled.replace("{" + str(stop) + "}", self.url(combination, stop))
        return filled

    def filled(self, combination: Combination, headers: tuple[Header, ...]) -> tuple[Header, ...]:
        """Return header lines with their placeholders filled in."""
        return tuple((name, self.fill(combination, value)) for name, value in headers)
