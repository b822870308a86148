"""A short soak of a real gunicorn under wrk; ``make soak`` is the long one."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from programs import lack

from .cases import Load
from .memory import MOST_BLOCKS, Mark
from .wire import MissingProgramError, Server, Soaked, need_programs, serving, write_cases
from .wire_soak import MOST_RSS, Record

pytestmark = pytest.mark.once
ONE_IN = 37


def need_them() -> None:
    """Skip where the programs are missing; fail where somebody asks for them."""
    try:
        need_programs()
    except MissingProgramError as reason:
        lack(reason)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    need_them()
    with serving(tmp_path_factory.mktemp("server"), workers=1, one_in=ONE_IN) as running:
        yield running


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    load = Load(ONE_IN)
    load.close()
    assert write_cases(load, tmp_path / "cases") > len(load.cases) / 2
    return tmp_path / "cases"


def test_no_answer_is_wrong(server: Server, cases: Path) -> None:
    workers = server.workers()
    soaked = server.soak(cases, seconds=2, seed=1)
    assert soaked.is_right, soaked
    assert soaked.refused > 0
    assert server.workers() == workers


def test_an_answer_other_than_expected_is_found_whatever_differs(
    server: Server, cases: Path
) -> None:
    expecting = [line.split(b"\t") for line in cases.read_bytes().split(b"\n")]
    for index, case in enumerate(expecting):
        # Another status, another header, another body.
        falsified: list[tuple[int, bytes]] = [
            (2, case[2].replace(b"\x02", b"0\x02", 1)),
            (2, case[2] + b"\x02vary: x-other"),
            (3, b"=another body"),
        ]
        place, text = falsified[index % 3]
        case[place] = text
    cases.write_bytes(b"\n".join(b"\t".join(case) for case in expecting))
    soaked = server.soak(cases, seconds=1, seed=2)
    assert soaked.wrong == soaked.checked > 100
    assert not soaked.is_right
    assert "case " in soaked.shown


RIGHT = Soaked(checked=9, wrong=0, refused=1, refused_by_wrk=1, broken=0, shown="")
MARKS = [Mark(9, 0, 0, 0), Mark(18, MOST_RSS, MOST_BLOCKS, 0)]


def test_a_record_is_right_only_if_everything_is() -> None:
    assert Record(1, [RIGHT, RIGHT], {1: MARKS, 2: MARKS}, 1.0).is_right
    for fault in ({"wrong": 1}, {"broken": 1}, {"checked": 0}, {"refused_by_wrk": 2}):
        parts = [RIGHT, RIGHT._replace(**fault)]
        assert not Record(1, parts, {1: MARKS, 2: MARKS}, 1.0).is_right
    for more in (Mark(18, MOST_RSS + 1, 0, 0), Mark(18, 0, MOST_BLOCKS + 1, 0)):
        grown = [MARKS[0], more]
        assert not Record(1, [RIGHT, RIGHT], {1: MARKS, 2: grown}, 1.0).is_right
    # A worker that came later, in the place of one that is gone.
    assert not Record(1, [RIGHT, RIGHT], {1: MARKS, 2: MARKS[1:]}, 1.0).is_right


@pytest.mark.parametrize("asked", ["", "1"])
def test_a_missing_wrk_is_a_skip_and_a_failure_where_it_is_asked_for(
    asked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    monkeypatch.setenv("STRICTCORS_REQUIRE_BROWSERS", asked)
    outcome = pytest.fail.Exception if asked else pytest.skip.Exception
    with pytest.raises(outcome, match="no wrk here: apt-get install wrk"):
        need_them()
