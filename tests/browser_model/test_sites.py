"""Sites and pages: what belongs together, and what a request says of where it comes from."""

import pytest

from flask_strictcors.browser import URL, site_of
from flask_strictcors.browser.page import SANDBOXED, is_tainted, page_at, referrer, relation


def url(text: str) -> URL:
    found = URL.parse(text)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "site"),
    [
        ("https://app.example.com:8443/x", "https://example.com"),
        ("https://a.b.example.co.uk", "https://example.co.uk"),
        ("https://you.github.io", "https://you.github.io"),
        ("https://github.io", "https://github.io"),
        ("http://127.0.0.1:5000", "http://127.0.0.1"),
        ("http://[::1]", "http://[::1]"),
        ("http://localhost", "http://localhost"),
        ("http://app.localhost", "http://app.localhost"),
        ("https://app.example.com.", "https://example.com."),
        ("https://app.example.test", "https://example.test"),
    ],
)
def test_a_site(text: str, site: str) -> None:
    assert str(site_of(url(text))) == site


APP = page_at("https://app.example.com/inbox?x#y")


def test_a_page() -> None:
    assert APP.origin == "https://app.example.com"
    assert str(APP.url) == "https://app.example.com/inbox?x"
    assert APP.partition == "https://example.com"


def test_a_page_of_a_web_view() -> None:
    page = page_at("capacitor://localhost")
    assert (page.origin, page.url, page.partition) == (
        "capacitor://localhost", None, "capacitor://localhost",
    )  # fmt: skip


@pytest.mark.parametrize("text", ["", "app.example.com", "null", "*", "https://", "file:///x"])
def test_no_page(text: str) -> None:
    with pytest.raises(ValueError, match="is no origin and no URL of a page"):
        page_at(text)


@pytest.mark.parametrize(
    ("text", "same_origin", "same_site"),
    [
        ("https://app.example.com/other", True, True),
        ("https://api.example.com", False, True),
        ("https://app.example.com:8443", False, True),
        ("http://app.example.com", False, False),
        ("https://example.net", False, False),
    ],
)
def test_near_and_far(text: str, same_origin: bool, same_site: bool) -> None:
    assert APP.is_same_origin(url(text)) is same_origin
    assert APP.is_same_site(url(text)) is same_site
    assert not SANDBOXED.is_same_origin(url(text))
    assert not SANDBOXED.is_same_site(url(text))


A, B, C = "https://app.example.com", "https://api.example.com", "https://example.net"


@pytest.mark.parametrize(
    ("way", "expected"),
    [
        ([A], False),
        ([B], False),
        ([A, B], False),
        ([B, B], False),
        ([A, B, B], False),
        ([B, A], True),
        ([B, C], True),
        ([B, A, A], True),
        ([A, B, A], True),
        ([A, A, C], False),
    ],
)
def test_redirects_through_a_foreign_origin_hide_the_pages(way: list[str], expected: bool) -> None:
    assert is_tainted(APP, [url(text) for text in way]) is expected


@pytest.mark.parametrize(
    ("way", "expected"),
    [
        ([A], "same-origin"),
        ([A, A], "same-origin"),
        ([B], "same-site"),
        ([A, B, A], "same-site"),
        ([C], "cross-site"),
        ([A, B, C, A], "cross-site"),
        (["http://app.example.com"], "cross-site"),
    ],
)
def test_how_far_a_request_has_gone(way: list[str], expected: str) -> None:
    assert relation(APP, [url(text) for text in way]) == expected
    assert relation(SANDBOXED, [url(text) for text in way]) == "cross-site"


@pytest.mark.parametrize(
    ("way", "expected"),
    [
        (["https://app.example.com/x"], "https://app.example.com/inbox?x"),
        (["https://app.example.com/x", A], "https://app.example.com/inbox?x"),
        ([B], "https://app.example.com/"),
        ([B, A], "https://app.example.com/"),
        (["http://app.example.com"], None),
        (["http://app.example.com", A], None),
        (["http://localhost:5000"], "https://app.example.com/"),
    ],
)
def test_the_referrer(way: list[str], expected: str | None) -> None:
    assert referrer(APP, [url(text) for text in way]) == expected
    assert referrer(SANDBOXED, [url(text) for text in way]) is None


def test_the_referrer_of_a_page_over_http() -> None:
    page = page_at("http://app.test/x")
    assert referrer(page, [url("http://api.test/")]) == "http://app.test/"
