"""The tutorial in real browsers: what its reader types, and what the console says to it."""

import json
from typing import Any

import pytest
from docs.tutorial import API, PAGE_ORIGIN, followed

from .browser import Browser, Context
from .servers import Serve
from .site import Site

STEPS, _ = followed()


def placed(text: str, api: str, page: str) -> str:
    """Return the text with the origins of this run instead of those of the tutorial."""
    return text.replace(API, api).replace(PAGE_ORIGIN, page)


class Changing:
    """A server's app that is another at each step."""

    app: Any = None

    def __call__(self, *arguments: Any) -> Any:
        return self.app(*arguments)


def typed(call: str) -> str:
    """Return the function that does what a console does with the lines: the last one's value."""
    *first, last = call.strip().removesuffix(";").split(";\n")
    return f"async () => {{ {';'.join(first)}; return {last} }}"


def test_the_tutorial_goes_as_it_says(
    browser: Browser, context: Context, site: Site, serve: Serve
) -> None:
    changing = Changing()
    api, page_origin = serve(changing, "localhost", "http").origin, site.origin("localhost", "http")
    page = context.open(f"{page_origin}/")
    for step in STEPS:
        names: dict[str, Any] = {"__name__": "api"}
        exec(placed(step.api, api, page_origin), names)
        changing.app = names["app"]
        call = typed(placed(step.call.text, api, page_origin))
        if step.result:
            assert page.run(call) == json.loads(step.result), step.call
        else:
            with pytest.raises(Exception, match="fetch"):
                page.run(call)
            said = placed(step.said[browser.name], api, page_origin)
            assert page.console_says(said), step.call
