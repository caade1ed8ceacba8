"""Whoever comes late or leaves: the smallest change that keeps the rules."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.planted import planted
from groups.formation import Candidate, Rules, check
from groups.formation.changing import add_person, after_leaving, nowhere_to_go, who_could_come

RULES = Rules(3, 4, 4)


def crowd(count, **more):
    return [Candidate(f"p{number}", name=f"Person {number}", **more) for number in range(count)]


def applied(change, groups):
    after = [list(group) for group in groups]
    for move in change.moves:
        if move.origin is not None:
            after[move.origin].remove(move.person)
        after[move.target].append(move.person)
    return after


def test_a_newcomer_joins_the_group_that_has_room_and_suits_best():
    people = [Candidate(f"p{n}", name=f"Person {n}", function="abc"[n % 3] if n < 3 else "x") for n in range(6)]
    groups = [["p0", "p1", "p2"], ["p3", "p4", "p5"]]

    best, other = add_person(Candidate("new", name="Noor", function="x"), groups, people, RULES)

    assert (best.text, other.text) == ("Noor joins group 1.", "Noor joins group 2.")
    assert best.gain > other.gain
    assert [at for at, _reasons in best.reasons] == [0]
    assert "Four functions: a, b, c and x." in [reason.text for reason in best.reasons[0][1]]


def test_where_nobody_takes_a_newcomer_one_member_makes_room():
    people = [Candidate(f"p{n}", name=f"Person {n}", team="Tax" if n == 4 else "") for n in range(7)]
    groups = [["p0", "p1", "p2", "p3"], ["p4", "p5", "p6"]]

    [change, *_more] = add_person(Candidate("new", name="Noor", team="Tax", level=1), groups, people, Rules(2, 4, 4))

    assert change.text == "Person 0 moves from group 1 to group 2; Noor joins group 1."
    after = applied(change, groups)
    assert check(after, [*people, Candidate("new", team="Tax", level=1)], Rules(2, 4, 4)) == []


def test_where_there_is_no_way_nothing_is_proposed():
    assert add_person(Candidate("new", team="Tax"), [["p0", "p1", "p2"]], crowd(3, team="tax"), RULES) == []


def test_a_group_that_is_too_small_takes_one_from_a_larger_group():
    groups = [["p0", "p1"], ["p2", "p3", "p4", "p5"]]

    changes = after_leaving(groups, crowd(6), RULES)

    assert {len(change.moves) for change in changes} == {1}
    assert changes[0].text.endswith("moves from group 2 to group 1.")
    assert sorted(map(len, applied(changes[0], groups))) == [3, 3]


def test_where_nobody_can_be_spared_the_small_group_is_spread_over_the_others():
    groups = [["p0", "p1"], ["p2", "p3", "p4"], ["p5", "p6", "p7"]]

    [change, *_more] = after_leaving(groups, crowd(8), RULES)

    assert sorted(map(len, applied(change, groups))) == [0, 4, 4]
    assert check([group for group in applied(change, groups) if group], crowd(8), RULES) == []


def test_nothing_is_proposed_while_all_groups_are_well():
    assert after_leaving([["p0", "p1", "p2"]], crowd(3), RULES) == []


def test_a_way_into_one_group_comes_before_a_way_into_two():
    people = [Candidate(f"p{n}", function="same" if n in (0, 1, 2) else str(n)) for n in range(10)]
    groups = [["p0", "p1"], ["p2", "p3"], ["p4", "p5", "p6"], ["p7", "p8", "p9"]]

    changes = after_leaving(groups, people, RULES, others_stay=True)

    assert [{move.target for move in change.moves} for change in changes[:1]] == [{1}]
    assert {len({move.target for move in change.moves}) for change in changes[1:]} == {2}


def test_who_may_not_go_to_a_group_does_not_and_who_has_no_other_is_named():
    groups, people = [["p0", "p1"], ["p2", "p3"], ["p4", "p5", "p6", "p7"]], crowd(8)

    assert len(after_leaving(groups, people, RULES, small=0, others_stay=True)) == 1
    assert after_leaving(groups, people, RULES, small=0, others_stay=True, barred=[("p1", 1)]) == []
    assert nowhere_to_go(groups, people, RULES, 0, [("p1", 1)]) == ["p1"]


def test_of_those_who_have_no_group_the_one_who_suits_best_comes_first():
    people = [Candidate(f"p{n}", team="Tax" if n in (0, 3) else "", function="ab"[n == 4]) for n in range(5)]

    changes = who_could_come(["p0", "p1"], ["p2", "p3", "p4"], people, RULES)

    assert [change.moves[0].person for change in changes] == ["p4", "p2"]


def seated_of(people, number, small):
    groups = [[p.id for p in people if p.id.startswith(f"{g:03}")] for g in range(number)]
    return [groups[0][:small], *groups[1:]]


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 3), st.sets(st.tuples(st.integers(0, 2), st.integers(1, 5)), max_size=4))
def test_a_merge_breaks_no_rule_moves_nobody_else_and_is_found_where_there_is_one(seed, small, barred):
    people, rules = planted(24, 4, seed), Rules(2, 4, 6, level_band=None, hours=0, one_language=False)
    groups = seated_of(people, 6, small)
    barred = [(groups[0][at], target) for at, target in barred if at < small]

    changes = after_leaving(groups, people, rules, small=0, barred=barred, others_stay=True)

    possible = set()
    for way in product(range(1, 6), repeat=small):
        pairs = list(zip(groups[0], way, strict=True))
        after = [[*group, *(one for one, target in pairs if target == at)] for at, group in enumerate(groups)][1:]
        if not set(pairs) & set(barred) and check(after, people, rules) == []:
            possible.add(way)
    found = [tuple(move.target for move in change.moves) for change in changes]
    assert all(way in possible for way in found)
    assert [[move.person for move in change.moves] for change in changes] == [groups[0]] * len(found)
    counts = [len(set(way)) for way in found]
    assert counts == sorted(len(set(way)) for way in possible)[:3]


def test_among_many_groups_ways_are_found_too():
    people = planted(300, 4, 5)
    groups = seated_of(people, 75, 3)

    changes = after_leaving(groups, people, Rules(4, 5, 6, level_band=3, hours=0), small=0, others_stay=True)

    assert len(changes) == 3


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 23))
def test_no_proposal_breaks_a_rule_that_held_before(seed, at):
    people, rules = planted(24, 4, seed), Rules(3, 4, 5)
    newcomer = people[at]
    groups = [[p.id for p in people if p.id.startswith(f"{g:03}") and p is not newcomer] for g in range(6)]
    rest = [person for person in people if person is not newcomer]

    for change in add_person(newcomer, groups, rest, rules):
        assert check(applied(change, groups), people, rules) == []


def test_a_reason_gives_no_declared_conflict_away():
    people = crowd(4)
    declared = [Candidate("new", name="Noor", conflicts=frozenset({"p3"})), Candidate("new", name="Noor")]

    first, second = (add_person(one, [["p0", "p1", "p2"]], people[:3], RULES) for one in declared)

    assert first == second


@pytest.mark.parametrize("size", [2, 3])
def test_pairs_work_the_same(size):
    assert add_person(Candidate("new"), [["p0"]], crowd(1), Rules(2, 2, size))[0].moves[0].target == 0
