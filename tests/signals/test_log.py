"""What the log says: the first of each kind where nobody listens, and everything in debug."""

import logging

import pytest
from flask import Flask

from flask_strictcors import Policy, Rejection, StrictCORS, origin_rejected, preflight_rejected

from .listening import EVIL, OWN, SHOP, ask, get, listening, send, shop

Log = pytest.LogCaptureFixture


def lines(caplog: Log) -> list[str]:
    found = [r for r in caplog.records if r.name == "flask_strictcors"]
    assert all(r.levelno == logging.WARNING for r in found)
    return [record.getMessage() for record in found]


def test_the_first_refusal_of_each_rule_and_reason_is_logged_once(caplog: Log) -> None:
    app = shop(rules={"/feed": Policy(origins=[SHOP])})
    for _ in range(3):
        get(app, EVIL)
        get(app, "https://another.example")
        get(app, "null")
        ask(app, SHOP, headers="x-a")
        get(app, EVIL, "/feed")
    said = lines(caplog)
    assert len(said) == 4
    for line, (rule, reason) in zip(
        said,
        [
            ("app", "not-allowed"),
            ("app", "null-origin"),
            ("app", "header-not-allowed"),
            ("path /feed", "not-allowed"),
        ],
        strict=True,
    ):
        assert reason in line
        assert rule in line


def test_the_line_says_who_what_where_and_what_to_change(caplog: Log) -> None:
    app = shop()
    with listening(app) as told:
        get(app, EVIL)
    assert lines(caplog) == []
    get(app, EVIL)
    (line,) = lines(caplog)
    rejection = told[0].rejection
    assert line == (
        f"CORS refused GET /items/1 from {EVIL} under rule 'app': not-allowed. {rejection.detail}"
    )


def test_an_origin_that_is_empty_is_named_as_one(caplog: Log) -> None:
    get(shop(), "")
    (line,) = lines(caplog)
    assert line.startswith("CORS refused GET /items/1 from an empty origin under rule 'app': ")


def test_who_listens_is_told_and_the_log_is_not(caplog: Log) -> None:
    app = shop()
    with listening(app) as told:
        get(app, EVIL)
        ask(app, SHOP, "POST")
    assert len(told) == 2
    assert lines(caplog) == []


def test_a_subscriber_of_another_app_does_not_keep_the_log_silent(caplog: Log) -> None:
    app, other = shop(), shop()
    with listening(other) as told:
        get(app, EVIL)
        get(app, EVIL)
    assert told == []
    assert len(lines(caplog)) == 1


def test_a_subscriber_of_one_signal_leaves_the_other_to_the_log(caplog: Log) -> None:
    app = shop()

    def listen(_: object, rejection: Rejection) -> None: ...

    with origin_rejected.connected_to(listen, sender=app):
        get(app, EVIL)
        ask(app, SHOP, "POST")
    (line,) = lines(caplog)
    assert "method-not-allowed" in line


def test_who_listens_after_the_log_was_told_is_told_as_well() -> None:
    app = shop()
    heard: list[Rejection] = []

    def listen(_: object, rejection: Rejection) -> None:
        heard.append(rejection)

    ask(app, SHOP, "POST")
    with preflight_rejected.connected_to(listen, sender=app):
        ask(app, SHOP, "POST")
    assert [rejection.reason for rejection in heard] == ["method-not-allowed"]


def test_each_app_has_its_own_first_time(caplog: Log) -> None:
    for app in (shop(), shop()):
        get(app, EVIL)
    assert len(lines(caplog)) == 2


def test_nothing_is_logged_where_nothing_is_refused(caplog: Log) -> None:
    app = shop()
    get(app, None)
    get(app, SHOP)
    ask(app, SHOP)
    send(app, "POST", OWN)
    get(app, EVIL, "/auth")
    ask(app, EVIL, "GET", "/auth")
    assert lines(caplog) == []


