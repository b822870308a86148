"""Folding, alone: nothing is lost, nothing grows, and a flood is few lines."""

from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flask_strictcors import Reason
from flask_strictcors.observability.folding import MOST_TOPICS, Folding, Line

from .refusing import EVIL, Clock, in_parallel, refusal

EVERY = 60


class Told:
    """A folding with its clock, and all lines that it gave, with their times."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.folding = Folding(EVERY, self.clock)
        self.lines: list[tuple[float, Line]] = []
        self.noted = 0

    def note(self, origin: str = EVIL, **changes: object) -> list[Line]:
        self.noted += 1
        return self._keep(self.folding.note(refusal(origin, **changes)))

    def take_all(self) -> list[Line]:
        return self._keep(self.folding.take_all())

    def _keep(self, lines: list[Line]) -> list[Line]:
        self.lines += [(self.clock.now, line) for line in lines]
        return lines

    @property
    def total(self) -> int:
        return sum(1 + line.repeats for _, line in self.lines)


def strangers(number: int) -> list[str]:
    return [f"https://{place}.evil.example" for place in range(number)]


def test_the_first_is_told_at_once_and_its_repeats_are_not() -> None:
    told = Told()
    assert told.note() == [Line(refusal(), 0)]
    told.clock.pass_(EVERY - 0.001)
    assert told.note() == []


def test_repeats_come_with_the_next_line_of_the_topic() -> None:
    told = Told()
    for _ in range(10):
        told.note()
    told.clock.pass_(EVERY)
    assert told.note(path="/later") == [Line(refusal(path="/later"), 9)]


def test_the_time_counts_from_the_line_and_not_from_the_last_repeat() -> None:
    told = Told()
    told.note()
    for _ in range(3):
        told.clock.pass_(EVERY / 3)
        told.note()
    assert [(when - 1000, line.repeats) for when, line in told.lines] == [(0, 0), (60, 2)]


def test_what_never_comes_again_is_told_when_anything_comes_after_its_time() -> None:
    told = Told()
    told.note()
    told.note(path="/second")
    told.note(path="/third")
    told.clock.pass_(EVERY)
    assert told.note("https://other.example") == [
        Line(refusal(path="/third"), 1),
        Line(refusal("https://other.example"), 0),
    ]


def test_it_is_told_whatever_kind_comes_after_it() -> None:
    told = Told()
    told.note()
    told.note()
    told.clock.pass_(EVERY)
    other = {"origin": "https://other.example", "reason": Reason.HEADER_NOT_ALLOWED}
    assert told.note(**other) == [Line(refusal(), 0), Line(refusal(**other), 0)]


def test_what_came_once_is_not_told_again() -> None:
    told = Told()
    told.note()
    told.clock.pass_(EVERY)
    assert told.note("https://other.example") == [Line(refusal("https://other.example"), 0)]
    assert told.take_all() == []


def test_another_origin_rule_reason_or_a_report_is_no_repeat() -> None:
    told = Told()
    told.note()
    assert told.note("https://other.example")
    assert told.note(rule="path /feed")
    assert told.note(reason=Reason.NO_RULE)
    assert told.folding.note(refusal(report_only=True)) != []


def test_another_path_method_or_endpoint_is_a_repeat() -> None:
    told = Told()
    told.note()
    assert told.note(path="/other", method="PUT", endpoint=None, preflight=True) == []


def test_a_flood_of_strangers_has_few_lines_and_the_rest_is_one() -> None:
    told = Told()
    for origin in strangers(10_000):
        told.note(origin)
    assert len(told.lines) == MOST_TOPICS
    told.clock.pass_(EVERY)
    rest, last = told.note()
    assert rest == Line(refusal(strangers(10_000)[-1]), 10_000 - MOST_TOPICS - 1, is_mixed=True)
    assert last == Line(refusal(), 0)
    assert told.total == told.noted


def test_one_stranger_too_many_is_told_without_a_count() -> None:
    told = Told()
    for origin in strangers(MOST_TOPICS + 1):
        told.note(origin)
    assert told.take_all() == [Line(refusal(strangers(MOST_TOPICS + 1)[-1]), 0, is_mixed=True)]


def test_strangers_do_not_push_out_what_concerns_our_own_pages() -> None:
    told = Told()
    for origin in strangers(MOST_TOPICS * 2):
        told.note(origin)
    assert told.note("https://new.example") == []
    assert told.note(reason=Reason.HEADER_NOT_ALLOWED)
    assert told.folding.note(refusal(report_only=True))


def test_there_is_room_again_when_the_time_of_the_first_is_over() -> None:
    told = Told()
    first, *others, one_more = strangers(MOST_TOPICS + 1)
    told.note(first)
    told.clock.pass_(1)
    for origin in others:
        told.note(origin)
    assert told.note(one_more) == []
    told.clock.pass_(EVERY - 1)
    assert told.note(one_more) == [Line(refusal(one_more), 0)]
    assert told.note("https://again.example") == []


def test_what_is_taken_is_told_once_and_its_topic_stays_known() -> None:
    told = Told()
    for _ in range(3):
        told.note()
    assert told.take_all() == [Line(refusal(), 1)]
    assert told.take_all() == []
    assert told.note() == []
    assert told.take_all() == [Line(refusal(), 0)]


def test_memory_is_bounded_however_many_strangers_come() -> None:
    told = Told()
    for number, origin in enumerate(strangers(5000)):
        told.note(origin, reason=list(Reason)[number % len(Reason)])
        told.clock.pass_(0.01)
    ledgers = told.folding._ledgers.values()
    assert len(ledgers) == 2
    assert all(len(ledger._folds) <= MOST_TOPICS + 1 for ledger in ledgers)


def test_threads_lose_nothing() -> None:
    told = Told()

    def flood() -> None:
        for number in range(500):
            told._keep(told.folding.note(refusal(f"https://{number % 80}.example")))
            if number % 50 == 0:
                told.clock.pass_(7)

    in_parallel(*[flood] * 4)
    told.take_all()
    assert told.total == 4 * 500


def test_one_thread_at_a_time_sees_what_is_kept() -> None:
    order: list[str] = []

    def clock() -> float:
        if not order:
            order.append("first")
            second.start()
            second.join(0.1)
            order.append("first again")
        return 0.0

    def note_another() -> None:
        folding.note(refusal())
        order.append("second")

    folding = Folding(EVERY, clock)
    second = Thread(target=note_another)
    folding.note(refusal())
    second.join()
    assert order == ["first", "first again", "second"]


EVENTS = st.lists(
    st.one_of(
        st.tuples(st.integers(0, 70), st.sampled_from(list(Reason))),
        st.floats(0.5, 90),
        st.none(),
    ),
    max_size=120,
)


@given(EVENTS)
def test_lines_stand_for_each_rejection_once_and_are_few_in_any_span(
    events: list[tuple[int, Reason] | float | None],
) -> None:
    told = Told()
    for event in events:
        if event is None:
            told.take_all()
        elif isinstance(event, float):
            told.clock.pass_(event)
        else:
            told.note(f"https://{event[0]}.example", reason=event[1])
    asked = sum(event is None for event in events)
    told.take_all()
    assert told.total == told.noted
    # Whoever asks for what waits gets a line for each topic more.
    kinds = 2
    most = kinds * ((2 + asked) * MOST_TOPICS + 1 + asked)
    times = [when for when, _ in told.lines[: -kinds * (MOST_TOPICS + 1)]]
    assert all(sum(when <= t < when + EVERY for t in times) <= most for when in times)


@pytest.mark.parametrize("pause", [0.1, 0.6, 1.1, 1.3])
def test_a_patient_flood_has_no_more_lines_in_any_span(pause: float) -> None:
    told = Told()
    for number in range(1000):
        told.clock.pass_(pause)
        told.note(f"https://{number * 7 % 120}.example")
    times = [when for when, _ in told.lines]
    for when in times[::10]:
        assert sum(when <= time < when + EVERY for time in times) <= 2 * MOST_TOPICS + 1
