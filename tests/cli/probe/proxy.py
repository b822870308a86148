"""A real nginx in front of a real gunicorn, with one server for each way of being wrong."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Final, NamedTuple

# Seconds after which a server that does not stop by itself is killed.
LONG_ENOUGH: Final = 10


class MissingServerError(Exception):
    """A server is not installed; the text says what to install."""


def find_nginx() -> str:
    found = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
    if found is None:
        raise MissingServerError("there is no nginx here: apt-get install nginx")
    if find_spec("gunicorn") is None:
        raise MissingServerError("there is no gunicorn here: pip install gunicorn")
    return found


class Place(NamedTuple):
    """Where the proxy may write, and what stands behind it."""

    folder: Path
    upstream: Path
    certificate: Path


@contextmanager
def gunicorn(folder: Path) -> Iterator[Path]:
    """Serve the shop on a socket in the folder."""
    path = folder / "gunicorn.sock"
    bound = ["--bind", f"unix:{path}", "--workers", "1", "--threads", "4"]
    words = [sys.executable, "-m", "gunicorn", *bound, "--chdir", str(Path(__file__).parent)]
    with _running([*words, "shop:app"], "Listening at", folder):
        yield path


@contextmanager
def nginx(
    place: Place, servers: Mapping[str, str], *, before: str = ""
) -> Iterator[dict[str, int]]:
    """Run one nginx with a server for each of the configurations; yield their ports."""
    ports = dict(zip(servers, _free_ports(len(servers)), strict=True))
    blocks = "\n".join(_server(ports[name], text) for name, text in servers.items())
    conf = place.folder / "nginx.conf"
    conf.write_text(
        _CONF.format(
            folder=place.folder,
            upstream=place.upstream,
            before=before,
            user=_user(),
            blocks=blocks,
            certificate=place.certificate,
        )
    )
    words = [find_nginx(), "-p", str(place.folder), "-c", str(conf), "-e", "stderr"]
    with _running(words, "start worker process", place.folder):
        yield ports


@contextmanager
def _running(words: list[str], sign: str, folder: Path) -> Iterator[None]:
    """Run a server from the line that says it is ready to the end of the block."""
    # Newer gunicorns put a socket for their control there, else into the home folder.
    environment = os.environ | {"XDG_RUNTIME_DIR": str(folder)}
    with ExitStack() as stack:
        process = stack.enter_context(
            subprocess.Popen(
                words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment
            )
        )
        stack.callback(_stop, process)
        assert process.stderr is not None
        said = []
        for line in process.stderr:
            said.append(line)
            if sign in line:
                break
        else:
            raise RuntimeError(f"{words[0]} did not start: {''.join(said)}")
        yield


def _stop(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.communicate(timeout=LONG_ENOUGH)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()


def _free_ports(number: int) -> list[int]:
    # All are held until each is known, so that none is given twice.
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    try:
        return [int(one.getsockname()[1]) for one in sockets]
    finally:
        for one in sockets:
            one.close()


def _user() -> str:
    """Return the line that lets workers read what a test's folder holds, needed by root only."""
    return "user root;" if os.geteuid() == 0 else ""


def _server(port: int, text: str) -> str:
    tls = " ssl" if "ssl_certificate" in text else ""
    return f"    server {{\n        listen 127.0.0.1:{port}{tls};\n{text}\n    }}"


_CONF = """
daemon off;
{user}
worker_processes 1;
pid {folder}/nginx.pid;
error_log stderr notice;
events {{ worker_connections 64; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    proxy_cache_path {folder}/kept keys_zone=kept:1m;
    upstream shop {{ server unix:{upstream}; }}
    proxy_set_header Host $http_host;
    ssl_certificate_key {certificate};
{before}
{blocks}
}}
"""
