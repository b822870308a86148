"""The app by itself: its answers, its commands, and what the files around it say."""

from __future__ import annotations

import gc
import importlib.util
import re
import socket
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from cli.check.asking import codes
from flask import Flask

from saas import create_app
from saas.models import db

from . import EXAMPLES
from .made import Own, created

pytestmark = pytest.mark.once

SAAS = EXAMPLES / "saas"
ORIGIN = "https://shop.example"


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


def test_the_readme_names_each_file_and_the_commands_that_the_tests_run() -> None:
    readme = (SAAS / "README.md").read_text()
    files = {path.name for path in SAAS.iterdir() if path.is_file()} - {"README.md"}
    assert {*re.findall(r"\]\(([\w.]+)\)", readme)} == files - {"requirements.txt"}
    assert {"    python -m saas", "    python -m saas --full"} <= {*readme.splitlines()}
    assert "    gunicorn --config saas/gunicorn.conf.py" in readme.splitlines()
    for command in ("create-tables", "add-tenant north"):
        assert f"    flask --app saas {command}" in readme.splitlines()


def test_a_redis_that_says_nothing_is_asked_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as redis:
        url = f"redis://127.0.0.1:{redis.getsockname()[1]}/0"
        app = create_app(DATABASE_URL="sqlite://", REDIS_URL=url)
        answer = app.test_client().get("/v1/north/rates", headers={"Origin": ORIGIN})
        assert answer.status_code == 200
        assert "Access-Control-Allow-Origin" not in answer.headers
        redis.setblocking(False)
        asked, _ = redis.accept()
        asked.close()
        with pytest.raises(BlockingIOError):
            redis.accept()
