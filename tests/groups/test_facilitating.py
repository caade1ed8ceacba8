"""Who facilitates which group: nobody in line or conflict with it, nobody beyond what they take on, all used evenly."""

from collections import Counter
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groups.formation import Candidate, FormationError, Rules
from groups.formation.facilitating import Facilitator, assign_facilitators, facilitating_obstacles

RULES = Rules(3, 3, 3)
PEOPLE = [Candidate(f"p{n}", team=f"T{n}") for n in range(18)]
GROUPS = [[f"p{n}" for n in range(at, at + 3)] for at in range(0, 18, 3)]
TEAMS = st.sets(st.integers(0, 17), max_size=12)


def facilitator(name, most=1, has=0, **facts):
    return Facilitator(Candidate(name, **facts), most, has)


def apart_from(name, numbers, most, has=0):
    """Somebody who is to be kept apart from these people."""
    return facilitator(name, most, has, conflicts=frozenset(f"p{n}" for n in numbers))


@given(st.lists(st.tuples(TEAMS, st.integers(0, 3)), max_size=4))
def test_as_many_groups_have_somebody_as_can_be(drawn):
    chosen = [apart_from(f"f{at}", numbers, most) for at, (numbers, most) in enumerate(drawn)]

    found = assign_facilitators(GROUPS[:4], PEOPLE, chosen, RULES)

    most = {one.person.id: one.most for one in chosen}
    people = {one.person.id: one.person for one in chosen}
    assert all(count <= most[name] for name, count in Counter(filter(None, found)).items())
    for name, group in zip(found, GROUPS, strict=False):
        assert name is None or not facilitating_obstacles(people[name], [PEOPLE[int(m[1:])] for m in group], RULES)
    assert sum(name is not None for name in found) == most_by_trying(GROUPS[:4], chosen)


def most_by_trying(groups, chosen):
    """Every way to give each group somebody or nobody."""
    suits = [[None, *(one.person.id for one in chosen if not one.person.conflicts & set(group))] for group in groups]
    room = {one.person.id: one.most for one in chosen}
    ways = (Counter(filter(None, way)) for way in product(*suits))
    return max(way.total() for way in ways if all(count <= room[name] for name, count in way.items()))


def test_one_gives_up_a_group_that_only_they_do_not_need():
    any_group, first_only = apart_from("a", [], 1), apart_from("b", range(3, 18), 1)

    assert assign_facilitators(GROUPS[:2], PEOPLE, [any_group, first_only], RULES) == ["b", "a"]


def test_the_load_is_spread_and_what_they_have_counts():
    chosen = [apart_from("a", [], 6), apart_from("b", [], 6), apart_from("c", [], 6, has=2)]

    found = assign_facilitators(GROUPS, PEOPLE, chosen, RULES)

    assert Counter(found) == {"a": 3, "b": 2, "c": 1} or Counter(found) == {"a": 2, "b": 3, "c": 1}


def test_where_nobody_has_room_a_group_has_nobody():
    assert assign_facilitators(GROUPS[:3], PEOPLE, [apart_from("a", [], 2)], RULES).count(None) == 1
    assert assign_facilitators(GROUPS[:2], PEOPLE, [], RULES) == [None, None]
    assert assign_facilitators([], PEOPLE, [apart_from("a", [], 2)], RULES) == []


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"manager": "p1"}, "The facilitator reports to p1."),
        ({"team": "t2"}, "p2 is in T2, as the facilitator is."),
        ({"languages": ("pt",)}, "The facilitator lists no language that this group has in common."),
        (
            {"timezone": "UTC", "free": frozenset({3})},
            "This group never has 2 hours in one piece that suit the facilitator too.",
        ),
        ({"email": "p1@x.example"}, "p1 is a member of this group."),
        ({"languages": ("de", "EN"), "level": 99}, None),
    ],
)
def test_each_obstacle_is_a_sentence(facts, said):
    group = [Candidate(f"p{n}", f"p{n}", f"p{n}@x.example", team=f"T{n}", languages=("en",), level=3) for n in range(3)]

    assert facilitating_obstacles(Candidate("f", **facts), group, RULES) == ([said] if said else [])


def test_a_facilitator_who_is_there_twice_is_refused():
    with pytest.raises(FormationError, match="there twice"):
        assign_facilitators(GROUPS, PEOPLE, [facilitator("a"), facilitator("a")], RULES)
