from datetime import date, timedelta

import pytest

from accounts.models import Duty
from common.actor import acting_as
from common.fences import REPORT
from reports.selectors import Participation, PeopleMet, UnknownProgram, participation_report
from tests.factories import (
    NOW,
    CharterFactory,
    CharterSignatureFactory,
    CoachingGroupFactory,
    MembershipFactory,
    OrganizationFactory,
    OrganizationRoleFactory,
    ProgramFactory,
)
from tests.reports.small_world import HARBOR, LIGHTHOUSE, TIDE, build_small_world, days, meeting


@pytest.fixture
def small(arranging):
    with arranging():
        return build_small_world()


@pytest.fixture
def office(arranging):
    """An organization with one running group of its one program, and its HR."""
    with arranging():
        role = OrganizationRoleFactory(role=Duty.HR)
        role.group = CoachingGroupFactory(program=ProgramFactory(organization=role.organization))
    return role


def report_for(organization, hr, **choice):
    with acting_as(REPORT, person=hr, organization=organization):
        return participation_report(organization=organization, now=NOW, **choice)


def only_line(office):
    (line,) = report_for(office.organization, office.person).groups
    return line


def test_each_group_has_the_numbers_counted_by_hand(small):
    report = report_for(small.organization, small.hr)

    assert [(line.group.name, line.counts) for line in report.groups] == [
        ("Harbor", HARBOR),
        ("Lighthouse", LIGHTHOUSE),
        ("Tide", TIDE),
    ]


def test_each_program_is_the_sum_of_its_groups_and_the_total_of_all(small):
    report = report_for(small.organization, small.hr)

    alpha = Participation(
        invited=5, joined=7, signed=3, came=5, current=5,
        held=3, ahead=1, cancelled=2,
        yes=3, late=2, no=1,
        expected=8, attended=6, absent=1,
    )  # fmt: skip
    assert [(line.program, line.groups, line.counts) for line in report.programs] == [
        (small.alpha, 2, alpha),
        (small.beta, 1, TIDE),
        (small.empty, 0, Participation()),
    ]
    assert (report.total.joined, report.total.left, report.total.unrecorded) == (9, 2, 1)


def test_a_person_in_two_groups_is_one_of_the_people_who_met(small):
    report = report_for(small.organization, small.hr)

    # Ann (twice), Ben, Dan and Jon are in a running group; Ann and Dan were there in the last four weeks.
    assert report.people_met == PeopleMet(met=2, people=4)


@pytest.mark.parametrize(
    ("name", "groups", "people_met"),
    [
        ("alpha", ["Harbor", "Lighthouse"], PeopleMet(met=2, people=3)),
        ("beta", ["Tide"], PeopleMet(met=0, people=2)),
        ("empty", [], PeopleMet(met=0, people=0)),
    ],
)
def test_a_chosen_program_counts_nothing_of_the_others(small, name, groups, people_met):
    program = getattr(small, name)

    report = report_for(small.organization, small.hr, program_id=str(program.pk))

    assert [line.group.name for line in report.groups] == groups
    assert [line.program for line in report.programs] == [report.program] == [program]
    assert report.people_met == people_met
    assert report.choices == [small.alpha, small.beta, small.empty]


def test_past_the_walls_another_organization_still_does_not_count(small, arranging):
    walled = report_for(small.organization, small.hr)

    with arranging():
        unwalled = participation_report(organization=small.organization, now=NOW)

    assert (unwalled.groups, unwalled.programs, unwalled.people_met) == (
        walled.groups, walled.programs, walled.people_met,
    )  # fmt: skip


@pytest.mark.parametrize("program_id", ["of another organization", "00000000-0000-0000-0000-000000000000", "x", "'"])
def test_a_program_of_nobody_or_of_another_organization_is_unknown(small, arranging, program_id):
    if program_id == "of another organization":
        with arranging():
            program_id = str(ProgramFactory().pk)

    with pytest.raises(UnknownProgram):
        report_for(small.organization, small.hr, program_id=program_id)


