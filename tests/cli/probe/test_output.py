"""What the command prints: the plan, each request before it is sent, the verdict, the findings."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from typing import Any
from wsgiref.types import WSGIApplication

import pytest
from flask import Flask, Response

from flask_strictcors import StrictCORS
from flask_strictcors.cli.probe.codes import Code

from .conftest import ask, type_it
from .raw import Raw, saying
from .scripted import PAGE

Listen = Callable[..., Raw]
Serve = Callable[[WSGIApplication], str]


def make_app(**policy: Any) -> Flask:
    app = Flask(__name__)
    StrictCORS(app, **{"origins": [PAGE], "credentials": True, **policy})

    @app.route("/users", methods=["GET", "PUT"])
    def users() -> dict[str, list[str]]:
        return {"users": ["ada"]}

    return app


def reflecting(listen: Listen) -> Raw:
    def talk(connection: socket.socket, head: bytes) -> None:
        origin = head.partition(b"Origin: ")[2].partition(b"\r\n")[0]
        connection.sendall(
            b"HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: " + origin + b"\r\n"
            b"Access-Control-Allow-Credentials: true\r\nVary: Origin\r\nContent-Length: 0\r\n\r\n"
        )

    return listen(talk)


# --- text ----------------------------------------------------------------------------------------


def test_the_plan_the_requests_and_the_verdict_are_told(serve: Serve) -> None:
    url = f"{serve(make_app())}/users"
    printed = type_it(url, "--origin", PAGE, "--method", "PUT", "--credentials")
    lines = printed.out.splitlines()
    assert printed.status == 0
    assert printed.err == ""
    assert lines[:4] == [
        f"Asking as a page of {PAGE} would: PUT {url}, with credentials.",
        (
            "PUT itself is not sent, because it may change something: GET stands in for it. --send "
            "sends it, once and without a body."
        ),
        "All else is asked with GET and OPTIONS.",
        (
            "At most 17 requests, each told below before it is sent, with 10 s for each; "
            "no redirect is followed."
        ),
    ]
    assert lines[7:10] == [
        f" 1  OPTIONS {url}  (the page's preflight)",
        f"    > Access-Control-Request-Method: PUT; Origin: {PAGE}; Sec-Fetch-Site: cross-site",
        (
            f"    < 204; Access-Control-Allow-Origin: {PAGE}; "
            "Access-Control-Allow-Credentials: true; Access-Control-Allow-Methods: GET, HEAD, PUT; "
            "Access-Control-Allow-Headers: Content-Type; Access-Control-Max-Age: 600; "
            "Vary: Origin, Access-Control-Request-Method, Access-Control-Request-Headers"
        ),
    ]
    assert lines[-9:] == [
        "As a browser sees it",
        "  ok  preflight-status       The preflight was answered 204.",
        (
            "  ok  preflight-credentials  The answer to the preflight allows "
            "https://app.example.com, with credentials."
        ),
        "  ok  preflight-method       Access-Control-Allow-Methods lists PUT.",
        "  ok  preflight-headers      There is no header to ask about.",
        "  ok  credentials            The answer allows https://app.example.com, with credentials.",
        (
            "Allowed. A browser lets a page of https://app.example.com read the answer to PUT, "
            "with credentials, if it has the headers that GET in its place had (--send sends it)."
        ),
        "",
        "0 findings.",
    ]


def test_a_refusal_has_its_fix(serve: Serve) -> None:
    app = make_app(origins=["https://b.example.com"])
    printed = type_it(f"{serve(app)}/users", "--origin", PAGE)
    assert printed.status == 1
    assert "\n  no  origin  The answer has no Access-Control-Allow-Origin.\n" in printed.out
    assert "\nRefused. The answer has no Access-Control-Allow-Origin.\n  Fix: " in printed.out


def test_a_finding_is_told_with_what_was_seen_its_cause_and_its_fix(listen: Listen) -> None:
    printed = type_it(reflecting(listen).url(), "--origin", PAGE)
    assert printed.status == 1
    # Also in answer to no Origin at all: then the header is empty.
    assert "3 findings:" in printed.out
    start = printed.out.index("  critical  origin-reflected-with-credentials")
    assert printed.out[start:].splitlines()[:5] == [
        "  critical  origin-reflected-with-credentials  (GET 3)",
        (
            "    An origin that nobody knows is allowed, with credentials: any site reads what the "
            "visitor's cookies open."
        ),
        (
            "    seen   Access-Control-Allow-Origin: https://strictcors-probe.example; "
            "Access-Control-Allow-Credentials: true"
        ),
        (
            "    cause  The server sends back whatever Origin it gets: Flask-CORS with "
            "supports_credentials and no list, $http_origin in nginx, or a hook written by hand."
        ),
        (
            "    fix    Name the origins: StrictCORS(app, origins=[...], credentials=True); "
            "in nginx, a map."
        ),
    ]


def test_a_request_without_anything_to_tell_says_so(listen: Listen) -> None:
    printed = type_it(listen(saying("HTTP/1.1 200 OK")).url(), "--origin", PAGE)
    assert "\n    > no Origin\n    < 200, no CORS header\n" in printed.out


def test_a_plan_says_what_was_asked_for(listen: Listen, serve: Serve) -> None:
    url = listen(saying("HTTP/1.1 200 OK")).url()
    out = type_it(url, "--origin", "null", "--send", "--method", "POST", "--exact-url").out
    assert f"Asking as a sandboxed page would: POST {url}.\n" in out
    assert "\n--send: POST is sent, once and without a body, if a browser would.\n" in out
    assert "\n--exact-url: strangers ask the URL as it is. " in out
    assert "At most 11 requests" in out
    out = type_it(url, "--origin", PAGE, "--send", "--insecure", "--timeout", "2.5").out
    assert "--send" not in out
    assert "\n--insecure: whoever answers is believed" in out
    assert ", with 2.5 s for each;" in out


def test_no_secret_is_printed(serve: Serve) -> None:
    app = make_app(allow_headers=["Authorization", "X-API-Key", "X-CSRFToken"])

    @app.after_request
    def give(response: Response) -> Response:
        response.set_cookie("session", "c0ffee")
        return response

    words = ["--header", "Authorization: Bearer 5ecret", "--header", "Cookie: s=5ecret"]
    words += ["--header", "X-API-Key: 5ecret", "--header", "X-CSRFToken: 5ecret"]
    url = f"{serve(app)}/users"
    text = type_it(url, "--origin", PAGE, "--credentials", *words)
    machine = ask(url, "--credentials", *words)
    assert text.status == machine.status == 0
    assert "; Cookie: …\n" in text.out
    assert "> Authorization: …; X-API-Key: …; X-CSRFToken: …; Origin: " in text.out
    for secret in ("5ecret", "c0ffee"):
        assert secret not in text.out + text.err + machine.out + machine.err


def test_what_a_server_says_cannot_steer_the_terminal(listen: Listen) -> None:
    steering = "Access-Control-Allow-Origin: \x1b[2J\x9b31m" + "x" * 1000
    printed = type_it(listen(saying("HTTP/1.1 200 OK", steering)).url(), "--origin", PAGE)
    assert all(line.isprintable() for line in printed.out.splitlines())
    assert "\\x1b[2J\\x9b31mxxx" in printed.out
    assert max(len(line) for line in printed.out.splitlines() if "<" in line) < 300


@pytest.mark.parametrize(
    "line",
    [
        "Access-Control-Allow-Origin: " + "x" * 60000,
        "Access-Control-" + "x" * 60000 + ": y",
        "no header " + "x" * 60000,
        "Location: /" + "x" * 60000,
    ],
    ids=["a value", "a name", "a line", "a target"],
)
def test_what_a_server_says_at_length_is_cut_short(listen: Listen, line: str) -> None:
    url = listen(saying("HTTP/1.1 302 Found", line, "Content-Length: 0")).url()
    words = ("--origin", PAGE, "--method", "PUT")
    text, machine = type_it(url, *words), type_it(url, *words, "--json")
    for printed in (text.out, machine.out, machine.err):
        assert max(len(line) for line in printed.splitlines()) < 600
    assert machine.json["verdict"]["allows"] is False


def test_a_server_that_stops_answering_is_told_so(listen: Listen) -> None:
    def talk(connection: socket.socket, head: bytes) -> None:
        if b"strictcors-probe=" not in head:
            connection.sendall(b"HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\n\r\n")

    server = listen(talk)
    printed = type_it(server.url(), "--origin", PAGE)
    assert printed.status == 1
    assert f"\n    < {server.origin} broke off (" in printed.out
    assert "  error  answer-missing  (GET 2, GET 3)\n" in printed.out


# --- JSON ----------------------------------------------------------------------------------------


def test_json_goes_alone_to_stdout_and_the_rest_to_stderr(serve: Serve) -> None:
    url = f"{serve(make_app())}/users"
    printed = ask(url)
    found = json.loads(printed.out)
    assert list(found) == [
        *("url", "origin", "method", "credentials"),
        *("verdict", "steps", "findings", "requests"),
    ]
    assert (found["url"], found["origin"], found["method"]) == (url, PAGE, "GET")
    assert found["credentials"] is False
    assert found["verdict"] == {
        "allows": True,
        "message": f"A browser lets a page of {PAGE} read the answer to GET.",
        "fix": "",
    }
    assert found["steps"] == [
        {"step": "origin", "passed": True, "message": f"The answer allows {PAGE}.", "fix": ""}
    ]
    assert found["requests"][2] == {
        "number": 3,
        "why": "a stranger",
        "stranger": "an origin that nobody knows",
        "method": "GET",
        "url": found["requests"][2]["url"],
        "origin": "https://strictcors-probe.example",
        "status": 200,
        "headers": [["Vary", "Origin"]],
        "trouble": "",
    }
    assert printed.err.startswith(f"Asking as a page of {PAGE} would: GET {url}.\n")
    assert f"\n 1  GET {url}  (the page's request)\n    > Origin: {PAGE}" in printed.err


def test_a_finding_in_json_has_its_sign_cause_and_fix(listen: Listen) -> None:
    finding = ask(reflecting(listen).url()).json["findings"][0]
    assert list(finding) == ["code", "weight", "place", "seen", "sign", "cause", "fix"]
    assert finding["code"] == Code.ORIGIN_REFLECTED_WITH_CREDENTIALS
    assert (finding["weight"], finding["place"]) == ("critical", "GET 3")


def test_what_was_not_answered_is_there_in_json(listen: Listen) -> None:
    def talk(connection: socket.socket, head: bytes) -> None:
        if b"OPTIONS" not in head:
            connection.sendall(b"HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\n\r\n")

    printed = ask(listen(talk).url(), "--method", "PUT")
    first = printed.json["requests"][0]
    assert (first["status"], first["headers"]) == (None, [])
    assert "broke off" in first["trouble"]
    assert printed.codes == ["preflight-unanswered", "answer-missing"]


# --- exit status ---------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [(), ("--json",)])
def test_a_server_that_cannot_be_asked_gives_one_line_and_2(words: tuple[str, ...]) -> None:
    server = Raw(saying(""))
    server.stop()
    printed = type_it(server.url(), "--origin", PAGE, *words)
    assert printed.status == 2
    assert printed.err.splitlines()[-1] == (
        f"Error: The server could not be asked: nothing listens at {server.origin}: is the "
        "server running, at that port?"
    )


def test_a_notice_is_no_reason_to_fail(listen: Listen) -> None:
    said = ("HTTP/1.1 200 OK", "Access-Control-Allow-Origin: *", "StrictCORS-Decision: app")
    printed = ask(listen(saying(*said)).url())
    assert (printed.status, printed.codes) == (0, ["debug-answer"])
