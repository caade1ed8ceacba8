"""Whose partner one is: a property of every group size and every month."""

from datetime import date
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goals.rotation import month_number, partners_in, partners_of


@given(st.integers(2, 12), st.integers(0, 40_000))
def test_everybody_has_one_partner_and_the_odd_one_out_makes_a_three(size, month):
    pairs = partners_in(range(size), month)

    assert sorted(one for pair in pairs for one in pair) == list(range(size))
    assert [len(pair) for pair in pairs].count(3) == size % 2
    assert {len(pair) for pair in pairs} <= {2, 3}
    assert partners_in(range(size), month) == pairs


@pytest.mark.parametrize("size", range(2, 10))
def test_everybody_meets_everybody_before_anybody_twice(size):
    rounds = size - 1 if size % 2 == 0 else size
    all_pairs = [pair for month in range(rounds) for pair in partners_in(range(size), month)]
    twos = [frozenset(pair[:2]) for pair in all_pairs]
    together = {frozenset(two) for pair in all_pairs for two in combinations(pair, 2)}

    assert len(set(twos)) == len(twos)
    assert together == {frozenset(two) for two in combinations(range(size), 2)}


def test_one_alone_has_nobody_and_who_takes_no_part_neither():
    assert partners_in(["Amara"], 7) == []
    assert partners_of("Lin", ["Amara", "Marek"], 7) == []
    assert sorted(partners_of("Amara", ["Amara", "Marek", "Lin"], 7)) == ["Lin", "Marek"]


def test_months_are_counted_through():
    assert month_number(date(2027, 1, 1)) - month_number(date(2026, 12, 31)) == 1
