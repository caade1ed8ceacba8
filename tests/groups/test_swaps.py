"""The engine under all rules: its sums are those that counting gives, and no change breaks a rule."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.planted import planted, without_rules
from groups.formation import Candidate, Rules, Weights, check, form_groups
from groups.formation.arrays import numbers_of
from groups.formation.counting import sums_of, value_of
from groups.formation.rules import apart_masks
from groups.formation.score import group_parts, score_of
from groups.formation.swaps import improve


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.floats(0.0001, 2))
def test_after_any_turns_the_sums_are_those_that_counting_gives_and_no_rule_is_broken(seed, heat):
    people, rules = planted(17, 4, seed), Rules(4, 4, 5)
    people.sort(key=lambda person: person.id)
    numbers = numbers_of(people, apart_masks(people, rules), rules)
    group = np.array([int(person.id[:3]) for person in people], np.int32)
    chance = np.random.default_rng(seed)
    noise = np.log(chance.random(1 << 10) + 1e-9)
    state, word = sums_of(numbers, group, 4), np.array([seed + 1], np.uint64)

    improve(numbers, state, np.arange(17, dtype=np.int32), noise, word, 200, heat, heat / 9)

    again = sums_of(numbers, state.group.copy(), 4)
    for name in ("sizes", "clashes", "counts", "alone"):
        np.testing.assert_array_equal(getattr(state, name), getattr(again, name))
    for name in ("sums", "own", "hours"):
        np.testing.assert_allclose(getattr(state, name), getattr(again, name), atol=1e-4)
    assert state.values[0] == pytest.approx(again.values[0], abs=1e-4)
    assert state.values[1] == pytest.approx(value_of(numbers, state.best, 4), abs=1e-4)
    for found in (state.group, state.best):
        groups = [[people[i].id for i in np.flatnonzero(found == g)] for g in range(4)]
        assert check(groups, people, rules) == []
        assert sorted(map(len, groups)) == [4, 4, 4, 5]


def test_the_value_that_is_searched_is_the_score_that_is_told():
    people, rules = planted(30, 5, 3), Rules(4, 5, 6)
    ordered = sorted(people, key=lambda person: person.id)
    numbers = numbers_of(ordered, apart_masks(ordered, rules), rules)

    value = value_of(numbers, np.array([int(person.id[:3]) for person in ordered], np.int32), 6)

    groups = [[person for person in ordered if person.id.startswith(f"{g:03}")] for g in range(6)]
    told = sum(len(group) * score_of(group_parts(group, rules), rules) for group in groups)
    assert 100 * value == pytest.approx(told, rel=1e-5)


@pytest.mark.parametrize("count", [10, 36, 120, 400])
def test_everybody_is_placed_under_every_rule_where_a_solution_was_planted(count):
    people, rules = planted(count, 6, count), Rules(5, 6, 7)

    proposal = form_groups(people, rules, moves=500, seconds=60)

    assert (proposal.unplaced, check(proposal.groups, people, rules)) == ((), [])


def test_rules_cost_little_of_the_score():
    people = planted(120, 6, 1)

    kept = form_groups(people, Rules(5, 6, 7), seconds=60).score
    free = form_groups(without_rules(people), Rules(5, 6, 7, hours=0, one_language=False), seconds=60).score

    assert kept > 0.92 * free


def test_nobody_is_the_only_one_of_a_kind_where_it_can_be_avoided():
    people = [Candidate(f"p{n}", gender="F" if n % 3 == 0 else "M", function="abcd"[n % 4]) for n in range(24)]

    proposal = form_groups(people, Rules(6, 6, 6, weights=Weights(gender=0, alone=1)))

    assert {part for group in proposal.groups for part in group.parts if part[0] == "alone"} == {("alone", 100.0)}


def test_people_who_were_grouped_before_are_kept_apart():
    before = [frozenset(f"p{other}" for other in range(16) if other // 4 == n // 4 and other != n) for n in range(16)]
    people = [Candidate(f"p{n}", met=before[n]) for n in range(16)]

    proposal = form_groups(people, Rules(4, 4, 4))

    groups = [{int(member[1:]) // 4 for member in group.members} for group in proposal.groups]
    assert groups == [{0, 1, 2, 3}] * 4