def test_days_are_those_of_the_groups_own_zone(small):
    harbor, lighthouse, tide = report_for(small.organization, small.hr).groups

    # Harbor's latest session began on 7 February 07:00 UTC, which is the evening of the same day in Auckland.
    assert (harbor.last_met_on, harbor.ended_on, harbor.has_ended) == (date(2027, 2, 7), None, False)
    assert (lighthouse.last_met_on, lighthouse.ended_on, lighthouse.has_ended) == (
        date(2027, 1, 25), date(2027, 2, 1), True,
    )  # fmt: skip


def test_last_met_is_a_day_later_where_the_day_begins_earlier(office, arranging):
    with arranging():
        office.group.timezone = "Pacific/Auckland"
        office.group.save(update_fields=["timezone"])
        meeting(office.group, days(-1).replace(hour=14))

    assert only_line(office).last_met_on == date(2027, 2, 8)


def test_a_group_that_has_not_met_has_no_last_day(office, arranging):
    with arranging():
        meeting(office.group, days(-2), cancelled_at=days(-3))
        meeting(office.group, days(1))

    assert only_line(office).last_met_on is None


@pytest.mark.parametrize(
    ("end", "counts"),
    [(NOW, (1, 0)), (NOW + timedelta(minutes=1), (0, 1))],
)
def test_a_session_is_held_from_the_minute_it_ends(office, arranging, end, counts):
    with arranging():
        meeting(office.group, end)

    found = only_line(office).counts
    assert (found.held, found.ahead) == counts


def test_a_session_ahead_that_was_called_off_is_cancelled_and_not_ahead(office, arranging):
    with arranging():
        member = MembershipFactory(group=office.group)
        meeting(office.group, days(2), cancelled_at=days(-1), answers={member: "yes"})

    found = only_line(office).counts
    assert (found.ahead, found.cancelled, found.yes) == (0, 1, 0)


def test_whoever_is_noted_while_the_session_goes_on_counts_when_it_is_over(office, arranging):
    with arranging():
        here, away = MembershipFactory.create_batch(2, group=office.group)
        meeting(office.group, NOW + timedelta(minutes=5), presence={here: "present", away: "absent"})

    found = only_line(office).counts
    assert (found.expected, found.attended, found.absent, found.came, found.unrecorded) == (0, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("joined_at", "left_at", "expected"),
    [
        (days(-2), None, 1),
        (days(-2) + timedelta(minutes=1), None, 0),
        (days(-9), days(-2) + timedelta(minutes=1), 1),
        (days(-9), days(-2), 0),
    ],
)
def test_expected_are_those_whose_place_was_open_when_the_session_ended(
    office, arranging, joined_at, left_at, expected
):
    with arranging():
        member = MembershipFactory(group=office.group, joined_at=joined_at, left_at=left_at)
        meeting(office.group, days(-2), presence={member: "present"}, answers={member: "yes"})

    found = only_line(office).counts
    assert (found.expected, found.attended, found.yes) == (expected, expected, expected)


def test_whoever_left_and_came_back_joined_once_and_is_expected_once_each_time(office, arranging):
    with arranging():
        before = MembershipFactory(group=office.group, left_at=days(-10))
        after = MembershipFactory(group=office.group, person=before.person, joined_at=days(-6))
        charter = CharterFactory(group=office.group)
        for membership in (before, after):
            CharterSignatureFactory(charter=charter, membership=membership)
        meeting(office.group, days(-12), presence={before: "present"})
        meeting(office.group, days(-8))
        meeting(office.group, days(-4), presence={after: "present"})

    found = only_line(office).counts
    assert (found.joined, found.signed, found.current, found.left, found.came) == (1, 1, 1, 0, 1)
    assert (found.held, found.expected, found.attended) == (3, 2, 2)


