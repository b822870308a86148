"""log_rejections: lines, their attributes, their number, and what happens to what waits."""

from __future__ import annotations

import gc
import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from threading import Thread
from typing import Any
from weakref import ref

import pytest

from flask_strictcors.observability import log_rejections
from flask_strictcors.observability.folding import MOST_TOPICS
from flask_strictcors.observability.listening import Sender
from flask_strictcors.observability.log import RejectionLog

from .refusing import EVIL, SHOP, Clock, ask, get, in_parallel, send_reported, shop

NAME = "flask_strictcors.rejections"
Start = Callable[..., RejectionLog]


class Kept(logging.Handler):
    """Keep what one logger gets, which no other test writes to, not even when its app is gone."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []
        self.logger = logging.Logger("kept")  # noqa: LOG001
        self.logger.addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)

    @property
    def lines(self) -> list[str]:
        return [record.getMessage() for record in self.records]

    def all(self, name: str) -> list[Any]:
        return [getattr(record, name) for record in self.records]


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture
def start(kept: Kept) -> Iterator[Start]:
    """Log what an app refuses until the test ends."""
    started: list[RejectionLog] = []

    def start(app: Sender, **options: Any) -> RejectionLog:
        started.append(log_rejections(app, **{"logger": kept.logger} | options))
        return started[-1]

    yield start
    for each in started:
        each.stop()


# --- a line ------------------------------------------------------------------------------------


def test_a_line_says_who_what_where_why_and_what_to_change(start: Start, kept: Kept) -> None:
    app = shop()
    start(app)
    get(app, EVIL)
    (line,) = kept.lines
    assert line == (
        f"CORS refused GET /items/1 from {EVIL} under rule 'app': not-allowed. "
        "The origin is not among the origins of rule 'app': add it there."
    )
    assert [record.levelno for record in kept.records] == [logging.WARNING]


def test_the_rejection_is_in_the_record(start: Start, kept: Kept) -> None:
    app = shop()
    start(app)
    ask(app, SHOP, "PUT", "x-a")
    (record,) = kept.records
    found = {name: value for name, value in vars(record).items() if name.startswith("cors_")}
    assert found == {
        "cors_reason": "header-not-allowed",
        "cors_origin": SHOP,
        "cors_method": "PUT",
        "cors_headers": ["x-a"],
        "cors_path": "/items/1",
        "cors_endpoint": "items",
        "cors_rule": "app",
        "cors_preflight": True,
        "cors_detail": record.getMessage().partition(". ")[2],
        "cors_report_only": False,
        "cors_repeats": 0,
        "cors_mixed": False,
    }
    assert json.loads(json.dumps(found)) == found


def test_no_attribute_is_one_of_loggings_own(start: Start, kept: Kept) -> None:
    app = shop()
    start(app)
    get(app, EVIL)
    plain = logging.LogRecord(NAME, 30, "", 1, "", (), None)
    own = {*vars(plain), "message", "asctime", "taskName"}
    assert {name for name in vars(kept.records[0]) if name not in own} == {
        name for name in vars(kept.records[0]) if name.startswith("cors_")
    }


def test_both_signals_are_logged_actual_requests_and_preflights(start: Start, kept: Kept) -> None:
    app = shop()
    start(app)
    get(app, EVIL, "/feed")
    ask(app, "null")
    ask(app, SHOP, "POST")
    app.test_client().post("/items/1", headers={"Origin": SHOP})
    assert [*zip(kept.all("cors_reason"), kept.all("cors_preflight"), strict=True)] == [
        ("not-allowed", False),
        ("null-origin", True),
        ("method-not-allowed", True),
    ]
    assert kept.all("cors_rule") == ["path /feed", "app", "app"]


def test_an_empty_origin_is_named_so(start: Start, kept: Kept) -> None:
    app = shop()
    start(app)
    get(app, "")
    assert " from an empty origin under " in kept.lines[0]
    assert kept.all("cors_origin") == [""]


def test_a_report_only_rejection_is_told_apart(start: Start, kept: Kept) -> None:
    app = shop()
    start(app)
    send_reported(app)
    ask(app, SHOP, "POST")
    assert kept.all("cors_report_only") == [True, False]
    assert kept.lines[0].startswith("CORS would refuse GET ")
    assert kept.lines[1].startswith("CORS refused POST ")


def test_a_forged_line_stays_one_line(start: Start, kept: Kept) -> None:
    app = shop()
    start(app)
    environ = {"HTTP_ORIGIN": "https://evil.example\r\nINFO forged"}
    app.test_client().get("/x\r\ny", environ_overrides=environ)
    assert len(kept.lines) == 1
    assert kept.lines[0].isprintable()


def test_a_silent_app_logs_nothing(start: Start, kept: Kept) -> None:
    app = shop()
    start(app)
    get(app, SHOP)
    ask(app, SHOP)
    assert kept.records == []


# --- folding -----------------------------------------------------------------------------------


def test_repeats_are_counted_and_the_count_comes_with_the_next_line(
    start: Start, kept: Kept
) -> None:
    app, clock = shop(), Clock()
    start(app, every=10, clock=clock)
    for _ in range(8):
        get(app, EVIL)
    clock.pass_(10)
    get(app, EVIL, "/items/2")
    assert kept.all("cors_repeats") == [0, 7]
    assert kept.lines[1].endswith(" And 7 more like it.")
    assert kept.all("cors_path") == ["/items/1", "/items/2"]


def test_a_flood_of_strangers_is_few_lines_and_all_of_it_counted(start: Start, kept: Kept) -> None:
    app, clock = shop(), Clock()
    log = start(app, clock=clock)
    for number in range(400):
        get(app, f"https://{number}.evil.example")
    assert len(kept.lines) == MOST_TOPICS
    log.flush()
    assert len(kept.lines) == MOST_TOPICS + 1
    assert kept.lines[-1].endswith(f" And {399 - MOST_TOPICS} more of various origins and rules.")
    assert kept.all("cors_mixed") == [False] * MOST_TOPICS + [True]
    assert sum(1 + repeats for repeats in kept.all("cors_repeats")) == 400


def test_flushing_tells_what_waits_once(start: Start, kept: Kept) -> None:
    app = shop()
    log = start(app, every=1000)
    for _ in range(4):
        get(app, EVIL)
    log.flush()
    log.flush()
    assert kept.all("cors_repeats") == [0, 2]


def test_threads_lose_nothing(start: Start, kept: Kept) -> None:
    app = shop()
    log = start(app, every=0.01)
    in_parallel(*[lambda: [get(app, f"https://{n % 9}.example") for n in range(60)]] * 4)
    log.flush()
    assert sum(1 + repeats for repeats in kept.all("cors_repeats")) == 4 * 60


def test_who_writes_a_line_keeps_nobody_else_waiting(start: Start, kept: Kept) -> None:
    app = shop()
    start(app)
    refused: list[int] = []

    def refuse_another(record: logging.LogRecord) -> bool:
        # Would wait for ever if the thread that writes held the lock.
        if not refused:
            refused.append(0)
            other = Thread(target=lambda: refused.append(get(app, "https://other.example")))
            other.start()
            other.join(10)
        return True

    kept.addFilter(refuse_another)
    get(app, EVIL)
    assert refused == [0, 200]
    assert len(kept.records) == 2


# --- options -----------------------------------------------------------------------------------


@pytest.mark.parametrize("level", ["INFO", logging.INFO])
def test_logger_and_level_can_be_chosen(start: Start, kept: Kept, level: str | int) -> None:
    app = shop()
    start(app, level=level)
    get(app, EVIL)
    assert [(record.name, record.levelname) for record in kept.records] == [("kept", "INFO")]


def test_the_logger_is_one_of_the_package_unless_another_is_given(
    start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    app = shop()
    start(app, logger=None)
    get(app, EVIL, "/default/logger")
    (record,) = [r for r in caplog.records if vars(r).get("cors_path") == "/default/logger"]
    assert (record.name, record.levelname) == (NAME, "WARNING")


@pytest.mark.parametrize("every", [0.5, 1, timedelta(seconds=1)])
def test_every_is_seconds_or_a_timedelta(
    every: float | timedelta, start: Start, kept: Kept
) -> None:
    app, clock = shop(), Clock()
    start(app, every=every, clock=clock)
    for _ in range(2):
        get(app, EVIL)
        clock.pass_(1)
    assert kept.all("cors_repeats") == [0, 0]


MISTAKES: list[tuple[dict[str, Any], type[Exception], str]] = [
    ({"every": 0}, ValueError, "every: 0 is no length of time. Instead: seconds above 0"),
    ({"every": -1}, ValueError, "every: -1"),
    ({"every": True}, ValueError, "every: True"),
    ({"every": "60"}, ValueError, "every: '60'"),
    ({"every": None}, ValueError, "every: None"),
    ({"every": float("nan")}, ValueError, "every: nan"),
    ({"every": float("inf")}, ValueError, "every: inf"),
    ({"every": timedelta(0)}, ValueError, r"every: datetime.timedelta\(0\)"),
    ({"level": "warning"}, ValueError, "level: 'warning' is no level .* WARNING"),
    ({"level": "LOUD"}, ValueError, "level: 'LOUD'"),
    ({"level": "NOTSET"}, ValueError, "level: 'NOTSET'"),
    ({"level": 0}, ValueError, "level: 0"),
    ({"level": True}, ValueError, "level: True"),
    ({"level": 30.0}, ValueError, r"level: 30\.0"),
    ({"logger": "shop"}, TypeError, r"logger: 'shop' .* logging.getLogger\(name\)"),
    ({"logger": logging.LoggerAdapter(logging.getLogger("shop"))}, TypeError, "LoggerAdapter"),
]


@pytest.mark.parametrize(("options", "error", "message"), MISTAKES, ids=str)
def test_a_mistake_is_refused_at_once_and_nothing_listens(
    options: dict[str, Any], error: type[Exception], message: str, start: Start, kept: Kept
) -> None:
    app = shop()
    with pytest.raises(error, match=message):
        log_rejections(app, **options)
    start(app)
    get(app, EVIL)
    assert len(kept.records) == 1


# --- at the end --------------------------------------------------------------------------------


def test_stopping_tells_what_waits_and_then_nothing(start: Start, kept: Kept) -> None:
    app = shop()
    log = start(app)
    for _ in range(3):
        get(app, EVIL)
    log.stop()
    assert kept.all("cors_repeats") == [0, 1]
    get(app, "https://later.example")
    ask(app, SHOP, "POST")
    log.stop()
    log.flush()
    assert len(kept.records) == 2


def test_what_waits_for_an_app_that_is_gone_is_told(kept: Kept) -> None:
    app = shop()
    log_rejections(app, kept.logger)
    for _ in range(3):
        get(app, EVIL)
    gone = ref(app)
    del app
    gc.collect()
    assert gone() is None
    assert kept.all("cors_repeats") == [0, 1]


PROGRAM = """
import logging, os, sys
from flask import Flask
from flask_strictcors import StrictCORS
from flask_strictcors.observability import log_rejections

