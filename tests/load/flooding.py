"""A page that is let in, while others flood the server: what it waits, and what that leaves."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path
from statistics import fmean, median
from typing import Final, NamedTuple

from extension.wire import cors_headers, granted, offered
from servers.asking import OURS, asking, get
from servers.client import Connection
from servers.running import GUNICORN, TESTS, Server, running

from .flood_client import CUSTOMERS, FLOODING, STRANGERS
from .memory import Mark, grown

PLANT: Final = "STRICTCORS_FLOOD_PLANT"
PLANTS: Final = ("chatter", "dawdle", "keep")
WAYS: Final = ("unheard", "naive", "folded")
# How much longer a page may wait beside strangers than beside as many customers, and how much more
# of the processor a refusal may take, which is the same on every machine.
MOST_WAIT: Final = 2.0
MOST_COST: Final = 1.5
# Characters of one line: each part of a request is cut at 200.
LONGEST_LINE: Final = 1_000
# A short run may fill what the package remembers, the last 1024 origins, after its first mark.
MOST_BLOCKS: Final = 3_000
MOST_RSS: Final = 8 << 20
# The page and its customers are let in; for strangers there are three reasons of refusal.
REASONS: Final = 3
# What log_rejections writes at most in each of its spans, as it says itself.
FOLDED_LINES: Final = 101
FOLDED_SECONDS: Final = 60

_ASKS: Final = (
    (get(b"/orders/1", OURS), 200, granted(Allow_Credentials="true"), b"order"),
    (asking(b"/orders/1", OURS), 204, offered("GET, HEAD, PUT", Allow_Credentials="true"), b""),
)


class Flooded(NamedTuple):
    """What came of one flood: its answers, how long each of the page's took, and what all took.

    `waited` are seconds, `spent` are those of the processor in the worker.
    """

    answers: int
    wrong: int
    waited: list[float]
    spent: float

    @property
    def cost(self) -> float:
        """Return the seconds of the processor for one answer."""
        return self.spent / (self.answers + len(self.waited))


class Flood:
    """A process that floods a server whenever it is let."""

    def __init__(self, server: Server, process: subprocess.Popen[str]) -> None:
        self._server = server
        self._process = process

    def once(self, kind: str, seconds: float) -> Flooded:
        """Flood for some seconds, and let the page ask all the while."""
        before = float(said(self._server, b"/spent"))
        self._tell(kind)
        assert self._hear() == FLOODING, "the flood did not begin"
        waited, wrong = ask(self._server, seconds)
        self._tell("")
        answers, wrong_answers = map(int, self._hear().split())
        spent = float(said(self._server, b"/spent")) - before
        return Flooded(answers, wrong + wrong_answers, waited, spent)

    def _tell(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def _hear(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()


@contextmanager
def flooding(server: Server) -> Iterator[Flood]:
    words = [sys.executable, "-m", "load.flood_client", str(server.port)]
    with subprocess.Popen(
        words, cwd=TESTS, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield Flood(server, process)


def ask(server: Server, seconds: float) -> tuple[list[float], int]:
    """Ask as the page for some seconds; return what each answer took, and how many were wrong."""
    waited: list[float] = []
    wrong = 0
    end = time.monotonic() + seconds
    with Connection(server.port) as connection:
        for sent, *expected in cycle(_ASKS):
            begun = time.perf_counter()
            connection.write(sent)
            answer = connection.answer(sent.partition(b" ")[0])
            waited.append(time.perf_counter() - begun)
            assert answer is not None, "the server closed the page's connection"
            wrong += [answer.status, cors_headers(answer), answer.body] != expected
            if time.monotonic() > end:
                return waited, wrong
    raise AssertionError


def said(server: Server, path: bytes) -> bytes:
    """Return what the worker says of itself."""
    with Connection(server.port) as connection:
        connection.write(get(path, b"Connection: close"))
        answer = connection.answer(b"GET")
    assert answer is not None
    return answer.body


class Log(NamedTuple):
    """What a server logged of refusals: how many lines, how many refusals they tell, and sizes."""

    lines: int
    told: int
    longest: int
    size: int

    @classmethod
    def read(cls, path: Path) -> Log:
        """Read a log; a line that is no notice of gunicorn's own is one of a refusal."""
        lines = [line for line in path.read_text().splitlines() if not _is_gunicorns(line)]
        more = sum(int(line.rpartition(" And ")[2].split()[0]) for line in lines if " And " in line)
        sizes = [len(line) for line in lines]
        return cls(len(lines), len(lines) + more, max(sizes, default=0), sum(sizes) + len(sizes))


