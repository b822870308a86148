"""Starts Debian's Chromium through Selenium and its chromedriver."""

import os
import shutil
import signal
from contextlib import suppress
from tempfile import TemporaryDirectory

from selenium import webdriver
from selenium.common.exceptions import TimeoutException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.support.wait import WebDriverWait

from .bidi import Session
from .browser import Browser, MissingBrowserError


def start_chromium(trusted_key: str, public_port: int = 0) -> Browser:
    """Start a headless Chromium that trusts certificates over ``trusted_key`` (an SPKI hash).

    It takes what is on ``public_port`` of this machine for a site of the internet.
    """
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    driver_program = shutil.which("chromedriver")
    if program is None or driver_program is None:
        raise MissingBrowserError(
            "Chromium or chromedriver is not installed (apt: chromium chromium-driver)"
        )
    home = TemporaryDirectory(prefix="strictcors-chromium-", ignore_cleanup_errors=True)
    options = webdriver.ChromeOptions()
    options.binary_location = program
    options.set_capability("webSocketUrl", True)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    for argument in _arguments(home.name, trusted_key, public_port):
        options.add_argument(argument)
    service = Service(
        executable_path=driver_program,
        env={**os.environ, "HOME": home.name},
        popen_kw={"start_new_session": True},
    )

    def console_says(tab: str, words: str) -> bool:
        # The console's word on CORS comes from the browser itself: BiDi events leave it out.
        driver.switch_to.window(tab)
        try:
            return WebDriverWait(driver, 5, poll_frequency=0.05).until(
                lambda driver: any(words in line["message"] for line in driver.get_log("browser"))
            )
        except TimeoutException:
            return False

    def stop() -> None:
        try:
            with suppress(Exception):
                driver.quit()
            # Whatever did not obey goes with its process group.
            with suppress(ProcessLookupError):
                os.killpg(service.process.pid, signal.SIGKILL)
        finally:
            home.cleanup()

    try:
        driver = webdriver.Chrome(options=options, service=service)
    except BaseException:
        service.stop()
        home.cleanup()
        raise
    try:
        session = Session(driver.capabilities["webSocketUrl"])
    except BaseException:
        stop()
        raise
    return Browser("chromium", session, console_says, stop)


def _arguments(profile: str, trusted_key: str, public_port: int) -> list[str]:
    return [
        "--headless=new",
        "--no-sandbox",
        "--no-first-run",
        "--no-proxy-server",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-dev-shm-usage",
        "--disable-sync",
        f"--user-data-dir={profile}/profile",
        "--host-resolver-rules=MAP * 127.0.0.1",
        f"--ip-address-space-overrides=127.0.0.1:{public_port}=public",
        # --ignore-certificate-errors would stop Chromium from caching https answers.
        f"--ignore-certificate-errors-spki-list={trusted_key}",
    ]
