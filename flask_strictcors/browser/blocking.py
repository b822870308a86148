"""What a browser does not send at all, and what it keeps from pages that did not ask by CORS."""

from __future__ import annotations

from typing import Final

from flask_strictcors.browser.page import Page
from flask_strictcors.browser.sites import site_of
from flask_strictcors.browser.steps import Check, Step, StoppedError
from flask_strictcors.browser.urls import URL
from flask_strictcors.browser.wire import Received

# https://fetch.spec.whatwg.org/#bad-port
BAD_PORTS: Final = frozenset(
    {
        *(0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95),
        *(101, 102, 103, 104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161),
        *(179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563),
        *(587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060),
        *(5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080),
    }
)


def check_blocking(page: Page, url: URL) -> None:
    """See that a browser asks a URL for a page at all. Raises `StoppedError`."""
    if url.port in BAD_PORTS:
        said = f"Port {url.port} belongs to another protocol, and browsers do not fetch from it."
        raise StoppedError(Check(Step.URL, False, said, "Serve on another port."))
    # https://w3c.github.io/webappsec-mixed-content/#should-block-fetch
    if page.url is not None and page.url.scheme == "https" and not url.is_trustworthy:
        said = f"A page of https does not fetch from {url.origin}, which anybody may have written."
        raise StoppedError(Check(Step.MIXED_CONTENT, False, said, "Serve it over https."))


def check_resource_policy(received: Received, page: Page, url: URL) -> None:
    """See that the server lets other origins embed its answer. Raises `StoppedError`.

    https://fetch.spec.whatwg.org/#cross-origin-resource-policy-header
    """
    name = "Cross-Origin-Resource-Policy"
    policy = received.get(name)
    is_barred = (policy == "same-origin" and not page.is_same_origin(url)) or (
        policy == "same-site" and not _is_near(page, url)
    )
    if is_barred:
        said = f"{name}: {policy} keeps the answer from {page.origin}."
        fix = f"Send {name}: cross-origin, if other sites may embed it."
        raise StoppedError(Check(Step.RESOURCE_POLICY, False, said, fix))


def _is_near(page: Page, url: URL) -> bool:
    if page.site is None or page.site.domain != site_of(url).domain:
        return False
    return page.site.scheme == "https" or url.scheme != "https"