def _is_gunicorns(line: str) -> bool:
    return line.startswith("[") and "] [INFO] " in line


class Record(NamedTuple):
    """What came of all floods of one way, with a mark after each round."""

    way: str
    seconds: float
    beside_customers: list[Flooded]
    beside_strangers: list[Flooded]
    refused: int
    marks: list[Mark]
    log: Log

    @property
    def wrong(self) -> int:
        return sum(flooded.wrong for flooded in self.beside_customers + self.beside_strangers)

    @property
    def waits(self) -> list[float]:
        """Return, for each round, how much longer the page waited beside strangers."""
        pairs = zip(self.beside_strangers, self.beside_customers, strict=True)
        return [fmean(strange.waited) / fmean(known.waited) for strange, known in pairs]

    @property
    def cost(self) -> float:
        """Return how much more a refusal took of the processor than an admission."""
        pairs = zip(self.beside_strangers, self.beside_customers, strict=True)
        return median(strange.cost / known.cost for strange, known in pairs)

    @property
    def is_slow(self) -> bool:
        """Report whether strangers slow the page down, or cost too much."""
        return median(self.waits) > MOST_WAIT or self.cost > MOST_COST

    def growth(self) -> tuple[int, int]:
        """Return how many blocks and bytes the worker grew by, after it had a fourth to warm up."""
        blocks, _, rss = grown(self.marks[len(self.marks) // 4 :])
        return blocks, rss

    def faults(self) -> Iterator[str]:
        """Yield what is not as it should be."""
        if not self.refused or self.wrong:
            yield f"{self.wrong} wrong answers, {self.refused} refused"
        if self.is_slow:
            yield f"a wait is {median(self.waits):.2f} times as long, a cost {self.cost:.2f} times"
        blocks, rss = self.growth()
        if blocks > MOST_BLOCKS or rss > MOST_RSS:
            yield f"the worker grew by {blocks} blocks and {rss >> 10} KiB"
        yield from self._faults_of_log()

    def _faults_of_log(self) -> Iterator[str]:
        lines, told, longest, _ = self.log
        if longest > LONGEST_LINE:
            yield f"a line of {longest} characters"
        if self.way == "unheard" and lines != REASONS:
            yield f"{lines} lines where nobody listens, for {REASONS} reasons"
        if self.way != "unheard" and told != self.refused:
            yield f"{told} refusals told, of {self.refused}"
        if self.way == "folded" and lines > FOLDED_LINES * (1 + self.seconds // FOLDED_SECONDS):
            yield f"{lines} lines of folded refusals"


def run(
    folder: Path, ways: Sequence[str], seconds: float, rounds: int, patience: int = 1
) -> list[Record]:
    """Flood the app of each way for some seconds, by customers and strangers in turns.

    Where so many rounds show that strangers slow the page down, there are more of them, so many
    times as many at most: on a busy machine, chance may show it, but not for long.
    """
    threads = "--worker-class", "gthread", "--threads", "4"
    words = {way: (*GUNICORN, *threads, f"load.flood_app:serving('{way}')") for way in ways}
    with running(folder, words) as servers:
        records = [_run(one, seconds / rounds, rounds, patience) for one in servers.values()]
    # What is folded is told when the worker ends.
    return [one._replace(log=Log.read(servers[one.way].log)) for one in records]


def _run(server: Server, seconds: float, rounds: int, patience: int) -> Record:
    begun = time.monotonic()
    record = Record(server.name, 0.0, [], [], 0, [], Log(0, 0, 0, 0))
    with flooding(server) as flood:
        # A round that warms the worker up.
        refused = [_round(flood, seconds)[1].answers]
        while len(record.beside_strangers) < rounds or (
            record.is_slow and len(record.beside_strangers) < patience * rounds
        ):
            customers, strangers = _round(flood, seconds)
            record.beside_customers.append(customers)
            record.beside_strangers.append(strangers)
            record.marks.append(Mark(*json.loads(said(server, b"/mark"))))
            refused.append(strangers.answers)
    return record._replace(seconds=time.monotonic() - begun, refused=sum(refused))


def _round(flood: Flood, seconds: float) -> tuple[Flooded, Flooded]:
    return flood.once(CUSTOMERS, seconds / 2), flood.once(STRANGERS, seconds / 2)
