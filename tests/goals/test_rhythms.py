"""When a person is asked: by their rhythm and pause, on their own day, on Today and by mail alike."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from common.actor import acting_as
from common.fences import MEMBER, WORKER
from goals import selectors, services
from goals.due import MORNING, Rhythm, check_in_due_on
from goals.models import CheckIn, CheckInRhythm
from nudges.hours import zone_named
from nudges.kinds import NotWanted, kind_named
from nudges.models import Nudge
from tests.factories import (
    NOW,
    CheckInFactory,
    CheckInRhythmFactory,
    CoachingSessionFactory,
    GoalFactory,
    MembershipFactory,
)

DAY = timedelta(days=1)
TODAY = NOW.date()


def owed(kind="check_in_due"):
    with acting_as(WORKER):
        return list(Nudge.objects.filter(kind=kind).order_by("dedupe_key"))


def plan(now=NOW):
    with acting_as(WORKER):
        services.plan_check_in_reminders(now=now)


def today_asks(membership, now=NOW):
    with acting_as(MEMBER, person=membership.person):
        return len(selectors.goals_due_for_check_in(membership.person, now))


def both_ask(membership, now):
    """Whether Today asks, after checking that the mail does at the same time."""
    before = len(owed())
    plan(now)
    asks = today_asks(membership, now)
    assert (len(owed()) > before) == bool(asks)
    return bool(asks)


@pytest.fixture
def mine(arranging):
    with arranging():
        return MembershipFactory()


def goal_of(mine, *, days_ago, **rhythm):
    goal = GoalFactory(membership=mine, shared_at=NOW - days_ago * DAY)
    if rhythm:
        CheckInRhythmFactory(membership=mine, **rhythm)
    return goal


@pytest.mark.parametrize(("rhythm", "after"), [(None, 7), ("weekly", 7), ("fortnightly", 14)])
def test_one_is_asked_on_the_morning_after_so_many_days(arranging, mine, rhythm, after):
    with arranging():
        goal_of(mine, days_ago=0, **({"rhythm": rhythm} if rhythm else {}))
    morning = datetime.combine(TODAY + after * DAY, MORNING, tzinfo=UTC)

    assert [both_ask(mine, morning - timedelta(minutes=1)), both_ask(mine, morning)] == [False, True]


def test_who_does_not_want_to_be_asked_is_not(arranging, mine):
    with arranging():
        goal_of(mine, days_ago=400, rhythm="none")

    assert not both_ask(mine, NOW)
    with acting_as(MEMBER, person=mine.person):
        assert selectors.next_asking(mine, today=TODAY, zone=UTC) is None


def test_around_sessions_one_is_asked_two_days_before_and_three_after(arranging, mine):
    with arranging():
        goal = goal_of(mine, days_ago=20, rhythm="sessions")
        CoachingSessionFactory(group=mine.group, starts_at=NOW + 10 * DAY)
        CoachingSessionFactory(group=mine.group, starts_at=NOW + 5 * DAY, cancelled_at=NOW)

    assert not both_ask(mine, NOW + 7 * DAY)
    assert both_ask(mine, NOW + 8 * DAY)
    with arranging():
        CheckIn.objects.filter(pk=CheckInFactory(goal=goal).pk).update(created_at=NOW + 8 * DAY)
    assert not both_ask(mine, NOW + 12 * DAY)
    assert both_ask(mine, NOW + 13 * DAY)


@pytest.mark.parametrize(
    ("zone", "at"),
    [
        ("Pacific/Kiritimati", datetime(2027, 2, 14, 18, tzinfo=UTC)),  # UTC+14
        ("Etc/GMT+12", datetime(2027, 2, 14, 20, tzinfo=UTC)),
        ("UTC", datetime(2027, 2, 15, 8, tzinfo=UTC)),
        ("Nowhere/Atall", datetime(2027, 2, 15, 8, tzinfo=UTC)),
    ],
)
def test_the_day_is_ones_own_at_both_ends_of_the_date_line(arranging, mine, zone, at):
    mine.person.timezone = zone
    with arranging():
        mine.person.save(update_fields=["timezone"])
        goal_of(mine, days_ago=0)  # on Monday 09:00 UTC; Sunday still on the western end

    assert [both_ask(mine, at - timedelta(minutes=1)), both_ask(mine, at)] == [False, True]


def test_a_pause_is_quiet_from_its_first_to_its_last_day_and_then_asks_once(arranging, mine):
    with arranging():
        goal = goal_of(mine, days_ago=0, paused_from=TODAY + 5 * DAY, paused_until=TODAY + 20 * DAY)
    morning = datetime.combine(TODAY + 21 * DAY, MORNING, tzinfo=UTC)

    assert not any(both_ask(mine, NOW + days * DAY) for days in (5, 7, 14, 20))
    assert [both_ask(mine, morning - timedelta(minutes=1)), both_ask(mine, morning)] == [False, True]
    plan(morning + 9 * DAY)

    assert [nudge.dedupe_key for nudge in owed()] == [f"check_in_due:{goal.pk}:2027-03-01"]


def test_a_pause_to_come_does_not_keep_back_what_is_due_before(arranging, mine):
    with arranging():
        goal_of(mine, days_ago=8, paused_from=TODAY + DAY, paused_until=TODAY + 9 * DAY)

    assert both_ask(mine, NOW)
    assert not today_asks(mine, NOW + DAY)


def test_a_reminder_on_its_way_is_dropped_when_its_coachee_goes_away(arranging, mine):
    with arranging():
        goal_of(mine, days_ago=8)
    plan()
    [nudge] = owed()
    with arranging():
        CheckInRhythmFactory(membership=mine, paused_from=TODAY, paused_until=TODAY)

    with acting_as(WORKER), pytest.raises(NotWanted):
        kind_named("check_in_due").build(nudge, NOW)


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "Etc/GMT+12"])
def test_due_is_a_day_of_the_persons_own(zone):
    due = check_in_due_on(Rhythm(), reported_at=NOW, today=TODAY, zone=zone_named(zone))

    assert due == NOW.astimezone(zone_named(zone)).date() + 7 * DAY


def test_missed_says_facts_of_members_two_days_late_and_of_who_pauses(arranging, world):
    by = world.memberships
    with arranging():
        CheckIn.objects.filter(pk=world.check_in.pk).update(created_at=NOW - DAY)
        late = GoalFactory(membership=by["peer"], shared_at=NOW - 9 * DAY)
        GoalFactory(membership=by["peer"], shared_at=NOW - DAY)
        GoalFactory(membership=by["both"], shared_at=NOW - 90 * DAY)
        CheckInRhythmFactory(membership=by["both"], paused_from=TODAY, paused_until=TODAY + DAY)
        GoalFactory(membership=by["facilitator"], shared_at=NOW - 90 * DAY)
        CheckInRhythmFactory(membership=by["facilitator"], rhythm="none")
        GoalFactory(membership=by["former"], shared_at=NOW - 90 * DAY)
        GoalFactory(membership=world.other_memberships["elsewhere"], shared_at=NOW - 90 * DAY)

    with acting_as(MEMBER, person=world.people["facilitator"]):
        missed = selectors.missed_check_ins(world.group, now=NOW)

    assert missed == [
        selectors.Missed(by["both"].pk, NOW - 90 * DAY, None, True),
        selectors.Missed(by["peer"].pk, late.shared_at, TODAY - 2 * DAY, False),
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_missed_is_one_query(arranging, django_assert_num_queries, mine, count):
    with arranging():
        for _ in range(count):
            GoalFactory(membership=MembershipFactory(group=mine.group), shared_at=NOW - 30 * DAY)

    with acting_as(MEMBER, person=mine.person), django_assert_num_queries(1):
        assert len(selectors.missed_check_ins(mine.group, now=NOW)) == count


# The page ------------------------------------------------------------------------------------------------------------


def page_of(world):
    return reverse("goals:rhythm", args=[world.group.pk])


def test_a_person_chooses_their_rhythm_and_a_pause_which_the_facilitator_can_read(as_person, world):
    client = as_person(world.people["peer"])

    client.post(page_of(world), {"rhythm": "sessions", "paused_from": "2027-02-10", "paused_until": "2027-02-20"})
    client.post(page_of(world), {"rhythm": "sessions", "paused_from": "2027-02-10", "paused_until": "2027-02-20"})

    page = client.get(page_of(world)).content.decode()
    assert re.search(r'<input[^>]*value="sessions"[^>]*checked', page)
    assert 'value="2027-02-20"' in page
    assert "You and Facilitator (facilitator)" in page
    with acting_as(MEMBER, person=world.people["facilitator"]):
        row = CheckInRhythm.objects.get(membership=world.memberships["peer"])
    assert (row.rhythm, row.paused_from, row.paused_until) == ("sessions", date(2027, 2, 10), date(2027, 2, 20))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"rhythm": "daily"}, "Choose one of these."),
        ({}, "Choose one."),
        ({"rhythm": "weekly", "paused_from": "2027-02-10"}, "Say until when: a pause ends."),
        ({"rhythm": "weekly", "paused_until": "2027-02-07"}, "That day has passed."),
        ({"rhythm": "weekly", "paused_from": "2027-02-12", "paused_until": "2027-02-11"}, "before the first day"),
        (
            {"rhythm": "weekly", "paused_from": "\u202e\U0001f600\x00", "paused_until": "x" * 100_000},
            "That is not a date.",
        ),
    ],
)
def test_odd_choices_are_turned_down_in_clear_words(as_person, world, fields, words):
    answer = as_person(world.people["peer"]).post(page_of(world), fields)

    assert (answer.status_code, words in answer.content.decode()) == (422, True)


def test_a_pause_without_a_first_day_begins_today(arranging, mine):
    with acting_as(MEMBER, person=mine.person):
        row = services.set_rhythm(
            membership=mine, rhythm="weekly", paused_from=None, paused_until=TODAY, today=TODAY, now=NOW
        )

    assert (row.paused_from, row.paused_until) == (TODAY, TODAY)


def test_no_page_counts_what_was_missed(as_person, arranging, world):
    with arranging():
        GoalFactory(membership=world.memberships["peer"], shared_at=NOW - 90 * DAY, title="Waiting")
    client = as_person(world.people["peer"])

    for path in ("/today/", page_of(world), reverse("goals:board", args=[world.group.pk])):
        page = client.get(path).content.decode()
        assert "missed" not in page.lower().replace("nothing counts as missed", "")
        assert "streak" not in page.lower()


@pytest.mark.parametrize(("who", "sees"), [("member", True), ("facilitator", True), ("peer", False), ("hr", False)])
def test_visible_to_of_a_rhythm_is_ones_own_and_the_facilitators(arranging, world, who, sees):
    with arranging():
        assert CheckInRhythm.objects.visible_to(world.people[who]).filter(pk=world.rhythm.pk).exists() is sees


@pytest.mark.parametrize("who", ["peer", "facilitator"])
def test_nobody_sets_the_rhythm_of_another(world, as_owner, who):
    def change():
        with acting_as(MEMBER, person=world.people[who]):
            return CheckInRhythm.objects.filter(pk=world.rhythm.pk).update(rhythm="none")

    assert change() == 0
    with as_owner("ALTER TABLE goals_checkinrhythm DISABLE ROW LEVEL SECURITY"):
        assert change() == 1


def test_a_pause_without_an_end_is_refused_by_the_database(arranging, mine):
    with arranging(), pytest.raises(DatabaseError, match="pause_ends"), transaction.atomic():
        CheckInRhythmFactory(membership=mine, paused_from=TODAY)
