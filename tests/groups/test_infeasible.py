"""What cannot be: the verdict is CP-SAT's, the rules that are named are enough, and none of them is to spare."""

import random

import pytest

from bench.oracle import can_be_grouped
from bench.planted import SIZES, tight
from groups.formation import Candidate, Rules, check, form_groups
from groups.formation.conflict import fewest_rules, under
from groups.formation.exact import TooMany, every_way
from groups.formation.rules import apart_masks, bits, shared_bits
from groups.formation.solver import places_all


@pytest.mark.parametrize("seed", range(25))
def test_the_verdict_is_that_of_cp_sat_and_no_rule_is_to_spare(seed):
    chance = random.Random(seed)
    people, rules = tight(chance.randint(8, 15), chance), Rules(*chance.choice(SIZES))

    proposal = form_groups(people, rules, moves=10, seconds=60)

    assert check(proposal.groups, people, rules) == []
    assert (not proposal.unplaced) == (proposal.conflict is None) == can_be_grouped(people, rules)
    if proposal.conflict and proposal.conflict.kinds != ("size",):
        kept = fewest_rules(people, rules, places_all, lambda: True)
        assert tuple(item.kind for item in kept) == proposal.conflict.kinds
        assert not can_be_grouped(*under(kept, people, rules))
        for item in kept:
            assert can_be_grouped(*under([other for other in kept if other is not item], people, rules)), item.text


def test_larger_rosters_get_the_same_verdict():
    for seed in range(3):
        chance = random.Random(seed)
        people, rules = tight(34, chance), Rules(*chance.choice(SIZES[:4]))
        assert places_all(people, rules) == can_be_grouped(people, rules)


@pytest.mark.parametrize(
    ("people", "said"),
    [
        (
            [Candidate(f"p{n}", team="Finance" if n < 9 else f"T{n}") for n in range(35)],
            "9 people are from Finance and there are 7 groups at most (35 people, 5 or more in each).",
        ),
        ([Candidate(f"p{n}") for n in range(9)], "9 people do not split into groups of 5 to 7."),
        ([Candidate(f"p{n}") for n in range(3)], "There are only 3 people, and a group needs at least 5."),
        (
            [Candidate(f"p{n}", team="Sales") for n in range(6)],
            "6 people are from Sales and there is 1 group at most (6 people, 5 or more in each).",
        ),
        (
            [Candidate("boss", name="Kim"), *(Candidate(f"p{n}", manager="boss") for n in range(10))],
            "10 people report to Kim: these leave no way, "
            "as there are 2 groups at most (11 people, 5 or more in each).",
        ),
        (
            [Candidate(f"p{n}", level=9 if n < 4 else 2) for n in range(12)],
            "Levels in a group differ by at most 1: these leave no way, "
            "as there are 2 groups at most (12 people, 5 or more in each).",
        ),
        (
            [Candidate(f"p{n}", conflicts=frozenset({f"p{m}" for m in range(7)})) for n in range(7)],
            "Some people are to be kept apart: these leave no way, "
            "as there is 1 group at most (7 people, 5 or more in each).",
        ),
    ],
)
def test_why_there_is_no_way_is_told_in_one_sentence(people, said):
    assert form_groups(people, Rules(5, 6, 7)).conflict.text == said


def test_a_conflict_set_names_nobody_who_declared_one():
    people = [Candidate(f"p{n}", conflicts=frozenset({f"p{m}" for m in range(7)})) for n in range(7)]

    assert form_groups(people, Rules(5, 6, 7)).conflict.people == ()


def test_where_there_is_a_way_nothing_is_told():
    assert form_groups([Candidate(f"p{n}") for n in range(12)], Rules(5, 6, 7)).conflict is None


def test_every_way_finds_one_that_keeps_the_rules_and_gives_up_rather_than_guess():
    people, rules = tight(12, random.Random(4)), Rules(2, 3, 4, level_band=None)
    masks, shared = apart_masks(people, rules), shared_bits(people, rules)

    groups = [[people[at].id for at in bits(mask)] for mask in every_way(masks, shared, 2, 4)]

    assert check(groups, people, rules) == []
    assert sum(map(len, groups)) == 12
    with pytest.raises(TooMany):
        every_way(masks, shared, 2, 4, nodes=3)
