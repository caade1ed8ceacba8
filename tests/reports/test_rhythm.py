"""How many keep a rhythm: each attack of decision 26, and what must not be derivable from what is shown."""

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse

from accounts.models import Duty
from common.actor import acting_as
from common.fences import HR, MEMBER, REPORT, WORKER
from goals.models import CheckIn
from groups.models import CoachingGroup, Membership
from reports import rhythm, services
from reports.models import RhythmRelease
from reports.rhythm import Bands, bands_of, last_month
from tests.factories import (
    NOW,
    CheckInFactory,
    CoachingGroupFactory,
    GoalFactory,
    MembershipFactory,
    OrganizationFactory,
    OrganizationRoleFactory,
    PersonFactory,
    ProgramFactory,
)

BEGIN, END = datetime(2027, 1, 1, tzinfo=UTC), datetime(2027, 2, 1, tzinfo=UTC)  # NOW is the 8th of February
JANUARY = date(2027, 1, 1)


# What can be concluded -----------------------------------------------------------------------------------------------


def isolating(rule, most=40):
    """Each (people, what is shown) from which follows that 1 to 4 do, that 1 to 4 do not, that all do or that none do.

    HR knows exactly how many people there are, and the rule.
    """
    found = []
    for people in range(2, most):
        consistent = {}
        for keepers in range(people + 1):
            consistent.setdefault(rule(people=people, keepers=keepers), set()).add(keepers)
        for shown, possible in consistent.items():
            others = {people - keepers for keepers in possible}
            is_news = len(possible) <= people
            if is_news and (possible <= set(range(5)) or others <= set(range(5))):
                found.append((people, shown))
    return found


def test_no_number_isolates_whatever_hr_knows_of_the_group():
    assert isolating(bands_of) == []


WEAKER = {
    "the number itself": lambda people, keepers: keepers,
    "no second side": lambda people, keepers: keepers // 5 if keepers >= 5 else None,
    "no first side": lambda people, keepers: keepers // 5 if people - keepers >= 5 else None,
    "bands alone": lambda people, keepers: keepers // 5,
    "a reason for silence": lambda people, keepers: bands_of(people=people, keepers=keepers) or keepers < 5,
    "all may be told": lambda people, keepers: "all" if keepers == people else bands_of(people=people, keepers=keepers),
}


@pytest.mark.parametrize("name", WEAKER)
def test_that_proof_can_fail(name):
    assert isolating(WEAKER[name])


def test_adding_up_programs_tells_of_no_few():
    """From the numbers of two programs follows nothing about a few people of both together."""
    for first, second in product(range(5, 21), repeat=2):
        consistent = {}
        for one, two in product(range(first + 1), range(second + 1)):
            shown = bands_of(people=first, keepers=one), bands_of(people=second, keepers=two)
            consistent.setdefault(shown, set()).add(one + two)
        for possible in consistent.values():
            assert max(possible) >= 5
            assert min(possible) <= first + second - 5


@pytest.mark.parametrize(
    ("people", "keepers", "shown"),
    [
        (10, 4, None), (10, 5, Bands(5, 10)), (10, 6, None), (9, 5, None), (23, 12, Bands(10, 20)), (23, 19, None),
        (23, 23, None), (23, 0, None), (0, 0, None),
    ],
)  # fmt: skip
def test_what_is_shown(people, keepers, shown):
    assert bands_of(people=people, keepers=keepers) == shown


@pytest.mark.parametrize(
    ("now", "month"),
    [
        (datetime(2027, 2, 1, tzinfo=UTC), JANUARY),
        (datetime(2027, 1, 31, 23, 59, tzinfo=UTC), date(2026, 12, 1)),
        (datetime(2027, 1, 1, tzinfo=UTC), date(2026, 12, 1)),
    ],
)
def test_the_month_is_the_last_that_is_over(now, month):
    assert last_month(now)[0].date() == month


# What is counted -----------------------------------------------------------------------------------------------------


def people_in(group, count, *, keeping=0, times=2, **state):
    """Members since before January; the first ``keeping`` of them check in ``times`` in it."""
    members = []
    for number in range(count):
        member = MembershipFactory(group=group, **{"admitted_at": BEGIN - timedelta(days=9), **state})
        if number < keeping:
            goal = GoalFactory(membership=member)
            for time in range(times):
                check_in_at(goal, BEGIN + timedelta(days=3 + time))
        members.append(member)
    return members


def check_in_at(goal, moment):
    row = CheckInFactory(goal=goal)
    CheckIn.objects.filter(pk=row.pk).update(created_at=moment)


