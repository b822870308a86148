"""The fixtures of the browser tests, and what happens where a browser is missing."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from programs import lack

from .browser import Browser, Context, MissingBrowserError, Page
from .chromium import start_chromium
from .firefox import start_firefox
from .rejections import Heard, Listen, listening
from .servers import Serve, Server
from .site import APP, Certificate, Site, Visit
from .wire import WSGIApp


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker("browser")


class Browsers:
    """Each browser is started when the first test wants it, and once."""

    def __init__(self, starters: dict[str, Callable[[], Browser]]) -> None:
        self._starters = starters
        self._running: dict[str, Browser] = {}
        self._failed: dict[str, Exception] = {}

    def get(self, name: str) -> Browser:
        """Return the running browser, or raise what kept it from starting the first time."""
        if name in self._failed:
            raise self._failed[name]
        if name not in self._running:
            try:
                self._running[name] = self._starters[name]()
            except Exception as reason:
                self._failed[name] = reason
                raise
        return self._running[name]

    def stop(self) -> None:
        """Stop all that were started, each even when another will not."""
        while self._running:
            _, browser = self._running.popitem()
            try:
                browser.stop()
            finally:
                self.stop()


@pytest.fixture(scope="session")
def certificate() -> Certificate:
    return Certificate()


@pytest.fixture(scope="session")
def site(certificate: Certificate) -> Iterator[Site]:
    site = Site(certificate)
    yield site
    site.stop()


@pytest.fixture(scope="session")
def browsers(certificate: Certificate, site: Site) -> Iterator[Browsers]:
    browsers = Browsers(
        {
            "chromium": lambda: start_chromium(certificate.key_hash, site.public.port),
            "firefox": lambda: start_firefox(site.public.port),
        }
    )
    yield browsers
    browsers.stop()


# Not a session fixture with parameters: in random order that would restart the browsers.
@pytest.fixture(params=["chromium", "firefox"])
def browser(request: pytest.FixtureRequest, browsers: Browsers) -> Browser:
    try:
        return browsers.get(request.param)
    except MissingBrowserError as reason:
        lack(reason)


@pytest.fixture
def context(browser: Browser) -> Iterator[Context]:
    context = browser.new_context()
    yield context
    context.close()


@pytest.fixture
def visit(context: Context, site: Site) -> Visit:
    def visit(
        host: str = APP,
        scheme: str = "https",
        *,
        sandboxed: bool = False,
        address: str | None = None,
    ) -> Page:
        page = context.open(
            address or site.origin(host, scheme) + ("/sandbox" if sandboxed else "/")
        )
        return page.frame() if sandboxed else page

    return visit


@pytest.fixture
def serve(certificate: Certificate) -> Iterator[Serve]:
    running: list[Server] = []

    def serve(app: WSGIApp, host: str = "api.example.test", scheme: str = "https") -> Server:
        running.append(Server(app, host, certificate.server if scheme == "https" else None))
        return running[-1]

    yield serve
    for server in running:
        server.stop()


@pytest.fixture
def listen() -> Iterator[Listen]:
    with ExitStack() as until_the_end:

        def listen(app: object) -> Heard:
            return until_the_end.enter_context(listening(app))

        yield listen
