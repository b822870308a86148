"""CORSError: what a script's promise is rejected with, and what the console adds."""

from __future__ import annotations

from flask_strictcors.browser import Check, Exchange, Step


class CORSError(Exception):
    """Say that a browser gives the script no answer: at which step, why, and what to change.

    `request` is the method and the URL that were asked for, `origin` the page's; `exchanges` is
    all that went over the wire until then, preflights included.
    """

    def __init__(
        self, origin: str, request: str, failure: Check, exchanges: tuple[Exchange, ...]
    ) -> None:
        super().__init__(origin, request, failure, exchanges)
        self.origin = origin
        self.request = request
        self.failure = failure
        self.exchanges = exchanges

    @property
    def step(self) -> Step:
        """The step at which the browser stopped."""
        return self.failure.step

    @property
    def fix(self) -> str:
        """What to change, on the server unless the script is at fault."""
        return self.failure.fix

    def __str__(self) -> str:
        check = self.failure
        said = f"{self.request} from {self.origin} failed ({check.step}): {check.message}"
        return f"{said}\n{check.fix}"
