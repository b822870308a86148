"""Whole environs, through apps with every kind of rule.

The first character chooses the app; then come the method and the path, and on each further line a
key of the environ, by one character, and its value. A `-` in front takes the key away.
"""

from __future__ import annotations

from wsgiref.types import WSGIEnvironment

from core.naive import naively_admits
from invariants.plans import APP, EVIL, LOCAL, OWN, PARTNER, SUBDOMAIN, Ask
from invariants.reading import admitting, allow_origin, deciding
from invariants.worlds import Answer, World, heard, send

from flask_strictcors import Policy, Reason, Rejection
from flask_strictcors.core.origins import Origin
from flask_strictcors.wsgi import BARRED_BODY

from .apps import Door, doors
from .work import calls_by, grown

KEYS = {
    "o": "HTTP_ORIGIN",
    "m": "HTTP_ACCESS_CONTROL_REQUEST_METHOD",
    "h": "HTTP_ACCESS_CONTROL_REQUEST_HEADERS",
    "s": "HTTP_SEC_FETCH_SITE",
    "H": "HTTP_HOST",
    "n": "SCRIPT_NAME",
    "q": "QUERY_STRING",
    "c": "HTTP_COOKIE",
    "v": "HTTP_VARY",
    "f": "HTTP_X_FORWARDED_HOST",
    "p": "HTTP_X_FORWARDED_PROTO",
    "u": "wsgi.url_scheme",
    "N": "SERVER_NAME",
    "P": "SERVER_PORT",
    "C": "CONTENT_TYPE",
    "L": "CONTENT_LENGTH",
}
# Where nothing else is odd, the one right answer to a path of these can be said.
SEGMENTS = {"", "x", "y", "z", "1", "a", "out"}
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
ASKED = {"access-control-request-method", "access-control-request-headers"}
WORDS = (
    *(f"\no{o}" for o in (APP, PARTNER, SUBDOMAIN, LOCAL, EVIL, OWN, "null", f"{APP}.evil.net")),
    *(f"\nm{m}" for m in ("GET", "PUT", "DELETE", "PATCH", "POST", "put")),
    *(f"{m} /" for m in ("GET", "OPTIONS", "HEAD", "POST", "PUT", "DELETE")),
    *("/x", "/x/", "/x/y", "/y", "/y/1", "/z/", "/x/y/", "/x/out", "/..", "%2e", "//", "\\"),
    *("\nhx-a", "\nhcontent-type,x-a", "\nssame-origin", "\nscross-site", "\nHapi.example.com"),
    *("\n-H", "\nn/x", "\nuhttps", "\nfapp.example.com", "\nvOrigin", "\nP443"),
)
DOORS = doors()


def check(data: bytes) -> None:
    """Fail where a request gets an answer that no configuration here can mean."""
    door, environ = _read(data)
    before = _answered(door, environ)
    # What Flask alone has no answer to is not ours to answer.
    if before is None:
        return
    with heard(door.sender) as signals:
        answer = send(door.guarded, environ)
    for world in door.worlds:
        assert world.faults == []
        world.ran.clear()
        world.touched.clear()
    ask = _ask(environ)
    if sorted(answer.lines) != sorted(before.lines):
        _check_headers(door, ask, answer)
        _check_vary(ask, before, answer)
    _check_status(door, ask, before, answer)
    _check_signals([rejection for _, rejection in signals], answer)
    if door.worlds and _is_plain(ask, environ):
        _check_reading(door.worlds[0], ask, before, answer)


def measure(data: bytes) -> None:
    """Fail where a longer header costs the package anything."""
    door, environ = _read(data)
    if _answered(door, environ) is not None:
        _check_cost(door, environ)


def _read(data: bytes) -> tuple[Door, WSGIEnvironment]:
    first, *lines = data.decode("latin-1").split("\n")
    door = DOORS[ord(first[0]) % len(DOORS)] if first else DOORS[0]
    method, _, path = first[1:].partition(" ")
    environ = Ask(path, method or "GET").environ()
    for line in lines:
        if line[:1] == "-":
            environ.pop(KEYS.get(line[1:2], ""), None)
        elif line[:1] in KEYS:
            environ[KEYS[line[0]]] = line[1:]
    return door, environ


def _answered(door: Door, environ: WSGIEnvironment) -> Answer | None:
    """Return what the app answers without us, or None where it fails by itself."""
    try:
        answer = send(door.bare, environ)
    except Exception:
        return None
    faults = [world.faults.copy() for world in door.worlds]
    for world in door.worlds:
        world.faults.clear()
    return None if any(faults) else answer


# --- what can be judged from the outside ---------------------------------------------------------


