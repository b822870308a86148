"""Makes up what a server answers: what is right for a call, and what is wrong with it."""

from collections.abc import Callable
from dataclasses import replace

from .combination import Answer, Call, Header
from .dice import Dice

ALLOW_ORIGIN = "Access-Control-Allow-Origin"
ALLOW_CREDENTIALS = "Access-Control-Allow-Credentials"
ALLOW_METHODS = "Access-Control-Allow-Methods"
ALLOW_HEADERS = "Access-Control-Allow-Headers"
EXPOSE_HEADERS = "Access-Control-Expose-Headers"
MAX_AGE = "Access-Control-Max-Age"
RESOURCE_POLICY = "Cross-Origin-Resource-Policy"

# The HTTP cache takes no part.
UNKEPT = ("Cache-Control", "no-store")

WRONG_ORIGINS = [
    (),
    ("*",),
    ("null",),
    ("Null",),
    ("",),
    ("{page}/",),
    (" {page}\t",),
    ("{page}.",),
    ("{page}, {page}",),
    ("{page} {partner}",),
    ("{page}, *",),
    ("{page}", "{page}"),
    ("{page}", ""),
    ("", "{page}"),
    ("", "*"),
    ("*", "*"),
    ("{page}", "{partner}"),
    ("{partner}",),
    ("https://app.example.test",),
    ("HTTPS://APP.EXAMPLE.TEST",),
]
WRONG_CREDENTIALS = [
    (),
    ("True",),
    ("TRUE",),
    ("false",),
    ("",),
    (" true ",),
    ("true, true",),
    ("true", "true"),
    ("true", ""),
    ("", "true"),
    ("1",),
]
AGES = [
    (),
    ("600",),
    ("0",),
    ("00",),
    ("-1",),
    ("-0",),
    ("junk",),
    ("1.5",),
    ("+600",),
    (" 600 ",),
    ("600s",),
    ("600, 0",),
    ("0, 600",),
    ("",),
    ("600", "600"),
    ("600", "0"),
    ("0", "600"),
    ("", "600"),
    ("0", ""),
    ("86400",),
    ("99999999999999999999",),
]
EXPOSED = [
    ("X-One",),
    ("x-one, x-two",),
    ("*",),
    ("*, x-one",),
    ("x-one,,x-two",),
    ("x-one x-two",),
    ("x-one, b@d",),
    ("set-cookie, X-One",),
    ('"x-one"',),
    ("",),
    ("x-one", "x-two"),
    ("x-o ne", "x-two"),
    ("", "x-two"),
    ("content-type, etag",),
]
RESOURCE_POLICIES = [
    ("same-origin",),
    ("same-site",),
    ("cross-origin",),
    ("Same-Origin",),
    ("junk",),
    ("same-origin, same-origin",),
    ("same-origin", "same-origin"),
    ("same-site", ""),
]
PREFLIGHT_STATUSES = [
    200,
    201,
    202,
    204,
    205,
    206,
    299,
    300,
    301,
    304,
    400,
    401,
    403,
    404,
    405,
    500,
]
STATUSES = [
    200,
    201,
    204,
    205,
    206,
    299,
    300,
    304,
    305,
    400,
    401,
    403,
    404,
    410,
    416,
    500,
    503,
    600,
]
EXTRA: list[Header] = [
    ("X-One", "1"),
    ("X-Two", "2"),
    ("X-Two", "two"),
    ("ETag", '"tag"'),
    ("Content-Language", "en"),
    ("Expires", "0"),
    ("Last-Modified", "Thu, 01 Jan 1970 00:00:00 GMT"),
    ("Pragma", "no-cache"),
    ("Content-Type", "text/plain"),
    ("Set-Cookie2", "x"),
]


def right_preflight(dice: Dice, call: Call, origin: str) -> Answer:
    """Return an answer that grants what a call asks for."""
    methods = [call.method, *dice.some(["GET", "POST", "PUT", "DELETE", "patch", "PATCH"], 3)]
    names = [*_askable(call), *dice.some(["X-Other", "Authorization", "X-B", "range"], 2)]
    dice.shuffle(methods)
    dice.shuffle(names)
    if call.credentials != "include":
        methods = ["*"] if dice.has(0.15) else methods
        names = ["*", *dice.some(["Authorization", "X-B"], 1)] if dice.has(0.15) else names
    if dice.has(0.15):
        # Many servers grant whatever is asked for, and no more.
        methods, names = ["{asked-method}"], ["{asked-headers}"]
    headers = [UNKEPT, *_allowing(call, origin)]
    headers.append((ALLOW_METHODS, dice.choice([",", ", "]).join(methods)))
    if names:
        headers.append((ALLOW_HEADERS, dice.choice([",", ", "]).join(names)))
    if dice.has(0.5):
        headers.append((MAX_AGE, "600"))
    return Answer(dice.choice([200, 204]), tuple(headers))


