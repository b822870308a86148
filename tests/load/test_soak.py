"""A short soak in process; ``make soak`` is the long one."""

from collections.abc import Iterator

import pytest

from .cases import Load
from .memory import MOST_BLOCKS, MOST_OBJECTS, MOST_RSS, Mark, is_flat
from .planted import planted
from .soaking import soak

FEW = 2000


@pytest.fixture(scope="module")
def load() -> Iterator[Load]:
    # No divisor of how many requests each place gets, so that all places are asked differently.
    made = Load(one_in=37)
    yield made
    made.close()


def test_no_answer_is_wrong_and_memory_is_flat(load: Load) -> None:
    report = soak(load, FEW, parts=2)
    assert report.shown == []
    assert report.is_right, report.marks
    assert {200, 204, 304, 308, 401, 403, 404, 405, 409, 500} <= report.statuses.keys()
    assert report.marks[-1].requests > len(load.cases) + FEW * 0.9


def test_what_keeps_something_of_each_request_is_found(load: Load) -> None:
    with planted(load, "leak"), planted(load, "leak", "strict town"):
        report = soak(load, FEW, parts=2)
    assert report.wrong == 0
    assert not report.is_right


@pytest.mark.parametrize("fault", ["mix-up", "stale"])
def test_what_mixes_requests_up_is_found(load: Load, fault: str) -> None:
    with planted(load, fault):
        report = soak(load, FEW, parts=2)
    assert report.wrong > 0
    assert report.shown[0].startswith("town: ")
    assert not report.is_right


@pytest.mark.parametrize(
    "more", [(MOST_RSS + 1, 0, 0), (0, MOST_BLOCKS + 1, 0), (0, 0, MOST_OBJECTS + 1)]
)
def test_memory_is_not_flat_if_one_of_its_measures_grows(more: tuple[int, int, int]) -> None:
    rss, blocks, objects = more
    assert is_flat([Mark(1, 0, 0, 0), Mark(2, 0, 0, 0)])
    assert not is_flat([Mark(1, 0, 0, 0), Mark(2, rss, blocks, objects)])
