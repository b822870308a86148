"""Makes up combinations: right ones first, then up to two things in them are changed.

So about half of them succeed, and what a browser does late is reached as often as what it does
at once.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from .answers import (
    ALLOW_ORIGIN,
    changed,
    right_actual,
    right_preflight,
    with_lines,
    with_resource_policy,
)
from .calls import by_request, make_body, make_call, make_headers
from .combination import PLACES, Answer, Call, Combination, Stop
from .comparison import USER
from .cookies import make_cookies
from .dice import Dice

PAGES = {"app": 52, "elsewhere": 16, "plain-app": 16, "sandboxed": 16}
NEAR = {"api": 44, "app": 14, "partner": 10, "port": 8, "elsewhere": 18, "plain-api": 2}
NEAR_PLAIN = {
    "plain-api": 38,
    "plain-app": 14,
    "api": 20,
    "plain-elsewhere": 14,
    "elsewhere": 12,
}
SCENES = {"single": 34, "kept": 18, "redirected": 26, "cookies": 22}
REDIRECTS = {301: 1, 302: 3, 303: 2, 307: 3, 308: 1}
ODD_LOCATIONS = [
    "",
    "data:text/plain,hi",
    "about:blank",
    "javascript:1",
    "ftp://files.example.test/",
    "http://",
    "https://",
    "https://api.example.test:99999/",
    "mailto:somebody",
    "wss://api.example.test/",
]


def combinations(seed: int, count: int) -> Iterator[Combination]:
    """Return as many combinations as are asked for, the same ones for the same seed."""
    dice = Dice(seed)
    for number in range(count):
        yield _combination(dice, f"s{seed}n{number:05d}")


def _combination(dice: Dice, name: str) -> Combination:
    page = dice.weighed(PAGES)
    match dice.weighed(SCENES):
        case "single":
            combination = _single(dice, name, page)
        case "kept":
            combination = _kept(dice, name, page)
        case "redirected":
            combination = _redirected(dice, name, page)
        case _:
            combination = _with_cookies(dice, name, page)
    for _ in range(dice.weighed({0: 4, 1: 4, 2: 2})):
        combination = _changed(dice, combination)
    return combination


# --- scenes ------------------------------------------------------------------------------------


def _single(dice: Dice, name: str, page: str) -> Combination:
    """Return one call to one address."""
    call, place = make_call(dice), _place(dice, page)
    stop = _stop(dice, place, call, _right(dice, page, call))
    if call.mode == "no-cors" and dice.has(0.5):
        stop = replace(stop, actual=with_resource_policy(dice, stop.actual))
    return Combination(name, page, (stop,), (call,))


def _kept(dice: Dice, name: str, page: str) -> Combination:
    """Return several calls to one address, of which the later ones may need no preflight."""
    first, place = replace(make_call(dice), mode="cors"), _place(dice, page)
    calls = [first]
    for _ in range(dice.choice([1, 1, 2])):
        similar = _similar(dice, dice.choice(calls))
        calls.append(similar if similar.means == "fetch" else by_request(dice, similar))
    widest = max(calls, key=lambda call: call.credentials == "include")
    everything = replace(
        widest,
        method=first.method,
        headers=tuple(header for call in calls for header in call.headers),
    )
    stop = _stop(dice, place, everything, _right(dice, page, everything))
    return Combination(name, page, (stop,), tuple(calls))


def _similar(dice: Dice, call: Call) -> Call:
    match dice.choice(["same", "same", "method", "headers", "credentials", "body"]):
        case "method":
            method = dice.choice(["GET", "POST", "PUT", "PATCH", "patch", "DELETE"])
            return replace(call, method=method, body=make_body(dice, method))
        case "headers":
            return replace(call, headers=dice.choice([(), call.headers[:1], make_headers(dice, 2)]))
        case "credentials":
            return replace(call, credentials=dice.choice(["include", "same-origin", "omit"]))
        case "body":
            return replace(call, body=make_body(dice, call.method))
        case _:
            return call


def _redirected(dice: Dice, name: str, page: str) -> Combination:
    """Return a call that is sent on, once or several times, within an origin or across."""
    call = make_call(dice)
    places = [_place(dice, page)]
    for _ in range(dice.choice([1, 1, 1, 2, 2, 3])):
        places.append(places[-1] if dice.has(0.45) else _place(dice, page))
    calls = (call, call) if dice.has(0.12) else (call,)
    stops: list[Stop] = []
    for number, place in enumerate(places):
        origin = _right(dice, page, call, tainted=_is_tainted(page, places[: number + 1]))
        stop = _stop(dice, place, call, origin)
        if number + 1 < len(places):
            status = dice.weighed(REDIRECTS)
            location = _location(dice, place, places[number + 1], number + 1)
            moved = replace(stop.actual, status=status)
            stop = replace(stop, actual=with_lines(moved, "Location", location))
        stops.append(stop)
    return Combination(name, page, tuple(stops), calls)


def _location(dice: Dice, here: str, there: str, stop: int) -> tuple[str, ...]:
    url = f"{{{stop}}}"
    if dice.has(0.06):
        return dice.choice([(), *((odd,) for odd in ODD_LOCATIONS), (url, url), (url, "/x")])
    spellings = [url, url, url, f"{url}#fragment", f"{url}?query=1", f" {url} "]
    if PLACES[here][0] == PLACES[there][0]:
        spellings.append(f"//{{{there}-host}}/{{id}}/{stop}")
    if here == there:
        spellings += [f"/{{id}}/{stop}", f"{stop}", f"./{stop}", f"../{{id}}/{stop}"]
    if dice.has(0.05):
        return (f"{PLACES[there][0]}://{USER}{{{there}-host}}/{{id}}/{stop}",)
    return (dice.choice(spellings),)


def _with_cookies(dice: Dice, name: str, page: str) -> Combination:
    """Return a call that is given cookies, and others that may bring them along."""
    place = _place(dice, page)
    call = replace(_plain(dice), credentials=dice.weighed({"include": 88, "same-origin": 12}))
    calls = [call]
    for _ in range(dice.choice([1, 1, 2])):
        calls.append(replace(_plain(dice), stop=len(calls)))
    places = [place, *(place if dice.has(0.6) else _place(dice, page) for _ in calls[1:])]
    stops = [
        _stop(dice, place, call, _right(dice, page, call))
        for place, call in zip(places, calls, strict=True)
    ]
    stops[0] = replace(stops[0], actual=_baking(dice, stops[0].actual))
    if dice.has(0.2):
        stops[1] = replace(stops[1], actual=_baking(dice, stops[1].actual))
    if dice.has(0.1):
        stops[0] = replace(stops[0], preflight=_baking(dice, stops[0].preflight))
    if dice.has(0.25):
        # The last call comes where it should by way of somewhere else.
        way = _place(dice, page)
        origin = _right(dice, page, calls[-1])
        moved = replace(right_actual(dice, calls[-1], origin), status=302)
        moved = with_lines(moved, "Location", (f"{{{len(stops) - 1}}}",))
        tainted = _is_tainted(page, [way, places[-1]])
        right = _right(dice, page, calls[-1], tainted=tainted)
        stops[-1] = replace(stops[-1], actual=with_lines(stops[-1].actual, ALLOW_ORIGIN, (right,)))
        stops.append(Stop(way, right_preflight(dice, calls[-1], origin), moved))
        calls[-1] = replace(calls[-1], stop=len(stops) - 1)
    return Combination(name, page, tuple(stops), tuple(calls))


def _plain(dice: Dice) -> Call:
    mode = dice.weighed({"cors": 85, "no-cors": 15})
    methods = {"GET": 50, "POST": 30, "PUT": 20} if mode == "cors" else {"GET": 60, "POST": 40}
    method = dice.weighed(methods)
    credentials = dice.weighed({"include": 75, "same-origin": 15, "omit": 10})
    return Call(0, method, (), None, credentials, mode)


def _baking(dice: Dice, answer: Answer) -> Answer:
    return replace(answer, headers=(*answer.headers, *make_cookies(dice)))


# --- what they share ---------------------------------------------------------------------------


def _place(dice: Dice, page: str) -> str:
    if page == "plain-app":
        return dice.weighed(NEAR_PLAIN)
    # The model's sandboxed page does not know that it came over https.
    return dice.weighed(NEAR | {"plain-api": 0} if page == "sandboxed" else NEAR)


def _stop(dice: Dice, place: str, call: Call, origin: str) -> Stop:
    return Stop(place, right_preflight(dice, call, origin), right_actual(dice, call, origin))


def _right(dice: Dice, page: str, call: Call, *, tainted: bool = False) -> str:
    """Return an origin that is right to allow; the browsers differ about tainted ones."""
    if call.credentials != "include" and dice.has(0.4 if tainted else 0.15):
        return "*"
    return dice.choice(["null", "null", "{page}"]) if tainted else "{page}"


def _is_tainted(page: str, places: list[str]) -> bool:
    return any(here not in (page, there) for here, there in pairwise(places))


def _changed(dice: Dice, combination: Combination) -> Combination:
    """Return a combination with one thing in it changed."""
    if dice.has(0.12):
        calls = list(combination.calls)
        calls[-1] = replace(make_call(dice), stop=calls[-1].stop)
        return replace(combination, calls=tuple(calls))
    stops = list(combination.stops)
    number = dice.randrange(len(stops))
    call = next((c for c in combination.calls if c.stop == number), combination.calls[0])
    stop = stops[number]
    if dice.has(0.45):
        answer = changed(dice, stop.preflight, call, is_preflight=True)
        stops[number] = replace(stop, preflight=answer)
    else:
        stops[number] = replace(stop, actual=changed(dice, stop.actual, call, is_preflight=False))
    return replace(combination, stops=tuple(stops))
