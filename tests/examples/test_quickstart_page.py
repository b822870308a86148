"""The quickstart's page in a real Chromium: what each side of each call says."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from programs import lack
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

from .conftest import Demo

pytestmark = pytest.mark.browser


class Row(NamedTuple):
    """What one call's card must say."""

    call: str
    browser: str
    saw: str
    server: str
    reason: str
    rule: str
    preflight: str
    signal: str = ""


BLOCKED = "TypeError: Failed to fetch"
VIEW = "view library."

ROWS = [
    Row("simple", "readable", "200 OK", "allowed", "", "app", "none"),
    Row("json", "readable", "201 CREATED", "allowed", "", "app", "sent"),
    Row("put", "readable", "200 OK", "allowed", "", "app", "sent"),
    Row("header", "readable", "200 OK", "allowed", "", "app", "sent"),
    Row("cookies", "readable", "200 OK", "allowed", "", "app", "none"),
    Row("unauthorized", "readable", "401 UNAUTHORIZED", "allowed", "", "app", "none"),
    Row("missing", "readable", "404 NOT FOUND", "allowed", "", "app", "none"),
    Row("broken", "readable", "500 INTERNAL SERVER ERROR", "allowed", "", "app", "none"),
    Row(
        "origin",
        "blocked",
        BLOCKED,
        "refused",
        "not-allowed",
        f"{VIEW}prices",
        "none",
        "origin_rejected",
    ),
    Row(
        "method",
        "blocked",
        BLOCKED,
        "refused",
        "method-not-allowed",
        f"{VIEW}loans",
        "sent",
        "preflight_rejected",
    ),
    Row(
        "name",
        "blocked",
        BLOCKED,
        "refused",
        "header-not-allowed",
        "app",
        "sent",
        "preflight_rejected",
    ),
    Row("anonymous", "blocked", BLOCKED, "allowed", "", f"{VIEW}catalogue", "none"),
]


class Page:
    """The page, loaded, and its calls all made."""

    def __init__(self, driver: webdriver.Chrome, demo: Demo) -> None:
        self.driver = driver
        self.demo = demo
        driver.get(f"{demo.page}/")
        self.wait_for_calls()

    def wait_for_calls(self) -> None:
        state = "return document.documentElement.dataset.state"
        WebDriverWait(self.driver, 60, poll_frequency=0.1).until(
            lambda driver: driver.execute_script(state) == "done"
        )

    def card(self, call: str) -> WebElement:
        return self.driver.find_element(By.ID, call)

    def text(self, call: str, part: str) -> str:
        return self.card(call).find_element(By.CSS_SELECTOR, part).text

    def run_again(self, call: str) -> None:
        button = self.card(call).find_element(By.CSS_SELECTOR, ".rerun")
        self.driver.execute_script("arguments[0].click()", button)
        WebDriverWait(self.driver, 60, poll_frequency=0.1).until(lambda _: button.is_enabled())

    def row(self, call: str) -> Row:
        card = self.card(call)
        value = {
            name: card.get_attribute(f"data-{name}") or ""
            for name in ("browser", "server", "reason", "rule", "preflight")
        }
        facts = self.text(call, ".server .facts").split("\n")
        heard = facts[facts.index("Signal") + 1] if "Signal" in facts else ""
        return Row(call, saw=self.text(call, ".browser .head code"), signal=heard, **value)


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    chromedriver = shutil.which("chromedriver")
    if chromium is None or chromedriver is None:
        reason = "chromium or chromedriver is missing (apt: chromium chromium-driver)"
        lack(reason)
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for argument in arguments(tmp_path_factory.mktemp("chromium")):
        options.add_argument(argument)
    driver = webdriver.Chrome(options=options, service=Service(chromedriver))
    yield driver
    driver.quit()


def arguments(profile: Path) -> list[str]:
    return [
        "--headless=new",
        "--no-sandbox",
        "--no-first-run",
        "--no-proxy-server",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-dev-shm-usage",
        "--disable-sync",
        "--window-size=1280,900",
        f"--user-data-dir={profile}",
    ]


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    demo = Demo(API_PORT="0", PAGE_PORT="0")
    yield demo
    demo.close()


@pytest.fixture
def page(driver: webdriver.Chrome, demo: Demo) -> Page:
    driver.execute_cdp_cmd("Network.clearBrowserCookies", {})
    return Page(driver, demo)


def test_each_call_shows_what_the_browser_saw_and_what_the_server_decided(page: Page) -> None:
    assert [page.row(row.call) for row in ROWS] == ROWS
    assert len(page.driver.find_elements(By.TAG_NAME, "article")) == len(ROWS)
    assert page.driver.find_element(By.ID, "tally").text == "12 calls: 8 readable, 4 blocked."


def test_an_exposed_header_is_seen_and_a_hidden_one_is_not(page: Page) -> None:
    seen = page.text("simple", ".browser .facts dd")
    assert "x-total-count" in seen
    assert "x-shelf" not in seen
    assert "X-Shelf: B7" in page.text("simple", ".wire")


def test_a_refusal_names_what_was_refused_and_says_what_to_change(page: Page) -> None:
    assert f"Origin\n{page.demo.page}" in page.text("origin", ".server .facts")
    assert "Method\nDELETE" in page.text("method", ".server .facts")
    assert "Header\nx-debug" in page.text("name", ".server .facts")
    for call, rule in (("origin", "library.prices"), ("method", "library.loans"), ("name", "app")):
        detail = page.text(call, ".server .detail")
        assert rule in detail
        assert "add it" in detail


def test_a_refused_origin_had_its_view_run_and_a_refused_method_was_never_sent(
    page: Page,
) -> None:
    assert "GET /prices → 200 OK" in page.text("origin", ".wire")
    assert '{"Emma":12,"Walden":9}' in page.text("origin", ".wire")
    assert "did not send the DELETE" in page.text("method", ".wire")


def test_a_cookie_comes_back_on_the_next_call(page: Page) -> None:
    assert page.text("cookies", ".browser .body") == '{"visits":1}'
    page.run_again("cookies")
    assert page.text("cookies", ".browser .body") == '{"visits":2}'
    assert "Cookie: visits=1" in page.text("cookies", ".wire")


def test_the_browser_remembers_a_preflight(page: Page) -> None:
    page.run_again("put")
    assert page.card("put").get_attribute("data-preflight") == "remembered"
    assert "No preflight" in page.text("put", ".wire")
    assert page.card("put").get_attribute("data-browser") == "readable"


def test_all_calls_run_again(page: Page) -> None:
    page.driver.find_element(By.ID, "again").click()
    page.wait_for_calls()
    again = [page.row(row.call) for row in ROWS]
    assert [(row.browser, row.server) for row in again] == [(r.browser, r.server) for r in ROWS]


@pytest.mark.parametrize("width", [1280, 768, 360])
def test_nothing_hangs_over_the_edge(page: Page, width: int) -> None:
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    page.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    try:
        overhang = (
            "return document.documentElement.scrollWidth - document.body.parentNode.clientWidth"
        )
        assert page.driver.execute_script(overhang) == 0
    finally:
        page.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_another_name_of_the_same_machine_is_another_origin(page: Page) -> None:
    page.driver.get(page.demo.page.replace("localhost", "127.0.0.1"))
    page.wait_for_calls()
    assert page.demo.page in page.driver.find_element(By.ID, "elsewhere").text
    assert page.card("simple").get_attribute("data-reason") == "not-allowed"
