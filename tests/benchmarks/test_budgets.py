"""What may be counted without a clock is held to its budget in every run of the tests."""

from typing import Any

import pytest


@pytest.mark.once
def test_100_000_origins_take_at_most_a_quarter_more_memory_than_a_frozenset(large: Any) -> None:
    frozen, ours = large["kept"]
    assert frozen > 100_000 * 80
    assert ours <= 1.25 * frozen


@pytest.mark.once
def test_a_policy_of_100_000_origins_is_built_within_a_second_and_in_linear_time(
    large: Any,
) -> None:
    tenth, whole = large["seconds"]
    assert whole < 1
    # Ten times is exact; thirty is less than any power would make of it.
    assert whole < 30 * tenth


SIZES = {
    "100,000 origins": 1.02,
    "100,000 origins, preflight": 1.02,
    "100,000 origins, refused": 1.02,
    "1,000 patterns": 1.02,
    "1,000 path rules": 1.02,
    "1,000 path rules, preflight": 1.02,
    "1,000 tags": 1.02,
    "1,000 tags, preflight": 1.02,
    # Beside a short list that is refused: this much is not even read.
    "16 KiB of commas": 1,
    "16 KiB of names": 1,
}


@pytest.mark.parametrize(("name", "most"), SIZES.items())
def test_many_cost_as_many_instructions_as_one(counted: Any, name: str, most: float) -> None:
    one, many = counted["opcodes"][name]
    assert one > 500
    assert many <= most * one


@pytest.mark.parametrize("name", SIZES)
def test_nor_is_there_a_loop_in_c_that_no_instruction_shows(counted: Any, name: str) -> None:
    # A scan of them all would take many times as long; three times leaves room for a busy machine.
    one, many = counted["us"][name]
    assert many < 3 * one


def test_every_size_that_is_counted_is_held_to_a_budget(counted: Any) -> None:
    assert counted["opcodes"].keys() == SIZES.keys()


def test_the_public_suffix_list_is_not_loaded_by_import_nor_by_exact_origins(counted: Any) -> None:
    assert counted["modules"] == []
