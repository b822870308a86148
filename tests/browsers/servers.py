"""Serves a WSGI application to real browsers: threads, http or https, a free loopback port."""

import ssl
import sys
from threading import Thread
from typing import Any, Protocol

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from .wire import Wire, WSGIApp


class Server:
    """One running server; its wire log tells what reached it."""

    def __init__(self, app: WSGIApp, host: str, tls: ssl.SSLContext | None) -> None:
        self.wire = Wire(app)
        self.host = host
        self._server = _Threads("127.0.0.1", 0, self.wire, _Quiet)
        # Set late: at construction it would make one slow handshake block every other client.
        self._server.ssl_context = tls
        self._thread = Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )
        self._thread.start()

    @property
    def port(self) -> int:
        """Return the port on this machine."""
        return self._server.server_port

    @property
    def origin(self) -> str:
        """Return the serialized origin of the first host."""
        return self.origin_at(self.host)

    def origin_at(self, host: str) -> str:
        """Return the serialized origin of this server under another host name."""
        scheme = "http" if self._server.ssl_context is None else "https"
        return f"{scheme}://{host}:{self.port}"

    def url(self, path: str) -> str:
        """Return the address of a path on the first host."""
        return self.origin + path

    def stop(self) -> None:
        """Stop serving and close the port."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class Serve(Protocol):
    """Start a server for an application; it is stopped after the test."""

    def __call__(
        self, app: WSGIApp, host: str = "api.example.test", scheme: str = "https"
    ) -> Server: ...


class _Threads(ThreadedWSGIServer):
    def finish_request(self, request: Any, client_address: Any) -> None:
        if self.ssl_context is not None:
            request = self.ssl_context.wrap_socket(request, server_side=True)
        try:
            super().finish_request(request, client_address)
        finally:
            request.close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        # Browsers open connections ahead and drop them: that is no fault of ours.
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _Quiet(WSGIRequestHandler):
    def log_request(self, *args: Any, **kwargs: Any) -> None:
        """Say nothing: the wire log has it."""
