"""Starts Debian's Firefox, which speaks WebDriver BiDi itself."""

import os
import queue
import re
import shutil
import signal
import subprocess
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import IO

from .bidi import PATIENCE, Session
from .browser import Browser, MissingBrowserError

# Port 0 takes a free one; Firefox then prints which.
ARGUMENTS = ["--headless", "--no-remote", "--remote-debugging-port", "0"]
PREFERENCES = {
    "app.normandy.enabled": False,
    "app.update.enabled": False,
    "browser.safebrowsing.downloads.enabled": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "browser.safebrowsing.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.systemAddon.update.enabled": False,
    "extensions.update.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    # Firefox drops a kept preflight when the host's address was looked up anew: one lookup is
    # enough, and it must outlive the tests.
    "network.dns.disableIPv6": True,
    "network.dns.forceResolve": "127.0.0.1",
    "network.dnsCacheExpiration": 3600,
    "network.proxy.type": 0,
    "services.settings.server": "data:,#remote-settings-dummy/v1",
    "toolkit.telemetry.enabled": False,
    "toolkit.telemetry.server": "data:,",
}


def start_firefox(public_port: int = 0) -> Browser:
    """Start a headless Firefox that takes any certificate.

    It takes what is on ``public_port`` of this machine for a site of the internet.
    """
    program = shutil.which("firefox-esr") or shutil.which("firefox")
    if program is None:
        raise MissingBrowserError("Firefox is not installed (apt: firefox-esr)")
    home = TemporaryDirectory(prefix="strictcors-firefox-", ignore_cleanup_errors=True)
    Path(home.name, "user.js").write_text(_user_js(public_port))
    process = subprocess.Popen(
        [program, *ARGUMENTS, "--profile", home.name],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        # Firefox refuses to run in a home that another user owns.
        env={**os.environ, "HOME": home.name},
        start_new_session=True,
    )
    assert process.stderr is not None
    lines: queue.SimpleQueue[str] = queue.SimpleQueue()
    # Read to the end: a full pipe would stop the browser.
    reader = Thread(target=_read_output, args=(process.stderr, lines), daemon=True)
    reader.start()

    def console_says(tab: str, words: str) -> bool:
        return session.wait_for(
            lambda event: (
                event["params"]["source"]["context"] == tab and words in event["params"]["text"]
            )
        )

    def stop() -> None:
        try:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(PATIENCE)
            reader.join(PATIENCE)
        finally:
            home.cleanup()

    try:
        session = Session(f"{_first_address(lines)}/session")
        session.send("session.new", capabilities={"alwaysMatch": {"acceptInsecureCerts": True}})
        session.send("session.subscribe", events=["log.entryAdded"])
    except BaseException:
        stop()
        raise
    return Browser("firefox", session, console_says, stop)


def _user_js(public_port: int) -> str:
    public = {"network.lna.address_space.public.override": f"127.0.0.1:{public_port}"}
    preferences = {**PREFERENCES, **public}
    lines = (f'user_pref("{name}", {_literal(value)});' for name, value in preferences.items())
    return "\n".join(lines)


def _literal(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value).lower()


def _read_output(output: IO[str], lines: "queue.SimpleQueue[str]") -> None:
    with output:
        for line in output:
            lines.put(line)
    lines.put("")


def _first_address(lines: "queue.SimpleQueue[str]") -> str:
    said = ""
    while line := lines.get(timeout=PATIENCE):
        if found := re.search(r"WebDriver BiDi listening on (ws://\S+)", line):
            return found[1]
        said += line
    raise RuntimeError(f"Firefox did not start; it said: {said}")
