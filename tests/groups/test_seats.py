"""What a move on the board would change: the same rules and the same score as everywhere else."""

import random

import pytest

from groups.formation import Candidate, Rules, check
from groups.formation.pairwise import parts_of
from groups.formation.rules import KINDS, conflicts_in
from groups.formation.score import group_parts, score_of
from groups.formation.seats import SAME_WHOEVER, TRAY, Seats, is_let_through

RULES = Rules(3, 4, 5)


def somebody(number, chance):
    return Candidate(
        f"p{number}",
        name=f"Person {number}",
        email=f"p{number}@example.com",
        team=f"Team {chance.randrange(6)}",
        manager=f"P{chance.randrange(20)}@example.com" if chance.random() < 0.5 else None,
        level=chance.choice([None, 3, 4, 5]),
        years=chance.choice([None, 1, 4.5, 12]),
        function=chance.choice(["", "Sales", "sales ", "Law"]),
        timezone=chance.choice(["", "Europe/Berlin", "America/New_York", "Asia/Tokyo"]),
        gender=chance.choice(["", "f", "m", "d"]),
        goals=tuple(chance.sample(["Speak", "listen", "lead"], chance.randrange(3))),
        languages=chance.choice([(), ("English",), ("German", "English"), ("German",)]),
        conflicts=frozenset({f"p{chance.randrange(20)}"} if chance.random() < 0.3 else ()),
        met=frozenset({f"p{chance.randrange(20)}"} if chance.random() < 0.3 else ()),
    )


@pytest.fixture
def crowd():
    chance = random.Random(7)  # noqa: S311 - the same people each time
    people = [somebody(number, chance) for number in range(20)]
    return people, [[f"p{n}" for n in range(at, at + 4)] for at in range(0, 16, 4)]


def moved(groups, person, target):
    return [
        [member for member in group if member != person] + ([person] if at == target else [])
        for at, group in enumerate(groups)
    ]


def worth(groups, people):
    by_id = {person.id: person for person in people}
    members = [[by_id[member] for member in group] for group in groups]
    return sum(len(group) * score_of(group_parts(group, RULES), RULES) for group in members) / len(people)


def test_the_parts_of_a_group_are_those_that_the_solver_counts(crowd):
    people, groups = crowd
    by_id = {person.id: person for person in people}

    for group in groups:
        members = [by_id[member] for member in group]
        assert parts_of(members, RULES) == pytest.approx(group_parts(members, RULES), abs=1e-5)


@pytest.mark.parametrize("person", ["p0", "p13", "p18"], ids=["first", "last", "in the tray"])
def test_consequences_are_what_the_rules_and_the_score_say_after_the_move(crowd, person):
    people, groups = crowd
    seats = Seats(people, groups, RULES)
    before = {(one.kind, one.message) for one in check(groups, people, RULES)}

    for one in seats.consequences(person):
        after = moved(groups, person, one.target)
        now = {(found.kind, found.message) for found in check(after, people, RULES)}
        assert one.change == pytest.approx(worth(after, people) - worth(groups, people), abs=1e-3)
        told = {(found.kind, found.message) for found in one.broken}
        assert {found for found in now - before if found[0] != "team"} <= told <= now
        assert one == seats.consequence(person, one.target)


BOARDS = {
    "every rule": Rules(3, 4, 5, hours=8),
    "one level, a whole day": Rules(2, 2, 3, level_band=0, hours=16),
    "no level, language or hours": Rules(4, 4, 4, level_band=None, one_language=False, hours=0),
}


def random_board(rules):
    """People in groups of none to seven, the last five in none, some groups with a facilitator of whom it matters."""
    chance = random.Random(str(rules))  # noqa: S311 - the same people each time
    people = [somebody(number, chance) for number in range(30)]
    groups, placed = [[]], 0
    while placed < 25:
        groups.append([person.id for person in people[placed : min(placed + chance.randrange(1, 8), 25)]])
        placed += len(groups[-1])
    coaches = [Candidate(f"coach{n}", email=f"p{n}@example.com", team=f"Team {n}") for n in range(3)]
    return people, groups, [chance.choice([None, *coaches]) for _group in groups]


