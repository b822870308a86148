"""The rules under which the table's requests are judged, each as a user would write it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask_strictcors import Policy

SHOP = "https://shop.example"
PARTNER = "https://eu.partner.example"
LOCAL = "http://localhost:3000"
EVIL = "https://evil.example"
OWN = "http://api.example"
FRONT = "https://front.example"
TENANTS = "https://*.tenant.example"

# GET brings HEAD; POST and PATCH are served by every view here, and listed by none of these.
SOME = ("GET", "PUT")


def tenant(name: str) -> str:
    return f"https://{name}.tenant.example"


ANSWERS: Mapping[str, object] = {
    tenant("true"): True,
    tenant("itself"): tenant("itself"),
    tenant("list"): [SHOP, tenant("list")],
    tenant("tuple"): (tenant("tuple"),),
    tenant("set"): {tenant("set")},
    tenant("frozenset"): frozenset({tenant("frozenset")}),
    tenant("false"): False,
    tenant("none"): None,
    tenant("another"): tenant("true"),
    tenant("star"): "*",
    tenant("strangers"): [SHOP, EVIL],
    tenant("empty"): [],
    tenant("one"): 1,
    tenant("numbers"): [1, 2],
    tenant("bytes"): tenant("bytes").encode(),
    tenant("mapping"): {tenant("mapping"): True},
    tenant("generator"): (name for name in [tenant("generator")]),
}


def ask_the_table(origin: str) -> object:
    return ANSWERS[origin]  # LookupError for whoever is not in it


def yes(origin: str) -> bool:
    return True


@dataclass(frozen=True)
class RuleSet:
    """What StrictCORS and the middleware are given; `label` is how people read the rule.

    `needs_routes` marks the policies that take their methods from routes, of which the
    middleware knows none: it must refuse them.
    """

    policies: tuple[Policy, ...] = ()
    rules: Mapping[str, object] = field(default_factory=dict)
    enforce: bool = False
    own_origins: tuple[str, ...] = ()
    debug: bool = False
    label: str = "app"
    needs_routes: bool = False


def one(**options: object) -> tuple[Policy, ...]:
    return (Policy(**{"origins": [SHOP], "methods": SOME} | options),)  # type: ignore[arg-type]


_DYNAMIC = one(origins=ask_the_table, allowlist=[TENANTS])
_TIERS = (
    *one(origins=[PARTNER], methods=("GET", "DELETE"), credentials=True),
    *one(origins="*", methods=("GET",), expose_headers=["X-Total"]),
)
_ASKED_FIRST = (*_DYNAMIC, *one(origins="*", methods=("GET",)))
_DEVELOPED = one(debug_origins=["http://localhost:*"])
_DEVELOPED_DYNAMIC = one(
    origins=ask_the_table, allowlist=[TENANTS], debug_origins=["http://localhost:*"]
)

RULESETS: Mapping[str, RuleSet] = {
    "no rule": RuleSet(label="none"),
    "exempt": RuleSet(one(), {"/*": None}, label="path /*"),
    "a path's rule": RuleSet(one(), {"/*": one(origins=[PARTNER])}, label="path /*"),
    "exact": RuleSet(one()),
    "trailing dot": RuleSet(one(origins=[SHOP + "."])),
    "subdomains": RuleSet(one(origins=["https://*.partner.example"])),
    "any port": RuleSet(one(origins=["http://localhost:*"])),
    "credentials": RuleSet(
        one(credentials=True, allow_headers=["X-Token"], expose_headers=["ETag", "X-Total"])
    ),
    "anybody": RuleSet(one(origins="*")),
    "anybody, anything": RuleSet(one(origins="*", allow_headers="*", expose_headers="*")),
    "any header": RuleSet(one(allow_headers="*")),
    "no header": RuleSet(one(allow_headers=[])),
    "no max-age": RuleSet(one(max_age=None)),
    "max-age 0": RuleSet(one(max_age=0)),
    "only POST": RuleSet(one(methods=["POST"])),
    "routed": RuleSet(one(methods=None), needs_routes=True),
    "any method": RuleSet(one(methods="*"), needs_routes=True),
    "tiers": RuleSet(_TIERS),
    "dynamic": RuleSet(_DYNAMIC),
    "dynamic, unbounded": RuleSet(one(origins=yes, allowlist="*")),
    "dynamic, then anybody": RuleSet(_ASKED_FIRST),
    "in debug": RuleSet(_DEVELOPED, debug=True),
    "in production": RuleSet(_DEVELOPED),
    "dynamic in debug": RuleSet(_DEVELOPED_DYNAMIC, debug=True),
    "own origins": RuleSet(one(), own_origins=(FRONT,)),
    "enforced": RuleSet(one(), enforce=True),
    "enforced, no rule": RuleSet(enforce=True, label="none"),
    "enforced, exempt": RuleSet(one(), {"/*": None}, enforce=True, label="path /*"),
    "enforced, anybody": RuleSet(one(origins="*"), enforce=True),
    "enforced, tiers": RuleSet(_TIERS, enforce=True),
    "enforced, dynamic": RuleSet(_DYNAMIC, enforce=True),
    "enforced, routed": RuleSet(one(methods=None), enforce=True, needs_routes=True),
}
