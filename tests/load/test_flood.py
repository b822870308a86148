"""A short flood of a real gunicorn; ``python -m load.flood`` is the long one."""

from __future__ import annotations

from itertools import count, islice
from pathlib import Path

import pytest
from programs import lack
from servers.running import is_here

from .flood_client import CUSTOMERS, STRANGERS, endless, is_right
from .flooding import (
    FOLDED_LINES,
    LONGEST_LINE,
    MOST_BLOCKS,
    MOST_COST,
    MOST_RSS,
    MOST_WAIT,
    REASONS,
    WAYS,
    Flooded,
    Log,
    Record,
    run,
)
from .memory import Mark

pytestmark = pytest.mark.once


@pytest.fixture
def gunicorn() -> None:
    """Skip where there is no gunicorn; fail where somebody asks for it."""
    if not is_here("gunicorn"):
        reason = "there is no gunicorn here: pip install gunicorn"
        lack(reason)


@pytest.mark.usefixtures("gunicorn")
def test_a_flood_of_strangers_costs_no_more_than_one_of_customers_and_leaves_nothing(
    tmp_path: Path,
) -> None:
    records = run(tmp_path, WAYS, seconds=0.3, rounds=3, patience=15)
    assert [record.way for record in records] == [*WAYS]
    assert [[*record.faults()] for record in records] == [[]] * len(WAYS)


# --- what is found --------------------------------------------------------------------------------

CALM = Flooded(answers=90, wrong=0, waited=[0.01] * 10, spent=0.1)
MARK = Mark(0, 0, 0, 0)
RIGHT = Record("naive", 9.0, [CALM] * 3, [CALM] * 3, 270, [MARK] * 3, Log(270, 270, 300, 81_000))


def with_strangers(**changes: object) -> Record:
    return RIGHT._replace(beside_strangers=[CALM, *[CALM._replace(**changes)] * 2])


def with_log(way: str = "naive", **changes: int) -> Record:
    return RIGHT._replace(way=way, log=RIGHT.log._replace(**changes))


def with_growth(**changes: int) -> Record:
    return RIGHT._replace(marks=[MARK, MARK, MARK._replace(**changes)])


FAULTY = {
    "a wrong answer": with_strangers(wrong=1),
    "a wrong answer to a customer": RIGHT._replace(beside_customers=[CALM._replace(wrong=1)] * 3),
    "nothing refused": with_log(told=0)._replace(refused=0),
    "long waits": with_strangers(waited=[0.01 * MOST_WAIT + 0.001]),
    "costly refusals": with_strangers(spent=0.1 * MOST_COST + 0.001),
    "blocks left": with_growth(blocks=MOST_BLOCKS + 1),
    "pages left": with_growth(rss=MOST_RSS + 1),
    "a long line": with_log(longest=LONGEST_LINE + 1),
    "a refusal untold": with_log(told=269),
    "a refusal told twice": with_log(told=271),
    "refusals told where one is": with_log("unheard", lines=REASONS + 1),
    "a reason untold": with_log("unheard", lines=REASONS - 1),
    "a refusal that is lost in folds": with_log("folded", lines=9, told=269),
    "refusals that are not folded": with_log("folded", lines=FOLDED_LINES + 1),
}


@pytest.mark.parametrize("record", FAULTY.values(), ids=FAULTY)
def test_each_fault_is_found_by_itself(record: Record) -> None:
    assert len([*record.faults()]) == 1


RIGHT_ONES = [
    RIGHT,
    with_log("unheard", lines=REASONS, told=REASONS),
    with_log("folded", lines=FOLDED_LINES),
    with_log("folded", lines=2 * FOLDED_LINES)._replace(seconds=61.0),
]


@pytest.mark.parametrize("record", RIGHT_ONES, ids=[record.way for record in RIGHT_ONES])
def test_what_is_right_is_no_fault(record: Record) -> None:
    assert [*record.faults()] == []


def test_a_log_is_read_for_refusals_and_for_what_they_stand_for(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text(
        "[2026-01-01 00:00:00 +0000] [7] [INFO] Booting worker with pid: 7\n"
        "refused one\n"
        "refused another. And 41 more like it.\n"
    )
    assert Log.read(log) == Log(lines=2, told=43, longest=37, size=50)


def test_the_two_floods_differ_in_their_origins_only() -> None:
    floods = [[*islice(endless(kind, count()), 900)] for kind in (CUSTOMERS, STRANGERS)]
    customers, strangers = ([sent.text for sent in flood] for flood in floods)
    assert [len(text) for text in customers] == [len(text) for text in strangers]
    assert [line_of(text, 0) for text in customers] == [line_of(text, 0) for text in strangers]
    assert len({line_of(text, 2) for text in customers}) == 900
    assert len({line_of(text, 2) for text in strangers} - {b"Origin: null"}) > 500
    assert all(sent.allowed for sent in floods[0])
    assert not any(sent.allowed for sent in floods[1])


def line_of(text: bytes, number: int) -> bytes:
    return text.split(b"\r\n")[number]


OURS = b"https://1.customers.example.net"
LINE = b"HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: "


@pytest.mark.parametrize(
    ("head", "allowed", "expected"),
    [
        (LINE + OURS, OURS, True),
        (LINE + OURS + b"\r\nVary: Origin", OURS, True),
        (LINE + OURS + b"0", OURS, False),
        (LINE + b"*", OURS, False),
        (b"HTTP/1.1 200 OK", OURS, False),
        (b"HTTP/1.1 200 OK\r\nVary: Origin", b"", True),
        (LINE + OURS, b"", False),
        (b"HTTP/1.1 204 No Content\r\nACCESS-control-max-age: 600", b"", False),
    ],
)
def test_the_flood_looks_at_its_answers(head: bytes, allowed: bytes, expected: bool) -> None:
    assert is_right(head, allowed) is expected
