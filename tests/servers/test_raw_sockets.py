"""Bytes that no client library would send, to real servers: exact answers, and nothing leaks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from http import HTTPStatus

import pytest
from extension.wire import cors_headers
from programs import lack
from werkzeug.exceptions import default_exceptions

from .asking import MARK, PRICES, Ask, Case, Outcome, get
from .client import Answer, Connection
from .framing import FRAMING
from .origins import BLANKS_BEHIND, ORIGINS
from .preflights import ASKED, RULES
from .running import WORDS, Server, is_here, running
from .targets import TARGETS

SERVERS = [*WORDS]
CASES = [*ORIGINS, *ASKED, *RULES, *TARGETS, *FRAMING]
OF_SERVERS = {400, 414, 417, 431, 501, 505}

# All that stands in an answer beside CORS, with what may stand there.
KNOWN = {
    "server": r"gunicorn|Werkzeug/[\d.]+ Python/[\d.]+",
    "date": r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT",
    "connection": r"close|keep-alive",
    "content-type": r"text/html; charset=utf-8|text/plain(; charset=utf-8)?",
    "content-length": r"\d+",
    "transfer-encoding": r"chunked",
}
LONGEST = 1_200
BROKEN = "RuntimeError: the view is broken"


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Server]]:
    words = {name: WORDS[name] for name in SERVERS if is_here(name)}
    with running(tmp_path_factory.mktemp("servers"), words) as found:
        yield found


@pytest.fixture(params=SERVERS)
def server(request: pytest.FixtureRequest, servers: dict[str, Server]) -> Server:
    name: str = request.param
    need(name)
    return servers[name]


def need(name: str) -> None:
    """Skip what needs a server where it is missing; fail where somebody asks for it."""
    if not is_here(name):
        program = name.partition(" ")[0]
        reason = f"there is no {program} here: pip install {program}"
        lack(reason)


@pytest.mark.parametrize("asked", ["", "1"])
def test_a_missing_server_is_a_skip_and_a_failure_where_it_is_asked_for(
    asked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STRICTCORS_REQUIRE_BROWSERS", asked)
    outcome = pytest.fail.Exception if asked else pytest.skip.Exception
    with pytest.raises(outcome, match="no unicorn here: pip install unicorn"):
        need("unicorn sync")


@pytest.mark.parametrize("case", CASES, ids=str)
def test_each_answer_is_exactly_what_the_rules_say(case: Case, server: Server) -> None:
    hold(case, server)


@pytest.mark.parametrize("kind", BLANKS_BEHIND)
def test_blanks_behind_an_origin_are_the_servers_to_take_away(
    kind: str, servers: dict[str, Server]
) -> None:
    need(kind)
    for server in servers.values():
        if server.name.startswith(kind):
            hold(BLANKS_BEHIND[kind], server)


def hold(case: Case, server: Server) -> None:
    """Send all that a case sends, each on a connection of its own, and compare all that comes."""
    place = server.log.stat().st_size
    # The two of gunicorn read alike: what tells the rules apart is asked of one of them.
    asks = case.asks[:2] if server.name == "gunicorn sync" else case.asks
    answered = [outcome for ask in asks for outcome in exchange(ask, server, case.refusing)]
    compare_log(server.said_since(place), answered)


def exchange(ask: Ask, server: Server, refusing: str) -> Iterator[Outcome]:
    """Yield the outcomes for which there were answers, each as it should be."""
    with Connection(server.port) as connection:
        connection.write(ask.sent)
        if server.name == "werkzeug":
            # It reads one request, and waits a little for more to throw away.
            connection.finish()
        may_refuse = any(word in server.name for word in refusing.split())
        for number, outcome in enumerate(ask.outcomes):
            answer = connection.answer(ask.method)
            if may_refuse and is_refusal_of_server(answer, outcome):
                break
            if number and answer is None:
                # Older gunicorns close and forget the requests that they have read ahead.
                break
            assert answer is not None, "the server closed without an answer"
            compare(answer, outcome)
            yield outcome
            if answer.is_last:
                break
        else:
            # It is open still: whatever came before, the next request is read from its first byte.
            connection.write(get(b"/prices", b"Connection: close"))
            answer = connection.answer(b"GET")
            assert answer is not None
            compare(answer, PRICES)
        assert connection.rest() == b""


def is_refusal_of_server(answer: Answer | None, outcome: Outcome) -> bool:
    if answer is None:
        return True
    is_ours = answer.status == outcome.status
    if not is_ours and (answer.status in OF_SERVERS or answer.status == 0):
        assert cors_headers(answer) == {}
        assert MARK.decode() not in str(answer.headers)
        return True
    return False


def compare(answer: Answer, outcome: Outcome) -> None:
    """Hold one answer to what it should be: each line of its head, and its body."""
    assert answer.status == outcome.status
    assert cors_headers(answer) == outcome.cors
    others = dict(lines_beside_cors(answer))
    assert all(re.fullmatch(KNOWN[name], others.pop(name)) for name in [*others] if name in KNOWN)
    assert others == {name.lower(): value for name, value in outcome.more.items()}
    if answer.status:
        assert answer.first.split(" ", 2)[2].upper() == HTTPStatus(answer.status).phrase.upper()
    if outcome.body is not None:
        assert answer.body == outcome.body
    elif answer.status in default_exceptions:
        assert answer.body == default_exceptions[answer.status]().get_body().encode()


def lines_beside_cors(answer: Answer) -> Iterator[tuple[str, str]]:
    for name, value in answer.headers:
        if name != "Vary" and not name.startswith("Access-Control-"):
            is_list = name == "Allow"
            yield name.lower(), ", ".join(sorted(value.split(", "))) if is_list else value


def compare_log(text: str, answered: list[Outcome]) -> None:
    """Hold what a server logged: each rejection once, in one plain line, and no fault of ours."""
    heard = [line for line in text.split("\n") if line.startswith("heard ")]
    assert sorted(line.split(" ")[1] for line in heard) == sorted(
        outcome.reason for outcome in answered if outcome.reason
    )
    assert all(line.isascii() and line.isprintable() and len(line) < LONGEST for line in heard)
    faults = [outcome for outcome in answered if outcome.status == 500]
    assert text.count("Traceback") == text.count(BROKEN) == len(faults), text
    assert not re.search("^(INFO|Set-Cookie|zq9)", text, re.MULTILINE), "a line is forged"
