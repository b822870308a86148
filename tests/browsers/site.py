"""The blank pages that scripts run in, under every host name and both schemes."""

import base64
import hashlib
import ssl
from typing import Protocol

import trustme
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from werkzeug import Request, Response

from .browser import Page
from .servers import Server

APP = "app.example.test"
PARTNER = "partner.example.test"
ELSEWHERE = "www.elsewhere.test"
"""The first two are same-site with the API, the third is not."""


class Visit(Protocol):
    """Open a blank page on a host, the sandboxed frame in one, or any address."""

    def __call__(
        self,
        host: str = APP,
        scheme: str = "https",
        *,
        sandboxed: bool = False,
        address: str | None = None,
    ) -> Page: ...


class Certificate:
    """A throw-away authority's word for every host that the tests name."""

    def __init__(self) -> None:
        leaf = trustme.CA().issue_cert("*.example.test", "*.elsewhere.test")
        self.server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        leaf.configure_cert(self.server)
        certificate = x509.load_pem_x509_certificate(leaf.cert_chain_pems[0].bytes())
        key = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        self.key_hash = base64.b64encode(hashlib.sha256(key).digest()).decode()


class Site:
    """The page servers; ``/sandbox`` is a page with a sandboxed frame in it."""

    def __init__(self, certificate: Certificate) -> None:
        self._servers = {
            "http": Server(_page, APP, None),
            "https": Server(_page, APP, certificate.server),
        }
        # The browsers are told that this one is on the internet, and not on their own machine.
        self.public = Server(_page, APP, certificate.server)

    def origin(self, host: str = APP, scheme: str = "https") -> str:
        """Return the serialized origin of the pages on a host."""
        return self._servers[scheme].origin_at(host)

    def stop(self) -> None:
        """Stop all servers."""
        for server in (*self._servers.values(), self.public):
            server.stop()


@Request.application
def _page(request: Request) -> Response:
    frame = '<iframe sandbox="allow-scripts allow-forms" src="/"></iframe>'
    body = frame if request.path == "/sandbox" else ""
    # The empty icon keeps browsers from asking for one on their own.
    head = '<!doctype html><title>page</title><link rel="icon" href="data:,">'
    return Response(f"{head}<body>{body}</body>", mimetype="text/html")
