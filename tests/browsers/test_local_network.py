"""A page of the internet that asks this machine: the person is asked, and no header takes part."""

from docs.pages import DOCS, blocks

from .browser import Browser, Context
from .scripts import FETCH_BRIEFLY, HAS_PERMISSION
from .servers import Serve
from .shop import shop
from .site import Site

PERMISSION = "loopback-network"
(CONSOLE,) = [
    block.text.rstrip()
    for block in blocks(DOCS / "private-network-access.md")
    if block.mark == "console"
]


def test_nothing_arrives_until_the_person_permits_it_and_then_cors_is_as_ever(
    browser: Browser, context: Context, serve: Serve, site: Site
) -> None:
    page = context.open(site.public.url("/"))
    api = serve(shop(origins=[page.origin]))
    assert page.run(HAS_PERMISSION, PERMISSION) == "prompt"
    page.run(FETCH_BRIEFLY, api.url("/items"))
    assert browser.name != "chromium" or page.console_says(CONSOLE)
    assert api.wire.exchanges == []

    context.permit(PERMISSION, page.origin)
    assert page.fetch(api.url("/items")).ok
    assert page.fetch(api.url("/items"), method="PUT").ok
    assert api.wire.lines == ["GET /items", "OPTIONS /items", "PUT /items"]
    names = {name for seen in api.wire.exchanges for name in (*seen.request, *dict(seen.response))}
    assert {"origin", "access-control-allow-origin"} <= names
    assert [name for name in names if "private" in name or "local-network" in name] == []


def test_a_page_on_this_machine_needs_no_permission(
    context: Context, serve: Serve, site: Site
) -> None:
    page = context.open(site.origin())
    api = serve(shop(origins=[page.origin]))
    assert page.fetch(api.url("/items")).ok
    assert page.run(HAS_PERMISSION, PERMISSION) == "prompt"
