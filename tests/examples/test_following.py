"""The example that follows a list in Redis: a real Redis, and a real gunicorn with workers."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import NamedTuple

import pytest
from faults.running import LONG_ENOUGH, wait_for
from programs import lack
from redis import Redis, RedisError
from servers.running import Server, running

pytestmark = pytest.mark.once

EXAMPLES = Path(__file__).parents[2] / "examples"
FIRST = "https://app.example.com"
NEW = "https://new.example.com"
WORKERS = 3


class Site(NamedTuple):
    """The example, served, and the environment that names the Redis that it follows."""

    server: Server
    environment: dict[str, str]

    def ask(self, origin: str) -> tuple[int, bool]:
        """Return which process answered, and whether the origin may read that, with cookies."""
        connection = HTTPConnection("127.0.0.1", self.server.port, timeout=LONG_ENOUGH)
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
        return self.server.said_since(0)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("following")


@contextmanager
def redis(folder: Path) -> Iterator[Redis]:
    program = shutil.which("redis-server")
    if program is None:
        reason = "there is no redis-server here: apt-get install redis-server"
        lack(reason)
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
    url = f"unix://{folder}/redis.sock"
    options = ["--preload", "--workers", str(WORKERS), "--env", f"REDIS_URL={url}"]
    words = ["-m", "gunicorn", "--bind", "127.0.0.1:0", "--chdir", str(EXAMPLES), *options]
    with running(folder, {"following": [*words, "following:create_app()"]}) as servers:
        yield Site(servers["following"], os.environ | {"REDIS_URL": url})


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
