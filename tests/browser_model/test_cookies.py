"""Cookies: what an answer may store, and which requests carry it."""

import pytest

from flask_strictcors.browser import URL
from flask_strictcors.browser.cookies import CookieJar, Trip
from flask_strictcors.browser.dates import parse_cookie_date
from flask_strictcors.browser.quirks import CHROMIUM, FIREFOX, STANDARD, Quirks

NOW = 1_700_000_000.0


def trip(
    url: str = "https://api.example.com/a/b",
    *,
    same_site: bool = True,
    third_party: bool = False,
    partition: str = "https://example.com",
    navigation: bool = False,
    safe: bool = True,
) -> Trip:
    parsed = URL.parse(url)
    assert parsed is not None
    return Trip(parsed, same_site, third_party, partition, navigation, safe)


CROSS = trip(same_site=False, third_party=True, partition="https://other.test")


def sent(
    line: str | list[str], there: Trip, *, stored: Trip | None = None, like: Quirks = STANDARD
) -> str | None:
    jar = CookieJar(like)
    jar.store([line] if isinstance(line, str) else line, stored or trip(), NOW)
    return jar.header(there, NOW + 1)


@pytest.mark.parametrize(
    ("line", "header"),
    [
        ("a=b", "a=b"),
        (" a = b ; Secure", "a=b"),
        ("a=b=c", "a=b=c"),
        ("a=", "a="),
        ('a="b"', 'a="b"'),
        ("=b", "b"),
        ("b", "b"),
        ("", None),
        ("=", None),
        ("a=b\x01", None),
        ("a=b\x7f", None),
        ("a" * 4095 + "=b", "a" * 4095 + "=b"),
        ("a" * 4096 + "=b", None),
        ("a=b; Max-Age=10", "a=b"),
        ("a=b; Max-Age=0", None),
        ("a=b; Max-Age=-1", None),
        ("a=b; Max-Age=10; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "a=b"),
        ("a=b; Max-Age=x; Expires=Thu, 01 Jan 1970 00:00:00 GMT", None),
        ("a=b; Expires=nonsense", "a=b"),
        ("a=b; Path=/a", "a=b"),
        ("a=b; Path=/a/", "a=b"),
        ("a=b; Path=/", "a=b"),
        ("a=b; Path=/a/b", "a=b"),
        ("a=b; Path=/a/b/c", None),
        ("a=b; Path=/aa", None),
        ("a=b; Path=relative", "a=b"),
        ("a=b; Domain=example.com", "a=b"),
        ("a=b; Domain=.EXAMPLE.com", "a=b"),
        ("a=b; Domain=api.example.com", "a=b"),
        ("a=b; Domain=xapi.example.com", None),
        ("a=b; Domain=com", None),
        ("a=b; Domain=other.example", None),
        ("a=b; Domain=", "a=b"),
        ("__Host-a=b; Secure; Path=/", "__Host-a=b"),
        ("__Host-a=b; Path=/", None),
        ("__Host-a=b; Secure", None),
        ("__Host-a=b; Secure; Path=/; Domain=api.example.com", None),
        ("__Http-a=b; Secure; HttpOnly", "__Http-a=b"),
        ("__http-a=b; Secure", None),
        ("__Http-a=b; HttpOnly", None),
        ("__Host-Http-a=b; Secure; HttpOnly; Path=/", "__Host-Http-a=b"),
        ("__Host-Http-a=b; Secure; Path=/", None),
        ("=__Secure-a; Secure", None),
        ("__Secure-a=b; Secure", "__Secure-a=b"),
        ("__secure-a=b", None),
        ("a=b; Domain=" + "x" * 1025, "a=b"),
    ],
)
def test_what_a_line_stores(line: str, header: str | None) -> None:
    assert sent(line, trip()) == header


@pytest.mark.parametrize(
    ("line", "url", "travels"),
    [
        ("a=b", "https://api.example.com/a/c", True),
        ("a=b", "https://api.example.com/c", False),
        ("a=b; Path=/", "https://www.example.com/", False),
        ("a=b; Path=/; Domain=example.com", "https://www.example.com/", True),
        ("a=b; Path=/; Domain=example.com", "https://example.com/", True),
        ("a=b; Path=/; Domain=example.com", "https://badexample.com/", False),
        ("a=b; Path=/", "http://api.example.com/", True),
        ("a=b; Path=/; Secure", "http://api.example.com/", False),
    ],
)
def test_where_a_cookie_travels(line: str, url: str, travels: bool) -> None:
    assert sent(line, trip(url)) == ("a=b" if travels else None)


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "localhost"])
def test_hosts_that_nobody_registers_have_cookies_of_their_own(host: str) -> None:
    place = trip(f"http://{host}:5000/")
    bare = host.strip("[]")
    assert sent("a=b; Secure", place, stored=place) == "a=b"
    assert sent(f"a=b; Domain={host}", place, stored=place) == "a=b"
    assert sent(f"a=b; Domain=0.{bare}", place, stored=place) is None


SAME_SITE = [
    # attribute, same-site, a navigation by GET, one by POST, a third party's script
    ("", "a=b", "a=b", None, None),
    ("SameSite=Lax", "a=b", "a=b", None, None),
    ("SameSite=nonsense", "a=b", "a=b", None, None),
    ("SameSite=strict", "a=b", None, None, None),
    ("SameSite=None; Secure", "a=b", "a=b", "a=b", "a=b"),
    ("SameSite=None", None, None, None, None),
    ("Partitioned", None, None, None, None),
]


