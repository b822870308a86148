"""Asking: nothing goes over the wire that was not said before."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final, Protocol

from flask_strictcors.browser import Sent, Transport, UnreachableError
from flask_strictcors.cli.probe.answers import Answer, Role
from flask_strictcors.cli.probe.strangers import Kind

USER_AGENT: Final = "flask-strictcors-probe"
MOST_UNANSWERED: Final = 2


class Teller(Protocol):
    """Whoever says what is about to be sent, and what came."""

    def before(self, number: int, role: Role, sent: Sent, kind: Kind | None) -> None:
        """Say what is about to be sent."""

    def after(self, answer: Answer) -> None:
        """Say what came."""


class TooManyUnansweredError(Exception):
    """The server has stopped answering, and is left alone."""


@dataclass
class Asker:
    """Send requests, each announced; keep what came."""

    transport: Transport
    teller: Teller
    answers: list[Answer] = field(default_factory=list[Answer])

    def ask(self, role: Role, sent: Sent, kind: Kind | None = None) -> Answer:
        """Return the answer to a request, also where none came.

        Raises `TooManyUnansweredError` instead of sending anything once too many went unanswered.
        """
        if sum(answer.received is None for answer in self.answers) >= MOST_UNANSWERED:
            raise TooManyUnansweredError
        sent = _signed(sent)
        number = len(self.answers) + 1
        self.teller.before(number, role, sent, kind)
        answer = self._answer(number, role, sent, kind)
        self.answers.append(answer)
        self.teller.after(answer)
        return answer

    def _answer(self, number: int, role: Role, sent: Sent, kind: Kind | None) -> Answer:
        try:
            return Answer(number, role, sent, self.transport(sent), kind=kind)
        except UnreachableError as fault:
            return Answer(number, role, sent, None, str(fault), kind)


def _signed(sent: Sent) -> Sent:
    """Return the request with a name that a server's log will show, unless the user gave one."""
    if sent.get("User-Agent") is not None:
        return sent
    return replace(sent, headers=(("User-Agent", USER_AGENT), *sent.headers))
