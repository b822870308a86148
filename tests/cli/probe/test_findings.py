"""Each code is found on a server that has its sign, and on no server without a fault."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from flask_strictcors.browser import Received, Sent
from flask_strictcors.cli.probe.codes import Code, Weight
from flask_strictcors.cli.probe.findings import Finding, merged
from flask_strictcors.cli.probe.judging import findings_of
from flask_strictcors.cli.probe.notices import NOTICES
from flask_strictcors.cli.probe.signs import SIGNS

from .scripted import (
    PAGE,
    Server,
    answer,
    changed,
    codes,
    for_preflights,
    is_missing,
    mute,
    probed,
    right,
)

PUT: dict[str, Any] = {"method": "PUT"}
SENT: dict[str, Any] = {"method": "PUT", "send": True}
GRANT = {"allow_origin": PAGE, "allow_credentials": "true", "vary": "Origin"}


def admitting(allows: Callable[[str], bool]) -> Server:
    return lambda sent: right(sent, allows=allows)


def is_preflight(sent: Sent) -> bool:
    return sent.is_preflight


def is_actual(sent: Sent) -> bool:
    return not sent.is_preflight


def has_origin(sent: Sent) -> bool:
    return sent.get("Origin") is not None


def is_known(origin: str) -> bool:
    return bool(origin) and origin != "null"


def anonymously(server: Server) -> Server:
    return changed(server, allow_credentials=None)


def everybody(**headers: str | list[str]) -> Server:
    return changed(
        lambda sent: answer(404 if is_missing(sent.url) else 200),
        **{"allow_origin": "*", **headers},
    )


class Cache:
    """Keeps the first answer to each URL, whoever asked; `has_query` says what its key is."""

    def __init__(self, server: Server, *, has_query: bool = True, hit: dict[str, str]) -> None:
        self._server = server
        self._has_query = has_query
        self._hit = hit
        self._kept: dict[str, Received] = {}

    def __call__(self, sent: Sent) -> Received:
        if sent.is_preflight:
            return self._server(sent)
        key = str(sent.url) if self._has_query else sent.url.path
        if key in self._kept:
            return changed(lambda sent: self._kept[key], **self._hit)(sent)
        self._kept[key] = self._server(sent)
        return self._kept[key]


class Limit:
    """Answers so many requests of a probe, and puts the others off."""

    def __init__(self, server: Server, most: int, **headers: str) -> None:
        self._server = server
        self._most = most
        self._headers = headers
        self._number = 0

    def __call__(self, sent: Sent) -> Received:
        self._number += 1
        if self._number <= self._most:
            return self._server(sent)
        return answer(429, vary="Origin", **self._headers)


CACHED = ["cache-crossing"]

FOUND: list[tuple[str, Server, dict[str, Any], list[str]]] = [
    ("no fault", right, {}, []),
    ("no fault, with a preflight", right, PUT, []),
    ("no fault, sent", right, SENT, []),
    ("everybody may read", everybody(), {}, []),
    ("a fixed origin needs no Vary", changed(lambda sent: answer(), allow_origin=PAGE), {}, []),
    ("nobody may read", lambda sent: answer(), {}, []),
    # strangers
    ("any, with credentials", admitting(is_known), {}, ["origin-reflected-with-credentials"]),
    ("any, without", anonymously(admitting(is_known)), {}, ["origin-reflected"]),
    ("any and null", anonymously(admitting(bool)), {}, ["origin-reflected", "null-allowed"]),
    (
        "any on preflights only",
        lambda sent: admitting(is_known)(sent) if sent.is_preflight else right(sent),
        PUT,
        ["origin-reflected-with-credentials"],
    ),
    ("null", admitting(lambda o: o in (PAGE, "null")), {}, ["null-allowed"]),
    ("null, asked", admitting(lambda o: o == "null"), {"origin": "null"}, ["null-allowed"]),
    ("a prefix", admitting(lambda o: o.startswith(PAGE)), {}, ["origin-prefix-admitted"]),
    (
        "a suffix",
        admitting(lambda o: o.startswith("https") and o.endswith("example.com")),
        {},
        ["origin-suffix-admitted", "origin-sibling-admitted"],
    ),
    (
        "a dot",
        admitting(lambda o: o in (PAGE, "https://appxexample.com")),
        {},
        ["origin-dot-admitted"],
    ),
    (
        "http",
        admitting(lambda o: o.endswith("://app.example.com")),
        {},
        ["origin-insecure-admitted"],
    ),
    (
        "a sibling",
        admitting(lambda o: o.endswith(".example.com") and o[4] == "s"),
        {},
        ["origin-sibling-admitted"],
    ),
    # caches
    ("Vary nowhere", changed(right, vary=None), {}, ["vary-missing"]),
    ("Vary of another", changed(right, vary="Accept, Cookie"), {}, ["vary-missing"]),
    (
        "Vary with Origin only",
        changed(right, where=lambda s: not has_origin(s), vary=None),
        {},
        ["vary-missing"],
    ),
    ("Vary: *", changed(right, vary="*"), {}, []),
    ("Vary in lines", changed(right, vary=["Cookie", "Accept, ORIGIN"]), {}, []),
    ("never kept", changed(right, vary=None, cache_control="private, no-store"), {}, []),
    (
        "a passing fault",
        lambda sent: answer(500) if sent.get("Origin") == "null" else everybody()(sent),
        {},
        [],
    ),
    ("a cache", Cache(right, hit={"x_cache": "HIT"}), {}, CACHED),
    ("a cache that says nothing", Cache(right, hit={}), {}, CACHED),
    ("a cache without the query", Cache(right, has_query=False, hit={"age": "7"}), {}, CACHED),
    (
        "a cache without the query, and no Vary",
        Cache(changed(right, vary=None), has_query=False, hit={"age": "7"}),
        PUT,
        CACHED,
    ),
    (
        "a cache of a fixed origin",
        Cache(changed(lambda sent: answer(), allow_origin=PAGE), has_query=False, hit={"age": "7"}),
        PUT,
        [],
    ),
    ("a cache of what is fixed", Cache(everybody(), has_query=False, hit={"age": "0"}), {}, []),
    ("a cache where anybody may read", Cache(everybody(), hit={"x_cache": "HIT"}), {}, []),
    # requests that are put off
    ("a limit", Limit(right, 4), {}, ["answer-missing"]),
    ("a limit before strangers come", Limit(admitting(is_known), 2), {}, ["answer-missing"]),
    ("a limit with headers", Limit(right, 4, allow_origin=PAGE), {}, []),
    ("a server that is down", lambda sent: answer(503), {}, ["answer-missing"]),
    (
        "a server that is down, with a preflight",
        lambda sent: answer(503),
        PUT,
        ["preflight-failed", "answer-missing"],
    ),
    # preflights
    (
        "301 to https",
        for_preflights(301, location="https://api.example.com/users"),
        PUT,
        ["preflight-redirected"],
    ),
    ("302 to nowhere", for_preflights(302), PUT, ["preflight-redirected"]),
    ("401", for_preflights(401, www_authenticate="Basic"), PUT, ["preflight-unauthorized"]),
    ("407", for_preflights(407), PUT, ["preflight-unauthorized"]),
    ("403", for_preflights(403), PUT, ["preflight-forbidden"]),
    ("404", for_preflights(404), PUT, ["preflight-not-found"]),
    ("405", for_preflights(405), PUT, ["preflight-method-refused"]),
    ("501", for_preflights(501), PUT, ["preflight-method-refused"]),
    ("500", for_preflights(500), PUT, ["preflight-failed"]),
    ("400", for_preflights(400), PUT, ["preflight-failed"]),
    ("a bare 204", for_preflights(204), PUT, ["preflight-without-headers"]),
    (
        "another author",
        for_preflights(204, allow_origin="*", allow_methods="PUT"),
        PUT,
        ["preflight-differs"],
    ),
    (
        "a preflight for others",
        for_preflights(204, allow_origin="https://shop.example.com"),
        PUT,
        ["preflight-differs"],
    ),
    (
        "headers on OPTIONS only",
        changed(right, where=is_actual, allow_origin=None, allow_credentials=None),
        SENT,
        ["actual-without-headers"],
    ),
    (
        "headers on OPTIONS only, and not sent",
        changed(right, where=is_actual, allow_origin=None, allow_credentials=None),
        PUT,
        [],
    ),
    (
        "neither has them, and one is for others",
        lambda s: (
            answer(204) if s.is_preflight else answer(allow_origin="https://shop.example.com")
        ),
        PUT,
        [],
    ),
    (
        "others on OPTIONS, and nobody else",
        lambda s: answer(204, allow_origin="https://a.net") if s.is_preflight else answer(),
        SENT,
        [],
    ),
    (
        "no preflight arrives",
        lambda s: mute(s) if s.is_preflight and s.get("Origin") == PAGE else right(s),
        PUT,
        ["preflight-unanswered"],
    ),
    (
        "only preflights are answered",
        lambda s: right(s) if s.is_preflight else mute(s),
        PUT,
        ["answer-missing"],
    ),
    (
        "one method has another status",
        lambda s: right(s) if s.method != "PUT" else answer(201, **GRANT),
        SENT,
        [],
    ),
    (
        "one is not answered",
        lambda s: mute(s) if s.get("Origin") == "null" else right(s),
        {},
        ["answer-missing"],
    ),
    # headers
    (
        "twice",
        changed(right, where=has_origin, allow_origin=[PAGE, PAGE]),
        PUT,
        ["allow-origin-doubled"],
    ),
    (
        "a list",
        changed(right, where=has_origin, allow_origin=f"{PAGE}, https://b.example.com"),
        {},
        ["allow-origin-list"],
    ),
    (
        "a list with blanks",
        changed(right, allow_origin=f"{PAGE} https://b.example.com"),
        {},
        ["allow-origin-list"],
    ),
    ("a slash", changed(right, allow_origin=f"{PAGE}/"), {}, ["allow-origin-altered"]),
    ("case", changed(right, allow_origin="https://App.example.com"), {}, ["allow-origin-altered"]),
    ("a port", changed(right, allow_origin=f"{PAGE}:443"), {}, ["allow-origin-altered"]),
    (
        "a pattern",
        changed(right, allow_origin="https://*.example.com"),
        {},
        ["allow-origin-malformed"],
    ),
    ("a host", changed(right, allow_origin="app.example.com"), {}, ["allow-origin-malformed"]),
    ("nothing", changed(right, allow_origin=""), {}, ["allow-origin-malformed"]),
    ("* and credentials", everybody(allow_credentials="true"), {}, ["wildcard-with-credentials"]),
    (
        "True",
        changed(right, where=has_origin, allow_credentials="True"),
        {},
        ["credentials-not-true"],
    ),
    (
        "true twice",
        changed(right, where=has_origin, allow_credentials=["true", "true"]),
        {},
        ["credentials-not-true"],
    ),
    (
        "methods with ;",
        changed(right, where=is_preflight, allow_methods="GET; PUT"),
        PUT,
        ["list-malformed"],
    ),
    (
        "headers in quotes",
        changed(right, where=is_preflight, allow_headers="['X']"),
        PUT,
        ["list-malformed"],
    ),
    ("exposed with blanks", changed(right, expose_headers="ETag Link"), {}, ["list-malformed"]),
    ("a literal *", changed(right, expose_headers="*"), {}, ["wildcard-literal"]),
    ("* without credentials", everybody(expose_headers="*"), {}, []),
    ("put", changed(right, where=is_preflight, allow_methods="put, PUT"), PUT, ["method-case"]),
    ("a day", changed(right, where=is_preflight, max_age="86400"), PUT, ["max-age-too-long"]),
    ("for ever", changed(right, where=is_preflight, max_age="9" * 5000), PUT, ["max-age-too-long"]),
    ("two hours", changed(right, where=is_preflight, max_age="7200"), PUT, []),
    ("10m", changed(right, where=is_preflight, max_age="10m"), PUT, ["max-age-malformed"]),
    ("-1", changed(right, where=is_preflight, max_age="-1"), PUT, ["max-age-malformed"]),
    ("an old header", changed(right, allow_private_network="true"), {}, ["private-network"]),
    ("debug", changed(right, strictcors_decision="app allowed"), {}, ["debug-answer"]),
    # the rest
    (
        "errors without headers",
        changed(
            right, where=lambda s: is_missing(s.url), allow_origin=None, allow_credentials=None
        ),
        {},
        ["error-without-headers"],
    ),
    ("a page for everything", lambda s: answer() if is_missing(s.url) else right(s), {}, []),
    ("redirected", lambda s: answer(302, location="/login"), {}, ["redirected"]),
    ("not modified", lambda s: answer(304, allow_origin="*"), {}, []),
    ("redirected to nowhere", lambda s: answer(302, location="https://["), {}, ["redirected"]),
    (
        "a query that matters",
        lambda s: answer(400, allow_origin="*") if s.url.query else everybody()(s),
        {},
        ["query-matters"],
    ),
    (
        "kept from images",
        changed(right, cross_origin_resource_policy="same-origin"),
        {},
        ["resource-policy"],
    ),
    (
        "kept from other sites",
        changed(right, cross_origin_resource_policy="same-site"),
        {},
        ["resource-policy"],
    ),
    ("kept from nobody", changed(right, cross_origin_resource_policy="cross-origin"), {}, []),
    (
        "a broken line",
        lambda s: Received(200, (("", "X Y: 1"), ("Access-Control-Allow-Origin", "*"))),
        {},
        ["header-line-malformed"],
    ),
]


@pytest.mark.parametrize(
    ("server", "words", "expected"), [row[1:] for row in FOUND], ids=[row[0] for row in FOUND]
)
def test_a_server_shows_its_faults_and_no_others(
    server: Server, words: dict[str, Any], expected: list[str]
) -> None:
    assert codes(probed(server, **words)) == expected


def test_each_code_is_shown_by_some_server() -> None:
    assert {code for row in FOUND for code in row[3]} == {code.value for code in Code}


def test_each_code_has_its_sign_and_only_notices_are_light() -> None:
    assert set(SIGNS) | set(NOTICES) == set(Code)
    assert {sign.weight for sign in SIGNS.values()} == {Weight.CRITICAL, Weight.ERROR}
    assert {sign.weight for sign in NOTICES.values()} == {Weight.NOTICE}
    assert [code for code in Code if code in SIGNS] == list(SIGNS)
    assert [code for code in Code if code in NOTICES] == list(NOTICES)


def test_a_code_is_told_once_with_all_its_places_the_heaviest_first() -> None:
    light, heavy = Code.DEBUG_ANSWER, Code.VARY_MISSING
    found = [
        Finding(light, "GET 2", "a"),
        Finding(heavy, "GET 3", "b"),
        Finding(light, "GET 4", "c"),
        Finding(light, "GET 4", "d"),
    ]
    assert merged(found) == (Finding(heavy, "GET 3", "b"), Finding(light, "GET 2, GET 4", "a"))
    assert [finding.is_weighty for finding in merged(found)] == [True, False]


SEEN: list[tuple[Server, dict[str, Any], str]] = [
    (
        for_preflights(301, location="https://api.example.com/login"),
        PUT,
        "301 to https://api.example.com/login (another path)",
    ),
    (for_preflights(308, location="/users/"), PUT, "308 to /users/ (a slash at the end)"),
    (for_preflights(301, location="https://other.example.com/users"), PUT, "(another host)"),
    (
        for_preflights(301, location="https://api.example.com/users"),
        PUT,
        "301 to https://api.example.com/users (the same URL)",
    ),
    (for_preflights(302), PUT, "302"),
    (
        for_preflights(401, www_authenticate="Basic realm=x"),
        PUT,
        "401; WWW-Authenticate: Basic realm=x",
    ),
    (
        changed(right, vary=None),
        {},
        f"to Origin: {PAGE}: no Vary beside Access-Control-Allow-Origin: {PAGE}",
    ),
    (
        Cache(right, hit={"x_cache": "HIT"}),
        {},
        f"got Access-Control-Allow-Origin: {PAGE} (x-cache: HIT), and request 3 got no Access",
    ),
    (
        for_preflights(204),
        PUT,
        f"preflight: no Access-Control-Allow-Origin; answer: Access-Control-Allow-Origin: {PAGE}",
    ),
]


@pytest.mark.parametrize(("server", "words", "said"), SEEN, ids=[row[2] for row in SEEN])
def test_a_finding_says_what_stood_there(server: Server, words: dict[str, Any], said: str) -> None:
    assert said in findings_of(probed(server, **words))[0].seen


def test_a_redirect_to_https_is_told_from_others() -> None:
    server = for_preflights(301, location="https://api.example.com/users")
    seen = probed(
        server, url="http://api.example.com/users", origin="http://app.example.com", method="PUT"
    )
    assert "301 to https://api.example.com/users (from http to https)" in findings_of(seen)[0].seen