def _check_headers(door: Door, ask: Ask, answer: Answer) -> None:
    said = answer.cors
    origin = said.pop("allow-origin", None)
    if origin == "*":
        assert any(policy.is_any_origin for policy in door.policies)
    elif origin is not None:
        assert origin == ask.origin
        assert Origin.parse(origin)
        assert any(_is_listed(policy, origin) for policy in door.policies)
    if "allow-credentials" in said:
        assert said.pop("allow-credentials") == "true"
        assert origin not in (None, "*")
        assert any(_is_listed(p, origin or "") for p in door.policies if p.credentials)
    # Nothing that is left is the request's: all of it was declared, or is served.
    assert {*said.pop("allow-methods", "GET").split(", ")} <= METHODS
    named = {", ".join(p.allow_headers).replace("*", "*, Authorization") for p in door.policies}
    assert said.pop("allow-headers", "") in {*named, ""}
    assert said.pop("expose-headers", "") in {", ".join(p.expose_headers) for p in door.policies}
    assert said.pop("max-age", "0") in {"0", *(str(p.max_age) for p in door.policies)}
    assert not said


def _is_listed(policy: Policy, origin: str) -> bool:
    """Report whether the origin is one that the policy names, whatever a callable says."""
    listed = policy.origins if policy.allowlist is None else policy.allowlist
    named = [*([] if listed == "*" else listed), *policy.debug_origins]
    is_unbounded = policy.allowlist == "*"
    return is_unbounded or any(naively_admits(entry, origin) for entry in named)


def _check_vary(ask: Ask, before: Answer, answer: Answer) -> None:
    ours = {"origin"} | (ASKED if ask.is_preflight else set())
    if "*" not in before.vary:
        assert answer.vary <= before.vary | ours
    if not ask.is_preflight and answer.status == before.status:
        assert before.vary <= answer.vary
    if answer.cors.get("allow-origin", "*") != "*":
        assert {"origin", "*"} & answer.vary
        assert [name.lower() for name, _ in answer.lines].count("vary") == 1


def _check_status(door: Door, ask: Ask, before: Answer, answer: Answer) -> None:
    if (answer.status, answer.body) == (before.status, before.body):
        return
    if answer.status == 403:
        assert door.enforce
        assert answer.body == (b"" if ask.method == "HEAD" else BARRED_BODY)
        assert ("Cache-Control", "no-store") in answer.lines
    else:
        assert ask.is_preflight
        assert (answer.status, answer.body) == (204, b"")


def _check_signals(rejections: list[Rejection], answer: Answer) -> None:
    assert len(rejections) <= 1
    for rejection in rejections:
        texts = (rejection.origin, rejection.method, rejection.path, *rejection.headers)
        assert all(text.isascii() and len(text) <= 200 for text in texts)
        assert all(text.isprintable() for text in (*texts, rejection.detail))
        if rejection.reason.is_about_origin:
            assert not answer.cors
        if rejection.reason is Reason.NULL_ORIGIN:
            assert rejection.origin == "null"


# --- what can be said of a request without oddities ----------------------------------------------


def _ask(environ: WSGIEnvironment) -> Ask:
    sent = [environ.get(KEYS[key]) for key in "omhs"]
    return Ask(environ.get("PATH_INFO", ""), environ["REQUEST_METHOD"], *sent)


def _is_plain(ask: Ask, environ: WSGIEnvironment) -> bool:
    return (
        _equals(ask.environ(), environ)
        and ask.path.startswith("/")
        and {*ask.path.split("/")} <= SEGMENTS
        and ask.method in METHODS
        and (ask.wants is None or ask.wants.upper() in METHODS)
    )


def _equals(one: WSGIEnvironment, other: WSGIEnvironment) -> bool:
    return {k: v for k, v in one.items() if isinstance(v, str)} == {
        k: v for k, v in other.items() if isinstance(v, str)
    }


def _check_reading(world: World, ask: Ask, before: Answer, answer: Answer) -> None:
    found = deciding(world, ask)
    if found.is_exempt:
        assert (answer.status, answer.body) == (before.status, before.body)
        assert sorted(answer.lines) == sorted(before.lines)
        return
    said = answer.cors.get("allow-origin")
    if not ask.is_preflight:
        assert said == allow_origin(found, ask, debug=world.plan.debug)
        return
    policy = admitting(found, ask, debug=world.plan.debug)
    expected = None if policy is None else "*" if policy.is_any_origin else ask.origin
    assert said in (None, expected)


# --- what it costs -------------------------------------------------------------------------------


def _check_cost(door: Door, environ: WSGIEnvironment) -> None:
    for key in "omh":
        text = environ.get(KEYS[key], "")
        few, many = ({**environ, KEYS[key]: grown(text, size)} for size in (1000, 4000))
        calls, more = (_calls(door, each) for each in (few, many))
        assert more <= calls + 20, f"{key}: {calls} calls become {more}"


def _calls(door: Door, environ: WSGIEnvironment) -> int:
    """Return how many calls the package makes, for the second time."""
    send(door.guarded, environ)
    return calls_by("flask_strictcors", lambda: send(door.guarded, environ))
