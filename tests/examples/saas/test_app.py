"""The app by itself: what a tenant may enter, who may enter it, and what is kept of that."""

from __future__ import annotations

import gc
import importlib.util
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from cli.check.asking import codes
from flask import Flask

from saas import create_app
from saas.commands import add_tenant
from saas.entering import is_shared, refusal_of
from saas.models import db
from saas.own import MOST

from .conftest import EXAMPLES

pytestmark = pytest.mark.once

SAAS = EXAMPLES / "saas"
ORIGIN = "https://shop.example"


@contextmanager
def created(url: str) -> Iterator[Flask]:
    app = create_app(DATABASE_URL=url)
    with app.app_context():
        db.create_all()
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def app() -> Iterator[Flask]:
    with created("sqlite://") as app:
        yield app


@pytest.fixture
def keys(app: Flask) -> dict[str, str]:
    with app.app_context():
        return {name: add_tenant(name) for name in ("north", "south")}


class Own:
    """A tenant's own endpoints, asked with an API key."""

    def __init__(self, app: Flask, key: str | None, tenant: str = "north") -> None:
        self.client = app.test_client()
        self.headers = {} if key is None else {"Authorization": f"Bearer {key}"}
        self.url = f"/v1/{tenant}/origins"

    def get(self) -> Any:
        return self.client.get(self.url, headers=self.headers)

    def add(self, origin: object) -> Any:
        return self.client.post(self.url, headers=self.headers, json={"origin": origin})

    def remove(self, origin: str) -> Any:
        asked = {"origin": origin}
        return self.client.delete(self.url, headers=self.headers, query_string=asked)


@pytest.fixture
def own(app: Flask, keys: dict[str, str]) -> Own:
    return Own(app, keys["north"])


# --- what may be entered -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "entered",
    [
        "https://shop.example",
        "https://shop.example:8443",
        "capacitor://localhost",
        "http://localhost:3000",
        "http://127.0.0.1",
        "http://[::1]:9090",
    ],
)
def test_an_origin_is_entered(own: Own, entered: str) -> None:
    assert own.add(entered).json["origins"] == [entered]


@pytest.mark.parametrize(
    ("entered", "code", "fix"),
    [
        ("https://shop.example/", "origin-trailing-slash", "https://shop.example"),
        ("https://Shop.example", "origin-case", "https://shop.example"),
        ("shop.example", "origin-scheme-missing", "https://shop.example"),
        ("http://shop.example", "credentials-insecure-origin", "https://shop.example"),
        ("https://shop.example, https://till.example", "origin-several", None),
        ("null", "origin-null", None),
        ("file:///shop.html", "origin-scheme", None),
        ("", "origin-empty", None),
        ("*", "wildcard", None),
        ("https://*.shop.example", "wildcard", None),
        ("http://localhost:*", "wildcard", None),
        (None, "wrong-type", "a string"),
        ([ORIGIN], "wrong-type", "a string"),
        ({"*": "*"}, "wrong-type", "a string"),
        ("https://shop.example\0", "origin-host", None),
        ("https://" + "a." * 200 + "example", "origin-host", None),
    ],
)
def test_what_is_no_origin_of_a_tenant_is_refused_in_words(
    own: Own, entered: object, code: str, fix: str | None
) -> None:
    answer = own.add(entered)
    assert (answer.status_code, answer.json["code"]) == (422, code)
    assert answer.json["message"].endswith(".")
    assert fix in (None, answer.json["fix"])
    assert own.get().json["origins"] == []


def test_loopback_is_everybodys(keys: dict[str, str]) -> None:
    shared = ["http://localhost", "https://localhost:3000", "capacitor://localhost"]
    shared += ["http://app.localhost:80" + "80", "http://127.8.8.8", "http://[::1]:9090"]
    assert [origin for origin in [ORIGIN, *shared] if is_shared(origin)] == shared
    assert [origin for origin in shared if refusal_of(origin)] == []


@pytest.mark.parametrize("body", ["", "{", "[]", '"https://shop.example"', "null", "1"])
def test_a_body_of_another_form_is_the_clients_mistake(own: Own, body: str) -> None:
    json = {"Content-Type": "application/json"}
    answer = own.client.post(own.url, headers=own.headers | json, data=body)
    assert answer.status_code in {400, 422}
    assert answer.json["message"]


def test_a_body_that_is_too_long_is_not_read(own: Own) -> None:
    assert own.add("https://" + "a" * 5000).status_code == 413


def test_a_tenant_has_a_bounded_number_of_origins(own: Own) -> None:
    for number in range(MOST):
        assert own.add(f"https://shop-{number}.example").status_code == 201
    assert own.add(ORIGIN).status_code == 409
    assert own.add("https://shop-0.example").status_code == 200
    assert own.remove("https://shop-0.example").status_code == 200
    assert own.add(ORIGIN).status_code == 201


