"""What the README promises about its own blocks, tables and lines, seen happening."""

import ast
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import Client, TestResponse

from flask_strictcors import (
    Policy,
    PolicyError,
    Rejection,
    StrictCORS,
    cors,
    origin_rejected,
    preflight_rejected,
)

from .pages import README, blocks, code, section, table

APP = "https://app.example.com"
EVIL = "https://evil.net"
ALLOW_ORIGIN = "Access-Control-Allow-Origin"


def python_under(heading: str) -> str:
    (text,) = [
        block.text
        for block in blocks(README)
        if block.language == "python" and block.text in section(README, heading)
    ]
    return text


def run_under(heading: str) -> dict[str, Any]:
    names: dict[str, Any] = {"__name__": "documented"}
    exec(python_under(heading), names)
    return names


def ask(app: Any, path: str, origin: str, method: str = "GET", **asked: str) -> TestResponse:
    return Client(app).open(path, method=method, headers={"Origin": origin, **asked})


def preflight(app: Any, path: str, origin: str, method: str, header: str) -> TestResponse:
    asked = {"Access-Control-Request-Method": method, "Access-Control-Request-Headers": header}
    return ask(app, path, origin, "OPTIONS", **asked)


def admitted(app: Any, path: str, *origins: str) -> list[str]:
    """Return those of the origins that may read what is at a path."""
    return [
        origin
        for origin in origins
        if ask(app, path, origin).headers.get(ALLOW_ORIGIN) in (origin, "*")
    ]


class TestFifteenLines:
    def test_they_are_at_most_fifteen(self) -> None:
        assert len(python_under("## Fifteen lines").splitlines()) <= 15

    def test_the_app_may_read_orders_and_send_json_there_and_nobody_else_may(self) -> None:
        app = run_under("## Fifteen lines")["app"]
        assert admitted(app, "/orders", APP, EVIL) == [APP]
        answered = preflight(app, "/orders", APP, "POST", "content-type")
        assert answered.headers[ALLOW_ORIGIN] == APP
        assert "POST" in answered.headers["Access-Control-Allow-Methods"]
        assert answered.headers["Access-Control-Allow-Headers"] == "Content-Type"

    def test_everybody_may_read_prices(self) -> None:
        app = run_under("## Fifteen lines")["app"]
        assert admitted(app, "/prices", APP, EVIL) == [APP, EVIL]

    def test_without_any_policy_nobody_is_let_in(self) -> None:
        app = Flask(__name__)
        StrictCORS(app)
        assert admitted(app, "/", APP, EVIL, "null") == []

    def test_the_first_screen_comes_before_them(self) -> None:
        screen = README.read_text().partition("\n## Fifteen lines\n")[0]
        assert "not access control" in screen
        assert "still reaches the view" in screen
        assert "`enforce=True`" in screen
        assert "Only browsers take part" in screen
        assert len(screen.splitlines()) < 40


class TestWhatCorsIsNot:
    @pytest.fixture
    def ran(self) -> list[str]:
        return []

    def post(self, ran: list[str], **options: Any) -> int:
        app = Flask(__name__)
        StrictCORS(app, origins=[APP], **options)

        @app.post("/orders")
        def order() -> str:
            ran.append("order")
            return "done"

        return ask(app, "/orders", EVIL, "POST").status_code

    def test_a_refused_request_still_reaches_the_view(self, ran: list[str]) -> None:
        assert self.post(ran) == 200
        assert ran == ["order"]

    def test_with_enforce_it_gets_403_before_the_view_runs(self, ran: list[str]) -> None:
        assert self.post(ran, enforce=True) == 403
        assert ran == []


def options_in(cell: str) -> dict[str, Any]:
    call = ast.parse(f"Policy({code(cell)})", mode="eval").body
    assert isinstance(call, ast.Call)
    return {str(keyword.arg): ast.literal_eval(keyword.value) for keyword in call.keywords}


@pytest.mark.parametrize("row", table(README, "## What it refuses"), ids=lambda row: row[0])
def test_a_mistake_gets_the_message_and_the_fix_that_are_shown(row: list[str]) -> None:
    with pytest.raises(PolicyError) as raised:
        Policy(**options_in(row[0]))
    (problem,) = raised.value.problems
    message = problem.message.removeprefix(f"{problem.value!r}: ")
    assert [message, problem.fix] == row[1:]


class TestWhichRuleDecides:
    ORIGINS = (APP, "https://shop.example.com", "https://cdn.example.com", EVIL)

    @pytest.mark.parametrize(
        "row", table(README, "## Which rule decides"), ids=lambda row: code(row[0])
    )
    def test_the_table_says_who_may_read(self, row: list[str]) -> None:
        app = run_under("## Which rule decides")["app"]
        path, who = code(row[0]), code(row[1])
        expected = [origin for origin in self.ORIGINS if who in (origin, "*")]
        assert expected
        assert admitted(app, path, *self.ORIGINS) == expected

    def test_the_first_policy_that_admits_the_request_answers(self) -> None:
        app = Flask(__name__)
        partners = Policy(origins=[APP], credentials=True)
        StrictCORS(app, partners, Policy(origins="*"))
        name = "Access-Control-Allow-Credentials"
        assert ask(app, "/", APP).headers[name] == "true"
        assert name not in ask(app, "/", EVIL).headers
        assert ask(app, "/", EVIL).headers[ALLOW_ORIGIN] == "*"

    def test_an_exempt_view_keeps_its_headers_and_its_preflights(self) -> None:
        app = Flask(__name__)
        StrictCORS(app, origins=[APP], enforce=True)
        app.add_url_rule(
            "/token",
            view_func=cors.exempt(lambda: ("own", {ALLOW_ORIGIN: EVIL})),
            endpoint="token",
            methods=["GET", "OPTIONS"],
        )
        assert ask(app, "/token", EVIL).headers[ALLOW_ORIGIN] == EVIL
        assert preflight(app, "/token", EVIL, "GET", "x-any").text == "own"


