"""`flask cors explain`: what a browser would live, told without running anything."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import Result
from flask import Flask

from flask_strictcors import StrictCORS, cors

from .apps import APP, EVIL, PARTNER, make, never_run, route

ASKING = "Access-Control-Request-Method, Access-Control-Request-Headers"

Typed = Callable[..., Result]


def shop(**options: Any) -> Flask:
    """Make an app in which nothing may ever run."""
    app = make(origins=[APP], credentials=True, **options)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    route(app, "/users/<int:n>", "GET PUT DELETE")
    route(app, "/partners/", "GET PUT", tag=cors(origins=[PARTNER], methods=["PUT"]))
    route(app, "/auth/login", "GET POST", tag=cors.exempt)
    app.before_request(never_run)
    app.url_value_preprocessor(lambda endpoint, values: never_run())
    return app


def told(result: Result, exit_code: int) -> list[str]:
    assert (result.exit_code, result.stderr) == (exit_code, "")
    return [line.rstrip() for line in result.stdout.splitlines()]


def ended(result: Result) -> str:
    """Return the last paragraph, in one line."""
    return " ".join(result.stdout.rpartition("\n\n")[2].split())


# --- for people ----------------------------------------------------------------------------------


def test_an_exchange_that_is_allowed_is_told_step_by_step(typed: Typed) -> None:
    words = ["explain", "DELETE", "/users/1?a=b", "--origin", APP, "--credentials"]
    assert told(typed(shop(), *words, "--header", "content-type"), 0) == [
        f"A page of {APP} fetches DELETE http://localhost/users/1?a=b, with credentials.",
        "",
        "1. The browser asks whether it may send DELETE: a preflight",
        "   sent        OPTIONS /users/1?a=b",
        "               Access-Control-Request-Method: DELETE",
        "               Access-Control-Request-Headers: content-type",
        "               Origin: https://app.example.com",
        "   decided by  rule 'app', at endpoint 'users'",
        "               The origin is admitted.",
        "   answered    204 No Content",
        "               Access-Control-Allow-Origin: https://app.example.com",
        "               Access-Control-Allow-Credentials: true",
        "               Access-Control-Allow-Methods: DELETE, GET, HEAD, PUT",
        "               Access-Control-Allow-Headers: Content-Type",
        "               Access-Control-Max-Age: 600",
        f"               Vary: Origin, {ASKING}",
        "   passes      The preflight was answered 204.",
        f"   passes      The answer to the preflight allows {APP}, with credentials.",
        "   passes      Access-Control-Allow-Methods lists DELETE.",
        "   passes      Access-Control-Allow-Headers covers content-type.",
        "",
        "2. The browser sends DELETE",
        "   sent        DELETE /users/1?a=b",
        "               content-type: application/json",
        "               Origin: https://app.example.com",
        "   decided by  rule 'app', at endpoint 'users'",
        "               The origin is admitted.",
        "   answered    200 OK, if the view says so: it does not run here",
        "               Access-Control-Allow-Origin: https://app.example.com",
        "               Access-Control-Allow-Credentials: true",
        "               Vary: Origin",
        f"   passes      The answer allows {APP}, with credentials.",
        "",
        "Allowed:  the script reads what the view answers.",
    ]


def test_a_refused_preflight_is_told_with_its_fix(typed: Typed) -> None:
    result = typed(shop(), "explain", "PUT", "/users/1", "--origin", APP, "--header", "X-Trace: 5")
    assert told(result, 1)[-5:] == [
        "   FAILS       Access-Control-Allow-Headers does not allow X-Trace.",
        "",
        "Refused:    Access-Control-Allow-Headers does not allow X-Trace.",
        "            The browser does not send the request, and the script gets a network error.",
        "To fix it:  Add X-Trace to allow_headers.",
    ]


NOT_ALLOWED = "The origin is not among the origins of rule 'app': add it there."
NO_ORIGIN = "has no Access-Control-Allow-Origin."
NOT_SENT = "The browser does not send the request, and the script gets a network error."
RUNS = "The view runs all the same: only its answer is kept from the script."
RUNS_NOT = "No view runs, and the script gets a network error."

ENDS = [
    # what is asked, the exit status, and how it ends
    (f"GET /users/1 --origin {APP}", 0, "Allowed: the script reads what the view answers."),
    (
        f"GET /users/1 --origin {EVIL}",
        1,
        f"Refused: The answer {NO_ORIGIN} {RUNS} To fix it: {NOT_ALLOWED}",
    ),
    (
        f"DELETE /users/1 --origin {EVIL}",
        1,
        f"Refused: The answer to the preflight {NO_ORIGIN} {NOT_SENT} To fix it: {NOT_ALLOWED}",
    ),
    (
        f"GET /partners/ --origin {PARTNER}",
        1,
        (
            f"Refused: The answer {NO_ORIGIN} {RUNS} To fix it: Rule 'view partners' does not "
            "allow this method here (upper and lower case differ): add it to methods, or give the "
            "URL a route for it."
        ),
    ),
    (
        f"PUT /partners/ --origin {PARTNER} --credentials",
        1,
        (
            f"Refused: The answer to the preflight allows {PARTNER}, but not its credentials: "
            "Access-Control-Allow-Credentials must be exactly 'true', and there is no such "
            f"header. {NOT_SENT} To fix it: Send Access-Control-Allow-Credentials: true "
            '(credentials=True); or fetch without credentials: "include".'
        ),
    ),
    (
        "GET /users/1 --origin null",
        1,
        (
            f"Refused: The answer {NO_ORIGIN} {RUNS} To fix it: The origin is 'null', as of "
            "sandboxed frames and local files, and can never be allowed: serve the page from an "
            "http or https origin."
        ),
    ),
    (
        f"GET /nowhere --origin {APP}",
        0,
        "Allowed: the script reads the answer, a 404: no route of the app has this path.",
    ),
    (
        f"POST /users/1 --origin {APP}",
        0,
        "Allowed: the script reads the answer, a 405: no route serves this method there.",
    ),
    (
        f"GET /nowhere --origin {EVIL}",
        1,
        f"Refused: The answer {NO_ORIGIN} {RUNS_NOT} To fix it: {NOT_ALLOWED}",
    ),
    (
        "DELETE /users/1 --origin http://localhost",
        0,
        "Allowed: page and URL have the same origin, so the script reads what the view answers.",
    ),
    (
        "OPTIONS /users/1 --origin http://localhost",
        0,
        (
            "Allowed: page and URL have the same origin, so the script reads the answer, which "
            "Flask gives to OPTIONS by itself."
        ),
    ),
    (
        f"GET /users/1 --origin {APP} --base-url http://api.example.com",
        1,
        (
            "Refused: A page of https does not fetch from http://api.example.com, which anybody "
            f"may have written. {NOT_SENT} To fix it: Serve it over https. If it already is, type "
            "--base-url https://api.example.com"
        ),
    ),
    (
        f"GET /users/1 --origin {APP} --base-url http://localhost:22",
        1,
        (
            "Refused: Port 22 belongs to another protocol, and browsers do not fetch from it. "
            f"{NOT_SENT} To fix it: Serve on another port."
        ),
    ),
    (
        f"patch /users/1 --origin {APP}",
        1,
        (
            "Refused: Access-Control-Allow-Methods is DELETE, GET, HEAD, PUT, without patch. "
            f"{NOT_SENT} To fix it: Let the script write the method as PATCH: browsers send it as "
            "it is written."
        ),
    ),
]


@pytest.mark.parametrize(("asked", "exit_code", "end"), ENDS)
def test_it_ends_with_a_verdict_and_a_fix(
    asked: str, exit_code: int, end: str, typed: Typed
) -> None:
    result = typed(shop(), "explain", *asked.split())
    assert (result.exit_code, result.stderr) == (exit_code, "")
    assert ended(result) == end


def test_with_enforce_no_view_runs(typed: Typed) -> None:
    app = shop(enforce=True)
    result = typed(app, "explain", "GET", "/users/1", "--origin", EVIL)
    assert "   answered    403 Forbidden" in told(result, 1)
    assert ended(result) == f"Refused: The answer {NO_ORIGIN} {RUNS_NOT} To fix it: {NOT_ALLOWED}"
    result = typed(app, "explain", "PUT", "/users/1", "--origin", EVIL)
    assert "   FAILS       The preflight was answered 403, and only 2xx will do." in told(result, 1)
    assert ended(result).endswith(f"To fix it: {NOT_ALLOWED}")


def test_an_exempt_route_is_left_to_who_can_ask_it(typed: Typed) -> None:
    words = ["POST", "/auth/login", "--origin", EVIL, "--header", "X-A: b c", "--credentials"]
    assert told(typed(shop(), "explain", *words), 1) == [
        f"A page of {EVIL} fetches POST http://localhost/auth/login, with credentials.",
        "",
        (
            "decided by  rule 'view auth', at endpoint 'auth': The route is exempt: it speaks CORS "
            "itself."
        ),
        "Unknown:    only the view could say, and no view runs here.",
        (
            f"To ask it:  flask cors probe http://localhost/auth/login --origin {EVIL} "
            "--method POST --header 'X-A: b c' --credentials"
        ),
    ]
    result = typed(shop(), "explain", "GET", "/auth/login", "--origin", "null")
    assert told(result, 1)[-1].endswith("/auth/login --origin null --method GET")


def test_a_slash_that_is_missing_is_followed(typed: Typed) -> None:
    result = typed(shop(), "explain", "PUT", "/partners", "--origin", PARTNER)
    lines = told(result, 0)
    assert [line for line in lines if line[:1].isdigit()] == [
        "1. The browser asks whether it may send PUT: a preflight",
        "2. The browser sends PUT",
        "3. The browser asks whether it may send PUT: a preflight",
        "4. The browser sends PUT",
    ]
    at = lines.index("   answered    308 Permanent Redirect")
    assert lines[at + 1] == "               Location: http://localhost/partners/"
    assert lines[at + 4] == f"   passes      The answer allows {PARTNER}."


def test_a_redirect_out_of_the_app_is_not_followed(typed: Typed) -> None:
    app = shop()
    app.add_url_rule("/out", "out", redirect_to="https://elsewhere.example/x")
    result = typed(app, "explain", "GET", "/out", "--origin", APP)
    lines = told(result, 1)
    at = lines.index("2. The browser sends GET")
    assert lines[at + 1 : at + 4] == ["   sent  GET /x", "         Origin: null", ""]
    assert ended(result) == (
        "Refused: https://elsewhere.example gave no answer to GET: it is not this app's, and "
        f"nothing is sent to others here. {RUNS_NOT} To fix it: To ask a live server, type flask "
        "cors probe https://elsewhere.example/x --origin null --method GET"
    )


def test_the_page_is_known_to_be_the_apps_own_elsewhere(typed: Typed) -> None:
    app = shop(own_origins=[PARTNER])
    result = typed(app, "explain", "GET", "/users/1", "--origin", PARTNER)
    assert result.exit_code == 1
    assert ended(result).endswith(
        f"To fix it: The app takes {PARTNER} for its own origin. To ask it there, type "
        f"--base-url {PARTNER}"
    )
    result = typed(app, "explain", "GET", "/users/1", "--origin", PARTNER, "--base-url", PARTNER)
    assert result.exit_code == 0


NOTES = [
    (["delete", "--header", "X"], ["Note: Browsers send delete as DELETE."]),
    (
        ["patch"],
        ["Note: Browsers send patch as it is written, and it is not the same as PATCH."],
    ),
    (
        ["GET", "--header", "Cookie: a=b", "--header", "Origin: x"],
        [
            "Note: browsers let no script set Cookie; it is left out.",
            "Note: browsers let no script set Origin; it is left out.",
        ],
    ),
]


@pytest.mark.parametrize(("words", "notes"), NOTES)
def test_what_browsers_make_of_the_words_is_noted(
    words: list[str], notes: list[str], typed: Typed
) -> None:
    method, *rest = words
    result = typed(shop(), "explain", method, "/users/1", "--origin", APP, *rest)
    assert [line for line in result.stdout.splitlines() if "Note" in line] == notes


def test_a_sandboxed_page_is_named(typed: Typed) -> None:
    result = typed(shop(), "explain", "GET", "/users/1", "--origin", "null")
    assert told(result, 1)[0] == (
        "A sandboxed page (origin null) fetches GET http://localhost/users/1."
    )


# --- what was typed ------------------------------------------------------------------------------

BAD = [
    ("GET /x", "Whose script asks? Type --origin https://app.example.com"),
    (
        "GET /x --origin https://a.com/",
        "'https://a.com/': an origin has no trailing slash. Type --origin https://a.com",
    ),
    (
        "GET /x --origin a.com",
        "'a.com': an origin begins with its scheme. Type --origin https://a.com",
    ),
    (
        "GET /x --origin file:///x",
        (
            "'file:///x': pages of this scheme have the origin 'null', which can never be allowed. "
            "Type --origin null"
        ),
    ),
    ("GET x/y --origin null", "'x/y': a path begins with a slash. Type /x/y"),
    (
        "GET https://a.com:444/x?y --origin null",
        (
            "'https://a.com:444/x?y' is a whole URL, and a path is asked for. "
            "Type /x?y --base-url https://a.com:444"
        ),
    ),
    ("G=T /x --origin null", "'G=T' is no method. Type GET, or another one."),
    ("trace /x --origin null", "No browser lets a script send trace. Type GET, or another one."),
    (
        "GET /x --origin null --header X=Y",
        "'X=Y' is no header. Type --header X-Trace, or --header 'X-Trace: value'",
    ),
    (
        "GET /x --origin null --header X:é",
        "'X:é' is no header. Type --header X-Trace, or --header 'X-Trace: value'",
    ),
    (
        "GET /x\udcff --origin null",
        "'/x\\udcff': bytes that are no UTF-8 are escaped in a URL. Type %FF for FF",
    ),
    *(
        (
            f"GET /x --origin null --base-url {url}",
            f"{url!r} is no URL of an app. Type --base-url https://api.example.com",
        )
        for url in (
            "localhost:5000",
            "https://a.com/?x",
            "https://u:p@a.com",
            "https://a.com/\udcff",
        )
    ),
]


@pytest.mark.parametrize(("asked", "error"), BAD)
def test_bad_input_gives_one_line_that_says_what_to_type(
    asked: str, error: str, typed: Typed
) -> None:
    result = typed(shop(), "explain", *asked.split())
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"Error: {error}\n")


def test_headers_have_values_where_none_is_given(typed: Typed) -> None:
    words = [word for name in ("content-type", "Range", "X", "X-Y:") for word in ("--header", name)]
    result = typed(shop(), "explain", "GET", "/x", "--origin", "http://localhost", *words, "--json")
    sent = dict(json.loads(result.stdout)["exchanges"][0]["sent"]["headers"])
    assert sent | {
        "content-type": "application/json",
        "Range": "bytes=0-",
        "X": "1",
        "X-Y": "",
    } == (sent)


BASES = [
    ({}, "http://localhost/x"),
    ({"SERVER_NAME": "api.example.com:444"}, "http://api.example.com:444/x"),
    (
        {"SERVER_NAME": "api.example.com", "PREFERRED_URL_SCHEME": "https"},
        "https://api.example.com/x",
    ),
]


@pytest.mark.parametrize(("config", "url"), BASES)
def test_the_app_is_reached_where_its_config_says(
    config: dict[str, str], url: str, typed: Typed
) -> None:
    app = Flask(__name__, static_folder=None)
    app.config.update(config)
    StrictCORS(app, origins="*")
    route(app, "/x")
    answer = json.loads(typed(app, "explain", "GET", "/x", "--origin", "null", "--json").stdout)
    assert answer["url"] == url


def test_a_mounted_app_is_asked_below_its_mount(typed: Typed) -> None:
    words = ["explain", "PUT", "/users/1", "--origin", APP, "--base-url", "http://localhost/shop/"]
    answer = json.loads(typed(shop(), *words, "--json").stdout)
    assert answer["url"] == "http://localhost/shop/users/1"
    assert [one["decision"]["endpoint"] for one in answer["exchanges"]] == ["users", "users"]


def test_a_path_out_of_the_mount_is_not_the_apps(typed: Typed) -> None:
    words = ["explain", "GET", "/../x", "--origin", APP, "--base-url", "http://localhost/shop"]
    assert ended(typed(shop(), *words)).startswith("Refused: http://localhost gave no answer")


# --- for machines --------------------------------------------------------------------------------


def test_json_tells_all_of_a_refusal(typed: Typed) -> None:
    words = ["explain", "put", "/users/1", "--origin", EVIL, "--header", "Cookie", "--json"]
    result = typed(shop(), *words)
    assert (result.exit_code, result.stderr) == (1, "")
    assert json.loads(result.stdout) == {
        "verdict": "refused",
        "origin": EVIL,
        "method": "put",
        "url": "http://localhost/users/1",
        "credentials": False,
        "notes": ["Browsers send put as PUT."],
        "left_out": ["Cookie"],
        "exchanges": [
            {
                "preflight": True,
                "sent": {
                    "method": "OPTIONS",
                    "url": "http://localhost/users/1",
                    "headers": [
                        ["Accept", "*/*"],
                        ["Access-Control-Request-Method", "PUT"],
                        ["Origin", EVIL],
                        ["Referer", f"{EVIL}/"],
                        ["Sec-Fetch-Site", "cross-site"],
                        ["Sec-Fetch-Mode", "cors"],
                        ["Sec-Fetch-Dest", "empty"],
                    ],
                },
                "decision": {
                    "rule": "app",
                    "endpoint": "users",
                    "allowed": False,
                    "reason": "not-allowed",
                    "detail": NOT_ALLOWED,
                    "view_runs": False,
                },
                "answered": {
                    "status": 204,
                    "headers": [["Vary", f"Origin, {ASKING}"]],
                },
                "checks": [
                    {
                        "step": "preflight-status",
                        "passed": True,
                        "message": "The preflight was answered 204.",
                        "fix": "",
                    },
                    {
                        "step": "preflight-origin",
                        "passed": False,
                        "message": f"The answer to the preflight {NO_ORIGIN}",
                        "fix": (
                            f"Let the server send Access-Control-Allow-Origin: {EVIL}, and Vary: "
                            "Origin: add the origin to origins."
                        ),
                    },
                ],
            }
        ],
        "failure": {
            "step": "preflight-origin",
            "passed": False,
            "message": f"The answer to the preflight {NO_ORIGIN}",
            "fix": NOT_ALLOWED,
        },
    }


def test_json_tells_that_a_route_is_exempt(typed: Typed) -> None:
    result = typed(shop(), "explain", "GET", "/auth/login", "--origin", "null", "--json")
    assert (result.exit_code, result.stderr) == (1, "")
    answer = json.loads(result.stdout)
    assert (answer["verdict"], answer["origin"]) == ("exempt", "null")
    assert answer["decision"]["rule"] == "view auth"


def test_json_has_no_answer_where_nobody_was_asked(typed: Typed) -> None:
    app = shop()
    app.add_url_rule("/out", "out", redirect_to="https://elsewhere.example/x")
    answer = json.loads(typed(app, "explain", "GET", "/out", "--origin", APP, "--json").stdout)
    last = answer["exchanges"][-1]
    assert (last["answered"], last["decision"], last["checks"]) == (None, None, [])
    assert answer["failure"]["step"] == "network"
