"""URLs are read as a WHATWG parser reads them."""

import ada_url
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from flask_strictcors.browser import URL

BASE = "https://api.example.com:8443/a/b?q"


def parsed(text: str, base: str | None = None) -> str | None:
    url = URL.parse(text, URL.parse(base) if base else None)
    return None if url is None else str(url)


def judged(text: str, base: str | None = None) -> str | None:
    """Return what the parser of others reads, without what never leaves a browser."""
    try:
        url = ada_url.URL(text, base) if base else ada_url.URL(text)
    except ValueError:
        return None
    if url.protocol not in ("http:", "https:"):
        return None
    # Of an empty query, only the whole address still tells.
    has_query = "?" in url.href.partition("#")[0]
    return f"{url.origin}{url.pathname}{url.search or '?' * has_query}"


ABSOLUTE = [
    "https://example.com",
    "HTTPS://EXAMPLE.com/",
    "https://example.com:443/x",
    "http://example.com:80",
    "http://example.com:443/",
    "http://example.com:0080/",
    "https://example.com:8443/a/../b/./c",
    "https://example.com/a/%2e%2E/b",
    "https://example.com/a/.%2e",
    "https://example.com/a/..",
    "https://example.com/a/.",
    "https://example.com/a/%2E",
    "https://example.com/../..",
    "https://example.com//a//b",
    "https:example.com",
    "https:/example.com",
    "https:////example.com/x",
    "https:\\\\example.com\\x\\y",
    "  https://example.com/ \t",
    "ht\ntps://exa\tmple.com/\r",
    "https://user:secret@example.com/",
    "https://user@example.com/",
    "https://a@b@example.com/",
    "https://:@example.com/",
    "https://example.com?a b",
    "https://example.com/?",
    "https://example.com#top",
    "https://example.com/x?y#z?w",
    "https://example.com/ü ñ'\"<>`{}|^",
    "https://example.com/?ü ñ'\"<>`{}|^",
    "https://bücher.example/",
    "https://faß.example/",
    "https://EXAMPLE%2Ecom/",
    "https://ex%41mple.com/",
    "https://127.1/",
    "https://0x7f.0.0.1/",
    "https://2130706433/",
    "https://256.1.1.1/",
    "https://1.2.3.4.5/",
    "https://[::1]/",
    "https://[2001:DB8::0:1]:8080/",
    "https://[::1/",
    "https://[zz]/",
    "https://example.com./",
    "https://example.com:65536/",
    "https://example.com:x/",
    "https://example.com:/",
    "https://",
    "https:///",
    "https://ex ample.com/",
    "https://ex%00ample.com/",
    "https://example.com%/",
    "//example.com/",
    "/path",
    "",
    "example.com",
    "1https://example.com",
]


@pytest.mark.parametrize("text", ABSOLUTE)
def test_absolute(text: str) -> None:
    assert parsed(text) == judged(text)


RELATIVE = [
    "", "#x", "?", "?x", "/", "/c", "c", "./c", "../c", "../../../c", "..", ".", "c?d=e",
    "//other.example/x", "\\\\other.example\\x", "\\c", "/\\other.example", "https:c",
    "https:/other.example", "https:?x", "https:", "http:c", "http://other.example",
    "data:,x", "javascript:0", "mailto:a@b", "/a b", "c:d", "1:2", "?a=//b", "//", "//:80",
    "//user:pw@other.example/",
]  # fmt: skip


@pytest.mark.parametrize("text", RELATIVE)
def test_relative(text: str) -> None:
    assert parsed(text, BASE) == judged(text, BASE)


PIECES = st.sampled_from(
    [
        *(
            "http",
            "https",
            ":",
            "/",
            "//",
            "\\",
            "?",
            "#",
            "@",
            ".",
            "..",
            "%2e",
            "%",
            "a",
            "B",
            "é",
        ),
        *(
            "example.com",
            "api.example.com",
            "127.0.0.1",
            "[::1]",
            ":8443",
            ":443",
            " ",
            "\t",
            "x=y",
        ),
    ]
)


@settings(deadline=None)  # whoever else is busy on the machine is no fault of the parser's
@given(st.lists(PIECES, max_size=8).map("".join))
@example("https:\\\\a\\..\\b")
def test_any_mixture_of_pieces(text: str) -> None:
    url = URL.parse(text, URL.parse(BASE))
    # Hosts that no DNS can hold are refused here, and port 0, which nothing listens on.
    assert url is None or str(url) == judged(text, BASE)
    assert URL.parse(text) is None or str(URL.parse(text)) == judged(text)


@given(st.text(max_size=60) | st.text(st.characters(), max_size=60))
@example("/\udcff?\ud800")
def test_no_text_raises(text: str) -> None:
    URL.parse(text)
    URL.parse(f"https://{text}")
    URL.parse(text, URL.parse(BASE))


def test_half_a_character_is_replaced() -> None:
    assert parsed("https://example.com/\ud800?\udfff") == "https://example.com/%EF%BF%BD?%EF%BF%BD"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://user:pw@example.com", True),
        ("https://user@example.com", True),
        ("https://:pw@example.com", True),
        ("https://@example.com", False),
        ("https://example.com/@x", False),
    ],
)
def test_a_user_name_is_noticed(text: str, expected: bool) -> None:
    url = URL.parse(text)
    assert url is not None
    assert url.has_credentials is expected
    assert "pw" not in str(url)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://example.com", True),
        ("http://example.com", False),
        ("http://localhost:5000", True),
        ("http://api.localhost", True),
        ("http://127.0.0.1", True),
        ("http://[::1]:80", True),
        ("http://128.0.0.1", False),
    ],
)
def test_what_is_trustworthy(text: str, expected: bool) -> None:
    url = URL.parse(text)
    assert url is not None
    assert url.is_trustworthy is expected


def test_the_parts() -> None:
    url = URL.parse("https://api.example.com:8443/a?b=c#d")
    assert url == URL("https", "api.example.com", 8443, "/a", "b=c")
    assert url is not None
    assert (url.origin, url.target) == ("https://api.example.com:8443", "/a?b=c")


@pytest.mark.parametrize("text", ["", "?x", "b", "/b", "https:b"])
def test_a_relative_url_keeps_the_user_name_of_its_base(text: str) -> None:
    url = URL.parse(text, URL.parse("https://user@example.com/a"))
    assert url is not None
    assert url.has_credentials
    assert ada_url.URL(text, "https://user@example.com/a").username == "user"
