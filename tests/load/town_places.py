"""Where in the town a request may go, which rule decides there, and what that rule may list."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from .town_rules import EXEMPT

EVERYWHERE = "DELETE, GET, HEAD, PATCH, POST, PUT"
ONLY_ASKED = "only the method that is asked for, if any view serves it"


class Place(NamedTuple):
    """One path: the rule that decides for each method that a view serves there.

    `elsewhere` decides for all other methods. `lists` has the methods that each rule lists there,
    sorted. `status` is that of the served methods, and `otherwise` of the others.
    """

    path: str
    served: dict[str, str]
    lists: dict[str, str]
    elsewhere: str = "app"
    status: int = 200
    otherwise: int = 405
    has_hook_before_ours: bool = False
    more: Mapping[str, str] = MappingProxyType({})

    def rule_for(self, method: str) -> str:
        """Return the rule that decides; a view for GET serves HEAD."""
        return self.served.get(self.looked_up(method), self.elsewhere)

    def status_of(self, method: str) -> int:
        """Return what the app says where nobody is barred."""
        return self.status if self.looked_up(method) in self.served else self.otherwise

    @staticmethod
    def looked_up(method: str) -> str:
        return "GET" if method == "HEAD" else method


def under(rule: str, *methods: str) -> dict[str, str]:
    return dict.fromkeys(methods, rule)


PLACES = (
    Place("/orders", under("app", "GET", "POST", "PUT"), {"app": "GET, HEAD, POST, PUT"}),
    Place("/kept", under("app", "GET"), {"app": "GET, HEAD"}),
    Place(
        "/kept",
        under("app", "GET"),
        {"app": "GET, HEAD"},
        status=304,
        more={"HTTP_IF_NONE_MATCH": '"kept"'},
    ),
    # Of the methods that are not there, the app's policy lists none where all views have a tag.
    Place("/public", under("public", "GET"), {"public": "GET, HEAD", "app": ""}),
    Place(
        "/tiers",
        under("tiers", "GET", "POST", "DELETE"),
        {"tiers": "DELETE, GET, HEAD, POST", "app": ""},
    ),
    Place("/dynamic", under("dynamic", "GET", "PUT"), {"dynamic": "GET, HEAD, PUT", "app": ""}),
    Place("/later", under("dynamic", "GET"), {"dynamic": "GET, HEAD", "app": ""}),
    Place("/stream", under("shop", "GET"), {"shop": "GET, HEAD", "app": ""}),
    Place("/raises", under("shop", "GET"), {"shop": "GET, HEAD", "app": ""}, status=500),
    Place("/aborts", under("partner", "GET"), {"partner": "GET, HEAD", "app": ""}, status=409),
    Place(
        "/secret",
        under("shop", "GET"),
        {"shop": "GET, HEAD", "app": ""},
        status=401,
        otherwise=401,
        has_hook_before_ours=True,
    ),
    Place("/own", under(EXEMPT, "GET", "PATCH"), {"app": ""}),
    Place("/slash/", under("shop", "GET", "POST"), {"shop": "GET, HEAD, POST", "app": ""}),
    Place("//orders", under("app", "GET", "POST", "PUT"), {"app": "GET, HEAD, POST, PUT"}),
    # Routing leads on, and the view that it leads to is the judge.
    Place(
        "/slash",
        under("shop", "GET", "POST"),
        {"shop": "GET, HEAD, POST", "app": ONLY_ASKED},
        status=308,
        otherwise=404,
    ),
    Place(
        "/market//list",
        under("partner", "GET", "PUT", "POST"),
        {"partner": ONLY_ASKED},
        # The path is no plain one, so that no rule for paths decides, nor the app's.
        elsewhere="none",
        status=308,
    ),
    Place(
        "/things",
        under("shop", "GET", "POST") | under("partner", "PUT") | under(EXEMPT, "DELETE"),
        {"shop": "GET, HEAD, POST", "partner": "PUT", "app": ""},
    ),
    Place(
        "/market/list",
        under("partner", "GET", "PUT", "POST"),
        {"partner": "GET, HEAD, PUT", "app": ""},
    ),
    Place("/market/flyer", under("public", "GET"), {"public": "GET, HEAD", "app": ""}),
    Place("/market/stalls/one", under("shop", "GET", "DELETE"), {"shop": "DELETE, GET, HEAD"}),
    # A blueprint does not reach where no route is.
    Place("/market/nowhere", {}, {"app": EVERYWHERE}, otherwise=404),
    Place("/nowhere", {}, {"app": EVERYWHERE}, otherwise=404),
    Place("/files/a", under("partner", "GET", "PUT"), {"partner": "GET, HEAD, PUT"}, "partner"),
    Place("/files", {}, {"partner": "GET, HEAD, PUT"}, "partner", otherwise=404),
    Place("/files/open.txt", under("public", "GET", "PUT"), {"public": "GET, HEAD, PUT"}, "public"),
    Place("/files/private", under(EXEMPT, "GET", "PUT"), {}, EXEMPT),
    Place("/files/private/x", under(EXEMPT, "GET", "PUT"), {}, EXEMPT),
    # What is no plain path is denied, and falls through to nobody.
    Place("/files/../orders", under("none", "GET", "PUT"), {}, "none"),
    Place("/files/private/%2e", under("none", "GET", "PUT"), {}, "none"),
    Place("/files/a\\b", under("none", "GET", "PUT"), {}, "none"),
    Place("/./orders", {}, {}, "none", otherwise=404),
)
