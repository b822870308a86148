"""The policies of the town, and beside each, in literals, whom it admits and what it sends."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from decisions.asking import CREDENTIALS, EXPOSE, HEADERS, MAX_AGE

from flask_strictcors import Policy, Reason

APP = "https://app.example"
PARTNER = "https://partner.example"
SHOP = "https://shop.example"
EVIL = "https://evil.example"
OWN = "http://api.example"
TENANT = "https://a.tenant.example"
DEEP_TENANT = "https://a.b.tenant.example"
YES, NO, RAISES, RUBBISH = (
    f"https://{name}.dynamic.example" for name in ("yes", "no", "raises", "rubbish")
)
MALFORMED = frozenset(
    {
        "",
        f"{APP}/",
        f"{APP}:443",
        f"{APP}, {EVIL}",
        "https://APP.example",
        f"https://{'a' * 7000}.tenant.example",
    }
)
ORIGINS = (
    *(APP, PARTNER, SHOP, EVIL, OWN, TENANT, DEEP_TENANT, YES, NO, RAISES, RUBBISH),
    *(f"{APP}.evil.example", "https://tenant.example", "http://app.example"),
    *("null", *sorted(MALFORMED)),
)


def says(origin: str) -> object:
    if origin == RAISES:
        raise LookupError(origin)
    return {YES: [YES], NO: False}.get(origin, b"rubbish")


async def says_later(origin: str) -> object:
    return says(origin)


class Tier(NamedTuple):
    """What one policy comes to; `admits` and `methods` are None where it is all of them.

    `says` are the reasons for which its callable admits somebody not.
    """

    admits: frozenset[str] | None
    lines: dict[str, str]
    offer: dict[str, str]
    headers: frozenset[str] | None = frozenset({"content-type"})
    methods: frozenset[str] | None = None
    says: Mapping[str, Reason] = MappingProxyType({})


PLAIN_OFFER = {HEADERS: "Content-Type", MAX_AGE: "600"}

APP_POLICY = Policy(
    origins=[APP, "https://*.tenant.example"],
    credentials=True,
    allow_headers=["Content-Type", "X-Token"],
    expose_headers=["X-Total"],
)
_APP = Tier(
    frozenset({APP, TENANT, DEEP_TENANT}),
    {CREDENTIALS: "true", EXPOSE: "X-Total"},
    {CREDENTIALS: "true", HEADERS: "Content-Type, X-Token", MAX_AGE: "600"},
    frozenset({"content-type", "x-token"}),
)
PUBLIC_POLICY = Policy(origins="*", allow_headers="*")
_PUBLIC = Tier(None, {}, {HEADERS: "*, Authorization", MAX_AGE: "600"}, None)
PARTNER_POLICY = Policy(origins=[PARTNER], methods=["GET", "PUT"])
_PARTNER = Tier(frozenset({PARTNER}), {}, PLAIN_OFFER, methods=frozenset({"GET", "HEAD", "PUT"}))
SHOP_POLICY = Policy(origins=[SHOP], max_age=None)
_SHOP = Tier(frozenset({SHOP}), {}, {HEADERS: "Content-Type"})
FIRST_POLICY = Policy(origins=[PARTNER], methods=["GET", "DELETE"], credentials=True)
_FIRST = Tier(
    frozenset({PARTNER}),
    {CREDENTIALS: "true"},
    {CREDENTIALS: "true"} | PLAIN_OFFER,
    methods=frozenset({"GET", "HEAD", "DELETE"}),
)
LAST_POLICY = Policy(origins="*", methods=["GET"])
_LAST = Tier(None, {}, PLAIN_OFFER, methods=frozenset({"GET", "HEAD"}))
_ASKED: dict[str, Any] = {"allowlist": ["https://*.dynamic.example"], "max_age": 5}
DYNAMIC_POLICY = Policy(origins=says, **_ASKED)
LATER_POLICY = Policy(origins=says_later, **_ASKED)
_DYNAMIC = Tier(
    frozenset({YES}),
    {},
    {HEADERS: "Content-Type", MAX_AGE: "5"},
    says={
        NO: Reason.CALLABLE_REFUSED,
        RAISES: Reason.CALLABLE_FAILED,
        RUBBISH: Reason.CALLABLE_FAILED,
    },
)

EXEMPT = "exempt"
RULES: dict[str, tuple[Tier, ...]] = {
    "app": (_APP,),
    "public": (_PUBLIC,),
    "partner": (_PARTNER,),
    "shop": (_SHOP,),
    "tiers": (_FIRST, _LAST),
    "dynamic": (_DYNAMIC,),
    "none": (),
}
