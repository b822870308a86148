"""What single pages say beside their pairs: of answers, of caches, of prefixes and of debug."""

from io import StringIO
from typing import Any

import pytest
from flask import Flask, request
from werkzeug.debug import DebuggedApplication
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.test import Client

from flask_strictcors import DynamicOrigins, Policy, StrictCORS

from .pages import DOCS, blocks, code, table

APP, EVIL = "https://app.example.com", "https://evil.net"
ALLOW_ORIGIN = "Access-Control-Allow-Origin"


def shop(*policies: Policy, **options: Any) -> Flask:
    app = Flask(__name__, static_folder=None)
    app.add_url_rule("/api/orders", "orders", lambda: request.script_root + request.path)
    StrictCORS(app, *policies, **options)
    return app


def admits(app: Flask, origin: str, path: str = "/api/orders", **environ: Any) -> bool:
    answer = app.test_client().get(path, headers={"Origin": origin}, **environ)
    assert answer.status_code == 200
    return answer.headers.get(ALLOW_ORIGIN) == origin


@pytest.mark.parametrize(
    "row", table(DOCS / "dynamic-origins.md", "## What it may answer"), ids=str
)
def test_an_answer_of_a_function_means_what_the_page_says(row: list[str]) -> None:
    answer = eval(code(row[0]))
    app = shop(origins=DynamicOrigins(lambda origin: answer, allowlist="*"))
    assert admits(app, APP) is row[1].startswith("yes")
    if isinstance(answer, str | list):
        assert not admits(app, EVIL)


@pytest.mark.parametrize("kind", [tuple, set, frozenset])
def test_other_collections_do_as_the_page_says(kind: Any) -> None:
    assert admits(shop(origins=lambda origin: kind([APP]), allowlist=[APP]), APP)


def vary(app: Flask, origin: str | None) -> str | None:
    headers = {} if origin is None else {"Origin": origin}
    return app.test_client().get("/api/orders", headers=headers).headers.get("Vary")


@pytest.mark.parametrize("row", table(DOCS / "cdn.md", "## Rules and their copies"), ids=str)
@pytest.mark.parametrize("origin", [APP, EVIL, "null", None])
def test_an_answer_varies_as_the_page_says(row: list[str], origin: str | None) -> None:
    named, everybody = Policy(origins=[APP]), Policy(origins="*")
    policies = {
        '`origins="*"`': [everybody],
        '`origins=["https://app.example.com"]`': [named],
        '`origins=["https://app.example.com"]`, then `"*"`': [named, everybody],
        "none": [],
    }[row[0]]
    expected = "Origin" if code(row[1]) == "Vary: Origin" else None
    assert vary(shop(*policies), origin) == expected
    enforced = None if policies == [everybody] else "Origin"
    assert vary(shop(*policies, enforce=True), origin) == enforced


def test_debug_origins_count_while_debug_is_on_and_it_is_asked_each_time() -> None:
    app = shop(origins=[APP], debug_origins=["http://localhost:*"])
    seen = []
    for app.debug in (False, True, False):
        seen.append(admits(app, "http://localhost:5173"))
    assert seen == [False, True, False]


def test_debug_origins_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLASK_STRICTCORS_ORIGINS", APP)
    monkeypatch.setenv("FLASK_STRICTCORS_DEBUG_ORIGINS", "http://localhost:5173")
    app = Flask(__name__, static_folder=None)
    app.debug = True
    app.config.from_prefixed_env()
    app.add_url_rule("/api/orders", "orders", lambda: "orders")
    StrictCORS(app)
    assert admits(app, "http://localhost:5173")


def test_in_debug_the_header_is_as_it_is_shown() -> None:
    (shown,) = [block.text for block in blocks(DOCS / "development.md") if block.mark == "header"]
    app = shop(origins=[APP])
    app.debug = True
    name, _, value = shown.rstrip().partition(": ")
    answer = app.test_client().get("/api/orders", headers={"Origin": APP})
    assert answer.headers.get(name) == value


NAMED, ANYBODY = Policy(origins=[APP]), Policy(origins="*")
# Who asks, in the order of the rows.
ASKING: list[tuple[Policy, dict[str, str]]] = [
    (NAMED, {"Origin": APP}),
    (ANYBODY, {"Origin": EVIL}),
    (NAMED, {"Origin": EVIL}),
    (ANYBODY, {"Origin": "http://localhost"}),
    (NAMED, {"Origin": APP, "Sec-Fetch-Mode": "navigate"}),
]


def test_under_the_debugger_each_gets_what_the_page_says() -> None:
    rows = table(DOCS / "errors.md", "## Exceptions in debug")
    for (who, gets), (policy, headers) in zip(rows, ASKING, strict=True):
        app = shop(policy)
        app.debug = True
        app.view_functions["orders"] = lambda: {}["order"]
        environ = {"wsgi.errors": StringIO()}
        client = Client(DebuggedApplication(app, evalex=True))
        answer = client.get("/api/orders", headers=headers, environ_overrides=environ)
        assert (ALLOW_ORIGIN in answer.headers) == gets.startswith("A readable 500"), who
        assert ("SECRET" in answer.text) == gets.startswith("The debugger's page"), who
        assert answer.text.startswith("Traceback") == ("the traceback as" in gets), who


# What comes to Flask, by the first code span of the row.
PREFIXED: dict[str, tuple[str, dict[str, Any]]] = {
    "DispatcherMiddleware": ("/api/orders", {"SCRIPT_NAME": "/shop"}),
    "proxy_pass http://127.0.0.1:8000/;": ("/api/orders", {}),
    "X-Forwarded-Prefix": ("/api/orders", {"HTTP_X_FORWARDED_PREFIX": "/shop"}),
    'Blueprint(url_prefix="/shop")': ("/shop/api/orders", {}),
    "APPLICATION_ROOT": ("/api/orders", {"SCRIPT_NAME": ""}),
}


@pytest.mark.parametrize("row", table(DOCS / "prefixes.md", "## What to write"), ids=str)
def test_a_rule_below_a_path_is_written_as_the_page_says(row: list[str]) -> None:
    path, environ = PREFIXED[code(row[0])]
    for rule in ("/api/*", "/shop/api/*"):
        app = shop(rules={rule: Policy(origins=[APP])})
        app.config["APPLICATION_ROOT"] = "/shop" if "APPLICATION_ROOT" in row[0] else "/"
        app.add_url_rule("/shop/api/orders", "below", lambda: "orders")
        app.wsgi_app = ProxyFix(app.wsgi_app, x_prefix=1)  # type: ignore[method-assign]
        assert admits(app, APP, path, environ_overrides=environ) is (rule == code(row[2]))