@pytest.mark.parametrize(("attribute", "near", "shown", "posted", "third"), SAME_SITE)
def test_same_site(
    attribute: str, near: str | None, shown: str | None, posted: str | None, third: str | None
) -> None:
    line = f"a=b; {attribute}"
    navigation = trip(same_site=False, third_party=True, navigation=True)
    assert sent(line, trip()) == near
    assert sent(line, navigation) == shown
    assert sent(line, navigation._replace(is_safe=False)) == posted
    assert sent(line, CROSS) == third


def test_a_third_partys_answer_stores_only_what_travels_there() -> None:
    assert sent("a=b", trip(), stored=CROSS) is None
    assert sent("a=b; SameSite=None; Secure", trip(), stored=CROSS) == "a=b"


@pytest.mark.parametrize("attribute", ["", "SameSite", "SameSite=nonsense"])
def test_firefox_takes_a_cookie_without_the_attribute_for_one_that_travels(attribute: str) -> None:
    assert sent(f"a=b; {attribute}", CROSS, stored=CROSS, like=FIREFOX) == "a=b"


EVERYWHERE = "a=b; SameSite=None; Secure"


def test_chromium_keeps_third_parties_without_cookies() -> None:
    assert sent(EVERYWHERE, CROSS, like=CHROMIUM) is None
    assert sent(EVERYWHERE, trip(), stored=CROSS, like=CHROMIUM) is None
    assert sent(EVERYWHERE, trip(), like=CHROMIUM) == "a=b"


def test_firefox_keeps_the_cookies_of_third_parties_apart() -> None:
    elsewhere = CROSS._replace(partition="https://elsewhere.test")
    assert sent(EVERYWHERE, CROSS, stored=CROSS, like=FIREFOX) == "a=b"
    assert sent(EVERYWHERE, elsewhere, stored=CROSS, like=FIREFOX) is None
    assert sent(EVERYWHERE, trip(), stored=CROSS, like=FIREFOX) is None
    assert sent(EVERYWHERE, CROSS, like=FIREFOX) is None


def test_a_partitioned_cookie_is_kept_for_one_site_in_the_address_bar() -> None:
    line = f"{EVERYWHERE}; Partitioned"
    for like in (STANDARD, CHROMIUM, FIREFOX):
        assert sent(line, CROSS, stored=CROSS, like=like) == "a=b"
        assert sent(line, trip(), stored=CROSS, like=like) is None


def test_the_longer_path_comes_first_then_the_older_cookie() -> None:
    lines = ["a=1; Path=/", "b=2; Path=/a", "c=3; Path=/"]
    assert sent(lines, trip()) == "b=2; a=1; c=3"


def test_a_cookie_that_is_replaced_keeps_its_place() -> None:
    assert sent(["a=1", "b=2", "a=3"], trip()) == "a=3; b=2"
    assert sent(["a=1", "b=2", "a=3; Max-Age=0"], trip()) == "b=2"


def test_a_hosts_own_cookie_and_its_domains_are_two() -> None:
    assert sent(["a=1", "a=2; Domain=api.example.com"], trip()) == "a=1; a=2"


def test_a_cookie_that_is_changed_is_chromiums_newest() -> None:
    assert sent(["a=1", "b=2", "a=3"], trip(), like=CHROMIUM) == "b=2; a=3"
    assert sent(["a=1", "b=2", "a=1"], trip(), like=CHROMIUM) == "a=1; b=2"


def test_a_cookie_ends_when_its_time_has_come() -> None:
    jar = CookieJar(STANDARD)
    jar.store(["a=b; Max-Age=10"], trip(), NOW)
    assert jar.header(trip(), NOW + 9) == "a=b"
    assert jar.header(trip(), NOW + 10) is None


def test_an_insecure_answer_neither_makes_nor_replaces_secure_cookies() -> None:
    plain = trip("http://api.example.com/a/b")
    assert sent("a=b; Secure", plain, stored=plain) is None
    jar = CookieJar(STANDARD)
    jar.store(["a=safe; Secure; Path=/a", "other=1; Secure"], trip(), NOW)
    jar.store(["a=forged; Path=/a/b", "a=forged; Path=/a; Domain=example.com", "c=1"], plain, NOW)
    assert jar.header(trip(), NOW) == "a=safe; other=1; c=1"


def test_the_jar_can_be_looked_into() -> None:
    jar = CookieJar(STANDARD)
    jar.store(["a=b; Secure; Path=/x; Max-Age=10"], trip(), NOW)
    (cookie,) = jar
    assert (cookie.name, cookie.value, cookie.domain, cookie.path, cookie.expires) == (
        "a", "b", "api.example.com", "/x", NOW + 10,
    )  # fmt: skip
    assert (cookie.is_secure, cookie.is_host_only, cookie.same_site) == (True, True, "Lax")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sun, 06 Nov 1994 08:49:37 GMT", 784111777),
        ("Sunday, 06-Nov-94 08:49:37 GMT", 784111777),
        ("Sun Nov  6 08:49:37 1994", 784111777),
        ("6 november 1994 8:49:37", 784111777),
        ("01 Jan 00 00:00:00", 946684800),
        ("31 Dec 69 00:00:00", 3155673600),
        ("01 Jan 70 00:00:00", 0),
        ("06 Nov 1994", None),
        ("Nov 1994 08:49:37", None),
        ("06 1994 08:49:37", None),
        ("06 Nov 08:49:37", None),
        ("06 Nov 1994 08:49", None),
        ("06 Nov 1994 08:4x:37", None),
        ("06 Nov 1994 25:00:00", None),
        ("31 Feb 1994 08:49:37", None),
        ("06 Nov 1600 08:49:37", None),
        ("", None),
    ],
)
def test_dates(text: str, expected: float | None) -> None:
    assert parse_cookie_date(text) == expected
