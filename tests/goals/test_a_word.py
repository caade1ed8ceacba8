"""Who may need a word: facts that every member can see, for the facilitator of the group, by name and uncounted."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from common.actor import acting_as
from common.fences import MEMBER, WORKER
from goals import permissions, selectors
from goals.models import CheckIn
from groups.models import CoachingGroup, Membership
from tests.factories import NOW, ActionStepFactory, CheckInFactory, GoalFactory, MembershipFactory

TODAY = NOW.date()


def page_of(world, as_person, who="facilitator"):
    return as_person(world.people[who]).get(reverse("goals:a_word", args=[world.group.pk]))


@pytest.fixture
def quiet(world, arranging):
    """The group with nobody who stands out: *member* checked in yesterday, the others came yesterday."""
    with arranging():
        Membership.objects.filter(group=world.group).update(admitted_at=NOW - timedelta(days=1))
        CheckIn.objects.update(created_at=NOW - timedelta(days=1))
        world.step._meta.model.objects.update(due_on=TODAY + timedelta(days=3))
    return world


def facts(world, now=NOW, today=TODAY):
    membership = world.memberships["facilitator"]
    with acting_as(MEMBER, person=world.people["facilitator"]):
        membership = Membership.objects.select_related("group").get(pk=membership.pk)
        return selectors.who_may_need_a_word(membership=membership, today=today, now=now)


def test_a_quiet_group_has_nobody_who_stands_out(quiet, as_person):
    assert facts(quiet) == []
    assert "Nobody stands out" in page_of(quiet, as_person).content.decode()


@pytest.mark.parametrize(("days", "missed"), [(8, False), (9, True), (30, True)])
def test_a_check_in_is_missed_two_days_after_its_week(quiet, arranging, days, missed):
    with arranging():
        CheckIn.objects.update(created_at=NOW - timedelta(days=days))

    found = [(fact.coachee.person.name, fact.missed.due_at) for fact in facts(quiet)]

    assert found == ([("Member", TODAY - timedelta(days=days - 7))] if missed else [])


def test_a_word_on_one_goal_is_a_word(quiet, arranging):
    with arranging():
        CheckIn.objects.update(created_at=NOW - timedelta(days=30))
        CheckInFactory(goal=GoalFactory(membership=quiet.memberships["member"]))

    assert facts(quiet) == []


@pytest.mark.parametrize(("days", "stalled"), [(0, False), (7, False), (8, True)])
def test_a_step_has_stalled_more_than_a_week_past_its_day(quiet, arranging, days, stalled):
    with arranging():
        quiet.step._meta.model.objects.filter(pk=quiet.step.pk).update(due_on=TODAY - timedelta(days=days))

    assert [[step.pk for step in fact.steps] for fact in facts(quiet)] == ([[quiet.step.pk]] if stalled else [])


@pytest.mark.parametrize(("zone", "stalled"), [("Pacific/Kiritimati", True), ("Etc/GMT+12", False)])
def test_the_day_is_the_facilitators_own(quiet, as_person, arranging, zone, stalled, clock):
    clock.move_to(datetime(2027, 2, 8, 11, tzinfo=UTC))  # the 9th in the far east, the 7th in the far west
    with arranging():
        quiet.step._meta.model.objects.update(due_on=TODAY - timedelta(days=7))
        person = quiet.people["facilitator"]
        type(person).objects.filter(pk=person.pk).update(timezone=zone)

    assert ("is still open" in page_of(quiet, as_person).content.decode()) == stalled
    assert timezone.get_current_timezone_name() == "UTC"


@pytest.mark.parametrize(("days", "stands_out"), [(13, False), (14, True)])
def test_no_goal_is_said_after_two_weeks(quiet, arranging, days, stands_out):
    with arranging():
        Membership.objects.filter(pk=quiet.memberships["peer"].pk).update(admitted_at=NOW - timedelta(days=days))
        GoalFactory(membership=quiet.memberships["peer"], shared_at=None)

    assert [fact.coachee.person.name for fact in facts(quiet)] == (["Peer"] if stands_out else [])


def test_people_stand_by_name_and_nothing_is_counted(world, as_person, arranging):
    with arranging():
        CheckIn.objects.update(created_at=NOW - timedelta(days=30))
        late = MembershipFactory(group=world.group, admitted_at=NOW - timedelta(days=40))
        type(late.person).objects.filter(pk=late.person_id).update(name="aaron")
        for _ in range(3):
            ActionStepFactory(membership=late, due_on=TODAY - timedelta(days=20))

    names = [fact.coachee.person.name for fact in facts(world)]

    assert names == sorted(names, key=str.casefold)
    assert names[0] == "aaron"
    page = page_of(world, as_person).content.decode()
    assert page.count("is still open") == 3
    assert not any(word in page for word in ("score", "Score", "%", "rank"))


def test_it_shows_what_members_see_and_no_draft_no_journal(world, as_person, arranging):
    with arranging():
        GoalFactory(membership=world.memberships["peer"], shared_at=None, title="zugzwang-quokka")
        ActionStepFactory(membership=world.memberships["peer"], due_on=TODAY - timedelta(days=20), text="Open to all")
    page, board = (
        page_of(world, as_person),
        as_person(world.people["peer"]).get(reverse("goals:board", args=[world.group.pk])),
    )

    assert "Open to all" in page.content.decode()
    assert "Open to all" in board.content.decode()
    assert "zugzwang-quokka" not in page.content.decode()
    assert "afraid" not in page.content.decode()


@pytest.mark.parametrize("who", ["former", "unsigned", "newcomer", "facilitator"])
def test_who_left_did_not_sign_or_facilitates_is_not_spoken_of(world, arranging, who):
    with arranging():
        mine = world.memberships[who]
        GoalFactory(membership=mine, shared_at=NOW - timedelta(days=60))
        ActionStepFactory(membership=mine, due_on=TODAY - timedelta(days=30))

    assert who.title() not in {fact.coachee.person.name for fact in facts(world)}


def test_nothing_after_ones_access_has_ended(world, as_person, arranging):
    with arranging():
        Membership.objects.filter(pk=world.memberships["facilitator"].pk).update(left_at=NOW)

    assert page_of(world, as_person).status_code == 404


def test_nothing_after_the_group_has_ended(world, as_person, arranging):
    with arranging():
        CoachingGroup.objects.filter(pk=world.group.pk).update(state="ended", ended_at=NOW)

    assert page_of(world, as_person).status_code == 403


@pytest.mark.parametrize(("who", "leads"), [("facilitator", True), ("peer", False), ("member", False)])
def test_the_board_leads_there_whom_it_opens_for(world, as_person, who, leads):
    page = as_person(world.people[who]).get(reverse("goals:board", args=[world.group.pk])).content.decode()

    assert (reverse("goals:a_word", args=[world.group.pk]) in page) == leads


def test_the_page_says_who_opens_it(world, as_person):
    assert permissions.who_reads_a_word(["Facilitator"]) in page_of(world, as_person).content.decode()


def test_the_worker_finds_the_same_from_facts_alone(world, arranging):
    with arranging():
        CheckIn.objects.update(created_at=NOW - timedelta(days=9))
        group = CoachingGroup.objects.get(pk=world.group.pk)

    with acting_as(WORKER):
        [missed] = selectors.missed_check_ins(group, now=NOW)

    assert (missed.membership_id, missed.last_at) == (world.memberships["member"].pk, NOW - timedelta(days=9))


@pytest.mark.parametrize("count", [1, 3, 100])
def test_its_number_of_queries_does_not_grow(as_person, arranging, django_assert_num_queries, count):
    with arranging():
        coach = MembershipFactory(role="facilitator")
        for _ in range(count):
            peer = MembershipFactory(group=coach.group, admitted_at=NOW - timedelta(days=60))
            ActionStepFactory(membership=peer, due_on=TODAY - timedelta(days=20))
    client = as_person(coach.person)

    # savepoint and its release, login session, person, context and back, membership, places; people, missed, steps,
    # key, facilitators
    with django_assert_num_queries(13):
        page = client.get(reverse("goals:a_word", args=[coach.group_id])).content.decode()

    assert page.count("data-fact=") == count
