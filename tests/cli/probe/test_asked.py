"""What is typed: read as a browser would, or refused in one line that says what to type."""

from __future__ import annotations

import pytest

from flask_strictcors.cli.printing import InputError
from flask_strictcors.cli.probe.asked import Asked, Words, read
from flask_strictcors.cli.probe.strangers import Kind, strangers
from flask_strictcors.core.origins import is_well_formed

from .conftest import type_it

PAGE = "https://app.example.com"
URL = "https://api.example.com/users"


def asked(
    url: str = URL,
    origin: str = PAGE,
    method: str = "GET",
    *headers: str,
    credentials: bool = False,
    send: bool = False,
) -> Asked:
    return read(Words(url, origin, method, headers, credentials, send, False))


REFUSED = [
    (
        ["api.example.com/users"],
        "'api.example.com/users' is no URL of http or https: type https://api.example.com/users.",
    ),
    (
        ["localhost:5000/users"],
        "'localhost:5000/users' is no URL of http or https: type http://localhost:5000/users.",
    ),
    (
        ["ftp://api.example.com"],
        "'ftp://api.example.com' is no URL of http or https: type one such as https://api.example.com/users.",
    ),
    (
        ["https://me:pw@api.example.com"],
        "No script can fetch a URL with a user name in it: leave it out.",
    ),
    (
        ["me:pw@api.example.com/users"],
        "No script can fetch a URL with a user name in it: leave it out.",
    ),
    (
        ["htp://me:pw@api.example.com/users"],
        "No script can fetch a URL with a user name in it: leave it out.",
    ),
    (
        ["/users"],
        "'/users' is no URL of http or https: type one such as https://api.example.com/users.",
    ),
    ([f"{URL}/\udcff"], "The URL holds bytes that are no UTF-8: type them as in %FF."),
    (
        [URL, "--origin", f"{PAGE}/shop"],
        f"--origin '{PAGE}/shop': an origin has no path: browsers never send one. Instead: {PAGE}",
    ),
    (
        [URL, "--origin", f"{PAGE}/"],
        f"--origin '{PAGE}/': an origin has no trailing slash. Instead: {PAGE}",
    ),
    (
        [URL, "--origin", "app.example.com"],
        f"--origin 'app.example.com': an origin begins with its scheme. Instead: {PAGE}",
    ),
    (
        [URL, "--origin", "https://*.example.com"],
        "--origin 'https://*.example.com' is a pattern: name one origin that it fits.",
    ),
    ([URL, "--origin", ""], f"The origin of a page is missing: type --origin {PAGE}."),
    (
        ["https://app.example.com/users"],
        f"{PAGE} is the URL's own origin, which needs no CORS: name another.",
    ),
    ([URL, "--method", "TRACE"], "A script cannot send 'TRACE' as a method."),
    ([URL, "--method", "GE T"], "A script cannot send 'GE T' as a method."),
    (
        [URL, "--header", "X Y: 1"],
        "'X Y' is no name of a header: type --header 'X-Name: value'.",
    ),
    (
        [URL, "--header", ""],
        "'' is no name of a header: type --header 'X-Name: value'.",
    ),
    (
        [URL, "--header", "X-Y: a\nb"],
        "The value of X-Y has a line break in it, or what no header can hold.",
    ),
    (
        [URL, "--header", "Authorization: 5ecret\u20ac"],
        "The value of Authorization has a line break in it, or what no header can hold.",
    ),
    (
        [URL, "--header", "X-HTTP-Method-Override: DELETE"],
        (
            "X-HTTP-Method-Override makes some servers do what it says, each time it is sent: type "
            "--header X-HTTP-Method-Override without a value, for the preflight is the same."
        ),
    ),
    (
        [URL, "--header", "Origin: https://a.net"],
        "No script can set Origin: browsers do, or nobody does. Leave it out.",
    ),
    ([URL, "--header", "Cookie: a=b"], "Without --credentials a browser sends no cookie: add it."),
    (
        [URL, "--header", "Cookie", "--credentials"],
        "A cookie needs its value: --header 'Cookie: session=…'.",
    ),
    (
        [URL, "--header", "Cookie: a\nb", "--credentials"],
        "The value of Cookie has a line break in it, or what no header can hold.",
    ),
    ([URL, "--timeout", "0"], "--timeout is a number of seconds up to 600: type --timeout 10."),
    ([URL, "--timeout", "nan"], "--timeout is a number of seconds up to 600: type --timeout 10."),
    (
        [URL, "--ca", "/nowhere.pem"],
        "--ca /nowhere.pem: no certificate can be read there (No such file or directory).",
    ),
]


@pytest.mark.parametrize(("words", "said"), REFUSED, ids=[row[1] for row in REFUSED])
def test_what_cannot_be_asked_gives_one_line_that_says_what_to_type(
    words: list[str], said: str
) -> None:
    origin = [] if "--origin" in words else ["--origin", PAGE]
    printed = type_it(*words, *origin)
    assert (printed.status, printed.out, printed.err) == (2, "", f"Error: {said}\n")


@pytest.mark.parametrize(
    "words",
    [[], [URL, "--cookie"], [URL, "--timeout", "soon"], [URL, URL]],
    ids=["no URL", "an unknown option", "no number", "two URLs"],
)
def test_what_click_refuses_is_told_in_one_line_too(words: list[str]) -> None:
    printed = type_it(*words)
    assert (printed.status, printed.out, printed.err.count("\n")) == (2, "", 1)
    assert printed.err.startswith("Error: ")
    assert printed.err.endswith(" See --help.\n")


