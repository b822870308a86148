"""Start an API and its page on two ports, and stop both on Ctrl-C."""

import argparse
import errno
import inspect
import logging
import os
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from threading import Thread
from typing import Any

from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from flask_strictcors import StrictCORS
from recording import Recording

HOST = "127.0.0.1"
STRANGER = "https://elsewhere.example"


class PlannedError(Exception):
    """Fail where the example wants to show a failure."""


class Quiet(WSGIRequestHandler):
    """Leave the terminal to what the API itself has to say."""

    def log_request(self, *_: Any) -> None:
        """Log nothing: the page shows every request."""


def serve(create_api: Callable[[str], tuple[Flask, StrictCORS]]) -> int:
    """Serve until SIGINT or SIGTERM, and return the exit status."""
    stopped = _stop_signals()
    ports = _ports()
    api_socket = _listen(ports.api_port, "API_PORT")
    page_socket = _listen(ports.page_port, "PAGE_PORT")
    demo = {"api": _origin(api_socket), "page": _origin(page_socket)}
    demo["allowed"] = _curl(demo["page"], demo["api"])
    demo["refused"] = _curl(STRANGER, demo["api"])
    demo["policy"] = inspect.getsource(create_api).split("\n\n")[0]
    api, strict = create_api(demo["page"])
    api.logger.addFilter(_in_one_line)
    recording = Recording(api, strict)
    servers = [_start(recording, api_socket), _start(create_page(demo, recording), page_socket)]
    print(
        f"The page   {demo['page']}/",
        f"The API    {demo['api']}/books",
        "",
        f"Allowed    {demo['allowed']}",
        f"Refused    {demo['refused']}",
        "",
        "Ctrl-C stops both.",
        sep="\n",
        flush=True,
    )
    stopped.recv(1)
    for server in servers:
        server.shutdown()
    return 0


def create_page(demo: dict[str, str], recording: Recording) -> Flask:
    """Return the page's own server, which also tells the API's side of each call."""
    page = Flask(__name__, static_folder="page", static_url_path="")

    @page.get("/")
    def index():
        return page.send_static_file("index.html")

    @page.get("/demo")
    def addresses():
        return demo

    @page.get("/stories/<call>")
    def story(call):
        return recording.story(call)

    return page


def _stop_signals() -> socket.socket:
    """Return a socket that has something to read once SIGINT or SIGTERM has come."""
    # Not an Event: a signal that comes just before wait() sleeps would not wake it.
    read, write = socket.socketpair()
    write.setblocking(False)
    signal.set_wakeup_fd(write.detach())
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    return read


def _in_one_line(record: logging.LogRecord) -> bool:
    """Let a planned failure be logged without its traceback, which would look like a real one."""
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, PlannedError):
        record.msg, record.args, record.exc_info = f"{record.getMessage()}: {error}", (), None
    return True


def _ports() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="An API on one origin, its page on another.")
    for name, port in (("api", "5001"), ("page", "5002")):
        variable = f"{name.upper()}_PORT"
        parser.add_argument(
            f"--{name}-port",
            type=_port,
            default=os.environ.get(variable, port),
            metavar="N",
            help=f"or {variable} in the environment; 0 takes any free port (default: {port})",
        )
    return parser.parse_args()


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= 65535):
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: write a number up to 65535")
    return int(text)


def _listen(port: int, variable: str) -> socket.socket:
    """Listen on `port`, or exit with status 1 and the one line that says what to do."""
    # Browsers try every address of "localhost": a server on [::1] would answer in our place.
    with suppress(OSError), socket.create_connection(("localhost", port), timeout=1):
        _refuse(port, "taken", variable)
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen()
    except OSError as error:
        taken = error.errno == errno.EADDRINUSE
        _refuse(port, "taken" if taken else f"not to be had ({error.strerror})", variable)
    return listener


def _refuse(port: int, state: str, variable: str) -> None:
    option = f"--{variable.lower().replace('_', '-')}"
    sys.exit(
        f"Port {port} is {state}. Choose another with {option} or {variable}; "
        f"0 takes any free one: {variable}=0 make demo"
    )


def _origin(listener: socket.socket) -> str:
    return f"http://localhost:{listener.getsockname()[1]}"


def _curl(origin: str, api: str) -> str:
    return f'curl -i -H "Origin: {origin}" {api}/books'


def _start(app: Callable[..., Any], listener: socket.socket) -> BaseWSGIServer:
    port = listener.getsockname()[1]
    server = make_server(
        HOST, port, app, threaded=True, request_handler=Quiet, fd=listener.fileno()
    )
    # The server has its own copy: this one would keep the port after a shutdown.
    listener.close()
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()
    return server
