"""A client of the API: what a tenant's server does, and what a browser sends."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from http.client import HTTPConnection
from typing import Any, Final
from urllib.parse import quote

from extension.wire import cors_headers, granted, offered

# Seconds. Whatever is down, an answer comes long before.
LONG_ENOUGH: Final = 30
FAILED: Final = 'reason="callable-failed"'


@dataclass(frozen=True)
class Answer:
    """One answer over HTTP."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def cors(self) -> dict[str, str]:
        """Return the CORS headers and Vary, each of which comes once."""
        return cors_headers(self)  # type: ignore[arg-type]


@dataclass
class Api:
    """The API at a port of loopback, and the API keys of its tenants."""

    port: int
    keys: dict[str, str] = field(default_factory=dict)

    def ask(
        self, method: str, path: str, headers: dict[str, str] | None = None, body: Any = None
    ) -> Answer:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=LONG_ENOUGH)
        sent = {"Content-Type": "application/json"} if body is not None else {}
        try:
            text = None if body is None else json.dumps(body)
            connection.request(method, path, text, sent | (headers or {}))
            response = connection.getresponse()
            return Answer(response.status, response.getheaders(), response.read())
        finally:
            connection.close()

    # --- a page ------------------------------------------------------------------------------

    def rates(self, tenant: str, origin: str, mark: str = "") -> Answer:
        return self.ask("GET", f"/v1/{tenant}/rates{mark}", {"Origin": origin})

    def preflight(self, tenant: str, origin: str, what: str = "quotes") -> Answer:
        asked = {
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type",
        }
        return self.ask("OPTIONS", f"/v1/{tenant}/{what}", {"Origin": origin} | asked)

    def lets_in(self, tenant: str, origin: str) -> bool:
        """Report whether a page may use the API: all that it is told is right, or it is nothing."""
        asked, answered = self.preflight(tenant, origin), self.rates(tenant, origin)
        assert (asked.status, asked.body, answered.status) == (204, b"", 200)
        assert answered.json["tenant"] == tenant
        told = asked.cors, answered.cors
        if told == ({"Vary": offered("")["Vary"]}, {"Vary": "Origin"}):
            return False
        allowed = "Authorization, Content-Type"
        offer = offered("POST", origin, allowed) | {"Max-Age": "30"}
        assert told == (offer, granted(origin))
        return True

    # --- a tenant's server -------------------------------------------------------------------

    def own(self, tenant: str, method: str = "GET", asked: str = "", body: Any = None) -> Answer:
        key = {"Authorization": f"Bearer {self.keys[tenant]}"}
        return self.ask(method, f"/v1/{tenant}/origins{asked}", key, body)

    def add(self, tenant: str, origin: str) -> Answer:
        return self.own(tenant, "POST", body={"origin": origin})

    def remove(self, tenant: str, origin: str) -> Answer:
        return self.own(tenant, "DELETE", "?origin=" + quote(origin))

    # --- whoever runs it ---------------------------------------------------------------------

    def failures(self) -> int:
        """Return how often nobody could tell who is let in, of all workers."""
        lines = self.ask("GET", "/metrics").body.decode().splitlines()
        return sum(int(float(line.rpartition(" ")[2])) for line in lines if FAILED in line)
