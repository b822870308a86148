"""The values of CORS headers: lists of names, single values, seconds."""

import pytest

from flask_strictcors.browser.lists import MalformedListError, max_age_of, names_in
from flask_strictcors.browser.quirks import CHROMIUM, FIREFOX, SAFARI, STANDARD

from .server import received

METHODS = "Access-Control-Allow-Methods"


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("PUT", ("PUT",)),
        ("PUT, DELETE", ("PUT", "DELETE")),
        (" PUT\t,,DELETE , ", ("PUT", "DELETE")),
        ("*", ("*",)),
        ("", ()),
        (["PUT", "DELETE"], ("PUT", "DELETE")),
    ],
)
def test_a_list(value: str | list[str], names: tuple[str, ...]) -> None:
    assert names_in(received(access_control_allow_methods=value), METHODS) == names


def test_no_list() -> None:
    assert names_in(received(), METHODS) is None


@pytest.mark.parametrize(
    ("value", "item"),
    [("PUT DELETE", "PUT DELETE"), ("PUT, b@d", "b@d"), ('"PUT"', '"PUT"'), ("PUT;x", "PUT;x")],
)
def test_one_thing_that_is_no_name_voids_the_list(value: str, item: str) -> None:
    with pytest.raises(MalformedListError) as caught:
        names_in(received(access_control_allow_methods=value), METHODS)
    assert caught.value.item == item


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("60", 60),
        ("0", 0),
        ("00060", 60),
        ("86400", 86400),
        ("86401", 86400),
        ("9" * 30, 86400),
        ("", 5),
        ("1.5", 5),
        ("-1", 5),
        ("+1", 5),
        ("600s", 5),
        ("\xb2", 5),
        (["60", "60"], 5),
    ],
)
def test_for_how_long(value: str | list[str], seconds: int) -> None:
    assert max_age_of(received(access_control_max_age=value), STANDARD) == seconds


@pytest.mark.parametrize(
    ("value", "chromium", "firefox"),
    [
        ("", 5, 5),
        ("-1", 0, 0),
        ("-0", 0, 0),
        ("-", 5, 0),
        ("junk", 5, 0),
        ("600, 0", 5, 0),
        (["600", "600"], 5, 0),
    ],
)
def test_what_browsers_make_of_no_number(
    value: str | list[str], chromium: int, firefox: int
) -> None:
    answer = received(access_control_max_age=value)
    assert [max_age_of(answer, browser) for browser in (CHROMIUM, FIREFOX)] == [chromium, firefox]


def test_for_how_long_where_nothing_is_said() -> None:
    assert max_age_of(received(), STANDARD) == 5


def test_each_browser_has_its_own_cap() -> None:
    answer = received(access_control_max_age="604800")
    caps = [max_age_of(answer, browser) for browser in (CHROMIUM, FIREFOX, SAFARI)]
    assert caps == [7200, 86400, 600]