def test_methods_are_sent_as_browsers_send_them() -> None:
    assert [asked(method=method).method for method in ("put", "patch", "PATCH")] == [
        "PUT",
        "patch",
        "PATCH",
    ]


@pytest.mark.parametrize(
    ("method", "send", "is_withheld", "safe"),
    [
        ("GET", False, False, "GET"),
        ("HEAD", False, False, "HEAD"),
        ("OPTIONS", False, False, "OPTIONS"),
        ("DELETE", False, True, "GET"),
        ("POST", False, True, "GET"),
        ("PROPFIND", False, True, "GET"),
        ("DELETE", True, False, "GET"),
    ],
)
def test_a_method_that_may_change_something_is_withheld_until_it_is_asked_for(
    method: str, send: bool, is_withheld: bool, safe: str
) -> None:
    words = asked(method=method, send=send)
    assert (words.is_withheld, words.safe_method) == (is_withheld, safe)


def test_a_header_that_is_only_named_gets_a_value_that_makes_it_worth_naming() -> None:
    headers = asked(
        URL, PAGE, "GET", "content-type", "Range", "X-Trace", "X-Empty:", "Accept: text/html"
    ).headers
    assert headers == (
        ("content-type", "application/json"),
        ("Range", "bytes=0-"),
        ("X-Trace", "strictcors-probe"),
        ("X-Empty", ""),
        ("Accept", "text/html"),
    )


@pytest.mark.parametrize("name", ["X-HTTP-Method", "x-http-method-override", "X-Method-Override"])
def test_no_header_does_what_the_method_may_not(name: str) -> None:
    for send in (False, True):
        with pytest.raises(InputError, match="without a value"):
            asked(URL, PAGE, "POST", f"{name}: delete", send=send)
    assert asked(URL, PAGE, "POST", name).headers == ((name, "strictcors-probe"),)
    assert asked(URL, PAGE, "POST", f"{name}: get").headers == ((name, "get"),)


def test_a_path_may_have_what_elsewhere_ends_a_user_name() -> None:
    for url in (f"{URL}/@me?a@b", "https://api.example.com/?a@b"):
        assert str(asked(url=url).url) == url
    assert asked(url="https://api.example.com?a@b/c").url.query == "a@b/c"


def test_cookies_are_the_browsers_to_add_and_not_the_scripts() -> None:
    words = asked(URL, PAGE, "GET", "Cookie: a=b", "X-Y: 1", "cookie: c=d", credentials=True)
    assert (words.cookie, words.headers) == ("a=b; c=d", (("X-Y", "1"),))
    assert words.request.credentials == "include"
    assert asked().request.credentials == "omit"


def test_the_page_may_be_sandboxed_or_of_an_app() -> None:
    assert asked(origin="null").origin == "null"
    assert asked(origin="capacitor://localhost").origin == "capacitor://localhost"


def test_an_error_of_the_input_is_one_of_click() -> None:
    with pytest.raises(InputError):
        asked(url="nonsense")


# --- strangers -----------------------------------------------------------------------------------

STRANGERS = [
    (
        "https://app.example.com",
        {
            Kind.PREFIX: "https://app.example.com.strictcors-probe.example",
            Kind.SUFFIX: "https://xexample.com",
            Kind.DOT: "https://appxexample.com",
            Kind.SIBLING: "https://strictcors-probe.example.com",
            Kind.INSECURE: "http://app.example.com",
        },
    ),
    (
        "https://example.com:8443",
        {
            Kind.PREFIX: "https://example.com.strictcors-probe.example:8443",
            Kind.SUFFIX: "https://xexample.com:8443",
            Kind.INSECURE: "http://example.com:8443",
        },
    ),
    (
        "http://localhost:3000",
        {
            Kind.PREFIX: "http://localhost.strictcors-probe.example:3000",
            Kind.SUFFIX: "http://xlocalhost:3000",
        },
    ),
    ("http://127.0.0.1", {Kind.PREFIX: "http://127.0.0.1.strictcors-probe.example"}),
    ("https://[::1]:3000", {Kind.INSECURE: "http://[::1]:3000"}),
    ("capacitor://localhost", {}),
]


@pytest.mark.parametrize(("origin", "expected"), STRANGERS, ids=[row[0] for row in STRANGERS])
def test_strangers_are_made_from_the_page_with_anybody_and_null_first(
    origin: str, expected: dict[Kind, str]
) -> None:
    anybody, null, *named = strangers(origin)
    assert anybody == (Kind.ANYBODY, "https://strictcors-probe.example")
    assert null == (Kind.NULL, "null")
    assert dict(named) == expected


def test_a_sandboxed_page_has_one_stranger() -> None:
    assert [stranger.kind for stranger in strangers("null")] == [Kind.ANYBODY]


@pytest.mark.parametrize("origin", [row[0] for row in STRANGERS])
def test_each_stranger_is_an_origin_that_a_browser_could_send(origin: str) -> None:
    told = [stranger.origin for stranger in strangers(origin)]
    assert [text for text in told if not is_well_formed(text)] == ["null"]
    assert len(told) == len(set(told))
    assert origin not in told