@pytest.mark.parametrize(
    ("end", "presence", "met"),
    [
        (days(-28) + timedelta(minutes=1), "present", 1),
        (days(-28), "present", 0),
        (NOW, "late", 1),
        (NOW + timedelta(minutes=1), "present", 0),
        (days(-2), "absent", 0),
        (days(-2), "", 0),
    ],
)
def test_people_met_in_the_last_four_weeks(office, arranging, end, presence, met):
    with arranging():
        member = MembershipFactory(group=office.group, joined_at=days(-60))
        meeting(office.group, end, presence={member: presence})

    assert report_for(office.organization, office.person).people_met == PeopleMet(met=met, people=1)


def test_a_person_who_met_in_two_groups_has_met_once(office, arranging):
    with arranging():
        member = MembershipFactory(group=office.group)
        other = MembershipFactory(group=CoachingGroupFactory(program=office.group.program), person=member.person)
        for membership in (member, other):
            meeting(membership.group, days(-2), scheduled_by=membership, presence={membership: "present"})

    assert report_for(office.organization, office.person).people_met == PeopleMet(met=1, people=1)


def test_what_people_did_before_they_came_back_still_counts_as_met(office, arranging):
    with arranging():
        before = MembershipFactory(group=office.group, left_at=days(-10))
        MembershipFactory(group=office.group, person=before.person, joined_at=days(-6))
        meeting(office.group, days(-12), presence={before: "present"})

    assert report_for(office.organization, office.person).people_met == PeopleMet(met=1, people=1)


@pytest.mark.parametrize(
    "facts",
    [{"cancelled_at": days(-3)}, {"as_facilitator": True}, {"elsewhere": True}],
    ids=["cancelled", "as facilitator", "in another group"],
)
def test_people_have_not_met_in_a_cancelled_session_as_facilitator_or_elsewhere(office, arranging, facts):
    facts = dict(facts)
    with arranging():
        member = MembershipFactory(group=office.group)
        other = CoachingGroupFactory(program=office.group.program, state="ended", ended_at=days(-1))
        if facts.pop("as_facilitator", None):
            member.left_at = days(-1)
            member.save(update_fields=["left_at"])
            MembershipFactory(group=office.group, person=member.person)
            member.role = "facilitator"
            member.save(update_fields=["role"])
        if facts.pop("elsewhere", None):
            member = MembershipFactory(group=other, person=member.person)
        meeting(member.group, days(-2), presence={member: "present"}, **facts)

    assert report_for(office.organization, office.person).people_met == PeopleMet(met=0, people=1)


def test_an_organization_without_programs_has_an_empty_report(arranging):
    with arranging():
        role = OrganizationRoleFactory(role=Duty.HR, organization=OrganizationFactory())

    report = report_for(role.organization, role.person)

    assert (report.choices, report.programs, report.groups) == ([], [], [])
    assert (report.total, report.people_met) == (Participation(), PeopleMet(met=0, people=0))


def test_the_funnel_compares_each_step_with_those_invited(small):
    report = report_for(small.organization, small.hr, program_id=str(small.alpha.pk))

    assert report.funnel == [
        {"label": "Invited", "value": 5},
        {"label": "Joined", "value": 7, "total": 5},
        {"label": "Signed", "value": 3, "total": 5},
        {"label": "Came to a session", "value": 5, "total": 5},
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_grow_with_groups(office, arranging, django_assert_num_queries, count):
    with arranging():
        for _ in range(count - 1):
            group = CoachingGroupFactory(program=ProgramFactory(organization=office.organization))
            member = MembershipFactory(group=group)
            meeting(group, days(-2), scheduled_by=member, presence={member: "present"})

    with (
        acting_as(REPORT, person=office.person, organization=office.organization),
        django_assert_num_queries(4),  # programs, groups with their counts, people who met, rhythm
    ):
        report = participation_report(organization=office.organization, now=NOW)

    assert (len(report.groups), len(report.programs)) == (count, count)
