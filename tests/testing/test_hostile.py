"""hostile_origins: each entry is harmful somewhere, none is the origin, and ours refuses all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flask_strictcors.browser import UserAgent
from flask_strictcors.core.origins import Origin
from flask_strictcors.testing import assert_allows, assert_refuses, hostile_origins

from .apps import APP, admitting, strict_app
from .broken_checks import BROKEN, REFLECTING, Check

HOSTILE = hostile_origins(APP)
GOOD = [
    APP,
    "http://localhost",
    "http://localhost:3000",
    "http://127.0.0.1:8443",
    "http://[::1]:9090",
    "https://evil.net",
    "https://www.evil.net",
    "https://xn--bcher-kva.de",
    "https://b2b.example",
    "https://1.example.co.uk",
    "https://user.github.io",
    "https://com",
    "https://app.example.com.",
    "capacitor://localhost",
    "https://a_b.example.com:444",
    f"https://{'a' * 60}.{'b' * 60}.example",
]


@pytest.mark.parametrize("method", ["GET", "PUT"])
@pytest.mark.parametrize("origin", HOSTILE)
def test_ours_refuses(origin: str, method: str) -> None:
    assert_refuses(strict_app(), origin, "/users", method=method)


@pytest.mark.parametrize("enforce", [False, True])
@pytest.mark.parametrize("good", GOOD)
def test_ours_refuses_each_of_the_list_for(good: str, enforce: bool) -> None:
    app = strict_app(origins=[good], credentials=False, enforce=enforce)
    base = "https://api.example.org"
    if good.startswith("http:"):
        base = "http://api.example.org"
    assert_allows(app, good, "/users", base_url=base)
    for origin in hostile_origins(good):
        answer = app.test_client().get("/users", headers={"Origin": origin}, base_url=base)
        assert "Access-Control-Allow-Origin" not in answer.headers, origin


@pytest.mark.parametrize("check", BROKEN.values(), ids=BROKEN)
def test_a_broken_check_works_as_its_author_wanted_and_lets_a_hostile_origin_in(
    check: Check,
) -> None:
    assert_allows(admitting(check), APP)
    through = [origin for origin in HOSTILE if check(origin)]
    assert through
    for origin in through:
        with pytest.raises(AssertionError, match="its scripts may read the answer"):
            assert_refuses(admitting(check), origin)


@pytest.mark.parametrize("origin", [origin for origin in HOSTILE if origin != "https://evil.net"])
def test_a_broken_check_other_than_none_at_all_lets_in(origin: str) -> None:
    assert [name for name, check in BROKEN.items() if check(origin)]


def test_a_server_that_reflects_lets_all_of_them_in() -> None:
    for origin in HOSTILE:
        with pytest.raises(AssertionError, match="its scripts may read the answer"):
            assert_refuses(admitting(REFLECTING), origin)


@pytest.mark.parametrize("good", GOOD)
def test_the_list_is_in_one_order_without_doubles_or(good: str) -> None:
    found = hostile_origins(good)
    assert found == hostile_origins(good)
    assert len(found) == len(set(found)) > 40
    assert good not in found


@pytest.mark.parametrize("good", GOOD)
def test_http_carries_all_of_the_list_unchanged_for(good: str) -> None:
    for origin in hostile_origins(good):
        assert origin.strip(" \t") == origin
        assert all(c == "\t" or " " <= c <= "~" or "\x80" <= c <= "\xff" for c in origin), origin


@pytest.mark.parametrize("good", GOOD)
def test_what_is_well_formed_is_sent_by_a_page_as_it_is_written_for(good: str) -> None:
    agent = UserAgent(lambda sent: pytest.fail("nothing is fetched"), now=lambda: 0.0)
    formed = [origin for origin in hostile_origins(good) if Origin.parse(origin)]
    assert len(formed) >= 10
    assert [agent.open(origin).origin for origin in formed] == formed


@given(
    st.builds(
        Origin,
        st.sampled_from(["http", "https"]),
        st.from_regex(r"[a-z][a-z0-9]{0,20}(\.[a-z][a-z0-9-]{0,20}[a-z0-9]){0,3}", fullmatch=True),
        st.none() | st.integers(1024, 65535),
    ).filter(lambda origin: Origin.parse(str(origin)) is not None)
)
def test_no_origin_is_in_its_own_list_whatever_it_is(good: Origin) -> None:
    assert str(good) not in hostile_origins(str(good))


@pytest.mark.parametrize(
    "bad", ["", "*", "null", "app.example.com", f"{APP}/", "https://*.example.com", "HTTPS://a.com"]
)
def test_what_is_no_origin_is_an_error_that_shows_one(bad: str) -> None:
    with pytest.raises(ValueError, match="is no origin: write it as in"):
        hostile_origins(bad)


@pytest.mark.parametrize("bad", [None, b"https://app.example.com", 1])
def test_what_is_no_string_is_a_type_error(bad: str) -> None:
    with pytest.raises(TypeError, match="is no string: write an origin"):
        hostile_origins(bad)


@pytest.mark.parametrize(
    "entry",
    [
        "https://app.example.com.evil.net",
        "https://evilapp.example.com",
        "https://appxexample.com",
        "https://app_example.com",
        "http://app.example.com",
        "https://app.example.com:443",
        "https://app.example.com:8443",
        "https://app.example.com@evil.net",
        "https://app.example.com/",
        "https://app.example.com.",
        "https://app.example.com{.evil.net",
        "https://xn--pp-6kc.example.com",
        "https://example.com",
        "https://evil.com",
        "HTTPS://APP.EXAMPLE.COM",
        "null",
        "",
    ],
)
def test_the_list_has(entry: str) -> None:
    assert entry in HOSTILE


def test_an_address_is_there_in_another_notation() -> None:
    assert "http://2130706433:8443" in hostile_origins("http://127.0.0.1:8443")
    exploded = "http://[0000:0000:0000:0000:0000:0000:0000:0001]:9090"
    assert exploded in hostile_origins("http://[::1]:9090")
