"""Access-Control-Request-Headers: the first foreign name, in bounded work."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flask_strictcors.core.decision.requested import first_foreign

from .counting import Watched, calls_in
from .strategies import short

KNOWN = frozenset({"x-a", "x-b", "content-type"})

LISTS = [
    # (what was requested, the first foreign name; None: all are known, "": no list at all)
    ("", None),
    ("x-a", None),
    ("x-a,x-b", None),
    ("content-type,x-a,x-b", None),
    ("x-b,x-a", None),
    ("X-A, X-B", None),
    (" x-a ,\tx-b ", None),
    (",x-a,,x-b,", None),
    (", ,", None),
    ("x-c", "x-c"),
    ("X-C", "x-c"),
    ("x-a,x-c,x-d", "x-c"),
    ("x-c,x-a", "x-c"),
    ("x-a x-b", "x-a x-b"),
    ("x-a;x-b", "x-a;x-b"),
    ("x-a\n,x-b", "x-a\n"),
    ("*", "*"),
    ("x-a" + " " * 15 + ",x-b", None),
    ("x-a," + " " * 14 + "x-b", None),
    ("x-a," + " " * 15 + "x-b", ""),
    ("x-a" + "," * 17 + "x-b", ""),
    ("," * 65536, ""),
    ("x-a," * 3 + "x-a", None),
    ("x-a," * 4 + "x-a", ""),
    ("x-a," * 10, ""),
    ("x" * 256, "x" * 256),
    ("x" * 257, ""),
    ("x" * 65536, ""),
    ("x" * 255 + ",x-a", "x" * 255),
]


@pytest.mark.parametrize(("requested", "foreign"), LISTS)
def test_the_first_foreign_name_is_found(requested: str, foreign: str | None) -> None:
    assert first_foreign(KNOWN, requested) == foreign


def test_where_nothing_is_known_every_name_is_foreign() -> None:
    assert first_foreign(frozenset(), "") is None
    assert first_foreign(frozenset(), "x-a") == "x-a"


def test_the_longest_names_that_a_policy_can_list_are_known() -> None:
    longest = "x" * 256
    assert first_foreign(frozenset({longest}), longest) is None
    assert first_foreign(frozenset({longest, "y"}), f"{longest},y") is None


NAMES = st.sampled_from(["x-a", "X-B", "content-type", "x-c", "Y", "x a", "ä"])


@short
@given(
    st.frozensets(NAMES.map(str.lower), max_size=5),
    st.lists(st.tuples(st.text(", \t", max_size=4), NAMES), max_size=5, unique_by=lambda x: x[1]),
    st.text(", \t", max_size=4),
)
def test_a_naive_split_finds_the_same_name(
    known: frozenset[str], names: list[tuple[str, str]], end: str
) -> None:
    requested = ",".join(before + name for before, name in names) + end
    items = [item.strip(" \t").lower() for item in requested.split(",")]
    naive = next((item for item in items if item and item not in known), None)
    assert first_foreign(known, requested) == naive


@short
@given(st.frozensets(NAMES, max_size=4), st.text() | st.text(",x-a \t", max_size=600))
def test_no_text_raises(known: frozenset[str], requested: str) -> None:
    foreign = first_foreign(known, requested)
    assert foreign is None or len(foreign) <= 256 * 3


@pytest.mark.parametrize(
    "unit", [",", " ", "x", "x-a,", "x-a, ", ",x-b", "x-a ", "\t,", "x-a" + "," * 15, "é"]
)
def test_the_length_of_the_list_costs_nothing(unit: str) -> None:
    short_list, long_list = Watched(unit * 1000), Watched(unit * 65536)
    answer = first_foreign(KNOWN, short_list)
    assert first_foreign(KNOWN, long_list) == answer
    assert long_list.seen == short_list.seen
    assert long_list.seen <= (len(KNOWN) + 2) * (16 + 2 * 256)
    work = calls_in(lambda: first_foreign(KNOWN, unit * 65536))
    assert work == calls_in(lambda: first_foreign(KNOWN, unit * 1000))