def refuse(times):
    for _ in range(times):
        app.test_client().get("/", headers={"Origin": "https://evil.example"})

"""
WRITE = "logging.basicConfig(format='%(cors_repeats)s', stream=sys.stdout)\n"
START = "app = Flask('shop'); StrictCORS(app); log_rejections(app)\n"

QUEUED = """
import atexit, logging.handlers, queue
waiting = queue.SimpleQueue()
told = logging.StreamHandler(sys.stdout)
told.setFormatter(logging.Formatter("%(cors_repeats)s"))
listener = logging.handlers.QueueListener(waiting, told)
listener.start()
atexit.register(listener.stop)
logging.getLogger().addHandler(logging.handlers.QueueHandler(waiting))
"""

FORKED = """
refuse(5)
if os.fork() == 0:
    refuse(11)
    sys.exit(0)
os.wait()
"""


def run(*parts: str) -> list[str]:
    """Return what a program that logs to stdout says of how many more there were."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAM + "".join(parts)],
        text=True,
        capture_output=True,
        check=False,
    )
    assert done.stderr == ""
    return done.stdout.split()


@pytest.mark.parametrize("end", ["", "sys.exit(0)", "del app"])
def test_what_waits_at_the_end_of_the_program_is_told(end: str) -> None:
    assert run(WRITE, START, "refuse(5)\n", end) == ["0", "3"]


def test_it_is_told_before_what_carries_the_lines_stops() -> None:
    # Python calls all finalizers where the first was made: here before the queue is listened to.
    first = "import weakref; weakref.finalize(Flask, int)\n"
    assert run(first, QUEUED, START, "refuse(5)") == ["0", "3"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes do not fork here")
def test_a_forked_process_tells_only_its_own() -> None:
    assert sorted(run(WRITE, START, FORKED)) == ["0", "0", "3", "9"]


# --- whom it hears -----------------------------------------------------------------------------


def test_each_app_has_its_own_log(start: Start, kept: Kept) -> None:
    first, second, silent = shop(), shop(), shop()
    start(first)
    start(second)
    for name, app in {"first": first, "second": second, "silent": silent}.items():
        get(app, f"https://{name}.example")
    assert kept.all("cors_origin") == ["https://first.example", "https://second.example"]