def plain_consequence(people, groups, rules, facilitators, person, target):
    """What a move changes, by looking at all of every group before and after it."""
    known = {one.id: one for one in people}
    after = moved(groups, person, target)
    old, new = Seats(people, groups, rules, facilitators), Seats(people, after, rules, facilitators)
    origin = next((at for at, group in enumerate(groups) if person in group), TRAY)
    broken, mended = [], []
    for at in (at for at in (origin, target) if at is not TRAY):
        were, are = old.broken(at), new.broken(at)
        told, kept = {one.key for one in were}, {one.key for one in are}
        apart = conflicts_in([known[one] for one in after[at]]) - conflicts_in([known[one] for one in groups[at]])
        broken += [one for one in are if one.key not in told or one.kind == "conflict" and apart]
        mended += [one for one in were if one.key not in kept and one.kind not in SAME_WHOEVER]
    return tuple(broken), tuple(mended), new.score() - old.score()


@pytest.mark.parametrize("rules", BOARDS.values(), ids=BOARDS)
def test_the_quick_look_at_a_move_finds_what_looking_at_everything_finds(rules):
    people, groups, facilitators = random_board(rules)
    seats = Seats(people, groups, rules, facilitators)
    kinds = set()

    for person in people[::2]:
        for one in seats.consequences(person.id):
            broken, mended, change = plain_consequence(people, groups, rules, facilitators, person.id, one.target)
            assert (one.broken, one.mended) == (broken, mended)
            assert one.change == pytest.approx(change, abs=1e-9)
            kinds |= {found.kind for found in one.broken}

    asked = {*KINDS, "facilitator"} if rules.hours else {"size", "team", "line", "conflict", "facilitator"}
    assert kinds == asked


def test_only_the_groups_that_are_asked_about_are_looked_at(crowd):
    people, groups = crowd
    seats = Seats(people, groups, RULES)

    assert [one.target for one in seats.consequences("p0", [1, 3])] == [1, 3, TRAY]


def test_a_group_that_somebody_leaves_only_lacks_people_and_a_full_one_has_too_many():
    people = [Candidate(f"p{n}") for n in range(8)]
    seats = Seats(people, [["p0", "p1", "p2"], ["p3", "p4", "p5", "p6", "p7"]], RULES)

    [to_full] = [one for one in seats.consequences("p0") if one.target == 1]

    assert [(one.is_small, one.message) for one in to_full.broken] == [
        (True, "This group has 2; it needs at least 3."),
        (False, "This group has 6; it can have 5 at most."),
    ]


def test_a_facilitator_is_not_given_somebody_who_reports_to_them():
    coach = Candidate("coach", name="Jonas", email="jonas@example.com")
    people = [Candidate("p0", name="Amara", manager="jonas@example.com"), *(Candidate(f"p{n}") for n in range(1, 5))]
    seats = Seats(people, [["p1", "p2", "p3"]], RULES, [coach])

    [only] = seats.consequences("p0")

    assert [(one.kind, one.message) for one in only.broken] == [("facilitator", "Amara reports to the facilitator.")]


@pytest.mark.parametrize("who", ["p0", "p3"], ids=["by the one who moves", "by the one who is there"])
def test_a_declared_conflict_reads_the_same_whoever_declared_it(who):
    other = {"p0": "p3", "p3": "p0"}[who]
    people = [
        Candidate(f"p{n}", name=f"Person {n}", conflicts=frozenset({other} if f"p{n}" == who else ())) for n in range(7)
    ]
    without = [Candidate(f"p{n}", name=f"Person {n}") for n in range(7)]
    groups = [["p0", "p1", "p2"], ["p3", "p4", "p5"]]

    told, plain = (
        [one for one in Seats(some, groups, RULES).consequences("p0") if one.target == 1][0]
        for some in (people, without)
    )

    apart = [one for one in told.broken if one not in plain.broken]
    assert [(one.key, one.message) for one in apart] == [
        ("conflict:", "Some people in this group are to be kept apart.")
    ]
    assert told.change == plain.change
    assert not any("Person 3" in one.message for one in told.broken)


def test_what_was_let_through_for_some_is_not_for_one_more():
    people = [Candidate(f"p{n}", languages=(["German"], ["English"])[n % 2]) for n in range(5)]
    seats = Seats([Candidate(p.id, languages=tuple(p.languages)) for p in people], [["p0", "p1", "p2"]], RULES)
    [language] = seats.broken(0)
    allowed = [{"key": language.key, "among": ["p0", "p1", "p2"]}]

    assert is_let_through(language, ["p0", "p1"], allowed)
    assert not is_let_through(language, ["p0", "p1", "p2", "p3"], allowed)
    assert not is_let_through(language, ["p0"], [{"key": "hours:", "among": ["p0"]}])
