"""Makes up cookies; each bears its combination's name, so that none is mistaken for another's."""

from .combination import Header
from .dice import Dice

SITES = [
    "",
    "; SameSite=None; Secure",
    "; SameSite=None",
    "; SameSite=Lax",
    "; SameSite=Strict",
    "; samesite=lax; Secure",
    "; SameSite=Strict; Secure",
    "; SameSite=junk",
    "; SameSite",
    "; Secure",
    "; SameSite=None; Secure; Partitioned",
    "; Secure; Partitioned",
    "; Partitioned",
]
DOMAINS = [
    "; Domain=example.test",
    "; Domain=.example.test",
    "; Domain=EXAMPLE.test",
    "; Domain=api.example.test",
    "; Domain=app.example.test",
    "; Domain=elsewhere.test",
    "; Domain=ample.test",
    "; Domain=test",
    "; Domain=",
    "; Domain=elsewhere.test; Domain=example.test",
]
PATHS = [
    "; Path=/",
    "; Path=/{id}",
    "; Path=/{id}/",
    "; Path=/{id}/1",
    "; Path=/{id}x",
    "; Path=/x",
    "; Path=",
    "; Path=x",
    "; Path=/x; Path=/",
]
AGES = [
    "; Max-Age=60",
    "; Max-Age=0",
    "; Max-Age=-1",
    "; Max-Age=x",
    "; Max-Age=",
    "; Max-Age=+60",
    "; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
    "; Expires=Fri, 01 Jan 2038 00:00:00 GMT",
    "; Expires=junk",
    "; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
    "; Max-Age=0; Expires=Fri, 01 Jan 2038 00:00:00 GMT",
]
PAIRS = {
    "{id}a=1": 40,
    "{id}b=2": 25,
    "{id}a=3": 8,
    "{id}c=": 3,
    '{id}c="quoted"': 2,
    "{id}c=a=b": 2,
    " {id}c = blanks ": 2,
    "__Host-{id}=1": 5,
    "__Host-{id}=1; Secure; Path=/": 5,
    "__Secure-{id}=1; Secure": 4,
    "__secure-{id}=1": 3,
    "__Http-{id}=1; Secure; HttpOnly": 1,
    "__Http-{id}=1; Secure": 1,
}


def make_cookies(dice: Dice) -> tuple[Header, ...]:
    """Return the Set-Cookie lines of one answer."""
    return tuple(("Set-Cookie", _cookie(dice)) for _ in range(dice.choice([1, 1, 2, 3])))


def _cookie(dice: Dice) -> str:
    return (
        dice.weighed(PAIRS)
        + dice.choice(SITES)
        + (dice.choice(DOMAINS) if dice.has(0.25) else "")
        + (dice.choice(PATHS) if dice.has(0.35) else "")
        + (dice.choice(AGES) if dice.has(0.25) else "")
        + ("; HttpOnly" if dice.has(0.1) else "")
    )