@pytest.fixture
def alpha(arranging):
    """A program with one group, made before January."""
    with arranging():
        program = program_of(OrganizationFactory(name="Meridian", slug="meridian"), "Alpha")
        CoachingGroupFactory(program=program)
    return program


def program_of(organization, name):
    program = ProgramFactory(organization=organization, name=name, state="running")
    type(program).objects.filter(pk=program.pk).update(created_at=BEGIN - timedelta(days=30))
    return program


def group_of(program):
    return CoachingGroup.objects.get(program=program)


def release(now=NOW):
    with acting_as(WORKER):
        return services.release_rhythm(now=now)


def published(arranging):
    with arranging():
        rows = RhythmRelease.objects.order_by("program__name", "month")
        return [(row.program.name, row.month, row.keepers_from, row.people_from) for row in rows]


def test_those_count_who_checked_in_twice_in_the_month(alpha, arranging):
    with arranging():
        people_in(group_of(alpha), 6, keeping=6)
        people_in(group_of(alpha), 6, keeping=6, times=1)
        late = GoalFactory(membership=people_in(group_of(alpha), 1)[0])
        for moment in (BEGIN - timedelta(seconds=1), BEGIN, END):
            check_in_at(late, moment)

    assert release() == 1
    assert published(arranging) == [("Alpha", JANUARY, 5, 10)]


@pytest.mark.parametrize(
    "state",
    [
        {"admitted_at": BEGIN + timedelta(days=1)},
        {"admitted_at": None},
        {"left_at": END - timedelta(seconds=1)},
        {"role": "facilitator"},
    ],
    ids=["came in it", "has not signed", "left in it", "facilitates"],
)
def test_who_was_no_member_for_the_whole_month_does_not_count(alpha, arranging, state):
    with arranging():
        people_in(group_of(alpha), 5, keeping=5)
        people_in(group_of(alpha), 4)
        people_in(group_of(alpha), 3, **state)

    release()

    assert published(arranging) == [("Alpha", JANUARY, None, None)]


def test_a_group_that_ended_in_the_month_does_not_count(alpha, arranging):
    with arranging():
        people_in(group_of(alpha), 12, keeping=6)
        CoachingGroup.objects.filter(program=alpha).update(state="ended", ended_at=END - timedelta(days=1))

    release()

    assert published(arranging) == [("Alpha", JANUARY, None, None)]


def test_somebody_in_two_groups_of_a_program_counts_once(alpha, arranging):
    with arranging():
        second = CoachingGroupFactory(program=alpha)
        people_in(CoachingGroup.objects.filter(program=alpha).exclude(pk=second.pk).get(), 5, keeping=5)
        for member in people_in(second, 4):
            other = CoachingGroup.objects.filter(program=alpha).exclude(pk=second.pk).get()
            MembershipFactory(group=other, person=member.person, admitted_at=BEGIN - timedelta(days=9))

    release()

    assert published(arranging) == [("Alpha", JANUARY, None, None)]  # nine people, not thirteen


# Once ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def fixed(alpha, arranging):
    with arranging():
        members = people_in(group_of(alpha), 12, keeping=6)
    release()
    return members


def test_nothing_that_happens_later_changes_what_was_published(alpha, fixed, arranging):
    before = published(arranging)
    with arranging():
        CheckIn.objects.filter(membership=fixed[0]).delete()
        Membership.objects.filter(pk=fixed[1].pk).update(left_at=BEGIN + timedelta(days=1))
        for number in range(6, 12):
            goal = GoalFactory(membership=fixed[number])
            check_in_at(goal, BEGIN + timedelta(days=1))
            check_in_at(goal, BEGIN + timedelta(days=2))

    assert [release(NOW + timedelta(days=days)) for days in range(20)] == [0] * 20
    assert published(arranging) == before == [("Alpha", JANUARY, 5, 10)]


def test_that_there_is_no_number_does_not_change_either(alpha, arranging):
    with arranging():
        members = people_in(group_of(alpha), 12, keeping=8)
    release()
    with arranging():
        CheckIn.objects.filter(membership__in=members[:2]).delete()

    assert (release(), published(arranging)) == (0, [("Alpha", JANUARY, None, None)])


def test_a_month_that_is_not_over_is_not_counted(alpha, arranging):
    with arranging():
        people_in(group_of(alpha), 12, keeping=6)

    release(END - timedelta(seconds=1))
    assert published(arranging) == []
    release(END)
    assert published(arranging)[-1] == ("Alpha", JANUARY, 5, 10)


