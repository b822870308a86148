"""The example that follows a list in Redis: a real Redis, and a real gunicorn with workers."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from redis import Redis, RedisError

pytestmark = pytest.mark.once

EXAMPLES = Path(__file__).parents[2] / "examples"
LONG_ENOUGH = 30
FIRST = "https://app.example.com"
NEW = "https://new.example.com"
WORKERS = 3


class Site(NamedTuple):
    """The example, served from a folder, with the Redis that it follows."""

    folder: Path
    environment: dict[str, str]
    port: int

    def ask(self, origin: str) -> tuple[int, bool]:
        """Return which process answered, and whether the origin may read that, with cookies."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=LONG_ENOUGH)
        connection.request("GET", "/orders", headers={"Origin": origin, "Connection": "close"})
        response = connection.getresponse()
        process = json.loads(response.read())["process"]
        headers = response.headers
        connection.close()
        assert headers.get_all("Vary") == ["Origin"]
        allowed = headers["Access-Control-Allow-Origin"]
        assert allowed in (None, origin)
        assert (headers["Access-Control-Allow-Credentials"] == "true") is (allowed is not None)
        return process, allowed is not None

    def is_so(self, origin: str, *, reads: bool) -> bool:
        """Report whether every worker lets the origin read, or none does."""
        seen: dict[int, bool] = {}
        for _ in range(200):
            process, allowed = self.ask(origin)
            seen[process] = allowed
            if len(seen) == WORKERS:
                break
        assert len(seen) == WORKERS, f"only {seen} answered"
        return set(seen.values()) == {reads}

    def set_origins(self, *origins: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "flask", "--app", "following", "set-origins", *origins]
        return subprocess.run(
            command, cwd=EXAMPLES, env=self.environment, capture_output=True, text=True, check=False
        )

    @property
    def log(self) -> str:
        return (self.folder / "gunicorn.log").read_text()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("following")


@contextmanager
def redis(folder: Path) -> Iterator[Redis]:
    program = shutil.which("redis-server")
    if program is None:
        reason = "there is no redis-server here: apt-get install redis-server"
        if os.environ.get("STRICTCORS_REQUIRE_BROWSERS") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    command = [program, "--port", "0", "--unixsocket", "redis.sock", "--save", ""]
    with (
        (folder / "redis.log").open("wb") as log,
        subprocess.Popen(command, cwd=folder, stdout=log) as process,
        Redis(unix_socket_path=str(folder / "redis.sock")) as store,
    ):
        try:
            wait_for(lambda: is_up(store))
            yield store
        finally:
            process.kill()


def is_up(store: Redis) -> bool:
    try:
        return bool(store.ping())
    except RedisError:
        return False


@pytest.fixture(scope="module")
def site(folder: Path) -> Iterator[Site]:
    environment = os.environ | {
        "REDIS_URL": f"unix://{folder}/redis.sock",
        "XDG_RUNTIME_DIR": str(folder),
    }
    command = [sys.executable, "-m", "gunicorn", "--bind", "127.0.0.1:0", "--preload"]
    command += ["--workers", str(WORKERS), "--chdir", str(EXAMPLES), "following:create_app()"]
    log = folder / "gunicorn.log"
    with (
        log.open("wb") as written,
        subprocess.Popen(command, stdout=written, stderr=written, env=environment) as process,
    ):
        try:
            yield Site(folder, environment, wait_for(lambda: port_in(log.read_text())))
        finally:
            process.send_signal(signal.SIGQUIT)


def port_in(log: str) -> int:
    _, _, after = log.partition("Listening at: http://127.0.0.1:")
    return int(after.partition(" ")[0]) if "\n" in after else 0


def wait_for(condition: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + LONG_ENOUGH
    while not (found := condition()):
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.01)
    return found


def test_every_process_follows_keeps_what_it_has_in_an_outage_and_goes_on(
    folder: Path, site: Site
) -> None:
    # Redis is not there yet: the app serves by its own configuration.
    assert site.is_so(FIRST, reads=True)
    assert site.is_so(NEW, reads=False)
    with redis(folder) as store:
        wait_for(lambda: store.pubsub_numsub("cors:origins")[0][1] >= WORKERS)
        assert site.set_origins(NEW).returncode == 0
        wait_for(lambda: site.is_so(NEW, reads=True))
        assert site.is_so(FIRST, reads=False)
        refused = site.set_origins(f"{FIRST}/")
        assert refused.returncode == 1
        assert "origin-trailing-slash" in refused.stderr
        # As somebody may who does not use the command.
        for wrong in (f'["{FIRST}/"]', "[", '"*"'):
            store.set("cors:origins", wrong)
            store.publish("cors:origins", "changed")
        wait_for(lambda: site.log.count("credentials-any-origin") >= WORKERS)
        assert site.is_so(NEW, reads=True)
    wait_for(lambda: site.log.count("Redis is away") >= WORKERS)
    assert site.is_so(NEW, reads=True)
    assert site.set_origins(FIRST).returncode == 1
    with redis(folder) as store:
        # Changed before anybody has subscribed again.
        store.set("cors:origins", json.dumps([FIRST]))
        wait_for(lambda: site.is_so(FIRST, reads=True))
        assert site.is_so(NEW, reads=False)
    assert "Traceback" not in site.log.replace("The origins stay as they are.\nTraceback", "")
