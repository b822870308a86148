"""A random app as data, so that a naive reading of the plan can say what must happen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final
from wsgiref.types import WSGIEnvironment

from werkzeug.test import EnvironBuilder

from flask_strictcors import Policy

EXEMPT: Final = "exempt"
Tag = tuple[Policy, ...] | str | None
"""Policies, `EXEMPT`, or None where there is no tag."""

APP: Final = "https://app.example.com"
PARTNER: Final = "https://partner.example.org"
SUBDOMAIN: Final = "https://a.b.example.com"
LOCAL: Final = "http://localhost:3000"
EVIL: Final = "https://evil.example.net"
OWN: Final = "https://api.example.com"


class ViewError(Exception):
    """What a view raises by intention."""


def yes(origin: str) -> bool:
    return True


def no(origin: str) -> bool:
    return False


def only_app(origin: str) -> list[str]:
    return [APP]


def rubbish(origin: str) -> object:
    return object()


def failing(origin: str) -> bool:
    raise LookupError(origin)


CALLABLES: Final[tuple[Callable[[str], Any], ...]] = (yes, no, only_app, rubbish, failing)


@dataclass(frozen=True)
class View:
    """One URL rule and what serves it; with `by_method` it is a class, with tags on its methods."""

    rule: str
    methods: tuple[str, ...]
    tag: Tag = None
    by_method: tuple[tuple[str, Tag], ...] | None = None
    group: int | None = None
    answer: str = "plain"


@dataclass(frozen=True)
class Group:
    """One blueprint; `parent` is the place of the one around it."""

    prefix: str = ""
    tag: Tag = None
    parent: int | None = None


@dataclass(frozen=True)
class Plan:
    """All of an app; `hook` is what a hook of its own does in the place of each view."""

    views: tuple[View, ...] = ()
    groups: tuple[Group, ...] = ()
    rules: dict[str, Tag] = field(default_factory=dict)
    policies: tuple[Policy, ...] = ()
    enforce: bool = False
    debug: bool = False
    is_early: bool = False
    hook: str = "none"


@dataclass(frozen=True)
class Ask:
    """One request; what is None is not sent."""

    path: str = "/"
    method: str = "GET"
    origin: str | None = None
    wants: str | None = None
    headers: str | None = None
    site: str | None = None

    @property
    def is_preflight(self) -> bool:
        return self.method == "OPTIONS" and None not in (self.origin, self.wants)

    @property
    def judged_method(self) -> str:
        return self.wants or "" if self.is_preflight else self.method

    def environ(self, **more: Any) -> WSGIEnvironment:
        """Return an environ that no client has tidied up."""
        environ = EnvironBuilder("/", OWN).get_environ()
        environ |= {"PATH_INFO": self.path, "REQUEST_METHOD": self.method}
        sent = {
            "HTTP_ORIGIN": self.origin,
            "HTTP_ACCESS_CONTROL_REQUEST_METHOD": self.wants,
            "HTTP_ACCESS_CONTROL_REQUEST_HEADERS": self.headers,
            "HTTP_SEC_FETCH_SITE": self.site,
        }
        return environ | {name: value for name, value in sent.items() if value is not None} | more