@pytest.mark.parametrize("origin", ["https://none-of-mine.example", "", "\0"])
def test_what_a_tenant_does_not_have_it_cannot_remove(
    app: Flask, keys: dict[str, str], own: Own, origin: str
) -> None:
    assert Own(app, keys["south"], "south").add("https://none-of-mine.example").status_code == 201
    assert own.remove(origin).status_code == 404
    assert len(Own(app, keys["south"], "south").get().json["origins"]) == 1


# --- who may -------------------------------------------------------------------------------------


@pytest.mark.parametrize("tenant", ["north", "nobody", "NORTH", "%00", "north%0A", "x" * 41])
@pytest.mark.parametrize("whose", ["nobody's", "empty", "south", "cut", "not ASCII"])
def test_without_its_own_key_a_tenant_reads_and_changes_nothing(
    app: Flask, keys: dict[str, str], tenant: str, whose: str
) -> None:
    cut, south = keys["north"][:-1], keys["south"]
    given = {"nobody's": None, "empty": "", "south": south, "cut": cut, "not ASCII": "é"}
    own = Own(app, given[whose], tenant)
    for answer in (own.get(), own.add(ORIGIN), own.remove(ORIGIN)):
        assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert Own(app, keys["north"]).get().json["origins"] == []


def test_of_a_key_only_the_hash_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "saas.sqlite"
    with created(f"sqlite:///{path}") as app, app.app_context():
        key = add_tenant("north")
    assert b"north" in path.read_bytes()
    assert key.encode() not in path.read_bytes()


# --- what the pages get, and the rest ------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "cents"),
    [({"grams": 2500}, 600), ({"grams": 0}, None), ({"grams": "1"}, None), ([], None)],
)
def test_a_quote_is_computed_or_the_clients_mistake(
    app: Flask, body: Any, cents: int | None
) -> None:
    answer = app.test_client().post("/v1/north/quotes", json=body)
    assert (answer.status_code, answer.json.get("cents")) == (200 if cents else 422, cents)


def test_the_app_has_no_findings(app: Flask) -> None:
    assert codes(app) == []


def test_the_commands_make_tables_and_tenants(tmp_path: Path) -> None:
    app = create_app(DATABASE_URL=f"sqlite:///{tmp_path}/new.sqlite")
    runner = app.test_cli_runner()
    assert runner.invoke(args=["create-tables"]).exit_code == 0
    key = runner.invoke(args=["add-tenant", "west"]).output.strip()
    assert Own(app, key, "west").add(ORIGIN).status_code == 201
    wrong = runner.invoke(args=["add-tenant", "West"])
    assert (wrong.exit_code, "up to 40 of a-z" in wrong.output) == (2, True)
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def gunicorn_conf(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("gunicorn_conf", SAAS / "gunicorn.conf.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_worker_leaves_the_connections_of_its_parent_open_and_uses_none_of_them(
    tmp_path: Path, gunicorn_conf: ModuleType
) -> None:
    with created(f"sqlite:///{tmp_path}/saas.sqlite") as app, app.app_context():
        with db.engine.connect() as opened:
            parents = opened.connection.dbapi_connection
        before = db.engine.pool
        gunicorn_conf.post_fork(None, SimpleNamespace(app=SimpleNamespace(wsgi=lambda: app)))
        assert db.engine.pool is not before
        with db.engine.connect() as opened:
            assert opened.connection.dbapi_connection is not parents
        assert parents is not None
        assert parents.cursor().execute("SELECT 1").fetchone() == (1,)
        parents.close()


def test_what_was_loaded_before_the_workers_is_left_alone(gunicorn_conf: ModuleType) -> None:
    gunicorn_conf.when_ready(None)
    try:
        assert gc.get_freeze_count() > 0
    finally:
        gc.unfreeze()


def test_the_requirements_name_what_is_imported() -> None:
    named = set(re.findall(r"^[\w-]+", (SAAS / "requirements.txt").read_text(), re.MULTILINE))
    texts = [path.read_text() for path in SAAS.glob("*.py")]
    imported = {
        name
        for text in texts
        for name in re.findall(r"^(?:from|import) (\w+)", text, re.MULTILINE)
        if name not in sys.stdlib_module_names
    }
    brought = {"cachelib", "click", "flask", "prometheus_client", "saas", "sqlalchemy", "werkzeug"}
    assert {name.replace("_", "-") for name in imported - brought} <= named
    assert {"gunicorn", "psycopg"} <= named
