"""Hours in common: zones, both halves of the year, one piece; and languages in common."""

import pytest

from groups.formation import Candidate, Rules, check, explain, form_groups
from groups.formation.week import beginnings, can_meet, common_hours, free_weeks


def in_zones(*zones, **more):
    return [Candidate(id=zone, name=zone, timezone=zone, **more) for zone in zones]


@pytest.mark.parametrize(
    ("zones", "hours"),
    [
        (["Europe/Oslo"], 105),  # fifteen hours on seven days
        (["Europe/Oslo", "Europe/London"], 98),
        (["Europe/London", "America/Phoenix"], 49),  # seven hours apart in winter, eight in summer
        (["Asia/Kathmandu"], 101.5),  # 1:15 to 16:15 in UTC holds fourteen hours and a half of whole half hours
        (["Asia/Calcutta"], 105),
        (["Asia/Calcutta", ""], 105),
        ([""], 168),
        (["America/Los_Angeles", "Europe/Berlin", "Asia/Tokyo"], 0),
    ],
)
def test_hours_in_common_are_those_of_the_half_year_in_which_there_are_fewer(zones, hours):
    assert common_hours(in_zones(*zones)) == hours


def test_a_group_meets_in_both_halves_of_the_year_or_not_at_all():
    monday_nine_to_eleven = frozenset({9, 10})
    people = in_zones("Africa/Abidjan", "Europe/London", free=monday_nine_to_eleven)

    assert [bits.bit_count() / 2 for bits in free_weeks(people[0])] == [2, 2]
    assert common_hours(people) == 1  # London's clocks go forward in summer, Abidjan's do not
    assert (can_meet(people, 1), can_meet(people, 2)) == (True, False)


def test_hours_are_in_one_piece_and_the_week_goes_round():
    sunday_night = Candidate("a", timezone="UTC", free=frozenset({167, 0}))
    scattered = Candidate("b", timezone="UTC", free=frozenset({3, 5, 7}))

    assert can_meet([sunday_night], 2)
    assert not can_meet([scattered], 2)
    assert beginnings(free_weeks(sunday_night)[0], 2) == 1 << 334


def test_two_may_meet_pair_by_pair_and_still_never_all_three():
    people = in_zones("America/Los_Angeles", "Europe/Berlin", "Asia/Tokyo")
    pairs = [(one.id, other.id) for one in people for other in people if one.id < other.id]

    broken = check([tuple(person.id for person in people)], people, Rules(2, 3, 3))

    assert check(pairs[:1], people, Rules(2, 2, 2)) == []
    assert [(violation.kind, violation.message) for violation in broken] == [
        ("hours", "This group never has 2 hours in one piece that suit everybody.")
    ]
    assert check([tuple(person.id for person in people)], people, Rules(2, 3, 3, hours=0)) == []


def test_three_who_never_meet_are_not_put_together_though_each_two_may_be():
    people = [
        Candidate(f"{zone} {number}", timezone=zone)
        for zone in ("America/Los_Angeles", "Europe/Berlin", "Asia/Tokyo")
        for number in range(4)
    ]

    proposal = form_groups(people, Rules(3, 4, 4), seed=1)

    assert (proposal.unplaced, proposal.broken) == ((), ())
    assert check(proposal.groups, people, Rules(3, 4, 4)) == []


def test_nobody_is_put_with_people_whose_language_they_do_not_list():
    people = [Candidate(f"{tongue}{number}", languages=(tongue,)) for tongue in ("en", "Fr") for number in range(4)]
    people.append(Candidate("both", languages=("FR", "en")))
    people.append(Candidate("unknown"))

    proposal = form_groups(people, Rules(4, 5, 6))

    assert (proposal.unplaced, check(proposal.groups, people, Rules(4, 5, 6))) == ((), [])
    assert [v.kind for v in check([("en0", "Fr0", "both", "unknown")], people, Rules())] == ["language"]
    assert check([("en0", "en1", "both", "unknown")], people, Rules()) == []
    assert check([("en0", "Fr0", "both", "unknown")], people, Rules(one_language=False)) == []


def test_somebody_without_hours_in_common_is_told_so():
    people = [Candidate(f"p{number}", timezone="UTC", free=frozenset(range(9, 12))) for number in range(5)]
    people.append(Candidate("p9", name="Owl", timezone="UTC", free=frozenset(range(1, 5))))

    proposal = form_groups(people, Rules(4, 5, 6))

    assert [(one.id, one.why) for one in proposal.unplaced] == [
        ("p9", "The only group is never free for long enough when they are.")
    ]


def test_somebody_without_a_language_in_common_is_told_so():
    people = [Candidate(f"p{number}", languages=("en",)) for number in range(5)] + [Candidate("p9", languages=("fr",))]

    proposal = form_groups(people, Rules(4, 5, 6))

    assert [(one.id, one.why) for one in proposal.unplaced] == [
        ("p9", "The only group has no language in common with them.")
    ]


def test_a_group_is_told_how_many_hours_suit_everybody():
    people = in_zones("Europe/Oslo", "Europe/London")

    told = [reason.text for reason in explain([person.id for person in people], people, Rules(2, 2, 2))]

    assert "98 hours a week that suit everybody." in told