def test_a_group_that_is_moved_afterwards_is_not_counted_a_second_time(alpha, fixed, arranging):
    with arranging():
        made_later = ProgramFactory(organization=alpha.organization, name="Later")
        CoachingGroup.objects.filter(program=alpha).update(program=made_later)

    assert release(NOW + timedelta(days=1)) == 0
    assert published(arranging) == [("Alpha", JANUARY, 5, 10)]


def test_all_programs_are_fixed_together(alpha, arranging, django_assert_num_queries):
    with arranging():
        people_in(group_of(alpha), 12, keeping=6)
        beta = program_of(alpha.organization, "Beta")
        people_in(CoachingGroupFactory(program=beta), 30, keeping=13)
        program_of(OrganizationFactory(), "Elsewhere")

    with acting_as(WORKER), django_assert_num_queries(6):  # is there one, programs, people, insert; savepoint twice
        services.release_rhythm(now=NOW)

    assert published(arranging) == [
        ("Alpha", JANUARY, 5, 10),
        ("Beta", JANUARY, 10, 30),
        ("Elsewhere", JANUARY, None, None),
    ]


@pytest.mark.parametrize(("keepers", "people"), [(4, 20), (0, 10), (5, 9), (10, 14), (None, 10), (5, None)])
def test_the_database_refuses_less_than_five_on_either_side(alpha, keepers, people):
    row = RhythmRelease(
        organization_id=alpha.organization_id, program=alpha, month=JANUARY, released_at=NOW,
        keepers_from=keepers, people_from=people,
    )  # fmt: skip
    with pytest.raises(IntegrityError, match="reports_rhythm_at_least_five"), acting_as(WORKER):
        row.save(force_insert=True)


@pytest.mark.parametrize("role", [MEMBER, HR, WORKER, REPORT])
@pytest.mark.parametrize(
    "verb", ["UPDATE reports_rhythmrelease SET keepers_from = 10", "DELETE FROM reports_rhythmrelease"]
)
def test_nobody_changes_what_was_published(alpha, fixed, role, verb):
    with (
        pytest.raises(DatabaseError, match="permission denied"),
        acting_as(role, person=fixed[0].person, organization=alpha.organization),
        connection.cursor() as cursor,
    ):
        cursor.execute(verb)


# The page ------------------------------------------------------------------------------------------------------------


def report_page(as_person, person):
    return as_person(person).get(reverse("reports:participation", args=["meridian"]))


def test_members_and_hr_read_the_same_sentence(alpha, fixed, arranging, as_person):
    with arranging():
        hr = PersonFactory()
        OrganizationRoleFactory(organization=alpha.organization, person=hr, role=Duty.HR)

    pages = [report_page(as_person, person).content.decode() for person in (hr, fixed[0].person)]

    for page in pages:
        words = " ".join(page.split())
        assert "January 2027: 5 to 9 of 10 to 14 people checked in at least twice." in words


def test_where_there_is_no_number_the_reason_is_not_told(alpha, arranging, as_person):
    with arranging():
        [member, *_rest] = people_in(group_of(alpha), 12, keeping=2)
    release()

    page = " ".join(report_page(as_person, member.person).content.decode().split())

    assert "January 2027: no number is shown, because it could point at somebody." in page


def test_there_is_no_sum_of_programs(alpha, fixed, arranging, as_person):
    with arranging():
        beta = program_of(alpha.organization, "Beta")
        people_in(CoachingGroupFactory(program=beta), 12, keeping=6)
        RhythmRelease.objects.all()._raw_delete("default")
    release()

    page = report_page(as_person, fixed[0].person).content.decode()

    assert page.count("data-rhythm=") == page.count("checked in at least twice.") == 2


def test_another_organization_reads_no_row(alpha, fixed, arranging):
    with arranging():
        other = OrganizationFactory()
        hr = PersonFactory()
        OrganizationRoleFactory(organization=other, person=hr, role=Duty.HR)

    with acting_as(REPORT, person=hr, organization=other):
        assert not RhythmRelease.objects.exists()
    with acting_as(REPORT, person=fixed[0].person, organization=alpha.organization):
        assert RhythmRelease.objects.count() == 1


def test_the_report_itself_counts_no_check_in(alpha, fixed):
    with (
        pytest.raises(DatabaseError, match="permission denied"),
        acting_as(REPORT, person=fixed[0].person, organization=alpha.organization),
        transaction.atomic(),
    ):
        CheckIn.objects.count()


def test_the_thresholds_are_those_of_the_page():
    assert (rhythm.LEAST, rhythm.STEP, rhythm.OFTEN) == (5, 5, 2)