def test_the_log_is_bounded_however_many_rules_there_are(caplog: Log) -> None:
    app = Flask(__name__)
    policy = Policy(origins=[SHOP])
    count = 1200
    StrictCORS(app, rules={f"/{number}": policy for number in range(count)})
    for number in range(count):
        get(app, EVIL, f"/{number}")
    assert 1 <= len(lines(caplog)) < count


def test_a_flood_of_strangers_is_one_line(caplog: Log) -> None:
    app = shop()
    for number in range(50):
        get(app, f"https://{number}.example")
        get(app, EVIL, f"/items/{number}")
    assert len(lines(caplog)) == 1


# --- debug ---------------------------------------------------------------------------------------

SHOWN = "StrictCORS-Decision"


def test_in_debug_each_refusal_is_logged_with_its_fix(caplog: Log) -> None:
    app = shop(debug=True)
    with listening(app) as told:
        get(app, EVIL)
        get(app, EVIL)
        ask(app, SHOP, "POST")
    said = lines(caplog)
    assert len(said) == 3
    for line, (_, _, rejection, _) in zip(said, told, strict=True):
        assert rejection.detail in line


@pytest.mark.parametrize(
    ("origin", "verdict", "reason"),
    [(SHOP, "allowed", "none"), (EVIL, "refused", "not-allowed"), (OWN, "allowed", "none")],
)
def test_in_debug_each_answer_shows_rule_verdict_and_reason(
    origin: str, verdict: str, reason: str
) -> None:
    app = shop(debug=True)
    for answer in (get(app, origin), ask(app, origin), get(app, origin, "/nowhere")):
        (shown,) = answer.headers.getlist(SHOWN)
        for part in ("app", verdict, reason):
            assert part in shown


def test_in_debug_the_answer_of_enforce_shows_it_too() -> None:
    app = shop(debug=True, enforce=True)
    for answer in (get(app, EVIL), ask(app, EVIL)):
        assert answer.status_code == 403
        assert "not-allowed" in answer.headers[SHOWN]


def test_what_is_shown_is_not_readable_by_a_script_of_another_origin() -> None:
    answer = get(shop(debug=True), SHOP)
    assert SHOWN not in answer.headers.get("Access-Control-Expose-Headers", "")


def test_in_production_nothing_is_shown() -> None:
    for app in (shop(), shop(enforce=True)):
        for answer in (get(app, SHOP), get(app, EVIL), ask(app, SHOP), ask(app, EVIL)):
            assert SHOWN not in answer.headers
            assert not any("strictcors" in name.lower() for name in dict(answer.headers))


def test_in_debug_an_exempt_answer_is_left_alone(caplog: Log) -> None:
    app = shop(debug=True)
    assert SHOWN not in get(app, EVIL, "/auth").headers
    assert SHOWN not in ask(app, EVIL, "GET", "/auth").headers
    assert lines(caplog) == []


@pytest.mark.parametrize(
    ("environ", "says_so"),
    [
        ({"HTTP_ORIGIN": "https://localhost"}, True),
        ({"HTTP_ORIGIN": "https://localhost", "HTTP_HOST": "api.example"}, False),
        ({"HTTP_ORIGIN": "https://api.example", "HTTP_HOST": "api.example"}, True),
        ({"HTTP_ORIGIN": "https://api.example:8443", "HTTP_HOST": "api.example"}, False),
        ({"HTTP_ORIGIN": EVIL}, False),
    ],
)
@pytest.mark.parametrize("asked", [False, True], ids=["actual", "preflight"])
def test_a_refusal_of_the_own_host_under_another_scheme_says_so(
    environ: dict[str, str], says_so: bool, asked: bool
) -> None:
    app = shop()
    environ = dict(environ)
    origin = environ.pop("HTTP_ORIGIN")
    with listening(app) as told:
        ask(app, origin, **environ) if asked else get(app, origin, **environ)
    (rejection,) = [t.rejection for t in told]
    assert ("ProxyFix or own_origins" in rejection.detail) is says_so
