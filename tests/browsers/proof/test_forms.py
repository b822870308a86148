"""A form travels in the model as it does in real browsers: there is no script to show it to."""

from collections.abc import Iterator
from itertools import product

import pytest

from browsers.browser import Browser, Context

from .comparison import comparable, differences
from .forms import Form, imagined, submitted
from .observation import Observation
from .scripted import Scripted

WAYS = [
    ("api", 200, ""),
    ("app", 200, ""),
    ("api", 307, "app"),
    ("elsewhere", 302, "api"),
    ("elsewhere", 307, "api"),
]
PAGES = [
    *product(["app"], WAYS, ["GET", "POST"]),
    *product(["elsewhere", "plain-app", "sandboxed"], WAYS[:1], ["POST"]),
]
FORMS = [
    Form(f"form{number:02d}", page, place, method, status, onward)
    for number, (page, (place, status, onward), method) in enumerate(PAGES)
]


@pytest.fixture
def heard(browser: Browser) -> Iterator[Browser]:
    """The browser, which tells when a page has loaded."""
    events = ["browsingContext.load"]
    browser.session.send("session.subscribe", events=events)
    yield browser
    browser.session.send("session.unsubscribe", events=events)


def test_a_form_is_sent_as_the_browser_sends_it(
    heard: Browser, context: Context, scripted: Scripted
) -> None:
    found: list[str] = []
    for form in FORMS:
        real = submitted(heard, context, scripted, form)
        assert len(real) == (2 if form.onward else 1)
        combination = form.combination
        differ = differences(
            comparable(combination, Observation((), imagined(scripted, form, heard.name))),
            comparable(combination, Observation((), real)),
        )
        found += [f"{form}", *differ] if differ else []
    assert not found, "\n".join(found)
