"""The Fetch Standard's grammar and tables."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flask_strictcors.core import fetch

from .counting import Untouchable
from .strategies import short

# https://httpwg.org/specs/rfc9110.html#tokens
TCHAR = set("!#$%&'*+-.^_`|~") | {c for c in map(chr, range(128)) if c.isalnum()}


@pytest.mark.parametrize("text", ["GET", "x-token", "!#$%&'*+-.^_`|~09azAZ", "X" * 256])
def test_tokens_are_tokens(text: str) -> None:
    assert fetch.is_token(text)


@pytest.mark.parametrize(
    "text", ["", " ", "a b", "a,b", "a\tb", "a\n", "a:b", "(a)", '"a"', "ä", "a\x00", "X" * 257]
)
def test_other_texts_are_not(text: str) -> None:
    assert not fetch.is_token(text)


@short
@given(st.text(max_size=8) | st.text("aZ0-!\n ,\x7f\x80", max_size=8))
def test_a_token_is_what_the_grammar_says(text: str) -> None:
    assert fetch.is_token(text) == (text != "" and set(text) <= TCHAR)


def test_an_overlong_text_is_not_read_to_see_that_it_is_no_token() -> None:
    assert not fetch.is_token(Untouchable("X" * 65536))


@pytest.mark.parametrize("method", ["CONNECT", "TRACE", "TRACK", "trace", "Connect"])
def test_forbidden_methods_are_forbidden_in_any_case(method: str) -> None:
    assert fetch.is_forbidden_method(method)


@pytest.mark.parametrize("method", ["GET", "QUERY", "TRACER", "connecT2"])
def test_other_methods_are_not_forbidden(method: str) -> None:
    assert not fetch.is_forbidden_method(method)


@pytest.mark.parametrize("name", ["Cookie", "HOST", "sec-fetch-site", "Proxy-Anything", "dnt"])
def test_request_headers_of_the_browser_are_forbidden_to_scripts(name: str) -> None:
    assert fetch.is_forbidden_request_header(name)


@pytest.mark.parametrize("name", ["Authorization", "X-Token", "secret", "proxy", "cookies"])
def test_other_request_headers_are_not(name: str) -> None:
    assert not fetch.is_forbidden_request_header(name)


@pytest.mark.parametrize(
    "names",
    [
        fetch.FORBIDDEN_REQUEST_HEADERS,
        fetch.FORBIDDEN_RESPONSE_HEADERS,
        fetch.RESPONSE_ONLY_HEADERS,
        fetch.REQUEST_ONLY_HEADERS,
    ],
)
def test_tables_of_header_names_are_in_lower_case(names: frozenset[str]) -> None:
    assert all(fetch.is_token(name) and name == name.lower() for name in names)


def test_no_header_goes_in_one_direction_only_and_in_the_other_only() -> None:
    assert fetch.RESPONSE_ONLY_HEADERS.isdisjoint(fetch.REQUEST_ONLY_HEADERS)


def test_every_cors_response_header_begins_with_the_prefix() -> None:
    names = [
        fetch.ALLOW_CREDENTIALS,
        fetch.ALLOW_HEADERS,
        fetch.ALLOW_METHODS,
        fetch.ALLOW_ORIGIN,
        fetch.EXPOSE_HEADERS,
        fetch.MAX_AGE,
    ]
    assert all(name.lower().startswith(fetch.CORS_PREFIX) for name in names)
    assert {name.lower() for name in names} <= fetch.RESPONSE_ONLY_HEADERS
