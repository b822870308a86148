"""The real servers, on this machine, in one folder: for a look at them, and for the tests.

No part of the app. PostgreSQL and Redis listen on sockets in the folder, nginx and gunicorn on
loopback; all of them end with the block. Where you deploy, systemd or Kubernetes does this.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from . import create_app
from .models import db

HERE = Path(__file__).parent
LONG_ENOUGH = 30

NGINX = """
pid {folder}/nginx.pid;
error_log stderr notice;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/saas.conf;
}}
"""


class MissingProgramError(Exception):
    """A program is not installed; the text says what to install."""


def find(name: str, package: str) -> str:
    """Return where a program of Debian's is; PostgreSQL's are in no PATH."""
    newest = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parts[-2]))
    places = [os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin", *map(str, newest[::-1])]
    found = shutil.which(name, path=os.pathsep.join(places))
    if found is None:
        raise MissingProgramError(f"there is no {name} here: apt-get install {package}")
    return found


class Server:
    """One server: it can be ended, in a way that it may not like, and started again."""

    def __init__(self, log: Path, words: list[str], sign: str, **options: object) -> None:
        self.log = log
        self.words = words
        self.sign = sign
        self.options = options
        self.launched_at = 0
        self.process: subprocess.Popen[bytes] | None = None

    def launch(self) -> None:
        """Start it, and do not wait."""
        with self.log.open("ab") as log:
            self.launched_at = log.tell()
            self.process = subprocess.Popen(
                self.words, stdout=log, stderr=subprocess.STDOUT, **self.options
            )

    def await_sign(self, times: int = 1) -> None:
        """Wait until its log has its sign so many times."""
        deadline = time.monotonic() + LONG_ENOUGH
        while self.said().count(self.sign) < times:
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{self.words[0]} did not start: {self.said()}")
            time.sleep(0.01)

    def start(self) -> None:
        """Start it, and wait until it is there."""
        self.launch()
        self.await_sign()

    def said(self) -> str:
        """Return what its log says since it was started."""
        return self.log.read_bytes()[self.launched_at :].decode(errors="replace")

    def send(self, number: signal.Signals) -> None:
        """Send a signal."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)

    def end(self, number: signal.Signals = signal.SIGINT) -> None:
        """Send a signal that ends it, and wait for the end."""
        self.send(number)
        if self.process is not None:
            try:
                self.process.wait(LONG_ENOUGH)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


class Stack:
    """PostgreSQL, Redis, gunicorn and nginx, with the app in the middle."""

    def __init__(self, folder: Path, port: int = 0, workers: int = 3) -> None:
        self.folder = folder
        self.workers = workers
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.redis_url = f"unix://{folder}/redis.sock"
        self.database_url = f"postgresql+psycopg://saas@/postgres?host={folder}/postgres"
        self.environment = os.environ | {
            "SAAS_DATABASE_URL": self.database_url,
            "SAAS_REDIS_URL": self.redis_url,
            "PROMETHEUS_MULTIPROC_DIR": str(folder),
            "WEB_CONCURRENCY": str(workers),
            "PYTHONUNBUFFERED": "1",
        }
        self.postgres = self._postgres()
        self.redis = self._redis()
        self.gunicorn = self._gunicorn()
        self.nginx = self._nginx()
        # Once more, in this process.
        self.app = create_app(DATABASE_URL=self.database_url, REDIS_URL=self.redis_url)
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            servers = (self.postgres, self.redis, self.gunicorn, self.nginx)
            for server in servers:
                stack.callback(server.end)
            # All are told before one is waited for.
            for server in servers:
                stack.callback(server.send, signal.SIGINT)
            stack.callback(self._leave)
            self._start()
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _start(self) -> None:
        # The app asks nobody for anything until it is asked.
        for server in (self.redis, self.gunicorn):
            server.launch()
        words = [find("initdb", "postgresql"), "-D", "data", "-U", "saas", "-A", "trust"]
        words += ["--no-sync", "-E", "UTF8", "--locale", "C"]
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL, **self.postgres.options)
        self.postgres.start()
        with self.app.app_context():
            db.create_all()
        self.redis.await_sign()
        self.gunicorn.await_sign(self.workers)
        self._place_nginx()
        self.nginx.start()

    def _leave(self) -> None:
        with self.app.app_context():
            db.engine.dispose()

    @property
    def gunicorn_port(self) -> int:
        """Return where gunicorn listens, by its log."""
        told = self.gunicorn.log.read_text().partition("Listening at: http://127.0.0.1:")[2]
        return int(told.split()[0])

    def _postgres(self) -> Server:
        folder = self.folder / "postgres"
        folder.mkdir()
        options: dict[str, object] = {"cwd": folder}
        if os.geteuid() == 0:
            # PostgreSQL refuses to run as root. The package has made this user.
            owner = pwd.getpwnam("postgres")
            os.chown(folder, owner.pw_uid, owner.pw_gid)
            self.folder.chmod(0o711)
            options |= {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
        # Nothing here has to outlive a power cut.
        given = ["-c", "listen_addresses=", "-c", "fsync=off", "-k", str(folder)]
        words = [find("postgres", "postgresql"), "-D", "data", *given]
        log = folder / "postgres.log"
        return Server(log, words, "system is ready to accept connections", **options)

    def _redis(self) -> Server:
        words = [find("redis-server", "redis-server"), "--port", "0", "--unixsocket", "redis.sock"]
        # A bound on its memory. What it holds can be read again, so it may forget what it likes.
        words += ["--save", "", "--maxmemory", "64mb", "--maxmemory-policy", "allkeys-lru"]
        log = self.folder / "redis.log"
        return Server(log, words, "ready to accept connections", cwd=self.folder)

    def _gunicorn(self) -> Server:
        words = [sys.executable, "-m", "gunicorn", "--config", "saas/gunicorn.conf.py"]
        words += ["--bind", "127.0.0.1:0"]
        log = self.folder / "gunicorn.log"
        return Server(log, words, "Booting worker", cwd=HERE.parent, env=self.environment)

    def _nginx(self) -> Server:
        user = "user root;" if os.geteuid() == 0 else ""
        words = [find("nginx", "nginx-light"), "-p", ".", "-c", f"{self.folder}/nginx.conf"]
        words += ["-e", "stderr", "-g", f"daemon off; {user}"]
        log = self.folder / "nginx.log"
        return Server(log, words, "start worker process", cwd=self.folder)

    def _place_nginx(self) -> None:
        conf = (HERE / "nginx.conf").read_text()
        conf = conf.replace("127.0.0.1:8080", f"127.0.0.1:{self.port}")
        conf = conf.replace("127.0.0.1:8000", f"127.0.0.1:{self.gunicorn_port}")
        (self.folder / "saas.conf").write_text(conf)
        (self.folder / "nginx.conf").write_text(NGINX.format(folder=self.folder))


def free_port() -> int:
    """Return a port that nobody has just now."""
    with socket.create_server(("127.0.0.1", 0)) as held:
        return int(held.getsockname()[1])