@pytest.mark.parametrize("header", [{}, {"Origin": APP}, {"Origin": "http://localhost"}])
def test_enforce_lets_same_origin_requests_and_those_without_origin_pass(
    header: dict[str, str],
) -> None:
    app = Flask(__name__)
    StrictCORS(app, origins=[APP], enforce=True)
    assert app.test_client().post("/", headers=header).status_code == 404


class TestRejections:
    HEADING = "## Rejections"

    @pytest.fixture
    def app(self) -> Iterator[Flask]:
        names = run_under(self.HEADING)
        yield names["app"]
        for signal in (origin_rejected, preflight_rejected):
            signal.disconnect(names["say_why"])

    def test_the_line_that_is_shown_is_logged(
        self, app: Flask, caplog: pytest.LogCaptureFixture
    ) -> None:
        (shown,) = [b.text for b in blocks(README) if b.text.startswith("https://elsewhere")]
        ask(app, "/orders", "https://elsewhere.example")
        assert caplog.messages == [shown.rstrip("\n")]

    def test_both_signals_are_heard_once_each(
        self, app: Flask, caplog: pytest.LogCaptureFixture
    ) -> None:
        ask(app, "/orders", EVIL)
        preflight(app, "/orders", APP, "GET", "x-any")
        assert len(caplog.messages) == 2

    def test_a_rejection_has_what_is_listed_and_nothing_else(self) -> None:
        sentence = section(README, self.HEADING).partition("`rejection` has ")[2]
        listed = re.findall(r"`(\w+)`", sentence.partition(";")[0])
        assert set(listed) == set(Rejection.__dataclass_fields__)

    def test_in_debug_every_answer_names_rule_verdict_and_reason(self, app: Flask) -> None:
        app.debug = True
        said = ask(app, "/orders", EVIL).headers["StrictCORS-Decision"]
        assert said == 'rule="app"; verdict=refused; reason=not-allowed'
        assert "verdict=allowed" in ask(app, "/orders", APP).headers["StrictCORS-Decision"]


@pytest.mark.parametrize(
    ("path", "origin", "is_admitted"),
    [
        ("/api", APP, True),
        ("/api/", APP, True),
        ("/api/orders/17", APP, True),
        ("/api/orders/17", EVIL, False),
        ("/apix", APP, False),
        ("/API/orders", APP, False),
        ("/api/status", EVIL, True),
        ("/api/status/now", EVIL, False),
        ("/api/auth", APP, False),
        ("/api/auth/token", APP, False),
        ("/api/../orders", APP, False),
    ],
)
def test_path_rules_govern_what_is_said(path: str, origin: str, is_admitted: bool) -> None:
    app = run_under("## Path rules")["app"]
    assert bool(admitted(app, path, origin)) is is_admitted


def test_the_line_of_the_environment_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    line = code(section(README, "## From the environment"))
    key, _, value = line.partition("=")
    monkeypatch.setenv(key, value.strip('"'))
    app = Flask(__name__)
    app.config.from_prefixed_env()
    StrictCORS(app)
    admin = "https://admin.example.com"
    assert admitted(app, "/", APP, admin, EVIL) == [APP, admin]


class TestOriginsThatChange:
    HEADING = "## Origins that change"
    NORTH = "https://north.example.com"

    def test_the_function_narrows_the_allowlist(self) -> None:
        app = run_under(self.HEADING)["app"]
        assert admitted(app, "/", self.NORTH, "https://east.example.com", EVIL) == [self.NORTH]

    def test_it_never_hears_of_strangers_and_when_it_raises_the_answer_is_no(self) -> None:
        heard: list[str] = []

        def failing(origin: str) -> bool:
            heard.append(origin)
            raise LookupError

        app = Flask(__name__)
        StrictCORS(app, origins=failing, allowlist=["https://*.example.com"])
        assert ask(app, "/", self.NORTH).status_code == 404
        assert admitted(app, "/", self.NORTH, EVIL) == []
        assert set(heard) == {self.NORTH}


def test_the_middleware_governs_a_wsgi_app_with_the_methods_that_are_named() -> None:
    app = run_under("## Any WSGI app")["app"]
    assert admitted(app, "/", APP, EVIL) == [APP]
    answered = preflight(app, "/", APP, "PUT", "content-type")
    assert answered.headers["Access-Control-Allow-Methods"] == "GET, PUT, HEAD"


class TestWhatItDoesNotDo:
    def test_null_is_never_allowed(self) -> None:
        with pytest.raises(PolicyError, match="origin-null"):
            Policy(origins=["null"])

    def test_an_exception_that_leaves_the_app_has_no_answer(self) -> None:
        app = Flask(__name__)
        app.testing = True
        StrictCORS(app, origins=[APP])
        app.add_url_rule("/broken", "broken", lambda: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            ask(app, "/broken", APP)

    def test_a_handshake_can_ask(self) -> None:
        app = Flask(__name__)
        ext = StrictCORS(app, origins=[APP])
        app.add_url_rule("/socket", "socket", lambda: "")
        with app.app_context():
            assert ext.allows(APP, "socket")
            assert not ext.allows(EVIL, "socket")