def right_actual(dice: Dice, call: Call, origin: str) -> Answer:
    """Return an answer that a call may read."""
    headers = [UNKEPT, *_allowing(call, origin), *dice.some(EXTRA, 4)]
    if dice.has(0.3):
        headers.append((EXPOSE_HEADERS, dice.choice(["X-One", "x-one, X-Two", "ETag", "*"])))
    return Answer(200, tuple(headers), dice.choice(["", "seen", "much\nto see"]))


def changed(dice: Dice, answer: Answer, call: Call, *, is_preflight: bool) -> Answer:
    """Return an answer with one thing in it changed, more often than not to something wrong."""
    return dice.weighed(PREFLIGHT_CHANGES if is_preflight else ACTUAL_CHANGES)(dice, answer, call)


def with_lines(answer: Answer, name: str, lines: tuple[str, ...]) -> Answer:
    """Return an answer whose lines of one name are replaced."""
    others = tuple(header for header in answer.headers if header[0] != name)
    return replace(answer, headers=(*others, *((name, line) for line in lines)))


def with_resource_policy(dice: Dice, answer: Answer) -> Answer:
    """Return an answer that says which pages may embed it."""
    return with_lines(answer, RESOURCE_POLICY, dice.choice(RESOURCE_POLICIES))


def _askable(call: Call) -> list[str]:
    named = dict.fromkeys(name for name, _ in call.headers if name and " " not in name)
    brings_type = call.body is not None and call.body.kind == "blob"
    return [*named, *(["Content-Type"] if brings_type and "Content-Type" not in named else [])]


def _allowing(call: Call, origin: str) -> list[Header]:
    lines = [(ALLOW_ORIGIN, origin)]
    return [*lines, (ALLOW_CREDENTIALS, "true")] if call.credentials == "include" else lines


Change = Callable[[Dice, Answer, Call], Answer]


def _choose(name: str, choices: list[tuple[str, ...]]) -> Change:
    return lambda dice, answer, call: with_lines(answer, name, dice.choice(choices))


def _change_methods(dice: Dice, answer: Answer, call: Call) -> Answer:
    return with_lines(answer, ALLOW_METHODS, dice.choice(_lists(call.method, "GET")))


def _change_names(dice: Dice, answer: Answer, call: Call) -> Answer:
    names = ", ".join(_askable(call)) or "X-Other"
    return with_lines(answer, ALLOW_HEADERS, dice.choice(_lists(names, "X-Other")))


def _lists(right: str, other: str) -> list[tuple[str, ...]]:
    return [
        (),
        ("",),
        ("*",),
        (f"*, {right}",),
        (other,),
        (right.lower(),),
        (right.upper(),),
        (f",{other},, {right} ,",),
        (f"{right}, b@d",),
        (f"(, {right}",),
        (f"{right};",),
        (f'"{right}"',),
        (f"{right} {other}",),
        (other, right),
        ("", right),
        (right, "b@d"),
        (f"{other}\t,\t{right}",),
    ]


def _change_preflight_status(dice: Dice, answer: Answer, call: Call) -> Answer:
    return replace(answer, status=dice.choice(PREFLIGHT_STATUSES))


def _change_status(dice: Dice, answer: Answer, call: Call) -> Answer:
    return replace(answer, status=dice.choice(STATUSES))


_ORIGIN = _choose(ALLOW_ORIGIN, WRONG_ORIGINS)
_CREDENTIALS = _choose(ALLOW_CREDENTIALS, WRONG_CREDENTIALS)
PREFLIGHT_CHANGES: dict[Change, float] = {
    _ORIGIN: 3,
    _CREDENTIALS: 2,
    _change_methods: 4,
    _change_names: 4,
    _choose(MAX_AGE, AGES): 3,
    _change_preflight_status: 2,
}
ACTUAL_CHANGES: dict[Change, float] = {
    _ORIGIN: 4,
    _CREDENTIALS: 3,
    _choose(EXPOSE_HEADERS, EXPOSED): 4,
    _choose(RESOURCE_POLICY, RESOURCE_POLICIES): 2,
    _change_status: 3,
}
