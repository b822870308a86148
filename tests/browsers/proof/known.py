"""Combinations that chance comes upon too rarely: one at least for each rare quirk."""

from .answers import ALLOW_CREDENTIALS, ALLOW_HEADERS, ALLOW_METHODS, ALLOW_ORIGIN, MAX_AGE, UNKEPT
from .combination import Answer, Body, Call, Combination, Header, Stop

READABLE = (UNKEPT, (ALLOW_ORIGIN, "{page}"), (ALLOW_CREDENTIALS, "true"))
PUT = Call(method="PUT", credentials="include")


def _grants(methods: str, *headers: Header) -> Answer:
    return Answer(204, (*READABLE, (ALLOW_METHODS, methods), (MAX_AGE, "600"), *headers))


def _answers(*headers: Header, status: int = 200) -> Answer:
    return Answer(status, (*READABLE, *headers), "seen")


def _api(preflight: Answer, *headers: Header, status: int = 200) -> Stop:
    return Stop("api", preflight, _answers(*headers, status=status))


def _method(method: str) -> Call:
    return Call(method=method, credentials="include")


_ECHO = _grants("{asked-method}", (ALLOW_HEADERS, "{asked-headers}"))
_FORBIDDING = Call(method="PUT", credentials="include", redirect="error")
_INCLUDED = Call(credentials="include")

KNOWN = (
    # keeps_one_preflight
    Combination("known0", "app", (_api(_ECHO),), (PUT, _method("PATCH"), PUT)),
    # keeps_preflights_of_forbidden_redirects
    Combination(
        "known1",
        "app",
        (_api(_grants("PUT"), ("Location", "{1}"), status=307), _api(_grants("PUT"))),
        (PUT, _FORBIDDING, PUT),
    ),
    # blocked_redirects_clear_their_start
    Combination(
        "known2",
        "app",
        (
            _api(_grants("PUT"), ("Location", "{1}"), status=307),
            Stop("plain-api", _grants("PUT"), _answers()),
        ),
        (PUT, PUT),
    ),
    # parses_locations_at_once
    Combination(
        "known3",
        "app",
        (_api(_grants("PUT"), ("Location", "https://"), status=302),),
        (Call(credentials="include", redirect="manual"),),
    ),
    # changed_cookie_is_newest
    Combination(
        "known4",
        "app",
        (
            _api(_ECHO, *(("Set-Cookie", f"{{id}}{pair}") for pair in ("a=1", "b=2", "a=3"))),
            _api(_ECHO),
        ),
        (_INCLUDED, Call(1, credentials="include")),
    ),
    # upload_listeners_grant_no_method
    Combination(
        "known5",
        "app",
        (Stop("api", Answer(204, READABLE), _answers()),),
        (Call(method="PUT", body=Body("bytes", "sent"), credentials="include", means="upload"),),
    ),
    # methods_in_every_answer
    Combination(
        "known6",
        "app",
        (_api(_grants("PUT", (ALLOW_HEADERS, "X-B"))),),
        (
            PUT,
            Call(method="POST", body=Body("bytes", "sent"), credentials="include", means="upload"),
            Call(method="HEAD", headers=(("X-B", "1"),), credentials="include"),
        ),
    ),
    # opaque_redirects_hide_origin
    Combination(
        "known7",
        "app",
        (
            Stop("app", _ECHO, _answers(("Location", "{1}"), status=307)),
            Stop("partner", _ECHO, _answers()),
        ),
        (Call(method="POST", mode="no-cors"),),
    ),
    # same_site_counts_redirects
    Combination(
        "known8",
        "app",
        (
            _api(_ECHO, ("Set-Cookie", "{id}a=1; SameSite=Lax; Path=/{id}")),
            Stop("elsewhere", _ECHO, _answers(("Location", "{2}"), status=302)),
            Stop("api", _ECHO, Answer(200, (*READABLE[2:], UNKEPT, (ALLOW_ORIGIN, "null")))),
        ),
        (_INCLUDED, Call(1, credentials="include")),
    ),
)
