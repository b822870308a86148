"""A tenant's own endpoints: what may be entered, and who may enter it."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from saas.commands import add_tenant
from saas.entering import is_shared, refusal_of
from saas.own import MOST

from .made import Own, created

pytestmark = pytest.mark.once

ORIGIN = "https://shop.example"


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
        assert (answer.status_code, answer.headers["WWW-Authenticate"].strip()) == (401, "Bearer")
    assert Own(app, keys["north"]).get().json["origins"] == []


def test_of_a_key_only_the_hash_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "saas.sqlite"
    with created(f"sqlite:///{path}") as app, app.app_context():
        key = add_tenant("north")
    assert b"north" in path.read_bytes()
    assert key.encode() not in path.read_bytes()
